//! What a value is made of, in numbers.

use super::super::base::{base32, base64};
use super::super::holds::holds;
use super::super::placeholder::{placeholder, says_nothing, telling_word};
use super::super::random::entropy;
use super::super::surprise;
use super::super::words::{is_wordy, words};
use super::NOISE;
use super::common;
use super::sheet::Sheet;
use super::traits::Trait;

/// Notes the traits of `value`.
pub(super) fn measure(value: &[u8], sheet: &mut Sheet) {
    characters(value, sheet);
    variety(value, sheet);
    forms(value, sheet);
    letters(value, sheet);
    meaning(value, sheet);
}

fn characters(value: &[u8], sheet: &mut Sheet) {
    let count = |is: fn(&u8) -> bool| value.iter().filter(|b| is(b)).count();
    let len = value.len();
    let (digits, lower) = (count(u8::is_ascii_digit), count(u8::is_ascii_lowercase));
    let (upper, signs) = (count(u8::is_ascii_uppercase), count(u8::is_ascii_punctuation));
    sheet.put(Trait::Length, len);
    sheet.share(Trait::Digits, digits, len);
    sheet.share(Trait::Lower, lower, len);
    sheet.share(Trait::Upper, upper, len);
    sheet.share(Trait::Signs, signs, len);
    sheet.put(Trait::Kinds, [digits, lower, upper, signs].iter().filter(|n| **n > 0).count());
    sheet.put(Trait::Blanks, count(|b| *b == b' '));
    sheet.put(Trait::Dashes, count(|b| matches!(b, b'-' | b'_')));
    sheet.put(Trait::Dots, count(|b| *b == b'.'));
    sheet.put(Trait::Slashes, count(|b| *b == b'/'));
    sheet.put(Trait::Odd, count(|b| b.is_ascii_punctuation() && !b"-_./=+:".contains(b)));
    sheet.flag(Trait::Foreign, !value.is_ascii());
    let tail = value.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    sheet.put(Trait::TailDigits, if tail < len { tail } else { 0 });
}

/// Digit, small letter, capital or other.
fn kind(b: u8) -> u8 {
    match b {
        b'0'..=b'9' => 1,
        b'a'..=b'z' => 2,
        b'A'..=b'Z' => 3,
        _ => 4,
    }
}

fn variety(value: &[u8], sheet: &mut Sheet) {
    let len = value.len();
    let turns = value.windows(2).filter(|w| matches!(w, [a, b] if kind(*a) != kind(*b))).count();
    sheet.share(Trait::Turns, turns, len);
    let mut seen = [false; 256];
    value.iter().for_each(|b| seen[usize::from(*b)] = true);
    let distinct = seen.iter().filter(|s| **s).count();
    sheet.put(Trait::Distinct, distinct);
    let size = alphabet(value).min(len).max(2);
    let share = entropy(value) * 100.0 / (size as f64).log2();
    sheet.put(Trait::Entropy, share as usize);
    let run = |of: &[u8]| {
        let runs = value.chunk_by(|a, b| kind(*a) == kind(*b));
        let of = runs.filter(|r| r.first().is_some_and(|b| of.contains(&kind(*b))));
        of.map(<[u8]>::len).max().unwrap_or(0)
    };
    sheet.put(Trait::DigitRun, run(&[1]));
    sheet.put(Trait::LetterRun, run(&[2, 3]));
    let pairs = |is: fn(u8, u8) -> bool| {
        value.windows(2).filter(|w| matches!(w, [a, b] if is(*a, *b))).count()
    };
    sheet.share(Trait::Rows, pairs(|a, b| b == a.wrapping_add(1) || a == b.wrapping_add(1)), len);
    sheet.share(Trait::Doubled, pairs(|a, b| a == b), len);
}

/// How many characters the smallest usual alphabet of `value` has.
fn alphabet(value: &[u8]) -> usize {
    let has = |kind_: u8| value.iter().any(|b| kind(*b) == kind_);
    if value.iter().all(u8::is_ascii_hexdigit) {
        return if has(2) || has(3) { 16 } else { 10 };
    }
    [(1, 10), (2, 26), (3, 26), (4, 8)].iter().filter(|(k, _)| has(*k)).map(|(_, n)| n).sum()
}

fn forms(value: &[u8], sheet: &mut Sheet) {
    let hex = value.iter().all(u8::is_ascii_hexdigit);
    sheet.flag(Trait::Hex, hex);
    sheet.flag(Trait::HashLong, hex && matches!(value.len(), 32 | 40 | 56 | 64 | 96 | 128));
    let dash = |i: usize| value.get(i) == Some(&b'-');
    sheet.flag(Trait::Uuid, value.len() == 36 && [8, 13, 18, 23].into_iter().all(dash));
    sheet.flag(Trait::Padded, value.ends_with(b"="));
    let first = value.first().is_some_and(u8::is_ascii_uppercase);
    let rest = value.get(1..).unwrap_or_default();
    sheet.flag(Trait::Capitalised, first && rest.iter().all(u8::is_ascii_lowercase));
    let hump = |w: &&[u8]| matches!(w, [a, b, c] if a.is_ascii_lowercase() && b.is_ascii_uppercase() && c.is_ascii_lowercase());
    sheet.put(Trait::Humps, value.windows(3).filter(hump).count());
    let has = |mark: &[u8]| holds(value, mark);
    let crypt = [&b"$2"[..], b"$5$", b"$6$", b"$1$", b"pbkdf2", b"{SHA", b"{SSHA", b"sha1$"];
    // Spring and LDAP say before the hash how it was made: `{bcrypt}$2a$…`.
    let made = value.strip_prefix(b"{").and_then(|v| v.iter().position(|b| *b == b'}'));
    let hash = &value[made.map_or(0, |at| at + 2)..];
    sheet.flag(
        Trait::Crypt,
        crypt.iter().any(|m| value.starts_with(m) || hash.starts_with(m)) || is_phc(hash),
    );
    let marks: [&[u8]; 9] = [b"::", b"->", b"(", b")", b"[", b"{", b"=>", b"&&", b"\\"];
    sheet.flag(Trait::Code, marks.iter().any(|m| has(m)));
    sheet.flag(Trait::Decodes, !hex && !text_in(value).is_empty());
}

/// `$argon2id$v=19$…`, `$pbkdf2-sha512$310000$…`: how hashes of passwords are written.
/// Source: the PHC string format, github.com/P-H-C/phc-string-format.
fn is_phc(value: &[u8]) -> bool {
    let mut parts = value.split(|b| *b == b'$');
    let of = |p: &[u8], case: fn(&u8) -> bool| {
        p.iter().all(|b| case(b) || b.is_ascii_digit() || *b == b'-')
    };
    let id = |p: &[u8]| of(p, u8::is_ascii_lowercase) || of(p, u8::is_ascii_uppercase);
    value.len() >= 30
        && parts.next() == Some(b"")
        && parts.next().is_some_and(|p| {
            let first = p.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'2');
            p.len() <= 32 && first && id(p)
        })
        && parts.count() >= 2
}

fn letters(value: &[u8], sheet: &mut Sheet) {
    let sixteenths = |part: &[u8]| (surprise(part) * 16.0) as usize;
    sheet.put(Trait::Surprise, sixteenths(value));
    let parts = || words(value).filter(|w| w.len() > 3);
    sheet.put(Trait::HardestPart, parts().map(sixteenths).max().unwrap_or(0));
    sheet.put(Trait::Parts, words(value).count());
    let letters = value.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let vowels = value.iter().filter(|b| b"aeiouAEIOU".contains(b)).count();
    sheet.share(Trait::Vowels, vowels, letters);
    sheet.flag(Trait::Wordy, is_wordy(value));
    sheet.share(Trait::Known, common::covered(value), letters);
}

fn meaning(value: &[u8], sheet: &mut Sheet) {
    sheet.flag(Trait::Telling, telling_word(value));
    sheet.flag(Trait::Empty, says_nothing(value));
    let inside = text_in(value);
    let common = common::is_default(value) || common::is_default(&inside);
    sheet.flag(Trait::Common, common || is_plain_login(value));
    let names = common::names_secret(value) || common::names_secret(&inside);
    sheet.flag(Trait::NamesSecret, names);
}

/// The text that `value` is in base64, if it is one.
fn text_in(value: &[u8]) -> Vec<u8> {
    if !(8..200).contains(&value.len()) {
        return Vec::new();
    }
    let bare = value.len() - value.iter().rev().take_while(|b| **b == b'=').count();
    let whole = if bare == value.len() { bare / 4 * 4 } else { value.len() / 4 * 4 };
    let mut raw = base64(value.get(..whole).unwrap_or_default()).unwrap_or_default();
    raw.truncate(raw.trim_ascii_end().len());
    let is_text = raw.len() > 4 && raw.iter().all(|b| b.is_ascii_graphic() || *b == b' ');
    if is_text { raw } else { Vec::new() }
}

/// Whether the text that `value` is in base64 says what it is: `this is a fake token`. A user without
/// a password is none, unless it is a token itself.
pub(super) fn says_so_inside(value: &[u8]) -> bool {
    if let Some(login) = login(value) {
        return login.len() < 16 && login.ends_with(':');
    }
    let inside = text_in(value);
    let tells = || holds(&inside, b" ") && common::names_secret(&inside);
    let word = inside.iter().all(u8::is_ascii_alphanumeric);
    let usual = || placeholder(&inside).is_some() || word && common::is_default(&inside);
    !inside.is_empty() && (usual() || tells())
}

/// Whether `value`, a seed in base32, is words or a row, as seeds of examples are, or the usual one:
/// `Hello!` and four bytes more.
pub(super) fn is_seed_of_text(value: &[u8]) -> bool {
    let upper = |b: &u8| b.is_ascii_uppercase() || matches!(b, b'2'..=b'7' | b'=');
    if value.len() < 16 || !value.iter().all(upper) {
        return false;
    }
    let raw = base32(&value[..value.len() / 8 * 8]).unwrap_or_default();
    let graphic = raw.iter().filter(|b| b.is_ascii_graphic() || **b == b' ').count();
    let text = graphic + 1 >= raw.len() && surprise(&raw) * 16.0 < f64::from(NOISE);
    raw.starts_with(b"Hello!") || text && !raw.is_empty()
}

/// Whether a part of `value` is as long as the name of a commit: such a value names something that
/// was made of it.
pub(super) fn holds_hash(value: &[u8]) -> bool {
    let mut parts = value.split(|b| !b.is_ascii_alphanumeric());
    let is = |p: &[u8]| matches!(p.len(), 40 | 64) && p.iter().all(u8::is_ascii_hexdigit);
    parts.any(|p| p.len() + 4 < value.len() && is(p))
}

/// Whether `value` is a user and a password in base64.
pub(super) fn is_login(value: &[u8]) -> bool {
    login(value).is_some()
}

/// Whether its password is no more than a hash of one, as for the file of a web server.
pub(super) fn is_hashed_login(value: &[u8]) -> bool {
    let hashed = |l: String| {
        let password = l.split_once(':').unwrap_or_default().1;
        ["{SHA", "{SSHA", "$apr1$", "$2"].iter().any(|mark| password.starts_with(mark))
    };
    login(value).is_some_and(hashed)
}

/// Whether its password says what it is: `testuser:testpass123`.
pub(super) fn is_telling_login(value: &[u8]) -> bool {
    let Some(login) = login(value) else { return false };
    let password = login.split_once(':').unwrap_or_default().1.to_ascii_lowercase();
    ["pass", "test", "secret"].iter().any(|word| password.contains(word))
}

/// Whether its password is one that people write in tests and documents.
fn is_plain_login(value: &[u8]) -> bool {
    let Some(login) = login(value) else { return false };
    let (user, password) = login.split_once(':').unwrap_or_default();
    // Without a password, the user is a token.
    let is_digits = password.bytes().all(|b| b.is_ascii_digit());
    let bare = password.trim_end_matches(|c: char| c.is_ascii_digit()).as_bytes();
    let plain = || {
        placeholder(password.as_bytes()).is_some()
            || common::is_default(password.as_bytes())
            || bare.len() >= 4 && is_wordy(bare)
    };
    !password.is_empty() && (password.len() < 8 || user == password || is_digits || plain())
}

/// The user and the password that `value` is in base64.
fn login(value: &[u8]) -> Option<String> {
    let bare = value.get(..value.len() / 4 * 4).unwrap_or_default();
    let text = String::from_utf8(base64(bare)?).ok()?;
    let odd = |c: char| c.is_control() && c != '\0';
    (text.len() > 3 && text.contains(':') && !text.contains(odd)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::super::super::base::{to_base32, to_base64};
    use super::*;

    #[test]
    fn seeds_of_examples_are_texts() {
        let seed = |raw: &[u8]| is_seed_of_text(&to_base32(raw));
        assert!(seed(b"1234567890") && seed(b"hello worlds") && seed(b"\x81bcdefghijk"));
        assert!(seed(b"Hello!\xde\xad\xbe\xef") && !seed(b"\x91b\xf3d\x07fg\xe2\x99k"));
        assert!(!seed(b"AgrnOq1ZFzdp") && !is_seed_of_text(b"ABCDEFG"));
    }

    #[test]
    fn hashes_of_passwords_are_told_by_their_form() {
        let hash = "c8p78n7pUMln0jzvd4aK4Q";
        for id in ["pbkdf2-sha512", "argon2id", "scrypt", "y"] {
            assert!(is_phc(format!("${id}$310000${hash}").as_bytes()), "{id}");
        }
        assert!(!is_phc(format!("$Pa$s{hash}$word").as_bytes()));
    }

    #[test]
    fn logins_of_tests_are_told_from_others() {
        let plain = |login: &str| is_plain_login(&to_base64(login.as_bytes()));
        for login in
            ["foo:bar", "1:123456789", "alice:alice", "user:password", "testuser:testpass123"]
        {
            assert!(plain(login), "{login}");
        }
        let telling = |login: &str| is_telling_login(&to_base64(login.as_bytes()));
        assert!(telling("bob:MyPass1") && !telling("testuser:q8Zk1Vd0"));
        let inside = |text: &str| says_so_inside(&to_base64(text.as_bytes()));
        assert!(inside("this is a fake bearer token") && inside("TESTKEY1") && inside("user:"));
        assert!(!inside("bob:q8Zk1Vd0") && !inside("correct/2horse"));
        assert!(is_hashed_login(&to_base64(b"bob:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=")));
        let made = "q8Zk1Vd0".to_owned() + "xPw2LmA9";
        assert!(!plain(&format!("ci:{made}")) && !plain(&format!("{made}:")));
    }
}
