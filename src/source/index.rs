//! What is staged: the blobs of the index, as a commit made now would hold them.

use super::objects::{Wanted, read_all, skip_index, skip_submodules};
use super::{Sink, Source, Text};
use crate::error::Result;
use crate::git::lookup::Lookup;
use crate::git::staged::Staged;
use crate::git::tree::EntryKind;
use crate::git::tree_diff::{TreeDiff, Trees};
use crate::git::{Commit, Kind, Repo, Where};
use crate::model::{Item, ObjectId, Origin, OriginKind, Unit};
use std::collections::{BTreeSet, HashSet};

/// The index of a repository: the one that `GIT_INDEX_FILE` names, in a hook.
pub struct Index {
    place: Where,
    all: bool,
}

impl Index {
    /// The staged blobs that differ from HEAD, every side of a conflict among them.
    pub fn staged(place: &Where) -> Self {
        Self { place: place.clone(), all: false }
    }

    /// Every blob of the index.
    pub fn all(place: &Where) -> Self {
        Self { place: place.clone(), all: true }
    }
}

/// Staged entries that differ from HEAD.
struct Changed {
    entries: Vec<Staged>,
    names: BTreeSet<Vec<u8>>,
}

impl Source for Index {
    fn scope(&self) -> String {
        if self.all { "the index" } else { "what is staged" }.to_owned()
    }

    fn read(&self, sink: &dyn Sink) -> Result<()> {
        let repo = Repo::at(&self.place)?;
        let changed = match self.all {
            true => Changed { entries: repo.staged()?, names: BTreeSet::new() },
            false => changed(&repo, sink)?,
        };
        let (submodules, blobs): (Vec<_>, Vec<_>) =
            changed.entries.into_iter().partition(|e| e.kind() == EntryKind::Submodule);
        // A sparse index names whole folders; what is in them is as in HEAD.
        let blobs = blobs.into_iter().filter(|entry| entry.kind().is_blob());
        let wanted: Vec<Wanted> = blobs.map(wanted).collect();
        sink.declare(Unit::Blob, wanted.len() as u64);
        skip_index(&repo, sink);
        read_all(&repo, &wanted, sink, &|_, _| {})?;
        let submodules: BTreeSet<Vec<u8>> = submodules.into_iter().map(|e| e.path).collect();
        skip_submodules(sink, submodules);
        scan_names(&changed.names, sink);
        Ok(())
    }

    /// The blobs of HEAD that the staged change replaces or removes. The whole index is no change:
    /// nothing is old to it.
    fn before(&self, _: &[Vec<u8>], text: &mut Text<'_>) -> Result<()> {
        if self.all {
            return Ok(());
        }
        let repo = Repo::at(&self.place)?;
        // What cannot be read makes nothing old: its findings stay new.
        let mut blobs =
            gone(&repo)?.into_iter().filter_map(|id| repo.read_kind(id, Kind::Blob).ok());
        let _ = blobs.all(|blob| text(&blob));
        Ok(())
    }

    fn moved(&self) -> Result<BTreeSet<ObjectId>> {
        if self.all { Ok(BTreeSet::new()) } else { gone(&Repo::at(&self.place)?) }
    }
}

/// The blobs of HEAD that stand in the index no more where they stood.
fn gone(repo: &Repo) -> Result<BTreeSet<ObjectId>> {
    let staged: HashSet<(Vec<u8>, ObjectId)> =
        repo.staged()?.into_iter().map(|e| (e.path, e.id)).collect();
    let head = TreeDiff::run(repo, &mut Trees::default(), None, head_tree(repo)?);
    Ok(head
        .added
        .into_iter()
        .filter(|placed| !staged.contains(placed))
        .map(|(_, id)| id)
        .collect())
}

fn wanted(entry: Staged) -> Wanted {
    let origin = Origin::new(OriginKind::Index).object(entry.id).path(entry.path);
    Wanted::new(entry.id, Kind::Blob, origin)
}

/// The new parts of staged paths are one text.
fn scan_names(names: &BTreeSet<Vec<u8>>, sink: &dyn Sink) {
    if names.is_empty() {
        return;
    }
    let lines: Vec<&[u8]> = names.iter().map(Vec::as_slice).collect();
    let bytes = lines.join(&b'\n');
    sink.declare(Unit::Tree, 1);
    sink.scan(Unit::Tree, Item::new(&bytes, Origin::new(OriginKind::Name)));
}

/// What is staged and not in HEAD. Where HEAD's trees cannot be read, everything counts as
/// changed.
fn changed(repo: &Repo, sink: &dyn Sink) -> Result<Changed> {
    let tree = head_tree(repo)?;
    if tree.is_none() {
        let why = repo.head()?.map_or("no commit yet", |_| "HEAD cannot be read");
        sink.note(format!("{why}: everything staged is new"));
    }
    let mut lookup = Lookup::new(repo, tree);
    let mut changed = Changed { entries: Vec::new(), names: BTreeSet::new() };
    for entry in repo.staged()? {
        let old = lookup.get(&entry.path);
        if old == Some((entry.kind(), entry.id)) {
            continue;
        }
        if old.is_none() {
            changed.names.extend(entry.path.split(|&b| b == b'/').map(<[u8]>::to_vec));
        }
        changed.entries.push(entry);
    }
    Ok(changed)
}

/// The tree of HEAD; `None` before the first commit, or if it cannot be read.
fn head_tree(repo: &Repo) -> Result<Option<ObjectId>> {
    let commit = repo.head()?.and_then(|id| repo.read_kind(id, Kind::Commit).ok());
    Ok(commit.and_then(|raw| Commit::parse(&raw).tree))
}
