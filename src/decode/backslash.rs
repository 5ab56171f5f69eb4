//! Escapes with a backslash, as JSON, C, JavaScript, Python, Rust and shells write them.

use super::stretch::{Escape, Escapes, Kind};
use super::{Decoder, Layers};
use crate::model::Span;
use crate::prefilter::Run;

/// All escapes.
static ALL: Kind = Kind { names: &["escape"], lead: b'\\', read, longest: 12 };
/// Those for which a stretch is decoded: the others never stand inside of a token.
static INSIDE: Kind = Kind { names: &["escape"], lead: b'\\', read: read_inside, longest: 12 };

/// The decoder.
#[derive(Debug, Default)]
pub(super) struct Backslash(Escapes);

impl Decoder for Backslash {
    fn at_run(&mut self, text: &[u8], run: Run, out: &mut Layers) {
        if let Some(first) = self.0.first_at_run(&INSIDE, text, run) {
            self.0.replace(&ALL, text, first, out);
        }
    }

    fn at_dense(&mut self, text: &[u8], stretch: Span, out: &mut Layers) {
        while let Some(first) = self.0.first_of_many(&INSIDE, text, stretch) {
            self.0.replace(&ALL, text, first, out);
        }
    }
}

fn read_inside(text: &[u8]) -> Option<Escape> {
    match text {
        [b'\\', b'u' | b'U' | b'x' | b'/' | b'0'..=b'7', ..] => read(text),
        _ => None,
    }
}

fn read(text: &[u8]) -> Option<Escape> {
    let [b'\\', kind, rest @ ..] = text else { return None };
    let plain = match kind {
        b'u' | b'x' if rest.first() == Some(&b'{') => return braced(&rest[1..]),
        b'u' => return unicode(rest),
        b'U' => return Some(Escape::char(char::from_u32(digits(rest, 8, 16)?)?, 10)),
        b'x' => return Some(Escape::byte(u8::try_from(digits(rest, 2, 16)?).ok()?, 4)),
        b'0'..=b'7' => return octal(&text[1..]),
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'"' | b'\'' | b'\\' | b'/' => *kind,
        _ => return None,
    };
    Some(Escape::byte(plain, 2))
}

fn digits(text: &[u8], many: usize, radix: u32) -> Option<u32> {
    let digits = text.get(..many)?.iter();
    digits.copied().try_fold(0, |n, d| Some(n * radix + char::from(d).to_digit(radix)?))
}

fn octal(text: &[u8]) -> Option<Escape> {
    let many = text.iter().take(3).take_while(|b| matches!(b, b'0'..=b'7')).count();
    let value = u8::try_from(digits(text, many, 8)?).ok()?;
    Some(Escape::byte(value, 1 + many))
}

/// `\u{41}`, of which `text` is what follows the brace.
fn braced(text: &[u8]) -> Option<Escape> {
    let many = text.iter().take(7).position(|&b| b == b'}').filter(|&n| (1..=6).contains(&n))?;
    Some(Escape::char(char::from_u32(digits(text, many, 16)?)?, many + 4))
}

/// `\u0041`, and the pairs in which JSON writes what lies beyond U+FFFF.
fn unicode(rest: &[u8]) -> Option<Escape> {
    let first = digits(rest, 4, 16)?;
    if let Some(c) = char::from_u32(first) {
        return Some(Escape::char(c, 6));
    }
    let second = rest.get(4..)?.strip_prefix(b"\\u").and_then(|r| digits(r, 4, 16))?;
    let both = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    Some(Escape::char(char::decode_utf16(both).next()?.ok()?, 12))
}
