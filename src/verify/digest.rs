//! Digests, object ids and numbers look like keys of their length: the name before them tells.

use super::{Check, Token, Verdict};

/// The check `not-a-digest`.
pub(super) struct NotADigest;

/// Last words of the names of things that are no secrets, though they are as long and as random.
#[rustfmt::skip]
const LAST: [&str; 32] = [
    "sha", "sha1", "sha256", "sha512", "md5", "commit", "revision", "rev", "digest", "checksum",
    "hash", "etag", "integrity", "fingerprint", "version", "blob", "uuid", "guid", "crc", "crc32",
    "thumbprint", "snapshot", "id", "ids", "ref", "tree", "uid", "sum", "tag", "build", "oid", "head",
];
/// How far before the value its name is looked for.
const NAME_WITHIN: usize = 48;

impl Check for NotADigest {
    fn name(&self) -> &'static str {
        "not-a-digest"
    }

    fn about(&self) -> &'static str {
        "the name before it is not that of a digest, a commit or a number"
    }

    fn check(&self, token: &Token<'_>) -> Verdict {
        let start = token.secret.start.saturating_sub(NAME_WITHIN).max(token.matched.start);
        let before = token.text.get(start..token.secret.start).unwrap_or_default();
        let in_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
        let end = before.iter().rposition(in_name).map_or(0, |i| i + 1);
        let head = before.get(..end).unwrap_or_default();
        let name = head.rsplit(|b| !in_name(b)).next().unwrap_or_default();
        if tells(name) {
            return Verdict::Rejected("its name is that of a digest or a number");
        }
        Verdict::Silent
    }
}

/// Whether `name` ends in a word for something that is no secret.
fn tells(name: &[u8]) -> bool {
    let is_last = |word: &&str| {
        let Some((head, tail)) = name.len().checked_sub(word.len()).map(|at| name.split_at(at))
        else {
            return false;
        };
        // `keyId` ends in a word of its own, `valid` does not.
        let apart = head.last().is_none_or(|b| !b.is_ascii_alphabetic())
            || tail.first().is_some_and(u8::is_ascii_uppercase)
                && head.last().is_some_and(u8::is_ascii_lowercase);
        apart && tail.eq_ignore_ascii_case(word.as_bytes())
    };
    LAST.iter().any(is_last)
}

#[cfg(test)]
mod tests {
    use super::tells;

    #[test]
    fn names_tell() {
        for name in ["commit", "event_id", "keyId", "sha256", "ETag", "X-Trace-ID", "git.rev"] {
            assert!(tells(name.as_bytes()), "{name}");
        }
        for name in ["", "api_key", "token", "valid", "apiToken", "bearer", "auth", "paid"] {
            assert!(!tells(name.as_bytes()), "{name}");
        }
    }
}
