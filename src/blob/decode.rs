//! The texts that a blob holds: its bytes as they are, and what they say in UTF-16, UTF-32 or
//! EBCDIC.
//!
//! Bytes are always scanned as they are, whatever they look like: a secret in ASCII stands out in
//! any superset of it, and in a binary file. Wide encodings hide it between NUL bytes, so a blob
//! that looks like one is decoded and scanned once more, and so are stretches that do.

use super::{ebcdic, islands};
use std::borrow::Cow;

/// One reading of a blob.
#[derive(Debug)]
pub struct View<'a> {
    /// The text.
    pub text: Cow<'a, [u8]>,
    /// How it was encoded; `None` for the bytes as they are.
    pub encoding: Option<&'static str>,
}

/// What wide text amid other bytes is called.
pub const WIDE: &str = "wide";

#[derive(Debug, Clone, Copy)]
struct Wide {
    name: &'static str,
    unit: usize,
    big: bool,
}

const UTF16LE: Wide = Wide { name: "utf-16le", unit: 2, big: false };
const UTF16BE: Wide = Wide { name: "utf-16be", unit: 2, big: true };
const UTF32LE: Wide = Wide { name: "utf-32le", unit: 4, big: false };
const UTF32BE: Wide = Wide { name: "utf-32be", unit: 4, big: true };
/// As long as ASCII, and quite another order.
const EBCDIC: Wide = Wide { name: "ebcdic", unit: 1, big: true };

/// How much of a blob is looked at to guess its encoding.
const PROBE: usize = 4096;

/// All readings of `bytes`.
pub fn views(bytes: &[u8]) -> Vec<View<'_>> {
    let mut views = vec![View { text: Cow::Borrowed(bytes), encoding: None }];
    if let Some(mut decoder) = Decoder::of(bytes) {
        let mut text = Vec::with_capacity(bytes.len() / decoder.wide.unit);
        decoder.push(bytes, &mut text);
        decoder.finish(&mut text);
        views.push(View { text: Cow::Owned(text), encoding: Some(decoder.name()) });
    } else if let Some(text) = islands::all(bytes) {
        views.push(View { text: Cow::Owned(text), encoding: Some(WIDE) });
    }
    views
}

/// Decodes a text in a wide encoding that comes in parts of any size.
#[derive(Debug)]
pub struct Decoder {
    wide: Wide,
    /// Bytes of a unit that is not whole yet.
    left: Vec<u8>,
    /// The first half of a surrogate pair.
    high: Option<u16>,
    /// Whether nothing has been decoded yet.
    fresh: bool,
}

impl Decoder {
    /// How many bytes of a text's start [`Decoder::of`] wants to see.
    pub const HEAD: usize = PROBE;

    /// For the text that begins with `head`; `None` if that is in no wide encoding.
    pub fn of(head: &[u8]) -> Option<Self> {
        let wide = guess(head)?;
        Some(Self { wide, left: Vec::new(), high: None, fresh: true })
    }

    /// The name of the encoding.
    pub fn name(&self) -> &'static str {
        self.wide.name
    }

    /// Appends to `text` what the next `bytes` say.
    pub fn push(&mut self, mut bytes: &[u8], text: &mut Vec<u8>) {
        let unit = self.wide.unit;
        if !self.left.is_empty() {
            let (missing, rest) = bytes.split_at(bytes.len().min(unit - self.left.len()));
            self.left.extend_from_slice(missing);
            bytes = rest;
            if self.left.len() < unit {
                return;
            }
            let whole = std::mem::take(&mut self.left);
            self.value(value_of(&whole, self.wide), text);
        }
        let units = bytes.chunks_exact(unit);
        self.left.extend_from_slice(units.remainder());
        for unit in units {
            self.value(value_of(unit, self.wide), text);
        }
    }

    /// The end of the text. Half a unit says nothing.
    pub fn finish(&mut self, text: &mut Vec<u8>) {
        if self.high.take().is_some() {
            put(char::REPLACEMENT_CHARACTER, text);
        }
    }

    fn value(&mut self, value: u32, text: &mut Vec<u8>) {
        let first = std::mem::take(&mut self.fresh);
        let value = match self.wide.unit {
            2 => match self.pair(value, text) {
                Some(value) => value,
                None => return,
            },
            _ => value,
        };
        if !(first && value == 0xFEFF) {
            put(char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER), text);
        }
    }

    /// The character that a unit of UTF-16 ends; `None` if it only begins one.
    fn pair(&mut self, value: u32, text: &mut Vec<u8>) -> Option<u32> {
        let unit = u16::try_from(value).unwrap_or(u16::MAX);
        let low = matches!(unit, 0xDC00..=0xDFFF);
        if let Some(high) = self.high.take() {
            if low {
                let high = u32::from(high - 0xD800) << 10;
                return Some(0x1_0000 + high + u32::from(unit - 0xDC00));
            }
            put(char::REPLACEMENT_CHARACTER, text);
        }
        if matches!(unit, 0xD800..=0xDBFF) {
            self.high = Some(unit);
            return None;
        }
        Some(value)
    }
}

fn put(c: char, text: &mut Vec<u8>) {
    text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

fn guess(bytes: &[u8]) -> Option<Wide> {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] => return Some(UTF32LE),
        [0, 0, 0xFE, 0xFF, ..] => return Some(UTF32BE),
        [0xFF, 0xFE, ..] => return Some(UTF16LE),
        [0xFE, 0xFF, ..] => return Some(UTF16BE),
        _ => {}
    }
    let probe = &bytes[..bytes.len().min(PROBE)];
    if ebcdic::is(probe) {
        return Some(EBCDIC);
    }
    memchr::memchr(0, probe)?;
    [UTF32LE, UTF32BE, UTF16LE, UTF16BE].into_iter().find(|&w| looks_wide(probe, w))
}

/// Whether most units are ASCII characters, that is one byte of text and the rest NUL.
fn looks_wide(probe: &[u8], wide: Wide) -> bool {
    let units = probe.chunks_exact(wide.unit);
    let total = units.len();
    let plain = units.filter(|u| ascii_of(u, wide).is_some_and(|b| b != 0)).count();
    total >= 8 && plain * 10 >= total * 7
}

fn ascii_of(unit: &[u8], wide: Wide) -> Option<u8> {
    u8::try_from(value_of(unit, wide)).ok().filter(u8::is_ascii)
}

fn value_of(unit: &[u8], wide: Wide) -> u32 {
    if let ([byte], 1) = (unit, wide.unit) {
        return u32::from(ebcdic::ascii(*byte));
    }
    let push = |n: u32, b: &u8| n << 8 | u32::from(*b);
    if wide.big { unit.iter().fold(0, push) } else { unit.iter().rev().fold(0, push) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decoded(bytes: &[u8]) -> Option<(String, &'static str)> {
        let view = views(bytes).into_iter().nth(1)?;
        Some((String::from_utf8(view.text.into_owned()).ok()?, view.encoding?))
    }

    #[test]
    fn plain_text_has_one_reading() {
        assert_eq!(views(b"key = value\n").len(), 1);
        assert_eq!(views(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0").len(), 1);
    }

    #[test]
    fn ebcdic_is_decoded() {
        let text = b"\x93\x89\x95\x85\x40\xf1\x7a\x40\x91\xe9\xf9\x6d\x81\x25\x93\x89\x95\x85\x40\xf2\x15";
        assert_eq!(decoded(text), Some(("line 1: jZ9_a\nline 2\n".to_owned(), "ebcdic")));
        assert_eq!(views("一行目の文章です。二行目の文章です。".as_bytes()).len(), 1);
        assert_eq!(views(&[0xe9; 64]).len(), 1);
    }

    #[test]
    fn wide_text_is_decoded_with_and_without_mark() {
        let text = "token: abcdefgh\nline two\n";
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let wide: Vec<u8> = text.chars().flat_map(|c| (c as u32).to_le_bytes()).collect();
        assert_eq!(decoded(&le), Some((text.to_owned(), "utf-16le")));
        assert_eq!(decoded(&be), Some((text.to_owned(), "utf-16be")));
        assert_eq!(decoded(&wide), Some((text.to_owned(), "utf-32le")));
        let marked = [b"\xFF\xFE".to_vec(), le].concat();
        assert_eq!(decoded(&marked), Some((text.to_owned(), "utf-16le")));
    }

    proptest! {
        #[test]
        fn parts_of_any_size_say_what_the_whole_says(
            units in prop::collection::vec(
                prop_oneof![Just(0xD83D_u16), Just(0xDE00), Just(0xFEFF), 32..127_u16, any::<u16>()],
                0..60,
            ),
            big: bool,
            odd: bool,
            sizes in prop::collection::vec(1..7_usize, 1..8),
        ) {
            let mark: &[u8] = if big { b"\xFE\xFF" } else { b"\xFF\xFE" };
            let bytes = |u: &u16| if big { u.to_be_bytes() } else { u.to_le_bytes() };
            let mut raw = mark.to_vec();
            raw.extend(units.iter().flat_map(bytes));
            raw.extend(odd.then_some(7));
            // A NUL after the mark may make it UTF-32, which is another story.
            prop_assume!(Decoder::of(&raw).is_some_and(|d| d.wide.unit == 2));
            let mut decoder = Decoder::of(&raw).unwrap();
            let (mut text, mut rest) = (Vec::new(), raw.as_slice());
            for size in sizes.iter().cycle() {
                let (part, left) = rest.split_at(rest.len().min(*size));
                decoder.push(part, &mut text);
                rest = left;
                if rest.is_empty() {
                    break;
                }
            }
            decoder.finish(&mut text);
            prop_assert_eq!(String::from_utf8(text).unwrap(), String::from_utf16_lossy(&units));
        }
    }
}
