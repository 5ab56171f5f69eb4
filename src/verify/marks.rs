//! Tokens with fixed characters at fixed places, or of an alphabet of their own.
//!
//! Sources: measured on public samples. The mark of OpenAI is base64 of its name, that of Groq of
//! `XgroqX`; Anthropic's tail is what a last byte of zero bits encodes to; Vault's starts are its
//! protobuf and barrier headers; New Relic, RapidAPI and Dynatrace document theirs.

use super::Verdict;
use super::form::{Form, as_is};
use super::locate::{base32, base62, base64url, from_mark, last_run};
use super::random::{disproved, doubt, implausible};
use crate::model::Severity;
use memchr::memmem;

/// `openai-marker`.
pub(super) const OPENAI: Form = Form {
    name: "openai-marker",
    about: "the name OpenAI stands, in base64, in the middle of the key",
    find: |text| from_mark(text, &["sk-"], base64url),
    judge: |key| {
        let body = openai_body(key);
        let Some(at) = memmem::find(body, OPENAI_MARK) else {
            return Verdict::Rejected("it does not hold the name OpenAI");
        };
        if at == body.len() - at - OPENAI_MARK.len() && matches!(at, 20 | 58 | 74) {
            return Verdict::Proven("holds the name OpenAI in its middle".into());
        }
        Verdict::Agrees("holds the name OpenAI".into())
    },
    make: |key, _| {
        let body = openai_body(key).len();
        let at = key.len() - body + body.checked_sub(OPENAI_MARK.len())? / 2;
        written(key, at, OPENAI_MARK)
    },
};

/// `groq-marker`.
pub(super) const GROQ: Form = Form {
    name: "groq-marker",
    about: "the name Groq stands, in base64, 20 characters after the prefix",
    find: |text| from_mark(text, &["gsk_"], base62),
    judge: |key| {
        if key.get(24..32) == Some(GROQ_MARK) {
            return Verdict::Proven("holds the name Groq at its place".into());
        }
        disproved(key, "it does not hold the name Groq at its place")
    },
    make: |key, _| written(key, 24, GROQ_MARK),
};

/// `anthropic-tail`.
pub(super) const ANTHROPIC: Form = Form {
    name: "anthropic-tail",
    about: "the key ends in AA",
    find: |text| from_mark(text, &["sk-ant-"], base64url),
    judge: |key| {
        if let Some(doubt) = doubt(key.get(20..).unwrap_or_default()) {
            return doubt;
        }
        if key.ends_with(b"AA") {
            return Verdict::Agrees("ends as such keys do".into());
        }
        Verdict::Odd(Severity::High, "it does not end as such keys do".into())
    },
    make: |key, _| written(key, key.len().checked_sub(2)?, b"AA"),
};

/// `huggingface`.
pub(super) const HUGGINGFACE: Form = Form {
    name: "huggingface",
    about: "the token is of letters only, as all that were issued",
    find: |text| from_mark(text, &["hf_", "api_org_"], base62),
    judge: |token| {
        let body = after_last(token, b'_');
        if let Some(doubt) = doubt(body) {
            return doubt;
        }
        if body.iter().all(u8::is_ascii_alphabetic) {
            return Verdict::Agrees("is of letters only, as issued ones are".into());
        }
        Verdict::Odd(Severity::High, "it holds digits, which issued ones do not".into())
    },
    make: |token, _| {
        let letter = |b: &u8| if b.is_ascii_digit() { b - b'0' + b'g' } else { *b };
        Some(token.iter().map(letter).collect())
    },
};

/// `telegram`.
pub(super) const TELEGRAM: Form = Form {
    name: "telegram",
    about: "a bot number, a colon, and 34 or 35 characters that start with AA",
    find: |text| {
        let colon = memchr::memchr_iter(b':', text).find(|&at| {
            at >= 5 && text.get(at - 5..at).is_some_and(|id| id.iter().all(u8::is_ascii_digit))
        })?;
        let digits = text.get(..colon)?.iter().rev().take_while(|b| b.is_ascii_digit()).count();
        let end = super::locate::run_end(text, colon + 1, base64url).min(colon + 36);
        (end >= colon + 35).then_some(colon - digits..end)
    },
    judge: |token| {
        let secret = after_last(token, b':');
        if implausible_number(token) {
            return Verdict::Rejected("it is a placeholder");
        }
        if let Some(doubt) = doubt(secret) {
            return doubt;
        }
        if secret.starts_with(b"AA") {
            return Verdict::Agrees("starts as the bot tokens of Telegram do".into());
        }
        Verdict::Odd(Severity::High, "it does not start as the bot tokens of Telegram do".into())
    },
    make: |token, _| written(token, memchr::memchr(b':', token)? + 1, b"AA"),
};

/// `google-api-key`.
pub(super) const GOOGLE: Form = Form {
    name: "google-api-key",
    about: "the key goes on with Sy and one of A to D, as all that were seen",
    find: |text| from_mark(text, &["AIza"], base64url),
    judge: |key| {
        if let Some(doubt) = doubt(key.get(4..).unwrap_or_default()) {
            return doubt;
        }
        match key.get(4..7) {
            Some([b'S', b'y', b'A'..=b'D']) => {
                Verdict::Agrees("starts as the keys of Google do".into())
            }
            _ => Verdict::Odd(Severity::High, "it does not start as the keys of Google do".into()),
        }
    },
    make: |key, _| written(key, 4, b"SyB"),
};

/// `vault-token`.
pub(super) const VAULT: Form = Form {
    name: "vault-token",
    about: "a long token starts as Vault's own encoding does",
    find: |text| from_mark(text, &["hvs.", "hvb.", "hvr."], base64url),
    judge: |token| {
        let body = token.get(4..).unwrap_or_default();
        if let Some(doubt) = doubt(body) {
            return doubt;
        }
        match vault_start(token) {
            Some(start) if body.starts_with(start) => {
                Verdict::Agrees("starts as the tokens of Vault do".into())
            }
            Some(_) => {
                Verdict::Odd(Severity::High, "it does not start as the tokens of Vault do".into())
            }
            None => Verdict::Silent,
        }
    },
    make: |token, _| written(token, 4, vault_start(token)?),
};

/// `newrelic-license`.
pub(super) const NEWRELIC: Form = Form {
    name: "newrelic-license",
    about: "40 characters that end in FFFFNRAL",
    find: |text| last_run(text, base62, 40),
    judge: |key| {
        if !key.ends_with(b"NRAL") {
            return Verdict::Rejected("it does not end in NRAL");
        }
        if let Some(doubt) = doubt(key.get(..32).unwrap_or_default()) {
            return doubt;
        }
        Verdict::Agrees("ends as the license keys of New Relic do".into())
    },
    make: |key, _| written(key, key.len().checked_sub(8)?, b"FFFFNRAL"),
};

/// `rapidapi`.
pub(super) const RAPIDAPI: Form = Form {
    name: "rapidapi",
    about: "msh, p1 and jsn stand at their places among 50 characters",
    find: |text| last_run(text, base62, 50),
    judge: |key| {
        let has = |(at, mark): &(usize, &[u8])| key.get(*at..at + mark.len()) == Some(*mark);
        if matches!(key.len(), 50 | 51) && RAPIDAPI_MARKS.iter().all(has) {
            return Verdict::Proven("holds the marks of RapidAPI at their places".into());
        }
        Verdict::Rejected("it lacks the marks of RapidAPI")
    },
    make: |key, _| {
        let write = |made: Vec<u8>, (at, mark): &(usize, &[u8])| written(&made, *at, mark);
        RAPIDAPI_MARKS.iter().try_fold(key.to_vec(), write)
    },
};

/// `dynatrace`.
pub(super) const DYNATRACE: Form = Form {
    name: "dynatrace",
    about: "a public part of 24 and a secret part of 64 characters of base32",
    find: |text| from_mark(text, &["dt0"], |b| base62(b) || b == b'.'),
    judge: |token| {
        let mut parts = token.split(|&b| b == b'.').skip(1);
        let mut part = |len| {
            let part = parts.next().unwrap_or_default();
            part.len() == len && part.iter().all(|&b| base32(b)) && implausible(part).is_none()
        };
        if part(24) && part(64) {
            return Verdict::Agrees("both parts are base32".into());
        }
        Verdict::Odd(Severity::Medium, "its parts are no base32 of the right lengths".into())
    },
    make: as_is,
};

const OPENAI_MARK: &[u8] = b"T3BlbkFJ";
const GROQ_MARK: &[u8] = b"WGdyb3FY";
const RAPIDAPI_MARKS: [(usize, &[u8]); 3] = [(10, b"msh"), (28, b"p1"), (36, b"jsn")];

/// What follows the prefix, which is `sk-` and mostly a kind.
fn openai_body(key: &[u8]) -> &[u8] {
    const PREFIXES: [&[u8]; 6] =
        [b"sk-proj-", b"sk-svcacct-", b"sk-service-", b"sk-admin-", b"sk-None-", b"sk-"];
    PREFIXES.iter().find_map(|p| key.strip_prefix(*p)).unwrap_or(key)
}

/// How a token of this kind and length starts after its prefix, if that is known.
fn vault_start(token: &[u8]) -> Option<&'static [u8]> {
    if token.len() < 4 + 90 {
        return None;
    }
    match token.get(2)? {
        b's' => Some(b"CAESI"),
        b'b' => Some(b"AAAAAQ"),
        _ => None,
    }
}

fn after_last(token: &[u8], sign: u8) -> &[u8] {
    token.rsplit(|&b| b == sign).next().unwrap_or_default()
}

/// Whether the bot number is a row or one digit over and over.
fn implausible_number(token: &[u8]) -> bool {
    let number = token.split(|&b| b == b':').next().unwrap_or_default();
    number.starts_with(b"123456789") || number.iter().all(|b| Some(b) == number.first())
}

/// `token` with `mark` written at `at`, if it has room for that.
pub(super) fn written(token: &[u8], at: usize, mark: &[u8]) -> Option<Vec<u8>> {
    let mut made = token.to_vec();
    made.get_mut(at..at + mark.len())?.copy_from_slice(mark);
    Some(made)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{holds, passes, rejected, verdict};
    use super::*;

    #[test]
    fn made_tokens_hold_their_marks() {
        holds("openai-marker", "sk-[0-9A-Za-z]{48}", 21);
        holds("openai-marker", "sk-proj-[0-9A-Za-z_-]{124}", 60);
        holds("groq-marker", "gsk_[0-9A-Za-z]{52}", 25);
        holds("anthropic-tail", "sk-ant-api03-[0-9A-Za-z_-]{95}", 0);
        holds("huggingface", "hf_[0-9A-Za-z]{34}", 5);
        holds("telegram", "[1-9][0-9]{8,9}:[0-9A-Za-z_-]{35}", 34);
        holds("google-api-key", "AIza[0-9A-Za-z_-]{35}", 34);
        holds("vault-token", "hv[sb]\\.[0-9A-Za-z_-]{95}", 92);
        holds("newrelic-license", "[0-9a-f]{32}[0-9A-Z]{8}", 1);
        holds("rapidapi", "[0-9A-Za-z]{50}", 39);
        passes("vault-token", "hvs\\.[0-9A-Za-z]{24}");
        passes("dynatrace", "dt0c01\\.[A-Z2-7]{24}\\.[A-Z2-7]{64}");
    }

    #[test]
    fn a_mark_apart_from_its_middle_only_agrees() {
        let key = [b"sk-proj-".as_slice(), &[b'q'; 30], OPENAI_MARK, &[b'w'; 31]].concat();
        assert!(matches!(verdict("openai-marker", &key), Verdict::Agrees(_)));
    }

    #[test]
    fn placeholders_are_rejected() {
        let row = [b"AIza".as_slice(), &[b'x'; 35]].concat();
        assert!(rejected("google-api-key", &row));
        let row = [b"sk-ant-api03-".as_slice(), &[b'a'; 93], b"AA"].concat();
        assert!(rejected("anthropic-tail", &row));
        assert!(rejected("telegram", b"123456789:AAq8Zk1Vd0xPw2LmA9tZk1Vd0xPwe7QhG7"));
    }
}
