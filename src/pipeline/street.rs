//! Where sources pour their items: each is scanned at once, on the thread that brought it.

use super::books::Books;
use super::{Setup, gather};
use crate::model::{Finding, Fingerprint, Item, Ledger, ObjectId, Origin, Reason, Skipped, Unit};
use crate::source::Sink;
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Blobs that were met again, and where.
pub(super) type Doubles = Vec<(ObjectId, Origin)>;

/// The set of scanned blobs is cut in this many parts, so that threads seldom wait.
const SHARDS: usize = 64;

/// The sink of a run.
pub(super) struct Street<'a> {
    setup: &'a Setup<'a>,
    books: Books,
    seen: Vec<Mutex<HashSet<ObjectId>>>,
    doubles: Mutex<Doubles>,
    found: Mutex<HashMap<Fingerprint, Finding>>,
    /// Objects whose scan failed.
    stumbled: Mutex<Vec<ObjectId>>,
}

impl<'a> Street<'a> {
    pub(super) fn new(setup: &'a Setup<'a>) -> Self {
        Self {
            setup,
            books: Books::default(),
            seen: (0..SHARDS).map(|_| Mutex::default()).collect(),
            doubles: Mutex::default(),
            found: Mutex::default(),
            stumbled: Mutex::default(),
        }
    }

    /// Findings, ledger, and the blobs that were met again.
    pub(super) fn close(self) -> (Vec<Finding>, Ledger, Doubles) {
        let found = self.found.into_inner().unwrap_or_else(PoisonError::into_inner);
        let doubles = self.doubles.into_inner().unwrap_or_else(PoisonError::into_inner);
        (found.into_values().collect(), self.books.close(), doubles)
    }

    fn shard(&self, id: ObjectId) -> MutexGuard<'_, HashSet<ObjectId>> {
        let first = id.as_bytes().first().copied().unwrap_or(0);
        lock(&self.seen[usize::from(first) % SHARDS])
    }

    fn add(&self, findings: Vec<Finding>) {
        if findings.is_empty() {
            return;
        }
        let mut found = lock(&self.found);
        for finding in findings {
            gather::merge(&mut found, finding);
        }
    }
}

impl Sink for Street<'_> {
    fn declare(&self, unit: Unit, n: u64) {
        self.books.declare(unit, n);
    }

    fn known(&self, unit: Unit, id: ObjectId, origin: &Origin) -> bool {
        let known = self.shard(id).contains(&id);
        if known {
            self.books.known(unit);
            lock(&self.doubles).push((id, origin.clone()));
        }
        known
    }

    fn scan(&self, unit: Unit, item: Item<'_>) -> bool {
        // A text that makes stanch stumble must not take the rest of the run with it.
        let mut barren = false;
        match catch_unwind(AssertUnwindSafe(|| gather::find(&item, self.setup))) {
            Ok((findings, nothing)) => {
                barren = nothing;
                self.add(findings);
                self.books.scanned(unit, item.bytes.len());
                if let Some(id) = item.origin.object {
                    self.shard(id).insert(id);
                }
            }
            Err(_) => {
                lock(&self.stumbled).extend(item.origin.object.or(item.origin.commit));
                self.books.skip(stumble(unit, &item.origin));
            }
        }
        let (bytes, done, scope) = self.books.progress();
        (self.setup.progress)(bytes, done, scope);
        barren
    }

    fn bare(&self, unit: Unit, n: u64) {
        self.books.bare(unit, n);
    }

    fn spared(&self, unit: Unit, n: u64) {
        self.books.spared(unit, n);
    }

    fn cache_key(&self) -> Option<[u8; 32]> {
        self.setup.cache_key
    }

    fn found(&self) -> HashSet<ObjectId> {
        let found = lock(&self.found);
        let origins = found.values().flat_map(|f| &f.places).map(|p| &p.origin);
        let objects = origins.filter_map(|o| o.object.or(o.commit));
        objects.chain(lock(&self.stumbled).iter().copied()).collect()
    }

    fn skip(&self, skipped: Skipped) {
        self.books.skip(skipped);
    }

    fn note(&self, note: String) {
        self.books.note(note);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn stumble(unit: Unit, origin: &Origin) -> Skipped {
    let path = origin.path.as_deref().map(String::from_utf8_lossy);
    let id = origin.object.or(origin.commit).map(|id| id.to_string());
    Skipped {
        reason: Reason::Internal,
        unit: Some(unit),
        what: path.map(Into::into).or(id).unwrap_or_else(|| origin.kind.as_str().into()),
        detail: "stanch failed on this text; please report it".into(),
    }
}
