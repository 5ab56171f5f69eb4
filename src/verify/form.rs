//! The common form of checks that find a token by a mark, judge it, and can write one.
//!
//! Most checks are of this form. A vendor's file holds one constant of [`Form`] for each check.

use super::{Check, Token, Verdict};
use crate::rule::Generator;
use std::ops::Range;

/// A check made of three functions.
pub(super) struct Form {
    /// The name that rules use.
    pub name: &'static str,
    /// What it looks at.
    pub about: &'static str,
    /// Where the token stands in a text: in a secret, in a whole match, or in a sample.
    pub find: fn(&[u8]) -> Option<Range<usize>>,
    /// What the token found there is worth.
    pub judge: fn(&[u8]) -> Verdict,
    /// A token that passes, like the one given; `None` if there can be none.
    pub make: fn(&[u8], &mut Generator) -> Option<Vec<u8>>,
}

impl Check for Form {
    fn name(&self) -> &'static str {
        self.name
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn check(&self, token: &Token<'_>) -> Verdict {
        let texts = [token.secret(), token.matched()];
        match texts.iter().find_map(|text| text.get((self.find)(text)?)) {
            Some(found) => (self.judge)(found),
            None => Verdict::Rejected("it has not the form"),
        }
    }

    fn mend(&self, sample: &mut Vec<u8>, random: &mut Generator) {
        let Some(place) = (self.find)(sample) else { return };
        let Some(made) = sample.get(place.clone()).and_then(|t| (self.make)(t, random)) else {
            return;
        };
        sample.splice(place, made);
    }
}

/// A token that needs no change to pass.
pub(super) fn as_is(_: &[u8], _: &mut Generator) -> Option<Vec<u8>> {
    None
}
