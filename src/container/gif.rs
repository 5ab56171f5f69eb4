//! Text in GIF pictures: comments, titles, and what programs add, put together from short blocks.

use super::Input;
use super::bytes::part;
use super::out::Out;
use std::io;

pub(super) fn is(head: &[u8]) -> bool {
    head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a")
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    let bytes = &all.bytes[..];
    // Colours stand behind the head, and behind that of each picture.
    let colors = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let flags = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let mut at = 13 + colors(flags(10));
    loop {
        out.meter.entry()?;
        let (name, start, wanted) = match part(bytes, at, 2) {
            [0x2c, ..] => ("", at + 10 + colors(flags(at + 9)) + 1, false),
            [0x21, 0xfe] => ("comment", at + 2, true),
            [0x21, 0x01] => ("text", at + 2, true),
            [0x21, 0xff] => ("application", at + 2, true),
            [0x21, _] => ("", at + 2, false),
            _ => break,
        };
        let (text, end) = blocks(bytes, start, wanted);
        out.bytes(name.as_bytes(), &text)?;
        at = end;
    }
    // What stands behind the end may be a container again.
    let end = at + usize::from(part(bytes, at, 1) == b";");
    out.bytes(b"trailer", bytes.get(end..).unwrap_or_default())
}

/// The blocks from `at` on, as one text if that is wanted, and where they end.
fn blocks(bytes: &[u8], mut at: usize, wanted: bool) -> (Vec<u8>, usize) {
    let mut text = Vec::new();
    while let Some(len) = bytes.get(at).map(|len| usize::from(*len)).filter(|len| *len > 0) {
        if wanted {
            text.extend_from_slice(part(bytes, at + 1, len));
        }
        at += 1 + len;
    }
    (text, at.saturating_add(1).min(bytes.len()))
}
