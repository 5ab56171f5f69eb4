//! Looks for the anchors of shape rules, each where its rule's gate says.

mod far;
mod heads;
mod near;

use super::marks::Marks;
use crate::model::Span;
use crate::prefilter::{Lexicon, Run, Seen, Survey};
use crate::rule::{Engine, Gate, Mask, Rule, RuleSet};
use std::collections::BTreeMap;

/// An anchor that was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    /// The rule it belongs to.
    pub(super) rule: u32,
    /// Where it stands.
    pub(super) span: Span,
}

/// The anchors of a rule set.
pub(super) struct Anchors {
    heads: heads::Heads,
    near: near::Near,
    far: far::Far,
}

impl Anchors {
    /// Prepares the anchors of `rules`, but for those that are looked for everywhere.
    pub(super) fn new(rules: &RuleSet) -> Self {
        Self {
            heads: heads::Heads::new(rules),
            near: near::Near::new(rules),
            far: far::Far::new(rules),
        }
    }

    /// Adds all hits in `text` to `hits`, in no order. `seen` are the words of `marks` in it.
    pub(super) fn find(
        &self,
        rules: &RuleSet,
        text: &[u8],
        survey: &Survey,
        (marks, seen): (&Marks, &[Seen]),
        hits: &mut Vec<Hit>,
    ) {
        self.heads.find(rules, text, survey, hits);
        self.near.find(text, survey.runs(), hits);
        self.far.find(text, survey.runs(), hits);
        for seen in seen {
            let rules = marks.rules_of(seen.word).iter();
            hits.extend(rules.map(|&rule| Hit { rule, span: seen.span }));
        }
    }
}

/// Anchors and the rules behind each.
struct Words {
    lexicon: Lexicon,
    rules: Vec<Vec<u32>>,
}

impl Words {
    /// Those of the rules with that gate.
    fn new(rules: &RuleSet, gate: Gate) -> Self {
        let (words, rules) = words_of(rules, gate).unzip::<_, _, Vec<_>, Vec<_>>();
        Self { lexicon: Lexicon::new(words), rules }
    }

    /// Calls `each` with every rule that has an anchor at `at`.
    fn at(&self, text: &[u8], at: usize, mut each: impl FnMut(Hit)) {
        self.lexicon.at(text, at, |word, len| {
            let span = Span::new(at, at + len);
            self.rules[word].iter().for_each(|&rule| each(Hit { rule, span }));
        });
    }

    /// Adds all anchors that begin in `within` to `hits`.
    fn find(&self, text: &[u8], within: Span, hits: &mut Vec<Hit>) {
        self.lexicon.find(text, within, |word, span| {
            hits.extend(self.rules[word].iter().map(|&rule| Hit { rule, span }));
        });
    }
}

/// The anchors of the rules with that gate, and the rules of each.
pub(super) fn words_of(
    rules: &RuleSet,
    gate: Gate,
) -> impl Iterator<Item = (&str, Vec<u32>)> + use<'_> {
    let mut words: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (index, rule) in (0..).zip(rules.iter()).filter(|(_, r)| passes(r, gate)) {
        for anchor in rule.anatomy.anchors.iter() {
            words.entry(anchor).or_default().push(index);
        }
    }
    words.into_iter()
}

fn passes(rule: &Rule, gate: Gate) -> bool {
    rule.engine == Engine::Shape && rule.anatomy.gate == gate
}

/// Whether `run` looks as the mask demands.
pub(super) fn fits(mask: Mask, run: Run) -> bool {
    mask != Mask::Digit || run.has_digit()
}
