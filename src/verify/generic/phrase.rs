//! Secrets made of words: a passphrase, a word that something is compared with, and what people
//! make up to sign with.

use super::super::Token;
use super::super::holds::holds;
use super::super::mixed::is_made_up;
use super::super::words::words;
use super::line::{Line, compared};
use super::name::ends_in_password;
use super::{common, labels};

/// A passphrase has so many words at least, and letters.
const WORDS: usize = 4;
const SHORTEST: usize = 12;
/// A longer one is a text.
const LONGEST: usize = 64;
/// Shorter ones that something is compared with are kinds of things.
const COMPARED: usize = 8;

/// Words of what a form says of a password.
const SAID: [&str; 29] = [
    "your",
    "enter",
    "must",
    "please",
    "should",
    "is",
    "are",
    "was",
    "not",
    "password",
    "passwords",
    "passphrase",
    "incorrect",
    "invalid",
    "wrong",
    "reset",
    "change",
    "changed",
    "confirm",
    "required",
    "characters",
    "type",
    "show",
    "hide",
    "forgot",
    "repeat",
    "again",
    "user",
    "empty",
];

/// What is signed with a secret that people make up.
const SIGNED: [&[u8]; 6] = [b"jwt", b"session", b"cookie", b"signing", b"hmac", b"passport"];

/// Whether the secret of `token`, which stands as `line` tells, is made of words and one all the same.
pub(super) fn tells(token: &Token<'_>, line: &Line<'_>) -> bool {
    let value = token.secret();
    if token.rule.id == "generic-password" {
        return is_phrase(value, line) || is_compared(value, line) && ends_in_password(name(line));
    }
    is_signing(value, line) || is_compared(value, line) && is_secret(name(line))
}

fn name<'a>(line: &Line<'a>) -> &'a [u8] {
    compared(line.name)
}

/// Several small words in quotes that say nothing of passwords: `"tulips in a field"`.
fn is_phrase(value: &[u8], line: &Line<'_>) -> bool {
    let parts = || value.split(|b| *b == b' ');
    let word = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_lowercase);
    let said = |part: &[u8]| SAID.iter().any(|s| s.as_bytes() == part);
    let count = parts().count();
    line.quoted
        && (SHORTEST..=LONGEST).contains(&value.len())
        && (WORDS..=8).contains(&count)
        && parts().all(word)
        && !parts().any(said)
        && line.between.iter().all(|b| b" \t=:\"'".contains(b))
        && ends_in_password(line.name)
        && !labels::is_among(value, line)
}

/// Several words, joined, that a secret is compared with: `if secret != "open-up"`.
fn is_compared(value: &[u8], line: &Line<'_>) -> bool {
    let parts = words(value).count();
    let joined = value.iter().filter(|b| matches!(b, b'-' | b'_')).count();
    let plain = |b: &u8| b.is_ascii_lowercase() || matches!(b, b'-' | b'_');
    let operator = [&b"=="[..], b"!="].iter().any(|sign| holds(line.between, sign));
    operator
        && line.quoted
        && value.len() >= COMPARED
        && value.iter().all(plain)
        && joined == 1
        && parts == 2
        && !common::names_secret(value)
        && !words(value).any(|word| word == b"pass")
        && common::covered(value) + joined < value.len()
}

/// Whether the last word of a name is `secret`.
fn is_secret(name: &[u8]) -> bool {
    let at = name.len().checked_sub(b"secret".len());
    at.is_some_and(|at| name[at..].eq_ignore_ascii_case(b"secret"))
}

/// What somebody made up, in quotes, to sign with: the name, or the head of the block, says so.
fn is_signing(value: &[u8], line: &Line<'_>) -> bool {
    let above = line.around[0].rsplit(|b| *b == b'\n').nth(1).unwrap_or_default();
    let heads = above.trim_ascii_end();
    let head = if heads.ends_with(b":") || heads.ends_with(b"{") { heads } else { b"" };
    let told = [head, line.before, line.name].iter().any(|text| {
        let lower = text.to_ascii_lowercase();
        SIGNED.iter().any(|word| holds(&lower, word))
    });
    told && line.quoted
        && is_secret(line.name)
        && is_made_up(value)
        && !common::names_secret(value)
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::sure;
    use crate::model::Confidence;

    #[test]
    fn secrets_of_words_are_told_from_texts() {
        let password = |text, value| sure("generic-password", text, "password", value);
        let secret = |text, value| sure("generic-secret", text, "secret", value);
        let medium = Some(Confidence::Medium);
        for judged in [
            password("password = \"~\"", "tulips in a red field"),
            password("if (password != \"~\") {", "tulip-field"),
            secret("if secret != \"~\" {", "tulip-field"),
            secret("jwt:\n  secret: \"~\"\n", "tulip#field"),
            secret("session({ secret: '~' })", "tulip!field"),
        ] {
            assert!(judged >= medium, "{judged:?}");
        }
        for judged in [
            password("password = \"~\"", "please type it again"),
            password("password = \"~\"", "Tulips in a field"),
            secret("if secret != \"~\" {", "access-token"),
            secret("jwt:\n  secret: \"~\"\n", "tulip-field"),
            secret("volume:\n  secret: \"~\"\n", "tulip#field"),
        ] {
            assert!(judged < medium, "{judged:?}");
        }
    }
}
