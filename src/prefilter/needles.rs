//! Finds the words of a set in a text, whatever the case of their letters.
//!
//! Each word is known by four bytes of it. A vector step tells for 64 bytes at a
//! time where such four bytes may begin: the words are dealt into sixteen buckets, and a byte
//! belongs to a bucket if both its halves do. Only there the words themselves are compared.

use super::block::{Bits, WIDTH, each_chunk};
use super::dealing::{self, fold};
use super::lexicon::Lexicon;
use crate::model::Span;

/// How many bytes of a word are looked for in vectors.
pub(super) const DEPTH: usize = 4;

/// Buckets, in eights.
pub(super) const OCTETS: usize = 2;

/// Eight of the buckets of a byte at one depth: `low[b & 15] & high[b >> 4]`, one bit each.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Nibbles {
    pub(super) low: [u8; 16],
    pub(super) high: [u8; 16],
}

/// All buckets at all depths.
pub(super) type Tables = [[Nibbles; DEPTH]; OCTETS];

/// A word that was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Its index in the set.
    pub word: usize,
    /// Where it stands.
    pub span: Span,
}

/// Finds a few dozen words at the speed of vectors. More are found as well, but slower.
#[derive(Debug)]
pub struct Needles {
    words: Vec<Box<[u8]>>,
    /// How many bytes of each word stand before the ones that it is known by.
    offsets: Vec<usize>,
    known_by: Lexicon,
    tables: Tables,
}

impl Needles {
    /// For `words`, each of at least three bytes (a shorter one is never found).
    pub fn new<W: AsRef<[u8]>>(words: impl IntoIterator<Item = W>) -> Self {
        let words: Vec<Box<[u8]>> =
            words.into_iter().map(|w| w.as_ref().to_ascii_lowercase().into()).collect();
        let offsets = dealing::offsets(&words);
        let tails = words.iter().zip(&offsets).map(|(w, &at)| &w[at..]);
        Self {
            known_by: Lexicon::new(tails),
            tables: dealing::deal(&words, &offsets),
            words,
            offsets,
        }
    }

    /// Puts every occurrence of a word in `text` into `out`, by rising starts. `bits` is memory
    /// to work in.
    pub fn find(&self, text: &[u8], bits: &mut Vec<u64>, out: &mut Vec<Seen>) {
        out.clear();
        if self.words.is_empty() {
            return;
        }
        self.candidates(text, bits);
        let mut sorted = true;
        for (i, &candidates) in bits.iter().enumerate().filter(|(_, c)| **c != 0) {
            for bit in Bits(self.known_by.sifted(text, i * WIDTH, candidates)) {
                let at = i * WIDTH + bit;
                self.known_by.look_up(text, at, |word, _| {
                    let Some(seen) = self.whole(text, at, word) else { return };
                    sorted &= out.last().is_none_or(|l: &Seen| l.span.start <= seen.span.start);
                    out.push(seen);
                });
            }
        }
        if !sorted {
            out.sort_unstable_by_key(|s| (s.span.start, s.word));
        }
    }

    /// The word whose tail stands at `at`, if its head stands before.
    fn whole(&self, text: &[u8], at: usize, word: usize) -> Option<Seen> {
        let start = at.checked_sub(self.offsets[word])?;
        let len = self.words[word].len();
        let head = &self.words[word][..self.offsets[word]];
        let same = text[start..at].eq_ignore_ascii_case(head);
        same.then(|| Seen { word, span: Span::new(start, start + len) })
    }

    fn candidates(&self, text: &[u8], bits: &mut Vec<u64>) {
        bits.clear();
        bits.reserve(text.len() / WIDTH + 1);
        #[cfg(target_arch = "x86_64")]
        if super::avx2::candidates(text, &self.tables, bits) {
            return;
        }
        #[cfg(target_arch = "aarch64")]
        if super::neon::candidates(text, &self.tables, bits) {
            return;
        }
        portable(text, &self.tables, bits);
    }
}

/// Gives `blocks` first the text and then its end, filled up with NUL. It looks at all blocks of
/// what it gets behind which there are [`DEPTH`] bytes, and answers how many bytes those are.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub(super) fn to_the_end(text: &[u8], mut blocks: impl FnMut(&[u8]) -> usize) {
    let left = &text[blocks(text)..];
    let mut end = [0; 2 * WIDTH + DEPTH];
    end[..left.len()].copy_from_slice(left);
    blocks(&end[..left.len().next_multiple_of(WIDTH) + DEPTH]);
}

/// The way that needs no vectors.
fn portable(text: &[u8], tables: &Tables, bits: &mut Vec<u64>) {
    let tables: [[u16; 256]; DEPTH] = std::array::from_fn(|depth| {
        std::array::from_fn(|b| {
            let b = fold(b as u8);
            let of = |n: &Nibbles| n.low[usize::from(b & 15)] & n.high[usize::from(b >> 4)];
            u16::from_le_bytes(tables.each_ref().map(|octet| of(&octet[depth])))
        })
    });
    // The buckets that the bytes before this one leave, for a needle that began three bytes ago,
    // two, one.
    let mut open = [0; DEPTH];
    let mut position = 0;
    let mut word = 0;
    each_chunk(text, |chunk| {
        for &b in chunk {
            let b = usize::from(b);
            open = [
                tables[0][b],
                open[0] & tables[1][b],
                open[1] & tables[2][b],
                open[2] & tables[3][b],
            ];
            if open[DEPTH - 1] != 0 {
                let began = position + 1 - DEPTH;
                let places = if began / WIDTH == position / WIDTH {
                    Some(&mut word)
                } else {
                    bits.last_mut()
                };
                places.into_iter().for_each(|places| *places |= 1 << (began % WIDTH));
            }
            position += 1;
        }
        bits.push(std::mem::take(&mut word));
    });
    // A needle of three bytes may end the text.
    let begun = text.len().saturating_sub(DEPTH - 1);
    for began in begun..text.len() {
        bits.get_mut(began / WIDTH).into_iter().for_each(|places| *places |= 1 << (began % WIDTH));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(words: &[String], text: &str) -> Vec<(usize, usize)> {
        let lower = text.to_ascii_lowercase();
        let at = |i: usize| {
            words
                .iter()
                .enumerate()
                .filter(move |(_, w)| w.len() >= 3)
                .map(move |(n, w)| (i, n, w))
        };
        let begins = (0..text.len()).flat_map(at);
        begins.filter(|(i, _, w)| lower[*i..].starts_with(*w)).map(|(i, n, _)| (i, n)).collect()
    }

    proptest! {
        #[test]
        fn finds_what_the_plain_way_finds(
            words in prop::collection::vec("[a-d_-]{3,6}", 1..60),
            text in "[a-dA-D_-]{0,300}",
        ) {
            let needles = Needles::new(&words);
            let (mut bits, mut seen) = (Vec::new(), Vec::new());
            needles.find(text.as_bytes(), &mut bits, &mut seen);
            let mut found: Vec<_> = seen.iter().map(|s| (s.span.start, s.word)).collect();
            found.sort_unstable();
            prop_assert_eq!(found, plain(&words, &text));
        }

        #[test]
        fn all_ways_agree(text in prop::collection::vec(any::<u8>(), 0..300), words in prop::collection::vec("[ -~]{3,8}", 0..20)) {
            let needles = Needles::new(&words);
            let (mut chosen, mut bits) = (Vec::new(), Vec::new());
            needles.candidates(&text, &mut chosen);
            portable(&text, &needles.tables, &mut bits);
            // Behind the end lies nothing, and the ways differ in what they take that for.
            let sure = text.len().saturating_sub(DEPTH - 1);
            for at in 0..sure {
                let of = |bits: &[u64]| bits[at / WIDTH] >> (at % WIDTH) & 1;
                prop_assert_eq!(of(&chosen), of(&bits), "{}", at);
            }
        }
    }
}
