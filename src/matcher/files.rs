//! Short texts of which a rule speaks as a whole. Whether the file has the path that the rule asks
//! for is told later: one text may have many paths.

use super::Candidate;
use super::anchors::Hit;
use crate::model::Span;
use crate::rule::{Engine, RuleSet};

/// The rules of the engine `file`.
pub(super) struct Files {
    rules: Vec<u32>,
    /// Longest text that any of them matches.
    longest: usize,
}

impl Files {
    pub(super) fn new(rules: &RuleSet) -> Self {
        let files = || (0..).zip(rules.iter()).filter(|(_, rule)| rule.engine == Engine::File);
        Self {
            rules: files().map(|(index, _)| index).collect(),
            longest: files().map(|(_, rule)| rule.anatomy.max_len).max().unwrap_or(0),
        }
    }

    /// Whether `text` is short enough for them.
    pub(super) fn may_speak_of(&self, text: &[u8]) -> bool {
        text.len() <= self.longest
    }

    /// Has the rules tried from the start of `text`, if it is short enough.
    pub(super) fn try_on(&self, text: &[u8], hits: &mut Vec<Hit>) {
        if self.may_speak_of(text) {
            let start = Span::new(0, 0);
            hits.extend(self.rules.iter().map(|&rule| Hit { rule, span: start }));
        }
    }

    /// Drops their candidates from `found` that are not all of `text`.
    pub(super) fn keep_whole(&self, text: &[u8], found: &mut Vec<Candidate>, from: usize) {
        if !self.may_speak_of(text) {
            return;
        }
        let all = Span::new(0, text.len());
        let is_ours = |c: &Candidate| self.rules.iter().any(|&rule| rule as usize == c.rule);
        let kept = found.split_off(from);
        found.extend(kept.into_iter().filter(|c| c.matched == all || !is_ours(c)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matcher::{Matcher, Scratch};
    use crate::rule::Generator;

    #[test]
    fn only_what_is_all_of_a_file_is_a_secret_by_its_path() {
        let rules = RuleSet::builtin();
        let matcher = Matcher::new(&rules);
        let text = Generator::new(3).text(b"abcdefghijkmnpqrstuvwxyz23456789", 32);
        let (mut found, mut scratch) = (Vec::new(), Scratch::default());
        let is_file = |c: &Candidate| rules.get(c.rule).engine == Engine::File;
        matcher.find(&text, &mut scratch, &mut found);
        assert!(!found.iter().any(is_file), "the name of a file, say, has no path");
        matcher.find_in_file(&text, &mut scratch, &mut found);
        assert!(found.iter().any(is_file));
    }
}
