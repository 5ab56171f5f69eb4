//! The names in trees: each distinct one is scanned once, wherever it stands.

use super::Sink;
use super::objects::{in_parallel, lock, skip};
use crate::error::Result;
use crate::git::tree::{Entries, EntryKind, is_whole};
use crate::git::{Gap, Kind, Repo};
use crate::model::{Item, ObjectId, Origin, OriginKind, Reason, Unit};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Mutex;

/// What the trees of a store say.
#[derive(Default)]
pub(super) struct Names {
    /// Each name with the smallest id of the trees that hold it.
    first: HashMap<Box<[u8]>, ObjectId>,
    /// Names of submodules.
    pub submodules: BTreeSet<Vec<u8>>,
    /// Objects that trees name and the store does not list.
    pub absent: HashSet<ObjectId>,
}

impl Names {
    /// Reads `trees` (declared already) and scans their names. `listed` tells whether the store
    /// has an object.
    pub fn read(
        repo: &Repo,
        trees: &[ObjectId],
        listed: &(dyn Fn(&ObjectId) -> bool + Sync),
        sink: &dyn Sink,
    ) -> Result<Self> {
        let names = Mutex::new(Self::default());
        let unread = Mutex::new(HashSet::new());
        in_parallel(repo, trees.len(), |repo, at| {
            let Some(id) = trees.get(at) else { return };
            match repo.read_kind(*id, Kind::Tree) {
                Ok(raw) if is_whole(&raw, repo.width()) => {
                    lock(&names).add(*id, &raw, repo.width(), listed);
                }
                other => {
                    let cut = Gap::new(Reason::Corrupt, "the tree ends in the middle");
                    skip(sink, Some(Unit::Tree), id.to_string(), other.err().unwrap_or(cut));
                    lock(&unread).insert(*id);
                }
            }
        })?;
        let names = names.into_inner().unwrap_or_default();
        let unread = unread.into_inner().unwrap_or_default();
        names.scan(trees.iter().filter(|id| !unread.contains(id)), sink);
        Ok(names)
    }

    fn add(&mut self, id: ObjectId, raw: &[u8], width: usize, listed: &dyn Fn(&ObjectId) -> bool) {
        for entry in Entries::new(raw, width) {
            self.meet(id, &[entry.name]);
            match entry.kind {
                EntryKind::Submodule => self.submodules.insert(entry.name.to_vec()),
                _ => !listed(&entry.id) && self.absent.insert(entry.id),
            };
        }
    }

    /// Takes in names of the tree `id`.
    pub fn meet(&mut self, id: ObjectId, names: &[&[u8]]) {
        for &name in names {
            match self.first.get_mut(name) {
                Some(first) => *first = id.min(*first),
                None => drop(self.first.insert(name.into(), id)),
            }
        }
    }

    /// One text for each tree: the names that are its own. Most trees have none.
    pub fn scan<'a>(&self, trees: impl Iterator<Item = &'a ObjectId>, sink: &dyn Sink) {
        let mut own: BTreeMap<ObjectId, BTreeSet<&[u8]>> = BTreeMap::new();
        for (name, id) in &self.first {
            own.entry(*id).or_default().insert(name);
        }
        for id in trees {
            let names: Vec<&[u8]> = own.remove(id).unwrap_or_default().into_iter().collect();
            let bytes = names.join(&b'\n');
            let origin = Origin::new(OriginKind::Name).object(*id);
            sink.scan(Unit::Tree, Item::new(&bytes, origin));
        }
    }
}
