//! The variables of a build, read with distrust: systems write "nothing" in many ways.

use std::collections::BTreeMap;

/// What surrounds a build.
#[derive(Debug, Default)]
pub struct Surroundings {
    vars: BTreeMap<String, String>,
    /// What GitHub says of the event, if it does.
    pub event: serde_json::Value,
}

impl Surroundings {
    /// These variables.
    pub fn new(vars: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { vars: vars.into_iter().collect(), event: serde_json::Value::Null }
    }

    /// A variable that says something. An empty parameter of CircleCI arrives as `<nil>`.
    pub fn get(&self, name: &str) -> Option<&str> {
        let text = self.vars.get(name)?.trim();
        (!matches!(text, "" | "<nil>" | "nil" | "null" | "undefined" | "<no value>"))
            .then_some(text)
    }

    /// Whether a variable is set to a yes.
    pub(super) fn yes(&self, name: &str) -> bool {
        self.get(name).is_some_and(|v| v.eq_ignore_ascii_case("true") || v == "1")
    }

    /// Whether a variable says something that is no `false`.
    pub(super) fn some(&self, name: &str) -> bool {
        self.get(name).is_some_and(|v| !v.eq_ignore_ascii_case("false"))
    }

    /// A commit's id, whole or its beginning; a name such as `HEAD` is none, and neither is a row
    /// of zeros, which stands for "nothing before".
    pub(super) fn commit(&self, name: &str) -> Option<String> {
        self.get(name).and_then(commit)
    }

    /// A branch's name, without `refs/heads/`.
    pub(super) fn branch(&self, name: &str) -> Option<String> {
        self.get(name).map(|v| v.strip_prefix("refs/heads/").unwrap_or(v).to_owned())
    }

    /// The two ends of `A..B`, `A...B`, also as the last part of a URL.
    pub(super) fn ends(&self, name: &str) -> Option<(String, String)> {
        let range = self.get(name)?.rsplit('/').next()?;
        let (from, to) = range.split_once("...").or_else(|| range.split_once(".."))?;
        // `a^` says "before a": as the start of a range it is a's first parent.
        let from = from
            .strip_suffix('^')
            .map_or_else(|| commit(from), |c| Some(format!("{}^", commit(c)?)));
        Some((from?, commit(to)?))
    }

    /// A text of the event, by its path.
    pub(super) fn said(&self, path: &str) -> Option<&str> {
        self.event.pointer(path)?.as_str().filter(|t| !t.is_empty())
    }

    /// A commit of the event.
    pub(super) fn said_commit(&self, path: &str) -> Option<String> {
        self.said(path).and_then(commit)
    }
}

/// The text, if it is a commit's id and not all zeros.
fn commit(text: &str) -> Option<String> {
    let hex = (7..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit());
    (hex && text.bytes().any(|b| b != b'0')).then(|| text.to_ascii_lowercase())
}
