//! A piece of a text in which escapes are replaced in place, so that what stands beside them, the
//! name of a value say, is still there.

use super::layer::{Build, Layer};
use super::{Layers, Packed, packed};
use crate::model::Span;
use crate::prefilter::Run;
use crate::rule::{REACH, is_token};

/// How much is taken of the line before the first escape and behind the last, and how far apart
/// two escapes of one stretch may be.
const BESIDE: usize = 256;
/// How far a run that the stretch would cut may take it.
const RUN_BESIDE: usize = 4096;

/// What an escape at the start of a text stands for.
pub(super) struct Escape {
    /// The bytes, of which `len` count.
    bytes: [u8; 4],
    len: usize,
    /// How many bytes of the text it takes.
    pub(super) taken: usize,
}

impl Escape {
    /// An escape of `taken` bytes that stands for one byte.
    pub(super) fn byte(b: u8, taken: usize) -> Self {
        Self { bytes: [b, 0, 0, 0], len: 1, taken }
    }

    /// An escape of `taken` bytes that stands for a character.
    pub(super) fn char(c: char, taken: usize) -> Self {
        let mut bytes = [0; 4];
        let len = c.encode_utf8(&mut bytes).len();
        Self { bytes, len, taken }
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// A kind of escape.
pub(super) struct Kind {
    /// Its name in the chain.
    pub(super) names: &'static [&'static str],
    /// The byte with which each one starts.
    pub(super) lead: u8,
    /// Reads the one at the start of a text.
    pub(super) read: fn(&[u8]) -> Option<Escape>,
    /// Longest one in bytes.
    pub(super) longest: usize,
}

impl Kind {
    /// Where the one starts that ends at `end`.
    fn ending_at(&self, text: &[u8], end: usize) -> Option<usize> {
        let from = end.saturating_sub(self.longest);
        let before = text.get(from..end)?;
        let at = from + memchr::memrchr(self.lead, before)?;
        let escape = (self.read)(text.get(at..)?)?;
        (at + escape.taken >= end).then_some(at)
    }

    /// The first `many` escapes in `within`: where the first one starts.
    fn many_in(&self, text: &[u8], within: Span, many: usize) -> Option<usize> {
        let mut seen = 0;
        let mut first = None;
        let mut at = within.start;
        while let Some(found) = memchr::memchr(self.lead, text.get(at..within.end)?) {
            at += found;
            match (self.read)(&text[at..]) {
                Some(escape) => {
                    first = first.or(Some(at));
                    seen += 1;
                    at += escape.taken;
                }
                None => at += 1,
            }
            if seen >= many {
                return first;
            }
        }
        None
    }

    /// Makes the layer of the stretch whose first escape is at `first`; answers its end.
    fn replace(&self, text: &[u8], first: usize, out: &mut Layers) -> usize {
        let mut build = Build::default();
        let mut copied = start(text, first);
        let (mut at, mut last) = (first, first);
        let end = loop {
            let limit = text.len().min(last + BESIDE);
            let Some(found) = memchr::memchr2(self.lead, b'\n', &text[at..limit]) else {
                break limit;
            };
            at += found;
            if text[at] == b'\n' && self.lead != b'\n' {
                break at;
            }
            let Some(escape) = (self.read)(&text[at..]) else {
                at += 1;
                continue;
            };
            build.copy(text, Span::new(copied, at));
            build.atom(escape.bytes(), Span::new(at, at + escape.taken));
            at = text.len().min(at + escape.taken);
            (copied, last) = (at, at);
        };
        let end = run_end(text, end);
        build.copy(text, Span::new(copied, end));
        out.wide |= last - first > REACH / 2;
        let layer = build.done(self.names);
        if let Some(at) = packed::find(&layer.text) {
            let span = Span::new(first, last.max(first));
            out.add_packed(Packed { span, bytes: layer.text[at..].to_vec() });
        }
        out.add(Some(layer));
        last.max(first + 1)
    }
}

/// How many escapes make a dense stretch worth a layer.
const MANY: usize = 6;

/// Where the escapes of one kind have been replaced.
#[derive(Debug, Default)]
pub(super) struct Escapes {
    done: usize,
}

impl Escapes {
    /// Replaces escapes that touch `run`.
    #[inline]
    pub(super) fn at_run(&mut self, kind: &Kind, text: &[u8], run: Run, out: &mut Layers) {
        if let Some(first) = self.first_at_run(kind, text, run) {
            self.replace(kind, text, first, out);
        }
    }

    /// Replaces escapes that are many in `stretch`.
    pub(super) fn at_dense(&mut self, kind: &Kind, text: &[u8], stretch: Span, out: &mut Layers) {
        while let Some(first) = self.first_of_many(kind, text, stretch) {
            self.replace(kind, text, first, out);
        }
    }

    /// Replaces the escapes from `first` on.
    pub(super) fn replace(&mut self, kind: &Kind, text: &[u8], first: usize, out: &mut Layers) {
        self.done = kind.replace(text, first, out);
    }

    /// The first escape that touches `run`: just before it, reaching into it, or just behind.
    #[inline]
    pub(super) fn first_at_run(&self, kind: &Kind, text: &[u8], run: Run) -> Option<usize> {
        let Span { start, end } = run.span;
        if end < self.done {
            return None;
        }
        let before = start.checked_sub(1).and_then(|i| text.get(i)).copied();
        let left = match before {
            Some(b) if b == kind.lead => Some(start - 1),
            Some(b';' | b'}') => kind.ending_at(text, start),
            _ => None,
        };
        let right = (text.get(end) == Some(&kind.lead)).then_some(end);
        let real = |at: &usize| *at >= self.done && (kind.read)(&text[*at..]).is_some();
        left.filter(real).or(right.filter(real))
    }

    /// The first of many escapes in `stretch`.
    pub(super) fn first_of_many(&self, kind: &Kind, text: &[u8], stretch: Span) -> Option<usize> {
        kind.many_in(text, Span::new(stretch.start.max(self.done), stretch.end), MANY)
    }
}

/// Where a stretch begins whose first escape is at `at`: in its line, never inside a run.
pub(super) fn start(text: &[u8], at: usize) -> usize {
    let from = at.saturating_sub(BESIDE);
    if let Some(line) = memchr::memrchr(b'\n', &text[from..at]) {
        return from + line + 1;
    }
    let back = text[..from].iter().rev().take(RUN_BESIDE).take_while(|b| is_token(**b)).count();
    from - back
}

/// The end of the run that `at` would cut.
pub(super) fn run_end(text: &[u8], at: usize) -> usize {
    let inside = at > 0 && text.get(at - 1).is_some_and(|b| is_token(*b));
    let rest = text.get(at..).unwrap_or_default().iter().take(RUN_BESIDE);
    if inside { at + rest.take_while(|b| is_token(**b)).count() } else { at }
}

/// The layer of one coded value and what stands before it in its line, the name say, but not
/// before `before`.
pub(super) fn named(
    text: &[u8],
    before: Span,
    value: Span,
    code: impl FnOnce(&mut Build),
    names: &'static [&'static str],
) -> Layer {
    let mut build = Build::default();
    let from = value.start.saturating_sub(BESIDE / 2).max(before.start).min(value.start);
    let line = memchr::memrchr(b'\n', &text[from..value.start]).map_or(from, |i| from + i + 1);
    build.copy(text, Span::new(line, value.start));
    code(&mut build);
    let rest = text.get(value.end..).unwrap_or_default().iter().take(8);
    let close = rest.take_while(|b| matches!(b, b'=' | b'"' | b'\'' | b'`' | b',' | b';')).count();
    let pad = text[value.end..].iter().take(8).take_while(|b| **b == b'=').count().min(close);
    build.copy(text, Span::new(value.end + pad, value.end + close));
    build.done(names)
}
