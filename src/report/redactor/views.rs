//! A text decoded in the ways in which a secret may be written. Each decoded byte remembers the
//! part of the text that it came from.

use crate::model::Span;

/// Shortest run of base64 that holds a gram (8 bytes).
const BASE64_RUN: usize = 11;
/// Shortest run of hexadecimal digits that holds a gram.
const HEX_RUN: usize = 16;

/// One decoded form of (a part of) a text.
#[derive(Debug, Default)]
pub(super) struct View {
    /// The decoded bytes.
    pub(super) bytes: Vec<u8>,
    sources: Vec<Span>,
}

impl View {
    fn push(&mut self, byte: u8, start: usize, end: usize) {
        self.bytes.push(byte);
        self.sources.push(Span::new(start, end));
    }

    /// The part of the text from which `len` decoded bytes at `at` came.
    pub(super) fn source(&self, at: usize, len: usize) -> Option<Span> {
        let last = at.checked_add(len)?.checked_sub(1)?;
        Some(Span::new(self.sources.get(at)?.start, self.sources.get(last)?.end))
    }
}

/// Every decoded form of `text` that could hold a secret.
pub(super) fn of(text: &[u8]) -> Vec<View> {
    let mut views = Vec::new();
    if text.contains(&b'%') {
        views.push(unescaped(text, percent));
    }
    if text.contains(&b'\\') {
        views.push(unescaped(text, backslash));
    }
    for run in runs(text, BASE64_RUN, |b| sextet(b).is_some()) {
        (0..4).for_each(|shift| views.push(base64(text, run, shift)));
    }
    for run in runs(text, HEX_RUN, |b| b.is_ascii_hexdigit()) {
        (0..2).for_each(|shift| views.push(hex(text, run, shift)));
    }
    views
}

fn runs(text: &[u8], least: usize, of: impl Fn(u8) -> bool) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    for run in text.chunk_by(|a, b| of(*a) == of(*b)) {
        if run.len() >= least && run.first().is_some_and(|b| of(*b)) {
            found.push(Span::new(at, at + run.len()));
        }
        at += run.len();
    }
    found
}

/// What an escape at the start of a text stands for, and its length in the text.
type Escape = fn(&[u8]) -> Option<(Vec<u8>, usize)>;

fn unescaped(text: &[u8], escape: Escape) -> View {
    let mut view = View::default();
    let mut rest = text;
    while let Some((&byte, _)) = rest.split_first() {
        let at = text.len() - rest.len();
        let (decoded, len) = escape(rest).unwrap_or_else(|| (vec![byte], 1));
        decoded.into_iter().for_each(|b| view.push(b, at, at + len));
        rest = rest.get(len..).unwrap_or_default();
    }
    view
}

fn percent(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    let [b'%', high, low, ..] = text else { return None };
    Some((vec![digit(*high)? << 4 | digit(*low)?], 3))
}

fn backslash(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    let [b'\\', kind, rest @ ..] = text else { return None };
    let plain = match kind {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'"' | b'\\' | b'/' | b'\'' => *kind,
        b'u' => return Some((unicode(rest)?.to_string().into_bytes(), 6)),
        _ => return None,
    };
    Some((vec![plain], 2))
}

fn unicode(rest: &[u8]) -> Option<char> {
    let digits = rest.first_chunk::<4>()?;
    let code = digits.iter().try_fold(0, |n, d| Some(n << 4 | u32::from(digit(*d)?)))?;
    char::from_u32(code)
}

fn digit(b: u8) -> Option<u8> {
    char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

fn hex(text: &[u8], run: Span, shift: usize) -> View {
    let mut view = View::default();
    let start = run.start + shift;
    let digits = text.get(start..run.end).unwrap_or_default();
    for (nth, pair) in digits.chunks_exact(2).enumerate() {
        let byte = pair.iter().filter_map(|d| digit(*d)).fold(0, |n, d| n << 4 | d);
        view.push(byte, start + nth * 2, start + nth * 2 + 2);
    }
    view
}

/// Both alphabets of base64 at once: `+/` and `-_`.
fn sextet(b: u8) -> Option<u32> {
    let value = match b {
        b'A'..=b'Z' => b - b'A',
        b'a'..=b'z' => b - b'a' + 26,
        b'0'..=b'9' => b - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

/// Where the run's true beginning is cannot be seen, so each of the four shifts is tried.
fn base64(text: &[u8], run: Span, shift: usize) -> View {
    let mut view = View::default();
    let start = run.start + shift;
    let chars = text.get(start..run.end).unwrap_or_default();
    for (nth, quad) in chars.chunks(4).enumerate() {
        let at = start + nth * 4;
        let filled = quad.iter().filter_map(|b| sextet(*b)).fold(0, |n, s| n << 6 | s);
        let bits = filled << (6 * (4 - quad.len()));
        let [_, bytes @ ..] = bits.to_be_bytes();
        for (offset, byte) in bytes.into_iter().take(quad.len().saturating_sub(1)).enumerate() {
            view.push(byte, at + offset, at + offset + 2);
        }
    }
    view
}
