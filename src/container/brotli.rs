//! Brotli: it has no beginning of its own, so that only a name tells it. It is not unpacked.

use super::Input;
use super::out::{Out, unknown};
use std::io;

pub(super) fn is(_: &[u8]) -> bool {
    false
}

/// Whether a file of this name that begins so is one.
pub(super) fn is_named(name: &[u8], head: &[u8]) -> bool {
    let end = name.len().checked_sub(3).and_then(|at| name.get(at..)).unwrap_or_default();
    let is_text = || std::str::from_utf8(head).is_ok() && !head.contains(&0);
    end.eq_ignore_ascii_case(b".br") && !head.is_empty() && !is_text()
}

pub(super) fn read(_: Input<'_, '_>, _: &mut Out<'_, '_>) -> io::Result<()> {
    Err(unknown("Brotli is not unpacked here"))
}
