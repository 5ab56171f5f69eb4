//! What a rule's expression guarantees about every match: literals, lengths, token runs.
//!
//! The matcher never runs an expression over a whole text. It looks for *anchors*, short texts of
//! which each match must hold one (or have one near), and tries the expression around them. This
//! page derives them from the syntax tree. Like its neighbour, it is also compiled into the build
//! script.

use super::piece::{MIN_ANCHOR, Piece, Run};
use super::schema::{Engine, Rule, Str};
use regex_syntax::hir::Hir;
use std::borrow::Cow;
use std::fmt;

/// Longest match an expression may have; longer things need an engine of their own.
pub(super) const MAX_LEN: usize = 4096;
/// A text run of this many token characters is what most secrets guarantee.
pub const RUN: usize = 16;
/// How far before a run, in bytes, an anchor is looked for.
pub const BACK: usize = 256;
/// How far behind it.
pub const AHEAD: usize = 64;
/// Largest share of tokens that may be lost to the demand that a run holds a digit.
const MAX_DIGIT_LOSS: f64 = 0.005;

/// How far around any byte of a match, in bytes, most verdicts look at most; a token run that
/// reaches further is seen whole all the same.
pub const REACH: usize = 640;

/// Which runs of token characters (`[A-Za-z0-9_+/.=~-]`) lead to a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mask {
    /// Runs of at least [`RUN`] that hold a digit.
    Digit,
    /// All runs of at least [`RUN`].
    Any,
    /// No run is guaranteed: anchors are looked for in the whole text.
    #[default]
    None,
}

/// What is guaranteed about a rule's matches.
#[derive(Debug, Clone, Default)]
pub struct Anatomy {
    /// Lower-case literals: every match holds one of them (in any case), or, where `context` is
    /// set, has one within reach before it.
    pub anchors: Cow<'static, [Str]>,
    /// The anchors are the words of `near`.
    pub context: bool,
    /// Most bytes of a match before its anchor.
    pub lead: usize,
    /// Shortest match in bytes.
    pub min_len: usize,
    /// Longest match in bytes.
    pub max_len: usize,
    /// Which runs lead here.
    pub mask: Mask,
    /// Least length of the token run in every match.
    pub run: usize,
    /// Share of tokens whose run holds no digit.
    pub digit_loss: f64,
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

fn read(shape: &str) -> Result<Hir, Box<regex_syntax::Error>> {
    let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build();
    parser.parse(shape).map_err(Box::new)
}

/// Derives the anatomy of `rule`, or says what forbids it and how to mend that.
pub(super) fn derive(rule: &Rule) -> Result<Anatomy, Fault> {
    if rule.engine != Engine::Shape {
        return Ok(Anatomy::default());
    }
    let hir = read(&rule.shape).map_err(Fault::Syntax)?;
    let piece = Piece::of(&hir);
    let max_len = piece.max.ok_or(Fault::Unbounded)?;
    if max_len > MAX_LEN {
        return Err(Fault::TooLong(max_len));
    }
    let own = piece.anchors();
    let context = own.is_none();
    let (anchors, lead) = match own {
        Some(own) => own,
        None => (context_words(rule)?, 0),
    };
    let mut anatomy = Anatomy {
        anchors: anchors.into_iter().map(Cow::Owned).collect::<Vec<_>>().into(),
        context,
        lead,
        min_len: piece.min,
        max_len,
        mask: Mask::None,
        run: piece.best.len,
        digit_loss: piece.best.no_digit,
        tail: piece.tail,
        wide: false,
    };
    let around = usize::from(rule.within) + max_len - piece.best.most.unwrap_or(0).min(max_len);
    anatomy.wide = around > REACH;
    // A match of token characters only is one run, and its anchor stands in it.
    let whole_run = piece.pure && !context && piece.min >= RUN;
    if whole_run || is_near(&anatomy, &piece.best, usize::from(rule.within)) {
        let digits = anatomy.digit_loss <= MAX_DIGIT_LOSS;
        anatomy.mask = if digits { Mask::Digit } else { Mask::Any };
    }
    Ok(anatomy)
}

fn context_words(rule: &Rule) -> Result<Vec<String>, Fault> {
    let words: Vec<String> = rule.near.iter().map(|w| w.to_ascii_lowercase()).collect();
    match words.iter().map(String::len).min() {
        Some(len) if len >= MIN_ANCHOR => Ok(words),
        _ => Err(Fault::NoAnchor),
    }
}

/// Whether each match has a run so near to its anchor that looking around runs finds the anchor.
fn is_near(anatomy: &Anatomy, run: &Run, within: usize) -> bool {
    let longest = anatomy.anchors.iter().map(|a| a.len()).max().unwrap_or(0);
    let before = if anatomy.context { longest + within } else { 0 };
    let behind = (anatomy.lead + longest).saturating_sub(run.len);
    run.len >= RUN && run.at.is_some_and(|at| at + before <= BACK) && behind <= AHEAD
}

/// Whether `b` can stand in a token run.
pub const fn is_token(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'+' | b'/' | b'.' | b'=' | b'~' | b'-')
}
