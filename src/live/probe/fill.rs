//! Fills a declaration with a credential.

use super::table::Probe;
use crate::live::http::{Method, Request};
use crate::live::{Hidden, encoded, percent};
use std::collections::BTreeMap;

/// The values for `{NAME}`; `secret` is the credential.
#[derive(Debug, Clone, Default)]
pub struct Parts(BTreeMap<String, Hidden>);

impl Parts {
    /// Sets one.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Hidden>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// The value of one.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(Hidden::reveal)
    }

    /// Whether one is there.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Everything but the credential, to tell one question from another.
    pub(super) fn others(&self) -> Vec<(String, String)> {
        let others = self.0.iter().filter(|(name, _)| *name != "secret");
        others.map(|(name, value)| (name.clone(), value.reveal().to_owned())).collect()
    }
}

/// The names that `text` has in braces.
pub(super) fn names(text: &str) -> Vec<&str> {
    let inner = text.split('{').skip(1).filter_map(|t| t.split_once('}')).map(|(name, _)| name);
    inner
        .filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
        .collect()
}

/// The parts that `probe` needs.
pub(super) fn needs(probe: &Probe) -> Vec<String> {
    let texts = [&probe.url, &probe.basic, &probe.body].into_iter().chain(&probe.headers);
    let mut all: Vec<String> = texts.flat_map(|t| names(t)).map(str::to_owned).collect();
    if probe.sign == "aws" {
        all.extend(["secret".to_owned(), "id".to_owned()]);
    }
    all.sort();
    all.dedup();
    all
}

/// `text` with its parts.
fn filled(text: &str, parts: &Parts, coded: fn(&str) -> String) -> String {
    let mut out = text.to_owned();
    for name in names(text) {
        let value = parts.get(name).unwrap_or_default();
        out = out.replace(&format!("{{{name}}}"), &coded(value));
    }
    out
}

/// The request, or `None` if a part cannot stand where it should.
pub(super) fn request(probe: &Probe, parts: &Parts) -> Option<Request> {
    let url = url(&probe.url, parts)?;
    let mut request = Request::new(Method::parse(&probe.method)?, url);
    for line in &probe.headers {
        let (name, value) = line.split_once(": ")?;
        request = request.header(name, filled(value, parts, str::to_owned));
    }
    if let Some((user, password)) = probe.basic.split_once(':') {
        let plain = |t: &str| filled(t, parts, str::to_owned);
        request = request.basic(&plain(user), &plain(password));
    }
    // Nothing that is asked here changes anything, whatever its method.
    request = request.repeatable();
    Some(match probe.body.as_str() {
        "" => request,
        json if json.starts_with('{') => {
            request.body("application/json", filled(json, parts, escaped))
        }
        form => request.body("application/x-www-form-urlencoded", filled(form, parts, percent)),
    })
}

/// A URL with its parts. A host may be a part only if it looks like one.
pub(super) fn url(template: &str, parts: &Parts) -> Option<String> {
    let (head, tail) = template.split_once("://")?;
    let end = tail.find(['/', '?']).unwrap_or(tail.len());
    let (host, path) = tail.split_at(end);
    let host = filled(host, parts, str::to_owned);
    let is_host = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':');
    if !host.bytes().all(is_host) {
        return None;
    }
    // A slug keeps its slashes.
    let slug = |text: &str| text.split('/').map(percent).collect::<Vec<_>>().join("/");
    let path = match parts.get("slug") {
        Some(value) => path.replace("{slug}", &slug(value)),
        None => path.to_owned(),
    };
    Some(format!("{head}://{host}{}", filled(&path, parts, in_path)))
}

/// Percent-encoded, but for what a token may hold: Telegram's has a colon in the path.
fn in_path(text: &str) -> String {
    encoded(text, b"-._~:")
}

fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.trim_start_matches('"').strip_suffix('"').unwrap_or_default().to_owned()
}
