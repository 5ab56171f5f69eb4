//! A bare zlib stream, such as a loose object of git that came with a copied repository.

use super::Input;
use super::inflate::{Deflated, Inflate};
use super::out::Out;
use super::window::Window;
use std::io;

pub(super) fn is(head: &[u8]) -> bool {
    // The fourth usual head is one that a formula may begin with.
    matches!(head, [0x78, 0x01 | 0x9c | 0xda, third, ..] if third & 6 != 6)
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    input.with(|stream| {
        let mut source = Window::new(stream);
        out.part(b"", &mut Inflate::new(&mut source, Deflated::zlib()))
    })
}
