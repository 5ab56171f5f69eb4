//! Tokens of services whose parts can be read: numbers, times and lengths in them.
//!
//! Sources: Slack's, Stripe's, SendGrid's, Discord's, Postman's, JFrog's and WorkOS's documents;
//! what the parts decode to was measured on public samples.

use super::base::{base58, base64, base64_bytes, to_base64url};
use super::form::{Form, as_is};
use super::locate::{base62, base64 as base64_char, base64url, from_mark, run_start};
use super::marks::written;
use super::random::{doubt, implausible};
use super::{Verdict, date};
use crate::model::Severity;
use crate::rule::Generator;

/// `slack`: tokens and the paths of web hooks.
pub(super) const SLACK: Form = Form {
    name: "slack",
    about: "the numbers of team and user and the secret part are plausible",
    find: |text| {
        let in_token = |b: u8| base64url(b) || matches!(b, b'/' | b'.');
        from_mark(
            text,
            &[
                "xoxb-",
                "xoxp-",
                "xoxa-",
                "xoxr-",
                "xoxs-",
                "xoxe",
                "xapp-",
                "xoxc-",
                "xoxd-",
                "hooks.slack.com/",
            ],
            in_token,
        )
    },
    judge: |token| {
        let parts = || token.split(|&b| matches!(b, b'-' | b'/')).skip(1);
        let row = |part: &[u8]| part.len() >= 9 && part.iter().all(|b| Some(b) == part.first());
        let secret = parts().last().unwrap_or_default();
        if parts().any(row) {
            return Verdict::Rejected("it is a placeholder");
        }
        if let Some(doubt) = doubt(secret) {
            return doubt;
        }
        let counted = |part: &&[u8]| part.starts_with(b"123456789");
        if parts().filter(counted).count() >= 2 {
            return Verdict::Rejected("it is a placeholder");
        }
        Verdict::Agrees("its parts are plausible".into())
    },
    make: as_is,
};

/// What keys of WorkOS begin with behind `sk_live_`: `key_` in base64.
const WORKOS_START: &[u8] = b"a2V5Xz";

/// `stripe-mode`.
pub(super) const STRIPE: Form = Form {
    name: "stripe-mode",
    about: "the prefix tells live keys from test keys and secret from publishable ones",
    find: |text| from_mark(text, &["sk_", "rk_", "pk_", "ek_", "whsec_"], base64url),
    judge: |key| {
        let body = key.rsplit(|&b| b == b'_').next().unwrap_or_default();
        if let Some(doubt) = doubt(body) {
            return doubt;
        }
        if body.starts_with(WORKOS_START) {
            return Verdict::Rejected("it begins as keys of WorkOS do");
        }
        if key.starts_with(b"pk_") {
            return Verdict::Lesser(Severity::Low, "publishable by design".into());
        }
        if key.get(3..8) == Some(b"test_") {
            return Verdict::Lesser(Severity::Low, "of the test mode".into());
        }
        if key.get(3..8) == Some(b"live_") && body.starts_with(b"51") {
            return Verdict::Agrees("holds an account number, as present keys do".into());
        }
        Verdict::Silent
    },
    make: as_is,
};

/// `sendgrid`.
pub(super) const SENDGRID: Form = Form {
    name: "sendgrid",
    about: "its parts are base64 of exactly 16 and 32 bytes",
    find: |text| from_mark(text, &["SG."], |b| base64url(b) || b == b'.'),
    judge: |key| {
        let exact = |part: &[u8], len: usize| {
            base64(part).is_some_and(|raw| raw.len() == len && to_base64url(&raw) == part)
        };
        let mut parts = key.split(|&b| b == b'.').skip(1);
        let (id, secret) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if let Some(doubt) = doubt(secret) {
            return doubt;
        }
        if exact(id, 16) && exact(secret, 32) {
            return Verdict::Agrees("its parts are of 16 and 32 bytes".into());
        }
        if id.len() == 22 && secret.len() == 43 {
            return Verdict::Odd(
                Severity::High,
                "the spare bits of its parts are not zero".into(),
            );
        }
        Verdict::Odd(Severity::Medium, "its parts have not the right lengths".into())
    },
    make: |key, _| written(&written(key, 24, b"A")?, 68, b"A"),
};

/// `discord-bot`.
pub(super) const DISCORD: Form = Form {
    name: "discord-bot",
    about: "the first part decodes to the number of a bot made between 2015 and now",
    find: |text| {
        let second = memchr::memrchr(b'.', text)?;
        let first = memchr::memrchr(b'.', text.get(..second)?)?;
        let start = run_start(text, first, base64url);
        let end = super::locate::run_end(text, second + 1, base64url);
        Some(start..end)
    },
    judge: |token| {
        let id = token.split(|&b| b == b'.').next().and_then(base64).unwrap_or_default();
        match snowflake_time(&id) {
            Some(made) => Verdict::Proven(format!(
                "belongs to Discord bot {}, made on {}",
                String::from_utf8_lossy(&id),
                date::day(made)
            )),
            None if id.len() >= 17 && id.iter().take(3).all(u8::is_ascii_digit) => {
                Verdict::Odd(Severity::Medium, "its first part is not quite a bot number".into())
            }
            None => Verdict::Rejected("its first part is no bot number"),
        }
    },
    make: |token, random| {
        let id = 100_000_000_000_000_000 + random.next_u64() % 900_000_000_000_000_000;
        let dot = memchr::memchr(b'.', token)?;
        Some([&to_base64url(id.to_string().as_bytes()), token.get(dot..)?].concat())
    },
};

/// `postman`.
pub(super) const POSTMAN: Form = Form {
    name: "postman",
    about: "the first 8 hex digits are the time of its making",
    find: |text| from_mark(text, &["PMAK-"], base64url),
    judge: |key| {
        let digits = key.get(5..13).and_then(|d| std::str::from_utf8(d).ok());
        match digits.and_then(|d| i64::from_str_radix(d, 16).ok()) {
            Some(made) if (1_293_840_000..date::now() + 86_400).contains(&made) => {
                Verdict::Agrees(format!("made on {}", date::day(made)))
            }
            _ => Verdict::Odd(Severity::Medium, "the time of its making is not plausible".into()),
        }
    },
    make: |key, random| {
        let made = 1_500_000_000 + random.below(200_000_000);
        written(key, 5, format!("{made:08x}").as_bytes())
    },
};

/// `jfrog-reference`.
pub(super) const JFROG_REFERENCE: Form = Form {
    name: "jfrog-reference",
    about: "it decodes to reftkn, two numbers and a secret",
    find: |text| from_mark(text, &["cmVmdGtu"], base64_char),
    judge: |token| {
        let raw = base64(token).unwrap_or_default();
        let mut parts = raw.split(|&b| b == b':');
        let mut number = || -> Option<i64> {
            let part = parts.next().filter(|p| p.len() <= 12)?;
            std::str::from_utf8(part).ok()?.parse().ok()
        };
        let _ = number();
        match (number(), number()) {
            (Some(_), Some(end)) if end > 0 && end < date::now() => {
                Verdict::Lesser(Severity::Low, format!("expired on {}", date::day(end)))
            }
            (Some(_), Some(_)) => Verdict::Proven("decodes to a JFrog reference token".into()),
            _ => Verdict::Rejected("it does not decode to a reference token"),
        }
    },
    make: |token, random| {
        let room = base64_bytes(token.len()).checked_sub(21)?;
        let secret =
            random.text(b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", room);
        Some(to_base64url(&[b"reftkn:01:0000000000:".as_slice(), &secret].concat()))
    },
};

/// `jfrog-api-key`.
pub(super) const JFROG_KEY: Form = Form {
    name: "jfrog-api-key",
    about: "it decodes from base58 to 54 bytes",
    find: |text| from_mark(text, &["AKCp"], base62),
    judge: |key| match base58(key) {
        _ if implausible(key).is_some() => Verdict::Rejected("it is a placeholder"),
        Some(raw) if raw.len() == 54 => Verdict::Agrees("decodes to 54 bytes".into()),
        _ => Verdict::Odd(Severity::Medium, "it does not decode to 54 bytes".into()),
    },
    make: |key, _| {
        let fits = |b: &u8| if matches!(b, b'0' | b'O' | b'I' | b'l') { b'x' } else { *b };
        Some(key.iter().map(fits).collect())
    },
};

/// `workos`.
pub(super) const WORKOS: Form = Form {
    name: "workos",
    about: "the part after the prefix decodes to a key number and a secret",
    find: |text| from_mark(text, &["sk_live_", "sk_test_"], base64_char),
    judge: |key| {
        let raw = key.get(8..).and_then(base64).unwrap_or_default();
        let comma = raw.iter().position(|&b| b == b',');
        if !raw.starts_with(b"key_") || comma.is_none() {
            return Verdict::Rejected("it does not decode to a key number and a secret");
        }
        if key.starts_with(b"sk_test_") {
            return Verdict::Lesser(Severity::Medium, "of the test mode".into());
        }
        Verdict::Proven("decodes to a WorkOS key number and a secret".into())
    },
    make: |key, random| {
        let body = key.get(8..)?;
        let padding = body.iter().rev().take_while(|&&b| b == b'=').count();
        let room = base64_bytes(body.len() - padding).checked_sub(32)?;
        let text = |random: &mut Generator, n| random.text(b"ABCDEFGHJKMNPQRSTVWXYZ0123456789", n);
        let id = text(random, 24);
        let raw = [b"key_01".as_slice(), &id, b",", &text(random, room + 1)].concat();
        let mut made = to_base64url(&raw);
        made.resize(made.len() + padding, b'=');
        Some([key.get(..8)?, &made].concat())
    },
};

/// When a Discord object of this number was made, if the number is one.
fn snowflake_time(digits: &[u8]) -> Option<i64> {
    let id: u64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    let made = i64::try_from((id >> 22) + 1_420_070_400_000).ok()? / 1000;
    let plausible = digits.len() >= 16 && digits.iter().all(u8::is_ascii_digit);
    (plausible && made < date::now() + 86_400).then_some(made)
}

#[cfg(test)]
mod tests {
    use super::super::base::to_base64;
    use super::super::testing::{holds, passes, rejected, verdict};
    use super::*;

    #[test]
    fn made_tokens_pass() {
        passes("slack", "xoxb-[1-9][0-9]{11}-[1-9][0-9]{11}-[0-9A-Za-z]{24}");
        passes("stripe-mode", "sk_live_51[0-9A-Za-z]{97}");
        holds("sendgrid", "SG\\.[0-9A-Za-z_-]{22}\\.[0-9A-Za-z_-]{43}", 0);
        passes("discord-bot", "[MNO][0-9A-Za-z_-]{23,25}\\.[0-9A-Za-z_-]{6}\\.[0-9A-Za-z_-]{27}");
        holds("postman", "PMAK-[0-9a-f]{24}-[0-9a-f]{34}", 58);
        passes("jfrog-reference", "cmVmdGtu[0-9A-Za-z]{56}");
        holds("jfrog-api-key", "AKCp[0-9A-Za-z]{69}", 72);
        passes("workos", "sk_live_a2V5Xz[0-9A-Za-z]{69}");
    }

    #[test]
    fn lesser_kinds_are_told() {
        let body = Generator::new(3).text(b"ABCDEFGHJKMNabcdefghjk23456789", 24);
        for prefix in ["sk_test_", "rk_test_", "pk_live_"] {
            let key = [prefix.as_bytes(), &body].concat();
            assert!(matches!(verdict("stripe-mode", &key), Verdict::Lesser(..)), "{prefix}");
        }
        let old = to_base64(b"reftkn:01:1600000000:abcdefghijklmnopqrstuvwxyz1");
        assert!(matches!(verdict("jfrog-reference", &old), Verdict::Lesser(..)));
    }

    #[test]
    fn noise_and_placeholders_are_rejected() {
        assert!(rejected(
            "discord-bot",
            b"Mqqqqqqqqqqqqqqqqqqqqqqq.abcdef.abcdefghijklmnopqrstuvwxyza"
        ));
        assert!(rejected("workos", &[b"sk_live_".as_slice(), &[b'q'; 75]].concat()));
        assert!(rejected("slack", b"xoxb-000000000000-000000000000-aB3dE5gH7jK9mN1pQ3rS5tU7"));
        let webhook = [b"hooks.slack.com/services/T00000000/B00000000/".as_slice(), &[b'X'; 24]];
        assert!(rejected("slack", &webhook.concat()));
    }
}
