//! The index of a pack, `*.idx`, versions 1 and 2: which object starts at which offset.
//! Format: `gitformat-pack(5)`. It stays mapped and is asked where it lies.

use super::mapped::Mapped;
use crate::git::sorted::{Tops, bisect};
use crate::model::ObjectId;
use std::path::Path;

/// Length of a SHA-1 name.
pub(super) const NAME: usize = 20;
const FANOUT: usize = 256 * 4;
const MAGIC: [u8; 4] = [0xFF, b't', b'O', b'c'];
/// Checksums of pack and index.
const TRAILER: usize = 2 * NAME;

/// The names of a pack in rising order. An object's place among them is its position.
pub struct Index {
    data: Mapped,
    /// How many names begin with each byte or a lower one.
    fanout: Vec<u32>,
    rows: Rows,
    /// Made where many names will be asked for.
    tops: Option<Tops>,
}

/// Where the tables of an index lie.
#[derive(Debug, Clone, Copy)]
struct Rows {
    /// The first name.
    names: usize,
    /// From one name to the next.
    stride: usize,
    /// The first offset, and from one to the next.
    offsets: usize,
    /// The table of offsets beyond 31 bits; version 1 has none.
    large: Option<usize>,
}

impl Index {
    /// Opens the index at `path`.
    ///
    /// # Errors
    /// In words, if it is not a whole index of a known version, or out of order.
    pub fn open(path: &Path) -> Result<Self, String> {
        Ok(Self::unsorted(path)?.sorted()?)
    }

    /// The same, with names in any order: where they are not in order, some are not found.
    ///
    /// # Errors
    /// In words, if it is not a whole index of a known version.
    pub(super) fn unsorted(path: &Path) -> Result<Self, String> {
        let data = Mapped::open(path).map_err(|e| e.to_string())?;
        Ok(Self::new(data)?)
    }

    /// The index that a file of these bytes would be.
    ///
    /// # Errors
    /// As [`Index::open`].
    pub(crate) fn parse(data: Vec<u8>) -> Result<Self, &'static str> {
        Self::new(Mapped::Bytes(data))?.sorted()
    }

    /// The same, with what finds names fast; that they are in order is seen on the way.
    fn sorted(mut self) -> Result<Self, &'static str> {
        let tops = Tops::of(self.len() as u32, |at| self.name(at));
        self.tops = Some(tops.ok_or("names out of order")?);
        Ok(self)
    }

    fn new(data: Mapped) -> Result<Self, &'static str> {
        let second = data.starts_with(&MAGIC);
        if second && data.get(4..8) != Some(&[0, 0, 0, 2]) {
            return Err("unknown version");
        }
        let head = if second { 8 } else { 0 };
        let fanout = data.get(head..head + FANOUT).ok_or("cut short")?;
        let fanout: Vec<u32> = fanout.chunks_exact(4).map(be32).collect();
        if fanout.windows(2).any(|w| w[0] > w[1]) {
            return Err("fan-out table does not rise");
        }
        let count = fanout.last().map_or(0, |&n| n as usize);
        let first = head + FANOUT;
        let rows = if second {
            let offsets = first + count * (NAME + 4);
            Rows { names: first, stride: NAME, offsets, large: Some(offsets + count * 4) }
        } else {
            Rows { names: first + 4, stride: 4 + NAME, offsets: first, large: None }
        };
        let end = if second { rows.offsets + count * 4 } else { first + count * (4 + NAME) };
        if data.len() < end + TRAILER {
            return Err("cut short");
        }
        Ok(Self { data, fanout, rows, tops: None })
    }

    /// How many objects it lists.
    pub fn len(&self) -> usize {
        self.fanout.last().map_or(0, |&n| n as usize)
    }

    /// Whether it lists none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name at `position`.
    pub fn id(&self, position: u32) -> Option<ObjectId> {
        self.raw(position).map(ObjectId::of_sha1)
    }

    /// The same, which is not looked at before it is asked for.
    pub(super) fn raw(&self, position: u32) -> Option<&[u8; NAME]> {
        ((position as usize) < self.len()).then(|| self.name(position).first_chunk())?
    }

    /// All names in order, where they lie next to one another.
    pub(crate) fn names(&self) -> Option<&[u8]> {
        let (first, all) = (self.rows.names, self.len() * NAME);
        (self.rows.stride == NAME).then(|| self.data.get(first..first + all))?
    }

    /// The position of `id`.
    pub fn find(&self, id: &ObjectId) -> Option<u32> {
        let wanted = id.as_bytes();
        if let Some(tops) = &self.tops {
            return tops.find(wanted, |position| self.name(position));
        }
        let first = usize::from(*wanted.first()?);
        let low = first.checked_sub(1).map_or(0, |before| self.fanout[before]);
        bisect(low..self.fanout[first], wanted, |position| self.name(position))
    }

    /// Looks at the memory in which `ids` will be looked for. No look hangs on another, so a
    /// processor makes many at a time.
    pub(crate) fn warm<'i>(&self, ids: impl Iterator<Item = &'i ObjectId>) {
        let Some(tops) = &self.tops else { return };
        let first = |id: &ObjectId| self.name(tops.first(id.as_bytes())).first().copied();
        let seen = ids.filter_map(first).fold(0, |all, byte| all ^ byte);
        std::hint::black_box(seen);
    }

    /// Where the object at `position` starts in the pack.
    pub(crate) fn offset(&self, position: u32) -> Option<u64> {
        let at = self.rows.offsets
            + position as usize * if self.rows.large.is_some() { 4 } else { self.rows.stride };
        let offset = be32(self.data.get(at..at + 4)?);
        match self.rows.large {
            Some(large) if offset & 0x8000_0000 != 0 => {
                let at = large + (offset & 0x7FFF_FFFF) as usize * 8;
                let bytes = self.data.get(at..at + 8)?;
                Some(bytes.iter().fold(0, |n, &b| n << 8 | u64::from(b)))
            }
            _ => Some(u64::from(offset)),
        }
    }

    /// The checksums of the pack and of the index itself, as written at its end.
    pub fn trailer(&self) -> &[u8] {
        self.data.get(self.data.len().saturating_sub(TRAILER)..).unwrap_or_default()
    }

    fn name(&self, position: u32) -> &[u8] {
        self.rows.name(&self.data, position)
    }
}

impl Rows {
    fn name<'d>(&self, data: &'d [u8], position: u32) -> &'d [u8] {
        let at = self.names + position as usize * self.stride;
        data.get(at..at + NAME).unwrap_or_default()
    }
}

pub(crate) fn be32(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(0, |b| u32::from_be_bytes(*b))
}
