//! The objects that a run has scanned.

use crate::model::ObjectId;
use std::collections::HashSet;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The set is cut in this many parts, so that threads seldom wait.
const SHARDS: usize = 64;

/// Objects, by name.
pub(super) struct Seen(Vec<Mutex<HashSet<ObjectId, ByName>>>);

impl Seen {
    pub(super) fn insert(&self, id: ObjectId) {
        self.shard(id).insert(id);
    }

    pub(super) fn contains(&self, id: &ObjectId) -> bool {
        self.shard(*id).contains(id)
    }

    fn shard(&self, id: ObjectId) -> MutexGuard<'_, HashSet<ObjectId, ByName>> {
        let first = id.as_bytes().first().copied().unwrap_or(0);
        self.0[usize::from(first) % SHARDS].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Seen {
    fn default() -> Self {
        let by_name = ByName(RandomState::new().hash_one(0));
        Self((0..SHARDS).map(|_| Mutex::new(HashSet::with_hasher(by_name))).collect())
    }
}

/// Names of objects are hashes already: their first eight bytes do. Whoever wants many objects that
/// share these has to look for them for as long as for a flaw in SHA-1.
#[derive(Clone, Copy)]
struct ByName(u64);

impl BuildHasher for ByName {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        *self
    }
}

impl Hasher for ByName {
    fn write(&mut self, bytes: &[u8]) {
        let first = bytes.first_chunk().map_or(0, |b| u64::from_le_bytes(*b));
        self.0 = (self.0 ^ first).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(32);
    }

    /// Lengths say nothing: names of one store are of one length.
    fn write_usize(&mut self, _: usize) {}

    fn write_u8(&mut self, _: u8) {}

    fn finish(&self) -> u64 {
        self.0
    }
}
