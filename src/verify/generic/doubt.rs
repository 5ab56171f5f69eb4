//! How sure one may be of a value at most for what no trait tells: texts that people read, names of
//! things, and what is typed where any value will do.

use super::super::Token;
use super::super::holds::{holds, places};
use super::super::placeholder::telling_word;
use super::super::words::is_wordy;
use super::aside::is_aside;
use super::line::Line;
use super::{forms, labels, mere, place, stuff};
use crate::model::Confidence;

/// How sure one may be at most of the secret of `token`, which stands as `line` tells.
pub(super) fn most_believed(token: &Token<'_>, line: &Line<'_>, is_url: bool) -> Confidence {
    let value = token.secret();
    if is_url {
        return if place::is_varied(value) { made(value) } else { Confidence::Medium };
    }
    let word = value.iter().all(u8::is_ascii_alphabetic) && is_wordy(value);
    let compared = line.is_compared() && word;
    if stuff::is_telling_login(value)
        || stuff::says_so_inside(value)
        || stuff::is_seed_of_text(value)
        || is_text(value, line)
        || labels::is_among(value, line)
        || compared
        || is_attribute(line)
        || is_aside(line.name)
        || forms::is_hexspeak(value)
        || telling_word(value) && value.len() < 24
        || line.is_class(value)
        || mere::is_mere(token, line)
    {
        return Confidence::Low;
    }
    if mere::is_given(value, line) { Confidence::Medium } else { made(value) }
}

/// How sure one may be of what `value` looks made for: a web token without its signature, a text
/// with the hash of another, and what a person has typed for one (`a1b2c3d4`, `Hunter42`).
fn made(value: &[u8]) -> Confidence {
    let dots = value.iter().filter(|b| **b == b'.').count();
    let cut = value.starts_with(b"eyJ") && (dots == 1 || value.ends_with(b"."));
    let typed = forms::is_interleaved(value) || forms::is_counted(value) || forms::is_typed(value);
    let hashed = stuff::holds_hash(value) || stuff::is_hashed_login(value);
    let odd = cut || typed || hashed || escapes(value).next().is_some();
    if odd { Confidence::Medium } else { Confidence::High }
}

/// Where letters beyond ASCII are written as escapes: `\u00e4`.
fn escapes(value: &[u8]) -> impl Iterator<Item = usize> + '_ {
    let hex = move |at: usize| {
        let code = value.get(at + 2..at + 6);
        code.is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit))
    };
    places(value, b"\\u").filter(move |at| hex(*at))
}

/// Whether it is a text for people: a word in another language, the label of a form, or the first
/// word of a sentence.
fn is_text(value: &[u8], line: &Line<'_>) -> bool {
    let digits = value.iter().filter(|b| b.is_ascii_digit()).count();
    let escaped: usize = escapes(value)
        .map(|at| value[at + 2..at + 6].iter().filter(|b| b.is_ascii_digit()).count())
        .sum();
    if digits > escaped {
        // A sentence may count something.
        return !value.is_ascii() && value.iter().filter(|b| **b == b' ').count() >= 2;
    }
    let foreign = escapes(value).next().is_some() || !value.is_ascii();
    let odd = value.iter().any(|b| b"!@#$%^&*?~=+".contains(b));
    let label = line.between.ends_with(b">") && holds(line.before, b"<string ");
    foreign && !odd
        || label && is_plain(value)
        || is_sentence(value, line)
        || is_label(value, line)
}

/// Whether it is the label of a field by its name, capitalised as that is.
fn is_label(value: &[u8], line: &Line<'_>) -> bool {
    let word = |text: &[u8]| {
        let rest = text.get(1..).unwrap_or_default();
        text.first().is_some_and(u8::is_ascii_uppercase) && rest.iter().all(u8::is_ascii_lowercase)
    };
    let begins = line.before.trim_ascii().is_empty() || line.before.ends_with(b"\\ ");
    let dotted = line.name.contains(&b'.');
    let phrase = dotted && line.name.iter().any(|b| *b == b'-' || b.is_ascii_uppercase());
    !line.quoted && word(value) && begins && (word(line.name) || phrase)
}

/// Whether it stands bare before another word, as in `message = Passwords differ`.
fn is_sentence(value: &[u8], line: &Line<'_>) -> bool {
    let joins = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'=' | b':' | b'*');
    let shouts = !line.name.iter().any(u8::is_ascii_lowercase);
    let after = line.after.strip_prefix(b"\\").unwrap_or(line.after);
    let next = after.strip_prefix(b" ").unwrap_or_default();
    let word = next.iter().take_while(|b| b.is_ascii_lowercase() || !b.is_ascii()).count();
    let ends = matches!(next.get(word), None | Some(b' ' | b'.' | b',' | b'\\' | b'\r'));
    !line.quoted
        && !shouts
        && line.between.iter().all(joins)
        && value.iter().all(u8::is_ascii_alphabetic)
        && (word >= 2 || word == 1 && next.get(2).is_some_and(u8::is_ascii_lowercase))
        && ends
}

/// Letters and blanks only.
fn is_plain(value: &[u8]) -> bool {
    value.iter().all(|b| b.is_ascii_alphabetic() || matches!(b, b' ' | b'-' | b'.' | b'\''))
}

/// Whether a key is given its value to tell more about something: `StatusKey.String("open")`.
fn is_attribute(line: &Line<'_>) -> bool {
    let calls = [&b"Key.String"[..], b"Key.Int", b"Key.Bool"];
    line.between.starts_with(b"(") && calls.iter().any(|call| line.name.ends_with(call))
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::sure;
    use crate::model::Confidence;

    #[test]
    fn texts_for_people_are_hardly_believed() {
        let password = |text, name, secret| sure("generic-password", text, name, secret);
        let word = concat!("Wacht", "woord");
        let label = "<string name=\"auth_password\">~</string>";
        for judged in [
            password(label, "password", "Contraseña"),
            password(label, "password", word),
            password("a.password=~ err\\u00F3neas", "password", "Credenciales"),
            password("badPassword=~", "badPassword", "Ung\\u00FCltige"),
            password("Password=~\n", "Password", word),
            password("x.copy.password=~ l\u{f6}senordet", "x.copy", "Kopiera"),
            password("if update_password == '~'", "update", "internal"),
        ] {
            assert!(judged <= Some(Confidence::Low), "{judged:?}");
        }
        let made = "mK7vQ2xW9pLz";
        assert!(password(label, "password", made) >= Some(Confidence::Medium));
        assert!(password("password = '~'", "password", made) == Some(Confidence::High));
    }

    #[test]
    fn for_what_is_typed_anywhere_nobody_is_stopped() {
        for secret in ["Forge123", "hunter42", "asdfqwer1234asdf"] {
            let judged = sure("generic-password", "password = '~'", "password", secret);
            assert!(judged <= Some(Confidence::Medium), "{secret}: {judged:?}");
        }
        let made = ["ihYXzOOCbi5MpjY", "IM3LSnfje4znMKo43qKK01wGbKA"].concat();
        let secret = |text: &str, name: &str| sure("generic-secret", text, name, &made);
        assert!(secret("\"keyId\": \"~\"", "keyId") <= Some(Confidence::Low));
        assert!(secret("StateKey.String(\"~\")", "StateKey") <= Some(Confidence::Low));
        for name in
            ["cache_key", "site_key", "lookupKey", "token_type", "csrf_token", "secret_name"]
        {
            let judged = secret(&format!("{name}: \"~\""), name);
            assert!(judged <= Some(Confidence::Low), "{name}: {judged:?}");
        }
        for name in ["primary_key", "oauth_verifier", "storage_key"] {
            let judged = secret(&format!("{name}: \"~\""), name);
            assert!(judged >= Some(Confidence::Medium), "{name}: {judged:?}");
        }
        assert_eq!(secret("client_secret: \"~\"", "client"), Some(Confidence::High));
    }
}
