//! Brotli: it has no beginning of its own, so that only a name tells it, or what it stands in.

use super::Input;
use super::out::{Out, bad};
use brotli_decompressor::Decompressor;
use std::io::{self, Read};

/// How much is read at once, and how far a stream may look back, in bytes (RFC 7932, section 9.1).
const STEP: usize = 4096;
const WINDOW: u64 = 16 << 20;

pub(super) fn is(_: &[u8]) -> bool {
    false
}

/// Whether a file of this name that begins so is one.
pub(super) fn is_named(name: &[u8], head: &[u8]) -> bool {
    let end = name.len().checked_sub(3).and_then(|at| name.get(at..)).unwrap_or_default();
    let is_text = || std::str::from_utf8(head).is_ok() && !head.contains(&0);
    end.eq_ignore_ascii_case(b".br") && !head.is_empty() && !is_text()
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    input.with(|stream| show(stream, out))
}

/// Shows what `packed` says.
pub(super) fn show(packed: &mut dyn Read, out: &mut Out<'_, '_>) -> io::Result<()> {
    let _held = out.meter.hold(WINDOW)?;
    out.part(b"", &mut Unpacked(Decompressor::new(packed, STEP)))
}

/// A stream, whose errors say what is wrong.
struct Unpacked<'r>(Decompressor<&'r mut dyn Read>);

impl Read for Unpacked<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into).map_err(|e| match e.kind() {
            io::ErrorKind::InvalidData => bad("the compressed data is damaged"),
            _ => e,
        })
    }
}
