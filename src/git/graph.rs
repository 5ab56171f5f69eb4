//! Who holds what: commits, their trees, and the trees in them, kept small enough to hold all of
//! a history in memory. Filled by many threads while a store is read; asked afterwards where a
//! few blobs stand.

use super::ids::IdMap;
use super::object::Commit;
use super::tree::{Entries, EntryKind};
use crate::model::{ObjectId, Span};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// No tree, no commit.
const NONE: u32 = u32::MAX;

/// Collects what [`Graph`] is made of.
pub struct Collector {
    /// Every object that the store has.
    objects: IdMap,
    commits: Mutex<Vec<(ObjectId, Commit)>>,
    /// Tree and subtree, by number.
    edges: Mutex<Vec<(u32, u32)>>,
    /// Objects that others name and the store lacks.
    missing: Mutex<BTreeSet<ObjectId>>,
    /// Links to commits of other repositories.
    submodules: Mutex<BTreeSet<Vec<u8>>>,
    wanted: Wanted,
    holders: Mutex<Vec<Holder>>,
}

/// A tree that holds a wanted blob.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The blob.
    pub blob: ObjectId,
    /// The number of the tree.
    pub tree: u32,
    /// The blob's name in it.
    pub name: Arc<[u8]>,
}

/// A set of ids that is asked for every entry of every tree, nearly always in vain.
#[derive(Default)]
struct Wanted {
    ids: HashSet<ObjectId>,
    /// A bit for each first two bytes that a wanted id has.
    filter: Vec<u64>,
}

impl Wanted {
    fn new(ids: HashSet<ObjectId>) -> Self {
        let mut filter = vec![0; 1024];
        for id in &ids {
            let at = Self::slot(id);
            filter[at >> 6] |= 1 << (at & 63);
        }
        Self { ids, filter }
    }

    fn slot(id: &ObjectId) -> usize {
        id.as_bytes().iter().take(2).fold(0, |n, &b| n << 8 | usize::from(b))
    }

    fn has(&self, id: &ObjectId) -> bool {
        let at = Self::slot(id);
        self.filter.get(at >> 6).is_some_and(|w| w >> (at & 63) & 1 == 1) && self.ids.contains(id)
    }
}

impl Collector {
    /// From here on, notes which trees hold these blobs.
    pub fn want(&mut self, blobs: HashSet<ObjectId>) {
        self.wanted = Wanted::new(blobs);
    }

    /// For a store with these objects.
    pub fn new(objects: IdMap) -> Self {
        Self {
            objects,
            commits: Mutex::default(),
            edges: Mutex::default(),
            missing: Mutex::default(),
            submodules: Mutex::default(),
            wanted: Wanted::default(),
            holders: Mutex::default(),
        }
    }

    /// Takes in a commit.
    pub fn commit(&self, id: ObjectId, raw: &[u8]) {
        let commit = Commit::parse(raw);
        let named = commit.tree.iter().chain(&commit.parents);
        let lost: Vec<ObjectId> =
            named.copied().filter(|i| self.objects.get(i).is_none()).collect();
        if !lost.is_empty() {
            lock(&self.missing).extend(lost);
        }
        lock(&self.commits).push((id, commit));
    }

    /// Takes in a tree; answers whether its bytes parse. `fresh` are the parts of `raw` that the
    /// tree it was made from does not have, in order; only the entries there are checked for
    /// objects that are missing, and their names added to `names`.
    pub fn tree<'a>(
        &self,
        id: ObjectId,
        raw: &'a [u8],
        fresh: Option<&[Span]>,
        names: &mut Vec<&'a [u8]>,
    ) -> bool {
        let own = self.objects.get(&id).unwrap_or(NONE);
        let mut fresh = Fresh { spans: fresh, next: 0 };
        let mut edges = Vec::new();
        let mut entries = Entries::new(raw, id.as_bytes().len());
        let mut at = 0;
        while let Some(entry) = entries.next() {
            let end = entries.offset(raw);
            let is_fresh = fresh.touches(at, end);
            at = end;
            if self.wanted.has(&entry.id) {
                let holder = Holder { blob: entry.id, tree: own, name: entry.name.into() };
                lock(&self.holders).push(holder);
            }
            if entry.kind == EntryKind::Tree || (is_fresh && entry.kind.is_blob()) {
                match self.objects.get(&entry.id) {
                    Some(child) if entry.kind == EntryKind::Tree => edges.push((own, child)),
                    Some(_) => {}
                    None => drop(lock(&self.missing).insert(entry.id)),
                }
            }
            if is_fresh {
                names.push(entry.name);
                if entry.kind == EntryKind::Submodule {
                    lock(&self.submodules).insert(entry.name.to_vec());
                }
            }
        }
        lock(&self.edges).extend(edges);
        !entries.is_broken()
    }

    /// The finished graph, the missing objects, and the names of submodules.
    pub fn finish(self) -> (Graph, BTreeSet<ObjectId>, BTreeSet<Vec<u8>>) {
        let into = |e: PoisonError<_>| e.into_inner();
        let commits = self.commits.into_inner().unwrap_or_else(PoisonError::into_inner);
        let edges = self.edges.into_inner().unwrap_or_else(PoisonError::into_inner);
        let missing = self.missing.into_inner().unwrap_or_else(into);
        let submodules = self.submodules.into_inner().unwrap_or_else(PoisonError::into_inner);
        let holders = self.holders.into_inner().unwrap_or_else(PoisonError::into_inner);
        let graph = Graph { holders, ..Graph::new(self.objects, commits, edges) };
        (graph, missing, submodules)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Walks along the fresh spans of a text.
struct Fresh<'a> {
    spans: Option<&'a [Span]>,
    next: usize,
}

impl Fresh<'_> {
    /// Whether `start..end` holds a fresh byte or a seam. Asked in rising order.
    fn touches(&mut self, start: usize, end: usize) -> bool {
        let Some(spans) = self.spans else { return true };
        while spans.get(self.next).is_some_and(|s| s.end <= start) {
            self.next += 1;
        }
        spans.get(self.next).is_some_and(|s| s.start < end)
    }
}

/// Commits and trees of a store.
pub struct Graph {
    objects: IdMap,
    commits: HashMap<ObjectId, Commit>,
    /// Subtrees of tree `i` are `children[starts[i]..starts[i + 1]]`.
    starts: Vec<u32>,
    children: Vec<u32>,
    /// The trees that hold wanted blobs.
    holders: Vec<Holder>,
}

/// How a tree is first reached.
#[derive(Debug, Clone, Copy)]
pub struct Reached {
    /// Position in the order of commits.
    pub commit: u32,
    /// The tree above; `None` for the tree of the commit itself.
    pub above: Option<u32>,
}

impl Graph {
    fn new(objects: IdMap, commits: Vec<(ObjectId, Commit)>, edges: Vec<(u32, u32)>) -> Self {
        let mut starts = vec![0u32; objects.len() + 1];
        let edges: Vec<_> = edges.into_iter().filter(|e| e.0 != NONE).collect();
        edges.iter().for_each(|e| starts[e.0 as usize + 1] += 1);
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut next = starts.clone();
        let mut children = vec![0; edges.len()];
        for (parent, child) in edges {
            let slot = &mut next[parent as usize];
            children[*slot as usize] = child;
            *slot += 1;
        }
        let commits = commits.into_iter().collect();
        Self { objects, commits, starts, children, holders: Vec::new() }
    }

    /// Every object of the store.
    pub fn objects(&self) -> &IdMap {
        &self.objects
    }

    /// The trees that hold wanted blobs.
    pub fn holders(&self) -> &[Holder] {
        &self.holders
    }

    /// The ids of all objects, by number.
    pub fn ids(&self) -> Vec<Option<ObjectId>> {
        let mut ids = vec![None; self.objects.len()];
        for (id, number) in self.objects.iter() {
            ids[number as usize] = Some(*id);
        }
        ids
    }

    /// The commits reached from `tips`.
    pub fn ancestors(&self, tips: &[ObjectId]) -> HashSet<ObjectId> {
        let mut seen: HashSet<ObjectId> = HashSet::new();
        let mut todo: Vec<ObjectId> = tips.to_vec();
        while let Some(id) = todo.pop() {
            let Some(commit) = self.commits.get(&id) else { continue };
            if seen.insert(id) {
                todo.extend(&commit.parents);
            }
        }
        seen
    }

    /// All commits, parents before children; among those that may come next, those of the lowest
    /// `class` first, then the oldest.
    pub fn order(&self, class: &dyn Fn(&ObjectId) -> u8) -> Vec<ObjectId> {
        let mut waits: HashMap<ObjectId, usize> = HashMap::with_capacity(self.commits.len());
        let mut children: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
        for (id, commit) in &self.commits {
            let known = commit.parents.iter().filter(|p| self.commits.contains_key(*p));
            let known: Vec<_> = known.collect();
            waits.insert(*id, known.len());
            known.into_iter().for_each(|p| children.entry(*p).or_default().push(*id));
        }
        let rank =
            |id: &ObjectId| Reverse((class(id), self.commits.get(id).map_or(0, |c| c.time), *id));
        let mut ready: BinaryHeap<_> =
            waits.iter().filter(|w| *w.1 == 0).map(|(id, _)| rank(id)).collect();
        let mut order = Vec::with_capacity(self.commits.len());
        while let Some(Reverse((_, _, id))) = ready.pop() {
            order.push(id);
            for child in children.remove(&id).unwrap_or_default() {
                let left = waits.entry(child).or_insert(1);
                *left = left.saturating_sub(1);
                if *left == 0 {
                    ready.push(rank(&child));
                }
            }
        }
        order
    }

    /// For each tree, by number: the first commit of `order` that holds it, and how.
    pub fn first_reached(&self, order: &[ObjectId]) -> Vec<Option<Reached>> {
        let mut reached: Vec<Option<Reached>> = vec![None; self.objects.len()];
        let mut todo = Vec::new();
        for (commit, id) in order.iter().enumerate() {
            let root = self.commits.get(id).and_then(|c| c.tree);
            let Some(root) = root.and_then(|t| self.objects.get(&t)) else { continue };
            todo.push((root, None));
            while let Some((tree, above)) = todo.pop() {
                let slot = &mut reached[tree as usize];
                if slot.is_some() {
                    continue;
                }
                *slot = Some(Reached { commit: commit as u32, above });
                let (from, to) = (self.starts[tree as usize], self.starts[tree as usize + 1]);
                let subtrees = &self.children[from as usize..to as usize];
                todo.extend(subtrees.iter().rev().map(|&child| (child, Some(tree))));
            }
        }
        reached
    }
}
