//! What differs from a record.

use super::record::Record;
use crate::git::lookup::Lookup;
use crate::git::object::Tag;
use crate::git::walk::Walk;
use crate::git::{Commit, Kind, Repo};
use crate::model::ObjectId;
use serde::Serialize;
use std::collections::HashSet;

/// Paths that decide what runs for a commit.
pub(super) const DECISIVE: [&[u8]; 8] = [
    b".circleci",
    b"circle.yml",
    b".github",
    b".gitlab-ci.yml",
    b".gitmodules",
    b".husky",
    b".pre-commit-config.yaml",
    b"Jenkinsfile",
];

/// A difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Change {
    /// Whether it needs an explanation; other changes are usual.
    pub alarm: bool,
    /// What sort: `forced`, `tag`, `gone`, `new`, `moved`, `old-date`, `hook`, `ci` …
    pub kind: &'static str,
    /// What it is about.
    pub what: String,
    /// More.
    pub detail: String,
}

impl Change {
    pub(super) fn new(
        alarm: bool,
        kind: &'static str,
        what: &str,
        detail: impl Into<String>,
    ) -> Self {
        Self { alarm, kind, what: what.to_owned(), detail: detail.into() }
    }
}

/// What differs between `repo` now and the record `then`.
pub fn compare(repo: &Repo, then: &Record, now: &Record) -> Vec<Change> {
    let mut changes = Vec::new();
    for (name, new) in &now.refs {
        match then.refs.get(name) {
            None => changes.push(Change::new(false, "new", name, format!("at {}", new.short()))),
            Some(old) if old != new => moved(repo, name, *old, *new, &mut changes),
            Some(_) => {}
        }
    }
    for (name, old) in then.refs.iter().filter(|(name, _)| !now.refs.contains_key(*name)) {
        changes.push(Change::new(true, "gone", name, format!("it was at {}", old.short())));
    }
    hooks(then, now, &mut changes);
    slipped_in(repo, then, now, &mut changes);
    changes.sort();
    changes.dedup();
    changes.sort_by_key(|c| !c.alarm);
    changes
}

fn moved(repo: &Repo, name: &str, old: ObjectId, new: ObjectId, changes: &mut Vec<Change>) {
    let way = format!("from {} to {}", old.short(), new.short());
    if name.starts_with("refs/tags/") {
        changes.push(Change::new(true, "tag", name, format!("a tag was moved {way}")));
        return;
    }
    let (old, new) = (peeled(repo, old), peeled(repo, new));
    let (Some(old), Some(new)) = (old, new) else {
        changes.push(Change::new(
            true,
            "forced",
            name,
            format!("{way}, and one of them is no commit here"),
        ));
        return;
    };
    let added = Walk::run(repo, &[new], &[old]);
    let forward = new == old || added.border.contains(&old) || is_behind(repo, old, new);
    if !forward {
        let lost = Walk::run(repo, &[old], &[new]).steps.len();
        let detail = format!("forced {way}: {lost} commits are no longer part of it");
        changes.push(Change::new(true, "forced", name, detail));
    } else {
        let detail = format!("{} commits, {way}", added.steps.len());
        changes.push(Change::new(false, "moved", name, detail));
    }
    decisive(repo, name, old, new, changes);
}

/// Whether `old` is among what `new` reaches.
pub(super) fn is_behind(repo: &Repo, old: ObjectId, new: ObjectId) -> bool {
    Walk::run(repo, &[old], &[new]).steps.is_empty()
}

/// The commit behind tags.
pub(super) fn peeled(repo: &Repo, mut id: ObjectId) -> Option<ObjectId> {
    for _ in 0..8 {
        match repo.read(id) {
            Ok((Kind::Commit, _)) => return Some(id),
            Ok((Kind::Tag, raw)) => id = Tag::parse(&raw).target?,
            _ => return None,
        }
    }
    None
}

/// Files that decide what runs, if they changed.
fn decisive(repo: &Repo, name: &str, old: ObjectId, new: ObjectId, changes: &mut Vec<Change>) {
    let tree = |id| repo.read_kind(id, Kind::Commit).ok().and_then(|raw| Commit::parse(&raw).tree);
    let (mut before, mut after) = (Lookup::new(repo, tree(old)), Lookup::new(repo, tree(new)));
    for path in DECISIVE {
        if before.get(path) != after.get(path) {
            let path = String::from_utf8_lossy(path);
            changes.push(Change::new(
                true,
                "ci",
                name,
                format!("{path} changed: read what it does now"),
            ));
        }
    }
}

fn hooks(then: &Record, now: &Record, changes: &mut Vec<Change>) {
    for (name, hash) in &now.hooks {
        match then.hooks.get(name) {
            None => changes.push(Change::new(true, "hook", name, "it was not there")),
            Some(old) if old != hash => {
                changes.push(Change::new(true, "hook", name, "its content changed"))
            }
            Some(_) => {}
        }
    }
    for name in then.hooks.keys().filter(|name| !now.hooks.contains_key(*name)) {
        changes.push(Change::new(true, "hook", name, "it is gone"));
    }
}

/// Commits that were not there when the record was made, but say that they are older than it.
fn slipped_in(repo: &Repo, then: &Record, now: &Record, changes: &mut Vec<Change>) {
    let commits = |record: &Record| -> Vec<ObjectId> {
        let tips: HashSet<ObjectId> =
            record.refs.values().filter_map(|id| peeled(repo, *id)).collect();
        tips.into_iter().collect()
    };
    let new = Walk::run(repo, &commits(now), &commits(then));
    for step in new.steps.iter().filter(|s| s.commit.time < then.time) {
        let detail = "it is new here, but its date is before the record was made";
        changes.push(Change::new(true, "old-date", &step.id.to_string(), detail));
    }
    for (id, gap) in &new.gaps {
        changes.push(Change::new(true, "missing", &id.to_string(), gap.detail.clone()));
    }
}
