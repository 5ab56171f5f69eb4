//! Does a name speak of a secret value, or of something about one?

/// A name that does.
#[derive(Debug)]
pub(super) struct Name {
    /// Its parts in lower case: `dbPassword` is `db`, `password`.
    pub(super) parts: Vec<String>,
    /// It says little by itself (`key`, `auth`, `api`).
    pub(super) weak: bool,
    /// It is an option of a test or comparison (`expected_token`).
    pub(super) is_compared: bool,
    /// It is a call that sets the secret (`setPassword`).
    pub(super) sets: bool,
}

/// Parts that end in a secret's word and mean something else.
const OTHER_WORDS: &str = " monkey turkey donkey hockey jockey whiskey bypass compass trespass \
    surpass underpass overpass author authority authorities authored keyword keywords keyboard \
    keypad keyname keyframe keyframes keypress keycode keydown keyup keystone keyring keystore \
    keyspace keytab passage passenger passing passed passive passion tokenize tokenizer tokens \
    capital rapid therapist apis accredited incredible secretary multipass onepass ";

/// Parts that, behind the word, say that the value is not the secret itself.
const ABOUT: &str = " id ids name names type types file files filename path paths url uri urls \
    uris length len size count index idx field fields label title placeholder hint message msg \
    error errors regex pattern policy expires expiry expiration ttl timeout algorithm alg format \
    mode prefix suffix header headers param params attribute attr column class provider manager \
    service handler store storage endpoint host server env var variable ref alias usage version \
    date time at by input button form view page enabled required exists valid invalid reset \
    change changed text dir directory location backend method methods strategy schema scheme \
    list map set table group role user username email owner arn vault kind state status options \
    config configuration settings manager factory generator validator parser builder helper \
    callback link template prompt question description desc comment help doc docs info bits \
    strength iterations rounds rotation interval limit max min number num seq order hash hashes \
    digest checksum fingerprint sha sha1 sha256 md5 signature algo event events down up left right \
    matches matched match checks check checker verifier verified strength \
    policy label code codes press board frame frames word words pad stroke binding bindings map mapper ";

/// Parts that, before the word, say that it is no secret.
const PUBLIC: &str = " public pub foreign primary natural sort partition cache hot shortcut row \
    column index idx object map hash dict json sub next prev first last unique composite lookup \
    group registry routing partition bucket translation i18n csrf xsrf issuer ";

/// Words that are weak alone.
const WEAK: &str = " key keys auth api cred bearer token pass ";

impl Name {
    /// Reads `name`; `None` if it does not speak of a secret value.
    pub(super) fn read(name: &[u8], is_password: bool) -> Option<Self> {
        let parts = split(name);
        let at = parts.iter().rposition(|p| speaks(p, is_password))?;
        let listed = |list: &str, part: &String| list.contains(&format!(" {part} "));
        let sql = parts[at] == "identified";
        if !sql && parts[at + 1..].iter().any(|p| listed(ABOUT, p)) {
            return None;
        }
        let before = at.checked_sub(1).map(|i| &parts[i]);
        if parts.iter().any(|p| listed(" encrypted typeof hashed ", p)) {
            return None;
        }
        if !is_password && parts[..at].iter().any(|p| listed(" public pub ", p)) {
            return None;
        }
        if !is_password && before.is_some_and(|p| listed(PUBLIC, p)) {
            return None;
        }
        let weak = listed(WEAK, &parts[at]) && before.is_none_or(|p| p.len() < 3);
        let is_compared = parts.iter().any(|p| p == "expected" || p == "assert");
        let sets = matches!(parts.first().map(String::as_str), Some("set" | "with" | "put"));
        Some(Self { parts, weak, is_compared, sets })
    }
}

fn speaks(part: &str, is_password: bool) -> bool {
    if OTHER_WORDS.contains(&format!(" {part} ")) {
        return false;
    }
    if is_password {
        let words = ["passw", "pwd", "passphrase", "passcode", "psw", "pswd"];
        return words.iter().any(|w| part.contains(w))
            || part.ends_with("pass")
            || matches!(part, "identified" | "securestring");
    }
    let words = [
        "secret",
        "secrets",
        "token",
        "key",
        "auth",
        "authorization",
        "cred",
        "creds",
        "credential",
        "credentials",
        "api",
        "bearer",
    ];
    words.iter().any(|w| part.ends_with(w))
}

/// The parts of a name, cut at separators and at humps.
fn split(name: &[u8]) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut before = b'_';
    for (i, &b) in name.iter().enumerate() {
        let next_lower = name.get(i + 1).is_some_and(u8::is_ascii_lowercase);
        let hump = b.is_ascii_uppercase()
            && (before.is_ascii_lowercase() || (before.is_ascii_uppercase() && next_lower));
        if (hump || !b.is_ascii_alphanumeric()) && !part.is_empty() {
            parts.push(std::mem::take(&mut part));
        }
        if b.is_ascii_alphanumeric() {
            part.push(char::from(b.to_ascii_lowercase()));
        }
        before = b;
    }
    parts.extend((!part.is_empty()).then_some(part));
    // A number behind a name counts copies (`password2`).
    for part in &mut parts {
        let bare = part.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        if bare > 2 {
            part.truncate(bare);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_at_humps_and_separators() {
        assert_eq!(split(b"DB_userPassword2"), ["db", "user", "password"]);
        assert_eq!(split(b"HTTPAuthToken"), ["http", "auth", "token"]);
    }

    #[test]
    fn a_name_about_a_secret_is_not_a_secret() {
        for name in
            ["secret_name", "keyboard", "token_type", "public_key", "apiUrl", "author", "passage"]
        {
            let read = Name::read(name.as_bytes(), name.contains("pass"));
            assert!(read.is_none(), "{name}");
        }
        for name in
            ["secret", "api_key", "authToken", "client-secret", "AWS_SECRET_ACCESS_KEY", "apikey"]
        {
            assert!(Name::read(name.as_bytes(), false).is_some(), "{name}");
        }
        for name in ["password", "DB_PASS", "pwd", "userPassword1", "keystore_passphrase"] {
            assert!(Name::read(name.as_bytes(), true).is_some(), "{name}");
        }
    }
}
