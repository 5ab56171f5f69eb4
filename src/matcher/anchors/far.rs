//! Anchors that may stand farther from the long run that every match has: looked for only around
//! runs that hold the very characters which their rules need.

use super::{Hit, Words, passes};
use crate::matcher::lead::Lead;
use crate::matcher::stretches::joined;
use crate::model::Span;
use crate::prefilter::Run;
use crate::rule::{Gate, RuleSet};
use std::collections::BTreeMap;

/// How far before a run, in bytes, the anchors of most of these rules stand at most.
const USUAL: usize = 136;

pub(super) struct Far {
    words: Words,
    /// What leads to any of the rules.
    leads: Vec<Lead>,
    /// What leads to the rules that look farther than usual, and how far before and behind a run.
    unusual: Vec<(Lead, (usize, usize))>,
}

impl Far {
    pub(super) fn new(rules: &RuleSet) -> Self {
        let far = || rules.iter().filter(|r| passes(r, Gate::Far)).map(|r| &r.anatomy);
        let mut unusual: BTreeMap<Lead, (usize, usize)> = BTreeMap::new();
        for anatomy in far().filter(|a| a.back > USUAL || a.ahead > 0) {
            let (back, ahead) = unusual.entry(Lead::of(anatomy)).or_default();
            (*back, *ahead) = (anatomy.back.max(*back), anatomy.ahead.max(*ahead));
        }
        Self {
            words: Words::new(rules, Gate::Far),
            leads: Lead::widest(far().map(Lead::of)),
            unusual: unusual.into_iter().collect(),
        }
    }

    pub(super) fn find(&self, text: &[u8], runs: &[Run], hits: &mut Vec<Hit>) {
        for region in joined(runs.iter().filter_map(|run| self.region(text, *run))) {
            self.words.find(text, region, hits);
        }
    }

    /// Where the anchors of all rules that `run` leads to could stand.
    fn region(&self, text: &[u8], run: Run) -> Option<Span> {
        let met = |lead: &Lead| lead.is_met(text, run, run.span);
        if !self.leads.iter().any(met) {
            return None;
        }
        let unusual = self.unusual.iter().filter(|(lead, _)| met(lead)).map(|(_, reach)| *reach);
        let (back, ahead) = unusual.fold((USUAL, 0), |a, b| (a.0.max(b.0), a.1.max(b.1)));
        Some(Span::new(run.span.start.saturating_sub(back), text.len().min(run.span.end + ahead)))
    }
}
