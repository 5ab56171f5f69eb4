//! A pack and the forest that its deltas form.

use super::entry::{self, Base, Entry as Head};
use super::index::{Index, NAME, be32};
use super::mapped::Mapped;
use crate::git::Kind;
use crate::model::ObjectId;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An object that could not be read here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Its name.
    pub id: ObjectId,
    /// Its place in the index.
    pub position: u32,
    /// Its kind, as far as its place in the forest tells.
    pub kind: Kind,
    /// What is wrong, in words.
    pub why: &'static str,
}

/// Length of the checksum at the end of a pack.
const SUM: usize = 20;
/// No parent.
pub(super) const NONE: u32 = u32::MAX;
/// The base is not in this pack.
const ELSEWHERE: u32 = u32::MAX - 1;

/// A pack and its forest. Objects are numbered in the order in which they lie in the pack.
pub struct Pack {
    pub(super) data: Mapped,
    index: Arc<Index>,
    path: PathBuf,
    offsets: Vec<u64>,
    /// Where each stands in the index; [`NONE`] for what is only there as a base of others.
    positions: Vec<u32>,
    /// Kind of each object, where it is known.
    kinds: Vec<Option<Kind>>,
    parents: Vec<u32>,
    /// Children of object `i` are `children[starts[i]..starts[i + 1]]`.
    starts: Vec<u32>,
    children: Vec<u32>,
    /// How many objects hang on each, itself among them.
    weights: Vec<u32>,
    troubles: Vec<Trouble>,
}

impl Pack {
    /// Opens the pack beside the index at `idx`.
    ///
    /// # Errors
    /// In words, if one of the two files cannot be read or is not of a known form.
    pub fn open(idx: &Path) -> Result<Self, String> {
        let index = Index::open(idx).map_err(|e| format!("{}: {e}", idx.display()))?;
        Self::of(idx, Arc::new(index), None)
    }

    /// Of the pack beside the index at `idx`, which is open, the objects at the positions `only`
    /// and what they are made from; without that, all.
    ///
    /// # Errors
    /// As [`Pack::open`].
    pub fn of(idx: &Path, index: Arc<Index>, only: Option<&[u32]>) -> Result<Self, String> {
        let path = idx.with_extension("pack");
        let data = Mapped::open(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        Self::parse(data, index, &path, only).map_err(|e| format!("{}: {e}", path.display()))
    }

    /// As [`Pack::of`], from the bytes of the pack.
    ///
    /// # Errors
    /// As [`Pack::open`].
    pub(crate) fn parse(
        data: Mapped,
        index: Arc<Index>,
        path: &Path,
        only: Option<&[u32]>,
    ) -> Result<Self, &'static str> {
        check_version(&data)?;
        // An index that leaves objects out would hide them, and so would that of another pack.
        let sum = data.get(data.len().saturating_sub(SUM)..).unwrap_or_default();
        if data.get(8..12).map(|n| be32(n) as usize) != Some(index.len())
            || !index.trailer().starts_with(sum)
        {
            return Err("not the pack that its index tells of");
        }
        let located = match only {
            Some(only) => needed(&data, &index, only),
            None => located(&index, 0..index.len() as u32),
        };
        Ok(Self::plant(data, index, path.to_owned(), located?))
    }

    /// Its index.
    pub fn index(&self) -> &Arc<Index> {
        &self.index
    }

    /// Its file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many of its objects are known to be of `kind`.
    pub fn count(&self, kind: Kind) -> usize {
        let known = self.kinds.iter().zip(&self.positions);
        known.filter(|(k, position)| **k == Some(kind) && **position != NONE).count()
    }

    /// Objects whose place in the forest is unknown.
    pub fn troubles(&self) -> &[Trouble] {
        &self.troubles
    }

    fn plant(data: Mapped, index: Arc<Index>, path: PathBuf, located: Located) -> Self {
        let (offsets, positions) = located;
        let finder = Finder::new(&offsets, data.len() as u64);
        let heads: Vec<Result<(u32, Option<Kind>), &'static str>> = offsets
            .par_iter()
            .map(|&offset| Ok(head(&entry::parse(&data, offset)?, &index, &finder)))
            .collect();
        let parents: Vec<u32> =
            heads.par_iter().map(|h| h.as_ref().map_or(NONE, |(parent, _)| *parent)).collect();
        let (starts, children) = children(&parents);
        let (kinds, weights, troubles) = (Vec::new(), Vec::new(), Vec::new());
        let mut pack = Self {
            data,
            index,
            path,
            offsets,
            positions,
            kinds,
            parents,
            starts,
            children,
            weights,
            troubles,
        };
        pack.grow(&heads);
        pack.troubles = pack.lost(&heads);
        pack
    }

    /// Gives every object the kind of its root, and its weight. What hangs on no root (a cycle, or
    /// a base that is not here) keeps none.
    fn grow(&mut self, heads: &[Result<(u32, Option<Kind>), &'static str>]) {
        let mut kinds = vec![None; heads.len()];
        let mut order: Vec<u32> = Vec::with_capacity(heads.len());
        for (i, head) in heads.iter().enumerate() {
            if let Ok((_, Some(kind))) = head {
                kinds[i] = Some(*kind);
                order.push(i as u32);
            }
        }
        let mut next = 0;
        while let Some(&parent) = order.get(next) {
            next += 1;
            for &child in self.children_of(parent) {
                kinds[child as usize] = kinds[parent as usize];
                order.push(child);
            }
        }
        let mut weights = vec![1u32; heads.len()];
        for &i in order.iter().rev() {
            let parent = self.parents[i as usize];
            if parent < ELSEWHERE {
                weights[parent as usize] += weights[i as usize];
            }
        }
        (self.kinds, self.weights) = (kinds, weights);
    }

    fn lost(&self, heads: &[Result<(u32, Option<Kind>), &'static str>]) -> Vec<Trouble> {
        let lost = (0..heads.len()).filter(|&i| self.kinds[i].is_none());
        lost.filter_map(|i| {
            let why = match heads[i] {
                Err(why) => why,
                Ok((ELSEWHERE, _)) => "its delta base is in another pack",
                Ok(_) => "its delta base cannot be found",
            };
            Some(Trouble {
                id: self.id(i as u32)?,
                position: self.position(i as u32),
                kind: Kind::Blob,
                why,
            })
        })
        .collect()
    }

    pub(super) fn len(&self) -> u32 {
        self.offsets.len() as u32
    }

    pub(super) fn id(&self, i: u32) -> Option<ObjectId> {
        self.index.id(self.position(i))
    }

    pub(super) fn name(&self, i: u32) -> Option<&[u8; NAME]> {
        self.index.raw(self.position(i))
    }

    pub(super) fn position(&self, i: u32) -> u32 {
        self.positions[i as usize]
    }

    pub(super) fn kind(&self, i: u32) -> Option<Kind> {
        self.kinds[i as usize]
    }

    pub(super) fn weight(&self, i: u32) -> u32 {
        self.weights[i as usize]
    }

    /// The object that `i` is made from.
    pub(super) fn parent(&self, i: u32) -> Option<u32> {
        Some(self.parents[i as usize]).filter(|&p| p < ELSEWHERE)
    }

    pub(super) fn children_of(&self, i: u32) -> &[u32] {
        let i = i as usize;
        &self.children[self.starts[i] as usize..self.starts[i + 1] as usize]
    }

    /// The head of an entry, and its deflated bytes: up to where the next one starts.
    pub(super) fn entry(&self, i: u32) -> Result<(Head, &[u8]), &'static str> {
        let at = i as usize;
        let entry = entry::parse(&self.data, self.offsets[at])?;
        let next = self.offsets.get(at + 1).map_or(self.data.len() as u64, |&o| o);
        let deflated = self.data.get(entry.data as usize..next as usize);
        Ok((entry, deflated.unwrap_or_default()))
    }
}

/// Whether these are the bytes of a pack of a known version.
///
/// # Errors
/// In words, if they are not.
pub(super) fn check_version(pack: &[u8]) -> Result<(), &'static str> {
    let known = pack.starts_with(b"PACK") && matches!(pack.get(4..8), Some([0, 0, 0, 2 | 3]));
    if known { Ok(()) } else { Err("not a pack of version 2 or 3") }
}

/// Offsets in rising order, with the positions of their objects in the index.
type Located = (Vec<u64>, Vec<u32>);

/// Where the objects at `positions` lie.
fn located(index: &Index, positions: Range<u32>) -> Result<Located, &'static str> {
    let located = |position| index.offset(position).map(|offset| (offset, position));
    let all: Option<Vec<(u64, u32)>> = positions.into_par_iter().map(located).collect();
    let mut all = all.ok_or("offset outside of its table")?;
    all.par_sort_unstable();
    if all.windows(2).any(|w| w[0].0 == w[1].0) {
        return Err("two objects at one offset");
    }
    Ok(all.into_iter().unzip())
}

/// Where the objects at the positions `only` lie, and all that they are made from.
fn needed(pack: &[u8], index: &Index, only: &[u32]) -> Result<Located, &'static str> {
    let mut all = BTreeMap::new();
    for &position in only {
        let offset = index.offset(position).ok_or("offset outside of its table")?;
        if all.insert(offset, position).is_some() {
            return Err("two objects at one offset");
        }
    }
    let mut todo: Vec<u64> = all.keys().copied().collect();
    while let Some(offset) = todo.pop() {
        let base = match entry::parse(pack, offset).map(|entry| entry.base) {
            Ok(Base::Offset(base)) => Some(base),
            Ok(Base::Name(id)) => index.find(&id).and_then(|position| index.offset(position)),
            // What is wrong with it is told when it is planted.
            Ok(Base::Whole(_)) | Err(_) => None,
        };
        if let Some(base) = base
            && let Entry::Vacant(slot) = all.entry(base)
        {
            slot.insert(NONE);
            todo.push(base);
        }
    }
    Ok(all.into_iter().unzip())
}

/// Parent and own kind of an entry.
fn head(entry: &Head, index: &Index, finder: &Finder<'_>) -> (u32, Option<Kind>) {
    match entry.base {
        Base::Whole(kind) => (NONE, Some(kind)),
        Base::Offset(offset) => (finder.find(offset).unwrap_or(NONE), None),
        Base::Name(id) => match index.find(&id) {
            Some(position) => {
                (index.offset(position).and_then(|o| finder.find(o)).unwrap_or(NONE), None)
            }
            None => (ELSEWHERE, None),
        },
    }
}

/// Finds the object that starts at an offset.
struct Finder<'a> {
    offsets: &'a [u64],
    /// The first object at or after each multiple of `1 << shift`.
    firsts: Vec<u32>,
    shift: u32,
}

impl<'a> Finder<'a> {
    fn new(offsets: &'a [u64], len: u64) -> Self {
        let shift = (len / (offsets.len() as u64 + 1)).max(1).ilog2();
        let mut firsts = vec![offsets.len() as u32; (len >> shift) as usize + 2];
        for (i, offset) in offsets.iter().enumerate().rev() {
            if let Some(first) = firsts.get_mut((offset >> shift) as usize) {
                *first = i as u32;
            }
        }
        for i in (1..firsts.len()).rev() {
            firsts[i - 1] = firsts[i - 1].min(firsts[i]);
        }
        Self { offsets, firsts, shift }
    }

    fn find(&self, offset: u64) -> Option<u32> {
        let at = usize::try_from(offset >> self.shift).ok()?;
        let (from, to) = (*self.firsts.get(at)?, *self.firsts.get(at + 1)?);
        let near = self.offsets.get(from as usize..to as usize)?;
        Some(from + near.binary_search(&offset).ok()? as u32)
    }
}

/// Turns parents into lists of children, in the order of the pack.
fn children(parents: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0u32; parents.len() + 1];
    let known = |p: &&u32| **p < ELSEWHERE;
    parents.iter().filter(known).for_each(|&p| starts[p as usize + 1] += 1);
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    let mut next = starts.clone();
    let mut children = vec![0; *starts.last().unwrap_or(&0) as usize];
    for (child, &parent) in parents.iter().enumerate().filter(|(_, p)| **p < ELSEWHERE) {
        let slot = &mut next[parent as usize];
        children[*slot as usize] = child as u32;
        *slot += 1;
    }
    (starts, children)
}
