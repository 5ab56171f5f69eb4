//! PDF: streams of data, unpacked, and the words that are drawn on pages, put together.

use super::Input;
use super::bytes::part;
use super::inflate::{Deflated, Inflate};
use super::out::{Out, locked};
use crate::model::Reason;
use data_encoding::HEXLOWER_PERMISSIVE;
use memchr::memmem;
use std::io::{self, Read};

/// How far before a stream its description is looked for.
const ABOUT: usize = 4096;
/// The longest stream whose words are put together.
const LONGEST: u64 = 8 << 20;

pub(super) fn is(head: &[u8]) -> bool {
    head.starts_with(b"%PDF-")
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    let bytes = &all.bytes[..];
    if memmem::find(bytes, b"/Encrypt").is_some() {
        return Err(locked("it is encrypted"));
    }
    let mut from = 0;
    let mut number = 0;
    while let Some(at) = memmem::find(part(bytes, from, usize::MAX), b"stream") {
        let word = from + at;
        from = word + b"stream".len();
        if bytes.get(..word).is_some_and(|b| b.ends_with(b"end")) {
            continue;
        }
        let rest = part(bytes, from, usize::MAX);
        let data = rest.strip_prefix(b"\r\n").or(rest.strip_prefix(b"\n")).unwrap_or(rest);
        let end = memmem::find(data, b"endstream").unwrap_or(data.len());
        number += 1;
        let before = part(bytes, word.saturating_sub(ABOUT), word - word.saturating_sub(ABOUT));
        let about =
            memmem::rfind(before, b"obj").map_or(before, |at| part(before, at, usize::MAX));
        stream(number, about, part(data, 0, end), out)?;
        from = bytes.len() - data.len() + end;
    }
    // Words may also stand in pages that are not packed.
    Ok(())
}

/// Shows one stream, which `about` describes.
fn stream(number: usize, about: &[u8], data: &[u8], out: &mut Out<'_, '_>) -> io::Result<()> {
    let name = format!("stream {number}");
    let has = |word: &str| memmem::find(about, word.as_bytes()).is_some();
    let text = if has("ASCIIHex") || has("/AHx") {
        hex(data)
    } else if has("ASCII85") || has("/A85") {
        base85(data)
    } else {
        data.to_vec()
    };
    let mut all = Vec::new();
    let trouble = if has("Flate") || has("/Fl ") || has("/Fl]") || has("/Fl/") {
        let mut packed = text.as_slice();
        // A page may be told by its words only if it is at hand.
        Inflate::new(&mut packed, Deflated::zlib()).take(LONGEST).read_to_end(&mut all).err()
    } else {
        let known = !has("LZW") && !has("Crypt");
        all = text;
        (!known).then(|| super::out::unknown("a stream is packed by LZW"))
    };
    out.bytes(name.as_bytes(), &all)?;
    if let Some(e) = trouble {
        out.trouble(name.as_bytes(), &e);
    }
    if all.len() as u64 == LONGEST {
        out.gap(name.as_bytes(), Reason::Capped, "only its beginning is read");
    }
    let words = words(&all);
    out.bytes(name.as_bytes(), &words)
}

/// The texts that a page draws. Those of one operation belong together, whatever the gaps
/// between their letters.
fn words(page: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut rest = page;
    while let Some(at) = memchr::memchr3(b'(', b'<', b'T', rest) {
        let (before, found) = rest.split_at(at);
        let ends = before.last().is_some_and(|b| matches!(b, b']' | b')' | b'>' | b' '));
        rest = match found {
            [b'(', ..] => literal(found, &mut text),
            [b'T', b'j' | b'J' | b'd' | b'D' | b'*' | b'm', ..] if ends => {
                text.push(b'\n');
                part(found, 2, usize::MAX)
            }
            [b'<', b'<', ..] => part(found, 2, usize::MAX),
            [b'<', ..] => {
                let end = memchr::memchr(b'>', found).unwrap_or(found.len());
                let digits = hex(part(found, 1, end - 1));
                // Two bytes a letter, as a rule with the first of them NUL.
                text.extend(digits.into_iter().filter(|b| *b != 0));
                part(found, end, usize::MAX)
            }
            _ => part(found, 1, usize::MAX),
        };
    }
    text
}

/// Appends a text in brackets; answers what stands behind it.
fn literal<'a>(found: &'a [u8], text: &mut Vec<u8>) -> &'a [u8] {
    let (mut depth, mut at) = (0, 0);
    while let Some(byte) = found.get(at) {
        at += 1;
        match byte {
            b'\\' => {
                let octal =
                    part(found, at, 3).iter().take_while(|b| matches!(b, b'0'..=b'7')).count();
                if octal > 0 {
                    let digits = part(found, at, octal);
                    let value = digits.iter().fold(0_u32, |n, b| n * 8 + u32::from(b - b'0'));
                    text.push((value & 0xff) as u8);
                    at += octal;
                } else {
                    text.extend(
                        found.get(at).filter(|b| !b.is_ascii_alphabetic() && **b != b'\n'),
                    );
                    at += 1;
                }
            }
            b'(' => {
                if depth > 0 {
                    text.push(b'(');
                }
                depth += 1;
            }
            b')' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
                text.push(b')');
            }
            0 => {}
            other => text.push(*other),
        }
    }
    part(found, at, usize::MAX)
}

fn hex(data: &[u8]) -> Vec<u8> {
    let mut digits: Vec<u8> = data.iter().copied().filter(u8::is_ascii_hexdigit).collect();
    digits.truncate(digits.len() / 2 * 2);
    HEXLOWER_PERMISSIVE.decode(&digits).unwrap_or_default()
}

fn base85(data: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut group: Vec<u8> = Vec::new();
    let flush = |group: &mut Vec<u8>, text: &mut Vec<u8>| {
        let len = group.len();
        group.resize(5, 84);
        let value = group.iter().fold(0_u64, |n, b| n * 85 + u64::from(*b));
        let bytes = u32::try_from(value).unwrap_or(0).to_be_bytes();
        text.extend(bytes.iter().take(len.saturating_sub(1)));
        group.clear();
    };
    for byte in data.iter().take_while(|b| **b != b'~') {
        match byte {
            b'z' if group.is_empty() => text.extend([0; 4]),
            b'!'..=b'u' => group.push(byte - b'!'),
            _ => {}
        }
        if group.len() == 5 {
            flush(&mut group, &mut text);
        }
    }
    if group.len() > 1 {
        flush(&mut group, &mut text);
    }
    text
}
