//! The entries of a tree, taken over from the tree that it was made from: most of a version of a
//! folder is the version before, so only what differs is parsed.

use crate::git::pack::Copy;
use crate::git::tree::{Entries, Entry};

/// An entry that leads to something worth following.
#[derive(Debug, Clone, std::marker::Copy, PartialEq, Eq)]
pub struct Link {
    /// Where the entry starts.
    at: u32,
    /// Number of the object.
    pub child: u32,
    /// Number of the name.
    pub name: u32,
}

/// Where the entries of a tree start, and its links.
#[derive(Debug, Default)]
pub struct Parsed {
    starts: Vec<u32>,
    links: Vec<Link>,
    len: u32,
    whole: bool,
}

impl Parsed {
    /// Parses `raw`. `copies` are its stretches that stand in the tree of `base`; entries that lie
    /// in one of them, where an entry of that tree starts, are taken over. `meet` sees the others
    /// and makes links of them. Ids have `width` bytes.
    pub fn parse(
        &mut self,
        raw: &[u8],
        width: usize,
        base: Option<(&Self, &[Copy])>,
        mut meet: impl FnMut(&Entry<'_>) -> Option<(u32, u32)>,
    ) {
        self.starts.clear();
        self.links.clear();
        self.len = u32::try_from(raw.len()).unwrap_or(u32::MAX);
        let (base, mut copies) = match base.filter(|(base, _)| base.whole) {
            Some((base, copies)) => (Some(base), copies),
            None => (None, [].as_slice()),
        };
        let mut at = 0;
        while at < raw.len() {
            while let Some((copy, rest)) = copies.split_first()
                && copy.to + copy.len <= at
            {
                copies = rest;
            }
            let copy = copies.first().filter(|copy| copy.to <= at);
            let taken = copy.zip(base).and_then(|(copy, base)| self.take_over(base, copy, at));
            at = match taken {
                Some(next) => next,
                None => match self.parse_one(raw, width, at, &mut meet) {
                    Some(next) => next,
                    None => break,
                },
            };
        }
        self.whole = at == raw.len() && self.len < u32::MAX;
    }

    /// Whether all of the tree's bytes are entries.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// The links.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    fn parse_one(
        &mut self,
        raw: &[u8],
        width: usize,
        at: usize,
        meet: &mut impl FnMut(&Entry<'_>) -> Option<(u32, u32)>,
    ) -> Option<usize> {
        let rest = raw.get(at..)?;
        let mut entries = Entries::new(rest, width);
        let entry = entries.next()?;
        self.starts.push(at as u32);
        if let Some((child, name)) = meet(&entry) {
            self.links.push(Link { at: at as u32, child, name });
        }
        Some(at + entries.offset(rest))
    }

    /// Takes over what lies in `copy` from `at` on; answers where that ends.
    fn take_over(&mut self, base: &Self, copy: &Copy, at: usize) -> Option<usize> {
        let from = u32::try_from(copy.from + (at - copy.to)).ok()?;
        let limit = u32::try_from(copy.from + copy.len).ok()?;
        let first = base.starts.binary_search(&from).ok()?;
        // Entries that start before the limit; the last of them may end beyond it.
        let started = base.starts.get(first..)?.partition_point(|&start| start < limit) + first;
        let end_of = |nth: usize| base.starts.get(nth).copied().unwrap_or(base.len);
        let last = if end_of(started) <= limit { started } else { started - 1 };
        let end = end_of(last);
        if last <= first {
            return None;
        }
        let shift = (at as u32).wrapping_sub(from);
        let moved = |start: u32| start.wrapping_add(shift);
        self.starts.extend(base.starts.get(first..last)?.iter().map(|&s| moved(s)));
        let links = &base.links[base.links.partition_point(|l| l.at < from)..];
        let links = &links[..links.partition_point(|l| l.at < end)];
        self.links.extend(links.iter().map(|l| Link { at: moved(l.at), ..*l }));
        Some(moved(end) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tree(names: &[(String, u8)]) -> Vec<u8> {
        let entry = |(name, id): &(String, u8)| {
            [format!("100644 {name}\0").as_bytes(), &[*id; 20]].concat()
        };
        names.iter().flat_map(entry).collect()
    }

    fn number(entry: &Entry<'_>) -> Option<(u32, u32)> {
        let id = u32::from(*entry.id.as_bytes().first()?);
        (id % 2 == 0).then_some((id, entry.name.len() as u32))
    }

    proptest! {
        /// Whatever is copied from wherever, it is as if all were parsed.
        #[test]
        fn taking_over_changes_nothing(
            names in prop::collection::vec(("[a-z]{1,4}", any::<u8>()), 0..12),
            pieces in prop::collection::vec((0usize..300, 0usize..120, any::<bool>()), 0..8),
            aligned in any::<bool>(),
        ) {
            let raw = tree(&names);
            let mut base = Parsed::default();
            base.parse(&raw, 20, None, number);
            let (mut made, mut copies) = (Vec::new(), Vec::new());
            for (from, len, insert) in pieces {
                if insert {
                    made.extend(tree(&[("new".into(), len as u8)]));
                }
                let from = if aligned { base.starts.get(from % 12).map_or(0, |s| *s as usize) } else { from };
                let Some(bytes) = raw.get(from..(from + len).min(raw.len()).max(from)) else { continue };
                copies.push(Copy { from, to: made.len(), len: bytes.len() });
                made.extend_from_slice(bytes);
            }
            let (mut quick, mut slow) = (Parsed::default(), Parsed::default());
            quick.parse(&made, 20, Some((&base, &copies)), number);
            slow.parse(&made, 20, None, number);
            prop_assert_eq!(&quick.starts, &slow.starts);
            prop_assert_eq!(&quick.links, &slow.links);
            prop_assert_eq!(quick.whole, slow.whole);
        }
    }
}
