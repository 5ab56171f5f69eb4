//! Everything that some objects reach, each once.

use super::object::Tag;
use super::read::{Gap, Read};
use super::tree::{Entries, EntryKind};
use super::{Commit, Kind, Repo};
use crate::model::{ObjectId, Reason};
use std::collections::{BTreeSet, HashSet};

/// The objects that were reached, in the order of the way there.
#[derive(Debug, Default)]
pub struct Reachable {
    /// Commits.
    pub commits: Vec<ObjectId>,
    /// Annotated tags.
    pub tags: Vec<ObjectId>,
    /// Trees.
    pub trees: Vec<ObjectId>,
    /// Blobs that are named; whether they are there shows when they are read.
    pub blobs: Vec<ObjectId>,
    /// Objects that could not be read, as the kind that they should be.
    pub gaps: Vec<(ObjectId, Kind, Gap)>,
    /// Commits at which a shallow clone ends: their parents are not here.
    pub ends: BTreeSet<ObjectId>,
}

struct Search<'a> {
    repo: &'a Repo,
    found: Reachable,
    seen: HashSet<ObjectId>,
    stack: Vec<(ObjectId, Kind)>,
    shallow: HashSet<ObjectId>,
}

impl Reachable {
    /// Goes from `tips` (of any kind) to everything behind them.
    pub fn list(repo: &Repo, tips: &[ObjectId]) -> Self {
        let shallow = repo.shallow().unwrap_or_default().into_iter().collect();
        let (found, seen) = (Self::default(), HashSet::new());
        let mut search = Search { repo, found, seen, stack: Vec::new(), shallow };
        for tip in tips.iter().rev() {
            match repo.header(*tip) {
                Ok((kind, _)) => search.stack.push((*tip, kind)),
                Err(gap) => search.found.gaps.push((*tip, Kind::Commit, gap)),
            }
        }
        while let Some((id, kind)) = search.stack.pop() {
            if search.seen.insert(id)
                && let Err(gap) = search.visit(id, kind)
            {
                search.found.gaps.push((id, kind, gap));
            }
        }
        search.found
    }
}

impl Search<'_> {
    fn visit(&mut self, id: ObjectId, kind: Kind) -> Read<()> {
        match kind {
            Kind::Blob => self.found.blobs.push(id),
            Kind::Tree => {
                let raw = self.repo.read_kind(id, kind)?;
                self.found.trees.push(id);
                self.entries(&raw);
            }
            Kind::Commit => {
                let commit = Commit::parse(&self.repo.read_kind(id, kind)?);
                self.found.commits.push(id);
                self.parents(id, &commit);
                self.stack.extend(commit.tree.map(|tree| (tree, Kind::Tree)));
            }
            Kind::Tag => {
                let target = Tag::parse(&self.repo.read_kind(id, kind)?).target;
                self.found.tags.push(id);
                let target = target.ok_or_else(|| Gap::new(Reason::Corrupt, "names no object"))?;
                let (kind, _) = self.repo.header(target)?;
                self.stack.push((target, kind));
            }
        }
        Ok(())
    }

    /// Missing parents of a shallow clone's last commits are no defect.
    fn parents(&mut self, id: ObjectId, commit: &Commit) {
        for parent in commit.parents.iter().rev().filter(|p| !self.seen.contains(*p)) {
            if self.shallow.contains(&id) && !self.repo.has(*parent) {
                self.found.ends.insert(id);
            } else {
                self.stack.push((*parent, Kind::Commit));
            }
        }
    }

    fn entries(&mut self, raw: &[u8]) {
        for entry in Entries::new(raw, self.repo.width()) {
            let kind = match entry.kind {
                EntryKind::Submodule => continue,
                EntryKind::Tree => Kind::Tree,
                EntryKind::File | EntryKind::Link => Kind::Blob,
            };
            if !self.seen.contains(&entry.id) {
                self.stack.push((entry.id, kind));
            }
        }
    }
}
