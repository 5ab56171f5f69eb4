//! Amazon Web Services: what key ids, secret keys, session tokens and Bedrock keys tell.
//!
//! Sources: the account id in a key id is public knowledge (A. Steele, 2020); the first bytes of
//! session tokens and Bedrock keys were read off public samples.

use super::Verdict;
use super::base::{base32, base64, to_base64};
use super::date;
use super::form::{Form, as_is};
use super::holds::holds;
use super::locate::{base64 as base64_char, encoded, from_mark, last_run};
use super::random::implausible;
use crate::model::Severity;
use memchr::memmem;

/// `aws-key-id`.
pub(super) const KEY_ID: Form = Form {
    name: "aws-key-id",
    about: "the 16 characters after the type decode from base32 to an account number",
    find: |text| {
        let run = last_run(text, |b| b.is_ascii_uppercase() || b.is_ascii_digit(), 20)?;
        (run.len() == 20).then_some(run)
    },
    judge: judge_key_id,
    make: |id, random| {
        let body = random.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 15);
        Some([id.get(..4)?, b"Z", &body].concat())
    },
};

/// `aws-secret`.
pub(super) const SECRET: Form = Form {
    name: "aws-secret",
    about: "40 characters of base64 that are neither a hash nor a path nor a placeholder",
    find: |text| {
        let run = last_run(text, |b| base64_char(b) && !matches!(b, b'-' | b'_' | b'='), 40)?;
        (run.len() == 40).then_some(run)
    },
    judge: judge_secret,
    make: as_is,
};

/// `aws-session-token`.
pub(super) const SESSION: Form = Form {
    name: "aws-session-token",
    about: "it starts as the tokens of Amazon's token service do",
    find: |text| {
        let marks = SESSION_STARTS.map(|start| std::str::from_utf8(start).unwrap_or_default());
        from_mark(text, &marks, base64_char).or_else(|| encoded(text, 64))
    },
    judge: |token| {
        if SESSION_STARTS.iter().any(|start| token.starts_with(start)) {
            return Verdict::Agrees("it starts as a session token does".into());
        }
        Verdict::Doubtful("it does not start as a session token does".into())
    },
    make: |token, _| {
        let starts = SESSION_STARTS.iter().any(|start| token.starts_with(start));
        if starts { None } else { overwrite(token, 0, SESSION_STARTS[0]) }
    },
};

/// `aws-bedrock`.
pub(super) const BEDROCK: Form = Form {
    name: "aws-bedrock",
    about: "the part after the prefix decodes to a Bedrock key or a presigned request",
    find: |text| from_mark(text, &[LONG_TERM, SHORT_TERM], base64_char),
    judge: judge_bedrock,
    make: |key, _| {
        let long = key.starts_with(LONG_TERM.as_bytes());
        let (prefix, head) = if long {
            (LONG_TERM, b"BedrockAPIKey-a".as_slice())
        } else {
            (SHORT_TERM, b"bedrock.amazonaws.com/?X".as_slice())
        };
        overwrite(key, prefix.len(), &to_base64(head))
    },
};

const SESSION_STARTS: [&[u8]; 5] =
    [b"IQoJb3JpZ2lu", b"FwoGZXIvYXdz", b"FQoGZXIvYXdz", b"FQoDYXdz", b"AQoDYXdz"];
const LONG_TERM: &str = "ABSK";
const SHORT_TERM: &str = "bedrock-api-key-";

fn judge_key_id(id: &[u8]) -> Verdict {
    let body = id.get(4..).unwrap_or_default();
    if holds(body, b"EXAMPLE") {
        return Verdict::Lesser(Severity::Low, "documented example".into());
    }
    if implausible(body).is_some() {
        return Verdict::Rejected("its body is a placeholder");
    }
    match base32(body) {
        Some(raw) => match account(body, &raw) {
            Some(account) => Verdict::Agrees(format!("belongs to AWS account {account:012}")),
            None => Verdict::Agrees("made before 2019, when ids did not hold the account".into()),
        },
        None => Verdict::Rejected("its body is no base32"),
    }
}

/// The account number; ids made before 2019 (they start with I or J) hold none.
fn account(body: &[u8], raw: &[u8]) -> Option<u64> {
    if matches!(body.first(), Some(b'I' | b'J')) {
        return None;
    }
    let number = raw.get(..6)?.iter().fold(0u64, |n, &b| n << 8 | u64::from(b));
    Some((number & 0x7fff_ffff_ff80) >> 7)
}

fn judge_secret(secret: &[u8]) -> Verdict {
    if holds(secret, b"EXAMPLE") {
        return Verdict::Lesser(Severity::Low, "documented example".into());
    }
    if secret.iter().all(u8::is_ascii_hexdigit) {
        return Verdict::Rejected("it is 40 hex digits: a hash or an object id");
    }
    if is_path(secret) {
        return Verdict::Rejected("it is a path");
    }
    if let Some(why) = implausible(secret) {
        return Verdict::Rejected(why);
    }
    let has = |class: fn(&u8) -> bool| secret.iter().any(class);
    if has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit) {
        return Verdict::Agrees("it looks random".into());
    }
    Verdict::Rejected("it lacks upper case, lower case or digits")
}

/// Several slashes, and pieces between them that are words.
fn is_path(text: &[u8]) -> bool {
    let wordy = |part: &&[u8]| {
        part.len() >= 3
            && (part.iter().all(u8::is_ascii_lowercase)
                || part.first().is_some_and(u8::is_ascii_uppercase)
                    && part.iter().skip(1).all(u8::is_ascii_lowercase))
    };
    let parts = text.split(|&b| b == b'/');
    parts.clone().count() >= 3 && parts.filter(wordy).count() >= 2
}

fn judge_bedrock(key: &[u8]) -> Verdict {
    if let Some(body) = key.strip_prefix(LONG_TERM.as_bytes()) {
        return match decoded_head(body) {
            Some(raw) if raw.starts_with(b"BedrockAPIKey-") => {
                Verdict::Proven("decodes to a Bedrock API key".into())
            }
            _ => Verdict::Rejected("it does not decode to a Bedrock API key"),
        };
    }
    let raw = key.strip_prefix(SHORT_TERM.as_bytes()).and_then(decoded_head).unwrap_or_default();
    if memmem::find(&raw, b"amazonaws").is_none() {
        return Verdict::Rejected("it does not decode to a presigned request");
    }
    match ends(&raw) {
        Some(end) if end < date::now() => {
            Verdict::Lesser(Severity::Low, format!("expired on {}", date::day(end)))
        }
        _ => Verdict::Proven("decodes to a presigned request to Bedrock".into()),
    }
}

/// Decodes as much as there is; a cut tail does not matter.
fn decoded_head(body: &[u8]) -> Option<Vec<u8>> {
    let end = body.iter().position(|&b| b == b'=').unwrap_or(body.len());
    base64(body.get(..end - usize::from(end % 4 == 1))?)
}

/// When a presigned request ends.
fn ends(url: &[u8]) -> Option<i64> {
    let value = |name: &[u8]| {
        let start = memmem::find(url, name)? + name.len();
        url.get(start..)
    };
    let made = date::parse_basic(value(b"X-Amz-Date=")?)?;
    let lasts = value(b"X-Amz-Expires=")?.iter().take(7).take_while(|b| b.is_ascii_digit());
    let seconds = lasts.fold(0, |n, b| n * 10 + i64::from(b - b'0'));
    Some(made.saturating_add(seconds))
}

/// `token` with `head` written over it at `at`, if it has room for that.
fn overwrite(token: &[u8], at: usize, head: &[u8]) -> Option<Vec<u8>> {
    let mut made = token.to_vec();
    made.get_mut(at..at + head.len())?.copy_from_slice(head);
    Some(made)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{passes, rejected, verdict};
    use super::*;

    #[test]
    fn a_key_id_tells_its_account() {
        passes("aws-key-id", "AKIA[A-Z2-7]{16}");
        // Account 123456789012 as the published code packs it: shifted left by 7, top bit set.
        let raw = ((123_456_789_012u64 << 7 | 1 << 47) << 16).to_be_bytes();
        let body = super::super::base::to_base32(&[&raw[..6], &[3, 77, 200, 9]].concat());
        let id = [b"AKIA".as_slice(), &body].concat();
        assert_eq!(
            verdict("aws-key-id", &id),
            Verdict::Agrees("belongs to AWS account 123456789012".into())
        );
    }

    #[test]
    fn examples_and_placeholders_are_known() {
        let doc = ["AKIAIOSFODNN7", "EXAMPLE"].concat();
        assert!(matches!(verdict("aws-key-id", doc.as_bytes()), Verdict::Lesser(..)));
        assert!(rejected("aws-key-id", &[b"AKIA".as_slice(), &[b'X'; 16]].concat()));
        assert!(rejected("aws-key-id", b"AKIA1089Q7ZT5W2M4K8R"));
    }

    #[test]
    fn a_secret_is_no_hash_and_no_path() {
        passes("aws-secret", "[A-Za-z0-9+/]{38}Q7");
        assert!(rejected(
            "aws-secret",
            &crate::rule::Generator::new(7).text(b"0123456789abcdef", 40)
        ));
        assert!(rejected("aws-secret", b"github/com/amazon/service/Config/index12"));
        assert!(rejected("aws-secret", &[b'A'; 40]));
    }

    #[test]
    fn session_and_bedrock_keys_decode() {
        passes("aws-session-token", "[A-Za-z0-9+/]{300}==");
        passes("aws-bedrock", "ABSK[A-Za-z0-9+/]{120}");
        passes("aws-bedrock", "bedrock-api-key-[A-Za-z0-9+/]{200}");
        assert!(rejected("aws-bedrock", &[b"ABSK".as_slice(), &[b'h'; 120]].concat()));
        let old = b"bedrock.amazonaws.com/?X-Amz-Date=20240101T000000Z&X-Amz-Expires=43200";
        let token = [b"bedrock-api-key-".as_slice(), &to_base64(old)].concat();
        assert!(matches!(verdict("aws-bedrock", &token), Verdict::Lesser(..)));
    }
}
