//! Files of the repository that use a name: as they stood on the main branch in the window.

use super::window::InForce;
use crate::circle;
use crate::git::files::Listing;
use crate::git::{Kind, Repo};
use crate::model::ObjectId;
use crate::usage::{Finder, MAX_FILE, Use};

/// A file that somebody may run, as it stood in the window.
pub(super) struct Script {
    /// Its path.
    pub(super) path: String,
    /// What kind of file.
    pub(super) kind: crate::usage::Kind,
    /// Variables that it reads and does not set, with their lines.
    pub(super) reads: Vec<(String, u32)>,
}

/// Scripts and Makefiles of the main branch, with the secret variables that they read.
pub(super) fn scripts(repo: &Repo, in_force: &InForce) -> Vec<Script> {
    use crate::usage::Kind as File;
    let mut found = Vec::new();
    let Some(tree) = main_tree(in_force) else { return found };
    for (path, id) in Listing::of(repo, tree, &|_| true).files {
        let may_run =
            matches!(File::of(&path, b"#!"), File::Script | File::Makefile | File::Package);
        let small = may_run && repo.header(id).is_ok_and(|(_, size)| size <= MAX_FILE as u64);
        let Some(raw) = small.then(|| repo.read_kind(id, Kind::Blob).ok()).flatten() else {
            continue;
        };
        let kind = File::of(&path, &raw);
        if !matches!(kind, File::Script | File::Makefile | File::Package) {
            continue;
        }
        let text = String::from_utf8_lossy(&raw);
        let set = circle::assigned(&text);
        let reads = circle::names(&text).into_iter().filter(|(_, name)| {
            circle::looks_secret(name) && !circle::is_builtin(name) && !set.contains(name)
        });
        let reads: Vec<(String, u32)> = reads.map(|(line, n)| (n.to_owned(), line + 1)).collect();
        if !reads.is_empty() {
            found.push(Script { path: crate::model::display_path(&path), kind, reads });
        }
    }
    found
}

/// The tree of the youngest commit in force on the main branch, or on any.
fn main_tree(in_force: &InForce) -> Option<ObjectId> {
    let on_head = in_force
        .snapshots
        .iter()
        .filter(|s| in_force.main.as_ref().is_some_and(|m| s.branches.contains(m)));
    let newest = |s: &&super::window::Snapshot| s.time;
    on_head.max_by_key(newest).or(in_force.snapshots.iter().max_by_key(newest))?.tree
}

/// Uses of `names` outside of CircleCI's configuration, on the main branch.
pub(super) fn uses(repo: &Repo, in_force: &InForce, names: &[String]) -> Vec<Use> {
    let Some(tree) = main_tree(in_force) else { return Vec::new() };
    let finder = Finder::new(names);
    let mut found = Vec::new();
    if names.is_empty() {
        return found;
    }
    for (path, id) in Listing::of(repo, tree, &|_| true).files {
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
