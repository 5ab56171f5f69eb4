//! What is known about a part of an expression: lengths, texts, token runs. Like its neighbours,
//! it is also compiled into the build script.

use super::anatomy::is_token;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Shortest anchor worth looking for.
pub(super) const MIN_ANCHOR: usize = 3;
/// Most literals that one place of a rule is spelled out to.
const MAX_SPELLINGS: usize = 16;
/// Most literals one rule may be anchored by.
const MAX_UNION: usize = 256;
/// Texts so frequent in code that any other anchor is better.
const COMMON: [&[u8]; 24] = [
    b"key",
    b"api",
    b"token",
    b"secret",
    b"password",
    b"pass",
    b"auth",
    b"access",
    b"client",
    b"user",
    b"app",
    b"pat",
    b"http",
    b"https",
    b"http://",
    b"https://",
    b"://",
    b"value",
    b"name",
    b"private",
    b"public",
    b"service",
    b"account",
    b"file",
];

/// A stretch of token characters that every match has.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Run {
    /// Its least length.
    pub(super) len: usize,
    /// Most characters that it can have in the expression; `None` for no limit.
    pub(super) most: Option<usize>,
    /// Probability that it holds no digit, all characters of a class being equally likely.
    pub(super) no_digit: f64,
    /// Most bytes of the match before it; `None` for no limit.
    pub(super) at: Option<usize>,
    /// The characters that it may hold, as a 256-bit set.
    pub(super) set: [u64; 4],
}

impl Run {
    const EMPTY: Self = Self { len: 0, most: Some(0), no_digit: 1.0, at: Some(0), set: [0; 4] };

    fn join(self, next: Self) -> Self {
        Self {
            len: self.len + next.len,
            most: sum(self.most, next.most),
            no_digit: self.no_digit * next.no_digit,
            at: self.at,
            set: both(self.set, next.set),
        }
    }

    /// The same, `bytes` further on.
    fn after(self, bytes: Option<usize>) -> Self {
        Self { at: sum(self.at, bytes), ..self }
    }

    fn longer(self, other: Self) -> Self {
        let other_wins =
            other.len > self.len || (other.len == self.len && other.no_digit < self.no_digit);
        if other_wins { other } else { self }
    }

    fn weaker(self, other: Self) -> Self {
        Self {
            len: self.len.min(other.len),
            most: self.most.zip(other.most).map(|(a, b)| a.max(b)),
            no_digit: self.no_digit.max(other.no_digit),
            at: self.at.zip(other.at).map(|(a, b)| a.max(b)),
            set: both(self.set, other.set),
        }
    }
}

/// Texts, lower case, of which each match holds one.
#[derive(Debug, Clone)]
struct Required {
    set: Vec<Vec<u8>>,
    /// Most bytes of the match before the text; `None` for no limit.
    lead: Option<usize>,
}

impl Required {
    fn first(set: Vec<Vec<u8>>) -> Self {
        Self { set, lead: Some(0) }
    }

    /// One of `set` ends a text of at most `whole` bytes.
    fn last(set: Vec<Vec<u8>>, whole: Option<usize>) -> Self {
        let shortest = set.iter().map(Vec::len).min().unwrap_or(0);
        Self { set, lead: whole.map(|w| w - shortest.min(w)) }
    }

    fn after(self, bytes: Option<usize>) -> Self {
        Self { lead: sum(self.lead, bytes), ..self }
    }
}

/// What is known about a part of an expression.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// Least length.
    pub(super) min: usize,
    /// Greatest length; `None` for no limit.
    pub(super) max: Option<usize>,
    /// All texts that it matches, lower case, if they are few.
    exact: Option<Vec<Vec<u8>>>,
    /// Texts of which each match begins with one, lower case.
    prefix: Vec<Vec<u8>>,
    /// Texts of which each match ends with one, lower case.
    suffix: Vec<Vec<u8>>,
    /// Texts of which each match holds one.
    required: Option<Required>,
    /// Whether it matches token characters only.
    pub(super) pure: bool,
    pub(super) lead: Run,
    trail: Run,
    /// The longest run that every match has.
    pub(super) best: Run,
    /// Bytes that may end a match.
    pub(super) tail: [u64; 4],
}

impl Piece {
    fn empty() -> Self {
        Self {
            min: 0,
            max: Some(0),
            exact: Some(vec![Vec::new()]),
            prefix: vec![Vec::new()],
            suffix: vec![Vec::new()],
            required: None,
            pure: true,
            lead: Run::EMPTY,
            trail: Run::EMPTY,
            best: Run::EMPTY,
            tail: [0; 4],
        }
    }

    /// What is known about `hir`.
    pub(super) fn of(hir: &Hir) -> Self {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Self::empty(),
            HirKind::Literal(lit) => {
                lit.0.iter().fold(Self::empty(), |p, &b| p.then(Self::class(&[b])))
            }
            HirKind::Class(class) => Self::class(&bytes_of(class)),
            HirKind::Capture(capture) => Self::of(&capture.sub),
            HirKind::Concat(parts) => {
                parts.iter().fold(Self::empty(), |p, part| p.then(Self::of(part)))
            }
            HirKind::Alternation(parts) => Self::any(parts.iter().map(Self::of)),
            HirKind::Repetition(r) => Self::of(&r.sub).repeated(r.min, r.max),
        }
    }

    fn class(bytes: &[u8]) -> Self {
        let mut folded: Vec<Vec<u8>> =
            bytes.iter().map(|b| vec![b.to_ascii_lowercase()]).collect();
        folded.sort();
        folded.dedup();
        let pure = bytes.iter().all(|&b| is_token(b));
        let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
        let mut tail = [0; 4];
        bytes.iter().for_each(|&b| tail[usize::from(b >> 6)] |= 1 << (b & 63));
        let run = Run {
            set: if pure { tail } else { [0; 4] },
            len: usize::from(pure),
            most: Some(usize::from(pure)),
            no_digit: if pure { 1.0 - digits as f64 / bytes.len().max(1) as f64 } else { 1.0 },
            at: Some(0),
        };
        Self {
            min: 1,
            max: Some(1),
            prefix: if folded.len() <= 4 { folded.clone() } else { vec![Vec::new()] },
            suffix: if folded.len() <= 4 { folded.clone() } else { vec![Vec::new()] },
            exact: (folded.len() <= 4).then_some(folded),
            required: None,
            pure,
            lead: run,
            trail: run,
            best: run,
            tail,
        }
    }

    /// This, then `next`.
    fn then(self, next: Self) -> Self {
        let exact = product(self.exact.as_deref(), next.exact.as_deref());
        let prefix = match &self.exact {
            Some(own) => product(Some(own), Some(&next.prefix)).unwrap_or_else(|| own.clone()),
            None => self.prefix,
        };
        let suffix = match &next.exact {
            Some(own) => product(Some(&self.suffix), Some(own)).unwrap_or_else(|| own.clone()),
            None => next.suffix,
        };
        let whole = sum(self.max, next.max);
        let mut required = better(self.required, next.required.map(|r| r.after(self.max)));
        if exact.is_none() {
            required = better(required, Some(Required::first(prefix.clone())));
            required = better(required, Some(Required::last(suffix.clone(), whole)));
            required = better(required, Some(Required::first(next.prefix).after(self.max)));
            required = better(required, next.exact.map(|e| Required::first(e).after(self.max)));
        }
        let tail = if next.min == 0 { both(next.tail, self.tail) } else { next.tail };
        // A run that ends the first part goes on in the second.
        let joined = |run: Run| match self.trail.len {
            0 => run.after(self.max),
            _ => self.trail.join(run),
        };
        Self {
            min: self.min + next.min,
            max: sum(self.max, next.max),
            exact,
            prefix,
            suffix,
            required,
            pure: self.pure && next.pure,
            lead: if self.pure { self.lead.join(next.lead) } else { self.lead },
            trail: if next.pure { joined(next.trail) } else { next.trail.after(self.max) },
            best: self.best.longer(next.best.after(self.max)).longer(joined(next.lead)),
            tail,
        }
    }

    /// One of several.
    fn any(pieces: impl Iterator<Item = Self>) -> Self {
        pieces.reduce(Self::or).unwrap_or_else(Self::empty)
    }

    fn or(mut self, mut other: Self) -> Self {
        let required = either(self.needed(), other.needed());
        let exact = union(self.exact.take(), other.exact.take());
        let prefix = union(Some(self.prefix), Some(other.prefix));
        let suffix = union(Some(self.suffix), Some(other.suffix));
        Self {
            min: self.min.min(other.min),
            max: self.max.zip(other.max).map(|(a, b)| a.max(b)),
            required: if exact.is_some() { None } else { required },
            exact,
            prefix: prefix.unwrap_or_else(|| vec![Vec::new()]),
            suffix: suffix.unwrap_or_else(|| vec![Vec::new()]),
            pure: self.pure && other.pure,
            lead: self.lead.weaker(other.lead),
            trail: self.trail.weaker(other.trail),
            best: self.best.weaker(other.best),
            tail: both(self.tail, other.tail),
        }
    }

    /// The best set of texts of which each match holds one.
    fn needed(&self) -> Option<Required> {
        let own = better(self.required.clone(), self.exact.clone().map(Required::first));
        better(own, Some(Required::first(self.prefix.clone())))
    }

    fn repeated(self, min: u32, max: Option<u32>) -> Self {
        let times = usize::try_from(min).unwrap_or(usize::MAX);
        let most = max.and_then(|m| usize::try_from(m).ok());
        if min == 1 && max == Some(1) {
            return self;
        }
        if (1..=8).contains(&times) && most == Some(times) && self.exact.is_some() {
            return (1..times).fold(self.clone(), |p, _| p.then(self.clone()));
        }
        let power = |run: Run| Run {
            len: run.len.saturating_mul(times),
            most: run.most.zip(most).map(|(a, b)| a.saturating_mul(b)),
            no_digit: run.no_digit.powf(times as f64),
            at: run.at,
            set: run.set,
        };
        if times == 0 && most == Some(1) && self.exact.as_ref().is_some_and(|e| e.len() < 8) {
            return Self::empty().or(self);
        }
        let (lead, trail, best) = if self.pure {
            (power(self.lead), power(self.trail), power(self.best))
        } else if times >= 1 {
            let whole = self.max.zip(most).map(|(a, b)| a.saturating_mul(b));
            (self.lead, self.trail.after(whole), self.best)
        } else {
            (Run::EMPTY, Run::EMPTY, Run::EMPTY)
        };
        Self {
            min: self.min.saturating_mul(times),
            max: self.max.zip(most).map(|(a, b)| a.saturating_mul(b)),
            required: if times >= 1 { self.needed() } else { None },
            exact: None,
            prefix: if times >= 1 { self.prefix } else { vec![Vec::new()] },
            suffix: if times >= 1 { self.suffix } else { vec![Vec::new()] },
            pure: self.pure,
            lead,
            trail,
            best,
            tail: self.tail,
        }
    }

    /// The anchors, and the most bytes before them.
    pub(super) fn anchors(&self) -> Option<(Vec<String>, usize)> {
        let Required { set, lead } = self.needed()?;
        let set = without_longer(set);
        let long_enough = set.iter().all(|l| l.len() >= MIN_ANCHOR);
        let text = |l: &Vec<u8>| String::from_utf8(l.clone()).ok();
        let texts = set.iter().map(text).collect::<Option<_>>()?;
        long_enough.then_some((texts, lead?))
    }
}

fn both(left: [u64; 4], right: [u64; 4]) -> [u64; 4] {
    std::array::from_fn(|i| left[i] | right[i])
}

fn sum(left: Option<usize>, right: Option<usize>) -> Option<usize> {
    left.zip(right).map(|(l, r)| l.saturating_add(r))
}

/// The bytes of a class, those of ASCII.
pub(super) fn bytes_of(class: &Class) -> Vec<u8> {
    match class {
        Class::Bytes(c) => c.ranges().iter().flat_map(|r| r.start()..=r.end()).collect(),
        Class::Unicode(c) => c
            .ranges()
            .iter()
            .flat_map(|r| u32::from(r.start())..=u32::from(r.end()).min(0x7f))
            .filter_map(|c| u8::try_from(c).ok())
            .collect(),
    }
}

fn product(left: Option<&[Vec<u8>]>, right: Option<&[Vec<u8>]>) -> Option<Vec<Vec<u8>>> {
    let (left, right) = (left?, right?);
    if left.len() * right.len() > MAX_SPELLINGS {
        return None;
    }
    let pairs = left.iter().flat_map(|l| right.iter().map(move |r| [l.as_slice(), r].concat()));
    Some(pairs.collect())
}

fn union(left: Option<Vec<Vec<u8>>>, right: Option<Vec<Vec<u8>>>) -> Option<Vec<Vec<u8>>> {
    let mut all = left?;
    all.extend(right?);
    all.sort();
    all.dedup();
    (all.len() <= MAX_UNION).then_some(all)
}

/// Drops texts that another one begins: where they stand, that one stands too.
fn without_longer(mut set: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    set.sort();
    set.dedup_by(|next, kept| next.starts_with(kept));
    set
}

fn either(left: Option<Required>, right: Option<Required>) -> Option<Required> {
    let (left, right) = (left?, right?);
    let lead = left.lead.zip(right.lead).map(|(a, b)| a.max(b));
    Some(Required { set: union(Some(left.set), Some(right.set))?, lead })
}

/// The set whose shortest text is longer; the smaller set where they are alike.
fn better(left: Option<Required>, right: Option<Required>) -> Option<Required> {
    let worth = |required: &Required| {
        let rarity = |l: &Vec<u8>| match l.len() {
            0..MIN_ANCHOR => 0,
            _ if COMMON.contains(&l.as_slice()) => 1,
            len => len.min(8),
        };
        let least = required.set.iter().map(rarity).min().unwrap_or(0);
        (least, usize::MAX - required.set.len())
    };
    match (left, right) {
        (Some(l), Some(r)) => Some(if worth(&r) > worth(&l) { r } else { l }),
        (l, r) => l.or(r),
    }
}
