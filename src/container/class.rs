//! Compiled Java: the texts among the constants of a class. Each is shown on a line of its own, or
//! else the bytes that tell its length would run into it.

use super::Input;
use super::bytes::{be, be_size, part};
use super::out::Out;
use std::io;

pub(super) fn is(head: &[u8]) -> bool {
    // A program for several kinds of Mac begins with the same four bytes, and with less behind.
    head.starts_with(b"\xca\xfe\xba\xbe") && be::<2>(head, 6).is_some_and(|version| version >= 45)
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    let bytes = &all.bytes;
    let mut text = Vec::new();
    let (mut at, mut left) = (10, be::<2>(bytes, 8).unwrap_or(0).saturating_sub(1));
    while left > 0 {
        let len = match bytes.get(at) {
            Some(1) => {
                let len = be_size::<2>(bytes, at + 1).unwrap_or(0);
                text.extend_from_slice(part(bytes, at + 3, len));
                text.push(b'\n');
                3 + len
            }
            Some(7 | 8 | 16 | 19 | 20) => 3,
            Some(15) => 4,
            Some(3 | 4 | 9..=12 | 17 | 18) => 5,
            // These two count twice.
            Some(5 | 6) => {
                left = left.saturating_sub(1);
                9
            }
            _ => break,
        };
        at += len;
        left = left.saturating_sub(1);
    }
    out.bytes(b"constants", &text)
}
