//! What a check is given, and what it may answer.

use crate::model::{Severity, Span};
use crate::rule::{Generator, Rule};
use std::fmt;

/// A candidate as a check sees it.
#[derive(Debug, Clone, Copy)]
pub struct Token<'a> {
    /// The rule that matched.
    pub rule: &'a Rule,
    /// The text that it stands in. A check may look at the rule's reach around `matched`, not
    /// further.
    pub text: &'a [u8],
    /// All that the rule matched.
    pub matched: Span,
    /// The secret's part of it.
    pub secret: Span,
}

impl<'a> Token<'a> {
    /// The bytes of the secret.
    pub fn secret(&self) -> &'a [u8] {
        self.secret.of(self.text)
    }

    /// The bytes of the whole match.
    pub fn matched(&self) -> &'a [u8] {
        self.matched.of(self.text)
    }

    /// Up to `n` bytes before the match.
    pub fn before(&self, n: usize) -> &'a [u8] {
        &self.text[self.matched.start.saturating_sub(n)..self.matched.start]
    }

    /// Up to `n` bytes after the match.
    pub fn after(&self, n: usize) -> &'a [u8] {
        &self.text[self.matched.end..self.text.len().min(self.matched.end + n)]
    }
}

/// What a check found out.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Only a real token passes; the text says what was proven ("CRC-32 is right").
    Proven(String),
    /// It fits, which chance also could; the text says what.
    Agrees(String),
    /// Nothing to say.
    Silent,
    /// It does not fit, but variants exist: low confidence; the text says what.
    Doubtful(String),
    /// It does not quite fit, yet nothing else has this form: of medium confidence and of this
    /// severity at most; the text says what.
    Odd(Severity, String),
    /// It is a token of lesser worth (expired, test mode, public): this severity at most.
    Lesser(Severity, String),
    /// It is not this kind of token; the text says why (for tests and traces).
    Rejected(&'static str),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Proven(what) => write!(f, "proven: {what}"),
            Self::Agrees(what) => write!(f, "agrees: {what}"),
            Self::Silent => f.write_str("nothing against it"),
            Self::Doubtful(what) => write!(f, "doubtful: {what}"),
            Self::Odd(most, what) => write!(f, "odd, at most {} severity: {what}", most.as_str()),
            Self::Lesser(most, what) => write!(f, "at most of {} severity: {what}", most.as_str()),
            Self::Rejected(why) => write!(f, "rejected: {why}"),
        }
    }
}

/// One property that can be established without a network.
pub trait Check: Sync {
    /// The name that rules use, kebab-case.
    fn name(&self) -> &'static str;

    /// What it looks at, in one sentence for `stanch rules show`.
    fn about(&self) -> &'static str;

    /// Looks at `token`.
    fn check(&self, token: &Token<'_>) -> Verdict;

    /// Changes `sample` (a match of a rule's shape) so that it passes; for made samples.
    fn mend(&self, sample: &mut Vec<u8>, random: &mut Generator) {
        let _ = (sample, random);
    }
}
