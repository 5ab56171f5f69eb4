//! Where a token stands in a text, by its mark and its alphabet.

use memchr::memmem;
use std::ops::Range;

/// A set of bytes.
pub(super) type Class = fn(u8) -> bool;

/// From the first of `marks` to the end of the run of `class` after it.
pub(super) fn from_mark(text: &[u8], marks: &[&str], class: Class) -> Option<Range<usize>> {
    let found = |mark: &&str| Some((memmem::find(text, mark.as_bytes())?, mark.len()));
    let (start, len) = marks.iter().filter_map(found).min_by_key(|(start, _)| *start)?;
    Some(start..run_end(text, start + len, class))
}

/// The last run of `class` that is at least `min` bytes long.
pub(super) fn last_run(text: &[u8], class: Class, min: usize) -> Option<Range<usize>> {
    let mut end = text.len();
    while end > 0 {
        let start = run_start(text, end, class);
        if end - start >= min.max(1) {
            return Some(start..end);
        }
        end = start.saturating_sub(1);
    }
    None
}

/// The last text in base64 of at least `min` characters, with its padding. An equals sign before
/// it is not its own.
pub(super) fn encoded(text: &[u8], min: usize) -> Option<Range<usize>> {
    let padded = run_end(text, 0, |b| b != b'=');
    let is_padding = text.get(padded..)?.iter().all(|&b| b == b'=');
    if text.len() >= min && text.iter().all(|&b| base64(b)) && is_padding {
        return Some(0..text.len());
    }
    let usual: Class = |b| base62(b) || matches!(b, b'+' | b'/');
    let either: Class = |b| base64(b) && b != b'=';
    let run = last_run(text, usual, min).or_else(|| last_run(text, either, min))?;
    Some(run.start..run_end(text, run.end, |b| b == b'=').min(run.end + 2))
}

/// The end of the run of `class` that starts at `start`.
pub(super) fn run_end(text: &[u8], start: usize, class: Class) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    start + rest.iter().position(|&b| !class(b)).unwrap_or(rest.len())
}

/// The start of the run of `class` that ends at `end`.
pub(super) fn run_start(text: &[u8], end: usize, class: Class) -> usize {
    let before = text.get(..end).unwrap_or_default();
    before.iter().rposition(|&b| !class(b)).map_or(0, |i| i + 1)
}

/// Letters and digits.
pub(super) fn base62(b: u8) -> bool {
    b.is_ascii_alphanumeric()
}

/// The URL alphabet of base64, without padding.
pub(super) fn base64url(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')
}

/// Both alphabets of base64, with padding.
pub(super) fn base64(b: u8) -> bool {
    base64url(b) || matches!(b, b'+' | b'/' | b'=')
}

/// Upper-case base32, without padding.
pub(super) fn base32(b: u8) -> bool {
    b.is_ascii_uppercase() || matches!(b, b'2'..=b'7')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_taken_whole() {
        assert_eq!(last_run(b"ab cdef!", base62, 3), Some(3..7));
        assert_eq!(last_run(b"abcd e", base62, 3), Some(0..4));
        assert_eq!(last_run(b"- -", base62, 1), None);
        assert_eq!(last_run(b"", base62, 0), None);
        assert_eq!(from_mark(b"x k_ab-", &["k_"], base62), Some(2..6));
        assert_eq!(from_mark(b"k_", &["k_"], base62), Some(0..2));
    }
}
