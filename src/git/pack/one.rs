//! Single objects of a pack, for those who want few. What they are made from is kept for the next
//! ones, as far as there is room: versions of one file or folder are made from one another.

use super::delta::{self, Seams};
use super::entry::{self, Base, Entry};
use super::forest::check_version;
use super::index::Index;
use super::mapped::Mapped;
use crate::git::inflate::{self, TOO_LARGE};
use crate::git::{Kind, MAX_OBJECT};
use crate::model::ObjectId;
use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;

/// The longest chain of deltas that git makes is 4095.
const LONGEST: usize = 4096;
/// No head of a delta is longer than two numbers.
const HEAD: usize = 24;

/// How many bytes of bases are kept.
const KEPT: usize = 8 << 20;

/// The number of a pack, and an offset in it.
type At = (usize, u64);

/// What others are made from, by where it stands.
#[derive(Default)]
pub struct Bases {
    held: HashMap<At, (Kind, Rc<Vec<u8>>)>,
    size: usize,
}

impl Bases {
    fn keep(&mut self, at: At, kind: Kind, bytes: &Rc<Vec<u8>>) {
        if bytes.len() > KEPT / 4 {
            return;
        }
        self.size += bytes.len();
        if self.size > KEPT {
            self.held.clear();
            self.size = bytes.len();
        }
        self.held.insert(at, (kind, Rc::clone(bytes)));
    }
}

type Result<T> = std::result::Result<T, &'static str>;

/// A pack whose objects are asked for by name.
pub struct One {
    /// Tells it from other packs.
    nth: usize,
    index: Index,
    data: Mapped,
}

/// A delta of at most so many bytes is inflated as a whole in less time than its start is.
const SHORT: u64 = 1 << 15;

impl One {
    /// Opens the pack of the index at `idx`, the `nth` of its store.
    ///
    /// # Errors
    /// In words, if one of the two cannot be read.
    pub fn open(nth: usize, idx: &Path) -> std::result::Result<Self, String> {
        let index = Index::unsorted(idx)?;
        let data = Mapped::open(&idx.with_extension("pack")).map_err(|e| e.to_string())?;
        check_version(&data)?;
        Ok(Self { nth, index, data })
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
    pub fn read(&self, id: &ObjectId, bases: &mut Bases) -> Option<Result<(Kind, Vec<u8>)>> {
        let at = self.index.offset(self.index.find(id)?);
        Some(at.ok_or("offset outside of its table").and_then(|at| self.read_at(at, bases)))
    }

    fn header_at(&self, offset: u64) -> Result<(Kind, u64)> {
        let (kind, whole, deltas) = self.chain(offset)?;
        let Some(last) = deltas.first() else { return Ok((kind, whole.size)) };
        let (head, mut at) = (self.head_of(last)?, 0);
        delta::varint(&head, &mut at)?;
        Ok((kind, delta::varint(&head, &mut at)?))
    }

    /// The start of a delta, or all of it.
    fn head_of(&self, delta: &Entry) -> Result<Vec<u8>> {
        if delta.size <= SHORT {
            return self.inflated(delta);
        }
        let mut head = [0; HEAD];
        let head = inflate::start(self.deflated(delta), &mut head).ok_or("does not inflate")?;
        Ok(head.to_vec())
    }

    fn read_at(&self, offset: u64, bases: &mut Bases) -> Result<(Kind, Vec<u8>)> {
        let (mut at, mut deltas) = (offset, Vec::new());
        let (kind, mut bytes) = loop {
            if let Some(known) = bases.held.get(&(self.nth, at)) {
                break known.clone();
            }
            let entry = self.entry(at)?;
            if let Base::Whole(kind) = entry.base {
                break (kind, Rc::new(self.inflated(&entry)?));
            }
            deltas.push((at, entry));
            at = self.base_of(&entry, deltas.len())?;
        };
        for (next, delta) in deltas.iter().rev() {
            bases.keep((self.nth, at), kind, &bytes);
            let mut made = Vec::new();
            delta::apply(&bytes, &self.inflated(delta)?, &mut made, &mut Seams::default())?;
            (at, bytes) = (*next, Rc::new(made));
        }
        Ok((kind, Rc::unwrap_or_clone(bytes)))
    }

    /// Kind and entry of what the object at `offset` begins with, and the deltas on the way to it.
    fn chain(&self, offset: u64) -> Result<(Kind, Entry, Vec<Entry>)> {
        let (mut at, mut deltas) = (offset, Vec::new());
        loop {
            let entry = self.entry(at)?;
            if let Base::Whole(kind) = entry.base {
                return Ok((kind, entry, deltas));
            }
            deltas.push(entry);
            at = self.base_of(&entry, deltas.len())?;
        }
    }

    fn entry(&self, at: u64) -> Result<Entry> {
        let entry = entry::parse(&self.data, at)?;
        if entry.size > MAX_OBJECT { Err(TOO_LARGE) } else { Ok(entry) }
    }

    /// Where that stands from which `delta`, the `nth` of its chain, makes something.
    fn base_of(&self, delta: &Entry, nth: usize) -> Result<u64> {
        if nth > LONGEST {
            return Err("made from too many others");
        }
        match delta.base {
            Base::Offset(offset) => Ok(offset),
            Base::Name(id) => {
                let base = self.index.find(&id).and_then(|base| self.index.offset(base));
                base.ok_or("made from what is not in its pack")
            }
            Base::Whole(_) => Err("made from nothing"),
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
