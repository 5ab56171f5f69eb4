//! What is looked at of the four bytes that a word of [`super::needles`] is known by. The build
//! script uses this file too, so it uses nothing of the crate.

/// How many bytes of a word are looked for in vectors.
pub(super) const DEPTH: usize = 4;
/// Buckets that words are dealt into; one bit of a byte each.
pub(super) const BUCKETS: usize = 8;

/// A way to look at four folded bytes: in so many features, each an index into a table.
pub(super) struct Look<const F: usize> {
    /// The features of four bytes.
    pub(super) features: fn([u8; DEPTH]) -> [usize; F],
    /// The last byte that each feature tells of.
    last: [usize; F],
}

/// The features of [`HALVES`].
pub(super) const HALF: usize = 12;
/// The features of [`WHOLE`].
pub(super) const FULL: usize = 10;

/// For tables of 16, which any processor with vectors can look things up in: the low half of each
/// byte and of some means. A mean tells which bytes stand side by side, which the bytes one by one
/// do not; and that with zero a bit of a byte that its low half lacks.
pub(super) const HALVES: Look<HALF> = Look {
    features: |bytes| {
        let byte = |at: usize| bytes.get(at).map_or(0, |&b| usize::from(b));
        let mean = |(a, b)| (byte(a) + byte(b)).div_ceil(2);
        let all: [usize; HALF] =
            std::array::from_fn(|i| i.checked_sub(DEPTH).map_or(byte(i), |at| mean(MEANS[at])));
        all.map(|value| value & 15)
    },
    last: last(&MEANS),
};

/// For tables of 128: each byte, and each two of them in one number, which hardly any other two
/// letters share.
pub(super) const WHOLE: Look<FULL> = Look {
    features: |bytes| {
        let byte = |at: usize| usize::from(bytes[at]);
        let both = |(a, b)| byte(a) + 4 * byte(b);
        let all: [usize; FULL] = std::array::from_fn(|i| {
            i.checked_sub(DEPTH).map_or_else(|| byte(i), |at| both(PAIRS[at]))
        });
        all.map(|value| value & 127)
    },
    last: last(&PAIRS),
};

/// Stands for a byte that is zero.
pub(super) const ZERO: usize = DEPTH;
/// All pairs of the bytes.
pub(super) const PAIRS: [(usize, usize); FULL - DEPTH] =
    [(0, 1), (1, 2), (2, 3), (0, 2), (1, 3), (0, 3)];
/// The pairs whose means are features.
pub(super) const MEANS: [(usize, usize); HALF - DEPTH] =
    [(0, 1), (1, 2), (2, 3), (0, 2), (1, 3), (0, 3), (0, ZERO), (2, ZERO)];

/// The last bytes that features tell of: one byte each, and then those pairs.
const fn last<const F: usize>(pairs: &[(usize, usize)]) -> [usize; F] {
    let mut last = [0; F];
    let mut i = 0;
    while i < F {
        last[i] = match i.checked_sub(DEPTH) {
            None => i,
            Some(at) if pairs[at].1 == ZERO => pairs[at].0,
            Some(at) => pairs[at].1,
        };
        i += 1;
    }
    last
}

/// A byte without what tells small letters from capitals.
pub(super) fn fold(b: u8) -> u8 {
    (b | 0x20) & 0x7F
}

/// The first four bytes of a word, folded.
pub(super) fn first(word: &[u8]) -> [u8; DEPTH] {
    let mut bytes = [0; DEPTH];
    bytes.iter_mut().zip(word).for_each(|(to, &b)| *to = fold(b));
    bytes
}

/// The features that a bucket takes: one bit for each index into each table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bucket<const F: usize>(pub(super) [u128; F]);

impl<const F: usize> Bucket<F> {
    /// Without a word in it.
    pub(super) const EMPTY: Self = Self([0; F]);

    /// The same with one more word in it. What is behind a word's end may be anything.
    pub(super) fn with(mut self, word: &[u8], look: &Look<F>) -> Self {
        let features = (look.features)(first(word)).into_iter().zip(look.last);
        for (taken, (at, last)) in self.0.iter_mut().zip(features) {
            *taken |= if last < word.len() { 1 << at } else { u128::MAX };
        }
        self
    }
}

/// How a word is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dealt {
    /// How many bytes of it stand before those that it is known by.
    pub(super) offset: u8,
    /// Which bucket of [`HALVES`] those are in.
    pub(super) half: u8,
    /// Which bucket of [`WHOLE`] those are in.
    pub(super) full: u8,
}
