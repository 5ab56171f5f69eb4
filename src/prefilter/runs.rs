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
        for i in 0..self.blocks.len() {
            // Bits of positions at which a run's length of token characters begins.
            let deep = deep(self.token(i), self.token(i + 1));
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
        let Span { start, end } = run.span;
        (start / WIDTH..end.div_ceil(WIDTH)).flat_map(move |i| {
            let alnum = self.blocks[i].alnum;
            let before = i.checked_sub(1).map_or(0, |i| self.blocks[i].alnum >> 63);
            // The run's first character begins a word, whatever stands before it.
            let first = if start / WIDTH == i { 1 << (start % WIDTH) } else { 0 };
            let begins = alnum & (!(alnum << 1 | before) | first);
            Bits(begins & within(i, start, end)).map(move |bit| i * WIDTH + bit)
        })
    }

    fn token(&self, i: usize) -> u64 {
        self.blocks.get(i).map_or(0, |b| b.token)
    }
}

/// All runs of `text`, in order.
pub fn runs(text: &[u8]) -> Vec<Run> {
    let mut survey = Survey::default();
    survey.read(text);
    survey.runs
}

/// The bits of `token` at which [`RUN`] bits are set; `next` follows it.
fn deep(token: u64, next: u64) -> u64 {
    const { assert!(RUN == 16) };
    let mut bits = u128::from(token) | u128::from(next) << 64;
    bits &= bits >> 1;
    bits &= bits >> 2;
    bits &= bits >> 4;
    bits &= bits >> 8;
    bits as u64
}

fn run(blocks: &[Block], span: Span) -> Run {
    let (mut digit, mut touch, mut rise) = (false, false, false);
    let (mut last_upper, mut last_lower) = (0, 0);
    for i in span.start / WIDTH..span.end.div_ceil(WIDTH) {
        let inside = within(i, span.start, span.end);
        let upper = blocks[i].upper & inside;
        let lower = blocks[i].alnum & !blocks[i].digit & !blocks[i].upper & inside;
        digit |= blocks[i].digit & inside != 0;
        touch |= upper & (upper << 1 | last_upper) != 0;
        rise |= upper & (lower << 1 | last_lower) != 0;
        (last_upper, last_lower) = (upper >> 63, lower >> 63);
    }
    Run { span, digit, mixed: touch && rise }
}

/// The bits of block `i` that lie in `start..end`.
fn within(i: usize, start: usize, end: usize) -> u64 {
    let from = start.saturating_sub(i * WIDTH);
    let to = end - i * WIDTH;
    let below = if to >= WIDTH { u64::MAX } else { (1 << to) - 1 };
    below & u64::MAX << from
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
