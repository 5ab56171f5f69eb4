//! A map from object ids to numbers that costs little: ids are random already, so their first
//! bytes serve as the hash.

use crate::model::ObjectId;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Takes the first eight bytes that it is given.
#[derive(Debug, Default, Clone, Copy)]
pub struct FirstBytes(u64);

impl Hasher for FirstBytes {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        if self.0 == 0 {
            self.0 = bytes.iter().take(8).fold(0, |n, &b| n << 8 | u64::from(b));
        }
    }

    // Lengths say nothing.
    fn write_usize(&mut self, _: usize) {}
    fn write_u8(&mut self, _: u8) {}
}

/// Numbers for object ids, in the order in which they came.
#[derive(Debug, Default)]
pub struct IdMap {
    numbers: HashMap<ObjectId, u32, BuildHasherDefault<FirstBytes>>,
}

impl IdMap {
    /// Room for `n` ids.
    pub fn with_capacity(n: usize) -> Self {
        Self { numbers: HashMap::with_capacity_and_hasher(n, BuildHasherDefault::default()) }
    }

    /// Gives `id` a number if it is new; answers whether it was.
    pub fn insert(&mut self, id: ObjectId) -> bool {
        let next = self.numbers.len() as u32;
        let new = !self.numbers.contains_key(&id);
        self.numbers.entry(id).or_insert(next);
        new
    }

    /// The number of `id`.
    pub fn get(&self, id: &ObjectId) -> Option<u32> {
        self.numbers.get(id).copied()
    }

    /// How many ids there are.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// All ids with their numbers, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&ObjectId, u32)> {
        self.numbers.iter().map(|(id, n)| (id, *n))
    }
}
