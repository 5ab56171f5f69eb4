//! The objects that a run has scanned.

use crate::model::ObjectId;
use std::collections::HashSet;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The set is cut in this many parts, so that threads seldom wait.
const SHARDS: usize = 64;

/// Objects, by name.
pub(super) struct Seen(Vec<Mutex<Shard>>);

/// Some of them. Few runs ask for any, so they are brought in order when one does.
struct Shard {
    new: Vec<ObjectId>,
    known: HashSet<ObjectId, ByName>,
}

impl Seen {
    pub(super) fn insert(&self, id: ObjectId) {
        self.shard(id).new.push(id);
    }

    pub(super) fn contains(&self, id: &ObjectId) -> bool {
        let mut shard = self.shard(*id);
        let Shard { new, known } = &mut *shard;
        known.extend(new.drain(..));
        known.contains(id)
    }

    fn shard(&self, id: ObjectId) -> MutexGuard<'_, Shard> {
        let first = id.as_bytes().first().copied().unwrap_or(0);
        self.0[usize::from(first) % SHARDS].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Seen {
    fn default() -> Self {
        let by_name = ByName(RandomState::new().hash_one(0));
        let shard = || Shard { new: Vec::new(), known: HashSet::with_hasher(by_name) };
        Self((0..SHARDS).map(|_| Mutex::new(shard())).collect())
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    #[test]
    fn what_was_scanned_is_known_and_nothing_else() {
        let id = |n: u8| ObjectId::from_bytes(&[n; 20]).unwrap();
        let seen = Seen::default();
        for n in 0..200 {
            assert!(!seen.contains(&id(n)));
            seen.insert(id(n));
            assert!(seen.contains(&id(n)) && seen.contains(&id(n / 2)));
        }
    }
}
