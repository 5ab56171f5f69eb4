//! A sink that keeps everything, and what git says to compare it with.

use crate::support::repo::Repo;
use stanch::git::Where;
use stanch::model::{
    Budget, Count, Item, Ledger, ObjectId, Origin, OriginKind, Reason, Skipped, Span, Unit,
};
use stanch::source::{Cache, Sink, Source};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io;
use std::sync::Mutex;

#[derive(Default)]
struct State {
    ledger: Ledger,
    seen: HashSet<ObjectId>,
    items: Vec<(Unit, Origin, Vec<u8>)>,
}

/// Keeps what a source gives.
#[derive(Default)]
pub struct Collect(Mutex<State>, Budget);

/// What a source gave.
pub struct Read {
    pub ledger: Ledger,
    /// Unit, origin and text of each item, in order of origin.
    pub items: Vec<(Unit, Origin, Vec<u8>)>,
}

impl Sink for Collect {
    fn declare(&self, unit: Unit, n: u64) {
        self.0.lock().unwrap().ledger.count_mut(unit).scope += n;
    }

    fn known(&self, unit: Unit, id: ObjectId, _: &Origin) -> bool {
        let mut state = self.0.lock().unwrap();
        let known = !state.seen.insert(id);
        state.ledger.count_mut(unit).known += u64::from(known);
        known
    }

    fn scan(&self, unit: Unit, item: Item<'_>) -> Option<Vec<Span>> {
        let mut state = self.0.lock().unwrap();
        state.ledger.count_mut(unit).scanned += 1;
        state.items.push((unit, item.origin, item.bytes.to_vec()));
        None
    }

    fn bare(&self, unit: Unit, n: u64) {
        self.0.lock().unwrap().ledger.count_mut(unit).scanned += n;
    }

    fn spared(&self, unit: Unit, n: u64) {
        let mut state = self.0.lock().unwrap();
        state.ledger.count_mut(unit).scope += n;
        state.ledger.count_mut(unit).known += n;
    }

    fn cache(&self) -> Option<&Cache> {
        None
    }

    fn stream(&self, unit: Unit, origin: Origin, text: &mut dyn io::Read) -> io::Result<()> {
        let mut bytes = Vec::new();
        text.read_to_end(&mut bytes)?;
        self.scan(unit, Item::new(&bytes, origin));
        Ok(())
    }

    fn budget(&self) -> &Budget {
        &self.1
    }

    fn stop(&self) -> bool {
        false
    }

    fn found(&self) -> HashMap<ObjectId, Vec<Span>> {
        HashMap::new()
    }

    fn skip(&self, skipped: Skipped) {
        let mut state = self.0.lock().unwrap();
        if let Some(unit) = skipped.unit {
            state.ledger.count_mut(unit).skipped += 1;
        }
        state.ledger.skipped.push(skipped);
    }

    fn lost(&self) -> HashSet<ObjectId> {
        let state = self.0.lock().unwrap();
        let names = state.ledger.skipped.iter().map(|skipped| skipped.what.as_bytes());
        names.filter_map(ObjectId::from_hex).collect()
    }

    fn note(&self, note: String) {
        self.0.lock().unwrap().ledger.notes.push(note);
    }
}

/// Reads a source to its end; its account must balance.
#[track_caller]
pub fn read(source: &dyn Source) -> Read {
    read_within(source, Budget::default())
}

/// The same, with no more memory than that.
#[track_caller]
pub fn read_within(source: &dyn Source, budget: Budget) -> Read {
    let sink = Collect(Mutex::default(), budget);
    source.read(&sink).unwrap();
    let State { ledger, mut items, .. } = sink.0.into_inner().unwrap();
    assert_eq!(ledger.unbalanced(), [], "{:?}", ledger.counts);
    items.sort();
    Read { ledger, items }
}

/// All texts that a source calls old.
pub fn before(source: &dyn Source, paths: &[&str]) -> Vec<String> {
    let paths: Vec<Vec<u8>> = paths.iter().map(|p| p.as_bytes().to_vec()).collect();
    let mut texts = Vec::new();
    let mut take = |text: &[u8]| {
        texts.push(String::from_utf8_lossy(text).into_owned());
        true
    };
    source.before(&paths, &mut take).unwrap();
    texts.sort();
    texts
}

impl Read {
    /// The count of a unit.
    pub fn count(&self, unit: Unit) -> Count {
        self.ledger.count(unit)
    }

    /// Ids of the blobs that were scanned.
    pub fn blobs(&self) -> BTreeSet<String> {
        let blobs = self.items.iter().filter(|(unit, ..)| *unit == Unit::Blob);
        blobs.map(|(_, origin, _)| origin.object.unwrap().to_string()).collect()
    }

    /// Path and text of each file or blob.
    pub fn texts(&self) -> BTreeMap<String, String> {
        let texts = self.items.iter().filter(|i| matches!(i.0, Unit::Blob | Unit::File));
        let show = |raw: &[u8]| raw.escape_ascii().to_string();
        texts.map(|(_, o, t)| (show(o.path.as_deref().unwrap_or_default()), show(t))).collect()
    }

    /// Whether an item of `kind` holds `text`.
    pub fn has(&self, kind: OriginKind, text: &str) -> bool {
        let all = self.items.iter().filter(|(_, origin, _)| origin.kind == kind);
        let mut all = all.map(|(.., bytes)| String::from_utf8_lossy(bytes));
        all.any(|bytes| bytes.contains(text))
    }

    /// Reasons of what was not read.
    pub fn reasons(&self) -> BTreeSet<Reason> {
        self.ledger.skipped.iter().map(|s| s.reason).collect()
    }
}

/// Where `repo` is.
pub fn at(repo: &Repo) -> Where {
    Where::path(repo.path())
}

/// Ids of the objects of `kind` that the store holds, as git says.
pub fn stored(repo: &Repo, kind: &str) -> BTreeSet<String> {
    let format = "--batch-check=%(objecttype) %(objectname)";
    let all = repo.git(["cat-file", format, "--batch-all-objects"]);
    all.lines()
        .filter_map(|l| l.strip_prefix(kind)?.strip_prefix(' '))
        .map(str::to_owned)
        .collect()
}

/// Ids of the blobs that `git rev-list --objects ARGS` gives.
pub fn listed(repo: &Repo, args: &[&str]) -> BTreeSet<String> {
    let all = repo.git([&["rev-list", "--objects", "--no-object-names"], args].concat());
    let blobs = stored(repo, "blob");
    all.lines().map(str::to_owned).filter(|id| blobs.contains(id)).collect()
}
