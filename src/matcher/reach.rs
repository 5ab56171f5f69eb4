//! How far around a secret the text has a say in it.

use super::pem;
use crate::rule::RuleSet;

/// What the generic tier and the boundaries look at around a name and its value.
const ASSIGNMENT: usize = 2048;

/// The most bytes on either side of any byte of a secret that can change whether a rule of `rules`
/// finds it.
pub(super) fn of(rules: &RuleSet) -> usize {
    let reach = |anatomy: &crate::rule::Anatomy, within: u16| {
        anatomy.lead + anatomy.max_len + usize::from(within)
    };
    let widest = rules.iter().map(|rule| reach(&rule.anatomy, rule.within)).max().unwrap_or(0);
    widest.max(pem::LONGEST).max(ASSIGNMENT)
}
