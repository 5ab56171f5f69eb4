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
