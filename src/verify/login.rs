//! `user:password` in base64, as HTTP's Basic scheme and Docker's configuration hold it.
//!
//! Sources: RFC 7617, the Docker documents on `config.json`.

use super::Verdict;
use super::base::{base64, base64_bytes, to_base64};
use super::form::Form;
use super::locate::{base64 as base64_char, encoded, run_end};
use super::placeholder::placeholder;
use crate::model::Severity;
use crate::rule::Generator;
use std::ops::Range;

/// `docker-auth`.
pub(super) const DOCKER: Form =
    Form { name: "docker-auth", about: "it decodes to a user and a password", find, judge, make };

/// `basic-auth`.
pub(super) const BASIC: Form =
    Form { name: "basic-auth", about: "it decodes to a user and a password", find, judge, make };

/// What stands after the word `Basic`, or else the last run that can be base64.
fn find(text: &[u8]) -> Option<Range<usize>> {
    let word = text.windows(6).rposition(|w| w.eq_ignore_ascii_case(b"basic "));
    let after_word = word.map(|at| at + 6..run_end(text, at + 6, base64_char));
    after_word.filter(|r| r.len() >= 8).or_else(|| encoded(text, 8))
}

fn judge(text: &[u8]) -> Verdict {
    let raw = base64(text).unwrap_or_default();
    let Ok(login) = std::str::from_utf8(&raw) else {
        return Verdict::Rejected("it does not decode to text");
    };
    let Some((user, password)) = login.split_once(':').filter(|_| is_printable(login)) else {
        return Verdict::Rejected("it does not decode to a user and a password");
    };
    // With a token as the user, the password is empty or says so.
    if password.len() < 4 || matches!(password, "x-oauth-basic" | "api_token" | "unused") {
        return if user.len() >= 16 && placeholder(user.as_bytes()).is_none() {
            Verdict::Agrees("decodes to a token in the user's place".into())
        } else {
            Verdict::Rejected("the password is missing")
        };
    }
    if user == password {
        return Verdict::Doubtful("decodes to the same word twice".into());
    }
    if placeholder(password.as_bytes()).is_some() {
        return Verdict::Doubtful("decodes to a placeholder for a password".into());
    }
    if is_documented(user, password) {
        return Verdict::Lesser(Severity::Low, "documented example".into());
    }
    Verdict::Agrees("decodes to a user and a password".into())
}

/// The pairs of RFC 7617 and of its predecessor.
fn is_documented(user: &str, password: &str) -> bool {
    let user_fits = user.eq_ignore_ascii_case("aladdin");
    user_fits && matches!(&*password.to_ascii_lowercase(), "open sesame" | "opensesame")
}

fn is_printable(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

/// A user and a random password that fill the same number of characters.
fn make(text: &[u8], random: &mut Generator) -> Option<Vec<u8>> {
    let padding = text.iter().rev().take_while(|&&b| b == b'=').count();
    let room = base64_bytes(text.len() - padding).checked_sub(3).filter(|&r| r >= 4)?;
    let word = random.text(b"abcdefghijkmnpqrstuvwxyz23456789", room);
    Some(to_base64(&[b"ci:".as_slice(), &word].concat()))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{passes, rejected, verdict};
    use super::*;

    #[test]
    fn made_logins_pass() {
        passes("basic-auth", "[Bb]asic [0-9A-Za-z+/]{24}");
        passes("docker-auth", "\"auth\": \"[0-9A-Za-z+/]{31}=\"");
    }

    #[test]
    fn logins_are_judged_by_their_password() {
        let says = |login: &str| verdict("basic-auth", &to_base64(login.as_bytes()));
        assert!(matches!(says("deploy:q8Zk1Vd0xP"), Verdict::Agrees(_)));
        assert!(matches!(says("user:password"), Verdict::Doubtful(_)));
        assert!(matches!(says("admin:admin"), Verdict::Doubtful(_)));
        assert!(matches!(says("q8Zk1Vd0xPw2LmA9tZk1:"), Verdict::Agrees(_)));
        assert!(matches!(says("Aladdin:open sesame"), Verdict::Lesser(..)));
        for login in ["noColonAtAll", "user:", ":", "a:\u{1}bcdef"] {
            assert!(matches!(says(login), Verdict::Rejected(_)), "{login}");
        }
        assert!(rejected("docker-auth", &to_base64(&[0xff; 12])));
    }
}
