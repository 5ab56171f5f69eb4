//! What is looked at of the four bytes that a word of [`super::needles`] is known by. The build
//! script uses this file too, so it uses nothing of the crate.

/// How many bytes of a word are looked for in vectors.
pub(super) const DEPTH: usize = 4;
/// Features of those bytes; each is an index into a table of 16.
pub(super) const FEATURES: usize = 12;
/// Buckets that words are dealt into; one bit of a byte each.
pub(super) const BUCKETS: usize = 8;

/// Stands for a byte that is zero.
pub(super) const ZERO: usize = DEPTH;
/// The pairs of bytes whose means are features. A mean tells which bytes stand side by side, which
/// the bytes one by one do not; and that with zero a bit of a byte that its low half lacks.
pub(super) const PAIRS: [(usize, usize); FEATURES - DEPTH] =
    [(0, 1), (1, 2), (2, 3), (0, 2), (1, 3), (0, 3), (0, ZERO), (2, ZERO)];

/// A byte without what tells small letters from capitals.
pub(super) fn fold(b: u8) -> u8 {
    (b | 0x20) & 0x7F
}

/// The features of four folded bytes, in seven bits each.
pub(super) fn values(bytes: [u8; DEPTH]) -> [usize; FEATURES] {
    let byte = |at: usize| bytes.get(at).map_or(0, |&b| usize::from(b));
    std::array::from_fn(|i| match i.checked_sub(DEPTH) {
        None => byte(i),
        Some(pair) => (byte(PAIRS[pair].0) + byte(PAIRS[pair].1)).div_ceil(2),
    })
}

/// The same as far as their low halves tell.
pub(super) fn features(bytes: [u8; DEPTH]) -> [usize; FEATURES] {
    values(bytes).map(|value| value & 15)
}

/// Whether a word of so many bytes has that feature, so that what is behind its end has no say.
pub(super) fn is_known(feature: usize, len: usize) -> bool {
    match feature.checked_sub(DEPTH) {
        None => feature < len,
        Some(pair) => {
            let (a, b) = PAIRS[pair];
            a < len && (b < len || b == ZERO)
        }
    }
}

/// The first four bytes of a word, folded.
pub(super) fn first(word: &[u8]) -> [u8; DEPTH] {
    let mut bytes = [0; DEPTH];
    bytes.iter_mut().zip(word).for_each(|(to, &b)| *to = fold(b));
    bytes
}

/// The features that a bucket takes: one bit for each index into each table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Bucket(pub(super) [u16; FEATURES]);

impl Bucket {
    /// The same with one more word in it. What is behind a word's end may be anything.
    pub(super) fn with(mut self, word: &[u8]) -> Self {
        for (i, (taken, at)) in self.0.iter_mut().zip(features(first(word))).enumerate() {
            *taken |= if is_known(i, word.len()) { 1 << at } else { u16::MAX };
        }
        self
    }
}

/// How a word is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dealt {
    /// How many bytes of it stand before those that it is known by.
    pub(super) offset: u8,
    /// Which bucket those are in.
    pub(super) bucket: u8,
}
