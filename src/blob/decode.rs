//! The texts that a blob holds: its bytes as they are, and what they say in UTF-16 or UTF-32.
//!
//! Bytes are always scanned as they are, whatever they look like: a secret in ASCII stands out in
//! any superset of it, and in a binary file. Wide encodings hide it between NUL bytes, so a blob
//! that looks like one is decoded and scanned once more.

use std::borrow::Cow;

/// One reading of a blob.
#[derive(Debug)]
pub struct View<'a> {
    /// The text.
    pub text: Cow<'a, [u8]>,
    /// How it was encoded; `None` for the bytes as they are.
    pub encoding: Option<&'static str>,
}

#[derive(Clone, Copy)]
struct Wide {
    name: &'static str,
    unit: usize,
    big: bool,
}

const UTF16LE: Wide = Wide { name: "utf-16le", unit: 2, big: false };
const UTF16BE: Wide = Wide { name: "utf-16be", unit: 2, big: true };
const UTF32LE: Wide = Wide { name: "utf-32le", unit: 4, big: false };
const UTF32BE: Wide = Wide { name: "utf-32be", unit: 4, big: true };

/// How much of a blob is looked at to guess its encoding.
const PROBE: usize = 4096;

/// All readings of `bytes`.
pub fn views(bytes: &[u8]) -> Vec<View<'_>> {
    let mut views = vec![View { text: Cow::Borrowed(bytes), encoding: None }];
    if let Some(wide) = guess(bytes) {
        let text = Cow::Owned(decode(bytes, wide));
        views.push(View { text, encoding: Some(wide.name) });
    }
    views
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
    let push = |n: u32, b: &u8| n << 8 | u32::from(*b);
    if wide.big { unit.iter().fold(0, push) } else { unit.iter().rev().fold(0, push) }
}

fn decode(bytes: &[u8], wide: Wide) -> Vec<u8> {
    let values = bytes.chunks_exact(wide.unit).map(|u| value_of(u, wide));
    let mut text = String::with_capacity(bytes.len() / wide.unit);
    if wide.unit == 2 {
        let units = values.map(|v| v as u16);
        text.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
    } else {
        text.extend(values.map(|v| char::from_u32(v).unwrap_or(char::REPLACEMENT_CHARACTER)));
    }
    let text = text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text);
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
