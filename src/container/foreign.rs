//! Archives that are known and not opened: what is in them is told to be unread.

use super::Input;
use super::out::{Out, unknown};
use std::io;

/// How they begin, and what they are called.
const KNOWN: [(&[u8], &str); 8] = [
    (b"Rar!\x1a\x07", "RAR"),
    (b"MSCF\0\0\0\0", "a cabinet"),
    (b"\x04\x22\x4d\x18", "LZ4"),
    (b"hsqs", "SquashFS"),
    (b"sqsh", "SquashFS"),
    (b"xar!\0\x1c", "xar"),
    (b"\xff\x06\0\0sNaPpY", "Snappy"),
    (b"LRZI\0", "lrzip"),
];
/// A file of compress(1): its third byte tells how long codes get, from 9 to 16 bits.
const COMPRESS: &[u8] = b"\x1f\x9d";

pub(super) fn is(head: &[u8]) -> bool {
    name(head).is_some()
}

fn name(head: &[u8]) -> Option<&'static str> {
    let compress = head.strip_prefix(COMPRESS).and_then(<[u8]>::first);
    if compress.is_some_and(|bits| bits & 0x60 == 0 && (9..=16).contains(&(bits & 0x1f))) {
        return Some("compress");
    }
    KNOWN.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, name)| *name)
}

pub(super) fn read(input: Input<'_, '_>, _: &mut Out<'_, '_>) -> io::Result<()> {
    let name = match input {
        Input::Whole(bytes) => name(bytes),
        Input::Stream(_) => None,
    };
    Err(unknown(format!("{} is not unpacked here", name.unwrap_or("such an archive"))))
}
