//! How the words of [`super::needles`] are told from other text: by which bytes of each it is
//! known, and which words share a bucket. Both are chosen so that ordinary text is seldom taken
//! for a word.

use super::block::Bits;
use super::needles::{DEPTH, Nibbles, OCTETS, Tables};
use std::collections::HashMap;

/// Buckets; one bit of a byte each.
const BUCKETS: usize = 8 * OCTETS;
/// How often each word is dealt again.
const ROUNDS: usize = 3;

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
    grams.sort_unstable();
    grams.dedup();
    let mut place: Vec<Option<usize>> = vec![None; grams.len()];
    let mut buckets = [(Bucket::default(), 0.0); BUCKETS];
    // What was dealt first may lie better once all are there.
    for at in (0..ROUNDS).flat_map(|_| 0..grams.len()) {
        if let Some(old) = place[at].take() {
            let inside = grams.iter().zip(&place).filter(|(_, p)| **p == Some(old));
            let bucket = inside.fold(Bucket::default(), |bucket, (gram, _)| bucket.with(gram));
            buckets[old] = (bucket, bucket.odds());
        }
        let costs = buckets.iter().map(|(bucket, odds)| {
            let more = bucket.with(&grams[at]);
            (more, more.odds() - odds)
        });
        let best = costs.enumerate().min_by(|(_, (_, a)), (_, (_, b))| a.total_cmp(b));
        if let Some((number, (bucket, cost))) = best {
            buckets[number] = (bucket, buckets[number].1 + cost);
            place[at] = Some(number);
        }
    }
    let mut tables = Tables::default();
    for (gram, number) in grams.iter().zip(place).filter_map(|(g, p)| Some((g, p?))) {
        Bucket::default().with(gram).write(&mut tables[number / 8], 1 << (number % 8));
    }
    tables
}

/// The halves of the bytes that a bucket takes, by depth: one bit for each low and high half.
#[derive(Debug, Clone, Copy, Default)]
struct Bucket([(u16, u16); DEPTH]);

impl Bucket {
    /// The same with one more word in it. What is behind a word's end may be anything.
    fn with(mut self, gram: &[u8]) -> Self {
        for (depth, (low, high)) in self.0.iter_mut().enumerate() {
            match gram.get(depth) {
                Some(b) => (*low, *high) = (*low | 1 << (b & 15), *high | 1 << (b >> 4)),
                None => (*low, *high) = (u16::MAX, u16::MAX),
            }
        }
        self
    }

    /// How likely four bytes of ordinary text are taken for a word of it.
    fn odds(self) -> f64 {
        let at = |(low, high): (u16, u16)| {
            // Text is ASCII, and folding sets a bit of each high half.
            let rows = [2, 3, 6, 7].into_iter().filter(|row| high >> row & 1 == 1);
            let bytes =
                rows.flat_map(|row| Bits(u64::from(low)).map(move |low| SHARES[row << 4 | low]));
            f64::from(bytes.sum::<u32>()) / f64::from(ALL)
        };
        self.0.into_iter().map(at).product()
    }

    fn write(self, octet: &mut [Nibbles; DEPTH], bit: u8) {
        for (nibbles, (low, high)) in octet.iter_mut().zip(self.0) {
            let set = |half: &mut [u8; 16], bits: u16| {
                let inside = half.iter_mut().enumerate().filter(|(i, _)| bits >> i & 1 == 1);
                inside.for_each(|(_, n)| *n |= bit);
            };
            set(&mut nibbles.low, low);
            set(&mut nibbles.high, high);
        }
    }
}

/// [`share`] of each byte of ASCII text.
const SHARES: [u32; 128] = {
    let (mut shares, mut b) = ([0; 128], 0x20);
    while b < 0x80 {
        shares[b] = if b & 0x20 == 0 { 0 } else { share(b as u8) };
        b += 1;
    }
    shares
};

/// The sum of all.
const ALL: u32 = {
    let (mut sum, mut b) = (0, 0);
    while b < SHARES.len() {
        sum += SHARES[b];
        b += 1;
    }
    sum
};

/// The share of a byte in code, in thousandths, roughly, after folding.
const fn share(b: u8) -> u32 {
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
