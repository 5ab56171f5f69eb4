//! Files of the repository that use a name: as they stood on the main branch in the window.

use super::window::InForce;
use crate::circle;
use crate::git::files::Listing;
use crate::git::{Kind, Repo};
use crate::model::ObjectId;
use crate::usage::{Finder, Kind as File, MAX_FILE, Use};

/// A file that somebody may run, as it stood in the window.
pub(super) struct Script {
    /// Its path.
    pub(super) path: String,
    /// What kind of file.
    pub(super) kind: File,
    /// Variables that it reads and does not set, with their lines.
    pub(super) reads: Vec<(String, u32)>,
}

/// Scripts and Makefiles of the main branch, and code that `is_run` knows, with the secret
/// variables that they read.
pub(super) fn scripts(
    repo: &Repo,
    in_force: &InForce,
    is_run: &dyn Fn(&str, File) -> bool,
) -> Vec<Script> {
    let Some(tree) = main_tree(in_force) else { return Vec::new() };
    let listed = Listing::of(repo, tree, &|_| true).files;
    listed.into_iter().filter_map(|(path, id)| script(repo, &path, id, is_run)).collect()
}

fn script(
    repo: &Repo,
    path: &[u8],
    id: ObjectId,
    is_run: &dyn Fn(&str, File) -> bool,
) -> Option<Script> {
    let shown = crate::model::display_path(path);
    let wanted = |kind: File| match kind {
        File::Script | File::Makefile | File::Package => true,
        File::Code => is_run(&shown, kind),
        _ => false,
    };
    // Before it is read, a file without an ending may be a script.
    let small = || repo.header(id).is_ok_and(|(_, size)| size <= MAX_FILE as u64);
    let raw = (wanted(File::of(path, b"#!")) && small()).then(|| repo.read_kind(id, Kind::Blob));
    let raw = raw?.ok()?;
    let kind = Some(File::of(path, &raw)).filter(|kind| wanted(*kind))?;
    let text = String::from_utf8_lossy(&raw);
    let (read, set) = match kind {
        File::Code => (circle::read_by_code(&text), Vec::new()),
        _ => (circle::names(&text), circle::assigned(&text)),
    };
    let secret = |name: &str| circle::looks_secret(name) && !circle::is_builtin(name);
    let reads = read.into_iter().filter(|(_, name)| secret(name) && !set.contains(name));
    let reads: Vec<(String, u32)> = reads.map(|(line, n)| (n.to_owned(), line + 1)).collect();
    (!reads.is_empty()).then_some(Script { path: shown, kind, reads })
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
    found.retain(|u| u.kind != File::Circleci);
    found
}

/// The branch that HEAD names.
pub(super) fn main_branch(repo: &Repo) -> Option<String> {
    let head = std::fs::read(repo.git_dir().join("HEAD")).ok()?;
    let name = head.strip_prefix(b"ref: refs/heads/")?.trim_ascii();
    Some(crate::model::display_path(name))
}
