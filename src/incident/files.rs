//! Files of the repository that use a name: as they stood on the main branch in the window.

use super::window::InForce;
use crate::git::files::Listing;
use crate::git::{Kind, Repo};
use crate::usage::{Finder, MAX_FILE, Use};

/// Uses of `names` outside of CircleCI's configuration, in the youngest commit in force of the
/// branch that HEAD is on, or of any.
pub(super) fn uses(repo: &Repo, in_force: &InForce, names: &[String]) -> Vec<Use> {
    let head = main_branch(repo);
    let on_head = in_force
        .snapshots
        .iter()
        .filter(|s| head.as_ref().is_some_and(|h| s.branches.contains(h)));
    let newest = |a: &&super::window::Snapshot| a.time;
    let snapshot = on_head.max_by_key(newest).or(in_force.snapshots.iter().max_by_key(newest));
    let Some(tree) = snapshot.and_then(|s| s.tree) else { return Vec::new() };
    let finder = Finder::new(names);
    let mut found = Vec::new();
    if names.is_empty() {
        return found;
    }
    for (path, id) in Listing::of(repo, tree, &|path| path != b".circleci").files {
        let small = repo.header(id).is_ok_and(|(_, size)| size <= MAX_FILE as u64);
        if small && let Ok(text) = repo.read_kind(id, Kind::Blob) {
            finder.find(&path, &text, &mut found);
        }
    }
    found.retain(|u| u.kind != crate::usage::Kind::Circleci);
    found
}

/// The branch that HEAD names.
pub(super) fn main_branch(repo: &Repo) -> Option<String> {
    let head = std::fs::read(repo.git_dir().join("HEAD")).ok()?;
    let name = head.strip_prefix(b"ref: refs/heads/")?.trim_ascii();
    Some(crate::model::display_path(name))
}
