//! Anchors that stand around a run, or in it: looked for in windows around the runs that hold the
//! very characters which their rules need, as far as the farthest of these looks.

use super::{Portions, Words, passes};
use crate::matcher::lead::{Lead, Leads};
use crate::matcher::stretches::joined;
use crate::model::Span;
use crate::prefilter::Run;
use crate::rule::{Anatomy, Gate, RuleSet};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// How far before a run, in bytes, the anchors of most rules stand at most, and behind it none.
const USUAL: usize = 112;
/// Rules that look farther are kept apart by how much farther, in such steps.
const STEP: usize = 64;
/// So many bytes of a window are read at once.
const PIECE: usize = 1 << 12;

pub(super) struct Near {
    /// Made when the first window is looked at: many short texts have none.
    words: OnceLock<Words>,
    leads: Leads,
    /// For each lead how far the rules look to which it leads, and the leads that reach no farther.
    reaches: Vec<(Reach, u64)>,
}

/// How far a window reaches, in bytes, before and behind a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reach {
    back: usize,
    ahead: usize,
}

impl Reach {
    fn of(anatomy: &Anatomy) -> Self {
        Self { back: anatomy.back, ahead: anatomy.ahead }
    }

    /// The larger of the two, on either side.
    fn or(self, other: Self) -> Self {
        Self { back: self.back.max(other.back), ahead: self.ahead.max(other.ahead) }
    }

    /// Those of one tier reach nearly as far; the usual ones are the first.
    fn tier(self) -> (usize, usize) {
        (self.back.saturating_sub(USUAL).div_ceil(STEP), self.ahead.div_ceil(STEP / 2))
    }
}

impl Near {
    pub(super) fn new(rules: &RuleSet) -> Self {
        let mut tiers: BTreeMap<(usize, usize), Vec<&Anatomy>> = BTreeMap::new();
        for rule in rules.iter().filter(|r| passes(r, Gate::Near)) {
            tiers.entry(Reach::of(&rule.anatomy).tier()).or_default().push(&rule.anatomy);
        }
        let mut all: Vec<(Lead, Reach)> = Vec::new();
        for of_tier in tiers.values() {
            let farthest = of_tier.iter().map(|a| Reach::of(a)).reduce(Reach::or);
            let leads = Lead::widest(of_tier.iter().map(|a| Lead::of(a)));
            all.extend(leads.into_iter().zip(farthest.into_iter().cycle()));
        }
        // Those that are too many are asked as one.
        let rest = all.split_off(all.len().min(Leads::MOST - 1));
        all.extend(rest.into_iter().reduce(|a, b| (a.0.or(b.0), a.1.or(b.1))));
        let inside = |of: Reach| {
            let others = all.iter().zip(0..).filter(|((_, reach), _)| of.or(*reach) == of);
            others.fold(0, |inside, (_, number)| inside | 1 << number)
        };
        let reaches = all.iter().map(|(_, reach)| (*reach, inside(*reach))).collect();
        let leads = Leads::new(all.iter().map(|(lead, _)| *lead).collect());
        Self { words: OnceLock::new(), leads, reaches }
    }

    pub(super) fn find(
        &self,
        rules: &RuleSet,
        text: &[u8],
        runs: &[Run],
        portions: &mut Portions<'_>,
    ) {
        for window in joined(runs.iter().filter_map(|run| self.window(text, *run))) {
            let words = self.words.get_or_init(|| Words::new(rules, Gate::Near));
            for start in (window.start..window.end).step_by(PIECE) {
                let piece = Span::new(start, window.end.min(start + PIECE));
                words.find(rules, text, piece, portions.hits);
                portions.pass_on();
            }
        }
    }

    /// Where the anchors of all rules that `run` leads to could stand.
    fn window(&self, text: &[u8], run: Run) -> Option<Span> {
        let mut all: Option<Reach> = None;
        let mut likely = self.leads.likely(text, run);
        while let Some(number) = likely.next() {
            if self.leads.is_met(number, text, run) {
                let (reach, inside) = self.reaches[number];
                all = Some(all.map_or(reach, |all| all.or(reach)));
                likely.0 &= !inside;
            }
        }
        let Reach { back, ahead } = all?;
        Some(Span::new(run.span.start.saturating_sub(back), text.len().min(run.span.end + ahead)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_leads_of_the_built_in_rules_are_told_apart() {
        let near = Near::new(&RuleSet::builtin());
        assert!(near.reaches.len() < Leads::MOST, "{}", near.reaches.len());
    }
}
