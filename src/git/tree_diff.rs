//! What one tree has that another has not, by ids alone: no rename detection, no attributes.

use super::read::Gap;
use super::tree::{Entries, Entry, EntryKind, join};
use super::{Kind, Repo};
use crate::model::{ObjectId, Reason};
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

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

/// How many bytes of trees are kept for the next comparison.
const KEPT: usize = 32 << 20;

/// Trees that were read: the new one of a commit is the old one of the next.
#[derive(Default)]
pub struct Trees {
    held: HashMap<ObjectId, Rc<Vec<u8>>>,
    size: usize,
}

impl Trees {
    fn load(&mut self, repo: &Repo, id: Option<ObjectId>) -> Result<Rc<Vec<u8>>, Gap> {
        let Some(id) = id else { return Ok(Rc::default()) };
        if let Some(known) = self.held.get(&id) {
            return Ok(Rc::clone(known));
        }
        let tree = Rc::new(repo.read_kind(id, Kind::Tree)?);
        self.size += tree.len();
        if self.size > KEPT {
            self.held.clear();
            self.size = tree.len();
        }
        self.held.insert(id, Rc::clone(&tree));
        Ok(tree)
    }
}

impl TreeDiff {
    /// Compares `new` with `old`; without `old`, everything is added. The same pair of trees at
    /// two places is gone into once, so trees that refer to one another take no longer than
    /// they are many.
    pub fn run(
        repo: &Repo,
        trees: &mut Trees,
        old: Option<ObjectId>,
        new: Option<ObjectId>,
    ) -> Self {
        let mut diff = Self::default();
        let mut stack: Vec<Pair> = vec![(Vec::new(), old, new)];
        let mut seen = HashSet::new();
        while let Some((path, old, new)) = stack.pop() {
            if old != new && seen.insert((old, new)) {
                // An old tree that cannot be read leaves nothing unread: all counts as added.
                let from = trees.load(repo, old).unwrap_or_default();
                let to = match trees.load(repo, new) {
                    Ok(to) => to,
                    Err(gap) => {
                        diff.gaps.extend(new.map(|id| (id, gap)));
                        continue;
                    }
                };
                let from = Entries::new(&from, repo.width());
                let mut to = Entries::new(&to, repo.width());
                stack.extend(diff.compare(&path, from, &mut to));
                if to.is_broken() {
                    let gap = Gap::new(Reason::Corrupt, "the tree ends in the middle");
                    diff.gaps.extend(new.map(|id| (id, gap)));
                }
            }
        }
        diff
    }

    /// Compares two trees at `at`; answers the folders to go on with, the first one last.
    fn compare(&mut self, at: &[u8], from: Entries<'_>, to: &mut Entries<'_>) -> Vec<Pair> {
        let (mut old, new) = apart(from, to);
        let mut down = Vec::new();
        for entry in new {
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

type Named<'a> = HashMap<&'a [u8], (EntryKind, ObjectId)>;

/// The entries of two trees without those that are the same in both. All of those are met in one
/// pass if both trees are in order; if not, some are left on both sides.
fn apart<'f, 't>(mut from: Entries<'f>, to: &mut Entries<'t>) -> (Named<'f>, Vec<Entry<'t>>) {
    let (mut old, mut new) = (Named::new(), Vec::new());
    let (mut before, mut after) = (None, None);
    loop {
        if before.is_none() && after.is_none() {
            from.skip_shared(to);
        }
        before = before.or_else(|| from.next());
        after = after.or_else(|| to.next());
        let order = match (&before, &after) {
            (None, None) => return (old, new),
            (Some(a), Some(b)) => order(a).cmp(order(b)),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
        };
        let same = order == Ordering::Equal && before == after;
        if order != Ordering::Greater {
            old.extend(before.take().filter(|_| !same).map(|e| (e.name, (e.kind, e.id))));
        }
        if order != Ordering::Less {
            new.extend(after.take().filter(|_| !same));
        }
    }
}

/// The bytes by which git orders entries: a folder comes where its name with a slash would.
fn order<'a>(entry: &Entry<'a>) -> impl Iterator<Item = u8> + use<'a> {
    let slash = (entry.kind == EntryKind::Tree).then_some(b'/');
    entry.name.iter().copied().chain(slash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Generator;

    fn tree(random: &mut Generator, sorted: bool) -> Vec<u8> {
        let mut all: Vec<(Vec<u8>, bool, u8)> = (0..random.below(9))
            .map(|_| {
                let len = 1 + random.below(2);
                (random.text(b"ab.", len), random.below(2) == 0, random.below(2) as u8)
            })
            .collect();
        if sorted {
            let mut seen = HashSet::new();
            all.retain(|(name, ..)| seen.insert(name.clone()));
            all.sort_by_key(|(name, folder, _)| {
                [name.as_slice(), if *folder { b"/" } else { b"" }].concat()
            });
        }
        let one = |(name, folder, id): &(Vec<u8>, bool, u8)| {
            let mode: &[u8] = if *folder { b"40000 " } else { b"100644 " };
            [mode, name, &[0], &[*id; 20]].concat()
        };
        all.iter().flat_map(one).collect()
    }

    #[test]
    fn what_is_the_same_in_both_is_left_out_and_nothing_else() {
        let mut random = Generator::new(3);
        for round in 0..2000 {
            let sorted = round % 2 == 0;
            let (from, to) = (tree(&mut random, sorted), tree(&mut random, sorted));
            let (old, new) = apart(Entries::new(&from, 20), &mut Entries::new(&to, 20));
            let before: Vec<_> = Entries::new(&from, 20).collect();
            let after: Vec<_> = Entries::new(&to, 20).collect();
            let fresh: Vec<_> = after.iter().filter(|e| !before.contains(e)).collect();
            assert!(fresh.iter().all(|e| new.contains(e)));
            if sorted {
                let gone = before.iter().filter(|e| !after.contains(e));
                assert_eq!(old, gone.map(|e| (e.name, (e.kind, e.id))).collect());
                assert_eq!(new.iter().collect::<Vec<_>>(), fresh);
            }
        }
    }
}
