//! A password beside its user: two lines written alike, of which one names who logs in. There the
//! other is a password even if it is made of words.

use super::super::holds::holds;
use super::super::placeholder::placeholder;
use super::super::words::words;
use super::common;
use super::line::Line;
use super::name::ends_in_password;

/// Shorter ones are not believed, nor are shorter ones of one word.
const SHORTEST: usize = 6;
const WORD: usize = 8;
/// Words of values in tests and examples.
const SAID: [&[u8]; 10] =
    [b"pass", b"test", b"value", b"wrong", b"invalid", b"bad", b"new", b"old", b"some", b"other"];
/// Ends of names of who logs in; the letters and digits only.
const USERS: [&str; 10] = [
    "user",
    "username",
    "userid",
    "login",
    "loginname",
    "email",
    "uid",
    "account",
    "usuario",
    "benutzer",
];

/// Whether `value` stands beside its user.
pub(super) fn is_beside_user(value: &[u8], line: &Line<'_>) -> bool {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || b"!@#%^&*?~_-+ ".contains(b);
    let ends = || {
        let rest = line.after.trim_ascii();
        let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest);
        rest.is_empty() || matches!(rest, b"," | b";")
    };
    let letters = value.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let long = value.len() >= if letters == value.len() { WORD } else { SHORTEST };
    long && letters >= 4
        && !is_label(value)
        && value.iter().all(plain)
        && (line.quoted || !value.contains(&b' '))
        && ends_in_password(line.name)
        && ends()
        && !says_itself(value)
        && neighbours(line).any(|other| is_user(other, (value, line)))
}

/// Whether it is what people write where any word will do, or the word itself in any language.
fn says_itself(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    placeholder(value).is_some()
        || common::is_default(value)
        || common::names_secret(value)
        || ends_in_password(value)
        || words(&lower).any(|word| SAID.iter().any(|said| holds(word, said)))
}

/// A word with a capital, as forms and translations of them have it.
fn is_label(value: &[u8]) -> bool {
    let rest = value.get(1..).unwrap_or_default();
    value.first().is_some_and(u8::is_ascii_uppercase)
        && rest.iter().all(|b| b.is_ascii_lowercase() || *b == b' ')
}

/// The lines right before and behind, comments left out.
fn neighbours<'a>(line: &Line<'a>) -> impl Iterator<Item = &'a [u8]> + use<'a> {
    let told = |text: &&[u8]| {
        let text = text.trim_ascii();
        !text.is_empty() && ![&b"#"[..], b"//", b";", b"*"].iter().any(|m| text.starts_with(m))
    };
    let mut before = line.around[0].rsplit(|b| *b == b'\n').skip(1).filter(told);
    let mut after = line.around[1].split(|b| *b == b'\n').skip(1).filter(told);
    [before.next(), after.next()].into_iter().flatten()
}

/// Whether the line `other` gives a user as `line` does its password: with the same sign, and
/// quoted alike.
fn is_user(other: &[u8], (password, line): (&[u8], &Line<'_>)) -> bool {
    let joins = |b: &u8| b" \t=:\"'>,".contains(b);
    let other = other.trim_ascii();
    let named = |b: &u8| b.is_ascii_alphanumeric() || b"_-.".contains(b);
    let start = other.iter().position(named).unwrap_or(other.len());
    let rest = &other[start..];
    let (name, rest) = rest.split_at(rest.iter().position(|b| !named(b)).unwrap_or(rest.len()));
    let (joint, rest) = rest.split_at(rest.iter().position(|b| !joins(b)).unwrap_or(rest.len()));
    let value = rest.split(|b| b" \t\"',;".contains(b)).next().unwrap_or_default();
    let letters: String = name
        .iter()
        .filter(|b| b.is_ascii_alphanumeric())
        .map(|b| char::from(b.to_ascii_lowercase()))
        .collect();
    let signs = |text: &[u8]| -> Vec<u8> {
        text.iter().copied().filter(|b| !b" \t".contains(b)).collect()
    };
    !joint.is_empty()
        && signs(joint) == signs(line.between)
        && USERS.iter().any(|user| letters.ends_with(user))
        && value.len() >= 3
        && !value.eq_ignore_ascii_case(name)
        && !value.eq_ignore_ascii_case(password)
        && !holds(rest, b"(")
        && !value.iter().any(|b| b"$<>{}[]%(".contains(b))
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::sure;
    use crate::model::Confidence;

    #[test]
    fn words_beside_a_user_are_a_password() {
        let password = |text, value| sure("generic-password", text, "password", value);
        let medium = Some(Confidence::Medium);
        for (text, value) in [
            ("user = Aladdin\npassword = ~\n", "tulip_field"),
            ("user = 'Aladdin'\n# who\npassword = '~'\n", "tulip field"),
            ("login: bob\npassword: ~\n", "tulipfield"),
            ("username 'bob'\npassword '~'\n", "tulip-field"),
            ("\"password\": \"~\",\n\"username\": \"bob\"\n", "tulipfield"),
        ] {
            assert!(password(text, value) >= medium, "{text}");
        }
        for (text, value) in [
            ("user = bob\npassword = ~\n", "mypassword"),
            ("username=store-user\npassword=~\n", "store-pass"),
            ("POSTGRES_USER: outer_word\npassword: ~\n", "outer_word"),
            ("user = get(x)\npassword = ~\n", "outer_word"),
            ("user = user\npassword = ~\n", "outer_word"),
            ("host = bob\npassword = ~\n", "outer_word"),
            ("user = 'bob'\npassword = ~\n", "outer_word"),
            ("user = bob\npassword = ~ or x\n", "outer_word"),
        ] {
            assert!(password(text, value) < medium, "{text}");
        }
    }

    #[test]
    fn a_translation_is_no_password() {
        assert!(super::is_label(b"Adgangskode") && super::is_label(b"Mot de passe"));
        assert!(!super::is_label(b"tulipfield") && !super::is_label(b"Tulip_field"));
        assert!(super::says_itself(b"wachtwoord") && super::says_itself(b"store-pass"));
    }
}
