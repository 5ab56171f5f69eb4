//! For findings only: where a blob stands, and who brought it in.

use crate::error::Result;
use crate::git::object::introduction;
use crate::git::tree::{Entries, EntryKind, join};
use crate::git::walk::{Step, Walk};
use crate::git::{Commit, Kind, Repo, Where};
use crate::model::{Introduction, ObjectId, Reach};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Folders gone into for one commit; trees that refer to one another in bulk have no end of them.
const MAX_FOLDERS: usize = 1 << 20;

/// Paths told for one commit, for the same reason.
const MAX_PATHS: usize = 1 << 14;

/// One place where a blob stands or stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its path; `None` if no commit that was looked at holds it.
    pub path: Option<Vec<u8>>,
    /// The first commit that has it at that path.
    pub introduced: Option<Introduction>,
    /// From where that can be reached.
    pub reach: Reach,
}

/// Finds every path of each of the `wanted` blobs (or trees). The answer holds all of them; the
/// sites of each are sorted, the nearest first.
///
/// # Errors
/// If the repository or its refs cannot be read. Commits and trees that cannot be read are left
/// out here: a scan has named them.
pub fn attribute(place: &Where, wanted: &[ObjectId]) -> Result<HashMap<ObjectId, Vec<Site>>> {
    let repo = Repo::at(place)?;
    let mut search = Search::new(&repo, wanted);
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let tips = super::inventory::tips(&repo)?;
    let (commits, others) = split(&repo, &tips);
    others.iter().for_each(|id| search.outside_commits(*id));
    for step in Walk::run(&repo, &commits, &[]).steps {
        search.commit(&step, Reach::Ref);
    }
    search.mark_head(repo.head()?);
    if !search.is_done() {
        let (logged, _) = split(&repo, &repo.logged()?);
        for step in Walk::run(&repo, &logged, &commits).steps {
            search.commit(&step, Reach::Reflog);
        }
    }
    Ok(search.finish())
}

/// The paths of the `wanted` blobs in each of the trees (or blobs) `roots`.
pub(super) fn paths_in(
    repo: &Repo,
    roots: &[ObjectId],
    wanted: &[ObjectId],
) -> HashMap<ObjectId, Vec<Vec<u8>>> {
    let mut search = Search::new(repo, wanted);
    let mut paths: HashMap<ObjectId, Vec<Vec<u8>>> = HashMap::new();
    for root in roots {
        for (path, id) in search.hits(*root, &mut HashSet::new()) {
            paths.entry(id).or_default().push(path);
        }
    }
    paths
}

/// What tips name that is no commit, behind tags: trees and blobs.
pub(super) fn outside_commits(repo: &Repo, tips: &[ObjectId]) -> Vec<ObjectId> {
    split(repo, tips).1
}

/// The commits behind `tips`, and what else they name.
fn split(repo: &Repo, tips: &[ObjectId]) -> (Vec<ObjectId>, Vec<ObjectId>) {
    let peeled = tips.iter().filter_map(|id| repo.peel(*id).ok());
    let known = peeled.filter_map(|id| Some((id, repo.header(id).ok()?.0)));
    let (commits, others): (Vec<_>, Vec<_>) = known.partition(|(_, kind)| *kind == Kind::Commit);
    let ids = |list: Vec<(ObjectId, Kind)>| list.into_iter().map(|(id, _)| id).collect();
    (ids(commits), ids(others))
}

struct Found {
    introduced: Option<ObjectId>,
    reach: Reach,
}

/// What a tree holds of the wanted.
#[derive(Default)]
struct Node {
    blobs: Vec<(Vec<u8>, ObjectId)>,
    /// Folders that hold some.
    folders: Vec<(Vec<u8>, ObjectId)>,
}

impl Node {
    fn is_empty(&self) -> bool {
        self.blobs.is_empty() && self.folders.is_empty()
    }
}

struct Search<'a> {
    repo: &'a Repo,
    wanted: HashSet<ObjectId>,
    /// Every tree that was read.
    trees: HashMap<ObjectId, Node>,
    /// Trees whose content was recorded, with the path at which they stood.
    done: HashSet<(Vec<u8>, ObjectId)>,
    sites: BTreeMap<(ObjectId, Vec<u8>), Found>,
}

/// A tree whose subtrees are being read.
struct Frame {
    id: ObjectId,
    node: Node,
    next: usize,
}

impl<'a> Search<'a> {
    fn new(repo: &'a Repo, wanted: &[ObjectId]) -> Self {
        let (trees, done, sites) = (HashMap::new(), HashSet::new(), BTreeMap::new());
        Self { repo, wanted: wanted.iter().copied().collect(), trees, done, sites }
    }

    fn commit(&mut self, step: &Step, reach: Reach) {
        let Some(tree) = step.commit.tree else { return };
        let mut done = std::mem::take(&mut self.done);
        self.record(tree, Some(step.id), reach, &mut done);
        self.done = done;
    }

    /// A tag or ref of a tree or blob.
    fn outside_commits(&mut self, id: ObjectId) {
        self.record(id, None, Reach::Ref, &mut HashSet::new());
        if self.wanted.contains(&id) {
            let found = Found { introduced: None, reach: Reach::Ref };
            self.sites.entry((id, Vec::new())).or_insert(found);
        }
    }

    /// Records what `root` holds. The oldest commit comes first, so what was recorded stays.
    fn record(
        &mut self,
        root: ObjectId,
        introduced: Option<ObjectId>,
        reach: Reach,
        done: &mut HashSet<(Vec<u8>, ObjectId)>,
    ) {
        for (path, id) in self.hits(root, done) {
            self.sites.entry((id, path)).or_insert(Found { introduced, reach });
        }
    }

    fn mark_head(&mut self, head: Option<ObjectId>) {
        let raw = head.and_then(|id| self.repo.read_kind(id, Kind::Commit).ok());
        let Some(tree) = raw.and_then(|raw| Commit::parse(&raw).tree) else { return };
        for (path, id) in self.hits(tree, &mut HashSet::new()) {
            if let Some(found) = self.sites.get_mut(&(id, path)) {
                found.reach = Reach::Head;
            }
        }
    }

    /// Whether a place of every wanted blob is known.
    fn is_done(&self) -> bool {
        let found: HashSet<_> = self.sites.keys().map(|(id, _)| id).collect();
        found.len() == self.wanted.len()
    }

    /// Path and id of every wanted blob below `root`, but where a folder is `done`.
    fn hits(
        &mut self,
        root: ObjectId,
        done: &mut HashSet<(Vec<u8>, ObjectId)>,
    ) -> Vec<(Vec<u8>, ObjectId)> {
        self.load(root);
        let mut hits = Vec::new();
        let mut left = vec![(Vec::new(), root)];
        let mut folders = 0;
        while let Some((path, id)) = left.pop() {
            let Some(node) = self.trees.get(&id).filter(|node| !node.is_empty()) else { continue };
            folders += 1;
            if folders > MAX_FOLDERS || hits.len() > MAX_PATHS {
                break;
            }
            if !done.insert((path.clone(), id)) {
                continue;
            }
            hits.extend(node.blobs.iter().map(|(name, id)| (join(&path, name), *id)));
            left.extend(node.folders.iter().map(|(name, id)| (join(&path, name), *id)));
        }
        hits
    }

    /// Reads the tree `root` and all below that were not read yet. A stack of frames takes the
    /// place of recursion, which a deep tree would not let end well.
    fn load(&mut self, root: ObjectId) {
        let mut stack = Vec::new();
        self.open(root, &mut stack);
        while let Some(frame) = stack.last_mut() {
            match frame.node.folders.get(frame.next) {
                Some((_, id)) => {
                    frame.next += 1;
                    let id = *id;
                    self.open(id, &mut stack);
                }
                None => {
                    if let Some(frame) = stack.pop() {
                        self.close(frame);
                    }
                }
            }
        }
    }

    fn open(&mut self, id: ObjectId, stack: &mut Vec<Frame>) {
        if self.trees.contains_key(&id) {
            return;
        }
        self.trees.insert(id, Node::default());
        let Ok(raw) = self.repo.read_kind(id, Kind::Tree) else { return };
        let mut node = Node::default();
        for entry in Entries::new(&raw, self.repo.width()) {
            if self.wanted.contains(&entry.id) {
                node.blobs.push((entry.name.to_vec(), entry.id));
            }
            if entry.kind == EntryKind::Tree {
                node.folders.push((entry.name.to_vec(), entry.id));
            }
        }
        stack.push(Frame { id, node, next: 0 });
    }

    fn close(&mut self, frame: Frame) {
        let mut node = frame.node;
        node.folders.retain(|(_, id)| self.trees.get(id).is_some_and(|below| !below.is_empty()));
        self.trees.insert(frame.id, node);
    }

    fn finish(self) -> HashMap<ObjectId, Vec<Site>> {
        let mut who: HashMap<ObjectId, Option<Introduction>> = HashMap::new();
        let mut answer: HashMap<ObjectId, Vec<Site>> = HashMap::new();
        let read = |id| Some(introduction(id, &self.repo.read_kind(id, Kind::Commit).ok()?));
        for ((id, path), found) in &self.sites {
            let introduced = found
                .introduced
                .and_then(|commit| who.entry(commit).or_insert_with(|| read(commit)).clone());
            let path = (!path.is_empty()).then(|| path.clone());
            answer.entry(*id).or_default().push(Site { path, introduced, reach: found.reach });
        }
        for id in &self.wanted {
            let left = Site { path: None, introduced: None, reach: Reach::Unreachable };
            answer.entry(*id).or_insert_with(|| vec![left]);
        }
        for sites in answer.values_mut() {
            sites.sort_by(|a, b| (a.reach, &a.path).cmp(&(b.reach, &b.path)));
        }
        answer
    }
}
