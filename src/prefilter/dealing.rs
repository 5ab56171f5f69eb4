//! How the words of [`super::needles`] are told from other text: by which bytes of each it is
//! known, and which words share a bucket. Both are chosen so that ordinary text is seldom taken
//! for a word.

use super::needles::{DEPTH, Nibbles, OCTETS, Tables};
use std::collections::HashMap;

/// Buckets; one bit of a byte each.
const BUCKETS: usize = 8 * OCTETS;

/// So many words with the same bytes are known by those.
const MANY: usize = 5;

/// What many words of code and of prose have in them.
const USUAL: [&[u8]; 64] = [
    b"ing", b"ion", b"tio", b"ent", b"the", b"and", b"str", b"rin", b"con", b"onf", b"fig",
    b"nam", b"ame", b"ser", b"val", b"lue", b"get", b"set", b"est", b"for", b"ret", b"urn",
    b"unc", b"int", b"cha", b"cla", b"ass", b"def", b"end", b"err", b"ror", b"ter", b"ati",
    b"ort", b"por", b"imp", b"exp", b"pro", b"res", b"ess", b"ste", b"tes", b"dat", b"ata",
    b"bas", b"ase", b"inf", b"nfo", b"wor", b"ord", b"boo", b"ook", b"tri", b"ile", b"pat",
    b"ath", b"ica", b"cat", b"use", b"age", b"com", b"per", b"ver", b"key",
];

/// A byte with the bit set that tells small letters from capitals.
pub(super) fn fold(b: u8) -> u8 {
    b | 0x20
}

/// For each word, how many bytes of it stand before those that it is known by. Those are not
/// usual in other words; if many words hold the same, they are known by it, so that there is less
/// to look for.
pub(super) fn offsets(words: &[Box<[u8]>]) -> Vec<usize> {
    let mut known: HashMap<&[u8], usize> = HashMap::new();
    for gram in words.iter().flat_map(|w| w.windows(DEPTH)) {
        *known.entry(gram).or_default() += 1;
    }
    let worth = |gram: &[u8]| {
        let common: u32 = gram.iter().map(|&b| share(fold(b))).sum();
        let usual = gram.windows(3).filter(|part| USUAL.contains(part)).count();
        (std::cmp::Reverse(usual), known.get(gram) >= Some(&MANY), std::cmp::Reverse(common))
    };
    let best = |word: &[u8]| {
        let grams = word.windows(DEPTH).enumerate();
        grams.max_by_key(|(_, gram)| worth(gram)).map_or(0, |(at, _)| at)
    };
    words.iter().map(|word| best(word)).collect()
}

/// Deals what words are known by into buckets.
pub(super) fn deal(words: &[Box<[u8]>], offsets: &[usize]) -> Tables {
    let tails = words.iter().zip(offsets).map(|(w, &at)| &w[at..]);
    let mut grams: Vec<Vec<u8>> =
        tails.map(|t| t.iter().take(DEPTH).map(|&b| fold(b)).collect()).collect();
    // The short ones first: they are the most often met, and best kept among themselves.
    grams.sort_unstable_by_key(|g| (g.len(), g.clone()));
    grams.dedup();
    let mut buckets = [[Nibbles::default(); DEPTH]; BUCKETS];
    for gram in &grams {
        let cost = |bucket: &[Nibbles; DEPTH]| odds(&with(bucket, gram)) - odds(bucket);
        let costs = buckets.iter().map(cost).enumerate();
        if let Some((best, _)) = costs.min_by(|(_, a), (_, b)| a.total_cmp(b)) {
            buckets[best] = with(&buckets[best], gram);
        }
    }
    let mut tables = Tables::default();
    for (i, bucket) in buckets.iter().enumerate() {
        for (all, own) in tables[i / 8].iter_mut().zip(bucket) {
            let set = |all: &mut u8, own: &u8| *all |= own << (i % 8);
            all.low.iter_mut().zip(&own.low).for_each(|(all, own)| set(all, own));
            all.high.iter_mut().zip(&own.high).for_each(|(all, own)| set(all, own));
        }
    }
    tables
}

/// The bucket with one more word in it; whether a half belongs to it is 0 or 1 here.
fn with(bucket: &[Nibbles; DEPTH], gram: &[u8]) -> [Nibbles; DEPTH] {
    let mut bucket = *bucket;
    for (depth, nibbles) in bucket.iter_mut().enumerate() {
        match gram.get(depth) {
            Some(&b) => {
                nibbles.low[usize::from(b & 15)] = 1;
                nibbles.high[usize::from(b >> 4)] = 1;
            }
            None => *nibbles = Nibbles { low: [1; 16], high: [1; 16] },
        }
    }
    bucket
}

/// How likely four bytes of ordinary text are taken for a word of the bucket.
fn odds(bucket: &[Nibbles; DEPTH]) -> f64 {
    let all: u32 = (0x20..0x80).map(share).sum();
    let at = |nibbles: &Nibbles| {
        let taken =
            |b: &u8| nibbles.low[usize::from(b & 15)] & nibbles.high[usize::from(b >> 4)] != 0;
        f64::from((0x20..0x80).filter(taken).map(share).sum::<u32>()) / f64::from(all)
    };
    bucket.iter().map(at).product()
}

/// The share of a byte in code, in thousandths, roughly, after folding.
fn share(b: u8) -> u32 {
    match b {
        b' ' => 160,
        b'e' | b't' => 65,
        b'a' | b'o' | b'i' | b'n' | b's' | b'r' => 45,
        b'l' | b'c' | b'd' | b'p' | b'u' | b'm' => 26,
        b'f' | b'h' | b'g' | b'b' | b'y' => 13,
        b'-' | b'.' | b'/' | b'=' | b'"' | b'(' | b')' | b',' | b';' | 0x7F => 12,
        b'0'..=b'9' | b':' | b'*' | b'>' | b'<' | b'k' | b'v' | b'w' | b'x' => 7,
        _ => 2,
    }
}
