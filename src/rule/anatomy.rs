//! What a rule's expression guarantees about every match: literals, lengths, token runs.
//!
//! The matcher never runs an expression over a whole text. It looks for *anchors*, short texts of
//! which each match must hold one (or have one near), and tries the expression around them. This
//! page derives them from the syntax tree. Like its neighbour, it is also compiled into the build
//! script.

use super::piece::{MIN_ANCHOR, Piece, Run};
use super::schema::{Boundary, Engine, Rule};
use super::text::{List, Str};
use regex_syntax::hir::Hir;
use std::fmt;

/// Longest match an expression may have; longer things need an engine of their own.
pub(super) const MAX_LEN: usize = 4096;
/// A text run of this many token characters is what most secrets guarantee.
pub const RUN: usize = 16;
/// How far before a run, in bytes, an anchor is looked for at most.
const BACK: usize = 112;
/// How far behind it.
const AHEAD: usize = 64;
/// A run of this many characters, and of those that a rule needs, is rare enough to be searched
/// around more widely.
const LONG_RUN: usize = 32;
/// How far around such a run, in bytes, an anchor is looked for at most.
const FAR: usize = 512;
/// Letters, digits, `_` and `-`, as a set.
const WORDS: [u64; 4] = [0x03FF_2000_0000_0000, 0x07FF_FFFE_87FF_FFFE, 0, 0];
/// Shortest word that an anchor is cut down to.
const ROOT: usize = 4;
/// Largest share of tokens that a rule may lose to what its runs must look like.
pub const MAX_LOSS: f64 = 0.005;

/// How far around any byte of a match, in bytes, most verdicts look at most; a token run that
/// reaches further is seen whole all the same.
pub const REACH: usize = 640;

/// Where the anchors of a rule are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Gate {
    /// Where words begin in token runs (`[A-Za-z0-9_+/.=~-]`, at least [`RUN`] of them): every
    /// match begins with an anchor, at the start of a word, and with a run.
    Head,
    /// At most [`Anatomy::back`] bytes before a run and [`Anatomy::ahead`] bytes behind it.
    Near,
    /// Everywhere: no run is guaranteed, or none that is told from others.
    #[default]
    Text,
}

/// Which runs lead to a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Mask {
    /// Those that hold a digit.
    Digit,
    /// Those that hold a digit, or letters mixed as chance mixes them: two capitals that touch,
    /// and one that follows a small letter. Names written `LikeThis` have both but seldom.
    Mixed,
    /// All.
    #[default]
    Any,
}

/// What is guaranteed about a rule's matches.
#[derive(Debug, Clone, Default)]
pub struct Anatomy {
    /// Lower-case literals: every match holds one of them (in any case), or, where `context` is
    /// set, has one within reach before it.
    pub anchors: List,
    /// The anchors are the words of `near`.
    pub context: bool,
    /// Most bytes of a match before its anchor.
    pub lead: usize,
    /// Shortest match in bytes.
    pub min_len: usize,
    /// Longest match in bytes.
    pub max_len: usize,
    /// Where anchors are looked for.
    pub gate: Gate,
    /// Which runs lead here.
    pub mask: Mask,
    /// Least length of the token run in every match that leads here.
    pub run: usize,
    /// The characters of that run, as a 256-bit set.
    pub run_set: [u64; 4],
    /// Share of tokens whose run does not look as the mask demands.
    pub loss: f64,
    /// Most bytes from the start of an anchor to the start of the run that leads to it.
    pub back: usize,
    /// Most bytes from the end of that run to the end of an anchor.
    pub ahead: usize,
    /// Bytes that may end a match, as a 256-bit set.
    pub tail: [u64; 4],
    /// The verdict depends on more than [`REACH`] bytes around any byte of a match, the token run
    /// in it not counted.
    pub wide: bool,
}

/// What forbids a shape.
#[derive(Debug)]
pub(super) enum Fault {
    /// It is no expression.
    Syntax(Box<regex_syntax::Error>),
    /// Something in it repeats without limit.
    Unbounded,
    /// It can match so many bytes.
    TooLong(usize),
    /// There is nothing in it to look for.
    NoAnchor,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(e) => e.fmt(f),
            Self::Unbounded => write!(
                f,
                "the shape has no bounded reach: write {{n,m}} instead of * or +, at most \
                 {MAX_LEN} bytes in all"
            ),
            Self::TooLong(n) => {
                write!(f, "the shape can match {n} bytes; at most {MAX_LEN} are allowed")
            }
            Self::NoAnchor => write!(
                f,
                "the shape has no anchor: give it a literal of at least {MIN_ANCHOR} characters, \
                 or name words of that length in `near`"
            ),
        }
    }
}

/// Parses an expression as rules understand it: bytes, ASCII classes.
#[allow(dead_code, reason = "the build script makes no samples")]
pub fn parse(shape: &str) -> Result<Hir, String> {
    read(shape).map_err(|e| e.to_string())
}

pub(super) fn read(shape: &str) -> Result<Hir, Box<regex_syntax::Error>> {
    let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build();
    parser.parse(shape).map_err(Box::new)
}

/// Derives the anatomy of `rule`, or says what forbids it and how to mend that.
pub(super) fn derive(rule: &Rule) -> Result<Anatomy, Fault> {
    if !matches!(rule.engine, Engine::Shape | Engine::File) {
        return Ok(Anatomy::default());
    }
    let hir = read(&rule.shape).map_err(Fault::Syntax)?;
    let piece = Piece::of(&hir);
    let max_len = piece.max.ok_or(Fault::Unbounded)?;
    if max_len > MAX_LEN {
        return Err(Fault::TooLong(max_len));
    }
    if rule.engine == Engine::File {
        return Ok(Anatomy { min_len: piece.min, max_len, ..Anatomy::default() });
    }
    let own = piece.anchors();
    let context = own.is_none();
    let (anchors, lead) = match own {
        Some(own) => own,
        None => (context_words(rule)?, 0),
    };
    // Where no word is asked for, none is looked for.
    let within = if rule.near.is_empty() { 0 } else { usize::from(rule.within) };
    let around = within + max_len - piece.best.most.unwrap_or(0).min(max_len);
    let anatomy = Anatomy {
        anchors: anchors.into_iter().collect(),
        context,
        lead,
        min_len: piece.min,
        max_len,
        tail: piece.tail,
        wide: around > REACH,
        ..Anatomy::default()
    };
    Ok(gated(anatomy, &piece, rule))
}

/// Chooses the gate: the narrowest one that loses next to nothing.
fn gated(anatomy: Anatomy, piece: &Piece, rule: &Rule) -> Anatomy {
    let bounded = matches!(rule.boundary, Boundary::Both | Boundary::Left);
    let words = anatomy.anchors.iter().all(|a| a.starts_with(|c: char| c.is_ascii_alphanumeric()));
    if bounded
        && words
        && !anatomy.context
        && anatomy.lead == 0
        && piece.lead.len >= RUN
        && let Some((mask, loss)) = masked(&piece.lead)
    {
        return through(anatomy, Gate::Head, &piece.lead, mask, loss);
    }
    let run = &piece.best;
    let Some((mask, loss)) = masked(run).filter(|_| run.len >= RUN) else {
        let anatomy = widened(anatomy);
        return Anatomy { gate: Gate::Text, run: run.len, run_set: run.set, ..anatomy };
    };
    let longest = anatomy.anchors.iter().map(|a| a.len()).max().unwrap_or(0);
    let before = if anatomy.context { longest + usize::from(rule.within) } else { 0 };
    let (back, ahead) = if piece.pure && !anatomy.context {
        // The match lies in the run, and the anchor in the match.
        (0, 0)
    } else {
        let ahead = (anatomy.lead + longest).saturating_sub(run.len);
        (run.at.map_or(usize::MAX, |at| at + before), ahead)
    };
    // Short runs of letters, digits and all kinds of marks are everywhere: paths, versions, sums.
    let telling = run.len >= LONG_RUN || run.set.iter().zip(WORDS).all(|(s, w)| s & !w == 0);
    let close = back <= BACK && ahead <= AHEAD && telling;
    let far = back <= FAR && ahead <= FAR && run.len >= LONG_RUN;
    let gate = if close || far { Gate::Near } else { Gate::Text };
    let anatomy = if gate == Gate::Text { widened(anatomy) } else { anatomy };
    Anatomy { back, ahead, ..through(anatomy, gate, run, mask, loss) }
}

/// With anchors that are fewer or rarer, for words that are looked for everywhere are dear: with or
/// without the marks on either side of them, and without those that hold another one.
fn widened(anatomy: Anatomy) -> Anatomy {
    let mark = |c: char| !c.is_ascii_alphanumeric();
    let sides = [(false, false), (true, false), (false, true), (true, true)];
    let ways = sides.into_iter().map(|(left, right)| {
        let cut = |word: &Str| {
            let core = if left { word.trim_start_matches(mark) } else { word };
            let core = if right { core.trim_end_matches(mark) } else { core };
            if core.len() >= ROOT { core.to_owned() } else { word.to_string() }
        };
        shortest(anatomy.anchors.iter().map(cut))
    });
    // A mark in a word makes it much rarer.
    let cost = |word: &String| if word.contains(mark) { 1 } else { 4 };
    let dear = |words: &Vec<String>| words.iter().map(cost).sum::<usize>();
    let anchors = ways.min_by_key(dear).unwrap_or_default();
    let offset = |anchor: &Str| anchors.iter().filter_map(|a| anchor.find(a.as_str())).min();
    let moved = anatomy.anchors.iter().filter_map(offset).max().unwrap_or(0);
    Anatomy { lead: anatomy.lead + moved, anchors: anchors.into_iter().collect(), ..anatomy }
}

/// `words` without those that hold another one.
fn shortest(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut words: Vec<String> = words.collect();
    words.sort_by_key(String::len);
    let mut kept: Vec<String> = Vec::new();
    for word in words {
        if !kept.iter().any(|k| word.contains(k)) {
            kept.push(word);
        }
    }
    kept
}

fn through(anatomy: Anatomy, gate: Gate, run: &Run, mask: Mask, loss: f64) -> Anatomy {
    Anatomy { gate, mask, run: run.len, run_set: run.set, loss, ..anatomy }
}

/// What may be asked of a run, and the share of runs that do not have it: `None` if nothing may.
fn masked(run: &Run) -> Option<(Mask, f64)> {
    if run.no_digit <= MAX_LOSS {
        return Some((Mask::Digit, run.no_digit));
    }
    let has = |letters: std::ops::RangeInclusive<u8>| {
        letters.filter(|b| run.set[usize::from(b >> 6)] >> (b & 63) & 1 == 1).count() >= 20
    };
    let loss = run.no_digit * unmixed(run.len);
    (has(b'a'..=b'z') && has(b'A'..=b'Z') && loss <= MAX_LOSS).then_some((Mask::Mixed, loss))
}

/// How likely it is that of `n` letters, capital or small by chance, no two capitals touch; that
/// no capital follows a small one is much less likely. A walk over Fibonacci's numbers.
fn unmixed(n: usize) -> f64 {
    let (mut now, mut next) = (1.0, 1.0);
    for _ in 0..n {
        (now, next) = (next, next / 2.0 + now / 4.0);
    }
    now
}

fn context_words(rule: &Rule) -> Result<Vec<String>, Fault> {
    let words: Vec<String> = rule.near.iter().map(|w| w.to_ascii_lowercase()).collect();
    match words.iter().map(String::len).min() {
        Some(len) if len >= MIN_ANCHOR => Ok(words),
        _ => Err(Fault::NoAnchor),
    }
}

/// Whether `b` can stand in a token run.
pub const fn is_token(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'+' | b'/' | b'.' | b'=' | b'~' | b'-')
}
