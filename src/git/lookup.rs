//! Looking up paths in a tree, each folder read once.

use super::tree::{Entries, EntryKind};
use super::{Kind, Repo};
use crate::git::Gap;
use crate::model::ObjectId;
use std::collections::HashMap;

type Folder = HashMap<Vec<u8>, (EntryKind, ObjectId)>;

/// A tree in which paths are looked up.
pub struct Lookup<'a> {
    repo: &'a Repo,
    folders: HashMap<Vec<u8>, Folder>,
    gaps: Vec<(ObjectId, Gap)>,
}

impl<'a> Lookup<'a> {
    /// Looks up in `root`; without it, nothing is there.
    pub fn new(repo: &'a Repo, root: Option<ObjectId>) -> Self {
        let mut lookup = Self { repo, folders: HashMap::new(), gaps: Vec::new() };
        let top = root.map(|id| lookup.load(id)).unwrap_or_default();
        lookup.folders.insert(Vec::new(), top);
        lookup
    }

    /// What stands at `path`.
    pub fn get(&mut self, path: &[u8]) -> Option<(EntryKind, ObjectId)> {
        let (folder, name) = split(path);
        self.folder(folder).get(name).copied()
    }

    /// Trees that could not be read: whatever they hold counts as not there.
    pub fn gaps(&self) -> &[(ObjectId, Gap)] {
        &self.gaps
    }

    fn folder(&mut self, path: &[u8]) -> &Folder {
        let known = self.nearest(path);
        let mut at = known;
        while at < path.len() {
            let next = memchr::memchr(b'/', path.get(at + 1..).unwrap_or_default());
            let end = next.map_or(path.len(), |n| at + 1 + n);
            let here = path.get(..end).unwrap_or(path);
            let (parent, name) = split(here);
            let entry = self.folders.get(parent).and_then(|folder| folder.get(name)).copied();
            let tree = entry.filter(|(kind, _)| *kind == EntryKind::Tree);
            let folder = tree.map(|(_, id)| self.load(id)).unwrap_or_default();
            self.folders.insert(here.to_vec(), folder);
            at = end;
        }
        self.folders.entry(path.to_vec()).or_default()
    }

    /// The length of the longest part of `path` whose folder was read already.
    fn nearest(&self, path: &[u8]) -> usize {
        let mut part = path;
        while !self.folders.contains_key(part) && !part.is_empty() {
            part = split(part).0;
        }
        part.len()
    }

    fn load(&mut self, id: ObjectId) -> Folder {
        match self.repo.read_kind(id, Kind::Tree) {
            Ok(raw) => Entries::new(&raw, self.repo.width())
                .map(|e| (e.name.to_vec(), (e.kind, e.id)))
                .collect(),
            Err(gap) => {
                self.gaps.push((id, gap));
                Folder::new()
            }
        }
    }
}

/// Folder and name of `path`.
fn split(path: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memrchr(b'/', path) {
        Some(at) => (path.get(..at).unwrap_or_default(), path.get(at + 1..).unwrap_or_default()),
        None => (&[], path),
    }
}
