//! Files whose name promises an archive and whose bytes begin like none: damaged, encrypted or of
//! a kind that nobody here knows. What is packed amid them is read; that the rest is not is told.

use super::Input;
use super::carve;
use super::out::{Out, bad};
use std::io;

/// How such names end.
const ENDS: [&str; 27] = [
    "gz", "tgz", "bz2", "tbz2", "xz", "txz", "zst", "tzst", "lzma", "lz", "zip", "jar", "war",
    "ear", "whl", "nupkg", "vsix", "apk", "docx", "xlsx", "pptx", "odt", "ods", "epub", "7z",
    "rar", "tar",
];

pub(super) fn is(_: &[u8]) -> bool {
    false
}

/// Whether a file of this name that begins so is one.
pub(super) fn is_named(name: &[u8], head: &[u8]) -> bool {
    let mut ends = name.rsplitn(2, |b| *b == b'.');
    let end = ends.next().filter(|_| ends.next().is_some()).unwrap_or_default();
    let known = ENDS.iter().any(|known| end.eq_ignore_ascii_case(known.as_bytes()));
    known && !is_lock(name) && is_binary(head)
}

/// Whether it is what an office leaves beside a document that somebody has open.
fn is_lock(name: &[u8]) -> bool {
    let file = name.rsplit(|b| *b == b'/').next().unwrap_or_default();
    file.starts_with(b"~$") || file.starts_with(b".~lock.") || file.starts_with(b"._")
}

/// Whether it is no text in one of the usual encodings.
fn is_binary(head: &[u8]) -> bool {
    let wide = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    let cut = |e: std::str::Utf8Error| e.error_len().is_none();
    let text = || std::str::from_utf8(head).map_or_else(cut, |_| true) && !head.contains(&0);
    !head.is_empty() && !wide && !text()
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    carve::read(input, out)?;
    Err(bad("its name says that it is an archive, but it does not begin like one"))
}
