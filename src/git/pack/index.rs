//! The index of a pack, `*.idx`, versions 1 and 2: which object starts at which offset.
//! Format: `gitformat-pack(5)`. It stays mapped and is asked where it lies.

use super::mapped::Mapped;
use crate::model::ObjectId;
use std::path::Path;

/// Length of a SHA-1 name.
const NAME: usize = 20;
const FANOUT: usize = 256 * 4;
const MAGIC: [u8; 4] = [0xFF, b't', b'O', b'c'];
/// Checksums of pack and index.
const TRAILER: usize = 2 * NAME;

/// The names of a pack in rising order. An object's place among them is its position.
pub struct Index {
    data: Mapped,
    /// How many names start with a byte up to each.
    fanout: Vec<u32>,
    rows: Rows,
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
        let index = Self::unsorted(path)?;
        if index.is_sorted() { Ok(index) } else { Err("names out of order".to_owned()) }
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
        let index = Self::new(Mapped::Bytes(data))?;
        if index.is_sorted() { Ok(index) } else { Err("names out of order") }
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
        Ok(Self { data, fanout, rows })
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
        ((position as usize) < self.len()).then(|| ObjectId::from_bytes(self.name(position)))?
    }

    /// The position of `id`.
    pub fn find(&self, id: &ObjectId) -> Option<u32> {
        let name = id.as_bytes();
        let (first, rest) = name.split_first()?;
        let (from, to) = self.starting_with(*first);
        if from == to || name.len() != NAME {
            return None;
        }
        // Names are even in their range: look where it should stand, and widen from there.
        let guess = from + ((u64::from(be32(rest)) * u64::from(to - from)) >> 32) as u32;
        let head = be64(name);
        let (mut low, mut high, mut step) = (guess, guess, 8);
        while low > from && self.head(low) >= head {
            low = from.max(low.saturating_sub(step));
            step *= 2;
        }
        step = 8;
        while high < to && self.head(high) <= head {
            high = to.min(high.saturating_add(step));
            step *= 2;
        }
        while low < high {
            let middle = low + (high - low) / 2;
            let order = self.head(middle).cmp(&head).then_with(|| self.name(middle).cmp(name));
            match order {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(middle),
            }
        }
        None
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
        let at = self.rows.names + position as usize * self.rows.stride;
        self.data.get(at..at + NAME).unwrap_or_default()
    }

    /// The first eight bytes of a name: nearly always enough to compare it.
    fn head(&self, position: u32) -> u64 {
        be64(self.name(position))
    }

    /// The positions of the names that start with `byte`.
    fn starting_with(&self, byte: u8) -> (u32, u32) {
        let at = usize::from(byte);
        let from = at.checked_sub(1).and_then(|i| self.fanout.get(i)).copied().unwrap_or(0);
        (from, self.fanout.get(at).copied().unwrap_or(from))
    }

    /// Whether names rise and stand where the fan-out table says; finding them hangs on it.
    fn is_sorted(&self) -> bool {
        (0..=u8::MAX).all(|byte| {
            let (from, to) = self.starting_with(byte);
            let starts = (from..to).all(|i| self.name(i).first() == Some(&byte));
            let rises = |i| {
                let (before, this) = (self.head(i - 1), self.head(i));
                before < this || before == this && self.name(i - 1) < self.name(i)
            };
            starts && (from + 1..to).all(rises)
        })
    }
}

pub(super) fn be32(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(0, |b| u32::from_be_bytes(*b))
}

fn be64(bytes: &[u8]) -> u64 {
    bytes.first_chunk().map_or(0, |b| u64::from_be_bytes(*b))
}
