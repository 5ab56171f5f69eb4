//! Does a name speak of a secret value, or of something about one?

use super::super::holds::holds;
use super::common::{List, list};
use super::sheet::Sheet;
use super::traits::Trait;
use std::sync::LazyLock;

/// A name that does.
#[derive(Debug)]
pub(super) struct Name<'a> {
    raw: &'a [u8],
    /// Its parts in lower case: `dbPassword` is `db`, `password`.
    parts: Vec<String>,
    /// The part that tells.
    at: usize,
    word: &'static str,
    is_password: bool,
}

/// Parts that end in a secret's word and mean something else.
static OTHER_WORDS: List = LazyLock::new(|| {
    list(
        " monkey turkey donkey hockey jockey whiskey bypass compass trespass \
    surpass underpass overpass author authority authorities authored keyword keywords keyboard \
    keypad keyname keyframe keyframes keypress keycode keydown keyup keystone keyring keyspace \
    keytab passage passenger passing passed passive passion tokenize tokenizer capital rapid \
    therapist apis accredited incredible secretary multipass onepass sacred nopasswd passwordless passthru passthrough ",
    )
});

/// Parts that, behind the word, say that the value is not the secret itself.
static ABOUT: List = LazyLock::new(|| {
    list(
        " id ids name names type types file files filename path paths url uri urls \
    uris length len size count index idx field fields label title placeholder hint message msg \
    error errors regex pattern policy expires expiry expiration ttl timeout algorithm alg format \
    mode prefix suffix header headers param params attribute attr column class provider manager \
    service handler store storage endpoint host server env var variable ref alias usage version \
    date time at by input button form view page enabled required exists valid invalid reset \
    change changed text dir directory location backend method methods strategy schema scheme \
    list map set table group role user username email owner arn vault kind state status options \
    config configuration settings factory generator validator parser builder helper \
    callback link template prompt question description desc comment help doc docs info bits \
    strength iterations rounds rotation interval limit max min number num seq order hash hashes \
    digest checksum fingerprint sha sha1 sha256 md5 signature algo event events down up left right \
    matches matched match checks check checker verifier verified code codes press board frame \
    frames word words pad stroke binding bindings mapper nonce salt iv state ",
    )
});

/// Parts that, before the word, say that it is no secret.
static PUBLIC: List = LazyLock::new(|| {
    list(
        " public pub foreign natural sort partition cache hot shortcut row \
    column index idx object map hash dict json sub next prev first last unique composite lookup \
    group registry routing bucket translation i18n error feature flag widget multipart dedup \
    dedupe site publishable blob csrf xsrf authenticity issuer encrypted hashed typeof ",
    )
});

/// Parts that say whose secret it is.
static STRONG: List = LazyLock::new(|| {
    list(
        " access api secret private client auth db database user admin root master \
    app consumer oauth refresh session bot account service server deploy encryption signing \
    webhook aws azure github gitlab slack stripe google smtp mail mysql postgres redis mongo \
    jwt bearer hmac shared ",
    )
});

/// Parts that speak of a test.
static MOCK: List = LazyLock::new(|| {
    list(
        " test tests testing expected assert example sample mock fake dummy wrong \
    invalid bad stub fixture ",
    )
});

/// Words that make a name speak of a secret.
const WORDS: [&str; 18] = [
    "secret",
    "secrets",
    "token",
    "tokens",
    "key",
    "keys",
    "auth",
    "authorization",
    "cred",
    "creds",
    "credential",
    "credentials",
    "api",
    "bearer",
    "basic",
    "seed",
    "totp",
    "otp",
];

/// Words that make a name speak of a password, whatever stands around them.
const PASSWORDS: [&str; 20] = [
    "passw",
    "passord",
    "pwd",
    "passphrase",
    "passcode",
    "psw",
    "pswd",
    "kennwort",
    "wachtwoord",
    "contrase",
    "motdepasse",
    "senha",
    "lozinka",
    "jelsz",
    "senord",
    "adgangskode",
    "salasana",
    "slapta",
    "katasandi",
    "matkhau",
];

/// The same of words that are parts of others: `clave` of `enclave`.
#[rustfmt::skip]
const WHOLE_PASSWORDS: [&str; 11] = [
    "clave", "mdp", "parola", "parool", "haslo", "heslo", "geslo", "sifre", "ifre", "sandi", "khau",
];

/// Words that mean secret in other languages, and begin or end otherwise.
const SECRETS: [&str; 4] = ["secreto", "secreta", "secrete", "segreto"];

impl<'a> Name<'a> {
    /// Reads `name`; `None` if it does not speak of a secret value.
    pub(super) fn read(raw: &'a [u8], is_password: bool) -> Option<Self> {
        let parts = split(raw);
        let tell = |(at, part): (usize, &String)| Some((at, speaks(part, is_password)?));
        let last = parts.len().checked_sub(1)?;
        let secure = || is_secure_string(&parts).then_some((last, "passw"));
        let (at, word) = parts.iter().enumerate().rev().find_map(tell).or_else(secure)?;
        if parts.iter().any(|p| {
            matches!(p.as_str(), "encrypted" | "hashed" | "typeof") || p.ends_with("hash")
        }) {
            return None;
        }
        // `gpg --recv-keys` takes the names of public keys.
        let public = |p: &String| matches!(p.as_str(), "public" | "pub" | "recv" | "receive");
        if !is_password && parts.iter().take(at).any(public) {
            return None;
        }
        Some(Self { raw, parts, at, word, is_password })
    }

    /// Whether it is the name of HTTP's Basic scheme.
    pub(super) fn is_basic(&self) -> bool {
        self.raw.eq_ignore_ascii_case(b"basic")
    }

    fn is_about(&self) -> bool {
        let about = |part: &String| {
            let singular = part.strip_suffix('s').unwrap_or(part);
            ABOUT.contains(part.as_bytes()) || ABOUT.contains(singular.as_bytes())
        };
        // What OAuth signs and verifies a request with goes with it alone, and still lets in.
        let oauth = self.parts.iter().any(|p| p == "oauth");
        self.word != "identified" && !oauth && self.behind().iter().any(about)
    }

    fn is_public(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|i| self.parts.get(i));
        before.is_some_and(|p| PUBLIC.contains(p.as_bytes()))
            || self.parts.iter().any(|p| matches!(p.as_str(), "public" | "pub"))
            || self.is_of_a_form()
    }

    /// Whether a form carries it, so that everybody who sees the page has it: `csrf_token`.
    fn is_of_a_form(&self) -> bool {
        let form = |p: &String| matches!(p.as_str(), "csrf" | "xsrf" | "authenticity");
        self.word == "token" && self.parts.iter().any(form)
    }

    fn behind(&self) -> &[String] {
        self.parts.get(self.at + 1..).unwrap_or_default()
    }

    /// Whether it says that its value was hashed: `SHA256_PASSWORD`.
    pub(super) fn is_hashed(&self) -> bool {
        self.parts
            .iter()
            .any(|p| matches!(p.as_str(), "sha" | "sha1" | "sha2" | "md5" | "encoded"))
    }

    /// Whether it speaks of a seed: most seed a generator of random numbers.
    pub(super) fn is_seed(&self) -> bool {
        self.word == "seed"
    }

    /// Notes what the name says, and what it has in common with the value `lower`.
    pub(super) fn measure(&self, lower: &[u8], sheet: &mut Sheet) {
        let says = |words: &[&str]| words.iter().any(|w| self.word.starts_with(w));
        let any = |list: &List| self.parts.iter().any(|p| list.contains(p.as_bytes()));
        sheet.flag(Trait::SaysPassword, self.is_password && self.word != "identified");
        let secret = says(&["secret", "seed", "totp", "otp"]) || SECRETS.contains(&self.word);
        sheet.flag(Trait::SaysSecret, secret);
        sheet.flag(Trait::SaysToken, says(&["token", "bearer"]));
        sheet.flag(Trait::SaysKey, says(&["key"]));
        sheet.flag(Trait::SaysAuth, says(&["auth", "cred", "basic"]));
        sheet.flag(Trait::SaysApi, says(&["api"]) || self.parts.iter().any(|p| p == "api"));
        sheet.put(Trait::Behind, self.behind().len());
        sheet.put(Trait::Before, self.at);
        let tells = self.parts.get(self.at).map_or(0, String::len);
        sheet.flag(Trait::WholeWord, tells <= self.word.len() + 3);
        sheet.flag(Trait::About, self.is_about());
        sheet.flag(Trait::Public, self.is_public());
        sheet.flag(Trait::Mock, any(&MOCK));
        let others = self.parts.iter().enumerate().filter(|(i, _)| *i != self.at);
        sheet.flag(Trait::Strong, others.into_iter().any(|(_, p)| STRONG.contains(p.as_bytes())));
        let sets = matches!(self.parts.first().map(String::as_str), Some("set" | "with" | "put"));
        sheet.flag(Trait::Sets, sets);
        let repeated = |p: &&String| p.len() > 3 && holds(lower, p.as_bytes());
        sheet.put(Trait::NameInValue, self.parts.iter().filter(repeated).count());
        let name = self.raw.to_ascii_lowercase();
        let inside = lower.len() > 2 && holds(&name, lower);
        sheet.flag(Trait::ValueInName, inside);
        self.measure_form(sheet);
    }

    fn measure_form(&self, sheet: &mut Sheet) {
        let count = |is: fn(&u8) -> bool| self.raw.iter().filter(|b| is(b)).count();
        let (upper, lower) = (count(u8::is_ascii_uppercase), count(u8::is_ascii_lowercase));
        sheet.put(Trait::NameLength, self.raw.len());
        sheet.flag(Trait::NameCapitals, upper > 0 && lower == 0);
        let hump =
            |w: &[u8]| matches!(w, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase());
        sheet.flag(Trait::NameHumps, self.raw.windows(2).any(hump));
        sheet.put(Trait::NameDots, count(|b| *b == b'.'));
        let first = self.raw.first().is_some_and(u8::is_ascii_uppercase);
        sheet.flag(Trait::NameType, first && lower > 0);
    }
}

/// `ConvertTo-SecureString`.
fn is_secure_string(parts: &[String]) -> bool {
    parts.windows(2).any(|w| matches!(w, [a, b] if a == "secure" && b == "string"))
}

/// The word by which `part` speaks of a secret.
fn speaks(part: &str, is_password: bool) -> Option<&'static str> {
    if OTHER_WORDS.contains(part.as_bytes()) {
        return None;
    }
    if is_password {
        return match part {
            "identified" => Some("identified"),
            "securestring" => Some("passw"),
            "passe" => Some("pass"),
            _ if part.ends_with("pass") => Some("pass"),
            _ => {
                let whole = WHOLE_PASSWORDS.into_iter().find(|w| part == *w);
                whole.or_else(|| PASSWORDS.into_iter().find(|w| part.contains(w)))
            }
        };
    }
    let foreign = SECRETS.into_iter().find(|w| part == *w);
    foreign.or_else(|| WORDS.into_iter().find(|w| part.ends_with(w)))
}

/// Whether the last part of `name` says that it is a password.
pub(super) fn ends_in_password(name: &[u8]) -> bool {
    split(name).last().is_some_and(|part| speaks(part, true).is_some())
}

/// The parts of a name, cut at separators and at humps. Letters beyond ASCII are as small ones.
fn split(name: &[u8]) -> Vec<String> {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    let mut part = Vec::new();
    let mut before = b'_';
    for (i, &b) in name.iter().enumerate() {
        let next_lower = name.get(i + 1).is_some_and(u8::is_ascii_lowercase);
        let hump = b.is_ascii_uppercase()
            && (before.is_ascii_lowercase() || (before.is_ascii_uppercase() && next_lower));
        let letter = b.is_ascii_alphanumeric() || !b.is_ascii();
        if (hump || !letter) && !part.is_empty() {
            parts.push(std::mem::take(&mut part));
        }
        if letter {
            part.push(b.to_ascii_lowercase());
        }
        before = b;
    }
    parts.extend((!part.is_empty()).then_some(part));
    // A number behind a name counts copies (`password2`).
    for part in &mut parts {
        let bare = part.iter().rposition(|b| !b.is_ascii_digit());
        let bare = bare.map_or(0, |at| at + 1);
        if bare > 2 {
            part.truncate(bare);
        }
    }
    parts.iter().map(|part| String::from_utf8_lossy(part).into_owned()).collect()
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
        let aside = |name: &str| {
            let read = Name::read(name.as_bytes(), name.to_ascii_lowercase().contains("pass"));
            read.is_none_or(|n| n.is_about() || n.is_public())
        };
        for name in
            ["secret_name", "keyboard", "token_type", "public_key", "apiUrl", "author", "passage"]
        {
            assert!(aside(name), "{name}");
        }
        for name in
            ["secret", "api_key", "authToken", "client-secret", "AWS_SECRET_ACCESS_KEY", "apikey"]
        {
            assert!(!aside(name), "{name}");
        }
        for name in ["password", "DB_PASS", "userPassword1", "keystore_passphrase"] {
            assert!(!aside(name), "{name}");
        }
    }
}
