//! Anchors that stand shortly before a run, or in it: looked for in windows around the runs that
//! look like secrets.

use super::{Hit, Words, passes};
use crate::matcher::lead::Lead;
use crate::matcher::stretches::joined;
use crate::model::Span;
use crate::prefilter::Run;
use crate::rule::{Gate, RuleSet};

pub(super) struct Near {
    words: Words,
    /// What leads to any of the rules.
    leads: Vec<Lead>,
    /// Farthest that the windows reach, in bytes, before and behind a run.
    back: usize,
    ahead: usize,
}

impl Near {
    pub(super) fn new(rules: &RuleSet) -> Self {
        let near = || rules.iter().filter(|r| passes(r, Gate::Near)).map(|r| &r.anatomy);
        Self {
            words: Words::new(rules, Gate::Near),
            leads: Lead::widest(near().map(Lead::of)),
            back: near().map(|a| a.back).max().unwrap_or(0),
            ahead: near().map(|a| a.ahead).max().unwrap_or(0),
        }
    }

    pub(super) fn find(&self, text: &[u8], runs: &[Run], hits: &mut Vec<Hit>) {
        let leads = |run: &&Run| self.leads.iter().any(|lead| lead.is_met(text, **run, run.span));
        for window in joined(runs.iter().filter(leads).map(|r| self.window(text, r.span))) {
            self.words.find(text, window, hits);
        }
    }

    fn window(&self, text: &[u8], run: Span) -> Span {
        Span::new(run.start.saturating_sub(self.back), text.len().min(run.end + self.ahead))
    }
}
