//! A password that is no mere word: letters and something beside them.

use super::words::surprise;
use super::{Check, Token, Verdict};

/// Shorter values of letters only may be names.
const SHORTEST: usize = 10;
/// Letter pairs of noise surprise by more, in bits.
const STRANGE: f64 = 5.0;

/// The check `mixed`.
pub(super) struct Mixed;

impl Check for Mixed {
    fn name(&self) -> &'static str {
        "mixed"
    }

    fn about(&self) -> &'static str {
        "digits or signs stand beside letters, or capitals among small ones, as in no word"
    }

    fn check(&self, token: &Token<'_>) -> Verdict {
        let count = |is: fn(&u8) -> bool| token.secret().iter().filter(|b| is(b)).count();
        let signs = count(|b| b.is_ascii_punctuation() && !b"_-.,:/".contains(b));
        let (letters, digits) = (count(u8::is_ascii_alphabetic), count(u8::is_ascii_digit));
        if letters >= 2 && digits + signs >= 1 || is_noise(token.secret()) {
            Verdict::Silent
        } else {
            Verdict::Rejected("it may be a word or a number")
        }
    }
}

/// Letters only, of both cases, in no order that any language has.
fn is_noise(value: &[u8]) -> bool {
    let humps =
        value.windows(2).filter(|w| w[0].is_ascii_lowercase() && w[1].is_ascii_uppercase());
    value.len() >= SHORTEST
        && value.iter().all(u8::is_ascii_alphabetic)
        && humps.count() >= 2
        && surprise(value) >= STRANGE
}

/// Whether people would make up no name or word like `value`: it has letters of both cases and
/// digits, or digits or signs that no code and no path has.
pub(super) fn is_made_up(value: &[u8]) -> bool {
    let count = |is: fn(&u8) -> bool| value.iter().filter(|b| is(b)).count();
    let (lower, upper) = (count(u8::is_ascii_lowercase), count(u8::is_ascii_uppercase));
    let digits = count(u8::is_ascii_digit);
    let signs = count(|b| b"!@#$%^&*?~".contains(b));
    let others = count(|b| b"()[]{}<>/\\|:;,'\"` \t=".contains(b)) + count(u8::is_ascii_control);
    let hex = value.iter().all(u8::is_ascii_hexdigit);
    let cases = lower > 0 && upper > 0 && digits > 0;
    let enough = lower + upper >= 3 && (cases || digits >= 2 || signs > 0);
    let hash = value.iter().filter(|b| **b == b'$').count() > 1 || value.first() == Some(&b'$');
    enough && others == 0 && !hex && !hash && !says_password(value)
}

/// Whether it is the word itself with signs for letters: `p@ssw0rd`.
fn says_password(value: &[u8]) -> bool {
    let letter = |b: &u8| match b {
        b'4' | b'@' => b'a',
        b'0' => b'o',
        b'5' | b'$' => b's',
        b => b.to_ascii_lowercase(),
    };
    let plain: Vec<u8> = value.iter().map(letter).collect();
    memchr::memmem::find(&plain, b"passw").is_some()
}

#[cfg(test)]
mod tests {
    use super::super::testing::rejected;
    use super::is_made_up;

    #[test]
    fn words_are_not_mixed() {
        assert!(rejected("mixed", b"please") && rejected("mixed", b"1234567"));
        assert!(!rejected("mixed", b"tulip7") && !rejected("mixed", b"tulip!"));
        let noise = ["SfvipW", "prpGzL"].concat();
        assert!(!rejected("mixed", noise.as_bytes()) && rejected("mixed", b"getUserPassword"));
    }

    #[test]
    fn what_people_make_up_is_told_from_names_and_code() {
        for value in ["cAc48k1Zd7", "Qass123!@#", "4ian1234", "super$ecret"] {
            assert!(is_made_up(value.as_bytes()), "{value}");
        }
        for value in [
            "open_sesame",
            "user.password1",
            "getValue()",
            "0f8b2c9d",
            "$2a$10$abcdef",
            "p4ssw0rd",
        ] {
            assert!(!is_made_up(value.as_bytes()), "{value}");
        }
    }
}
