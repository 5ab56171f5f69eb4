//! A set of words, known by their first bytes, whatever the case of their letters.

use crate::model::Span;
use std::ops::Range;

/// Fewest bytes of a word.
const LEAST: usize = 3;
/// Places of the table for each beginning, at least.
const ROOM: usize = 4;

/// Places of the sieve; a power of two.
const SIEVE: usize = 1 << 12;
/// Places that are looked at together; each is told by a byte.
const SPAN: usize = 256;

/// Bytes of a word that are compared at once.
const HEAD: usize = size_of::<u64>();

/// The bit that tells small letters from capitals, in four bytes.
const FOLD: u32 = 0x2020_2020;
/// The first three of four bytes.
const BEGINNING: u32 = 0x00FF_FFFF;

/// Finds out which words of a set begin at a given place.
#[derive(Debug)]
pub struct Lexicon {
    /// Those of one beginning side by side.
    words: Vec<Word>,
    letters: Vec<u8>,
    groups: Vec<Group>,
    /// Indices of groups, plus one, found by hash; 0 for none. There is a power of two of them.
    slots: Vec<u32>,
    sieve: Sieve,
}

/// A word with the index that it was given by.
#[derive(Debug, Clone, Copy)]
struct Word {
    /// Its first [`HEAD`] bytes, as far as it has them.
    head: u64,
    /// The bits in which a text must be the same: none behind its end, and all of a byte but, in a
    /// letter, the one that tells capitals.
    mask: u64,
    index: u32,
    /// Where the lexicon has its letters, all small.
    start: u32,
    len: u32,
}

impl Word {
    /// The word whose letters are at the end of `letters`, from `start` on.
    fn new(letters: &[u8], start: usize, index: u32) -> Self {
        let own = &letters[start..];
        let (mut head, mut mask) = ([0; HEAD], [0; HEAD]);
        for ((head, mask), &b) in head.iter_mut().zip(&mut mask).zip(own) {
            *head = b;
            *mask = if b.is_ascii_lowercase() { !0x20 } else { 0xFF };
        }
        let [head, mask] = [head, mask].map(u64::from_le_bytes);
        Self { head, mask, index, start: start as u32, len: own.len() as u32 }
    }

    fn letters<'l>(&self, letters: &'l [u8]) -> &'l [u8] {
        &letters[self.start as usize..][..self.len as usize]
    }

    /// Its first four bytes, folded.
    fn first(&self) -> u32 {
        self.head as u32 | FOLD
    }

    /// Whether `text` begins with it; `head` are its first bytes, which settle that for most.
    #[inline]
    fn begins(&self, letters: &[u8], text: &[u8], head: u64) -> bool {
        (head ^ self.head) & self.mask == 0
            && (self.len as usize <= HEAD || self.goes_on(letters, text))
    }

    /// Whether it does so behind its head.
    fn goes_on(&self, letters: &[u8], text: &[u8]) -> bool {
        let rest = text.get(HEAD..self.len as usize);
        rest.is_some_and(|rest| rest.eq_ignore_ascii_case(&self.letters(letters)[HEAD..]))
    }
}

/// For each hash of three bytes the fourth ones that may follow. Most text falls through.
#[derive(Debug)]
struct Sieve(Box<[u32; SIEVE]>);

impl Sieve {
    fn new(words: &[Word]) -> Self {
        let mut sieve = Self(Box::new([0; SIEVE]));
        words.iter().for_each(|word| sieve.0[Self::hash(word.first())] |= fourths(word));
        sieve
    }

    #[inline]
    fn passes(&self, next: u32) -> bool {
        self.0[Self::hash(next)] & fourth(next) != 0
    }

    #[inline]
    fn hash(next: u32) -> usize {
        (hash(beginning(next)) >> (32 - SIEVE.trailing_zeros())) as usize
    }
}

/// Words with the same first three bytes.
#[derive(Debug)]
struct Group {
    beginning: u32,
    /// One bit for each fourth byte that occurs, as far as its low five bits tell.
    fourth: u32,
    first: u32,
    end: u32,
}

impl Lexicon {
    /// Of `words`, each of at least three bytes (a shorter one is never found).
    pub fn new<W: AsRef<[u8]>>(words: impl IntoIterator<Item = W>) -> Self {
        let mut letters = Vec::new();
        let given = words.into_iter().zip(0..).filter(|(w, _)| w.as_ref().len() >= LEAST);
        let given: Vec<Word> = given
            .map(|(word, index)| {
                let start = letters.len();
                letters.extend(word.as_ref().iter().map(u8::to_ascii_lowercase));
                Word::new(&letters, start, index)
            })
            .collect();
        // In the order of their letters, which they mostly come in.
        let key = |(word, at): (&Word, u32)| {
            u64::from(beginning(word.first()).swap_bytes()) << 32 | u64::from(at)
        };
        let mut order: Vec<u64> = given.iter().zip(0..).map(key).collect();
        order.sort_unstable();
        let words: Vec<Word> = order.iter().map(|key| given[*key as u32 as usize]).collect();
        let sieve = Sieve::new(&words);
        let mut lexicon = Self { words, letters, groups: Vec::new(), slots: Vec::new(), sieve };
        let mut first = 0;
        for same in lexicon.words.chunk_by(|a, b| beginning(a.first()) == beginning(b.first())) {
            let end = first + same.len();
            lexicon.groups.push(Group {
                beginning: beginning(same[0].first()),
                fourth: same.iter().fold(0, |all, w| all | fourths(w)),
                first: first as u32,
                end: end as u32,
            });
            first = end;
        }
        lexicon.slots = vec![0; (lexicon.groups.len() * ROOM).next_power_of_two()];
        for (group, number) in lexicon.groups.iter().zip(1..) {
            let mut slot = lexicon.slot_of(group.beginning);
            while lexicon.slots[slot] != 0 {
                slot = lexicon.after(slot);
            }
            lexicon.slots[slot] = number;
        }
        lexicon
    }

    /// Where the search for a beginning starts.
    fn slot_of(&self, beginning: u32) -> usize {
        (hash(beginning) >> 8) as usize & (self.slots.len() - 1)
    }

    /// Where it goes on.
    fn after(&self, slot: usize) -> usize {
        (slot + 1) & (self.slots.len() - 1)
    }

    /// Calls `each` with the index and the length of every word that begins at `at`.
    #[inline]
    pub fn at(&self, text: &[u8], at: usize, each: impl FnMut(usize, usize)) {
        if self.sieve.passes(folded(text, at)) {
            self.look_up(text, at, each);
        }
    }

    /// Calls `each` with the index and the place of every word that begins in `within`.
    pub fn find(&self, text: &[u8], within: Span, mut each: impl FnMut(usize, Span)) {
        let mut places = [0; SPAN];
        for base in (within.start..within.end).step_by(SPAN) {
            let end = within.end.min(base + SPAN);
            for offset in self.passing(text, base..end, &mut places) {
                let at = base + usize::from(*offset);
                self.look_up(text, at, |word, len| each(word, Span::new(at, at + len)));
            }
        }
    }

    /// The places `within` at which a word may begin, by their distance from its start. As in
    /// [`Lexicon::sifted`], no branch.
    fn passing<'p>(
        &self,
        text: &[u8],
        within: Range<usize>,
        places: &'p mut [u8; SPAN],
    ) -> &'p [u8] {
        let mut kept = 0;
        let mut keep = |offset: usize, next| {
            places[kept % SPAN] = offset as u8;
            kept += usize::from(self.sieve.passes(next));
        };
        // Behind the last place of most stretches there are three more bytes.
        let whole = text.get(within.start..within.end + 3).unwrap_or_default();
        for (next, offset) in whole.windows(4).zip(0..) {
            keep(offset, <[u8; 4]>::try_from(next).map_or(0, u32::from_le_bytes) | FOLD);
        }
        if whole.is_empty() {
            within.zip(0..).for_each(|(at, offset)| keep(offset, folded(text, at)));
        }
        &places[..kept]
    }

    /// Those of the `places` at which a word may begin. There is no branch on any of them, for it
    /// could not be foretold.
    #[inline]
    pub(super) fn sifted<'p>(&self, text: &[u8], places: &'p mut [usize]) -> &'p [usize] {
        let mut kept = 0;
        for i in 0..places.len() {
            let at = places[i];
            places[kept] = at;
            kept += usize::from(self.sieve.passes(folded(text, at)));
        }
        &places[..kept]
    }

    /// As [`Lexicon::at`], where the sieve has been asked.
    pub(super) fn look_up(&self, text: &[u8], at: usize, mut each: impl FnMut(usize, usize)) {
        let head = first::<HEAD>(text, at);
        let (head, next) = (u64::from_le_bytes(head), folded(text, at));
        let mut slot = self.slot_of(beginning(next));
        loop {
            let Some(number) = self.slots[slot].checked_sub(1) else { return };
            let group = &self.groups[number as usize];
            if group.beginning == beginning(next) {
                if group.fourth & fourth(next) != 0 {
                    let words = &self.words[group.first as usize..group.end as usize];
                    let begins = |w: &&Word| w.begins(&self.letters, &text[at..], head);
                    for word in words.iter().filter(begins) {
                        each(word.index as usize, word.len as usize);
                    }
                }
                return;
            }
            slot = self.after(slot);
        }
    }
}

/// The four bytes at `at`, folded; NUL where the text has ended.
#[inline]
fn folded(text: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(first(text, at)) | FOLD
}

/// So many bytes at `at`; NUL where the text has ended.
#[inline]
fn first<const N: usize>(text: &[u8], at: usize) -> [u8; N] {
    if let Some(next) = text.get(at..).and_then(|t| t.first_chunk()) {
        return *next;
    }
    let mut next = [0; N];
    let rest = text.get(at..).unwrap_or_default();
    next[..rest.len()].copy_from_slice(rest);
    next
}

fn beginning(folded: u32) -> u32 {
    folded & BEGINNING
}

fn fourth(folded: u32) -> u32 {
    1 << (folded >> 24 & 31)
}

/// The fourth bytes that may follow a word's first three: its own, or any if it ends there.
fn fourths(word: &Word) -> u32 {
    if word.len as usize == LEAST { u32::MAX } else { fourth(word.first()) }
}

fn hash(folded: u32) -> u32 {
    folded.wrapping_mul(0x9E37_79B1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(words: &[&str], text: &str, at: usize) -> Vec<usize> {
        let mut all = Vec::new();
        Lexicon::new(words).at(text.as_bytes(), at, |i, _| all.push(i));
        all.sort_unstable();
        all
    }

    #[test]
    fn finds_all_words_that_begin_there() {
        let words = ["tok", "token", "token_id", "key", "to"];
        assert_eq!(found(&words, "my TOKEN_id", 3), [0, 1, 2]);
        assert_eq!(found(&words, "my token", 3), [0, 1]);
        assert_eq!(found(&words, "tok", 0), [0]);
        assert!(found(&words, "tokyo", 1).is_empty());
        assert!(found(&words, "x", 7).is_empty());
    }

    #[test]
    fn no_number_of_words_is_too_many() {
        let letters = |n: u32| [n / 900, n / 30 % 30, n % 30].map(|l| (b'A' + l as u8) as char);
        let words: Vec<String> = (0..9000)
            .map(|n| letters(n).iter().collect::<String>().to_ascii_lowercase())
            .collect();
        let lexicon = Lexicon::new(&words);
        for (index, word) in words.iter().enumerate() {
            let mut found = Vec::new();
            lexicon.at(word.as_bytes(), 0, |i, _| found.push(i));
            assert!(found.contains(&index), "{word}");
        }
    }

    proptest! {
        #[test]
        fn finds_what_the_plain_way_finds(
            words in prop::collection::vec("[a-c_]{3,5}", 1..40),
            text in "[a-cA-C_\u{7f}]{0,40}",
        ) {
            let lexicon = Lexicon::new(&words);
            for at in 0..=text.len() {
                let mut found = Vec::new();
                lexicon.at(text.as_bytes(), at, |i, len| found.push((i, len)));
                found.sort_unstable();
                let lower = text.to_ascii_lowercase();
                let begins = words.iter().enumerate().filter(|(_, w)| lower[at..].starts_with(*w));
                let plain: Vec<_> = begins.map(|(i, w)| (i, w.len())).collect();
                prop_assert_eq!(found, plain);
            }
        }
    }
}
