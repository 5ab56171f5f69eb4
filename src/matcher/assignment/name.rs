//! The whole name around a word in it.

use super::cursor::Bytes;
use crate::model::Span;

static NAME: Bytes = Bytes::alnum_and(b"_-.$");

/// Longest part of a name before and after the word.
const LONGEST: usize = 48;

/// The name that holds the word at `start..end`.
pub(super) fn around(text: &[u8], start: usize, end: usize) -> Span {
    let from = start.saturating_sub(LONGEST);
    let before = text[from..start].iter().rev().take_while(|&&b| NAME.has(b)).count();
    let to = text.len().min(end + LONGEST);
    let after = text[end..to].iter().take_while(|&&b| NAME.has(b)).count();
    let tail =
        text[end..end + after].iter().rev().take_while(|&&b| b == b'-' || b == b'.').count();
    Span::new(start - before, end + after - tail)
}

/// Whether a name that begins with another word says password as well (`KEYSTORE_PASSWORD`).
pub(super) fn says_password(name: &[u8]) -> bool {
    let says = |w: &[u8], word: &[u8]| w.eq_ignore_ascii_case(word);
    name.windows(5).any(|w| says(w, b"passw") || says(w, b"passp"))
        || name.windows(3).any(|w| says(w, b"pwd"))
}
