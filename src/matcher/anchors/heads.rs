//! Tokens that begin with their anchor: looked for where words begin in runs, and nowhere else.

use super::{Hit, Portions, Words, fits, passes};
use crate::matcher::boundary::ends_with_escape;
use crate::model::Span;
use crate::prefilter::{Run, Survey};
use crate::rule::{Gate, RuleSet};
use std::sync::OnceLock;

/// Longest remainder of an escape at the start of a run: `u0022` of `\u0022`, `38;5;196m` of a
/// terminal colour has less after its last `;`.
const ESCAPE: usize = 5;

pub(super) struct Heads {
    /// Made when the first run is looked at: many short texts have none.
    words: OnceLock<Words>,
    /// Shortest run that leads to any rule.
    least: usize,
}

impl Heads {
    pub(super) fn new(rules: &RuleSet) -> Self {
        let runs = rules.iter().filter(|r| passes(r, Gate::Head)).map(|r| r.anatomy.run);
        Self { words: OnceLock::new(), least: runs.min().unwrap_or(usize::MAX) }
    }

    pub(super) fn find(
        &self,
        rules: &RuleSet,
        text: &[u8],
        survey: &Survey,
        portions: &mut Portions<'_>,
    ) {
        for run in survey.runs().iter().filter(|r| r.span.len() >= self.least) {
            let last = run.span.end - self.least;
            // They stand near the start of the run, so they come before the first portion is full.
            for start in behind_escape(text, *run).filter(|s| *s <= last) {
                self.probe(rules, text, *run, start, portions.hits);
            }
            for start in survey.words(*run).take_while(|s| *s <= last) {
                self.probe(rules, text, *run, start, portions.hits);
                portions.pass_on();
            }
        }
    }

    fn probe(&self, rules: &RuleSet, text: &[u8], run: Run, start: usize, hits: &mut Vec<Hit>) {
        let words = self.words.get_or_init(|| Words::new(rules, Gate::Head));
        words.lexicon.at(text, start, |word, len| {
            for rule in words.rules_at(rules, text, start + len, word) {
                let anatomy = &rules.get(rule as usize).anatomy;
                if anatomy.run <= run.span.end - start && fits(anatomy.mask, run) {
                    hits.push(Hit { rule, span: Span::new(start, start + len) });
                }
            }
        });
    }
}

/// The places near the start of `run` where a token may follow the rest of an escape (`\n`,
/// `%22`) that itself looks like part of the run.
fn behind_escape(text: &[u8], run: Run) -> impl Iterator<Item = usize> + '_ {
    let start = run.span.start;
    let before = start.checked_sub(1).map_or(b' ', |i| text[i]);
    let most = if matches!(before, b'\\' | b'%' | b'[' | b';') { ESCAPE } else { 0 };
    (start + 1..=start + most).filter(|&at| ends_with_escape(&text[..at]))
}
