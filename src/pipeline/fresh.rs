//! Which parts of a text must be scanned, when the rest of it was scanned in another one.

use crate::model::Span;
use crate::rule::{REACH, is_token};
use std::borrow::Cow;

/// The stretches around `fresh` within which everything lies that a fresh byte can have a part
/// in: [`REACH`] bytes on either side, and on to the end of the token run that is met there.
/// They are disjoint and in order.
pub(super) fn windows(text: &[u8], fresh: &[Span]) -> Vec<Span> {
    let mut windows: Vec<Span> = Vec::new();
    for span in fresh {
        let from = span.start.min(text.len()).saturating_sub(REACH);
        let to = text.len().min(span.end.saturating_add(REACH));
        if let Some(last) = windows.last_mut() {
            if from > last.end {
                last.end = run_end(text, last.end);
            }
            if from <= last.end {
                last.end = last.end.max(to);
                continue;
            }
        }
        windows.push(Span::new(run_start(text, from), to));
    }
    if let Some(last) = windows.last_mut() {
        last.end = run_end(text, last.end);
    }
    windows
}

/// The spans of both, in order; each is.
pub(super) fn merged<'s>(a: &'s [Span], b: &[Span]) -> Cow<'s, [Span]> {
    if b.is_empty() {
        return Cow::Borrowed(a);
    }
    let mut all = [a, b].concat();
    all.sort_unstable();
    Cow::Owned(all)
}

/// Whether a change in `fresh` may have a say in what is made of `span`.
pub(super) fn is_near(span: Span, fresh: &[Span]) -> bool {
    let after = fresh.partition_point(|f| f.end.saturating_add(REACH) < span.start);
    fresh.get(after).is_some_and(|f| f.start <= span.end.saturating_add(REACH))
}

fn run_start(text: &[u8], at: usize) -> usize {
    text[..at].iter().rposition(|b| !is_token(*b)).map_or(0, |i| i + 1)
}

fn run_end(text: &[u8], at: usize) -> usize {
    text[at..].iter().position(|b| !is_token(*b)).map_or(text.len(), |i| at + i)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_reach_out_to_the_ends_of_runs() {
        let text = [vec![b' '; 2000], vec![b'a'; 700], vec![b' '; 2000]].concat();
        let found = windows(&text, &[Span::new(2690, 2695)]);
        assert_eq!(found, [Span::new(2000, 2695 + REACH)]);
        let both =
            windows(&text, &[Span::new(100, 101), Span::new(900, 901), Span::new(4000, 4001)]);
        assert_eq!(both.len(), 2);
        assert!(windows(&text, &[]).is_empty());
    }
}
