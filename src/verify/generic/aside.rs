//! Names whose values open nothing, whatever those look like: where a list goes on, what tells a
//! request or a thing from others, and where something is.

use super::super::holds::holds;

/// Ends of names of what a list or an answer goes on with, and of what tells one request from
/// another; without signs and case.
const PLACES: [&[u8]; 18] = [
    b"pagetoken",
    b"nexttoken",
    b"pagingtoken",
    b"continuationtoken",
    b"skiptoken",
    b"synctoken",
    b"requesttoken",
    b"idempotencykey",
    b"idempotencytoken",
    b"nextkey",
    b"locktoken",
    b"forwardtoken",
    b"backwardtoken",
    b"sequencetoken",
    b"changetoken",
    b"resumetoken",
    b"updatetoken",
    b"signature",
];

/// Ends of names of what tells things apart, or says where they are.
const THINGS: [&[u8]; 26] = [
    b"existingsecret",
    b"secretname",
    b"username",
    b"fingerprint",
    b"identifier",
    b"identifierkey",
    b"commit",
    b"address",
    b"secretsid",
    b"keyarn",
    b"gatewayid",
    b"outputkey",
    b"issuekey",
    b"spreadsheetkey",
    b"badgekey",
    b"tagkey",
    b"secretfile",
    b"tokenfile",
    b"passwordfile",
    b"projectkey",
    b"credsstore",
    b"s3key",
    b"objectkey",
    b"resourcekey",
    b"translationkey",
    b"translationkeys",
];

/// Ends of names of the name of a key.
const IDS: [&[u8]; 4] = [b"key_id", b"keyid", b"key-id", b"kid"];

/// Whose tokens every page with a form has.
const FORMS: [&[u8]; 2] = [b"csrf", b"xsrf"];

/// Whether `name` is such a name.
pub(super) fn is_aside(name: &[u8]) -> bool {
    let plain = plain(name);
    let lower = name.to_ascii_lowercase();
    // The token of a request for OAuth signs requests.
    let oauth = lower.windows(5).any(|w| w == b"oauth");
    !oauth && PLACES.iter().any(|end| plain.ends_with(end))
        || THINGS.iter().any(|end| plain.ends_with(end))
        || plain.ends_with(b"token") && FORMS.iter().any(|form| holds(&plain, form))
        || IDS.iter().any(|end| lower.ends_with(end))
}

/// The letters and digits of `name`, the letters small: `API_Key` and `apiKey` are one name.
pub(super) fn plain(name: &[u8]) -> Vec<u8> {
    let letters = name.iter().filter(|b| b.is_ascii_alphanumeric());
    letters.map(u8::to_ascii_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::is_aside;

    #[test]
    fn what_opens_nothing_is_told_from_what_does() {
        for name in [
            "nextPageToken",
            "RequestToken",
            "keyId",
            "UserSecretsId",
            "ImportedKeyPairFingerprint",
            "csrfmiddlewaretoken",
            "nextForwardToken",
        ] {
            assert!(is_aside(name.as_bytes()), "{name}");
        }
        for name in ["token", "page_access_token", "client_secret", "keyword", "signing_key"] {
            assert!(!is_aside(name.as_bytes()), "{name}");
        }
    }
}
