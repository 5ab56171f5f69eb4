//! Collects what a graph is made of while many threads read a store.

use super::lookups::{Lookups, miss};
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
    watched: Watched,
    /// Those of them that an earlier run asked for.
    pub(super) recalled: HashSet<u32>,
}

/// What one thread has collected.
#[derive(Default)]
pub(super) struct Part {
    /// Commits and links by tickets, which become numbers when all is collected.
    pub(super) commits: Vec<(Row, Vec<u32>)>,
    pub(super) links: Links,
    pub(super) lookups: Lookups,
    /// Tags whose target is not here.
    missing: Vec<ObjectId>,
    submodules: BTreeSet<u32>,
    recent: Recent,
}

/// Bits of a name that tell which objects may be wanted.
const TELLING: u32 = 20;

/// A set of objects that may take others for its own, but leaves none out.
#[derive(Default)]
struct Watched(Vec<u64>);

impl Watched {
    fn of(all: impl Iterator<Item = ObjectId>) -> Self {
        let mut bits = Vec::new();
        for place in all.map(|id| Self::place(&id)) {
            bits.resize(1 << TELLING >> 6, 0u64);
            bits[place / 64] |= 1 << (place % 64);
        }
        Self(bits)
    }

    fn may_have(&self, id: &ObjectId) -> bool {
        let place = Self::place(id);
        self.0.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }

    fn place(id: &ObjectId) -> usize {
        let first = id.as_bytes().first_chunk().map_or(0, |b| u32::from_be_bytes(*b));
        (first >> (u32::BITS - TELLING)) as usize
    }
}

impl Part {
    /// Turns tickets into numbers.
    fn settle(&mut self, numbers: &Numbers) {
        self.lookups.look_up(numbers);
        for (row, parents) in &mut self.commits {
            row.tree = self.lookups.number(row.tree);
            parents.iter_mut().for_each(|p| *p = self.lookups.number(*p));
            parents.retain(|p| *p != NONE);
        }
        for (child, _) in &mut self.links.links {
            *child = self.lookups.number(*child);
        }
    }
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
            watched: Watched::default(),
            recalled: HashSet::new(),
        }
    }

    /// From here on, notes which trees hold these blobs.
    pub fn want(&mut self, blobs: &HashSet<ObjectId>) {
        self.wanted = blobs.iter().filter_map(|id| self.numbers.find(id)).collect();
        self.wanted.extend(&self.recalled);
        self.watched = Watched::of(self.wanted.iter().filter_map(|n| self.numbers.id(*n)));
    }

    /// The names met so far.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Takes in the commit of this number.
    pub fn commit(&self, number: u32, raw: &[u8]) {
        let commit = Commit::parse(raw);
        let mut part = self.part();
        let lookups = &mut part.lookups;
        let mut ask = |id: ObjectId, kind| lookups.in_commit(&self.numbers, &id, kind, number);
        let tree = commit.tree.map_or(NONE, |id| ask(id, Kind::Tree));
        let parents = commit.parents.iter().map(|id| ask(*id, Kind::Commit)).collect();
        part.commits.push((Row { number, tree, time: commit.time }, parents));
    }

    /// Takes in an annotated tag.
    pub fn tag(&self, raw: &[u8]) {
        if let Some(target) = Tag::parse(raw).target
            && self.numbers.find(&target).is_none()
        {
            self.part().missing.push(target);
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
        let Part { links, submodules, recent, lookups, .. } = &mut *part;
        parsed.parse(raw, self.numbers.width(), base, |entry| {
            let name = recent.meet(&self.names, entry.name, number);
            if entry.kind == EntryKind::Submodule {
                submodules.insert(name);
                return None;
            }
            let is_tree = entry.kind == EntryKind::Tree;
            let kind = if is_tree { Kind::Tree } else { Kind::Blob };
            let ticket = lookups.in_tree(&self.numbers, &entry.id, kind);
            (is_tree || self.watched.may_have(&entry.id)).then_some((ticket, name))
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
            part.settle(&self.numbers);
            let tags = part.missing.into_iter().map(|id| (id, Kind::Commit));
            let named = part.lookups.missing.into_iter().chain(tags);
            named.for_each(|(id, kind)| miss(&mut missing, id, kind));
            lacking.append(&mut part.lookups.lacking);
            submodules.append(&mut part.submodules);
            parts.push((part.commits, part.links));
        }
        let submodules = submodules.iter().map(|n| self.names.get(*n).to_vec()).collect();
        let graph = Graph::new(self.numbers, self.names, self.wanted, parts);
        Collected { graph, missing, lacking, submodules }
    }
}
