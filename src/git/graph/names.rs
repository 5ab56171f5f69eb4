//! The names in trees, each kept once, with a number.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Parts that are locked by themselves, so that threads seldom wait.
const SHARDS: u32 = 64;

#[derive(Default)]
struct Shard {
    numbers: HashMap<Arc<[u8]>, u32>,
    /// Each name, and the tree of the lowest number that was seen to hold it.
    names: Vec<(Arc<[u8]>, u32)>,
}

/// All names.
pub struct Names {
    shards: Vec<Mutex<Shard>>,
}

/// How many names a thread remembers.
const RECENT: usize = 1 << 13;

/// The names that one thread met last: for these it needs no lock.
#[derive(Default)]
pub(super) struct Recent(Vec<Met>);

#[derive(Clone, Default)]
struct Met {
    name: Vec<u8>,
    number: u32,
    /// The tree of the lowest number that this thread told of.
    tree: u32,
}

impl Recent {
    /// As [`Names::meet`].
    pub(super) fn meet(&mut self, names: &Names, name: &[u8], tree: u32) -> u32 {
        if self.0.is_empty() {
            self.0.resize(RECENT, Met::default());
        }
        let slot = &mut self.0[quick(name) % RECENT];
        if slot.name != name || name.is_empty() {
            slot.name.clear();
            slot.name.extend_from_slice(name);
            (slot.number, slot.tree) = (names.meet(name, tree), tree);
        } else if tree < slot.tree {
            (slot.number, slot.tree) = (names.meet(name, tree), tree);
        }
        slot.number
    }
}

/// A hash that anyone can foresee: whoever does wins no more than a look under the lock.
fn quick(name: &[u8]) -> usize {
    let mix =
        |hash: u64, word: u64| (hash.rotate_left(23) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let (words, rest) = name.as_chunks::<8>();
    let hash =
        words.iter().fold(name.len() as u64, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    let last = rest.iter().fold(0, |last, &b| last << 8 | u64::from(b));
    (mix(hash, last) >> 40) as usize
}

impl Default for Names {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }
}

impl Names {
    /// Takes in `name`, met in `tree`; answers its number.
    pub fn meet(&self, name: &[u8], tree: u32) -> u32 {
        let nth = name.iter().fold(name.len() as u32, |n, &b| n.wrapping_mul(31) ^ u32::from(b));
        let nth = (nth ^ nth >> 8) % SHARDS;
        let mut shard = self.shard(nth);
        let Shard { numbers, names } = &mut *shard;
        let at = match numbers.get(name) {
            Some(&at) => at,
            None => {
                let at = names.len() as u32;
                let name: Arc<[u8]> = name.into();
                names.push((name.clone(), tree));
                numbers.insert(name, at);
                at
            }
        };
        if let Some((_, first)) = names.get_mut(at as usize) {
            *first = tree.min(*first);
        }
        at * SHARDS + nth
    }

    /// The name of a number.
    pub fn get(&self, number: u32) -> Arc<[u8]> {
        let shard = self.shard(number % SHARDS);
        let name = shard.names.get((number / SHARDS) as usize);
        name.map_or_else(|| [].as_slice().into(), |(name, _)| name.clone())
    }

    /// Every name with the tree that it is first met in, by tree, then by name; those that only an
    /// earlier run met are left out.
    pub fn by_tree(&self) -> Vec<(u32, Arc<[u8]>)> {
        let mut all = Vec::new();
        for nth in 0..SHARDS {
            let shard = self.shard(nth);
            let new = shard.names.iter().filter(|(_, tree)| *tree != u32::MAX);
            all.extend(new.map(|(name, tree)| (*tree, name.clone())));
        }
        all.sort_unstable();
        all
    }

    fn shard(&self, nth: u32) -> MutexGuard<'_, Shard> {
        self.shards[nth as usize].lock().unwrap_or_else(PoisonError::into_inner)
    }
}
