//! What one tree has that another has not, by ids alone: no rename detection, no attributes.

use super::read::Gap;
use super::tree::{Entries, Entry, EntryKind, is_whole, join};
use super::{Kind, Repo};
use crate::model::{ObjectId, Reason};
use std::collections::{BTreeSet, HashMap, HashSet};

/// A blob at a path.
pub type Placed = (Vec<u8>, ObjectId);

/// The difference of two trees.
#[derive(Debug, Default)]
pub struct TreeDiff {
    /// Blobs at paths where the old tree has another object or none.
    pub added: Vec<Placed>,
    /// Blobs of the old tree that stand there no more.
    pub removed: HashSet<ObjectId>,
    /// Parts of the paths that the old tree does not have.
    pub names: BTreeSet<Vec<u8>>,
    /// Paths of submodules that are new or changed.
    pub submodules: BTreeSet<Vec<u8>>,
    /// Trees that could not be read.
    pub gaps: Vec<(ObjectId, Gap)>,
}

type Pair = (Vec<u8>, Option<ObjectId>, Option<ObjectId>);

impl TreeDiff {
    /// Compares `new` with `old`; without `old`, everything is added. The same pair of trees at
    /// two places is gone into once, so trees that refer to one another take no longer than
    /// they are many.
    pub fn run(repo: &Repo, old: Option<ObjectId>, new: Option<ObjectId>) -> Self {
        let mut diff = Self::default();
        let mut stack: Vec<Pair> = vec![(Vec::new(), old, new)];
        let mut seen = HashSet::new();
        while let Some((path, old, new)) = stack.pop() {
            if old != new && seen.insert((old, new)) {
                // An old tree that cannot be read leaves nothing unread: all counts as added.
                let from = load(repo, old).unwrap_or_default();
                let to = match load(repo, new) {
                    Ok(to) => to,
                    Err(gap) => {
                        diff.gaps.extend(new.map(|id| (id, gap)));
                        continue;
                    }
                };
                stack.extend(diff.compare(&path, repo.width(), &from, &to));
                if !is_whole(&to, repo.width()) {
                    let gap = Gap::new(Reason::Corrupt, "the tree ends in the middle");
                    diff.gaps.extend(new.map(|id| (id, gap)));
                }
            }
        }
        diff
    }

    /// Compares two raw trees at `at`; answers the folders to go on with, the first one last.
    fn compare(&mut self, at: &[u8], width: usize, from: &[u8], to: &[u8]) -> Vec<Pair> {
        let mut old: HashMap<&[u8], (EntryKind, ObjectId)> =
            Entries::new(from, width).map(|e| (e.name, (e.kind, e.id))).collect();
        let mut down = Vec::new();
        for entry in Entries::new(to, width) {
            let before = old.remove(entry.name);
            if before != Some((entry.kind, entry.id)) {
                self.change(at, before, &entry, &mut down);
            }
        }
        for (name, (kind, id)) in old {
            match kind {
                EntryKind::Tree => down.push((join(at, name), Some(id), None)),
                EntryKind::Submodule => {}
                EntryKind::File | EntryKind::Link => {
                    self.removed.insert(id);
                }
            }
        }
        down.sort();
        down.reverse();
        down
    }

    fn change(
        &mut self,
        at: &[u8],
        before: Option<(EntryKind, ObjectId)>,
        entry: &Entry<'_>,
        down: &mut Vec<Pair>,
    ) {
        if before.is_none() {
            self.names.insert(entry.name.to_vec());
        }
        let path = join(at, entry.name);
        let old_tree = before.filter(|b| b.0 == EntryKind::Tree).map(|b| b.1);
        self.removed.extend(before.filter(|b| b.0.is_blob()).map(|b| b.1));
        if entry.kind == EntryKind::Tree {
            down.push((path, old_tree, Some(entry.id)));
            return;
        }
        down.extend(old_tree.map(|tree| (path.clone(), Some(tree), None)));
        self.add(entry.kind, path, entry.id);
    }

    fn add(&mut self, kind: EntryKind, path: Vec<u8>, id: ObjectId) {
        if kind == EntryKind::Submodule {
            self.submodules.insert(path);
        } else {
            self.added.push((path, id));
        }
    }
}

fn load(repo: &Repo, id: Option<ObjectId>) -> Result<Vec<u8>, Gap> {
    id.map_or(Ok(Vec::new()), |id| repo.read_kind(id, Kind::Tree))
}
