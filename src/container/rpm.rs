//! rpm: two heads, and then a compressed cpio archive.

use super::Input;
use super::bytes::be;
use super::out::{Out, bad};
use super::window::Window;
use std::io;

const LEAD: u64 = 96;
const HEADER: &[u8] = b"\x8e\xad\xe8\x01";

pub(super) fn is(head: &[u8]) -> bool {
    head.starts_with(b"\xed\xab\xee\xdb")
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    input.with(|stream| {
        let mut source = Window::new(stream);
        source.skip(LEAD)?;
        let len = header(&mut source)?;
        source.skip((8 - len % 8) % 8)?;
        header(&mut source)?;
        out.part(b"", &mut source)
    })
}

/// Passes over a head, which was scanned with the whole; answers how long it was.
fn header(source: &mut Window<'_>) -> io::Result<u64> {
    let head = source.grab(16)?;
    let numbers = be::<4>(&head, 8).zip(be::<4>(&head, 12)).filter(|_| head.starts_with(HEADER));
    let (entries, bytes) = numbers.ok_or_else(|| bad("a head in it is damaged"))?;
    let len = entries * 16 + bytes;
    if !source.skip(len)? {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(len)
}
