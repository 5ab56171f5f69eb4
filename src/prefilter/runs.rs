//! Token runs that could be random: stretches of at least [`RUN`] characters of
//! `[A-Za-z0-9_+/.=~-]` that hold a digit, or letters mixed by chance. Code is full of names as
//! long as that, and nearly all are passed over without a look at any of them.

use super::block::{Bits, Block, WIDTH, classify};
use crate::model::Span;
use crate::rule::RUN;

/// One run, maximal in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Where it stands.
    pub span: Span,
    digit: bool,
}

impl Run {
    /// Whether it holds a digit. If not, two capitals touch in it, and one follows a small letter:
    /// letters mixed by chance do that, names written `LikeThis` seldom.
    pub fn has_digit(self) -> bool {
        self.digit
    }
}

/// What is known of a text before any rule is asked. Its memory is used again.
#[derive(Debug, Default)]
pub struct Survey {
    blocks: Vec<Block>,
    runs: Vec<Run>,
}

impl Survey {
    /// Looks at `text`.
    pub fn read(&mut self, text: &[u8]) {
        let Self { blocks, runs } = self;
        classify(text, blocks);
        runs.clear();
        let nexts = blocks.iter().skip(1).map(|b| b.token).chain([0]);
        let (mut inside, mut capital, mut done) = (0, 0, 0);
        for (i, (block, next)) in blocks.iter().zip(nexts).enumerate() {
            let covered = covered(block.token, next, inside);
            let touching = block.upper & (block.upper << 1 | capital);
            let mut lively = covered & (block.digit | touching);
            (inside, capital) = (covered >> 63, block.upper >> 63);
            while lively != 0 {
                let at = i * WIDTH + lively.trailing_zeros() as usize;
                if at >= done {
                    let span = Span::new(start_of(blocks, at), end_of(blocks, at));
                    runs.extend(likely(blocks, span));
                    done = span.end;
                }
                lively &= u64::MAX.unbounded_shl((done.saturating_sub(i * WIDTH)) as u32);
            }
        }
    }

    /// The runs, in order.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The blocks of 64 bytes in which `\\`, `%`, `&` or `,` are frequent; the last may reach
    /// beyond the end of the text.
    pub fn dense(&self) -> impl Iterator<Item = Span> + '_ {
        let blocks = self.blocks.iter().zip((0..).step_by(WIDTH));
        blocks.filter(|(block, _)| block.dense).map(|(_, at)| Span::new(at, at + WIDTH))
    }

    /// Where words begin in `run`: letters and digits that follow neither.
    pub fn words(&self, run: Run) -> impl Iterator<Item = usize> + '_ {
        let mut before = 0;
        parts(run.span).flat_map(move |part| {
            let alnum = window(&self.blocks, part, |b| b.alnum);
            let begins = alnum & !(alnum << 1 | before);
            before = alnum >> 63;
            Bits(begins).map(move |bit| part.start + bit)
        })
    }
}

/// The runs of `text`, in order.
pub fn runs(text: &[u8]) -> Vec<Run> {
    let mut survey = Survey::default();
    survey.read(text);
    survey.runs
}

/// The bits of `token` that lie in runs; `next` follows it, and `inside` is 1 if what came before
/// ends in a run. No branch: it could not be foretold.
#[inline]
fn covered(token: u64, next: u64, inside: u64) -> u64 {
    const { assert!(RUN == 16) };
    // Where so many characters begin, in this block and, behind its end, in the next.
    let mut deep = token & token >> 1;
    deep &= deep >> 2;
    deep &= deep >> 4;
    deep &= deep >> 8;
    let (here, there) = (token.leading_ones(), next.trailing_ones());
    let begun = u64::MAX.unbounded_shl(WIDTH as u32 - here);
    deep |= begun & u64::MAX >> (RUN as u32 - 1).saturating_sub(there);
    let mut all = deep | deep << 1;
    all |= all << 2;
    all |= all << 4;
    all |= all << 8;
    all | !u64::MAX.unbounded_shl(token.trailing_ones()) & inside.wrapping_neg()
}

/// Where the token run that holds `at` begins.
fn start_of(blocks: &[Block], at: usize) -> usize {
    let mut start = at + 1;
    while let Some(last) = start.checked_sub(1) {
        let (block, bit) = (last / WIDTH, (last % WIDTH) as u32);
        let run = (blocks[block].token << (WIDTH as u32 - 1 - bit)).leading_ones();
        start -= run as usize;
        if run <= bit {
            break;
        }
    }
    start
}

/// Where it ends.
fn end_of(blocks: &[Block], at: usize) -> usize {
    let mut end = at;
    while let Some(block) = blocks.get(end / WIDTH) {
        let bit = (end % WIDTH) as u32;
        let run = (block.token >> bit).trailing_ones();
        end += run as usize;
        if run < WIDTH as u32 - bit {
            break;
        }
    }
    end
}

/// The run at `span`, if it could be random.
fn likely(blocks: &[Block], span: Span) -> Option<Run> {
    let (mut touch, mut rise) = (false, false);
    let (mut last_upper, mut last_lower) = (0, 0);
    for part in parts(span) {
        if window(blocks, part, |b| b.digit) != 0 {
            return Some(Run { span, digit: true });
        }
        let upper = window(blocks, part, |b| b.upper);
        let lower = window(blocks, part, |b| b.alnum & !b.upper);
        touch |= upper & (upper << 1 | last_upper) != 0;
        rise |= upper & (lower << 1 | last_lower) != 0;
        (last_upper, last_lower) = (upper >> 63, lower >> 63);
    }
    (touch && rise).then_some(Run { span, digit: false })
}

/// The parts of `span`, each as long as a block but for the last.
fn parts(span: Span) -> impl Iterator<Item = Span> {
    let starts = (span.start..span.end).step_by(WIDTH);
    starts.map(move |start| Span::new(start, span.end.min(start + WIDTH)))
}

/// The bits of a class for `part`, which is not longer than a block and not empty.
#[inline]
fn window(blocks: &[Block], part: Span, class: impl Fn(&Block) -> u64) -> u64 {
    let (block, shift) = (part.start / WIDTH, (part.start % WIDTH) as u32);
    let next = blocks.get(block + 1).map_or(0, &class);
    let bits = class(&blocks[block]) >> shift | next.unbounded_shl(WIDTH as u32 - shift);
    bits & u64::MAX >> (WIDTH - part.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::is_token;
    use proptest::prelude::*;

    /// The plain way, as the oracle.
    fn plain(text: &[u8]) -> Vec<Span> {
        let mut all = Vec::new();
        let mut start = None;
        for i in 0..=text.len() {
            let inside = text.get(i).is_some_and(|&b| is_token(b));
            match (inside, start) {
                (true, None) => start = Some(i),
                (false, Some(s)) => {
                    if i - s >= RUN {
                        all.push(Span::new(s, i));
                    }
                    start = None;
                }
                _ => {}
            }
        }
        all
    }

    /// Whether a run has a digit, and whether letters mixed by chance.
    fn plain_kind(run: &[u8]) -> (bool, bool) {
        let pair = |first: fn(&u8) -> bool| {
            run.windows(2).any(|w| first(&w[0]) && w[1].is_ascii_uppercase())
        };
        let mixed = pair(u8::is_ascii_uppercase) && pair(u8::is_ascii_lowercase);
        (run.iter().any(u8::is_ascii_digit), mixed)
    }

    fn check(text: &[u8]) -> Result<(), TestCaseError> {
        let mut survey = Survey::default();
        survey.read(text);
        let found: Vec<(Span, bool)> =
            survey.runs().iter().map(|r| (r.span, r.has_digit())).collect();
        let kinds = plain(text).into_iter().map(|span| (span, plain_kind(span.of(text))));
        let likely = kinds.filter(|(_, (digit, mixed))| *digit || *mixed);
        let expected: Vec<(Span, bool)> = likely.map(|(s, (digit, _))| (s, digit)).collect();
        prop_assert_eq!(found, expected);
        for run in survey.runs() {
            let words: Vec<usize> = survey.words(*run).collect();
            let begins = |i: &usize| {
                let glued = *i > run.span.start && text[i - 1].is_ascii_alphanumeric();
                text[*i].is_ascii_alphanumeric() && !glued
            };
            let plain: Vec<usize> = (run.span.start..run.span.end).filter(begins).collect();
            prop_assert_eq!(words, plain);
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn finds_what_the_plain_way_finds(text in "[ab1_ \n]{0,300}") {
            check(text.as_bytes())?;
        }

        #[test]
        fn finds_long_runs_among_short_ones(parts in prop::collection::vec("[a-zA-Z0-9_=.]{0,90}|[a-z_]{0,300}[A-Z]{0,3}[a-z]{0,200}[0-9]?", 0..30)) {
            check(parts.join(" ").as_bytes())?;
        }
    }

    #[test]
    fn letters_mixed_by_chance_are_told_from_names() {
        let likely = |text: &str| !runs(text.as_bytes()).is_empty();
        assert!(likely("qWhVbTzRpLkMNnXsJ"));
        assert!(!likely("ActionDispatchIntegrationTest"));
        assert!(!likely("a_name_of_small_letters"));
        assert!(!likely("A_NAME_OF_CAPITALS"));
    }
}
