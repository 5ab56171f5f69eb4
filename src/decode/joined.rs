//! String literals that are joined in the source: `"a" + "b"`, `"a" "b"`, `'a''b'`, lines that go
//! on after a backslash, and what a character without a width parts.

use super::layer::Build;
use super::{Decoder, Layers, stretch};
use crate::model::Span;
use crate::prefilter::Run;
use crate::rule::{REACH, is_token};

/// Most bytes between two literals.
const GAP: usize = 96;
/// Longest literal.
const LITERAL: usize = 1024;
/// How much of the line behind the last literal is kept.
const TAIL: usize = 64;

/// What joins two literals, longer ones first.
const OPERATORS: [&[u8]; 10] =
    [b".concat(", b"..", b"++", b"<<", b"||", b"+", b".", b"&", b"~", b"^"];
/// Characters that nobody sees: the soft hyphen, spaces and joiners of no width, a byte order mark.
const UNSEEN: [&str; 6] = ["\u{ad}", "\u{200b}", "\u{200c}", "\u{200d}", "\u{2060}", "\u{feff}"];

/// The decoder.
#[derive(Debug, Default)]
pub(super) struct Joined {
    done: usize,
}

impl Decoder for Joined {
    #[inline]
    fn at_run(&mut self, text: &[u8], run: Run, out: &mut Layers) {
        let Span { start, end } = run.span;
        let after = text.get(end).is_some_and(|&b| ends_part(b));
        let before =
            start.checked_sub(1).and_then(|i| text.get(i)).is_some_and(|&b| begins_part(b));
        if !after && !before || end < self.done {
            return;
        }
        let behind = || before.then(|| close_before(text, start - 1)).flatten();
        let ahead = || (after && joint(text, end).is_some()).then_some(end);
        if let Some(close) = behind().or_else(ahead).filter(|close| *close >= self.done) {
            self.done = join(text, close, out);
        }
    }
}

fn ends_part(b: u8) -> bool {
    matches!(b, b'"' | b'\'' | b'`' | b'\\' | b' ' | b'\t' | b'\n' | 0xC2 | 0xE2 | 0xEF)
}

fn begins_part(b: u8) -> bool {
    ends_part(b) || matches!(b, 0x80..0xC0)
}

/// How many bytes of characters that nobody sees `text` begins with.
fn unseen(text: &[u8]) -> usize {
    let mut rest = text;
    while let Some(next) = UNSEEN.iter().find_map(|c| rest.strip_prefix(c.as_bytes())) {
        rest = next;
    }
    text.len() - rest.len()
}

fn is_quote(b: u8) -> bool {
    matches!(b, b'"' | b'\'' | b'`')
}

/// If the literal that is closed (or the line that is broken) at `close` is joined to what comes:
/// where that begins.
fn joint(text: &[u8], close: usize) -> Option<usize> {
    let rest = text.get(close..text.len().min(close + GAP))?;
    if let [b'\\', after @ ..] = rest {
        let line = after.strip_prefix(b"\r").unwrap_or(after).strip_prefix(b"\n")?;
        return Some(close + rest.len() - line.trim_ascii_start().len());
    }
    if let unseen @ 1.. = unseen(rest) {
        return rest.get(unseen).is_some_and(|b| is_token(*b)).then_some(close + unseen);
    }
    let quote = *rest.first().filter(|b| is_quote(**b))?;
    let mut at = space(rest, 1);
    if let Some(operator) = OPERATORS.iter().find(|o| rest[at..].starts_with(o)) {
        at = space(rest, at + operator.len());
    }
    let prefix = rest[at..].iter().take(2).take_while(|b| b"bBrRuUfFlL@$".contains(b)).count();
    let open = *rest.get(at + prefix).filter(|b| is_quote(**b))?;
    at += prefix + 1;
    // Three in a row are one quote.
    let triple = at == 2 && open == quote && rest.get(at) == Some(&quote);
    (!triple).then_some(close + at)
}

/// Steps over blanks, line breaks and the backslashes and underlines before them.
fn space(text: &[u8], from: usize) -> usize {
    let is = |i: usize| match text.get(i) {
        Some(b'\\' | b'_') => matches!(text.get(i + 1), Some(b'\n' | b'\r')),
        Some(b) => b.is_ascii_whitespace(),
        None => false,
    };
    (from..text.len()).find(|&i| !is(i)).unwrap_or(text.len())
}

/// Where the literal before the one that opens at `open` is closed, if the two are joined.
fn close_before(text: &[u8], open: usize) -> Option<usize> {
    let from = open.saturating_sub(GAP - 1);
    let gap = text.get(from..open)?;
    let between = |b: &u8| b.is_ascii_whitespace() || b"\\_.+<|&~^bBrRuUfFlL@$".contains(b);
    let close = if is_quote(*text.get(open)?) {
        from + gap.iter().rposition(|b| !between(b))?
    } else if let Some(close) = seen_before(text, open + 1) {
        close
    } else {
        // A line that goes on, glued to the backslash that breaks it.
        let line = text.get(from..=open)?.trim_ascii_end().strip_suffix(b"\\")?;
        line.last().filter(|b| is_token(**b))?;
        from + line.len()
    };
    let next = joint(text, close)?;
    (next == open + 1 && text.get(close.checked_sub(1)?) != Some(&b'\\')).then_some(close)
}

/// Where the token ends that is parted by characters that nobody sees from what begins at `start`.
fn seen_before(text: &[u8], start: usize) -> Option<usize> {
    let mut seen = &text[..start];
    while let Some(before) = UNSEEN.iter().find_map(|c| seen.strip_suffix(c.as_bytes())) {
        seen = before;
    }
    let parted = seen.len() < start && seen.last().is_some_and(|b| is_token(*b));
    parted.then_some(seen.len())
}

/// Adds the layer of the literals of which the first is closed at `first`; answers the end.
fn join(text: &[u8], first: usize, out: &mut Layers) -> usize {
    let mut build = Build::default();
    let mut from = name_line(text, stretch::start(text, first));
    let mut close = first;
    let quote = text.get(first).copied().filter(|b| is_quote(*b));
    let end = loop {
        build.copy(text, Span::new(from, close));
        let Some(next) = joint(text, close) else { break close };
        from = next;
        match closing(text, close, next) {
            Some(found) => close = found,
            None => {
                close = next;
                break next;
            }
        }
    };
    let mut behind = end;
    if let Some(quote) = quote.filter(|_| text.get(end).is_some_and(|b| is_quote(*b))) {
        build.atom(&[quote], Span::new(end, end + 1));
        behind += 1;
    }
    let limit = text.len().min(behind + TAIL);
    let tail = memchr::memchr(b'\n', &text[behind..limit]).map_or(limit, |i| behind + i);
    build.copy(text, Span::new(behind, stretch::run_end(text, tail)));
    out.wide |= close - first > REACH / 2;
    out.add(Some(build.done(&["joined"])));
    behind.max(first + 1)
}

/// Where the part that begins at `start` ends: at its quote, or at the backslash that breaks its
/// line. `close` is what ended the part before.
fn closing(text: &[u8], close: usize, start: usize) -> Option<usize> {
    let rest = text.get(start..text.len().min(start + LITERAL))?;
    let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
    let broken = line.strip_suffix(b"\r").unwrap_or(line).ends_with(b"\\");
    if text.get(close) == Some(&b'\\') {
        // No quote is known; without another break the rest of the line belongs to it.
        let end = line.strip_suffix(b"\r").unwrap_or(line).len() - usize::from(broken);
        return Some(start + end);
    }
    if !text.get(close).is_some_and(|b| is_quote(*b)) {
        return Some(start + line.iter().take_while(|b| is_token(**b)).count());
    }
    let quote = *text.get(start.checked_sub(1)?)?;
    let mut at = 0;
    while let Some(found) = memchr::memchr2(quote, b'\\', &line[at..]) {
        at += found;
        match line[at] {
            b'\\' if at + 1 >= line.len() => return Some(start + at),
            b'\\' => at = line.len().min(at + 2),
            _ => return Some(start + at),
        }
    }
    None
}

/// The start of the line before `start` if that one opens an expression, else `start`.
fn name_line(text: &[u8], start: usize) -> usize {
    let from = start.saturating_sub(TAIL * 2);
    let Some(before) = text[from..start].strip_suffix(b"\n").map(<[u8]>::trim_ascii_end) else {
        return start;
    };
    if !before.last().is_some_and(|b| matches!(b, b'(' | b'=' | b':' | b'\\')) {
        return start;
    }
    memchr::memrchr(b'\n', before).map_or(start, |i| from + i + 1)
}
