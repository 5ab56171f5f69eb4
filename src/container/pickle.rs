//! Pickled objects of Python, as models and caches are kept: the texts among them, each on a line of
//! its own. In the bytes themselves a letter, which is an instruction, stands right behind a text.
//!
//! Format: PEP 307 and PEP 3154, and `Lib/pickletools.py` of CPython.

use super::Input;
use super::bytes::le_size;
use super::counted::texts;
use super::out::Out;
use std::io;

/// Instructions that a program may begin with.
const FIRST: &[u8] = b"}]()cXUTBCGIJKMNq\x88\x89\x8a\x8c\x8d\x8f\x95";

pub(super) fn is(head: &[u8]) -> bool {
    // Later versions; the first has only printable texts on lines of their own.
    matches!(head, [0x80, 2..=5, first, ..] if FIRST.contains(first))
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    out.bytes(b"strings", &texts(&all.bytes, 2, string))
}

/// The text that the instruction at `at` brings: where it begins, and how long it is.
fn string(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    match bytes.get(at)? {
        b'U' | b'C' | 0x8c => Some((at + 2, le_size::<1>(bytes, at + 1)?)),
        b'X' | b'T' | b'B' => Some((at + 5, le_size::<4>(bytes, at + 1)?)),
        0x8d | 0x8e | 0x96 => Some((at + 9, le_size::<8>(bytes, at + 1)?)),
        _ => None,
    }
}
