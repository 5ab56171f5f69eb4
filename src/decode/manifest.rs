//! Kubernetes secrets: their values are base64, and may be too short to be token runs.

use super::base64;
use super::{Decoder, Layers};
use crate::model::Span;
use crate::rule::RUN;
use memchr::memmem::{self, Finder};
use std::sync::LazyLock;

/// A manifest says within so many bytes that it is one.
const HEAD: usize = 2048;

/// What every manifest says. Made once: few texts say it, and all are asked.
static VERSION: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("apiVersion"));

/// The decoder.
#[derive(Debug, Default)]
pub(super) struct Manifest;

impl Decoder for Manifest {
    fn at_text(&mut self, text: &[u8], out: &mut Layers) {
        if VERSION.find(&text[..text.len().min(HEAD)]).is_none() {
            return;
        }
        let mut done = 0;
        for at in memmem::find_iter(text, b"Secret") {
            if at < done || !is_kind(&text[..at]) {
                continue;
            }
            let start = memmem::rfind(&text[done..at], b"\n---").map_or(done, |i| done + i);
            done = memmem::find(&text[at..], b"\n---").map_or(text.len(), |i| at + i);
            // The values hang on a word that may be far from them.
            out.wide = true;
            values(text, Span::new(start, done), out);
        }
    }
}

/// Whether `before` ends in `kind:`, quoted or not.
fn is_kind(before: &[u8]) -> bool {
    let before = before.trim_ascii_end();
    let before = before.strip_suffix(b"\"").unwrap_or(before).trim_ascii_end();
    let Some(before) = before.strip_suffix(b":") else { return false };
    before.strip_suffix(b"\"").unwrap_or(before).ends_with(b"kind")
}

/// Decodes the short values below `data:` in one document.
fn values(text: &[u8], document: Span, out: &mut Layers) {
    let mut at = document.start;
    let mut data = None;
    for line in document.of(text).split_inclusive(|&b| b == b'\n') {
        let word = line.trim_ascii();
        let depth = line.len() - line.trim_ascii_start().len();
        if matches!(word, b"data:" | b"\"data\": {") {
            data = Some(depth);
        } else if !word.is_empty() && data.is_some_and(|d| depth <= d) {
            data = None;
        }
        if let Some(value) = value(line).filter(|_| data.is_some()) {
            let value = Span::new(at + value.start, at + value.end);
            base64::add_value(text, Span::new(at, value.start), value, out);
        }
        at += line.len();
    }
}

/// The value of `name: value`, without padding, if it is short.
fn value(line: &[u8]) -> Option<Span> {
    let colon = memchr::memchr(b':', line)?;
    let mark = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'');
    let start = colon + 1 + line[colon + 1..].iter().take_while(|b| mark(b)).count();
    let all = line[start..].iter().take_while(|b| b.is_ascii_alphanumeric() || b"+/=".contains(b));
    let all = all.count();
    let end = line[start..start + all].iter().position(|&b| b == b'=').unwrap_or(all);
    (all < RUN && all > 3 && all.is_multiple_of(4)).then(|| Span::new(start, start + end))
}
