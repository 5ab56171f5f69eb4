//! Stretches in which nothing was found. Versions of a file change back and forth, and a branch
//! makes the changes of another: a third of all stretches around changes was scanned before.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many stretches are remembered.
const KEPT: usize = 1 << 18;
/// Words of text that go into one sum.
const WORDS: usize = 128;

/// The stretches that were scanned last and held nothing.
///
/// Each is known by 64 bits: NH sums over its words (the hash of UMAC, RFC 4418) go into SipHash.
/// Both have keys that are made anew for each run, so two stretches that somebody wrote to be
/// taken for each other are no likelier to be than any two: once in 2^63.
#[derive(Default)]
pub(super) struct Barren {
    keys: OnceLock<Keys>,
    /// The marks, each at its place. All threads share them, since what one has scanned is worth as
    /// much to another; a mark that is overwritten meanwhile is only forgotten.
    marks: OnceLock<Vec<AtomicU64>>,
}

struct Keys {
    words: [u64; WORDS],
    last: RandomState,
}

impl Barren {
    /// What stands for `text`.
    pub(super) fn mark(&self, text: &[u8]) -> u64 {
        let keys = self.keys.get_or_init(Keys::new);
        let mut hasher = keys.last.build_hasher();
        hasher.write_usize(text.len());
        text.chunks(WORDS * 8).for_each(|block| hasher.write_u128(keys.sum(block)));
        // 0 is no mark.
        hasher.finish().max(1)
    }

    /// Whether this is the mark of a stretch that held nothing.
    pub(super) fn has(&self, mark: u64) -> bool {
        self.slot(mark).is_some_and(|slot| slot.load(Ordering::Relaxed) == mark)
    }

    /// From here on it is.
    pub(super) fn add(&self, mark: u64) {
        if let Some(slot) = self.slot(mark) {
            slot.store(mark, Ordering::Relaxed);
        }
    }

    fn slot(&self, mark: u64) -> Option<&AtomicU64> {
        let make = || (0..KEPT).map(|_| AtomicU64::new(0)).collect();
        let marks: &Vec<AtomicU64> = self.marks.get_or_init(make);
        marks.get(place(mark))
    }
}

fn place(mark: u64) -> usize {
    (mark >> 32) as usize % KEPT
}

impl Keys {
    fn new() -> Self {
        let made = RandomState::new();
        let words = std::array::from_fn(|at| made.hash_one(at));
        Self { words, last: RandomState::new() }
    }

    /// The NH sum of at most [`WORDS`] words. What is missing of the last pair is NUL.
    fn sum(&self, block: &[u8]) -> u128 {
        let (pairs, rest) = block.as_chunks::<16>();
        let mut keys = self.words.as_chunks::<2>().0.iter();
        let mut sum = 0u128;
        for (pair, keys) in pairs.iter().zip(&mut keys) {
            sum = sum.wrapping_add(product(pair, keys));
        }
        let mut last = [0; 16];
        last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        match keys.next() {
            Some(keys) if !rest.is_empty() => sum.wrapping_add(product(&last, keys)),
            _ => sum,
        }
    }
}

fn product(pair: &[u8; 16], keys: &[u64; 2]) -> u128 {
    let pair = u128::from_le_bytes(*pair);
    let one = (pair as u64).wrapping_add(keys[0]);
    let other = ((pair >> 64) as u64).wrapping_add(keys[1]);
    u128::from(one) * u128::from(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_byte_and_the_length_have_a_say() {
        let barren = Barren::default();
        let text: Vec<u8> = (0..2100u32).map(|n| n as u8).collect();
        let mut marks = HashSet::new();
        for len in 0..text.len() {
            assert!(marks.insert(barren.mark(&text[..len])), "{len}");
        }
        for at in 0..text.len() {
            let mut other = text.clone();
            other[at] ^= 1;
            assert!(marks.insert(barren.mark(&other)), "{at}");
        }
        assert!(marks.insert(barren.mark(&[0; 16])) && marks.insert(barren.mark(&[0; 17])));
        assert_eq!(barren.mark(&text), barren.mark(&text));
        assert_ne!(barren.mark(&text), Barren::default().mark(&text));
    }

    #[test]
    fn what_was_added_is_known_until_another_takes_its_place() {
        let barren = Barren::default();
        assert!(!barren.has(5 << 32));
        barren.add(5 << 32);
        assert!(barren.has(5 << 32) && !barren.has((5 << 32) + 1));
        barren.add((5 << 32) + 1);
        assert!(!barren.has(5 << 32));
    }
}
