//! The entries of the index.

use super::command::{Git, named_index};
use super::index_file;
use super::open::Backend;
use super::sha1::sha1;
use super::tree::{Entries, EntryKind, is_whole, join};
use super::{Gap, Repo, Where};
use crate::error::{Error, Kind, Result};
use crate::model::{ObjectId, Reason};
use std::path::{Path, PathBuf};

/// One entry of the index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Staged {
    /// Its path from the root of the work tree, raw.
    pub path: Vec<u8>,
    /// 0, or 1 to 3 for the sides of a conflict.
    pub stage: u8,
    /// The object.
    pub id: ObjectId,
    /// Its mode, as in a tree.
    pub mode: u32,
}

impl Staged {
    /// What it is.
    pub fn kind(&self) -> EntryKind {
        EntryKind::from_mode(self.mode)
    }
}

/// Bits of libgit2's index entries.
const INTENT_TO_ADD: u16 = 1 << 13;

impl Repo {
    /// All entries of the index but those of `git add --intent-to-add`, which stage nothing.
    /// Sorted by path. The index is never refreshed or written.
    ///
    /// # Errors
    /// If there is an index that neither libgit2 nor git can read.
    pub fn staged(&self) -> Result<Vec<Staged>> {
        let mut entries = match &self.backend {
            // libgit2 does not know split and sparse indexes, nor ones without a checksum.
            Backend::Library(repo) => {
                let read = from_library(repo).and_then(|entries| self.unless_lost(entries));
                read.or_else(|e| match self.staged_from_file() {
                    Some(entries) => Ok(entries),
                    None => self.staged_from_git().map_err(|_| e),
                })?
            }
            Backend::Command => match self.staged_from_file() {
                Some(entries) => entries,
                None => self.staged_from_git()?,
            },
        };
        entries.sort();
        Ok(entries)
    }

    /// An index that libgit2 cannot get at is an empty one to it: `entries`, if that is not so.
    fn unless_lost(&self, entries: Vec<Staged>) -> Result<Vec<Staged>> {
        let lost = |e: std::io::Error| Error::new(Kind::Git, "reading the index").because(e);
        match self.index_path().map(std::fs::read) {
            _ if !entries.is_empty() => Ok(entries),
            Some(Ok(_)) => self.staged_from_file().ok_or_else(nonsense),
            Some(Err(e)) if e.kind() != std::io::ErrorKind::NotFound => Err(lost(e)),
            _ => Ok(entries),
        }
    }

    /// The entries as the file says; `None` if it is not understood here.
    fn staged_from_file(&self) -> Option<Vec<Staged>> {
        let read = |path: &Path| {
            let bytes = std::fs::read(path).ok()?;
            let file = index_file::parse(&bytes, self.width()).ok()?;
            if !is_sealed(&bytes, &file.hash) {
                let _ = self.index_trouble.set("its checksum is wrong");
            }
            Some(file)
        };
        let mut index = read(&self.index_path()?)?;
        if let Some(link) = index.link.filter(|link| !link.base.is_zero()) {
            let base = read(&self.git_dir().join(format!("sharedindex.{}", link.base)))?;
            if base.hash != link.base.as_bytes() {
                return None;
            }
            index.entries = index_file::merge(base, &link, index.entries).ok()?;
        }
        let real = index.entries.into_iter().filter(|e| !e.intent).map(|e| e.staged);
        real.map(|entry| self.unfolded(entry)).collect::<Option<Vec<_>>>().map(|all| all.concat())
    }

    /// What is wrong with the index that [`Repo::staged`] has read all the same.
    pub fn index_gap(&self) -> Option<Gap> {
        self.index_trouble.get().map(|why| Gap::new(Reason::Corrupt, *why))
    }

    /// The file of the index: the usual one, or the one that git has made for a commit.
    fn index_path(&self) -> Option<PathBuf> {
        let named = match self.place() {
            Where::Path(_) => None,
            Where::Env => named_index(),
        };
        match named.map(PathBuf::from) {
            Some(file) if file.is_absolute() => Some(file),
            Some(file) => Some(self.work_dir()?.join(file)),
            None => Some(self.git_dir().join("index")),
        }
    }

    /// A sparse index names whole folders: what is in `entry`. `None` if that cannot be read.
    fn unfolded(&self, entry: Staged) -> Option<Vec<Staged>> {
        let mut found = Vec::new();
        let mut left = vec![entry];
        while let Some(entry) = left.pop() {
            if entry.kind() != EntryKind::Tree {
                found.push(entry);
                continue;
            }
            let raw = self.read_kind(entry.id, super::Kind::Tree).ok()?;
            if !is_whole(&raw, self.width()) {
                return None;
            }
            let folder = entry.path.strip_suffix(b"/").unwrap_or(&entry.path);
            left.extend(Entries::new(&raw, self.width()).map(|e| Staged {
                path: join(folder, e.name),
                stage: 0,
                id: e.id,
                mode: e.kind.mode(),
            }));
        }
        Some(found)
    }

    fn staged_from_git(&self) -> Result<Vec<Staged>> {
        let git = self.git.clone().map_or_else(|| Git::find(self.place()), Ok)?;
        if self.work_dir().is_none() && !self.git_dir().join("index").exists() {
            return Ok(Vec::new());
        }
        let out = git.output(["ls-files", "--stage", "--full-name", "-z"])?;
        let lines = out.split(|&b| b == 0).filter(|line| !line.is_empty());
        lines.map(|line| parse(line).ok_or_else(nonsense)).collect()
    }
}

/// Whether an index file ends in its checksum, or in none. The one of SHA-256 is not looked at.
fn is_sealed(bytes: &[u8], hash: &[u8]) -> bool {
    let body = bytes.get(..bytes.len().saturating_sub(hash.len())).unwrap_or_default();
    hash.len() != 20 || hash.iter().all(|&b| b == 0) || sha1(body) == hash
}

fn from_library(repo: &git2::Repository) -> Result<Vec<Staged>> {
    let trouble = |e: git2::Error| Error::new(Kind::Git, "reading the index").because(e);
    let index = repo.index().map_err(trouble)?;
    let real = index.iter().filter(|e| e.flags_extended & INTENT_TO_ADD == 0);
    let entries = real.map(|entry| {
        let id = ObjectId::from_bytes(entry.id.as_bytes()).ok_or_else(nonsense)?;
        let stage = (entry.flags >> 12 & 3) as u8;
        Ok(Staged { path: entry.path, stage, id, mode: entry.mode })
    });
    entries.collect()
}

/// Reads `MODE ID STAGE TAB PATH`.
fn parse(line: &[u8]) -> Option<Staged> {
    let tab = memchr::memchr(b'\t', line)?;
    let head = std::str::from_utf8(line.get(..tab)?).ok()?;
    let mut words = head.split(' ');
    let mode = u32::from_str_radix(words.next()?, 8).ok()?;
    let id = ObjectId::from_hex(words.next()?.as_bytes())?;
    let stage = words.next()?.parse().ok()?;
    Some(Staged { path: line.get(tab + 1..)?.to_vec(), stage, id, mode })
}

fn nonsense() -> Error {
    Error::new(Kind::Git, "the index holds an entry that makes no sense")
}
