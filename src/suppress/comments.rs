//! Comments in a text that is asked about for many findings. Stretches in which no tool's words
//! stand are remembered, so that a text of nothing but findings is read about once.

use super::foreign;
use super::inline::{OURS, look};
use super::nearby::Nearby;
use crate::model::{Span, Status};
use crate::rule::Rule;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// How the words of each tool begin.
static STARTS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let all = std::iter::once(&OURS).chain(&foreign::ALL);
    let starts = all.map(|w| w.words.split([' ', '?']).next().unwrap_or_default());
    AhoCorasick::builder().ascii_case_insensitive(true).build(starts).ok()
});

/// The comments of one text.
pub struct Comments<'a> {
    text: &'a [u8],
    /// Whether they count at all.
    heard: bool,
    /// In this stretch no words begin.
    quiet: Span,
}

impl<'a> Comments<'a> {
    pub(super) fn new(text: &'a [u8], heard: bool) -> Self {
        Self { text, heard, quiet: Span::new(0, 0) }
    }

    /// What a comment beside the secret at `span` says. To be asked in rising order.
    pub fn beside(&mut self, span: Span, rule: &Rule) -> Option<Status> {
        let asked = self.heard && !self.is_quiet(Nearby::new(self.text, span).all());
        asked.then(|| look(self.text, span, rule)).flatten()
    }

    fn is_quiet(&mut self, near: Span) -> bool {
        if self.quiet.contains(near) {
            return true;
        }
        // Twice as far as the last time, as long as there is nothing.
        let ahead = if near.start <= self.quiet.end { self.quiet.len() } else { 0 };
        let end = near.end.saturating_add(ahead).min(self.text.len());
        let stretch = Span::new(near.start, end);
        let found = STARTS.as_ref().is_none_or(|words| words.is_match(stretch.of(self.text)));
        self.quiet = if found { Span::new(0, 0) } else { stretch };
        !found
    }
}
