//! Finds token runs: stretches of at least [`RUN`] characters of `[A-Za-z0-9_+/.=~-]`.
//!
//! A run of 16 has to cover every sixteenth byte, so one byte in sixteen is looked at until one of
//! them is a token character.

use crate::model::Span;
use crate::rule::{RUN, is_token};

const TOKEN: u8 = 1;
const DIGIT: u8 = 2;
const UPPER: u8 = 4;
const LOWER: u8 = 8;

/// What each byte is.
static CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut b = 0;
    while b < 256 {
        let c = b as u8;
        if is_token(c) {
            table[b] = TOKEN;
        }
        if c.is_ascii_digit() {
            table[b] |= DIGIT;
        }
        if c.is_ascii_uppercase() {
            table[b] |= UPPER;
        }
        if c.is_ascii_lowercase() {
            table[b] |= LOWER;
        }
        b += 1;
    }
    table
};

fn class(b: u8) -> u8 {
    CLASS[usize::from(b)]
}

/// One run, maximal in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Where it stands.
    pub span: Span,
    /// The classes of the characters in it.
    classes: u8,
}

impl Run {
    /// Whether it holds a digit.
    pub fn has_digit(self) -> bool {
        self.classes & DIGIT != 0
    }

    /// Whether it holds letters of both cases.
    pub fn is_mixed(self) -> bool {
        self.classes & (UPPER | LOWER) == UPPER | LOWER
    }
}

/// All runs of `text`, in order.
pub fn runs(text: &[u8]) -> impl Iterator<Item = Run> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || next_run(text, &mut at))
}

/// The next run whose probe lies at or after `*at`, which is never inside a run.
fn next_run(text: &[u8], at: &mut usize) -> Option<Run> {
    loop {
        let probe = *at + RUN - 1;
        if class(*text.get(probe)?) & TOKEN == 0 {
            *at = probe + 1;
            continue;
        }
        let stretch = &text[*at..probe];
        let start =
            stretch.iter().rposition(|&b| class(b) & TOKEN == 0).map_or(*at, |i| *at + i + 1);
        let rest = &text[probe..];
        let end = probe + rest.iter().position(|&b| class(b) & TOKEN == 0).unwrap_or(rest.len());
        *at = end + 1;
        if end - start >= RUN {
            let classes = text[start..end].iter().fold(0, |all, &b| all | class(b));
            return Some(Run { span: Span::new(start, end), classes });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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

    proptest! {
        #[test]
        fn finds_what_the_plain_way_finds(text in "[ab1_ \n]{0,300}") {
            let found: Vec<Span> = runs(text.as_bytes()).map(|r| r.span).collect();
            prop_assert_eq!(found, plain(text.as_bytes()));
        }

        #[test]
        fn finds_long_runs_among_short_ones(parts in prop::collection::vec("[a-zA-Z0-9]{0,40}", 0..30)) {
            let text = parts.join(" ");
            let found: Vec<Span> = runs(text.as_bytes()).map(|r| r.span).collect();
            prop_assert_eq!(found, plain(text.as_bytes()));
        }
    }
}
