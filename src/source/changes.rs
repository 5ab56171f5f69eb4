//! What the commits of a range add.

use super::objects::unit_of;
use crate::git::object::Tag;
use crate::git::revision::Tips;
use crate::git::tree_diff::{TreeDiff, Trees};
use crate::git::walk::{Step, Walk};
use crate::git::{Commit, Gap, Kind, Repo};
use crate::model::{ObjectId, Reason, Unit};
use std::collections::{BTreeSet, HashMap, HashSet};

/// A blob that a commit adds, with its first path.
pub(super) struct Added {
    pub id: ObjectId,
    pub path: Option<Vec<u8>>,
    pub commit: Option<ObjectId>,
}

/// What the commits of a range add, oldest first.
#[derive(Default)]
pub(super) struct Changes {
    pub commits: Vec<ObjectId>,
    pub tags: Vec<ObjectId>,
    pub blobs: Vec<Added>,
    /// New parts of paths, by commit.
    pub names: Vec<(ObjectId, BTreeSet<Vec<u8>>)>,
    pub submodules: BTreeSet<Vec<u8>>,
    pub gaps: Vec<(ObjectId, Unit, Gap)>,
    /// Blobs that stood before the range and that it replaces or removes.
    pub gone: Vec<ObjectId>,
    /// Commits outside the range that its commits build on.
    pub border: Vec<ObjectId>,
}

/// Objects that tips lead to, by kind.
#[derive(Default)]
struct Expanded {
    commits: Vec<ObjectId>,
    trees: Vec<ObjectId>,
}

struct Collector<'a> {
    repo: &'a Repo,
    changes: Changes,
    seen: HashSet<ObjectId>,
    removed: BTreeSet<ObjectId>,
    trees: HashMap<ObjectId, Option<ObjectId>>,
    read: Trees,
}

impl Changes {
    /// Finds out what `tips` add.
    pub fn collect(repo: &Repo, tips: &Tips) -> Self {
        let (changes, seen, trees) = (Self::default(), HashSet::new(), HashMap::new());
        let (removed, read) = (BTreeSet::new(), Trees::default());
        let mut all = Collector { repo, changes, seen, removed, trees, read };
        let expanded = all.expand(tips);
        let hidden: Vec<_> = tips.exclude.iter().filter_map(|id| repo.peel(*id).ok()).collect();
        let walk = Walk::run(repo, &expanded.commits, &hidden);
        let gaps = walk.gaps.into_iter().map(|(id, gap)| (id, Unit::Commit, gap));
        all.changes.gaps.extend(gaps);
        all.changes.border = walk.border;
        walk.steps.iter().for_each(|step| all.commit(step));
        expanded.trees.iter().for_each(|tree| all.tree(*tree));
        let (seen, removed) = (all.seen, all.removed);
        all.changes.gone = removed.into_iter().filter(|id| !seen.contains(id)).collect();
        all.changes
    }
}

impl Collector<'_> {
    /// Follows tags; sorts what the tips are.
    fn expand(&mut self, tips: &Tips) -> Expanded {
        let mut expanded = Expanded::default();
        let mut met: HashSet<ObjectId> = tips.exclude.iter().copied().collect();
        let mut left: Vec<ObjectId> = tips.include.iter().rev().copied().collect();
        while let Some(id) = left.pop() {
            if !met.insert(id) {
                continue;
            }
            match self.repo.header(id) {
                Ok((Kind::Commit, _)) => expanded.commits.push(id),
                Ok((Kind::Tree, _)) => expanded.trees.push(id),
                Ok((Kind::Blob, _)) => self.blob(id, None, None),
                Ok((Kind::Tag, _)) => left.extend(self.tag(id)),
                Err(gap) => self.changes.gaps.push((id, Unit::Commit, gap)),
            }
        }
        expanded
    }

    fn tag(&mut self, id: ObjectId) -> Option<ObjectId> {
        self.changes.tags.push(id);
        // One that cannot be read is accounted for when its message is.
        let target = Tag::parse(&self.repo.read_kind(id, Kind::Tag).ok()?).target;
        if target.is_none() {
            let gap = Gap::new(Reason::Corrupt, "the tag names no object");
            self.changes.gaps.push((id, unit_of(Kind::Commit), gap));
        }
        target
    }

    fn blob(&mut self, id: ObjectId, path: Option<Vec<u8>>, commit: Option<ObjectId>) {
        if self.seen.insert(id) {
            self.changes.blobs.push(Added { id, path, commit });
        }
    }

    fn tree(&mut self, tree: ObjectId) {
        let diff = TreeDiff::run(self.repo, &mut self.read, None, Some(tree));
        self.take(vec![diff], tree, None);
    }

    fn commit(&mut self, step: &Step) {
        self.changes.commits.push(step.id);
        self.trees.insert(step.id, step.commit.tree);
        if step.commit.tree.is_none() {
            let gap = Gap::new(Reason::Corrupt, "the commit names no tree");
            self.changes.gaps.push((step.id, Unit::Tree, gap));
        }
        let mut olds: Vec<_> = step.commit.parents.iter().map(|p| self.tree_of(*p)).collect();
        if olds.is_empty() {
            olds.push(None);
        }
        let (repo, read) = (self.repo, &mut self.read);
        let diffs = olds.into_iter().map(|old| TreeDiff::run(repo, read, old, step.commit.tree));
        let diffs = diffs.collect();
        self.take(diffs, step.id, Some(step.id));
    }

    /// The tree of a parent; one that cannot be read has none, so that all counts as added.
    fn tree_of(&mut self, id: ObjectId) -> Option<ObjectId> {
        let repo = self.repo;
        let read = || Commit::parse(&repo.read_kind(id, Kind::Commit).ok()?).tree;
        *self.trees.entry(id).or_insert_with(read)
    }

    /// Takes what is new against every one of the parents.
    fn take(&mut self, mut diffs: Vec<TreeDiff>, at: ObjectId, commit: Option<ObjectId>) {
        let gaps: BTreeSet<_> = diffs.iter_mut().flat_map(|d| d.gaps.drain(..)).collect();
        self.changes.gaps.extend(gaps.into_iter().map(|(id, gap)| (id, Unit::Tree, gap)));
        self.removed.extend(diffs.iter().flat_map(|diff| diff.removed.iter().copied()));
        let mut diffs = diffs.into_iter();
        let Some(first) = diffs.next() else { return };
        let rest: Vec<_> = diffs.map(|d| (fresh(&d), d)).collect();
        for (path, id) in &first.added {
            let new = !first.removed.contains(id) && rest.iter().all(|(ids, _)| ids.contains(id));
            if new {
                self.blob(*id, Some(path.clone()), commit);
            }
        }
        let (mut names, mut submodules) = (first.names, first.submodules);
        names.retain(|name| rest.iter().all(|(_, d)| d.names.contains(name)));
        submodules.retain(|path| rest.iter().all(|(_, d)| d.submodules.contains(path)));
        self.changes.submodules.extend(submodules);
        if !names.is_empty() {
            self.changes.names.push((at, names));
        }
    }
}

/// Blobs that one tree has and the other had nowhere that changed.
fn fresh(diff: &TreeDiff) -> HashSet<ObjectId> {
    diff.added.iter().map(|(_, id)| *id).filter(|id| !diff.removed.contains(id)).collect()
}
