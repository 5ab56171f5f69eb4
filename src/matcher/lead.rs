//! What a run must hold to lead to a rule.

use super::program::{Set, has};
use crate::model::Span;
use crate::prefilter::Run;
use crate::rule::{Anatomy, Mask};

/// So many characters of a set in a row, in a run that looks as the mask demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Lead {
    set: Set,
    len: usize,
    mask: Mask,
}

impl Lead {
    /// That to a rule.
    pub(super) fn of(anatomy: &Anatomy) -> Self {
        Self { set: anatomy.run_set, len: anatomy.run, mask: anatomy.mask }
    }

    /// Those of `leads` that are met wherever any of them is.
    pub(super) fn widest(leads: impl Iterator<Item = Self>) -> Vec<Self> {
        let mut widest: Vec<Self> = Vec::new();
        for lead in leads {
            if !widest.iter().any(|w| w.covers(lead)) {
                widest.retain(|w| !lead.covers(*w));
                widest.push(lead);
            }
        }
        widest
    }

    /// Whether it is met wherever `other` is.
    fn covers(self, other: Self) -> bool {
        self.len <= other.len
            && (self.mask == other.mask || self.mask != Mask::Digit)
            && self.set.iter().zip(other.set).all(|(own, other)| other & !own == 0)
    }

    /// Whether `part` of the run `whole` holds it.
    #[inline]
    pub(super) fn is_met(&self, text: &[u8], whole: Run, part: Span) -> bool {
        part.len() >= self.len && self.look(text, whole, part).is_ok()
    }

    /// The same; if not, from where on one would have to look in a longer part.
    pub(super) fn look(&self, text: &[u8], whole: Run, part: Span) -> Result<(), usize> {
        let digit = self.mask == Mask::Digit;
        if digit && !whole.has_digit() {
            return Err(part.end);
        }
        let start = part.start;
        let part = part.of(text);
        let mut at = 0;
        while let Some(next) = part.get(at..at + self.len) {
            if let Some(other) = next.iter().rposition(|&b| !has(&self.set, b)) {
                at += other + 1;
                continue;
            }
            // The first digit, or the first byte that does not belong.
            let stop = |b: &u8| b.is_ascii_digit() || !has(&self.set, *b);
            match part[at..].iter().position(stop) {
                _ if !digit => return Ok(()),
                Some(stop) if has(&self.set, part[at + stop]) => return Ok(()),
                Some(stop) => at += stop,
                None => break,
            }
        }
        Err(start + at)
    }
}
