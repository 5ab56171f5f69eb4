//! A bare deflated text, which has no mark of its own: it is one if text comes out of it.

use super::Input;
use super::bytes::part;
use super::inflate::{Deflated, Inflate};
use super::out::Out;
use super::window::Window;
use std::io::{self, Read};

/// How much must come out of how much.
const ENOUGH: usize = 48;
const TRIED: usize = 4096;

pub(super) fn is(head: &[u8]) -> bool {
    let odd = |b: &u8| *b >= 0x80 || matches!(b, 1..=8 | 14..=26);
    let start = part(head, 0, 8);
    // The kind of the first block, of which the fourth is none, and no text or picture.
    start.first().is_some_and(|b| b & 6 != 6 && b & 6 != 0)
        && start.iter().any(odd)
        && !part(start, 0, 3).contains(&0)
        && says_text(part(head, 0, TRIED))
}

fn says_text(mut packed: &[u8]) -> bool {
    let mut text = [0; ENOUGH];
    let mut source = Inflate::new(&mut packed, Deflated::raw());
    let readable = |b: &u8| matches!(b, b' '..=b'~' | b'\t' | b'\n' | b'\r' | 0x80..);
    let is_text = |text: &[u8]| {
        // The last character may be cut.
        let words = std::str::from_utf8(text);
        text.iter().all(readable) && words.map_or_else(|e| e.error_len().is_none(), |_| true)
    };
    source.read_exact(&mut text).is_ok() && is_text(&text)
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    input.with(|stream| {
        let mut source = Window::new(stream);
        out.part(b"", &mut Inflate::new(&mut source, Deflated::raw()))
    })
}
