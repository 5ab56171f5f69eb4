//! Anchors that may stand farther from the long run that every match has: looked for only around
//! runs that hold the very characters which their rules need.

use super::{Hit, Words, passes};
use crate::matcher::lead::Lead;
use crate::matcher::stretches::joined;
use crate::model::Span;
use crate::prefilter::Run;
use crate::rule::{Gate, RuleSet};
use std::collections::BTreeMap;

pub(super) struct Far {
    words: Words,
    /// What leads to the rules, and how far before and behind a run they look.
    leads: Vec<(Lead, (usize, usize))>,
    /// Those of them that are met wherever any is.
    widest: Vec<Lead>,
}

impl Far {
    pub(super) fn new(rules: &RuleSet) -> Self {
        let mut leads: BTreeMap<Lead, (usize, usize)> = BTreeMap::new();
        for anatomy in rules.iter().filter(|r| passes(r, Gate::Far)).map(|r| &r.anatomy) {
            let (back, ahead) = leads.entry(Lead::of(anatomy)).or_default();
            (*back, *ahead) = (anatomy.back.max(*back), anatomy.ahead.max(*ahead));
        }
        let widest = Lead::widest(leads.keys().copied());
        Self { words: Words::new(rules, Gate::Far), leads: leads.into_iter().collect(), widest }
    }

    pub(super) fn find(&self, text: &[u8], runs: &[Run], hits: &mut Vec<Hit>) {
        for region in joined(runs.iter().filter_map(|run| self.region(text, *run))) {
            self.words.find(text, region, hits);
        }
    }

    /// Where the anchors of all rules that `run` leads to could stand.
    fn region(&self, text: &[u8], run: Run) -> Option<Span> {
        let met = |lead: &Lead| lead.is_met(text, run, run.span);
        if !self.widest.iter().any(met) {
            return None;
        }
        let reach = self.leads.iter().filter(|(lead, _)| met(lead)).map(|(_, reach)| *reach);
        let (back, ahead) = reach.reduce(|a, b| (a.0.max(b.0), a.1.max(b.1)))?;
        Some(Span::new(run.span.start.saturating_sub(back), text.len().min(run.span.end + ahead)))
    }
}
