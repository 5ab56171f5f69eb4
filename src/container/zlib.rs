//! A bare zlib stream, such as a loose object of git that came with a copied repository.

use super::Input;
use super::inflate::{Deflated, Inflate};
use super::out::Out;
use super::window::Window;
use std::io::{self, Read};

/// What must come out of a stream with an unusual head.
const ENOUGH: usize = 48;

pub(super) fn is(head: &[u8]) -> bool {
    // The fourth usual head is one that a formula may begin with.
    match head {
        [0x78, 0x01 | 0x9c | 0xda, third, ..] => third & 6 != 6,
        // A smaller window, or that fourth: two letters may look the same.
        [first, flags, third, ..] => {
            first & 0x0f == 8
                && *first <= 0x78
                && flags & 0x20 == 0
                && u16::from_be_bytes([*first, *flags]) % 31 == 0
                && third & 6 != 6
                && head.iter().take(32).any(|b| *b >= 0x80 || *b < 9)
                && unpacks(head)
        }
        _ => false,
    }
}

/// Whether something comes out of `head`: all there is, or enough.
fn unpacks(mut head: &[u8]) -> bool {
    let mut text = Vec::new();
    let stream = Inflate::new(&mut head, Deflated::checked());
    let ended = stream.take(ENOUGH as u64).read_to_end(&mut text).is_ok();
    ended && !text.is_empty() || text.len() >= ENOUGH
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    input.with(|stream| {
        let mut source = Window::new(stream);
        out.part(b"", &mut Inflate::new(&mut source, Deflated::checked()))
    })
}
