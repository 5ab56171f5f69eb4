//! Anchors that may stand farther from the long run that every match has: looked for only around
//! runs that hold the very characters which their rules need.

use super::{Hit, Words, is_likely, passes};
use crate::matcher::shape::leads_to;
use crate::matcher::stretches::joined;
use crate::model::Span;
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
        let long = runs.iter().filter(|r| r.span.len() >= self.least && is_likely(**r));
        let regions = long.filter_map(|run| self.region(rules, text, *run));
        for region in joined(regions) {
            self.words.find(text, region, hits);
        }
    }

    /// Where the anchors of all rules that `run` leads to could stand.
    fn region(&self, rules: &RuleSet, text: &[u8], run: Run) -> Option<Span> {
        let rules = self.rules.iter().map(|&r| rules.get(r as usize));
        let led =
            rules.filter(|rule| leads_to(rule, text, run, run.span)).map(|rule| &rule.anatomy);
        let reach = led.map(|a| (a.back, a.ahead));
        let (back, ahead) = reach.reduce(|a, b| (a.0.max(b.0), a.1.max(b.1)))?;
        Some(Span::new(run.span.start.saturating_sub(back), text.len().min(run.span.end + ahead)))
    }
}
