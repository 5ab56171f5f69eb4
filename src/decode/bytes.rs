//! Arrays of bytes: `0x41, 0x42`, `65, 66`, `'A', 'B'`.

use super::alphabet::is_text;
use super::layer::Build;
use super::{Decoder, Layers, Packed, packed, stretch};
use crate::model::Span;
use crate::rule::REACH;

/// Fewer elements are no credential.
const LEAST: usize = 8;

/// Bytes of the longest element, `0x41`.
const LONGEST: usize = 4;

/// So many tell whether something is packed in them.
const HEAD: usize = 16;

/// The decoder.
#[derive(Debug, Default)]
pub(super) struct Bytes {
    done: usize,
    packed: usize,
}

impl Decoder for Bytes {
    fn at_dense(&mut self, text: &[u8], stretch: Span, out: &mut Layers) {
        let mut at = stretch.start.max(self.done);
        if !may_hold_array(text.get(at..stretch.end).unwrap_or_default()) {
            return;
        }
        while let Some(comma) = memchr::memchr(b',', text.get(at..stretch.end).unwrap_or_default())
        {
            let comma = at + comma;
            let next = blanks(text, comma + 1);
            at = next;
            if text.get(next).is_some_and(|b| b.is_ascii_digit() || *b == b'\'') {
                let list = Span::new(element_before(text, comma).unwrap_or(next), stretch.end);
                let list = self.unpack(text, list, out);
                at = arrays(text, list, |array| add(text, array, out)).max(next);
            }
        }
        self.done = self.done.max(at);
    }
}

impl Bytes {
    /// Opens what is packed in the list that starts where `list` does; answers what is left of it.
    fn unpack(&mut self, text: &[u8], list: Span, out: &mut Layers) -> Span {
        if list.start < self.packed || !packed::is(&all(text, list.start, HEAD).0) {
            return list;
        }
        let (bytes, end) = all(text, list.start, usize::MAX);
        let span = Span::new(list.start, end);
        self.packed = end;
        out.add_packed(Packed { span, bytes });
        Span::new(end, list.end.max(end))
    }
}

/// What at most `most` elements from `at` on stand for, and where they end.
fn all(text: &[u8], mut at: usize, most: usize) -> (Vec<u8>, usize) {
    let mut bytes = Vec::new();
    while let Some((byte, end)) = element(text, at).filter(|_| bytes.len() < most) {
        bytes.push(byte);
        at = blanks(text, end);
        if text.get(at) != Some(&b',') {
            break;
        }
        at = blanks(text, at + 1);
    }
    (bytes, at)
}

/// Whether commas stand before digits, quotes or blanks often enough for an array, some of which may
/// stand outside of `stretch`. Most lists are of something else. There is no branch on any of them,
/// so that vectors take several at once.
fn may_hold_array(stretch: &[u8]) -> bool {
    let blank = |b: u8| (b == b' ') | (b.wrapping_sub(b'\t') < 5);
    let begins = |b: u8| (b.wrapping_sub(b'0') < 10) | (b == b'\'') | blank(b);
    let joins = |[a, b, c]: [u8; 3]| (a == b',') & begins(b) & (!blank(b) | begins(c));
    let mut many = 0;
    for part in stretch.chunks(usize::from(u8::MAX)) {
        let threes = part.iter().zip(&part[1..]).zip(part.get(2..).unwrap_or_default());
        let count = threes.fold(0, |n: u8, ((&a, &b), &c)| n + u8::from(joins([a, b, c])));
        many += usize::from(count);
    }
    many >= LEAST / 2
}

/// Where the element starts that stands before the comma at `comma`, if one does.
fn element_before(text: &[u8], comma: usize) -> Option<usize> {
    let before = text[..comma].trim_ascii_end();
    let is_part = |b: &&u8| b.is_ascii_alphanumeric();
    let length = match before {
        [.., b'\'', _, b'\''] => 3,
        _ => before.iter().rev().take(LONGEST + 1).take_while(is_part).count(),
    };
    let start = before.len() - length;
    element(text, start).filter(|(_, end)| *end == before.len()).map(|_| start)
}

/// Calls `each` with every array of text in the list that starts where `list` does, and that may go
/// on behind it; answers where to go on.
fn arrays(text: &[u8], list: Span, mut each: impl FnMut(&[(u8, Span)])) -> usize {
    let mut array = Vec::new();
    let mut at = list.start;
    loop {
        let next = element(text, at);
        match next.filter(|(byte, _)| is_text(*byte)) {
            Some((byte, end)) => array.push((byte, Span::new(at, end))),
            None => {
                done(&mut array, &mut each);
                if at >= list.end {
                    return at;
                }
            }
        }
        let Some((_, end)) = next else { return at };
        at = blanks(text, end);
        if text.get(at) != Some(&b',') {
            done(&mut array, &mut each);
            return at;
        }
        at = blanks(text, at + 1);
    }
}

/// Calls `each` with `array`, if it is long enough, and begins the next one.
fn done(array: &mut Vec<(u8, Span)>, each: &mut impl FnMut(&[(u8, Span)])) {
    if array.len() >= LEAST {
        each(array);
    }
    array.clear();
}

fn blanks(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|b| b.is_ascii_whitespace()).count()
}

/// The element at `at`: its value and its end.
fn element(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let rest = text.get(at..)?;
    let (digits, radix, head) = match rest {
        [b'\'', byte, b'\'', ..] => return Some((*byte, at + 3)),
        [b'0', b'x' | b'X', digits @ ..] => (digits, 16, 2),
        digits => (digits, 10, 0),
    };
    let mut value = 0;
    let mut many = 0;
    while let Some(digit) = digits.get(many).and_then(|b| char::from(*b).to_digit(radix)) {
        value = value * radix + digit;
        many += 1;
        if value > 255 {
            return None;
        }
    }
    (many > 0).then_some((u8::try_from(value).ok()?, at + head + many))
}

fn add(text: &[u8], array: &[(u8, Span)], out: &mut Layers) {
    let (Some(first), Some(last)) = (array.first(), array.last()) else { return };
    let mut build = Build::default();
    let start = stretch::start(text, first.1.start);
    build.copy(text, Span::new(start, first.1.start));
    // Of `{0x41` and `[65` the bracket would stand before the text; a quote says what it is.
    build.atom(b"\"", Span::new(first.1.start, first.1.start + 1));
    array.iter().for_each(|(byte, span)| build.atom(&[*byte], *span));
    build.atom(b"\"", Span::new(last.1.end - 1, last.1.end));
    out.wide |= last.1.end - first.1.start > REACH / 2;
    out.add(Some(build.done(&["bytes"])));
}
