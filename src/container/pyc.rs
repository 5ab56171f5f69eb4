//! Compiled Python: the texts among the constants of a module, each on a line of its own.

use super::Input;
use super::bytes::{le_size, part};
use super::out::Out;
use std::io;

/// Shorter texts are no secrets, and would be met by chance.
const LEAST: usize = 6;

pub(super) fn is(head: &[u8]) -> bool {
    // The number of a version, and then what only a binary file begins with; the code object comes
    // after 8 to 16 bytes.
    head.get(2..4) == Some(b"\r\n")
        && [8, 12, 16].iter().any(|at| head.get(*at).is_some_and(|b| b & 0x7f == b'c'))
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    let bytes = &all.bytes;
    let mut text = Vec::new();
    let mut at = 8;
    while at < bytes.len() {
        match constant(bytes, at) {
            Some((from, len)) => {
                text.extend_from_slice(part(bytes, from, len));
                text.push(b'\n');
                at = from + len;
            }
            None => at += 1,
        }
    }
    out.bytes(b"constants", &text)
}

/// The text whose kind stands at `at`: where it begins, and how long it is.
fn constant(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let (from, len) = match bytes.get(at)? & 0x7f {
        b'z' | b'Z' => (at + 2, le_size::<1>(bytes, at + 1)?),
        b's' | b'u' | b't' | b'a' | b'A' => (at + 5, le_size::<4>(bytes, at + 1)?),
        _ => return None,
    };
    let text = bytes.get(from..from.checked_add(len)?).filter(|_| len >= LEAST)?;
    let odd = |b: &u8| *b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r');
    (!text.iter().any(odd)).then_some((from, len))
}
