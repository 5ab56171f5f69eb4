//! Finding names in a list of names that rise: one or two looks at memory for each.

use super::pack::be32;
use crate::model::ObjectId;
use std::cmp::Ordering;
use std::ops::Range;

/// Where to look in such a list, which is somebody else's: about one name stands between each of
/// these and the next.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tops {
    /// For each value of the first bits of a name, the first name that has it, or a greater one.
    firsts: Vec<u32>,
    /// How many of the first 32 bits are left out.
    shift: u32,
}

impl Tops {
    /// For the `count` names that `name` tells; `None` if they do not rise.
    pub(crate) fn of<'n>(count: u32, name: impl Fn(u32) -> &'n [u8]) -> Option<Self> {
        let bits = count.max(1).ilog2().clamp(1, 24);
        let values = 1 << bits;
        let mut tops = Self { firsts: Vec::with_capacity(values + 1), shift: 32 - bits };
        let mut before: &[u8] = &[];
        for at in 0..count {
            let name = name(at);
            if before >= name {
                return None;
            }
            let top = tops.top(name);
            while tops.firsts.len() <= top {
                tops.firsts.push(at);
            }
            before = name;
        }
        tops.firsts.resize(values + 1, count);
        Some(tops)
    }

    /// Where `wanted` stands among the names that `name` tells.
    #[inline]
    pub(crate) fn find<'n>(&self, wanted: &[u8], name: impl Fn(u32) -> &'n [u8]) -> Option<u32> {
        let top = self.top(wanted);
        bisect(*self.firsts.get(top)?..*self.firsts.get(top + 1)?, wanted, name)
    }

    /// The first place at which `wanted` may stand.
    pub(crate) fn first(&self, wanted: &[u8]) -> u32 {
        self.firsts.get(self.top(wanted)).copied().unwrap_or(0)
    }

    fn top(&self, name: &[u8]) -> usize {
        (be32(name) >> self.shift) as usize
    }
}

/// Where `wanted` stands in the part `within` of the rising names that `name` tells.
#[inline]
pub(crate) fn bisect<'n>(
    within: Range<u32>,
    wanted: &[u8],
    name: impl Fn(u32) -> &'n [u8],
) -> Option<u32> {
    let Range { start: mut low, end: mut high } = within;
    while low < high {
        let middle = low + (high - low) / 2;
        match compare(name(middle), wanted) {
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
            Ordering::Equal => return Some(middle),
        }
    }
    None
}

/// Compares names. Nearly all differ in their first eight bytes, which takes no call.
#[inline]
fn compare(a: &[u8], b: &[u8]) -> Ordering {
    match (a.first_chunk(), b.first_chunk()) {
        (Some(x), Some(y)) if x != y => u64::from_be_bytes(*x).cmp(&u64::from_be_bytes(*y)),
        _ => a.cmp(b),
    }
}

/// Names of SHA-1 objects that rise. An object's place among them is its row.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Ids {
    bytes: Vec<u8>,
    tops: Tops,
}

impl Ids {
    /// From the names one after another; `None` if they do not rise.
    pub fn new(bytes: Vec<u8>) -> Option<Self> {
        let count = u32::try_from(bytes.len() / WIDTH).ok()?;
        let tops = Tops::of(count, |row| name(&bytes, row))?;
        bytes.len().is_multiple_of(WIDTH).then_some(Self { bytes, tops })
    }

    /// The names one after another.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.bytes.len() / WIDTH
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The row of `id`.
    pub fn find(&self, id: &ObjectId) -> Option<u32> {
        self.tops.find(id.as_bytes(), |row| name(&self.bytes, row))
    }

    /// The name in `row`.
    pub fn id(&self, row: u32) -> Option<ObjectId> {
        ObjectId::from_bytes(name(&self.bytes, row))
    }
}

const WIDTH: usize = 20;

fn name(bytes: &[u8], row: u32) -> &[u8] {
    let at = row as usize * WIDTH;
    bytes.get(at..at + WIDTH).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn each_name_is_found_where_it_stands(names in prop::collection::btree_set(any::<[u8; 3]>(), 0..300)) {
            // Names that begin alike, and names that do not.
            let long = |name: &[u8; 3]| [&name[..1], &[0; 8], &name[1..], &[7; 9]].concat();
            let all: BTreeSet<Vec<u8>> = names.iter().map(long).collect();
            let ids = Ids::new(all.iter().flatten().copied().collect()).unwrap();
            for (row, name) in (0..).zip(&all) {
                let id = ObjectId::from_bytes(name).unwrap();
                prop_assert_eq!((ids.find(&id), ids.id(row)), (Some(row), Some(id)));
            }
            let other = ObjectId::from_bytes(&[1; 20]).unwrap();
            prop_assert_eq!(ids.find(&other), None);
        }
    }

    #[test]
    fn names_that_do_not_rise_are_refused() {
        assert!(Ids::new([[2; 20], [1; 20]].concat()).is_none());
        assert!(Ids::new([[2; 20], [2; 20]].concat()).is_none());
        assert!(Ids::new(vec![0; 21]).is_none());
    }
}
