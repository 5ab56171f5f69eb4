//! Several rules may claim one secret: the surest and most exact keeps it.

use super::Judgement;
use crate::model::{Confidence, Span};
use crate::rule::{Engine, RuleSet};

/// A candidate that passed.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Index of the rule.
    pub rule: usize,
    /// Where the secret stands.
    pub secret: Span,
    /// What the checks made of it.
    pub judgement: Judgement,
}

/// Of those whose secrets overlap, keeps the best one.
pub fn settle(mut all: Vec<Judged>, rules: &RuleSet) -> Vec<Judged> {
    if all.len() < 2 {
        return all;
    }
    let rank = |j: &Judged| {
        let exact = rules.get(j.rule).engine != Engine::Assignment;
        // A vendor's rule that doubts itself does not silence the generic tier.
        let sure = j.judgement.confidence > Confidence::Low;
        // Of two that know the same form, the one that asked for words around it knows more.
        let asked = !rules.get(j.rule).near.is_empty();
        let confidence = j.judgement.confidence;
        (sure, exact, confidence, j.secret.len(), asked, std::cmp::Reverse(j.rule))
    };
    all.sort_by_cached_key(|j| std::cmp::Reverse(rank(j)));
    let mut kept: Vec<Judged> = Vec::with_capacity(all.len());
    // Disjoint spans, by start: only the neighbours of a new one can overlap it.
    let mut taken = std::collections::BTreeMap::new();
    for judged in all {
        let span = judged.secret;
        let left = taken.range(..span.end).next_back().map(|(&s, &e)| Span::new(s, e));
        if left.is_some_and(|l| l.overlaps(span)) {
            continue;
        }
        taken.insert(span.start, span.end);
        kept.push(judged);
    }
    kept.sort_by_key(|j| j.secret);
    kept
}
