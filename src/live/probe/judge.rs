//! What an answer proves.

use super::pointer;
use super::table::{Expect, Probe};
use crate::live::http::Response;
use serde_json::Value;
use std::collections::BTreeSet;

/// What one answer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Says {
    /// It works.
    Live,
    /// It is refused, in these words.
    Refused(Refusal),
    /// Neither, and why.
    Nothing(String),
}

/// How a credential was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The declaration names the body too, so that it speaks for itself.
    pub(super) is_certain: bool,
    /// What the answer is like, without what differs from one to the next.
    pub(super) likeness: String,
}

/// Judges an answer by the declaration.
pub(super) fn judge(probe: &Probe, answer: &Response) -> Says {
    let is_html = is_html(answer);
    let fits = |e: &&Expect| fits(e, answer) && (!is_html || !e.text.is_empty());
    if probe.live.iter().any(|e| fits(&e)) {
        return Says::Live;
    }
    if let Some(expect) = probe.dead.iter().find(fits) {
        let is_certain = !expect.json.is_empty() || !expect.text.is_empty();
        return Says::Refused(Refusal { is_certain, likeness: likeness(answer) });
    }
    Says::Nothing(why(answer, is_html))
}

/// Whether an answer is as expected.
pub(super) fn fits(expect: &Expect, answer: &Response) -> bool {
    if !expect.status.contains(&answer.status) {
        return false;
    }
    let body = answer.text();
    let has_text = expect.text.is_empty() || expect.text.iter().any(|t| body.contains(t.as_str()));
    if expect.json.is_empty() {
        return has_text;
    }
    let Some(json) = answer.json().filter(|v| v.is_object() || v.is_array()) else { return false };
    has_text && expect.json.iter().all(|wanted| holds(&json, wanted))
}

fn holds(json: &Value, wanted: &str) -> bool {
    let (path, values) = wanted.split_once('=').map_or((wanted, None), |(p, v)| (p, Some(v)));
    let found = pointer::all(json, path);
    match values {
        None => !found.is_empty(),
        Some(values) => found
            .iter()
            .filter_map(|v| pointer::text(v))
            .any(|text| values.split('|').any(|value| value == text)),
    }
}

fn is_html(answer: &Response) -> bool {
    let kind = answer.header("content-type").unwrap_or_default().to_ascii_lowercase();
    let start: String = answer.text().trim_start().chars().take(15).collect();
    let start = start.to_ascii_lowercase();
    kind.contains("html") || start.starts_with("<!doctype") || start.starts_with("<html")
}

fn why(answer: &Response, is_html: bool) -> String {
    let status = answer.status;
    match status {
        429 => "it was asked too often (429)".into(),
        500.. => format!("the service is in trouble ({status})"),
        _ if is_html => format!("a page for people came, no answer of the interface ({status})"),
        403 => "it is forbidden, which can have many reasons (403)".into(),
        300..=399 => format!("it sends us elsewhere ({status})"),
        200..=299 => format!("the answer proves nothing ({status})"),
        _ => format!("the answer is neither yes nor a known no ({status})"),
    }
}

/// The status, and the names in a JSON body with the kinds of their values, or the letters of a
/// text: what two refusals of one kind have in common.
fn likeness(answer: &Response) -> String {
    let body = match answer.json() {
        Some(json) => {
            let mut names = BTreeSet::new();
            sketch(&json, "", &mut names);
            names.into_iter().collect::<Vec<_>>().join(" ")
        }
        None => answer.text().chars().filter(|c| c.is_alphabetic()).take(200).collect(),
    };
    format!("{} {body}", answer.status)
}

fn sketch(value: &Value, path: &str, out: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(k, v)| sketch(v, &format!("{path}.{k}"), out)),
        Value::Array(items) => items.iter().for_each(|v| sketch(v, &format!("{path}[]"), out)),
        // A word such as `token_expired` tells one refusal from another; numbers and ids do not.
        Value::String(s) if s.len() < 40 && !s.bytes().any(|b| b.is_ascii_digit()) => {
            out.insert(format!("{path}={s}"));
        }
        _ => {
            out.insert(path.to_owned());
        }
    }
}
