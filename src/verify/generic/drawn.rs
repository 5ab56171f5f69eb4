//! Values that somebody drew at random and gave a name that says secret, in as many words: for those
//! no model is asked whether people should see them.

use super::super::Token;
use super::super::base::base64;
use super::super::random;
use super::aside::{is_aside, plain};
use super::forms;
use super::line::Line;
use crate::rule::is_token;

/// Shorter values are not believed for their looks alone, nor are shorter rows of hexadecimal digits.
const SHORTEST: usize = 20;
const HEX: usize = 32;
/// A value has so many digits and letters at least.
const EACH: usize = 4;

/// What names say that do.
const SECRETS: [&[u8]; 18] = [
    b"secret",
    b"token",
    b"apikey",
    b"accesskey",
    b"authkey",
    b"secretkey",
    b"privatekey",
    b"signingkey",
    b"encryptionkey",
    b"hmackey",
    b"masterkey",
    b"sharedkey",
    b"password",
    b"passwd",
    b"pass",
    b"pwd",
    b"passphrase",
    b"passcode",
];
/// What stands around values that tell things apart, or are made of others.
const APART: [&[u8]; 18] = [
    b"hash",
    b"digest",
    b"checksum",
    b"sha1",
    b"sha2",
    b"sha5",
    b"md5",
    b"commit",
    b"etag",
    b"integrity",
    b"fingerprint",
    b"salt",
    b"bcrypt",
    b"scrypt",
    b"crypted",
    b"public",
    b"example",
    b"encoded",
];

/// Whether the secret of `token`, which stands as `line` tells, is such a value.
pub(super) fn is_drawn(token: &Token<'_>, line: &Line<'_>) -> bool {
    // Most names do not.
    if !says_secret(line.name) {
        return false;
    }
    let value = token.secret();
    let opens: [&[u8]; 7] = [b"", b"+", b"-", b"export", b"ENV", b"ARG", b"set"];
    let alone = || opens.contains(&line.before.trim_ascii()) && line.after.trim_ascii().is_empty();
    let noise = forms::is_noise(value);
    // Of signs only passwords are made.
    let plain = is_plain(value) || noise && token.rule.id == "generic-password";
    plain
        && (noise || is_mixed(value))
        && (line.quoted || alone() || is_given(line))
        && !is_apart(line)
        && !is_uuid(value)
        && !is_counted(value)
        && random::doubt(value).is_none()
        && !is_text(value)
}

/// Of the signs of tokens, few of them those of paths; and bytes that are written as in a URL.
fn is_plain(value: &[u8]) -> bool {
    let body = &value[..value.iter().rposition(|b| *b != b'=').map_or(0, |at| at + 1)];
    let count = |sign: u8| body.iter().filter(|b| **b == sign).count();
    let hex = |at: &usize| {
        let digits = body.get(at + 1..at + 3);
        digits.is_some_and(|d| d.iter().all(u8::is_ascii_hexdigit))
    };
    let known = |b: &u8| is_token(*b) && *b != b'=' || matches!(b, b'%' | b':');
    body.iter().all(known)
        && count(b'.') + count(b'/') <= (body.len() / 24).max(4)
        && count(b':') <= 1
        && memchr::memchr_iter(b'%', body).all(|at| hex(&at))
}

/// Long, with several digits and letters.
fn is_mixed(value: &[u8]) -> bool {
    let count = |is: fn(&u8) -> bool| value.iter().filter(|b| is(b)).count();
    let hex = value.iter().all(u8::is_ascii_hexdigit);
    let mixed = count(u8::is_ascii_digit) >= EACH && count(u8::is_ascii_alphabetic) >= EACH;
    mixed && value.len() >= if hex { HEX } else { SHORTEST }
}

/// Whether an option, a variable, a header or an element is given the value, or a sentence tells it:
/// `--token v`, `-e TOKEN=v`, `?token=v`, `"token: v"`, `<token>v</token>`, `token is v`.
fn is_given(line: &Line<'_>) -> bool {
    let said = [&b" is "[..], b" was "].iter().any(|word| line.between.ends_with(word));
    let ends = line.after.first().is_none_or(|b| b.is_ascii_whitespace() || b"&\"'".contains(b));
    let header = || {
        let opens = line.before.last().filter(|b| matches!(b, b'"' | b'\''));
        line.between == b": " && opens.is_some() && opens == line.after.first()
    };
    ends && (said || line.name.starts_with(b"-") || line.between == b"=" || header())
        || line.between.ends_with(b">") && line.after.starts_with(b"</")
}

fn says_secret(name: &[u8]) -> bool {
    let plain = plain(name);
    SECRETS.iter().any(|word| plain.ends_with(word)) && !is_aside(name)
}

fn is_apart(line: &Line<'_>) -> bool {
    let has = |side: &[u8]| {
        let lower = side.to_ascii_lowercase();
        APART.iter().any(|word| memchr::memmem::find(&lower, word).is_some())
    };
    has(line.before) || has(line.name) || has(line.after)
}

/// Whether somebody counted in it, or went along the keyboard.
fn is_counted(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    let rows = [&b"12345"[..], b"54321", b"abcde", b"qwert"];
    rows.iter().any(|row| memchr::memmem::find(&lower, row).is_some())
}

fn is_uuid(value: &[u8]) -> bool {
    let tail = value.get(value.len().saturating_sub(36)..).unwrap_or_default();
    let dash = |at: &usize| tail.get(*at) == Some(&b'-');
    [8, 13, 18, 23].iter().all(dash)
}

/// Whether it is a text in base64, as of a name.
fn is_text(value: &[u8]) -> bool {
    let plain =
        |text: Vec<u8>| text.trim_ascii_end().iter().all(|b| b.is_ascii_graphic() || *b == b' ');
    base64(value).is_some_and(plain)
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::sure;
    use crate::model::Confidence;

    #[test]
    fn what_is_drawn_at_random_is_shown() {
        let hex = "38b62b849be2b1bb909f13bc4e09bc4b".replace('9', "7");
        let made = ["RuysIhPff4Ifa3Niv", "h4sbPE7DrA19b80ZR5"].concat();
        let secret = |text, name, value: &str| sure("generic-secret", text, name, value);
        for judged in [
            secret("details.setClientSecret(\"~\");", "setClientSecret", &hex),
            secret("property_set(:auth0, :secret, '~')", "secret", &made),
            sure("generic-password", "  password: ~\n", "password", &hex),
            sure("generic-password", "the root password is ~\n", "password", &hex),
        ] {
            assert!(judged >= Some(Confidence::Medium), "{judged:?}");
        }
        let typed = ["token-of-ann-", "1234567890"].concat();
        assert!(secret("token = \"~\"", "token", &typed) < Some(Confidence::Medium));
        let hashed = sure("generic-password", "password: ~ # sha1", "password", &hex);
        assert!(hashed < Some(Confidence::Medium), "{hashed:?}");
    }
}
