//! The words that are looked for in the whole of a text, in one pass for all who need them.

use super::anchors::{Holders, words_of};
use super::assignment;
use super::own::OWN;
use crate::prefilter::{Memory, Needles, Seen};
use crate::rule::{Gate, RuleSet};
use std::ops::Range;

/// The words, in order of who asks for them.
pub(super) struct Marks {
    needles: Needles,
    names: Range<usize>,
    anchors: Holders,
}

impl Marks {
    pub(super) fn new(rules: &RuleSet) -> Self {
        let names = assignment::WORDS.iter().map(|(word, _)| *word);
        let (texts, anchors) = words_of(rules, Gate::Text);
        Self {
            needles: Needles::new(OWN.into_iter().chain(names).chain(texts)),
            names: OWN.len()..OWN.len() + assignment::WORDS.len(),
            anchors,
        }
    }

    /// All of them in `text`, by rising starts.
    pub(super) fn find(&self, text: &[u8], memory: &mut Memory, seen: &mut Vec<Seen>) {
        self.needles.find(text, memory, seen);
    }

    /// The rules that word `word` is an anchor of.
    pub(super) fn rules_of(&self, word: usize) -> &[u32] {
        word.checked_sub(self.names.end).map_or(&[], |index| self.anchors.of(index))
    }

    /// Which of the words that make a name speak of a secret word `word` is.
    pub(super) fn name_of(&self, word: usize) -> Option<usize> {
        self.names.contains(&word).then(|| word - self.names.start)
    }

    /// Where one of the words that stand for themselves was seen.
    pub(super) fn places<'s>(
        &self,
        own: &str,
        seen: &'s [Seen],
    ) -> impl Iterator<Item = usize> + use<'s> {
        let word = OWN.iter().position(|o| *o == own);
        seen.iter().filter(move |s| Some(s.word) == word).map(|s| s.span.start)
    }
}
