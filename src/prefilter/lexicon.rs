//! A set of words, known by their first bytes, whatever the case of their letters.

/// Fewest bytes of a word.
const LEAST: usize = 3;
/// Places of the table; a power of two, well above the number of beginnings in use.
const SLOTS: usize = 4096;

/// Finds out which words of a set begin at a given place.
#[derive(Debug)]
pub struct Lexicon {
    /// The words with the index that they were given by, those of one beginning side by side.
    words: Vec<(Box<[u8]>, u32)>,
    groups: Vec<Group>,
    /// Indices of groups, plus one, found by hash; 0 for none.
    slots: Vec<u16>,
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
    /// Of `words`, each of at least three bytes (a shorter one is never found), at most 4,000
    /// beginnings of which differ.
    pub fn new<W: AsRef<[u8]>>(words: impl IntoIterator<Item = W>) -> Self {
        let given = words.into_iter().zip(0..).filter(|(w, _)| w.as_ref().len() >= LEAST);
        let lower = |w: W| w.as_ref().to_ascii_lowercase().into_boxed_slice();
        let mut words: Vec<(Box<[u8]>, u32)> = given.map(|(w, i)| (lower(w), i)).collect();
        words.sort_unstable_by(|(a, i), (b, j)| {
            (beginning(folded(a, 0)), i).cmp(&(beginning(folded(b, 0)), j))
        });
        let mut lexicon = Self { words, groups: Vec::new(), slots: vec![0; SLOTS] };
        let mut first = 0;
        let words = &lexicon.words;
        for same in
            words.chunk_by(|(a, _), (b, _)| beginning(folded(a, 0)) == beginning(folded(b, 0)))
        {
            let end = first + same.len();
            lexicon.groups.push(Group {
                beginning: beginning(folded(&same[0].0, 0)),
                fourth: same.iter().fold(0, |all, (w, _)| all | fourths(w)),
                first: first as u32,
                end: end as u32,
            });
            first = end;
        }
        for (group, number) in lexicon.groups.iter().zip(1..SLOTS as u16) {
            let mut slot = slot_of(group.beginning);
            while lexicon.slots[slot] != 0 {
                slot = (slot + 1) % SLOTS;
            }
            lexicon.slots[slot] = number;
        }
        lexicon
    }

    /// Whether it has no word.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Calls `each` with the index and the length of every word that begins at `at`.
    #[inline]
    pub fn at(&self, text: &[u8], at: usize, mut each: impl FnMut(usize, usize)) {
        let next = folded(text, at);
        let mut slot = slot_of(beginning(next));
        loop {
            let Some(number) = self.slots[slot].checked_sub(1) else { return };
            let group = &self.groups[usize::from(number)];
            if group.beginning == beginning(next) {
                if group.fourth & fourth(next) != 0 {
                    for (word, index) in &self.words[group.first as usize..group.end as usize] {
                        let there = text.get(at..at + word.len());
                        if there.is_some_and(|t| t.eq_ignore_ascii_case(word)) {
                            each(*index as usize, word.len());
                        }
                    }
                }
                return;
            }
            slot = (slot + 1) % SLOTS;
        }
    }
}

/// A byte with the bit set that tells small letters from capitals.
pub(super) fn fold(b: u8) -> u8 {
    b | 0x20
}

/// The four bytes at `at`, folded; NUL where the text has ended.
fn folded(text: &[u8], at: usize) -> u32 {
    const FOLD: u32 = 0x2020_2020;
    if let Some(next) = text.get(at..).and_then(|t| t.first_chunk::<4>()) {
        return u32::from_le_bytes(*next) | FOLD;
    }
    let mut next = [0; 4];
    let rest = text.get(at..).unwrap_or_default();
    next[..rest.len()].copy_from_slice(rest);
    u32::from_le_bytes(next) | FOLD
}

fn beginning(folded: u32) -> u32 {
    folded & 0x00FF_FFFF
}

fn fourth(folded: u32) -> u32 {
    1 << (folded >> 24 & 31)
}

/// The fourth bytes that may follow a word's first three: its own, or any if it ends there.
fn fourths(word: &[u8]) -> u32 {
    if word.len() == LEAST { u32::MAX } else { fourth(folded(word, 0)) }
}

fn slot_of(beginning: u32) -> usize {
    const BITS: u32 = SLOTS.trailing_zeros();
    (beginning.wrapping_mul(0x9E37_79B1) >> (32 - BITS)) as usize
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
