//! Many rules with one anchor: what none of them matches is told once for all.

use crate::matcher::outline::Outline;
use crate::matcher::shape::compile;
use crate::rule::RuleSet;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Fewer rules are each asked by itself.
const CROWD: usize = 4;
/// After so many hits it is worth while to learn what tells them apart.
const MANY_HITS: usize = 64;

/// Rules whose tokens begin with the same anchor.
#[derive(Debug)]
pub(super) struct Crowd {
    rules: Box<[u32]>,
    hits: AtomicUsize,
    outline: OnceLock<Outline>,
}

impl Crowd {
    /// `rules`, if they are many.
    pub(super) fn of(rules: &[u32]) -> Option<Self> {
        (rules.len() >= CROWD).then(|| Self {
            rules: rules.into(),
            hits: AtomicUsize::new(0),
            outline: OnceLock::new(),
        })
    }

    /// Whether a token of one of them could begin at `at`.
    pub(super) fn may_stand(&self, rules: &RuleSet, text: &[u8], at: usize) -> bool {
        if let Some(outline) = self.outline.get() {
            return outline.fits(text, at);
        }
        if self.hits.fetch_add(1, Relaxed) >= MANY_HITS {
            self.outline.get_or_init(|| self.learn(rules));
        }
        true
    }

    fn learn(&self, rules: &RuleSet) -> Outline {
        let programs = self.rules.iter().map(|&rule| compile(rules.get(rule as usize)));
        Outline::of_any(programs.map(|p| p.map(|p| Outline::of(&p.steps)).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Generator;

    #[test]
    fn no_token_of_a_crowd_is_turned_away() {
        let rules = RuleSet::builtin();
        let mut random = Generator::new(2);
        let all: Vec<u32> = (0..).zip(rules.iter()).map(|(index, _)| index).take(40).collect();
        let crowd = Crowd::of(&all).unwrap();
        let outline = crowd.learn(&rules);
        for rule in rules.iter().take(40).filter(|r| !r.shape.is_empty()) {
            assert!(outline.fits(&random.matching(&rule.shape).unwrap(), 0), "{}", rule.id);
        }
    }

    #[test]
    fn what_none_matches_is_turned_away_once_it_is_frequent() {
        let rules = RuleSet::builtin();
        let web = |r: &&crate::rule::Rule| r.shape.starts_with("eyJ[A-Za-z0-9_-]{1");
        let tokens: Vec<u32> =
            (0..).zip(rules.iter()).filter(|(_, r)| web(r)).map(|(index, _)| index).collect();
        let crowd = Crowd::of(&tokens).unwrap();
        let asked = (0..=MANY_HITS + 1).filter(|_| crowd.may_stand(&rules, b"eyJ1.eyJ1.", 0));
        assert_eq!(asked.count(), MANY_HITS + 1);
    }
}
