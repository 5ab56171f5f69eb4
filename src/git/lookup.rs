//! Looking up paths in a tree, each folder read once.

use super::tree::{Entries, EntryKind};
use super::{Kind, Repo};
use crate::git::Gap;
use crate::model::ObjectId;
use std::collections::HashMap;
use std::rc::Rc;

type Folder = Rc<HashMap<Vec<u8>, (EntryKind, ObjectId)>>;

/// A tree in which paths are looked up.
pub struct Lookup<'a> {
    repo: &'a Repo,
    /// By path, of this tree.
    folders: HashMap<Vec<u8>, Folder>,
    /// All that were read, of the trees before as well.
    read: HashMap<ObjectId, Folder>,
    gaps: Vec<(ObjectId, Gap)>,
}

impl<'a> Lookup<'a> {
    /// Looks up in `root`; without it, nothing is there.
    pub fn new(repo: &'a Repo, root: Option<ObjectId>) -> Self {
        let (folders, read) = (HashMap::new(), HashMap::new());
        let mut lookup = Self { repo, folders, read, gaps: Vec::new() };
        lookup.turn_to(root);
        lookup
    }

    /// Looks up in `root` from now on. Folders that it shares with the trees before are known.
    pub fn turn_to(&mut self, root: Option<ObjectId>) {
        self.folders.clear();
        let top = root.map(|id| self.load(id)).unwrap_or_default();
        self.folders.insert(Vec::new(), top);
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
        if let Some(known) = self.read.get(&id) {
            return Rc::clone(known);
        }
        let folder = match self.repo.read_kind(id, Kind::Tree) {
            Ok(raw) => Entries::new(&raw, self.repo.width())
                .map(|e| (e.name.to_vec(), (e.kind, e.id)))
                .collect(),
            Err(gap) => {
                self.gaps.push((id, gap));
                HashMap::new()
            }
        };
        let folder = Rc::new(folder);
        self.read.insert(id, Rc::clone(&folder));
        folder
    }
}

/// Folder and name of `path`.
fn split(path: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memrchr(b'/', path) {
        Some(at) => (path.get(..at).unwrap_or_default(), path.get(at + 1..).unwrap_or_default()),
        None => (&[], path),
    }
}
