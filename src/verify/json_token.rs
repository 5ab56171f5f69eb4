//! Tokens that hold a JSON object in base64: whose they are can be read off them.
//!
//! Sources: Mapbox's token documents, Sentry's organisation tokens, Grafana Cloud's access
//! policies (and the API keys of old), 1Password's service accounts. Fields as measured on public
//! samples.

use super::base::{base64, base64_bytes, to_base64url};
use super::form::Form;
use super::locate::{base64 as base64_char, base64url, from_mark};
use super::random::disproved;
use super::{Verdict, legible};
use crate::model::Severity;
use crate::rule::Generator;
use serde_json::{Map, Value};
use std::ops::Range;

/// `mapbox`.
pub(super) const MAPBOX: Form = Form {
    name: "mapbox",
    about: "the middle part decodes to JSON that names the user",
    find: |text| from_mark(text, &["sk.eyJ", "pk.eyJ", "tk.eyJ"], |b| base64url(b) || b == b'.'),
    judge: |token| {
        let Some(user) = object(token, MAPBOX_PART).and_then(|o| text_of(&o, "u")) else {
            return undecodable(token, MAPBOX_PART);
        };
        if token.starts_with(b"pk.") {
            return Verdict::Lesser(Severity::Low, format!("public token of user {user}"));
        }
        Verdict::Proven(format!("belongs to Mapbox user {user}"))
    },
    make: |token, random| fill(token, MAPBOX_PART, r#"{"u":"ci","a":""#, random),
};

/// `sentry-org`.
pub(super) const SENTRY: Form = Form {
    name: "sentry-org",
    about: "the part after the prefix decodes to JSON that names the organisation",
    find: |text| from_mark(text, &["sntrys_eyJ"], base64_char),
    judge: |token| {
        let Some(o) = object(token, SENTRY_PART) else {
            return undecodable(token, SENTRY_PART);
        };
        match (text_of(&o, "org"), text_of(&o, "url")) {
            (Some(org), Some(url)) => {
                Verdict::Proven(format!("belongs to the organisation {org} at {url}"))
            }
            _ if o.contains_key("iat") => Verdict::Agrees("holds the time of its making".into()),
            _ => Verdict::Odd(Severity::High, "its JSON names no organisation".into()),
        }
    },
    make: |token, random| {
        let head = r#"{"iat":1700000000.1,"url":"https://sentry.io","region_url":"","org":""#;
        let short = r#"{"iat":1700000000.1,"url":"","org":""#;
        fill(token, SENTRY_PART, head, random).or_else(|| fill(token, SENTRY_PART, short, random))
    },
};

/// `grafana-cloud`: access policy tokens and API keys.
pub(super) const GRAFANA: Form = Form {
    name: "grafana-cloud",
    about: "it decodes to JSON with the key and its name",
    find: |text| from_mark(text, &["glc_eyJ", "eyJrIjoi"], base64_char),
    judge: |token| {
        let Some(o) = object(token, GRAFANA_PART) else {
            return undecodable(token, GRAFANA_PART);
        };
        match (text_of(&o, "k"), text_of(&o, "n")) {
            (Some(_), Some(name)) => Verdict::Proven(format!("it is the key named {name}")),
            // Power BI writes reports into links so, with a key and a tenant.
            (Some(_), None) if o.contains_key("t") => {
                Verdict::Rejected("it is a link to a report")
            }
            (Some(_), None) => Verdict::Odd(Severity::High, "its JSON names no key".into()),
            _ => Verdict::Rejected("its JSON holds no key"),
        }
    },
    make: |token, random| {
        if token.starts_with(b"glc_") {
            fill(token, GRAFANA_PART, r#"{"o":"12","n":"ci","k":""#, random)
        } else {
            fill_with(token, GRAFANA_PART, r#"{"k":""#, r#"","n":"ci","id":1}"#, random)
        }
    },
};

/// `onepassword`: service accounts.
pub(super) const ONEPASSWORD: Form = Form {
    name: "onepassword",
    about: "it decodes to JSON with the account's secret key",
    find: |text| from_mark(text, &["ops_eyJ"], base64_char),
    judge: |token| {
        let Some(o) = object(token, ONEPASSWORD_PART) else {
            return undecodable(token, ONEPASSWORD_PART);
        };
        match (text_of(&o, "secretKey"), text_of(&o, "signInAddress")) {
            (Some(_), Some(at)) => Verdict::Proven(format!("holds a secret key for {at}")),
            (Some(_), None) => Verdict::Proven("holds a secret key".into()),
            _ => Verdict::Odd(Severity::High, "its JSON holds no secret key".into()),
        }
    },
    make: |token, random| {
        let head = r#"{"signInAddress":"ci.1password.com","secretKey":"A3-"#;
        fill(token, ONEPASSWORD_PART, head, random)
    },
};

/// Where in a token the JSON stands.
type Part = fn(&[u8]) -> Option<Range<usize>>;

const MAPBOX_PART: Part = |token| {
    let end = token.iter().skip(3).position(|&b| b == b'.')? + 3;
    Some(3..end)
};
const SENTRY_PART: Part = |token| {
    // The JSON never holds an underscore in this alphabet; the 43 characters after it may.
    let end = token.iter().skip(7).position(|&b| b == b'_')? + 7;
    Some(7..end)
};
const GRAFANA_PART: Part = |token| {
    let start = if token.starts_with(b"glc_") { 4 } else { 0 };
    Some(start..token.len())
};
const ONEPASSWORD_PART: Part = |token| Some(4..token.len());

fn object(token: &[u8], part: Part) -> Option<Map<String, Value>> {
    let raw = base64(token.get(part(token)?)?)?;
    serde_json::from_slice(&raw).ok()
}

/// The verdict on a token whose JSON cannot be read: it may be a real one that was mangled.
fn undecodable(token: &[u8], part: Part) -> Verdict {
    let text = part(token).and_then(|place| token.get(place)).unwrap_or_default();
    match base64(text.get(..text.len().min(8)).unwrap_or_default()) {
        Some(head) if text.len() >= 40 && head.starts_with(b"{\"") => {
            Verdict::Odd(Severity::Medium, "its JSON is damaged".into())
        }
        _ if text.len() >= 16 => disproved(token, "it holds no JSON"),
        _ => Verdict::Rejected("it holds no JSON"),
    }
}

fn text_of(object: &Map<String, Value>, key: &str) -> Option<String> {
    match object.get(key)? {
        Value::String(text) if !text.is_empty() => Some(legible(text)),
        _ => None,
    }
}

/// The token with JSON that starts with `head`, ends in a random text and is as long as before.
fn fill(token: &[u8], part: Part, head: &str, random: &mut Generator) -> Option<Vec<u8>> {
    fill_with(token, part, head, "\"}", random)
}

fn fill_with(
    token: &[u8],
    part: Part,
    head: &str,
    tail: &str,
    random: &mut Generator,
) -> Option<Vec<u8>> {
    let place = part(token)?;
    let old = token.get(place.clone())?;
    let padding = old.iter().rev().take_while(|&&b| b == b'=').count();
    let json = json_of(base64_bytes(old.len() - padding), head, tail, random)?;
    let mut encoded = to_base64url(json.as_bytes());
    encoded.resize(encoded.len() + padding, b'=');
    let (before, after) = (token.get(..place.start)?, token.get(place.end..)?);
    Some([before, &encoded, after].concat())
}

/// `len` bytes of JSON: `head`, random letters, `tail`.
pub(super) fn json_of(
    len: usize,
    head: &str,
    tail: &str,
    random: &mut Generator,
) -> Option<String> {
    let room = len.checked_sub(head.len() + tail.len()).filter(|&r| r > 0)?;
    let letters = random.text(b"abcdefghijkmnpqrstuvwxyz23456789", room);
    Some(format!("{head}{}{tail}", String::from_utf8_lossy(&letters)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{passes, rejected, verdict};
    use super::*;

    #[test]
    fn made_tokens_decode() {
        passes("mapbox", "sk\\.eyJ[0-9A-Za-z_-]{61,80}\\.[0-9A-Za-z_-]{22}");
        passes("sentry-org", "sntrys_eyJ[0-9A-Za-z+/]{101}={0,2}_[0-9A-Za-z+/_-]{43}");
        passes("grafana-cloud", "glc_eyJ[0-9A-Za-z+/_-]{69}");
        passes("grafana-cloud", "eyJrIjoi[0-9A-Za-z_-]{70}={0,2}");
        passes("onepassword", "ops_eyJ[0-9A-Za-z_-]{250,300}");
    }

    #[test]
    fn noise_does_not() {
        for name in ["mapbox", "sentry-org", "grafana-cloud", "onepassword"] {
            for mark in ["sk.eyJ", "sntrys_eyJ", "glc_eyJ", "ops_eyJ", "eyJrIjoi"] {
                let token = [mark.as_bytes(), &[b'q'; 80], b"_.", &[b'q'; 30]].concat();
                let verdict = verdict(name, &token);
                let bad = matches!(verdict, Verdict::Rejected(_) | Verdict::Odd(..));
                assert!(bad, "{name} {mark}");
            }
            assert!(rejected(name, b"glc_eyJ"), "{name}");
        }
    }

    #[test]
    fn a_public_token_is_lesser() {
        let json = to_base64url(br#"{"u":"someone","a":"cabc"}"#);
        let token = [b"pk.".as_slice(), &json, b".", &[b'q'; 22]].concat();
        assert!(matches!(verdict("mapbox", &token), Verdict::Lesser(Severity::Low, _)));
    }
}
