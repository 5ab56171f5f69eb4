//! Many rules with one anchor: what none of them matches is told once for all.

use crate::matcher::outline::{Outline, Outlines};
use crate::matcher::program::MANY_HITS;
use crate::matcher::shape::{compile, own_anchors};
use crate::rule::RuleSet;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Fewer rules are each asked by itself.
const CROWD: usize = 4;

/// Rules with the same anchor.
#[derive(Debug)]
pub(super) struct Crowd {
    rules: Box<[u32]>,
    hits: AtomicUsize,
    outline: OnceLock<Outline>,
}

impl Crowd {
    /// Those of `holders` of an anchor whose matches hold it, if they are many.
    pub(super) fn of(rules: &RuleSet, holders: &[u32]) -> Option<Self> {
        if holders.len() < CROWD {
            return None;
        }
        let own = |rule: &u32| !rules.get(*rule as usize).anatomy.context;
        let rules: Box<[u32]> = holders.iter().copied().filter(own).collect();
        (rules.len() >= CROWD).then(|| Self {
            rules,
            hits: AtomicUsize::new(0),
            outline: OnceLock::new(),
        })
    }

    /// Whether `rule` is one of them.
    pub(super) fn holds(&self, rule: u32) -> bool {
        self.rules.binary_search(&rule).is_ok()
    }

    /// Whether the anchor that ends at `end` could be that of a match of one of them.
    pub(super) fn may_stand(&self, rules: &RuleSet, text: &[u8], end: usize) -> bool {
        if let Some(outline) = self.outline.get() {
            return outline.fits(text, end);
        }
        if self.hits.fetch_add(1, Relaxed) >= MANY_HITS {
            self.outline.get_or_init(|| self.learn(rules));
        }
        true
    }

    fn learn(&self, rules: &RuleSet) -> Outline {
        let rules = self.rules.iter().map(|&rule| rules.get(rule as usize));
        let behind = |rule| Some(Outlines::of(&compile(rule)?.steps, own_anchors(rule)).behind);
        Outline::of_any(rules.map(|rule| behind(rule).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matcher::anchors::words_of;
    use crate::rule::{Gate, Generator, Str};

    /// All crowds of the built-in rules, with their rules.
    fn crowds(rules: &RuleSet) -> Vec<Crowd> {
        let holders = [Gate::Head, Gate::Near].map(|gate| words_of(rules, gate));
        let of_words = holders.iter().flat_map(|(words, holders)| {
            (0..words.len()).filter_map(|word| Crowd::of(rules, holders.of(word)))
        });
        of_words.collect()
    }

    #[test]
    fn no_token_of_a_crowd_is_turned_away() {
        let rules = RuleSet::builtin();
        let mut random = Generator::new(2);
        let crowds = crowds(&rules);
        assert!(!crowds.is_empty());
        for crowd in crowds {
            let outline = crowd.learn(&rules);
            for rule in crowd.rules.iter().map(|rule| rules.get(*rule as usize)) {
                let sample = random.matching(&rule.shape).unwrap();
                let lower = sample.to_ascii_lowercase();
                let fits = |anchor: &Str| {
                    let mut places = memchr::memmem::find_iter(&lower, anchor.as_bytes());
                    places.any(|at| outline.fits(&sample, at + anchor.len()))
                };
                assert!(rule.anatomy.anchors.iter().any(fits), "{}", rule.id);
            }
        }
    }

    #[test]
    fn what_none_matches_is_turned_away_once_it_is_frequent() {
        let rules = RuleSet::builtin();
        let crowds = crowds(&rules);
        let begins = |rule: &u32| rules.get(*rule as usize).shape.starts_with("eyJ[");
        let crowd = crowds.iter().find(|c| c.rules.iter().any(begins)).unwrap();
        let asked = (0..=MANY_HITS + 1).filter(|_| crowd.may_stand(&rules, b"eyJ1.eyJ1.", 3));
        assert_eq!(asked.count(), MANY_HITS + 1);
    }
}
