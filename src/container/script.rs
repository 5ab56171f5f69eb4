//! Scripts that unpack themselves: an archive follows their last line.

use super::Input;
use super::bytes::part;
use super::out::Out;
use memchr::memmem;
use std::io;

/// How what may follow begins.
const PACKED: [&[u8]; 4] = [b"\n\x1f\x8b\x08", b"\nBZh", b"\n\xfd7zXZ\0", b"\n\x28\xb5\x2f\xfd"];
/// A shell needs no longer script than this.
const SCRIPT: usize = 256 << 10;

pub(super) fn is(head: &[u8]) -> bool {
    head.starts_with(b"#!") && start(head).is_some()
}

/// Where the archive begins.
fn start(text: &[u8]) -> Option<usize> {
    let head = part(text, 0, SCRIPT);
    // No script has such a byte.
    let odd = head.iter().rev().take(64).any(|b| !b.is_ascii());
    let find = |magic: &&[u8]| memmem::find(head, magic).map(|at| at + 1);
    if odd || head.len() == SCRIPT { PACKED.iter().find_map(find) } else { None }
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    match start(&all.bytes) {
        Some(at) => out.bytes(b"", part(&all.bytes, at, usize::MAX)),
        None => Ok(()),
    }
}
