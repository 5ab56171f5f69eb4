//! Single objects of a pack, for those who want few: the way from an object to its base is gone
//! for each anew.

use super::delta::{self, Seams};
use super::entry::{self, Base, Entry};
use super::index::Index;
use super::mapped::Mapped;
use crate::git::inflate;
use crate::git::{Kind, MAX_OBJECT};
use crate::model::ObjectId;
use std::path::Path;

/// The longest chain of deltas that git makes is 4095.
const LONGEST: usize = 4096;
/// No head of a delta is longer than two numbers.
const HEAD: usize = 24;

type Result<T> = std::result::Result<T, &'static str>;

/// A pack whose objects are asked for by name.
pub struct One {
    index: Index,
    data: Mapped,
}

impl One {
    /// Opens the pack of the index at `idx`.
    ///
    /// # Errors
    /// In words, if one of the two cannot be read.
    pub fn open(idx: &Path) -> std::result::Result<Self, String> {
        let index = Index::unsorted(idx)?;
        let data = Mapped::open(&idx.with_extension("pack")).map_err(|e| e.to_string())?;
        Ok(Self { index, data })
    }

    /// The names of its objects.
    pub fn ids(&self) -> impl Iterator<Item = ObjectId> {
        (0..self.index.len() as u32).filter_map(|at| self.index.id(at))
    }

    /// Whether it lists `id`.
    pub fn has(&self, id: &ObjectId) -> bool {
        self.index.find(id).is_some()
    }

    /// Kind and size of the object `id`; `None` if it is not in this pack.
    pub fn header(&self, id: &ObjectId) -> Option<Result<(Kind, u64)>> {
        let at = self.index.offset(self.index.find(id)?);
        Some(at.ok_or("offset outside of its table").and_then(|at| self.header_at(at)))
    }

    /// The object `id`; `None` if it is not in this pack. That it has the right name is for the
    /// caller to see.
    pub fn read(&self, id: &ObjectId) -> Option<Result<(Kind, Vec<u8>)>> {
        let at = self.index.offset(self.index.find(id)?);
        Some(at.ok_or("offset outside of its table").and_then(|at| self.read_at(at)))
    }

    fn header_at(&self, offset: u64) -> Result<(Kind, u64)> {
        let (kind, whole, deltas) = self.chain(offset)?;
        let Some(last) = deltas.first() else { return Ok((kind, whole.size)) };
        let mut head = [0; HEAD];
        let head = inflate::start(self.deflated(last), &mut head).ok_or("does not inflate")?;
        let mut at = 0;
        delta::varint(head, &mut at)?;
        Ok((kind, delta::varint(head, &mut at)?))
    }

    fn read_at(&self, offset: u64) -> Result<(Kind, Vec<u8>)> {
        let (kind, whole, deltas) = self.chain(offset)?;
        let mut bytes = self.inflated(&whole)?;
        let mut made = Vec::new();
        for delta in deltas.iter().rev() {
            delta::apply(&bytes, &self.inflated(delta)?, &mut made, &mut Seams::default())?;
            std::mem::swap(&mut bytes, &mut made);
        }
        Ok((kind, bytes))
    }

    /// Kind and entry of what the object at `offset` begins with, and the deltas on the way to it.
    fn chain(&self, offset: u64) -> Result<(Kind, Entry, Vec<Entry>)> {
        let (mut at, mut deltas) = (offset, Vec::new());
        loop {
            let entry = entry::parse(&self.data, at)?;
            if entry.size > MAX_OBJECT {
                return Err("too large");
            }
            at = match entry.base {
                Base::Whole(kind) => return Ok((kind, entry, deltas)),
                Base::Offset(offset) => offset,
                Base::Name(id) => {
                    let base = self.index.find(&id).and_then(|base| self.index.offset(base));
                    base.ok_or("made from what is not in its pack")?
                }
            };
            deltas.push(entry);
            if deltas.len() > LONGEST {
                return Err("made from too many others");
            }
        }
    }

    fn deflated(&self, entry: &Entry) -> &[u8] {
        let start = usize::try_from(entry.data).unwrap_or(usize::MAX);
        self.data.get(start..).unwrap_or_default()
    }

    fn inflated(&self, entry: &Entry) -> Result<Vec<u8>> {
        inflate::whole(self.deflated(entry), entry.size)
    }
}
