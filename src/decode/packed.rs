//! Something packed, a zip say, whose bytes stand in a text in letters. What is in it is for readers
//! of containers; here it is only told from other letters, by how it begins.

use super::Layers;
use crate::model::Span;

/// Something packed that a stretch of text stands for.
#[derive(Debug)]
pub struct Packed {
    /// The stretch.
    pub span: Span,
    /// What it stands for.
    pub bytes: Vec<u8>,
}

/// How packed things begin.
const HEADS: [&[u8]; 13] = [
    b"\x1f\x8b\x08",
    b"PK\x03\x04",
    b"\xfd7zXZ\0",
    b"BZh",
    b"\x28\xb5\x2f\xfd",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"SQLite format 3\0",
    b"%PDF-",
    b"\x5d\0\0\x80\0",
    b"\x78\x9c",
    b"\x78\xda",
    b"\x78\x01",
];
/// Less holds no credential.
const LEAST: usize = 32;

/// Whether something packed may begin with this byte.
pub(super) fn may_begin(first: u8) -> bool {
    HEADS.iter().any(|head| head.first() == Some(&first))
}

/// Whether `bytes` begin as something packed does.
pub(super) fn is(bytes: &[u8]) -> bool {
    HEADS.iter().any(|head| bytes.starts_with(head))
}

/// Where something packed begins in `bytes`.
pub(super) fn find(bytes: &[u8]) -> Option<usize> {
    // The others are no strings that programs hold; how zlib begins is so little that the block
    // behind it must be of a kind that there is.
    let is_block = |at: &usize| bytes.get(at + 2).is_some_and(|third| third & 6 != 6);
    let sure = HEADS.iter().take(2).filter_map(|head| memchr::memmem::find(bytes, head));
    let zlib = HEADS
        .iter()
        .skip(10)
        .filter_map(|head| memchr::memmem::find_iter(bytes, head).find(is_block));
    sure.chain(zlib).min()
}

impl Layers {
    /// Adds something packed, if there is room for it.
    pub(super) fn add_packed(&mut self, packed: Packed) {
        if packed.bytes.len() < LEAST {
            return;
        }
        self.wide = true;
        match self.room.checked_sub(packed.bytes.len()) {
            Some(left) if !self.cut => {
                self.room = left;
                self.packed.push(packed);
            }
            _ => self.cut = true,
        }
    }
}
