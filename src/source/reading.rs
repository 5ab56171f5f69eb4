//! A store that is being read: what becomes of each object that is decoded.

use super::Sink;
use super::known::Known;
use super::lfs::{self, Pointer};
use super::objects::{is_large, lock, scan_large, skip, skip_submodules, unit_of};
use super::range::message;
use crate::error::Result;
use crate::git::graph::{Collected, Collector, Graph, Parsed};
use crate::git::numbers::Numbers;
use crate::git::object::message as text_of;
use crate::git::pack::{Copy, Object, Trouble, Visitor};
use crate::git::{Gap, Kind, Repo};
use crate::model::{Earlier, Item, ObjectId, Origin, OriginKind, Reason, Skipped, Span, Unit};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// A store that is being read.
pub(super) struct Reading<'a> {
    pub(super) sink: &'a dyn Sink,
    pub(super) collector: Collector,
    numbers: Numbers,
    /// Left for the plain reader: what a walk could not decode, and trees outside of packs.
    pub(super) left: Mutex<Vec<(ObjectId, Kind)>>,
    /// Pointers to Git LFS.
    pub(super) pointers: Mutex<Vec<Pointer>>,
    /// Trees that were read whole.
    trees: AtomicU64,
    /// Numbers of those that were not.
    cut: Mutex<HashSet<u32>>,
    /// How many objects of each kind are in scope.
    counts: [AtomicU64; 4],
    /// How many of them are accounted for: read, or known.
    done: AtomicU64,
    known: KnownNames,
}

/// What is known to be there besides what is read.
#[derive(Default)]
struct KnownNames {
    submodules: BTreeSet<Vec<u8>>,
    missing: BTreeMap<ObjectId, Kind>,
    /// What could not be read of objects that are not scanned again.
    told: BTreeMap<ObjectId, Vec<Skipped>>,
    /// Where secrets stand in objects that are scanned again.
    spans: HashMap<ObjectId, Vec<Span>>,
}

/// What a store turned out to hold.
pub(super) struct Held {
    pub(super) graph: Graph,
    /// What its objects name and it does not hold, as [`Collected`] has it.
    pub(super) missing: BTreeMap<ObjectId, Kind>,
    /// Commits that name such objects, as [`Collected`] has it.
    pub(super) lacking: Vec<(u32, ObjectId)>,
    pub(super) submodules: BTreeSet<Vec<u8>>,
    /// What could not be read of objects in which nothing was found.
    pub(super) told: BTreeMap<ObjectId, Vec<Skipped>>,
    /// Pointers to Git LFS whose content is not here.
    pub(super) pointers: Vec<Pointer>,
    /// How many blobs, commits, tags and trees.
    pub(super) counts: [u64; 4],
    /// Whether each of them was read.
    pub(super) whole: bool,
}

fn nth(kind: Kind) -> usize {
    match kind {
        Kind::Blob => 0,
        Kind::Commit => 1,
        Kind::Tag => 2,
        Kind::Tree => 3,
    }
}

impl<'a> Reading<'a> {
    pub(super) fn new(sink: &'a dyn Sink, numbers: Numbers) -> Self {
        Self {
            sink,
            collector: Collector::new(numbers.clone()),
            numbers,
            left: Mutex::default(),
            pointers: Mutex::default(),
            trees: AtomicU64::new(0),
            cut: Mutex::default(),
            counts: Default::default(),
            done: AtomicU64::new(0),
            known: KnownNames::default(),
        }
    }

    /// Takes over what an earlier run learned; what it found something in is left to be read.
    pub(super) fn recall(&mut self, known: &Known) {
        for kind in [Kind::Blob, Kind::Commit, Kind::Tag, Kind::Tree] {
            let again = known.found.iter().filter(|again| again.kind == kind).count() as u64;
            let count = known.counts[nth(kind)].saturating_sub(again);
            self.counts[nth(kind)].fetch_add(count, Ordering::Relaxed);
            self.done.fetch_add(count, Ordering::Relaxed);
            // Those of which there are doubts are told of when that is settled.
            let doubts = if kind == Kind::Blob { known.doubted() } else { 0 };
            self.sink.spared(unit_of(kind), count.saturating_sub(doubts));
        }
        self.known.submodules.extend(known.submodules.iter().cloned());
        // What they are is asked of stores only that keep nothing of what they lack.
        self.known.missing.extend(known.missing.iter().map(|id| (*id, Kind::Blob)));
        for (id, gaps) in &known.told {
            gaps.iter().for_each(|gap| self.sink.skip(gap.clone()));
            self.known.told.insert(*id, gaps.clone());
        }
        let again = known.found.iter().filter(|again| !again.spans.is_empty());
        self.known.spans.extend(again.map(|again| (again.id, again.spans.clone())));
    }

    /// Says that `n` more objects are in scope.
    pub(super) fn declare(&self, kind: Kind, n: u64) {
        self.counts[nth(kind)].fetch_add(n, Ordering::Relaxed);
        self.sink.declare(unit_of(kind), n);
    }

    /// Tells of an object that could not be read.
    pub(super) fn skip(&self, id: ObjectId, kind: Kind, gap: Gap) {
        skip(self.sink, Some(unit_of(kind)), id.to_string(), gap);
    }

    fn is_done(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// Reads one object by the plain reader.
    pub(super) fn plain(&self, repo: &Repo, id: ObjectId, kind: Kind) {
        if self.sink.stop() {
            return;
        }
        let size =
            if kind == Kind::Blob { repo.header(id).map_or(0, |(_, size)| size) } else { 0 };
        if is_large(size, self.sink) {
            let origin = Origin::new(OriginKind::History).object(id);
            if scan_large(repo, id, size, origin, self.sink) {
                self.is_done();
            }
            return;
        }
        // Once in the library, once here.
        let _hold = self.sink.budget().take(size.saturating_mul(2));
        let data = match repo.read_kind(id, kind) {
            Ok(data) => data,
            Err(gap) => return self.skip(id, kind, gap),
        };
        match (kind, self.numbers.find(&id)) {
            (Kind::Blob, _) => drop(self.blob(id, &data, None)),
            (Kind::Tree, Some(number)) => {
                let mut parsed = Parsed::default();
                self.collector.tree(number, &data, None, &mut parsed);
                self.tree(|| id, number, parsed.is_whole());
            }
            (_, number) => self.message(id, number, kind, &data),
        }
    }

    /// Answers as [`Sink::scan`].
    fn blob(&self, id: ObjectId, data: &[u8], earlier: Option<Earlier<'_>>) -> Option<Vec<Span>> {
        let origin = Origin::new(OriginKind::History).object(id);
        if let Some(pointer) = lfs::pointer(data, &origin) {
            lock(&self.pointers).push(pointer);
        }
        self.is_done();
        let before = self.known.spans.get(&id);
        let before = before.map(|secrets| Earlier { fresh: &[], secrets, nul_free: false });
        self.sink.scan(Unit::Blob, Item { bytes: data, origin, earlier: before.or(earlier) })
    }

    fn message(&self, id: ObjectId, number: Option<u32>, kind: Kind, raw: &[u8]) {
        match (kind, number) {
            (Kind::Commit, Some(number)) => self.collector.commit(number, raw),
            (Kind::Tag, _) => self.collector.tag(raw),
            _ => {}
        }
        self.is_done();
        let origin = message(id, kind).origin;
        self.sink.scan(unit_of(kind), Item::new(text_of(raw), origin));
    }

    fn tree(&self, id: impl FnOnce() -> ObjectId, number: u32, whole: bool) {
        if whole {
            self.is_done();
            self.trees.fetch_add(1, Ordering::Relaxed);
        } else {
            lock(&self.cut).insert(number);
            let cut = Gap::new(Reason::Corrupt, "the tree ends in the middle");
            self.skip(id(), Kind::Tree, cut);
        }
    }

    /// Scans the content that pointers to Git LFS stand for; leaves those of which it is not here.
    ///
    /// # Errors
    /// If the repository cannot be opened again for another thread.
    pub(super) fn read_pointers(&self, repo: &Repo) -> Result<()> {
        let mut pointers = std::mem::take(&mut *lock(&self.pointers));
        pointers.sort_unstable();
        *lock(&self.pointers) = lfs::read(repo, pointers, self.sink)?;
        Ok(())
    }

    pub(super) fn finish(self) -> Held {
        if !self.sink.stop() {
            self.scan_names();
        }
        let pointers = self.pointers.into_inner().unwrap_or_default();
        let Collected { graph, mut missing, lacking, mut submodules } = self.collector.finish();
        submodules.extend(self.known.submodules);
        skip_submodules(self.sink, submodules.iter().cloned());
        missing.extend(self.known.missing);
        let mut told = self.known.told;
        told.extend(self.sink.told());
        let counts = self.counts.map(AtomicU64::into_inner);
        let whole = counts.iter().sum::<u64>() == self.done.into_inner();
        Held { graph, missing, lacking, submodules, told, pointers, counts, whole }
    }

    /// One text for each tree: the names that are its own. Most trees have none.
    fn scan_names(&self) {
        let mut own: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
        for (tree, name) in self.collector.names().by_tree() {
            let text = own.entry(tree).or_default();
            if !text.is_empty() {
                text.push(b'\n');
            }
            text.extend_from_slice(&name);
        }
        let cut = lock(&self.cut);
        let mut bare = self.trees.load(Ordering::Relaxed);
        for (tree, names) in &own {
            let Some(id) = self.numbers.id(*tree) else { continue };
            // The names before the break were met all the same.
            if cut.contains(tree) {
                self.sink.declare(Unit::Tree, 1);
            } else {
                bare = bare.saturating_sub(1);
            }
            self.sink.scan(Unit::Tree, Item::new(names, Origin::new(OriginKind::Name).object(id)));
        }
        // A tree is done when its names were scanned, also those that it shares with others.
        if !self.sink.stop() {
            self.sink.bare(Unit::Tree, bare);
        }
    }
}

/// One pack of the store, for one visit.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) reading: &'a Reading<'a>,
    /// Number of the pack's first object.
    pub(super) first: u32,
}

impl Ground<'_> {
    fn trouble(&self, trouble: Trouble) {
        lock(&self.reading.left).push((trouble.id, trouble.kind));
    }
}

/// Scans blobs; keeps of each what [`Sink::scan`] answers.
pub(super) struct Blobs<'a>(pub(super) Ground<'a>);
/// Collects commits, and scans what people wrote in them and in tags.
pub(super) struct Messages<'a>(pub(super) Ground<'a>);
/// Collects trees; keeps of each where its entries are.
pub(super) struct Trees<'a>(pub(super) Ground<'a>);

/// What is kept of a blob while others are made from it.
#[derive(Default)]
pub(super) struct Seen {
    /// What [`Sink::scan`] has answered.
    secrets: Option<Vec<Span>>,
    nul_free: bool,
}

impl Visitor for Blobs<'_> {
    type Memo = Seen;

    fn visit(&self, object: &Object<'_>, base: Option<&Seen>, memo: &mut Seen) {
        let nul_free = is_nul_free(object, base);
        let secrets = base.and_then(|base| base.secrets.as_deref());
        let secrets = secrets.map(|secrets| inherited(secrets, object.copies));
        let earlier = object.fresh.zip(secrets.as_deref());
        let earlier = earlier.map(|(fresh, secrets)| Earlier { fresh, secrets, nul_free });
        memo.nul_free = nul_free;
        memo.secrets = self.0.reading.blob(object.id(), object.data, earlier);
    }

    fn trouble(&self, trouble: Trouble) {
        self.0.trouble(trouble);
    }

    fn stop(&self) -> bool {
        self.0.reading.sink.stop()
    }
}

/// Whether no NUL stands in `object`: of one made from another only what is new is looked through.
fn is_nul_free(object: &Object<'_>, base: Option<&Seen>) -> bool {
    match base.filter(|_| object.fresh.is_some()) {
        Some(base) => base.nul_free && !object.nul,
        None => memchr::memchr(0, object.data).is_none(),
    }
}

/// Where `spans` of a base stand in an object that holds these copies of it.
fn inherited(spans: &[Span], copies: &[Copy]) -> Vec<Span> {
    if spans.is_empty() {
        return Vec::new();
    }
    let within = |copy: &Copy| {
        let first = spans.partition_point(|s| s.start < copy.from);
        let Copy { from, to, len } = *copy;
        let whole = spans[first..].iter().take_while(move |s| s.start < from + len);
        let whole = whole.filter(move |s| s.end <= from + len);
        whole.map(move |s| Span::new(s.start - from + to, s.end - from + to))
    };
    copies.iter().flat_map(within).collect()
}

impl Visitor for Messages<'_> {
    type Memo = ();

    fn visit(&self, object: &Object<'_>, _: Option<&()>, (): &mut ()) {
        let number = self.0.first + object.position;
        self.0.reading.message(object.id(), Some(number), object.kind, object.data);
    }

    fn trouble(&self, trouble: Trouble) {
        self.0.trouble(trouble);
    }

    fn stop(&self) -> bool {
        self.0.reading.sink.stop()
    }
}

impl Visitor for Trees<'_> {
    type Memo = Parsed;

    fn visit(&self, object: &Object<'_>, base: Option<&Parsed>, parsed: &mut Parsed) {
        let number = self.0.first + object.position;
        let base = base.map(|base| (base, object.copies));
        let whole = self.0.reading.collector.tree(number, object.data, base, parsed);
        self.0.reading.tree(|| object.id(), number, whole);
    }

    fn trouble(&self, trouble: Trouble) {
        self.0.trouble(trouble);
    }

    fn stop(&self) -> bool {
        self.0.reading.sink.stop()
    }
}
