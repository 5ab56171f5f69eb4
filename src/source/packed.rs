//! The history at the speed of its packs: every object is decoded once, in the order in which the
//! packs are made. What this reader does not take goes through the plain one, object by object.

use super::Sink;
use super::names::Names;
use super::objects::{
    LFS, in_parallel, is_large, lock, scan_large, skip, skip_submodules, unit_of,
};
use super::range::message;
use crate::error::Result;
use crate::git::graph::{Collector, Graph};
use crate::git::ids::IdMap;
use crate::git::object::message as text_of;
use crate::git::pack::{Object, Pack, Trouble};
use crate::git::{Gap, Kind, Repo};
use crate::model::{Item, ObjectId, Origin, OriginKind, Reason, Unit};
use std::collections::{BTreeSet, HashSet};
use std::sync::Mutex;

/// The packs and loose objects of a store.
pub(super) struct Packed<'a> {
    repo: &'a Repo,
    packs: Vec<Pack>,
    /// Objects of each pack that an earlier pack has too.
    doubles: Vec<HashSet<ObjectId>>,
    /// Objects that the plain reader reads: loose ones, and what a pack does not explain.
    others: Vec<ObjectId>,
    objects: IdMap,
}

/// What a store turned out to hold.
pub(super) struct Held {
    /// Its commits and trees.
    pub(super) graph: Graph,
    /// What its objects name and it does not hold.
    pub(super) missing: BTreeSet<ObjectId>,
}

impl<'a> Packed<'a> {
    /// The packs of `repo`; `None` if some pack of it is of a form that only the plain reader
    /// may know.
    pub(super) fn open(repo: &'a Repo) -> Option<Self> {
        let indexes = repo.pack_indexes()?;
        let packs: Vec<Pack> =
            indexes.iter().map(|p| Pack::open(p).ok()).collect::<Option<_>>()?;
        let loose = repo.loose_ids()?;
        let size = packs.iter().map(|p| p.ids().len()).sum::<usize>() + loose.len();
        let mut objects = IdMap::with_capacity(size);
        let doubles = packs.iter().map(|p| p.ids().filter(|id| !objects.insert(*id)).collect());
        let doubles: Vec<HashSet<ObjectId>> = doubles.collect();
        let mut others: Vec<ObjectId> =
            loose.into_iter().filter(|id| objects.insert(*id)).collect();
        for (pack, doubles) in packs.iter().zip(&doubles) {
            let odd = pack.troubles().iter().map(|t| t.id);
            others.extend(odd.filter(|id| !doubles.contains(id)));
        }
        Some(Self { repo, packs, doubles, others, objects })
    }

    /// Scans everything.
    ///
    /// # Errors
    /// If the repository cannot be opened again for another thread.
    pub(super) fn read(mut self, sink: &dyn Sink) -> Result<Held> {
        let objects = std::mem::take(&mut self.objects);
        let mut reading = Reading {
            sink,
            collector: Collector::new(objects),
            names: Mutex::default(),
            trees: Mutex::default(),
            left: Mutex::new(Vec::new()),
            pointers: Mutex::default(),
        };
        self.declare(sink);
        self.walk(&[Kind::Blob], &reading);
        self.walk(&[Kind::Commit, Kind::Tag], &reading);
        self.read_others(&reading)?;
        // All blobs have been seen: the trees are asked who holds those with findings.
        reading.collector.want(sink.found());
        self.walk(&[Kind::Tree], &reading);
        let left = std::mem::take(&mut *lock(&reading.left));
        self.read_again(&left, &reading)?;
        Ok(reading.finish())
    }

    fn declare(&self, sink: &dyn Sink) {
        for kind in [Kind::Blob, Kind::Commit, Kind::Tag, Kind::Tree] {
            let packed: usize = self.packs.iter().map(|p| p.count(kind)).sum();
            let doubles = self.packs.iter().zip(&self.doubles);
            let doubles: usize = doubles.map(|(p, d)| p.count_among(kind, d)).sum();
            sink.declare(unit_of(kind), (packed - doubles) as u64);
        }
    }

    fn walk(&self, kinds: &[Kind], reading: &Reading<'_>) {
        for (pack, doubles) in self.packs.iter().zip(&self.doubles) {
            if reading.sink.stop() {
                return;
            }
            // An object that another pack gave already was not scanned as part of this one.
            let visit =
                |object: Object<'_>| !doubles.contains(&object.id) && reading.object(object);
            let trouble = |trouble: Trouble| {
                if !doubles.contains(&trouble.id) {
                    lock(&reading.left).push((trouble.id, trouble.kind));
                }
            };
            pack.walk(kinds, &visit, &trouble);
        }
    }

    /// Reads the objects that stand in no pack, or that their pack does not explain, one by one;
    /// trees are left for later.
    fn read_others(&self, reading: &Reading<'_>) -> Result<()> {
        let others = &self.others;
        in_parallel(self.repo, others.len(), |repo, at| {
            let Some(&id) = others.get(at) else { return };
            match repo.header(id) {
                Ok((kind, _)) => {
                    reading.sink.declare(unit_of(kind), 1);
                    match kind {
                        Kind::Tree => lock(&reading.left).push((id, kind)),
                        _ => reading.plain(repo, id, kind),
                    }
                }
                Err(gap) => {
                    reading.sink.declare(Unit::Blob, 1);
                    let gap = Gap { reason: Reason::Corrupt, ..gap };
                    skip(reading.sink, Some(Unit::Blob), id.to_string(), gap);
                }
            }
        })
    }

    /// Gives what is left over to the plain reader, which knows all packs.
    fn read_again(&self, left: &[(ObjectId, Kind)], reading: &Reading<'_>) -> Result<()> {
        in_parallel(self.repo, left.len(), |repo, at| {
            let Some(&(id, kind)) = left.get(at) else { return };
            reading.plain(repo, id, kind);
        })
    }
}

/// A store that is being read.
struct Reading<'a> {
    sink: &'a dyn Sink,
    collector: Collector,
    names: Mutex<Names>,
    trees: Mutex<Vec<ObjectId>>,
    /// Left for the plain reader: what a walk could not decode, and trees outside of packs.
    left: Mutex<Vec<(ObjectId, Kind)>>,
    /// Pointers to Git LFS.
    pointers: Mutex<BTreeSet<ObjectId>>,
}

impl Reading<'_> {
    /// Answers whether nothing was found in it.
    fn object(&self, object: Object<'_>) -> bool {
        match object.kind {
            Kind::Blob => return self.blob(&object),
            Kind::Commit => {
                self.collector.commit(object.id, object.data);
                self.message(object.id, Kind::Commit, object.data);
            }
            Kind::Tag => self.message(object.id, Kind::Tag, object.data),
            Kind::Tree => self.tree(object),
        }
        false
    }

    /// Reads one object by the plain reader.
    fn plain(&self, repo: &Repo, id: ObjectId, kind: Kind) {
        if self.sink.stop() {
            return;
        }
        let size =
            if kind == Kind::Blob { repo.header(id).map_or(0, |(_, size)| size) } else { 0 };
        if is_large(size, self.sink) {
            let origin = Origin::new(OriginKind::History).object(id);
            return scan_large(repo, id, size, origin, self.sink);
        }
        let _hold = self.sink.budget().take(2 * size);
        match repo.read_kind(id, kind) {
            Ok(data) => {
                self.object(Object { id, kind, data: &data, fresh: None, base_answer: false });
            }
            Err(gap) => skip(self.sink, Some(unit_of(kind)), id.to_string(), gap),
        }
    }

    fn blob(&self, blob: &Object<'_>) -> bool {
        if blob.data.len() < 1024 && blob.data.starts_with(LFS) {
            lock(&self.pointers).insert(blob.id);
        }
        let origin = Origin::new(OriginKind::History).object(blob.id);
        let fresh = blob.fresh.filter(|_| blob.base_answer);
        self.sink.scan(Unit::Blob, Item { bytes: blob.data, origin, fresh })
    }

    fn message(&self, id: ObjectId, kind: Kind, raw: &[u8]) {
        let origin = message(id, kind).origin;
        self.sink.scan(unit_of(kind), Item::new(text_of(raw), origin));
    }

    fn tree(&self, tree: Object<'_>) {
        let mut names = Vec::new();
        let whole = self.collector.tree(tree.id, tree.data, tree.fresh, &mut names);
        if whole {
            lock(&self.names).meet(tree.id, &names);
            lock(&self.trees).push(tree.id);
        } else {
            let cut = Gap::new(Reason::Corrupt, "the tree ends in the middle");
            skip(self.sink, Some(Unit::Tree), tree.id.to_string(), cut);
        }
    }

    fn finish(self) -> Held {
        let names = self.names.into_inner().unwrap_or_default();
        let trees = self.trees.into_inner().unwrap_or_default();
        names.scan(trees.iter(), self.sink);
        let pointers = self.pointers.into_inner().unwrap_or_default();
        if let Some(first) = pointers.first() {
            let gap = Gap::new(Reason::Lfs, format!("{} pointers to Git LFS", pointers.len()));
            skip(self.sink, None, first.to_string(), gap);
        }
        let (graph, missing, submodules) = self.collector.finish();
        skip_submodules(self.sink, submodules);
        Held { graph, missing }
    }
}
