//! PDF: streams of data, unpacked, and the words that are drawn on pages, put together.

mod filters;

use super::Input;
use super::bytes::part;
use super::out::{Out, locked};
use crate::model::Reason;
use filters::hex;
use memchr::memmem;
use std::io;

/// How far before a stream its description is looked for.
const ABOUT: usize = 4096;

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
    let (mut number, mut cut) = (0, false);
    while let Some(at) = memmem::find(part(bytes, from, usize::MAX), b"stream") {
        let word = from + at;
        from = word + b"stream".len();
        if bytes.get(..word).is_some_and(|b| b.ends_with(b"end")) {
            continue;
        }
        let rest = part(bytes, from, usize::MAX);
        let data = rest.strip_prefix(b"\r\n").or(rest.strip_prefix(b"\n")).unwrap_or(rest);
        let end = memmem::find(data, b"endstream");
        cut |= end.is_none();
        let end = end.unwrap_or(data.len());
        number += 1;
        let before = part(bytes, word.saturating_sub(ABOUT), word - word.saturating_sub(ABOUT));
        let about =
            memmem::rfind(before, b"obj").map_or(before, |at| part(before, at, usize::MAX));
        stream(number, about, part(data, 0, end), out)?;
        from = bytes.len() - data.len() + end;
    }
    match cut {
        true => Err(io::ErrorKind::UnexpectedEof.into()),
        false => Ok(()),
    }
}

/// Shows one stream, which `about` describes.
fn stream(number: usize, about: &[u8], data: &[u8], out: &mut Out<'_, '_>) -> io::Result<()> {
    let name = format!("stream {number}");
    let (all, trouble) = filters::undone(about, data);
    out.bytes(name.as_bytes(), &all)?;
    if let Some(e) = trouble {
        out.trouble(name.as_bytes(), &e);
    }
    if all.len() == filters::LONGEST {
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
