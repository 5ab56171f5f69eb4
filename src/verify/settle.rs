//! Several rules may claim one secret: the surest and most exact keeps it.

use super::Judgement;
use crate::model::{Confidence, Span};
use crate::rule::{Engine, Rule, RuleSet};

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

/// A vendor's rule doubts itself where a token has all of its form but the checksum. If a name
/// beside the token says that it is a secret, it is as sure as the name makes it: the name tells
/// what it is, and the form whose.
fn believe(all: &mut [Judged], rules: &RuleSet) {
    let named: Vec<(Span, Confidence)> = all
        .iter()
        .filter(|j| rules.get(j.rule).engine == Engine::Assignment)
        .map(|j| (j.secret, j.judgement.confidence))
        .collect();
    for judged in all.iter_mut().filter(|j| rules.get(j.rule).engine == Engine::Shape) {
        let own = judged.secret;
        let same = |span: &Span| span.start <= own.start && own.end <= span.end + SLACK;
        let sure = named.iter().filter(|(span, _)| span.overlaps(own) && same(span));
        let doubted = judged.judgement.confidence == Confidence::Low;
        if let Some((_, sure)) = sure.filter(|_| doubted).max_by_key(|(_, sure)| *sure) {
            judged.judgement.confidence = *sure;
        }
    }
}

/// How much of a token of `rule` is always the same. A rule that tells what stands around it as
/// well knows more than any head.
fn head(rule: &Rule) -> usize {
    let anatomy = &rule.anatomy;
    if anatomy.context || rule.shape.contains("?P<secret>") {
        return usize::MAX;
    }
    anatomy.anchors.iter().map(|anchor| anchor.len()).min().unwrap_or(0)
}

/// How many bytes of a token may lie behind the value that a name is given: signs that end one.
const SLACK: usize = 2;

/// Of those whose secrets overlap, keeps the best one; and if that is not sure, all that hang on
/// the path of the file as well.
pub fn settle(mut all: Vec<Judged>, rules: &RuleSet) -> Vec<Judged> {
    if all.len() < 2 {
        return all;
    }
    believe(&mut all, rules);
    let is_file = |j: &Judged| rules.get(j.rule).engine == Engine::File;
    let of_files: Vec<Judged> = all.extract_if(.., |j| is_file(j)).collect();
    let rank = |j: &Judged| {
        let exact = rules.get(j.rule).engine != Engine::Assignment;
        // A vendor's rule that doubts itself does not silence the generic tier.
        let sure = j.judgement.confidence > Confidence::Low;
        // Of two that know the same form, the one that asked for words around it knows more.
        let asked = !rules.get(j.rule).near.is_empty();
        let confidence = j.judgement.confidence;
        // What a vendor puts around a web token tells more than the token.
        let vendors = rules.get(j.rule).provider != "web-token";
        let head = head(rules.get(j.rule));
        (sure, exact, vendors, confidence, j.secret.len(), asked, head, std::cmp::Reverse(j.rule))
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
    if kept.iter().all(|j| j.judgement.confidence == Confidence::Low) {
        kept.extend(of_files);
    }
    kept.sort_by_key(|j| j.secret);
    kept
}
