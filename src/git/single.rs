//! Objects by name, one at a time, in this process: loose ones and those of packs. Whatever the
//! bytes of the store are, the answer is the object or what is wrong.

use super::command::named_stores;
use super::inflate::{self, Inflating, TOO_LARGE};
use super::pack::{Bases, One};
use super::read::{Gap, Read as Outcome};
use super::{Kind, MAX_OBJECT, Repo, Where};
use crate::model::{ObjectId, Reason};
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

/// The longest head of a loose object: a kind, a number and a zero byte.
const HEAD: usize = 32;

/// An object store of SHA-1 names.
pub(super) struct Store {
    folders: Vec<PathBuf>,
    packs: Vec<One>,
    bases: RefCell<Bases>,
    /// Whether all packs could be opened.
    whole: bool,
}

impl Repo {
    /// The store, opened when it is first asked for; `None` if its form is git's to read.
    pub(super) fn single(&self) -> Option<&Store> {
        self.single.get_or_init(|| self.open_single()).as_ref()
    }

    fn open_single(&self) -> Option<Store> {
        let mut folders = self.stores()?;
        if *self.place() == Where::Env {
            folders.extend(named_stores());
        }
        let files = self.pack_indexes_of(&folders)?;
        let packs: Vec<_> =
            files.iter().enumerate().map(|(nth, idx)| One::open(nth, idx)).collect();
        let whole = packs.iter().all(Result::is_ok);
        let packs = packs.into_iter().flatten().collect();
        Some(Store { folders, packs, bases: RefCell::default(), whole })
    }
}

impl Store {
    /// Whether the object is there.
    pub(super) fn has(&self, id: ObjectId) -> bool {
        self.packs.iter().any(|pack| pack.has(&id)) || self.loose(id).is_ok()
    }

    /// The names in its packs; `None` if one of them cannot be opened.
    pub(super) fn packed_ids(&self) -> Option<Vec<ObjectId>> {
        self.whole.then(|| self.packs.iter().flat_map(One::ids).collect())
    }

    /// Kind and size of an object.
    pub(super) fn header(&self, id: ObjectId) -> Outcome<(Kind, u64)> {
        let packed = self.packs.iter().find_map(|pack| pack.header(&id));
        match packed {
            Some(found) => found.map_err(corrupt),
            None => Ok(self.open(id)?.0),
        }
    }

    /// An object, whose name is not compared with its content.
    pub(super) fn read(&self, id: ObjectId) -> Outcome<(Kind, Vec<u8>)> {
        let bases = &mut self.bases.borrow_mut();
        if let Some(found) = self.packs.iter().find_map(|pack| pack.read(&id, bases)) {
            return found.map_err(corrupt);
        }
        let mut file = self.loose(id)?;
        let mut deflated = Vec::new();
        file.by_ref().take(MAX_OBJECT).read_to_end(&mut deflated).map_err(unreadable)?;
        let mut head = [0; HEAD];
        let head = inflate::start(&deflated, &mut head).unwrap_or_default();
        let (kind, size, start) = parse(head).ok_or_else(|| corrupt("not a loose object"))?;
        let mut bytes = inflate::whole(&deflated, size + start as u64).map_err(corrupt)?;
        bytes.drain(..start);
        Ok((kind, bytes))
    }

    /// The content of a loose object as it comes out of its file, with kind and size.
    pub(super) fn open(&self, id: ObjectId) -> Outcome<((Kind, u64), impl Read + use<>)> {
        let mut stream = Inflating::new(self.loose(id)?);
        let mut head = Vec::with_capacity(HEAD);
        while head.len() < HEAD && head.last() != Some(&0) {
            let mut byte = [0];
            stream.read_exact(&mut byte).map_err(|e| Gap::new(Reason::Corrupt, e.to_string()))?;
            head.extend(byte);
        }
        let (kind, size, _) = parse(&head).ok_or_else(|| corrupt("not a loose object"))?;
        Ok(((kind, size), stream))
    }

    fn loose(&self, id: ObjectId) -> Outcome<File> {
        let hex = id.to_string();
        let (first, rest) = hex.split_at_checked(2).unwrap_or_default();
        for folder in &self.folders {
            let path = folder.join(first).join(rest);
            match path.symlink_metadata() {
                Ok(seen) if seen.is_file() => return File::open(path).map_err(unreadable),
                Ok(_) => return Err(corrupt("not a file")),
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                Err(e) => return Err(unreadable(e)),
            }
        }
        Err(Gap::new(Reason::Missing, "it is not in the object store"))
    }
}

/// Kind, size and length of the head of a loose object.
fn parse(start: &[u8]) -> Option<(Kind, u64, usize)> {
    let end = memchr::memchr(0, start)?;
    let text = std::str::from_utf8(start.get(..end)?).ok()?;
    let (kind, size) = text.split_once(' ')?;
    let plain = size.bytes().all(|b| b.is_ascii_digit());
    let size = size.parse().ok().filter(|_| plain)?;
    Some((Kind::parse(kind.as_bytes())?, size, end + 1))
}

fn corrupt(why: &'static str) -> Gap {
    let reason = if why == TOO_LARGE { Reason::Unsupported } else { Reason::Corrupt };
    Gap::new(reason, why)
}

fn unreadable(e: io::Error) -> Gap {
    Gap::new(Reason::Unreadable, e.to_string())
}
