//! What is wrong in a rule file, where, and how to mend it. All of a file is told at once.

use crate::error::{Error, Kind};
use crate::model::{Span, pointed, position};
use std::ops::Range;

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistake {
    /// Where it stands in the file.
    pub(super) at: Span,
    /// The rule it stands in, if that has an id.
    pub(super) rule: Option<String>,
    /// What is wrong.
    pub(super) what: String,
    /// How to mend it.
    pub(super) mend: String,
}

impl Mistake {
    /// A mistake at `at`.
    pub(super) fn new(at: Range<usize>, what: impl Into<String>, mend: impl Into<String>) -> Self {
        let at = Span::new(at.start, at.end);
        Self { at, rule: None, what: what.into(), mend: mend.into() }
    }

    fn told(&self, name: &str, text: &str) -> String {
        let (line, column) = position(text, self.at.start);
        let rule = self.rule.as_ref().map_or(String::new(), |id| format!("rule `{id}`: "));
        let mut told =
            format!("{name}:{line}:{column}: {rule}{}\n{}", self.what, pointed(text, self.at));
        if !self.mend.is_empty() {
            told.push_str("\n  to mend it: ");
            told.push_str(&self.mend);
        }
        told
    }
}

/// One error for all of `mistakes` in the file `name`, in their order in its text.
pub(super) fn error(name: &str, text: &str, mut mistakes: Vec<Mistake>) -> Error {
    mistakes.sort_by_key(|m| m.at);
    mistakes.dedup();
    let told: Vec<String> = mistakes.iter().map(|m| m.told(name, text)).collect();
    let told = told.join("\n\n");
    let head = match mistakes.len() {
        1 => String::new(),
        n => format!("{n} mistakes in the rule file {name}\n\n"),
    };
    Error::new(Kind::Rule, head + &told)
}
