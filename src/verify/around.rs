//! What stands around a value, and what it is made of: is it a part of encoded data, or public?

use super::base::base64;
use super::placeholder::placeholder;
use super::{Check, Token, Verdict};

/// The check `not-in-base64`.
pub(super) struct NotInBase64;

/// How far around the value is looked.
const WITHIN: usize = 24;

impl Check for NotInBase64 {
    fn name(&self) -> &'static str {
        "not-in-base64"
    }

    fn about(&self) -> &'static str {
        "it is not a stretch of something longer in base64"
    }

    fn check(&self, token: &Token<'_>) -> Verdict {
        let coded = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
        let text = token.text;
        let before = text.get(..token.secret.start).unwrap_or_default();
        let after = text.get(token.secret.end..).unwrap_or_default();
        let ahead = before.iter().rev().take(WITHIN).take_while(coded).count();
        let behind = after.iter().take(WITHIN).take_while(coded).count();
        // A path or a query has a value or two; encoded data goes on and on.
        if ahead == WITHIN || behind == WITHIN {
            return Verdict::Rejected("it is a stretch of something longer in base64");
        }
        Verdict::Silent
    }
}

/// The check `not-a-placeholder`.
pub(super) struct NotAPlaceholder;

impl Check for NotAPlaceholder {
    fn name(&self) -> &'static str {
        "not-a-placeholder"
    }

    fn about(&self) -> &'static str {
        "it is no placeholder, template or name; it need not be random"
    }

    fn check(&self, token: &Token<'_>) -> Verdict {
        match placeholder(token.secret()) {
            Some(why) => Verdict::Rejected(why),
            None => Verdict::Silent,
        }
    }
}

/// The check `not-public`.
pub(super) struct NotPublic;

impl Check for NotPublic {
    fn name(&self) -> &'static str {
        "not-public"
    }

    fn about(&self) -> &'static str {
        "it holds no certificate and no public key in base64"
    }

    fn check(&self, token: &Token<'_>) -> Verdict {
        let secret = token.secret();
        let head = base64(&secret[..secret.len().min(40) / 4 * 4]).unwrap_or_default();
        let public: [&[u8]; 4] =
            [b"-----BEGIN CERT", b"-----BEGIN PUBLIC", b"-----BEGIN TRUSTED CERT", b"ssh-"];
        match public.iter().any(|start| head.starts_with(start)) {
            true => Verdict::Rejected("it is a certificate or a public key"),
            false => Verdict::Silent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rejected;
    use super::super::{Token, Verdict, find};
    use crate::model::Span;
    use crate::rule::RuleSet;

    #[test]
    fn a_stretch_of_base64_is_no_token() {
        let rules = RuleSet::builtin();
        let text = ["q8Zk/1Vd0x+Pw2LmA9tZk1Vd0x/", "EAAtoken123", "/q8Zk1Vd"].concat();
        let secret = Span::new(27, 38);
        let check = find("not-in-base64");
        let whole = Token { rule: rules.get(0), text: text.as_bytes(), matched: secret, secret };
        assert!(matches!(check.map(|c| c.check(&whole)), Some(Verdict::Rejected(_))));
        assert!(!rejected("not-in-base64", b"EAAtoken123"));
    }

    #[test]
    fn a_placeholder_is_no_password() {
        assert!(rejected("not-a-placeholder", b"<password>"));
        assert!(!rejected("not-a-placeholder", b"tulip7"));
    }

    #[test]
    fn certificates_are_public() {
        let coded = |label: &str| {
            let text = format!("-----BEGIN {label}-----\nMIIB");
            data_encoding::BASE64.encode(text.as_bytes())
        };
        assert!(rejected("not-public", coded("CERTIFICATE").as_bytes()));
        assert!(!rejected("not-public", coded("RSA PRIVATE KEY").as_bytes()));
        assert!(!rejected("not-public", b"dGhpcyBpcyBvbmU="));
    }
}
