//! The files of a work tree: tracked ones, and untracked ones that are not ignored.

use super::disk::{OnDisk, Reading};
use super::files::walked;
use super::objects::{lock, skip_index, skip_submodules};
use super::{Sink, Source, remotes};
use crate::error::Result;
use crate::git::tree::EntryKind;
use crate::git::{Gap, Repo, Where};
use crate::model::{OriginKind, Reason, display_path};
use ignore::{DirEntry, WalkBuilder};
use std::collections::{BTreeSet, HashSet};
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// A work tree of a repository.
pub struct Worktree {
    place: Where,
}

/// What a walk leaves out.
#[derive(Default)]
struct Left {
    /// Repositories whose history this scan does not see.
    repositories: BTreeSet<PathBuf>,
    odd: BTreeSet<PathBuf>,
}

impl Worktree {
    /// The work tree of the repository at `place`.
    pub fn new(place: &Where) -> Self {
        Self { place: place.clone() }
    }
}

impl Source for Worktree {
    fn scope(&self) -> String {
        "the work tree".to_owned()
    }

    fn read(&self, sink: &dyn Sink) -> Result<()> {
        let repo = Repo::at(&self.place)?;
        let folders = repo.folders();
        if folders.is_empty() {
            sink.note("the repository is bare: it has no work tree".to_owned());
            return Ok(());
        }
        remotes::scan(&repo, sink);
        let staged = repo.staged()?;
        skip_index(&repo, sink);
        let (submodules, tracked): (Vec<_>, Vec<_>) =
            staged.into_iter().partition(|entry| entry.kind() == EntryKind::Submodule);
        // git2 computes SHA-1 names only.
        let reading = Reading { kind: OriginKind::WorkTree, hash: repo.width() == 20 };
        for root in &folders {
            let at = |path: &[u8]| root.join(native(path));
            let linked = submodules.iter().map(|entry| at(&entry.path)).collect();
            let mut files: HashSet<PathBuf> = walked_by(root, linked, sink).into_iter().collect();
            files.extend(tracked.iter().map(|e| at(&e.path)).filter(|path| is_there(root, path)));
            let files = files.into_iter().map(|f| OnDisk { shown: relative(root, &f), file: f });
            reading.all(files.collect(), sink);
        }
        let submodules: BTreeSet<_> = submodules.into_iter().map(|e| e.path).collect();
        skip_submodules(sink, submodules);
        Ok(())
    }
}

/// The same as [`walk`], and what is left out is told.
fn walked_by(root: &Path, submodules: HashSet<PathBuf>, sink: &dyn Sink) -> Vec<PathBuf> {
    let left = Arc::new(Mutex::new(Left::default()));
    let files = walk(root, submodules, &left, sink);
    let left = lock(&left);
    for path in &left.odd {
        let gap = Gap::new(Reason::Unreadable, "its .gitignore is not a file");
        super::disk::skip(sink, None, &relative(root, path), gap);
    }
    for path in &left.repositories {
        let path = display_path(&relative(root, path));
        sink.note(format!("{path} is a repository of its own: only its files are scanned here"));
    }
    files
}

/// The files below `root` that are not ignored. Only the repository's own ignore files count:
/// those of a user must not change what is scanned.
fn walk(
    root: &Path,
    submodules: HashSet<PathBuf>,
    left: &Arc<Mutex<Left>>,
    sink: &dyn Sink,
) -> Vec<PathBuf> {
    if has_odd_ignore(root) {
        lock(left).odd.insert(root.to_owned());
        return Vec::new();
    }
    let left = Arc::clone(left);
    let mut walk = WalkBuilder::new(root);
    walk.standard_filters(false).git_ignore(true).git_exclude(true).require_git(false);
    walk.filter_entry(move |entry| enter(entry, &submodules, &left));
    walked(walk.build(), sink)
}

/// Whether the walk goes on with `entry`: not with a `.git`, nor into a submodule. Any other
/// repository in the work tree is just a folder of files to whoever publishes that tree.
fn enter(entry: &DirEntry, submodules: &HashSet<PathBuf>, left: &Mutex<Left>) -> bool {
    if entry.depth() == 0 {
        return true;
    }
    if entry.file_name() == ".git" {
        return false;
    }
    if !entry.file_type().is_some_and(|kind| kind.is_dir()) {
        return true;
    }
    if submodules.contains(entry.path()) {
        return false;
    }
    if is_repository(entry.path()) {
        lock(left).repositories.insert(entry.path().to_owned());
    }
    if has_odd_ignore(entry.path()) {
        lock(left).odd.insert(entry.path().to_owned());
        return false;
    }
    true
}

/// Whether `folder` is the top of a repository, and not merely has something called `.git`.
fn is_repository(folder: &Path) -> bool {
    let git = folder.join(".git");
    match std::fs::symlink_metadata(&git) {
        Ok(meta) if meta.is_dir() => git.join("HEAD").exists() && git.join("objects").is_dir(),
        Ok(meta) if meta.is_file() && meta.len() < 8192 => {
            std::fs::read(&git).is_ok_and(|text| text.starts_with(b"gitdir:"))
        }
        _ => false,
    }
}

/// Whether reading the `.gitignore` of `folder` could wait for ever.
fn has_odd_ignore(folder: &Path) -> bool {
    std::fs::metadata(folder.join(".gitignore")).is_ok_and(|meta| !meta.is_file())
}

/// Whether a tracked file is there, and not by way of a link that leads elsewhere. What cannot be
/// told counts as there: to read it tells why.
pub(super) fn is_there(root: &Path, path: &Path) -> bool {
    let is = |path: &Path, dir: bool| match std::fs::symlink_metadata(path) {
        Ok(meta) => meta.is_dir() == dir,
        Err(e) => !matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
    };
    let mut folders = path.ancestors().skip(1).take_while(|dir| *dir != root);
    path.starts_with(root)
        && is(path, false)
        && !path.components().any(|part| part == std::path::Component::ParentDir)
        && folders.all(|dir| is(dir, true))
}

/// The path from `root`, raw.
fn relative(root: &Path, path: &Path) -> Vec<u8> {
    path.strip_prefix(root).unwrap_or(path).as_os_str().as_encoded_bytes().to_vec()
}

#[cfg(unix)]
pub(super) fn native(path: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(path))
}

#[cfg(not(unix))]
pub(super) fn native(path: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(path).into_owned())
}
