//! Collects what a graph is made of while many threads read a store.

use super::names::{Names, Recent};
use super::parsed::Parsed;
use super::{Graph, Links, NONE, Row};
use crate::git::Kind;
use crate::git::numbers::Numbers;
use crate::git::object::{Commit, Tag};
use crate::git::pack::Copy;
use crate::git::tree::EntryKind;
use crate::model::ObjectId;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Collects what [`Graph`] is made of.
pub struct Collector {
    numbers: Numbers,
    names: Names,
    /// One for each thread, so that none waits.
    parts: Vec<Mutex<Part>>,
    /// The blobs of which it is asked where they stand; without any, trees are not kept.
    wanted: HashSet<u32>,
    /// The same, to be asked for every entry of every tree.
    watched: Bits,
    /// Those of them that an earlier run asked for.
    pub(super) recalled: HashSet<u32>,
}

/// What one thread has collected.
#[derive(Default)]
pub(super) struct Part {
    pub(super) commits: Vec<(Row, Vec<u32>)>,
    pub(super) links: Links,
    missing: BTreeMap<ObjectId, Kind>,
    lacking: Vec<(u32, ObjectId)>,
    submodules: BTreeSet<u32>,
    recent: Recent,
    ids: RecentIds,
}

/// How many objects a thread remembers.
const RECENT: usize = 1 << 12;

/// The objects that one thread was told of last: versions of a folder go back and forth.
#[derive(Default)]
struct RecentIds(Vec<Option<(ObjectId, u32)>>);

impl RecentIds {
    /// As [`Numbers::find`].
    fn find(&mut self, numbers: &Numbers, id: &ObjectId) -> Option<u32> {
        if self.0.is_empty() {
            self.0.resize(RECENT, None);
        }
        let first = id.as_bytes().first_chunk().map_or(0, |b| u32::from_le_bytes(*b));
        let slot = &mut self.0[first as usize % RECENT];
        if let Some((known, number)) = slot
            && known == id
        {
            return Some(*number);
        }
        let number = numbers.find(id)?;
        *slot = Some((*id, number));
        Some(number)
    }
}

/// A set of numbers.
#[derive(Default)]
struct Bits(Vec<u64>);

impl Bits {
    /// Of `all`, which are below `end`.
    fn of(all: &HashSet<u32>, end: usize) -> Self {
        let mut bits = vec![0u64; end.div_ceil(64)];
        for &number in all {
            if let Some(word) = bits.get_mut(number as usize / 64) {
                *word |= 1 << (number % 64);
            }
        }
        Self(bits)
    }

    fn has(&self, number: u32) -> bool {
        self.0.get(number as usize / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }
}

impl Part {
    fn miss(&mut self, id: ObjectId, kind: Kind) {
        miss(&mut self.missing, id, kind);
    }
}

/// Notes an object that is not here. Those who name it may not agree on what it is.
fn miss(missing: &mut BTreeMap<ObjectId, Kind>, id: ObjectId, kind: Kind) {
    missing.entry(id).and_modify(|known| *known = kind.min(*known)).or_insert(kind);
}

/// What was collected.
pub struct Collected {
    /// Commits, and trees if something was wanted.
    pub graph: Graph,
    /// Objects that others name and the store lacks, and what they are named as.
    pub missing: BTreeMap<ObjectId, Kind>,
    /// Commits by number, each with a parent or a tree that the store lacks.
    pub lacking: Vec<(u32, ObjectId)>,
    /// Names of links to commits of other repositories.
    pub submodules: BTreeSet<Vec<u8>>,
}

impl Collector {
    /// For a store with these objects, read by the threads of the current pool.
    pub fn new(numbers: Numbers) -> Self {
        let parts = (0..rayon::current_num_threads().max(1)).map(|_| Mutex::default()).collect();
        Self {
            numbers,
            names: Names::default(),
            parts,
            wanted: HashSet::new(),
            watched: Bits::default(),
            recalled: HashSet::new(),
        }
    }

    /// From here on, notes which trees hold these blobs.
    pub fn want(&mut self, blobs: &HashSet<ObjectId>) {
        self.wanted = blobs.iter().filter_map(|id| self.numbers.find(id)).collect();
        self.wanted.extend(&self.recalled);
        self.watched = Bits::of(&self.wanted, self.numbers.len());
    }

    /// The names met so far.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Takes in the commit of this number.
    pub fn commit(&self, number: u32, raw: &[u8]) {
        let commit = Commit::parse(raw);
        let mut part = self.part();
        let find = |id: &ObjectId, kind: Kind, part: &mut Part| {
            let found = self.numbers.find(id);
            if found.is_none() {
                part.miss(*id, kind);
                part.lacking.push((number, *id));
            }
            found
        };
        let tree = commit.tree.and_then(|id| find(&id, Kind::Tree, &mut part)).unwrap_or(NONE);
        let parents = commit.parents.iter();
        let parents = parents.filter_map(|id| find(id, Kind::Commit, &mut part)).collect();
        part.commits.push((Row { number, tree, time: commit.time }, parents));
    }

    /// Takes in an annotated tag.
    pub fn tag(&self, raw: &[u8]) {
        if let Some(target) = Tag::parse(raw).target
            && self.numbers.find(&target).is_none()
        {
            self.part().miss(target, Kind::Commit);
        }
    }

    /// Takes in the tree of this number; `parsed` becomes what is kept of it while others are made
    /// from it. `base` is the same of the one that it is made from, and what the two share: only
    /// entries outside of that are looked at. Answers whether its bytes parse.
    pub fn tree(
        &self,
        number: u32,
        raw: &[u8],
        base: Option<(&Parsed, &[Copy])>,
        parsed: &mut Parsed,
    ) -> bool {
        let mut part = self.part();
        let Part { links, missing, submodules, recent, ids, .. } = &mut *part;
        parsed.parse(raw, self.numbers.width(), base, |entry| {
            let name = recent.meet(&self.names, entry.name, number);
            if entry.kind == EntryKind::Submodule {
                submodules.insert(name);
                return None;
            }
            let Some(child) = ids.find(&self.numbers, &entry.id) else {
                let kind = if entry.kind == EntryKind::Tree { Kind::Tree } else { Kind::Blob };
                miss(missing, entry.id, kind);
                return None;
            };
            let follow = entry.kind == EntryKind::Tree || self.watched.has(child);
            follow.then_some((child, name))
        });
        if !self.wanted.is_empty() {
            links.push(number, parsed.links());
        }
        parsed.is_whole()
    }

    pub(super) fn part(&self) -> MutexGuard<'_, Part> {
        let nth = rayon::current_thread_index().unwrap_or(0) % self.parts.len();
        self.parts[nth].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was collected.
    pub fn finish(self) -> Collected {
        let (mut missing, mut lacking) = (BTreeMap::new(), Vec::new());
        let mut submodules = BTreeSet::new();
        let mut parts = Vec::new();
        for part in self.parts {
            let mut part = part.into_inner().unwrap_or_else(PoisonError::into_inner);
            part.missing.into_iter().for_each(|(id, kind)| miss(&mut missing, id, kind));
            lacking.append(&mut part.lacking);
            submodules.append(&mut part.submodules);
            parts.push((part.commits, part.links));
        }
        let submodules = submodules.iter().map(|n| self.names.get(*n).to_vec()).collect();
        let graph = Graph::new(self.numbers, self.names, self.wanted, parts);
        Collected { graph, missing, lacking, submodules }
    }
}
