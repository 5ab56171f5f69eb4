//! The commits that some tips reach and others do not.

use super::object::Tag;
use super::read::{Gap, Read};
use super::{Commit, Kind, Repo};
use crate::model::{ObjectId, Reason};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet};

/// Commits that are still looked at when only hidden ones are left, for clocks that went wrong.
const SLOP: usize = 64;

/// A commit of a walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its id.
    pub id: ObjectId,
    /// What it leads to.
    pub commit: Commit,
}

/// The result of a walk.
#[derive(Debug, Default)]
pub struct Walk {
    /// The commits, every parent before its children, else the older before the younger.
    pub steps: Vec<Step>,
    /// Hidden parents of those commits: what stood before them.
    pub border: Vec<ObjectId>,
    /// Commits that should be there and could not be read.
    pub gaps: Vec<(ObjectId, Gap)>,
}

struct Node {
    commit: Commit,
    hidden: bool,
    /// Whether it has left the queue.
    visited: bool,
}

/// A commit that could not be read, and the one that named it.
struct Missing {
    child: Option<ObjectId>,
    id: ObjectId,
    gap: Gap,
}

struct Walker<'a> {
    repo: &'a Repo,
    nodes: HashMap<ObjectId, Node>,
    queue: BinaryHeap<(i64, ObjectId)>,
    wanted: usize,
    shallow: HashSet<ObjectId>,
    gaps: Vec<Missing>,
}

impl Walk {
    /// Walks from `tips` (commits), leaving out everything that `hidden` reach. Hidden commits
    /// that are not here hide nothing. With wrong clocks it may give too much, never too little.
    pub fn run(repo: &Repo, tips: &[ObjectId], hidden: &[ObjectId]) -> Self {
        let shallow = repo.shallow().unwrap_or_default().into_iter().collect();
        let (nodes, queue) = (HashMap::new(), BinaryHeap::new());
        let mut walker = Walker { repo, nodes, queue, wanted: 0, shallow, gaps: Vec::new() };
        hidden.iter().for_each(|id| walker.push(*id, true, None));
        tips.iter().for_each(|id| walker.push(*id, false, None));
        walker.drain();
        walker.finish()
    }
}

impl Walker<'_> {
    fn push(&mut self, id: ObjectId, hidden: bool, child: Option<ObjectId>) {
        if self.nodes.contains_key(&id) {
            if hidden {
                self.hide(id);
            }
            return;
        }
        match self.repo.read_kind(id, Kind::Commit) {
            Ok(raw) => {
                let commit = Commit::parse(&raw);
                self.queue.push((commit.time, id));
                self.nodes.insert(id, Node { commit, hidden, visited: false });
                self.wanted += usize::from(!hidden);
            }
            Err(_) if hidden => {}
            Err(gap) => self.gaps.push(self.missing(id, gap, child)),
        }
    }

    /// A missing parent of a commit at which a shallow clone ends is that clone's border.
    fn missing(&self, id: ObjectId, gap: Gap, child: Option<ObjectId>) -> Missing {
        match child {
            Some(end) if gap.reason != Reason::Corrupt && self.shallow.contains(&end) => {
                let gap = Gap::new(Reason::Shallow, "the history before this commit is not here");
                Missing { child, id: end, gap }
            }
            _ => Missing { child, id, gap },
        }
    }

    fn drain(&mut self) {
        let mut slop = SLOP;
        let mut oldest = i64::MAX;
        while let Some((time, id)) = self.queue.pop() {
            let Some(node) = self.nodes.get_mut(&id) else { continue };
            node.visited = true;
            let (hidden, parents) = (node.hidden, node.commit.parents.clone());
            if hidden {
                parents.iter().for_each(|parent| self.push(*parent, true, Some(id)));
            } else {
                self.wanted = self.wanted.saturating_sub(1);
                oldest = oldest.min(time);
                parents.iter().for_each(|parent| self.push(*parent, false, Some(id)));
            }
            if self.wanted == 0 && self.queue.peek().is_none_or(|(time, _)| *time < oldest) {
                match slop.checked_sub(1) {
                    Some(less) => slop = less,
                    None => return,
                }
            }
        }
    }

    /// Marks `id` and what is known of its ancestors as hidden. `wanted` counts the commits that
    /// wait in the queue and are not hidden.
    fn hide(&mut self, id: ObjectId) {
        let mut stack = vec![id];
        while let Some(id) = stack.pop() {
            let Some(node) = self.nodes.get_mut(&id).filter(|node| !node.hidden) else { continue };
            node.hidden = true;
            self.wanted = self.wanted.saturating_sub(usize::from(!node.visited));
            stack.extend(node.commit.parents.iter().copied());
        }
    }

    fn finish(mut self) -> Walk {
        let border = self.border();
        let gaps = std::mem::take(&mut self.gaps);
        self.nodes.retain(|_, node| !node.hidden);
        // A gap behind commits that turned out to be hidden is outside the range.
        let inside = |m: &Missing| m.child.is_none_or(|child| self.nodes.contains_key(&child));
        let gaps: BTreeSet<_> = gaps.into_iter().filter(inside).map(|m| (m.id, m.gap)).collect();
        let nodes = self.nodes.into_iter().map(|(id, node)| (id, node.commit)).collect();
        Walk { gaps: gaps.into_iter().collect(), border, steps: oldest_first(nodes) }
    }

    fn border(&self) -> Vec<ObjectId> {
        let shown = self.nodes.values().filter(|node| !node.hidden);
        let hidden = |id: &&ObjectId| self.nodes.get(*id).is_some_and(|node| node.hidden);
        let border: BTreeSet<ObjectId> =
            shown.flat_map(|node| node.commit.parents.iter().filter(hidden)).copied().collect();
        border.into_iter().collect()
    }
}

/// Parents before children, else by time, then by id.
fn oldest_first(mut nodes: HashMap<ObjectId, Commit>) -> Vec<Step> {
    let mut waits: HashMap<ObjectId, usize> = HashMap::new();
    let mut children: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
    for (id, commit) in &nodes {
        let parents: BTreeSet<_> =
            commit.parents.iter().filter(|p| nodes.contains_key(*p)).collect();
        waits.insert(*id, parents.len());
        parents.into_iter().for_each(|parent| children.entry(*parent).or_default().push(*id));
    }
    let free = waits.iter().filter(|(_, n)| **n == 0).map(|(id, _)| *id);
    let key = |nodes: &HashMap<ObjectId, Commit>, id: ObjectId| {
        Reverse((nodes.get(&id).map_or(0, |c| c.time), id))
    };
    let mut ready: BinaryHeap<_> = free.map(|id| key(&nodes, id)).collect();
    let mut steps = Vec::with_capacity(nodes.len());
    while let Some(Reverse((_, id))) = ready.pop() {
        for child in children.remove(&id).unwrap_or_default() {
            let Some(left) = waits.get_mut(&child) else { continue };
            *left = left.saturating_sub(1);
            if *left == 0 {
                ready.push(key(&nodes, child));
            }
        }
        steps.extend(nodes.remove(&id).map(|commit| Step { id, commit }));
    }
    steps
}

impl Repo {
    /// The object behind tags: follows `id` to what is no tag.
    ///
    /// # Errors
    /// If a tag on the way or its target cannot be read.
    pub fn peel(&self, id: ObjectId) -> Read<ObjectId> {
        let mut id = id;
        for _ in 0..64 {
            if self.header(id)?.0 != Kind::Tag {
                return Ok(id);
            }
            let raw = self.read_kind(id, Kind::Tag)?;
            let target = Tag::parse(&raw).target;
            id = target.ok_or_else(|| Gap::new(Reason::Corrupt, "the tag names no object"))?;
        }
        Err(Gap::new(Reason::Corrupt, "the tags name one another"))
    }
}
