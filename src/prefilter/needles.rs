//! Finds the words of a set in a text, whatever the case of their letters.
//!
//! Each word is known by four bytes of it. A vector step tells for 64 bytes at a time where such
//! four bytes may begin: the words are dealt into eight buckets, and four bytes belong to a bucket
//! if each of their features does. Only there the words themselves are compared.

use super::block::WIDTH;
use super::features::{BUCKETS, Bucket, DEPTH, Dealt, FULL, HALF, HALVES, Look, WHOLE, fold};
use super::lexicon::Lexicon;
use crate::model::Span;

/// The buckets, one bit each, that take each value of each feature, for tables of 16.
pub(super) type Tables = [[u8; 16]; HALF];

/// The same where the processor can look up 128.
pub(super) type Exact = [[u8; 128]; FULL];

// The words that are looked for on behalf of the built-in rules, dealt by the build script.
include!(concat!(env!("OUT_DIR"), "/dealt_words.rs"));

/// Places that are taken from a word of bits at once.
const FEW: usize = 3;

/// A word that was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Its index in the set.
    pub word: usize,
    /// Where it stands.
    pub span: Span,
}

/// Memory that a search uses again for every text.
#[derive(Debug, Default)]
pub struct Memory {
    /// One bit for each byte where a word may begin.
    bits: Vec<u64>,
    places: Vec<usize>,
}

impl Memory {
    /// Where the bits are.
    fn places(&mut self) -> &mut [usize] {
        let Self { bits, places } = self;
        #[cfg(target_arch = "x86_64")]
        if let Some(count) = super::avx2::places_of(bits, places) {
            return &mut places[..count];
        }
        let count = places_of(bits, places);
        &mut places[..count]
    }
}

/// Puts the numbers of the bits that are set in `bits` at the front of `places`, and answers how
/// many they are. How many there are in a word cannot be foretold, so a few are taken without a
/// question, and only more than those ask one.
#[inline(always)]
pub(super) fn places_of(bits: &[u64], places: &mut Vec<usize>) -> usize {
    let mut done = 0;
    for (word, base) in bits.iter().zip((0..).step_by(WIDTH)) {
        if places.len() < done + WIDTH {
            places.resize(2 * (done + WIDTH), 0);
        }
        let mut left = *word;
        let mut next = || {
            let bit = left.trailing_zeros() as usize;
            left &= left.wrapping_sub(1);
            base + bit
        };
        let (few, more) = places[done..done + WIDTH].split_at_mut(FEW);
        few.iter_mut().for_each(|place| *place = next());
        let count = word.count_ones() as usize;
        if count > FEW {
            more[..count - FEW].iter_mut().for_each(|place| *place = next());
        }
        done += count;
    }
    done
}

/// Finds a few dozen words at the speed of vectors. More are found as well, but slower.
#[derive(Debug)]
pub struct Needles {
    words: Vec<Box<[u8]>>,
    /// How many bytes of each word stand before the ones that it is known by.
    offsets: Vec<usize>,
    known_by: Lexicon,
    tables: Tables,
    exact: Box<Exact>,
}

impl Needles {
    /// For `words`, each of at least three bytes (a shorter one is never found).
    pub fn new<W: AsRef<[u8]>>(words: impl IntoIterator<Item = W>) -> Self {
        let words: Vec<Box<[u8]>> =
            words.into_iter().map(|w| w.as_ref().to_ascii_lowercase().into()).collect();
        let dealt: Vec<Dealt> = words.iter().zip(0..).map(|(w, i)| dealt(w, i)).collect();
        let offsets: Vec<usize> = dealt.iter().map(|d| usize::from(d.offset)).collect();
        let tails = || words.iter().zip(&offsets).map(|(w, &at)| &w[at..]);
        let tables = tables(tails().zip(dealt.iter().map(|d| d.half)), &HALVES);
        let exact = Box::new(self::tables(tails().zip(dealt.iter().map(|d| d.full)), &WHOLE));
        Self { known_by: Lexicon::new(tails()), tables, exact, words, offsets }
    }

    /// Puts every occurrence of a word in `text` into `out`, by rising starts. `memory` is there
    /// to work in.
    pub fn find(&self, text: &[u8], memory: &mut Memory, out: &mut Vec<Seen>) {
        out.clear();
        if self.words.is_empty() {
            return;
        }
        self.candidates(text, &mut memory.bits);
        for &at in self.known_by.sifted(text, memory.places()) {
            self.known_by.look_up(text, at, |word, _| {
                let Some(seen) = self.whole(text, at, word) else { return };
                // It stands before the last few, if those are known by earlier letters.
                let order = |s: &Seen| (s.span.start, s.word);
                let behind = out.iter().rev().take_while(|s| order(s) > order(&seen)).count();
                out.insert(out.len() - behind, seen);
            });
        }
    }

    /// The word whose tail stands at `at`, if its head stands before.
    fn whole(&self, text: &[u8], at: usize, word: usize) -> Option<Seen> {
        let start = at.checked_sub(self.offsets[word])?;
        let len = self.words[word].len();
        let head = &self.words[word][..self.offsets[word]];
        // Few bytes, sooner compared here than by a call.
        let same = head.iter().zip(&text[start..at]).all(|(a, b)| *a == b.to_ascii_lowercase());
        same.then(|| Seen { word, span: Span::new(start, start + len) })
    }

    fn candidates(&self, text: &[u8], bits: &mut Vec<u64>) {
        bits.clear();
        bits.reserve(text.len() / WIDTH + 1);
        #[cfg(target_arch = "x86_64")]
        if super::avx512::candidates(text, &self.exact, bits)
            || super::avx2::candidates(text, &self.tables, bits)
        {
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

/// How `word`, the one with this number, is looked for. What the build script has not dealt goes
/// to any bucket.
fn dealt(word: &[u8], number: usize) -> Dealt {
    let known = DEALT.binary_search_by_key(&word, |(w, _)| w.as_bytes());
    let bucket = (number % BUCKETS) as u8;
    let any = Dealt { offset: 0, half: bucket, full: bucket };
    known.map_or(any, |at| DEALT[at].1)
}

/// The tables for words in buckets.
fn tables<'w, const F: usize, const VALUES: usize>(
    words: impl Iterator<Item = (&'w [u8], u8)>,
    look: &Look<F>,
) -> [[u8; VALUES]; F] {
    let mut buckets = [Bucket::EMPTY; BUCKETS];
    for (word, number) in words {
        let bucket = &mut buckets[usize::from(number)];
        *bucket = bucket.with(word, look);
    }
    let mut tables = [[0; VALUES]; F];
    for (number, bucket) in buckets.into_iter().enumerate() {
        for (table, taken) in tables.iter_mut().zip(bucket.0) {
            let values = table.iter_mut().enumerate().filter(|(at, _)| taken >> at & 1 == 1);
            values.for_each(|(_, buckets)| *buckets |= 1 << number);
        }
    }
    tables
}

/// The way that needs no vectors.
fn portable(text: &[u8], tables: &Tables, bits: &mut Vec<u64>) {
    let byte = |at: usize| text.get(at).copied().unwrap_or_default();
    let mut bytes = [0, byte(0), byte(1), byte(2)];
    for base in (0..text.len()).step_by(WIDTH) {
        let mut word = 0;
        for bit in 0..WIDTH.min(text.len() - base) {
            bytes = [bytes[1], bytes[2], bytes[3], byte(base + bit + DEPTH - 1)];
            let values = tables.iter().zip((HALVES.features)(bytes.map(fold)));
            let buckets = values.fold(u8::MAX, |all, (table, at)| all & table[at]);
            // No word has other bytes; behind the end of a short one may be anything.
            let ascii = bytes[..DEPTH - 1].is_ascii();
            word |= u64::from(ascii && buckets != 0) << bit;
        }
        bits.push(word);
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
            let (mut memory, mut seen) = (Memory::default(), Vec::new());
            needles.find(text.as_bytes(), &mut memory, &mut seen);
            let mut found: Vec<_> = seen.iter().map(|s| (s.span.start, s.word)).collect();
            found.sort_unstable();
            prop_assert_eq!(found, plain(&words, &text));
        }

        #[test]
        fn all_ways_agree(text in prop::collection::vec(any::<u8>(), 0..300), words in prop::collection::vec("[ -~]{3,8}", 0..20)) {
            let needles = Needles::new(&words);
            let mut bits = Vec::new();
            portable(&text, &needles.tables, &mut bits);
            let mut vectors = Vec::new();
            #[cfg(target_arch = "x86_64")]
            if crate::prefilter::avx2::candidates(&text, &needles.tables, &mut vectors) {
                prop_assert_eq!(&vectors[..bits.len()], &bits);
            }
            #[cfg(target_arch = "aarch64")]
            if crate::prefilter::neon::candidates(&text, &needles.tables, &mut vectors) {
                prop_assert_eq!(&vectors[..bits.len()], &bits);
            }
        }

        #[test]
        #[cfg(target_arch = "x86_64")]
        fn tables_of_seven_bits_agree(text in prop::collection::vec(32..127_u8, 0..300), words in prop::collection::vec("[ -~]{3,8}", 0..20)) {
            let needles = Needles::new(&words);
            let mut exact = Vec::new();
            if crate::prefilter::avx512::candidates(&text, &needles.exact, &mut exact) {
                for at in 0..text.len() {
                    let bytes = crate::prefilter::features::first(&text[at..]);
                    let values = needles.exact.iter().zip((WHOLE.features)(bytes));
                    let takes = values.fold(u8::MAX, |all, (table, at)| all & table[at]);
                    let is_set = exact[at / WIDTH] >> (at % WIDTH) & 1 == 1;
                    // Behind the end of the text are folded NUL bytes.
                    prop_assert!(is_set == (takes != 0) || at + DEPTH > text.len(), "{}", at);
                }
            }
        }
    }
}
