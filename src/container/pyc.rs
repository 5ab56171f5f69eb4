//! Compiled Python: the texts among the constants of a module, each on a line of its own.

use super::Input;
use super::bytes::le_size;
use super::counted::texts;
use super::out::Out;
use std::io;

pub(super) fn is(head: &[u8]) -> bool {
    // The number of a version, and then what only a binary file begins with; the code object comes
    // after 8 to 16 bytes.
    head.get(2..4) == Some(b"\r\n")
        && [8, 12, 16].iter().any(|at| head.get(*at).is_some_and(|b| b & 0x7f == b'c'))
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    out.bytes(b"constants", &texts(&all.bytes, 8, constant))
}

/// The text whose kind stands at `at`: where it begins, and how long it is.
fn constant(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    match bytes.get(at)? & 0x7f {
        b'z' | b'Z' => Some((at + 2, le_size::<1>(bytes, at + 1)?)),
        b's' | b'u' | b't' | b'a' | b'A' => Some((at + 5, le_size::<4>(bytes, at + 1)?)),
        _ => None,
    }
}
