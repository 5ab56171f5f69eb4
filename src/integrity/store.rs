//! What in a store itself is not as it should be.

use super::compare::{Change, DECISIVE};
use crate::error::{Error, Kind as ErrorKind, Result};
use crate::git::lookup::Lookup;
use crate::git::walk::{Step, Walk};
use crate::git::{Commit, Kind, Repo};
use crate::model::{ObjectId, Reason};

/// Objects that cannot be read, or whose content has another id. Every object is read, and libgit2
/// computes each id anew, with a SHA-1 that notices the known kinds of collision.
///
/// # Errors
/// If the store cannot be listed.
pub fn damage(repo: &Repo) -> Result<(usize, Vec<Change>)> {
    let mut found = Vec::new();
    let ids = repo.object_ids()?;
    for id in &ids {
        if let Err(gap) = repo.read(*id) {
            // What is too large to be read is not damaged, but nobody has looked.
            let (alarm, kind) = match gap.reason {
                Reason::Unsupported => (false, "unchecked"),
                _ => (true, "object"),
            };
            found.push(Change::new(alarm, kind, &id.to_string(), gap.detail));
        }
    }
    for (file, why) in repo.bad_packs() {
        let what = crate::model::display_path(file.as_os_str().as_encoded_bytes());
        found.push(Change::new(true, "pack", &what, why));
    }
    Ok((ids.len(), found))
}

/// What lets git show another history than the one that is stored.
///
/// # Errors
/// If refs cannot be read.
pub fn tricks(repo: &Repo) -> Result<Vec<Change>> {
    let mut found = Vec::new();
    for replaced in
        repo.current_refs()?.refs.iter().filter(|r| r.name.starts_with(b"refs/replace/"))
    {
        let name = crate::model::display_path(&replaced.name);
        let detail = format!("git shows {} in its place", replaced.id.short());
        found.push(Change::new(true, "replace", &name, detail));
    }
    let grafts = repo.common_dir().join("info/grafts");
    if std::fs::read(&grafts).is_ok_and(|text| !text.trim_ascii().is_empty()) {
        found.push(Change::new(true, "graft", "info/grafts", "it changes the parents of commits"));
    }
    let alternates = repo.common_dir().join("objects/info/alternates");
    if let Ok(text) = std::fs::read_to_string(&alternates) {
        let detail = format!("objects are also read from {}", text.trim());
        found.push(Change::new(false, "alternates", "objects/info/alternates", detail));
    }
    Ok(found)
}

/// Commits of `repo`, made in `from..end`, that the trusted copy does not have.
///
/// # Errors
/// If refs cannot be read.
pub fn unknown_there(repo: &Repo, trusted: &Repo, from: i64, end: i64) -> Result<Vec<Change>> {
    let mut found = Vec::new();
    for step in made_in(repo, from, end)? {
        if !trusted.has(step.id) {
            found.push(Change::new(
                true,
                "unknown",
                &step.id.to_string(),
                "the trusted copy does not have it",
            ));
        }
    }
    Ok(found)
}

/// Commits made in `from..end` that change files which decide what runs: CI, submodules, hooks.
///
/// # Errors
/// If refs cannot be read.
pub fn decisive_in(repo: &Repo, from: i64, end: i64) -> Result<Vec<Change>> {
    let tree = |id| repo.read_kind(id, Kind::Commit).ok().and_then(|raw| Commit::parse(&raw).tree);
    let mut found = Vec::new();
    for step in made_in(repo, from, end)? {
        let before = step.commit.parents.first().and_then(|id| tree(*id));
        let (mut before, mut after) =
            (Lookup::new(repo, before), Lookup::new(repo, step.commit.tree));
        for path in DECISIVE.into_iter().filter(|path| before.get(path) != after.get(path)) {
            let detail = format!("it changed {}", String::from_utf8_lossy(path));
            found.push(Change::new(true, "ci", &step.id.to_string(), detail));
        }
    }
    Ok(found)
}

/// The commits that refs reach and that say they were made in `from..end`.
fn made_in(repo: &Repo, from: i64, end: i64) -> Result<Vec<Step>> {
    let refs = repo.current_refs()?.refs;
    let is_commit = |id: &ObjectId| repo.header(*id).is_ok_and(|(kind, _)| kind == Kind::Commit);
    let tips: Vec<ObjectId> = refs.iter().map(|r| r.id).filter(is_commit).collect();
    if tips.is_empty() && !refs.is_empty() {
        return Err(Error::new(ErrorKind::Git, "no ref names a commit here"));
    }
    let within = |s: &Step| s.commit.time >= from && s.commit.time < end;
    Ok(Walk::run(repo, &tips, &[]).steps.into_iter().filter(within).collect())
}
