//! The words from which a wallet is made: the last one holds a checksum of the others.
//!
//! Source: BIP-39; `bip39.txt` is its English word list (SHA-256 `2f5eed53a4727b4b…`).

use super::Verdict;
use super::form::Form;
use super::sha256::sha256;
use crate::model::Severity;
use std::ops::Range;

/// `bip39`.
pub(super) const BIP39: Form = Form {
    name: "bip39",
    about: "12 to 24 words of the list of BIP-39 with a right checksum",
    find: |text| phrases(text).max_by_key(|(_, words)| *words).map(|(place, _)| place),
    judge: |phrase| match indices(phrase) {
        Some(indices) if !matches!(indices.len(), 12 | 15 | 18 | 21 | 24) => {
            Verdict::Rejected("it has not the right number of words")
        }
        Some(indices) if !is_right(&indices) => Verdict::Rejected("its checksum is wrong"),
        Some(indices) if is_example(&indices) => {
            Verdict::Lesser(Severity::Low, "documented example".into())
        }
        Some(_) => Verdict::Proven("its checksum (BIP-39) is right".into()),
        None => Verdict::Rejected("its words are not all in the list"),
    },
    make: |phrase, random| {
        let words =
            match phrase.split(|b| !b.is_ascii_lowercase()).filter(|w| !w.is_empty()).count() {
                n @ (15 | 18 | 21 | 24) => n,
                _ => 12,
            };
        let raw: Vec<u8> = (0..words * 4 / 3).map(|_| random.next_u64() as u8).collect();
        Some(spelled(&raw).join(" ").into_bytes())
    },
};

/// The list, in alphabetical order.
const WORDS: &str = include_str!("bip39.txt");

fn list() -> Vec<&'static str> {
    WORDS.lines().collect()
}

/// Runs of lower-case words, with the number of words in each.
fn phrases(text: &[u8]) -> impl Iterator<Item = (Range<usize>, usize)> {
    let in_phrase = |b: &u8| b.is_ascii_lowercase() || *b == b' ';
    let mut start = 0;
    text.chunk_by(move |a, b| in_phrase(a) == in_phrase(b)).map(move |run| {
        let left = run.iter().take_while(|b| **b == b' ').count();
        let right = run.iter().rev().take_while(|b| **b == b' ').count();
        let place = start + left..(start + run.len() - right).max(start + left);
        start += run.len();
        let letters = run.first().is_some_and(in_phrase);
        let words = run.split(|b| *b == b' ').filter(|w| !w.is_empty()).count();
        (place, if letters { words } else { 0 })
    })
}

/// The places of the words in the list.
fn indices(phrase: &[u8]) -> Option<Vec<usize>> {
    let list = list();
    let words = phrase.split(|b| !b.is_ascii_lowercase()).filter(|w| !w.is_empty());
    let place = |word: &[u8]| list.binary_search_by(|w| w.as_bytes().cmp(word)).ok();
    words.take(25).map(place).collect()
}

/// Whether the spare bits of the last word are those of the digest.
fn is_right(indices: &[usize]) -> bool {
    let bits: Vec<u8> =
        indices.iter().flat_map(|i| (0..11).rev().map(move |k| (i >> k & 1) as u8)).collect();
    let (entropy, sum) = bits.split_at(bits.len() * 32 / 33);
    let byte = |bits: &[u8]| bits.iter().fold(0, |n, b| n << 1 | b);
    let raw: Vec<u8> = entropy.chunks(8).map(byte).collect();
    sha256(&raw).first().map(|b| b >> (8 - sum.len())) == Some(byte(sum))
}

/// One word nearly throughout, as in the vectors of the standard, or the phrase that test
/// networks use.
fn is_example(indices: &[usize]) -> bool {
    let common = indices.first().map(|f| indices.iter().filter(|i| *i == f).count());
    let list = list();
    let word = |i: usize| indices.get(i).and_then(|n| list.get(*n)).copied();
    common > Some(indices.len() / 2)
        || [word(0), word(1), word(11)] == [Some("test"), Some("test"), Some("junk")]
}

/// The words for `raw` and its checksum.
fn spelled(raw: &[u8]) -> Vec<&'static str> {
    let list = list();
    let all: Vec<u8> = raw.iter().chain(sha256(raw).first()).copied().collect();
    let bit = |i: usize| usize::from(all.get(i / 8).map_or(0, |b| b >> (7 - i % 8) & 1));
    let words = raw.len() * 3 / 4;
    let index = |w: usize| (0..11).fold(0, |n, k| n << 1 | bit(w * 11 + k));
    (0..words).filter_map(|w| list.get(index(w)).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{mended, passes, rejected, verdict};
    use super::*;

    #[test]
    fn the_list_is_the_standard_one() {
        let digest = data_encoding::HEXLOWER.encode(&sha256(WORDS.as_bytes()));
        assert!(digest.starts_with("2f5eed53a4727b4b"), "{digest}");
        assert!(list().is_sorted() && list().len() == 2048);
    }

    #[test]
    fn the_last_word_holds_a_checksum() {
        passes("bip39", "(?:[a-z]{3,8} ){11}[a-z]{3,8}");
        passes("bip39", "mnemonic = \"(?:[a-z]{3,8} ){23}[a-z]{3,8}\"");
        let right = mended("bip39", "(?:[a-z]{3,8} ){11}[a-z]{3,8}", 3);
        let text = String::from_utf8_lossy(&right).into_owned();
        let mut words: Vec<&str> = text.split(' ').collect();
        words.rotate_left(1);
        assert!(rejected("bip39", words.join(" ").as_bytes()));
        assert!(rejected("bip39", b"there are twelve words in here but they are of no list"));
        assert!(rejected("bip39", b"abandon about"));
    }

    #[test]
    fn examples_are_known() {
        let vector = ["abandon "; 11].concat() + "about";
        let network = ["test "; 11].concat() + "junk";
        for phrase in [vector, network] {
            assert!(
                matches!(verdict("bip39", phrase.as_bytes()), Verdict::Lesser(..)),
                "{phrase}"
            );
        }
    }
}
