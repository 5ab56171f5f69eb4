//! How the words of [`super::needles`] are told from other text: by which four bytes of each it is
//! known, and which words share a bucket. Both are chosen so that ordinary text is seldom taken
//! for a word. Only the build script has the time for that.

use super::features::{BUCKETS, Bucket, DEPTH, Dealt, HALVES, Look, WHOLE, fold};
use std::collections::{HashMap, HashSet};

/// How often the best dealing is shaken to find a better one; halves of bytes take more of it.
const SHAKES: usize = 20;
const SHAKES_OF_HALVES: usize = 100;
/// How many words change their buckets each time.
const SHAKEN: usize = 14;

/// So many words with the same bytes are known by those.
const MANY: usize = 5;

/// Which of the usual four bytes have something in common: a bit each.
type Bits = Vec<u64>;

/// What ordinary text is made of: its most frequent four bytes, folded, and how often each stands
/// in a million bytes.
pub(super) struct Usual {
    grams: Vec<([u8; DEPTH], f64)>,
    counts: HashMap<[u8; DEPTH], f64>,
}

/// Ordinary text in the features of a look at it.
struct Looked<const F: usize> {
    look: &'static Look<F>,
    /// How often each of its usual bytes stands in a million.
    counts: Vec<f64>,
    /// Which of those have each value of each feature.
    having: [Vec<Bits>; F],
    /// How often each feature has each value.
    shares: [Vec<f64>; F],
    /// The share of text that is none of them, at these features' mercy.
    rest: f64,
}

/// More than any feature's value.
const VALUES: usize = 128;

impl Usual {
    /// From lines of four bytes, a space, and how often they stand in a million bytes.
    pub(super) fn read(text: &[u8]) -> Self {
        let line = |line: &[u8]| {
            let (gram, count) = line.split_first_chunk::<DEPTH>()?;
            let count: f64 = std::str::from_utf8(count).ok()?.trim().parse().ok()?;
            Some((gram.map(fold), count))
        };
        let grams: Vec<_> = text.split(|b| *b == b'\n').filter_map(line).collect();
        let counts = grams.iter().copied().collect();
        Self { grams, counts }
    }

    /// How often four bytes stand in a million bytes, as far as is known.
    fn count(&self, gram: &[u8]) -> f64 {
        let count = gram.first_chunk().and_then(|gram| self.counts.get(&gram.map(fold)));
        count.copied().unwrap_or(0.0)
    }
}

impl<const F: usize> Looked<F> {
    fn new(usual: &Usual, look: &'static Look<F>) -> Self {
        let sum: f64 = usual.grams.iter().map(|(_, count)| count).sum();
        let none = vec![0; usual.grams.len().div_ceil(64)];
        let mut shares = std::array::from_fn(|_| vec![0.0; VALUES]);
        let mut having = std::array::from_fn(|_| vec![none.clone(); VALUES]);
        for (number, (gram, count)) in usual.grams.iter().enumerate() {
            for (feature, at) in (look.features)(*gram).into_iter().enumerate() {
                shares[feature][at] += count / sum;
                having[feature][at][number / 64] |= 1 << (number % 64);
            }
        }
        let counts = usual.grams.iter().map(|(_, count)| *count).collect();
        Self { look, counts, having, shares, rest: (1e6 - sum).max(0.0) }
    }

    /// Which of the usual bytes have each of the values of a feature that are set in `values`.
    fn having(&self, feature: usize, values: u128) -> impl Iterator<Item = &Bits> {
        let having = self.having[feature].iter().enumerate();
        having.filter(move |(at, _)| values >> at & 1 == 1).map(|(_, bits)| bits)
    }

    /// How much of ordinary text has one of those values.
    fn share(&self, feature: usize, values: u128) -> f64 {
        let shares = self.shares[feature].iter().enumerate();
        shares.filter(|(at, _)| values >> at & 1 == 1).map(|(_, share)| share).sum()
    }
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
    let halves = places(&grams, &Looked::new(usual, &HALVES), SHAKES_OF_HALVES);
    let whole = places(&grams, &Looked::new(usual, &WHOLE), SHAKES);
    let dealt = |(gram, &offset): (&&[u8], &usize)| {
        let at = grams.iter().position(|g| g == gram).unwrap_or(0);
        Dealt { offset: offset as u8, half: halves[at] as u8, full: whole[at] as u8 }
    };
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

/// A bucket with words in it.
#[derive(Clone)]
struct Filled<const F: usize> {
    bucket: Bucket<F>,
    /// Which of the usual bytes it takes, by each feature.
    taken: Vec<Bits>,
    /// How often ordinary text is taken for one of its words.
    odds: f64,
}

impl<const F: usize> Filled<F> {
    fn empty(usual: &Looked<F>) -> Self {
        let none = vec![0; usual.counts.len().div_ceil(64)];
        Self { bucket: Bucket::EMPTY, taken: vec![none; F], odds: 0.0 }
    }

    /// With `grams` in it.
    fn of<'g>(grams: impl Iterator<Item = &'g &'g [u8]>, usual: &Looked<F>) -> Self {
        let mut filled = Self::empty(usual);
        grams.for_each(|gram| filled.take(filled.bucket.with(gram, usual.look), usual));
        filled.odds = filled.odds_as(filled.bucket, usual);
        filled
    }

    /// Puts one more word into it.
    fn put(&mut self, gram: &[u8], usual: &Looked<F>) {
        let bucket = self.bucket.with(gram, usual.look);
        self.odds = self.odds_as(bucket, usual);
        self.take(bucket, usual);
    }

    fn take(&mut self, bucket: Bucket<F>, usual: &Looked<F>) {
        for (feature, taken) in self.taken.iter_mut().enumerate() {
            for having in usual.having(feature, bucket.0[feature] & !self.bucket.0[feature]) {
                taken.iter_mut().zip(having).for_each(|(taken, having)| *taken |= having);
            }
        }
        self.bucket = bucket;
    }

    /// How often in a million bytes of ordinary text one is taken for a word of it, if it took as
    /// much as `bucket`, which takes no less.
    fn odds_as(&self, bucket: Bucket<F>, usual: &Looked<F>) -> f64 {
        let mut known = vec![u64::MAX; usual.counts.len().div_ceil(64)];
        let mut odds = usual.rest;
        for (feature, taken) in self.taken.iter().enumerate() {
            let values = bucket.0[feature];
            odds *= usual.share(feature, values);
            let mut new = usual.having(feature, values & !self.bucket.0[feature]);
            match (new.next(), new.next()) {
                (None, _) => known.iter_mut().zip(taken).for_each(|(known, t)| *known &= t),
                (Some(one), None) => {
                    let both = known.iter_mut().zip(taken).zip(one);
                    both.for_each(|((known, t), one)| *known &= t | one);
                }
                // A word that may go on with anything.
                _ => {}
            }
        }
        for (word, mut known) in known.into_iter().enumerate().filter(|(_, known)| *known != 0) {
            while known != 0 {
                let at = word * 64 + known.trailing_zeros() as usize;
                odds += usual.counts.get(at).copied().unwrap_or(0.0);
                known &= known - 1;
            }
        }
        odds
    }

    /// How much oftener that would be with one more word in it.
    fn cost(&self, gram: &[u8], usual: &Looked<F>) -> f64 {
        let bucket = self.bucket.with(gram, usual.look);
        if bucket == self.bucket { 0.0 } else { self.odds_as(bucket, usual) - self.odds }
    }
}

/// The bucket of each of `grams`.
fn places<const F: usize>(grams: &[&[u8]], usual: &Looked<F>, shakes: usize) -> Vec<usize> {
    let mut best = Dealing::new(grams, usual);
    let mut random: u64 = 1;
    let mut below = |limit: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (random >> 33) as usize % limit.max(1)
    };
    for _ in 0..shakes {
        let mut next = best.clone();
        let moved: Vec<(usize, usize)> =
            (0..SHAKEN).map(|_| (below(grams.len()), below(BUCKETS))).collect();
        next.shake(&moved);
        if next.odds() < best.odds() {
            best = next;
        }
    }
    best.places
}

/// A way to deal words.
#[derive(Clone)]
struct Dealing<'a, const F: usize> {
    grams: &'a [&'a [u8]],
    usual: &'a Looked<F>,
    places: Vec<usize>,
    buckets: Vec<Filled<F>>,
}

impl<'a, const F: usize> Dealing<'a, F> {
    /// Each word where it does least harm to those before it.
    fn new(grams: &'a [&'a [u8]], usual: &'a Looked<F>) -> Self {
        let buckets = vec![Filled::empty(usual); BUCKETS];
        let mut dealing = Self { grams, usual, places: Vec::new(), buckets };
        for gram in grams {
            let place = dealing.best_for(gram);
            dealing.put(gram, place);
            dealing.places.push(place);
        }
        dealing.settle();
        dealing
    }

    fn odds(&self) -> f64 {
        self.buckets.iter().map(|bucket| bucket.odds).sum()
    }

    fn best_for(&self, gram: &[u8]) -> usize {
        let costs = self.buckets.iter().map(|bucket| bucket.cost(gram, self.usual)).enumerate();
        costs.min_by(|(_, a), (_, b)| a.total_cmp(b)).map_or(0, |(place, _)| place)
    }

    fn put(&mut self, gram: &[u8], place: usize) {
        self.buckets[place].put(gram, self.usual);
    }

    /// Deals each word again, for what was dealt first may lie better once all are there.
    fn settle(&mut self) {
        loop {
            let before = self.odds();
            for at in 0..self.grams.len() {
                let old = self.places[at];
                self.places[at] = BUCKETS;
                self.fill(old);
                self.places[at] = self.best_for(self.grams[at]);
                self.put(self.grams[at], self.places[at]);
            }
            if self.odds() > before * 0.999 {
                return;
            }
        }
    }

    /// Fills a bucket anew with the words that are dealt to it.
    fn fill(&mut self, place: usize) {
        let inside = self.grams.iter().zip(&self.places).filter(|(_, p)| **p == place);
        let inside = inside.map(|(gram, _)| gram);
        let bucket =
            inside.clone().fold(Bucket::EMPTY, |all, gram| all.with(gram, self.usual.look));
        if bucket != self.buckets[place].bucket {
            self.buckets[place] = Filled::of(inside, self.usual);
        }
    }

    /// Moves some words, by number, to other buckets, and settles all.
    fn shake(&mut self, moved: &[(usize, usize)]) {
        moved.iter().for_each(|(word, place)| self.places[*word] = *place);
        (0..BUCKETS).for_each(|place| self.fill(place));
        self.settle();
    }
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
            assert!(usize::from(dealt.half.max(dealt.full)) < BUCKETS);
        }
        for bucket in [|dealt: Dealt| dealt.half, |dealt: Dealt| dealt.full] {
            assert_eq!(bucket(dealt[0]), bucket(dealt[2]), "the same bytes, the same bucket");
            assert_ne!(bucket(dealt[0]), bucket(dealt[1]), "kept away from what is not alike");
        }
    }
}
