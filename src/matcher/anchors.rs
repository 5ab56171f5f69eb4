//! Looks for the anchors of shape rules: only near token runs for the many rules that guarantee
//! one, in the whole text for the few that do not.

use super::Scratch;
use super::stretches::joined;
use crate::model::Span;
use crate::prefilter::Run;
use crate::rule::{AHEAD, BACK, Engine, Mask, Rule, RuleSet};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::collections::BTreeMap;

/// How far before a run without a digit, but with letters of both cases, anchors are looked for.
const BACK_MIXED: usize = 64;

/// An anchor that was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    /// The rule it belongs to.
    pub(super) rule: u32,
    /// Where it stands.
    pub(super) span: Span,
}

/// A set of anchors and the rules behind each.
struct Words {
    engine: AhoCorasick,
    rules: Vec<Vec<u32>>,
}

impl Words {
    fn new<'r>(
        rules: impl Iterator<Item = (usize, &'r Rule)>,
        kind: AhoCorasickKind,
    ) -> Option<Self> {
        let mut words: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for (index, rule) in rules {
            for anchor in rule.anatomy.anchors.iter() {
                words.entry(anchor).or_default().push(u32::try_from(index).ok()?);
            }
        }
        let engine = AhoCorasick::builder()
            .kind(Some(kind))
            .match_kind(MatchKind::Standard)
            .prefilter(false)
            .build(words.keys())
            .ok()?;
        Some(Self { engine, rules: words.into_values().collect() })
    }

    /// Anchors are lower case, and so is what they are looked for in: a copy in `lower` costs less
    /// than an engine of twice the size.
    fn find(&self, text: &[u8], offset: usize, lower: &mut Vec<u8>, hits: &mut Vec<Hit>) {
        lower.clear();
        lower.extend_from_slice(text);
        lower.make_ascii_lowercase();
        for found in self.engine.find_overlapping_iter(lower.as_slice()) {
            let span = Span::new(offset + found.start(), offset + found.end());
            let rules = &self.rules[found.pattern().as_usize()];
            hits.extend(rules.iter().map(|&rule| Hit { rule, span }));
        }
    }
}

/// The anchors of a rule set.
pub(super) struct Anchors {
    near_runs: Option<Words>,
    everywhere: Option<Words>,
}

impl Anchors {
    /// Prepares the anchors of `rules`.
    pub(super) fn new(rules: &RuleSet) -> Self {
        let shapes = || rules.iter().enumerate().filter(|(_, r)| r.engine == Engine::Shape);
        let lone = |r: &Rule| r.anatomy.mask == Mask::None;
        Self {
            // Of thousands of words a table of all transitions would cost more to make than most
            // runs take.
            near_runs: Words::new(
                shapes().filter(|(_, r)| !lone(r)),
                AhoCorasickKind::ContiguousNFA,
            ),
            everywhere: Words::new(shapes().filter(|(_, r)| lone(r)), AhoCorasickKind::DFA),
        }
    }

    /// Notes all hits in `text`, in no order, and all runs, in order.
    pub(super) fn find(&self, text: &[u8], scratch: &mut Scratch) {
        let Scratch { hits, runs, lower, .. } = scratch;
        runs.extend(crate::prefilter::runs(text).iter());
        if let Some(words) = &self.near_runs {
            // A run with a digit looks further back than one without that came before it.
            for w in joined(runs.iter().map(|run| window(text, *run))) {
                words.find(w.of(text), w.start, lower, hits);
            }
        }
        if let Some(words) = self.everywhere.as_ref().filter(|w| !w.rules.is_empty()) {
            words.find(text, 0, lower, hits);
        }
    }
}

/// The stretch around a run in which anchors are looked for.
fn window(text: &[u8], run: Run) -> Span {
    let (back, ahead) = match (run.has_digit(), run.is_mixed()) {
        (true, _) => (BACK, AHEAD),
        (false, true) => (BACK_MIXED, 0),
        (false, false) => (0, 0),
    };
    Span::new(run.span.start.saturating_sub(back), text.len().min(run.span.end + ahead))
}
