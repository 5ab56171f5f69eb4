//! What in a store itself is not as it should be.

use super::compare::Change;
use crate::error::{Error, Kind as ErrorKind, Result};
use crate::git::walk::Walk;
use crate::git::{Kind, Repo};
use crate::model::ObjectId;

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
            found.push(Change::new(true, "object", &id.to_string(), gap.detail));
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
    for replaced in repo.refs()?.refs.iter().filter(|r| r.name.starts_with(b"refs/replace/")) {
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
    let refs = repo.refs()?.refs;
    let is_commit = |id: &ObjectId| repo.header(*id).is_ok_and(|(kind, _)| kind == Kind::Commit);
    let tips: Vec<ObjectId> = refs.iter().map(|r| r.id).filter(is_commit).collect();
    if tips.is_empty() && !refs.is_empty() {
        return Err(Error::new(ErrorKind::Git, "no ref names a commit here"));
    }
    let mut found = Vec::new();
    for step in Walk::run(repo, &tips, &[]).steps {
        let within = step.commit.time >= from && step.commit.time < end;
        if within && !trusted.has(step.id) {
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
