//! Anchors that may stand far from the long run that every match has: looked for wherever a match
//! with that run could reach, so rarely.

use super::{Hit, Words, passes};
use crate::matcher::shape::holds_run;
use crate::prefilter::Run;
use crate::rule::{Gate, RuleSet};

pub(super) struct Far {
    words: Words,
    /// The rules, by index.
    rules: Vec<u32>,
    /// Shortest run that leads to any of them.
    least: usize,
}

impl Far {
    pub(super) fn new(rules: &RuleSet) -> Self {
        let far = (0..).zip(rules.iter()).filter(|(_, r)| passes(r, Gate::Far));
        let far: Vec<u32> = far.map(|(index, _)| index).collect();
        let least = far.iter().map(|&r| rules.get(r as usize).anatomy.run).min();
        Self {
            words: Words::new(rules, Gate::Far),
            least: least.unwrap_or(usize::MAX),
            rules: far,
        }
    }

    pub(super) fn find(&self, rules: &RuleSet, text: &[u8], runs: &[Run], hits: &mut Vec<Hit>) {
        let long = |r: &&Run| r.has_digit() && r.span.len() >= self.least;
        for run in runs.iter().filter(long) {
            for &index in &self.rules {
                let rule = rules.get(index as usize);
                if !holds_run(rule, text, run.span) {
                    continue;
                }
                let reach = rule.anatomy.max_len;
                let end = text.len().min(run.span.end + reach);
                for at in run.span.start.saturating_sub(reach)..end {
                    self.words.at(text, at, |hit| {
                        if hit.rule == index {
                            hits.push(hit);
                        }
                    });
                }
            }
        }
    }
}
