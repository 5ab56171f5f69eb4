//! Where the traits of a candidate are written down.

use super::model::{COUNT, Values};
use super::traits::Trait;

/// The traits of one candidate, as far as they are known.
pub(super) struct Sheet(pub(super) Values);

impl Sheet {
    pub(super) fn new() -> Self {
        Self([0; COUNT])
    }

    /// Notes a number.
    pub(super) fn put(&mut self, what: Trait, n: usize) {
        if let Some(slot) = self.0.get_mut(what as usize) {
            *slot = i16::try_from(n).unwrap_or(i16::MAX);
        }
    }

    /// Notes whether something holds.
    pub(super) fn flag(&mut self, what: Trait, holds: bool) {
        self.put(what, usize::from(holds));
    }

    /// Whether something was noted to hold.
    pub(super) fn has(&self, what: Trait) -> bool {
        self.0.get(what as usize).is_some_and(|v| *v > 0)
    }

    /// Notes how many of a hundred.
    pub(super) fn share(&mut self, what: Trait, part: usize, whole: usize) {
        self.put(what, (part * 100).checked_div(whole).unwrap_or(0));
    }
}
