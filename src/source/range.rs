//! What the commits of a range add: blobs, names, and messages.

use super::changes::Changes;
use super::objects::{Wanted, declare_skipped, read_all, skip, skip_submodules};
use super::{Sink, Source, Text};
use crate::error::Result;
use crate::git::lookup::Lookup;
use crate::git::revision::Tips;
use crate::git::{Commit, Gap, Kind, Repo, Where};
use crate::model::{Item, ObjectId, Origin, OriginKind, Reason, Unit};
use std::collections::BTreeSet;
use std::mem;
use std::sync::OnceLock;

/// Commits between some revisions, each looked at by itself: what is added and removed again
/// inside the range is read too.
pub struct Range {
    place: Where,
    tips: Tips,
    shown: String,
    past: OnceLock<Past>,
}

/// What stood before the range.
struct Past {
    gone: Vec<ObjectId>,
    border: Vec<ObjectId>,
}

impl Range {
    /// The commits that `revisions` name, as `git rev-list` would take them (`A..B`, `A...B`,
    /// `A`, `^A`).
    ///
    /// # Errors
    /// If the repository cannot be opened or a revision names nothing.
    pub fn parse<S: AsRef<str>>(place: &Where, revisions: &[S]) -> Result<Self> {
        let repo = Repo::at(place)?;
        let tips = Tips::parse(&repo, revisions)?;
        let words: Vec<&str> = revisions.iter().map(AsRef::as_ref).collect();
        Ok(Self::new(place, tips, format!("commits {}", words.join(" "))))
    }

    /// The commits of `tips`; `shown` says in the summary what that is.
    pub fn new(place: &Where, tips: Tips, shown: impl Into<String>) -> Self {
        Self { place: place.clone(), tips, shown: shown.into(), past: OnceLock::new() }
    }
}

impl Source for Range {
    fn scope(&self) -> String {
        self.shown.clone()
    }

    fn read(&self, sink: &dyn Sink) -> Result<()> {
        let repo = Repo::at(&self.place)?;
        let mut changes = Changes::collect(&repo, &self.tips);
        self.past.get_or_init(|| Past::take(&mut changes));
        let wanted = declare(&changes, sink);
        read_all(&repo, &wanted, sink, &|_, _| {})?;
        for (commit, names) in &changes.names {
            let bytes =
                names.iter().flat_map(|n| [n.as_slice(), b"\n"]).collect::<Vec<_>>().concat();
            let origin = Origin::new(OriginKind::Name).commit(*commit);
            sink.scan(Unit::Tree, Item::new(&bytes, origin));
        }
        skip_submodules(sink, changes.submodules);
        self.tell_absent(&repo, sink)?;
        for (id, unit, gap) in changes.gaps {
            declare_skipped(sink, unit, id, gap);
        }
        Ok(())
    }

    /// The blobs that stand at `paths` outside the range, then those that it replaced or removed.
    fn before(&self, paths: &[Vec<u8>], text: &mut Text<'_>) -> Result<()> {
        let repo = Repo::at(&self.place)?;
        let collect = || Past::take(&mut Changes::collect(&repo, &self.tips));
        let past = self.past.get_or_init(collect);
        let mut seen = BTreeSet::new();
        let blobs = self.outside(&repo, past, paths).into_iter().chain(past.gone.iter().copied());
        let blobs = blobs.filter(|id| seen.insert(*id));
        // What cannot be read here makes nothing old: its findings stay new.
        let mut blobs = blobs.filter_map(|id| repo.read_kind(id, Kind::Blob).ok());
        let _ = blobs.all(|blob| text(&blob));
        Ok(())
    }
}

impl Past {
    fn take(changes: &mut Changes) -> Self {
        Self { gone: mem::take(&mut changes.gone), border: mem::take(&mut changes.border) }
    }
}

impl Range {
    /// Tells where the range should begin and does not, as that is not here.
    fn tell_absent(&self, repo: &Repo, sink: &dyn Sink) -> Result<()> {
        if self.tips.absent.is_empty() {
            return Ok(());
        }
        let is_shallow = !repo.shallow()?.is_empty();
        let reason = if is_shallow { Reason::Shallow } else { Reason::Missing };
        for id in &self.tips.absent {
            let detail =
                "the range begins there, but it is not here: fetch it. All before counts as new";
            skip(sink, None, id.to_string(), Gap::new(reason, detail));
        }
        Ok(())
    }

    /// The blobs at `paths` in the commits that the range builds on.
    fn outside(&self, repo: &Repo, past: &Past, paths: &[Vec<u8>]) -> BTreeSet<ObjectId> {
        let excluded = self.tips.exclude.iter().filter_map(|id| repo.peel(*id).ok());
        let commits: BTreeSet<ObjectId> = past.border.iter().copied().chain(excluded).collect();
        let mut ids = BTreeSet::new();
        for commit in commits {
            let Ok(raw) = repo.read_kind(commit, Kind::Commit) else { continue };
            let mut lookup = Lookup::new(repo, Commit::parse(&raw).tree);
            let found = paths.iter().filter_map(|path| lookup.get(path));
            ids.extend(found.filter(|(kind, _)| kind.is_blob()).map(|(_, id)| id));
        }
        ids
    }
}

/// Declares everything and lists what is to be read.
fn declare(changes: &Changes, sink: &dyn Sink) -> Vec<Wanted> {
    sink.declare(Unit::Commit, changes.commits.len() as u64);
    sink.declare(Unit::Tag, changes.tags.len() as u64);
    sink.declare(Unit::Blob, changes.blobs.len() as u64);
    sink.declare(Unit::Tree, changes.names.len() as u64);
    let said = |kind| move |id: &ObjectId| message(*id, kind);
    let mut wanted: Vec<Wanted> = changes.commits.iter().map(said(Kind::Commit)).collect();
    wanted.extend(changes.tags.iter().map(said(Kind::Tag)));
    wanted.extend(changes.blobs.iter().map(|blob| {
        let mut origin = Origin::new(OriginKind::Commit).object(blob.id);
        origin.path.clone_from(&blob.path);
        origin.commit = blob.commit;
        Wanted::new(blob.id, Kind::Blob, origin)
    }));
    wanted
}

/// The message of a commit or tag.
pub(super) fn message(id: ObjectId, kind: Kind) -> Wanted {
    Wanted::new(id, kind, Origin::new(OriginKind::Message).commit(id))
}
