//! How the words of [`super::needles`] are told from other text: by which four bytes of each it is
//! known, and which words share a bucket. Both are chosen so that ordinary text is seldom taken
//! for a word. Only the build script has the time for that.

use super::features::{BUCKETS, Bucket, DEPTH, Dealt, FEATURES, features, fold};
use std::collections::{HashMap, HashSet};

/// How often each word is dealt again.
const ROUNDS: usize = 6;

/// So many words with the same bytes are known by those.
const MANY: usize = 5;

/// What ordinary text is made of.
pub(super) struct Usual {
    /// Its most frequent four bytes, folded, how often each stands in a million bytes.
    grams: HashMap<[u8; DEPTH], f64>,
    /// The same, in the order of the file.
    features: Vec<([usize; FEATURES], f64)>,
    /// How often each feature has each value.
    shares: [[f64; 16]; FEATURES],
    /// The share of text that is none of `grams`, at these features' mercy.
    rest: f64,
}

impl Usual {
    /// From lines of four bytes, a space, and how often they stand in a million bytes.
    pub(super) fn read(text: &[u8]) -> Self {
        let line = |line: &[u8]| {
            let (gram, count) = line.split_first_chunk::<DEPTH>()?;
            let count: f64 = std::str::from_utf8(count).ok()?.trim().parse().ok()?;
            Some((gram.map(fold), count))
        };
        let all: Vec<_> = text.split(|b| *b == b'\n').filter_map(line).collect();
        let sum: f64 = all.iter().map(|(_, count)| count).sum();
        let mut shares = [[0.0; 16]; FEATURES];
        for (gram, count) in &all {
            let values = shares.iter_mut().zip(features(*gram));
            values.for_each(|(share, at)| share[at] += count / sum);
        }
        Self {
            features: all.iter().map(|(gram, count)| (features(*gram), *count)).collect(),
            grams: all.into_iter().collect(),
            shares,
            rest: (1e6 - sum).max(0.0),
        }
    }

    /// How often in a million bytes of ordinary text the bucket is taken for a word of it.
    fn odds(&self, bucket: Bucket) -> f64 {
        let share = |(taken, share): (&u16, &[f64; 16])| {
            share
                .iter()
                .enumerate()
                .filter(|(at, _)| taken >> at & 1 == 1)
                .map(|(_, s)| s)
                .sum::<f64>()
        };
        let rest = bucket.0.iter().zip(&self.shares).map(share).product::<f64>() * self.rest;
        let known = self.features.iter().filter(|(features, _)| takes(bucket, features));
        rest + known.map(|(_, count)| count).sum::<f64>()
    }

    /// How often four bytes stand in a million bytes, as far as is known.
    fn count(&self, gram: &[u8]) -> f64 {
        let folded = gram.iter().map(|&b| fold(b)).collect::<Vec<u8>>();
        match <[u8; DEPTH]>::try_from(folded.as_slice()) {
            Ok(gram) => self.grams.get(&gram).copied().unwrap_or(0.0),
            Err(_) => self.odds(Bucket::default().with(gram)),
        }
    }
}

/// Whether `bucket` takes text of these features.
fn takes(bucket: Bucket, features: &[usize; FEATURES]) -> bool {
    bucket.0.iter().zip(features).all(|(taken, at)| taken >> at & 1 == 1)
}

/// Deals `words`, all of small letters.
pub(super) fn deal(words: &[&[u8]], usual: &Usual) -> Vec<Dealt> {
    let offsets = offsets(words, usual);
    let tails = words.iter().zip(&offsets).map(|(w, &at)| &w[at..]);
    let of_words: Vec<&[u8]> = tails.map(|t| &t[..t.len().min(DEPTH)]).collect();
    let mut grams = of_words.clone();
    // The short ones lead farthest astray; what comes later can keep out of their way.
    grams.sort_unstable_by_key(|g| (g.len(), *g));
    grams.dedup();
    let places = places(&grams, usual);
    let bucket = |gram: &&[u8]| grams.iter().position(|g| g == gram).map_or(0, |at| places[at]);
    let dealt = |(gram, &offset)| Dealt { offset: offset as u8, bucket: bucket(gram) as u8 };
    of_words.iter().zip(&offsets).map(dealt).collect()
}

/// For each word, how many bytes of it stand before those that it is known by: those of another
/// word, so that there is less to look for, else those that are seldom or in many words.
fn offsets(words: &[&[u8]], usual: &Usual) -> Vec<usize> {
    let mut holders: HashMap<&[u8], usize> = HashMap::new();
    for (_, gram) in words.iter().flat_map(|word| grams(word)) {
        *holders.entry(gram).or_default() += 1;
    }
    let worth = |gram: &[u8]| {
        let many = holders.get(gram).is_some_and(|n| *n >= MANY);
        usual.count(gram) - if many { 30.0 } else { 0.0 }
    };
    let mut offsets = vec![0; words.len()];
    let mut chosen: HashSet<&[u8]> = HashSet::new();
    let mut order: Vec<usize> = (0..words.len()).collect();
    order.sort_by_key(|at| words[*at].len());
    for number in order {
        let known = grams(words[number]).find(|(_, gram)| chosen.contains(gram));
        let best = || grams(words[number]).min_by(|(_, a), (_, b)| worth(a).total_cmp(&worth(b)));
        if let Some((at, gram)) = known.or_else(best) {
            offsets[number] = at;
            chosen.insert(gram);
        }
    }
    offsets
}

/// The bytes that `word` could be known by, and how many stand before them.
fn grams(word: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let starts = 0..=word.len().saturating_sub(DEPTH).min(usize::from(u8::MAX));
    starts.map(|at| (at, &word[at..word.len().min(at + DEPTH)]))
}

/// The bucket of each of `grams`.
fn places(grams: &[&[u8]], usual: &Usual) -> Vec<usize> {
    let mut place: Vec<Option<usize>> = vec![None; grams.len()];
    let mut buckets = [(Bucket::default(), 0.0); BUCKETS];
    // What was dealt first may lie better once all are there.
    for at in (0..ROUNDS).flat_map(|_| 0..grams.len()) {
        if let Some(old) = place[at].take() {
            let inside = grams.iter().zip(&place).filter(|(_, p)| **p == Some(old));
            let bucket = inside.fold(Bucket::default(), |bucket, (gram, _)| bucket.with(gram));
            buckets[old] = (bucket, usual.odds(bucket));
        }
        let costs = buckets.iter().map(|(bucket, odds)| {
            let more = bucket.with(grams[at]);
            (more, usual.odds(more) - odds)
        });
        let best = costs.enumerate().min_by(|(_, (_, a)), (_, (_, b))| a.total_cmp(b));
        if let Some((number, (bucket, cost))) = best {
            buckets[number] = (bucket, buckets[number].1 + cost);
            place[at] = Some(number);
        }
    }
    place.into_iter().map(Option::unwrap_or_default).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_known_by_bytes_that_text_seldom_has() {
        let usual = Usual::read(include_bytes!("usual.txt"));
        let words: [&[u8]; 4] = [b"their_zxkq", b"key", b"zxkq", b"://"];
        let dealt = deal(&words, &usual);
        for (word, dealt) in words.iter().zip(&dealt) {
            let known = &word[usize::from(dealt.offset)..];
            assert!(known.len() == 3 || usual.count(&known[..DEPTH]) == 0.0);
            assert!(usize::from(dealt.bucket) < BUCKETS);
        }
        assert_eq!(dealt[0].bucket, dealt[2].bucket, "the same bytes, the same bucket");
        assert_ne!(dealt[0].bucket, dealt[1].bucket, "kept away from what is not alike");
    }
}
