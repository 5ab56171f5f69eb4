//! What a run must hold to lead to a rule.

use super::program::{Set, has, union};
use crate::model::Span;
use crate::prefilter::{Bits, Run};
use crate::rule::{Anatomy, Mask, RUN};

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

    /// One that is met wherever either is.
    pub(super) fn or(self, other: Self) -> Self {
        let set = union(&self.set, &other.set);
        let mask = if self.mask == other.mask { self.mask } else { Mask::Any };
        Self { set, len: self.len.min(other.len), mask }
    }

    /// So many blocks in a row lie in what meets it, wherever that begins.
    fn blocks(self) -> usize {
        const { assert!(RUN >= 2 * BLOCK - 1, "there is one at least") };
        ((self.len + 1).saturating_sub(BLOCK) / BLOCK).min(ROW)
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

/// Bytes of a block.
const BLOCK: usize = 8;
/// Most blocks in a row that are counted.
const ROW: usize = 8;
/// What has so many of them has nearly all that it needs.
const NEARLY: usize = 3;

/// Some leads, of which a run is asked all at once: which of them have whole blocks of it, and how
/// many in a row.
pub(super) struct Leads {
    leads: Vec<Lead>,
    /// For each byte the leads whose sets hold it.
    holders: Box<[u64; 256]>,
    /// The leads that take one block in a row at least, two, and so on.
    rows: [u64; ROW],
    /// Those that need a digit.
    digit: u64,
}

impl Leads {
    /// Most of them: one bit each.
    pub(super) const MOST: usize = u64::BITS as usize;

    /// Those; no more than the first [`Leads::MOST`].
    pub(super) fn new(mut leads: Vec<Lead>) -> Self {
        leads.truncate(Self::MOST);
        let (mut holders, mut rows, mut digit) = (Box::new([0; 256]), [0; ROW], 0);
        for (lead, number) in leads.iter().zip(0..) {
            let bytes = (0..=u8::MAX).zip(holders.iter_mut());
            bytes.filter(|(b, _)| has(&lead.set, *b)).for_each(|(_, all)| *all |= 1 << number);
            rows[lead.blocks().saturating_sub(1)] |= 1 << number;
            digit |= u64::from(lead.mask == Mask::Digit) << number;
        }
        Self { leads, holders, rows, digit }
    }

    /// The numbers of those that may be met in `run`; no other one is.
    pub(super) fn likely(&self, text: &[u8], run: Run) -> Bits {
        // Those that have the last block, the last two, and so on.
        let mut have = [0; ROW];
        let mut likely = 0;
        for block in run.span.of(text).as_chunks::<BLOCK>().0 {
            let all = block.iter().fold(u64::MAX, |all, b| all & self.holders[usize::from(*b)]);
            for row in (1..ROW).rev() {
                have[row] = have[row - 1] & all;
                likely |= have[row] & self.rows[row];
            }
            have[0] = all;
            likely |= all & self.rows[0];
        }
        Bits(if run.has_digit() { likely } else { likely & !self.digit })
    }

    /// Whether the one with that number, which is likely, is met in `run`; some that take many
    /// blocks, and so nearly are, are not looked at.
    pub(super) fn is_met(&self, number: usize, text: &[u8], run: Run) -> bool {
        let lead = self.leads[number];
        lead.blocks() >= NEARLY || lead.is_met(text, run, run.span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matcher::program::set_of;
    use crate::prefilter::runs;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_met_is_likely(text in "[0-9a-f]{0,30}[ab_]{0,40}[0-9a-fG_]{1,90}", len in RUN..90) {
            let sets = ["0123456789abcdef", "abcdef", "0123456789abcdefG", "ab_"];
            let masks = [Mask::Digit, Mask::Mixed];
            let leads: Vec<Lead> = sets
                .iter()
                .flat_map(|set| masks.map(|mask| Lead { set: set_of(set.bytes()), len, mask }))
                .collect();
            let all = Leads::new(leads.clone());
            for run in runs(text.as_bytes()) {
                let likely: Vec<usize> = all.likely(text.as_bytes(), run).collect();
                for (number, lead) in leads.iter().enumerate() {
                    if lead.is_met(text.as_bytes(), run, run.span) {
                        prop_assert!(likely.contains(&number), "{lead:?}");
                        prop_assert!(all.is_met(number, text.as_bytes(), run));
                    }
                }
            }
        }
    }
}
