//! Files in yEnc, as newsgroups have them: each byte is one byte further on, by 42.

use super::Input;
use super::out::Out;
use std::io;

const HEAD: &[u8] = b"=ybegin ";

pub(super) fn is(head: &[u8]) -> bool {
    head.starts_with(HEAD)
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    let mut bytes = Vec::new();
    for line in all.bytes.split(|b| *b == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.starts_with(b"=y") {
            continue;
        }
        let mut letters = line.iter();
        while let Some(b) = letters.next() {
            let moved = match b {
                b'=' => letters.next().map(|b| b.wrapping_sub(64)),
                b => Some(*b),
            };
            bytes.extend(moved.map(|b| b.wrapping_sub(42)));
        }
    }
    out.bytes(b"", &bytes)
}
