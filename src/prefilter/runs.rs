//! Token runs: stretches of at least [`RUN`] characters of `[A-Za-z0-9_+/.=~-]`.

use super::block::{Bits, Block, WIDTH, classify};
use crate::model::Span;
use crate::rule::RUN;

/// One run, maximal in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Where it stands.
    pub span: Span,
    digit: bool,
    mixed: bool,
}

impl Run {
    /// Whether it holds a digit.
    pub fn has_digit(self) -> bool {
        self.digit
    }

    /// Whether two capitals touch in it, and one follows a small letter: letters mixed by chance
    /// do that, names written `LikeThis` seldom.
    pub fn is_mixed(self) -> bool {
        self.mixed
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
        classify(text, &mut self.blocks);
        self.runs.clear();
        let mut start = 0;
        let mut inside = false;
        let tokens = self.blocks.iter().map(|b| b.token);
        let nexts = tokens.clone().skip(1).chain([0]);
        for (i, (token, next)) in tokens.zip(nexts).enumerate() {
            // Bits of positions at which a run's length of token characters begins.
            let deep = deep(token, next);
            let before = deep << 1 | u64::from(inside);
            let mut turns = deep ^ before;
            while turns != 0 {
                let at = i * WIDTH + turns.trailing_zeros() as usize;
                turns &= turns - 1;
                if inside {
                    let span = Span::new(start, at + RUN - 1);
                    self.runs.push(run(&self.blocks, span));
                } else {
                    start = at;
                }
                inside = !inside;
            }
        }
    }

    /// All runs, in order.
    pub fn runs(&self) -> &[Run] {
        &self.runs
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

/// All runs of `text`, in order.
pub fn runs(text: &[u8]) -> Vec<Run> {
    let mut survey = Survey::default();
    survey.read(text);
    survey.runs
}

/// The bits of `token` at which [`RUN`] bits are set; `next` follows it.
#[inline]
fn deep(token: u64, next: u64) -> u64 {
    const { assert!(RUN == 16) };
    let mut bits = token & token >> 1;
    bits &= bits >> 2;
    bits &= bits >> 4;
    bits &= bits >> 8;
    // What begins here and goes on in the next block is not seen above. No branch: it could not
    // be foretold.
    let (here, there) = (token.leading_ones(), next.trailing_ones());
    let begun = u64::MAX.unbounded_shl(WIDTH as u32 - here);
    bits |= begun & u64::MAX >> (RUN as u32 - 1).saturating_sub(there);
    bits
}

fn run(blocks: &[Block], span: Span) -> Run {
    let mut run = Run { span, digit: false, mixed: false };
    let (mut touch, mut rise) = (false, false);
    let (mut last_upper, mut last_lower) = (0, 0);
    for part in parts(span) {
        let upper = window(blocks, part, |b| b.upper);
        let lower = window(blocks, part, |b| b.alnum & !b.digit & !b.upper);
        run.digit |= window(blocks, part, |b| b.digit) != 0;
        touch |= upper & (upper << 1 | last_upper) != 0;
        rise |= upper & (lower << 1 | last_lower) != 0;
        (last_upper, last_lower) = (upper >> 63, lower >> 63);
    }
    run.mixed = touch && rise;
    run
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

    fn check(text: &[u8]) -> Result<(), TestCaseError> {
        let mut survey = Survey::default();
        survey.read(text);
        let spans: Vec<Span> = survey.runs().iter().map(|r| r.span).collect();
        prop_assert_eq!(&spans, &plain(text));
        for run in survey.runs() {
            let part = run.span.of(text);
            prop_assert_eq!(run.has_digit(), part.iter().any(u8::is_ascii_digit));
            let pair = |first: fn(&u8) -> bool| {
                part.windows(2).any(|w| first(&w[0]) && w[1].is_ascii_uppercase())
            };
            let mixed = pair(u8::is_ascii_uppercase) && pair(u8::is_ascii_lowercase);
            prop_assert_eq!(run.is_mixed(), mixed);
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
        fn finds_long_runs_among_short_ones(parts in prop::collection::vec("[a-zA-Z0-9_=.]{0,90}", 0..30)) {
            check(parts.join(" ").as_bytes())?;
        }
    }

    #[test]
    fn letters_mixed_by_chance_are_told_from_names() {
        let mixed = |text: &str| runs(text.as_bytes()).first().is_some_and(|r| r.is_mixed());
        assert!(mixed("qWhVbTzRpLkMNnXsJ"));
        assert!(!mixed("ActionDispatchIntegrationTest"));
        assert!(!mixed("a_name_of_small_letters"));
        assert!(!mixed("A_NAME_OF_CAPITALS"));
    }
}
