//! What 64 bytes are, one bit a byte.

use crate::rule::is_token;

/// Bytes in a block.
pub(super) const WIDTH: usize = 64;

/// What most escapes begin with, and what stands between numbers in a row.
pub(super) const ESCAPES: [u8; 4] = *b"\\%&,";
/// A block with so many of those is dense. A credential of 16 characters that is all escapes makes
/// one, wherever the blocks' borders fall.
pub(super) const DENSE: u32 = 7;

/// The classes of 64 bytes; bit 0 is the first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// `[A-Za-z0-9_+/.=~-]`.
    pub(super) token: u64,
    /// Letters and digits.
    pub(super) alnum: u64,
    /// Digits.
    pub(super) digit: u64,
    /// Capital letters.
    pub(super) upper: u64,
    /// Whether escapes are frequent in it.
    pub(super) dense: bool,
}

/// The blocks of a text, class by class, so that a vector takes several. Behind them stands an empty
/// one, and then what is left of longer texts before.
#[derive(Debug, Default)]
pub(super) struct Classes {
    /// How many blocks the text has.
    pub(super) count: usize,
    pub(super) token: Vec<u64>,
    pub(super) alnum: Vec<u64>,
    pub(super) digit: Vec<u64>,
    pub(super) upper: Vec<u64>,
    pub(super) dense: Vec<bool>,
}

impl Classes {
    /// Takes the blocks of `text` as `classify` gives them.
    #[inline(always)]
    pub(super) fn fill(&mut self, text: &[u8], classify: impl Fn(&[u8; WIDTH]) -> Block) {
        let Self { count, token, alnum, digit, upper, dense } = self;
        *count = text.len().div_ceil(WIDTH);
        for words in [&mut *token, &mut *alnum, &mut *digit, &mut *upper] {
            words.resize(words.len().max(*count + 1), 0);
            words[*count] = 0;
        }
        dense.resize(dense.len().max(*count), false);
        let masks = token.iter_mut().zip(alnum).zip(digit.iter_mut().zip(upper));
        let mut places = masks.zip(dense);
        each_chunk(text, |chunk| {
            let block = classify(chunk);
            if let Some((((token, alnum), (digit, upper)), dense)) = places.next() {
                (*token, *alnum) = (block.token, block.alnum);
                (*digit, *upper, *dense) = (block.digit, block.upper, block.dense);
            }
        });
    }
}

/// Learns what the bytes of `text` are; behind its end lie NUL bytes.
pub(super) fn classify(text: &[u8], out: &mut Classes) {
    #[cfg(target_arch = "x86_64")]
    if super::avx512::classify(text, out) || super::avx2::classify(text, out) {
        return;
    }
    #[cfg(target_arch = "aarch64")]
    if super::neon::classify(text, out) {
        return;
    }
    out.fill(text, portable);
}

/// Calls `each` with every 64 bytes of `text`, the last ones filled up with NUL.
#[inline(always)]
pub(super) fn each_chunk(text: &[u8], mut each: impl FnMut(&[u8; WIDTH])) {
    let (chunks, rest) = text.as_chunks::<WIDTH>();
    chunks.iter().for_each(&mut each);
    if !rest.is_empty() {
        let mut last = [0; WIDTH];
        last[..rest.len()].copy_from_slice(rest);
        each(&last);
    }
}

/// The set bits of a word, lowest first.
#[derive(Debug, Clone, Copy)]
pub struct Bits(pub u64);

impl Iterator for Bits {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let bit = self.0.trailing_zeros() as usize;
        (self.0 != 0).then(|| {
            self.0 &= self.0 - 1;
            bit
        })
    }
}

pub(super) const TOKEN: u8 = 1;
pub(super) const ALNUM: u8 = 2;
pub(super) const DIGIT: u8 = 4;
pub(super) const UPPER: u8 = 8;
pub(super) const ESCAPE: u8 = 16;

/// What each byte is.
pub(super) static CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut b = 0;
    while b < 256 {
        let c = b as u8;
        table[b] = (is_token(c) as u8 * TOKEN)
            | (c.is_ascii_alphanumeric() as u8 * ALNUM)
            | (c.is_ascii_digit() as u8 * DIGIT)
            | (c.is_ascii_uppercase() as u8 * UPPER);
        b += 1;
    }
    let mut i = 0;
    while i < ESCAPES.len() {
        table[ESCAPES[i] as usize] |= ESCAPE;
        i += 1;
    }
    table
};

/// The way that needs no vectors.
fn portable(chunk: &[u8; WIDTH]) -> Block {
    let mut block = Block::default();
    let mut escapes = 0;
    for (i, &b) in chunk.iter().enumerate() {
        let class = CLASS[usize::from(b)];
        let bit = |mask: u8| u64::from(class & mask != 0) << i;
        block.token |= bit(TOKEN);
        block.alnum |= bit(ALNUM);
        block.digit |= bit(DIGIT);
        block.upper |= bit(UPPER);
        escapes += u32::from(class & ESCAPE != 0);
    }
    block.dense = escapes >= DENSE;
    block
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_byte_is_classed() {
        let text: Vec<u8> = (0..=255).collect();
        let mut classes = Classes::default();
        classes.fill(&text, portable);
        for (i, b) in text.iter().enumerate() {
            let of = |class: &[u64]| class[i / WIDTH] >> (i % WIDTH) & 1 == 1;
            assert_eq!(of(&classes.token), is_token(*b), "{b}");
            assert_eq!(of(&classes.alnum), b.is_ascii_alphanumeric(), "{b}");
            assert_eq!(of(&classes.digit), b.is_ascii_digit(), "{b}");
            assert_eq!(of(&classes.upper), b.is_ascii_uppercase(), "{b}");
        }
    }

    fn all(c: &Classes) -> ([Vec<u64>; 4], Vec<bool>) {
        ([&c.token, &c.alnum, &c.digit, &c.upper].map(Vec::clone), c.dense.clone())
    }

    proptest! {
        #[test]
        fn all_ways_agree(text in prop::collection::vec(any::<u8>(), 0..400)) {
            let (mut plain, mut chosen) = (Classes::default(), Classes::default());
            plain.fill(&text, portable);
            classify(&text, &mut chosen);
            prop_assert_eq!(all(&plain), all(&chosen));
            #[cfg(target_arch = "x86_64")]
            if crate::prefilter::avx2::classify(&text, &mut chosen) {
                prop_assert_eq!(all(&plain), all(&chosen));
            }
        }
    }
}
