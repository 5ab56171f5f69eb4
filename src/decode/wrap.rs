//! Encoded text that goes on over lines: indented, quoted, commented, or with written-out breaks.

use super::alphabet::NONE;
use super::coded::Code;
use crate::model::Span;

/// Longest stretch between two lines.
const GAP: usize = 96;
/// How many groups at the start of a line tell whether it goes on with the text before.
const GROUPS: usize = 4;

/// `first` and the lines after it that go on with it.
pub(super) fn lines<const B: usize, const G: usize>(
    text: &[u8],
    first: Span,
    code: &Code<B, G>,
) -> Vec<Span> {
    lines_if(text, first, code, |next, chars| goes_on(text, next, chars, code))
}

/// The same, whatever the lines stand for.
pub(super) fn lines_of_any<const B: usize, const G: usize>(
    text: &[u8],
    first: Span,
    code: &Code<B, G>,
) -> Vec<Span> {
    lines_if(text, first, code, |_, _| true)
}

fn lines_if<const B: usize, const G: usize>(
    text: &[u8],
    first: Span,
    code: &Code<B, G>,
    goes_on: impl Fn(Span, usize) -> bool,
) -> Vec<Span> {
    let mut lines = vec![first];
    let mut chars = first.len();
    let mut last = first;
    while let Some(next) = next_line(text, last.end, code) {
        let longer = next.len() > last.len() && lines.len() > 1;
        if longer || !goes_on(next, chars) {
            break;
        }
        lines.push(next);
        chars += next.len();
        last = next;
    }
    lines
}

/// Whether `next` is text when it is read on after `chars` characters.
fn goes_on<const B: usize, const G: usize>(
    text: &[u8],
    next: Span,
    chars: usize,
    code: &Code<B, G>,
) -> bool {
    let skip = (G - chars % G) % G;
    let start = next.end.min(next.start + skip);
    // Of a short line, what little it stands for: it may be a word, such as the end of a here
    // document.
    code.is_textual(text, Span::new(start, next.end.min(start + GROUPS * G)))
}

/// The characters of the alphabet on the line after `end`, if nothing else is there.
fn next_line<const B: usize, const G: usize>(
    text: &[u8],
    end: usize,
    code: &Code<B, G>,
) -> Option<Span> {
    let start = gap(text, end)?;
    let rest = text.get(start..)?;
    let len = rest.iter().take_while(|b| code.values[usize::from(**b)] != NONE).count();
    let ends = match rest.get(len..)? {
        [] | [b'=' | b'\n' | b'\r' | b'"' | b'\'' | b'`' | b'\\' | b'<', ..] => true,
        [b' ', ..] => rest[len..].trim_ascii_start().len() < rest.len() - len,
        _ => false,
    };
    (len > 0 && ends).then(|| Span::new(start, start + len))
}

/// Where the line after `end` begins: behind a line break and what decorates lines.
fn gap(text: &[u8], end: usize) -> Option<usize> {
    let rest = text.get(end..text.len().min(end + GAP))?;
    let (mut at, mut broke) = (0, false);
    loop {
        at += match &rest[at..] {
            [b'\n', ..] => {
                broke = true;
                1
            }
            [b'\\', b'n', ..] => {
                broke = true;
                2
            }
            [b'\\', b'r' | b'"' | b'\'', ..] => 2,
            [b'\r' | b' ' | b'\t' | b'"' | b'\'' | b'`' | b'\\', ..] => 1,
            [b'#' | b'*' | b'>' | b'|' | b';' | b'(' | b')', ..] => 1,
            [b'+' | b'.' | b'&', b' ' | b'\r' | b'\n' | b'"' | b'\'', ..] => 1,
            [b'/', b'/', b' ', ..] | [b'-', b'-', b' ', ..] => 3,
            _ => break,
        };
    }
    broke.then_some(end + at)
}
