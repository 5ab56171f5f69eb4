//! Token runs that could be random: stretches of at least [`RUN`] characters of
//! `[A-Za-z0-9_+/.=~-]` that hold a digit, or letters mixed by chance. Code is full of names as
//! long as that, and nearly all are passed over without a look at any of them.

use super::block::{Bits, Classes, WIDTH, classify};
use crate::model::Span;
use crate::rule::RUN;

/// Blocks that are asked together whether one of them is dense.
const GROUP: usize = 16;

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
    classes: Classes,
    /// For each block, where so many characters begin that they make a run.
    starts: Vec<u64>,
    /// And which digits, and capitals behind a capital, lie in runs.
    lively: Vec<u64>,
    runs: Vec<Run>,
}

impl Survey {
    /// Looks at `text`.
    pub fn read(&mut self, text: &[u8]) {
        let Self { classes, starts, lively, runs } = self;
        classify(text, classes);
        starts.resize(classes.token.len(), 0);
        lively.resize(classes.token.len(), 0);
        let count = classes.count;
        lively_of(classes, &mut starts[..count], &mut lively[..count]);
        runs.clear();
        let mut done = 0;
        for (number, &lively) in lively[..count].iter().enumerate() {
            let (mut left, base) = (lively, number * WIDTH);
            while left != 0 {
                let at = base + left.trailing_zeros() as usize;
                if at >= done {
                    let span = Span::new(start_of(&classes.token, at), end_of(&classes.token, at));
                    runs.extend(likely(classes, span));
                    done = span.end;
                }
                left &= u64::MAX.unbounded_shl((done.saturating_sub(base)) as u32);
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
        let dense = self.classes.dense.get(..self.classes.count).unwrap_or_default();
        // Few are, so they are asked in groups.
        let groups = dense.chunks(GROUP).zip((0..).step_by(GROUP * WIDTH));
        let any = groups.filter(|(group, _)| group.iter().fold(false, |any, dense| any | dense));
        any.flat_map(|(group, from)| {
            let blocks = group.iter().zip((from..).step_by(WIDTH));
            blocks.filter(|(dense, _)| **dense).map(|(_, at)| Span::new(at, at + WIDTH))
        })
    }

    /// Where words begin in `run`: letters and digits that follow neither.
    pub fn words(&self, run: Run) -> impl Iterator<Item = usize> + '_ {
        let mut before = 0;
        parts(run.span).flat_map(move |part| {
            let alnum = window(&self.classes.alnum, part);
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

fn lively_of(classes: &Classes, starts: &mut [u64], out: &mut [u64]) {
    #[cfg(target_arch = "x86_64")]
    if super::avx2::lively(classes, starts, out) {
        return;
    }
    lively(classes, starts, out);
}

/// The digits, and the capitals behind a capital, that lie in runs. No branch on any of them, so
/// that vectors take several words at once; `starts` is there to work in.
#[inline(always)]
pub(super) fn lively(classes: &Classes, starts: &mut [u64], out: &mut [u64]) {
    let Classes { token, digit, upper, .. } = classes;
    for ((start, token), next) in starts.iter_mut().zip(token).zip(token.iter().skip(1)) {
        *start = begins(*token, *next);
    }
    let signs = |before: u64, upper: u64, digit: u64| digit | upper & (upper << 1 | before >> 63);
    if let Some(first) = out.first_mut() {
        *first = covered(0, starts[0]) & signs(0, upper[0], digit[0]);
    }
    let words = starts.windows(2).zip(upper.windows(2)).zip(digit.iter().skip(1));
    for (out, ((starts, upper), digit)) in out.iter_mut().skip(1).zip(words) {
        *out = covered(starts[0], starts[1]) & signs(upper[0], upper[1], *digit);
    }
}

/// Where at least [`RUN`] bits in a row begin in `word`; `next` follows it.
#[inline(always)]
fn begins(word: u64, next: u64) -> u64 {
    const { assert!(RUN == 16) };
    let (mut here, mut there) = (word, next);
    for step in [1, 2, 4, 8] {
        here &= here >> step | there << (u64::BITS - step);
        there &= there >> step;
    }
    here
}

/// The bits of those rows whose beginnings are in `starts`; `before` precedes it.
#[inline(always)]
fn covered(before: u64, starts: u64) -> u64 {
    let (mut there, mut here) = (before, starts);
    for step in [1, 2, 4, 8] {
        here |= here << step | there >> (u64::BITS - step);
        there |= there << step;
    }
    here
}

/// Where the token run that holds `at` begins.
fn start_of(token: &[u64], at: usize) -> usize {
    let mut start = at + 1;
    while let Some(last) = start.checked_sub(1) {
        let (block, bit) = (last / WIDTH, (last % WIDTH) as u32);
        let run = (token[block] << (WIDTH as u32 - 1 - bit)).leading_ones();
        start -= run as usize;
        if run <= bit {
            break;
        }
    }
    start
}

/// Where it ends.
fn end_of(token: &[u64], at: usize) -> usize {
    let mut end = at;
    while let Some(word) = token.get(end / WIDTH) {
        let bit = (end % WIDTH) as u32;
        let run = (word >> bit).trailing_ones();
        end += run as usize;
        if run < WIDTH as u32 - bit {
            break;
        }
    }
    end
}

/// The run at `span`, if it could be random.
fn likely(classes: &Classes, span: Span) -> Option<Run> {
    let (mut touch, mut rise) = (false, false);
    let (mut last_upper, mut last_lower) = (0, 0);
    for part in parts(span) {
        if window(&classes.digit, part) != 0 {
            return Some(Run { span, digit: true });
        }
        let upper = window(&classes.upper, part);
        let lower = window(&classes.alnum, part) & !upper;
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
fn window(class: &[u64], part: Span) -> u64 {
    let (block, shift) = (part.start / WIDTH, (part.start % WIDTH) as u32);
    let next = class.get(block + 1).copied().unwrap_or(0);
    let bits = class[block] >> shift | next.unbounded_shl(WIDTH as u32 - shift);
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
