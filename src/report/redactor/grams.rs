//! Every stretch of eight bytes of the secrets, quick to ask for.

/// Bytes of a gram: so many characters of a secret may never be seen together.
pub(super) const GRAM: usize = 8;

/// A set of grams: a bit map that nearly always answers at once, and a sorted list.
#[derive(Debug, Default)]
pub(super) struct Grams {
    bits: Vec<u64>,
    sorted: Vec<u64>,
}

/// The first eight bytes of `bytes` as one number.
pub(super) fn gram(bytes: &[u8]) -> Option<u64> {
    bytes.first_chunk::<GRAM>().map(|chunk| u64::from_le_bytes(*chunk))
}

impl Grams {
    /// The set of `all`.
    pub(super) fn new(mut all: Vec<u64>) -> Self {
        all.sort_unstable();
        all.dedup();
        let words = (all.len() / 4).next_power_of_two().max(64);
        let mut set = Self { bits: vec![0; words], sorted: all };
        for index in 0..set.sorted.len() {
            let (word, bit) = set.sorted.get(index).map_or((0, 0), |g| set.slot(*g));
            if let Some(word) = set.bits.get_mut(word) {
                *word |= bit;
            }
        }
        set
    }

    /// Calls `hit` with each offset in `text` at which a gram stands.
    pub(super) fn find(&self, text: &[u8], mut hit: impl FnMut(usize)) {
        if self.sorted.is_empty() {
            return;
        }
        for (at, window) in text.windows(GRAM).enumerate() {
            if gram(window).is_some_and(|g| self.contains(g)) {
                hit(at);
            }
        }
    }

    fn contains(&self, gram: u64) -> bool {
        let (word, bit) = self.slot(gram);
        self.bits.get(word).is_some_and(|w| w & bit != 0)
            && self.sorted.binary_search(&gram).is_ok()
    }

    fn slot(&self, gram: u64) -> (usize, u64) {
        let hash = gram.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 24;
        let word = (hash >> 6) as usize & self.bits.len().wrapping_sub(1);
        (word, 1 << (hash & 63))
    }
}
