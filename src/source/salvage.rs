//! What the store lacks and the work tree still has: files whose content bears the name of an object
//! that is missing or damaged.

use super::Sink;
use super::disk::{OnDisk, Reading, id_of_file};
use super::worktree::{is_there, native};
use crate::git::Repo;
use crate::git::staged::Staged;
use crate::model::OriginKind;

/// Reads what is left of blobs that could not be read. They stay gaps: the store is damaged.
pub(super) fn read(repo: &Repo, sink: &dyn Sink) {
    let lost = sink.lost();
    // git2 computes SHA-1 names only.
    if lost.is_empty() || repo.width() != 20 {
        return;
    }
    // Of an index that cannot be read other sources tell; the gaps are told of anyway.
    let staged = repo.staged().unwrap_or_default().into_iter();
    let wanted = staged
        .filter(|e| e.kind().is_blob() && (lost.contains(&e.id) || !repo.has(e.id)))
        .filter_map(|entry| same_file(repo, entry));
    let files: Vec<OnDisk> = wanted.collect();
    if files.is_empty() {
        return;
    }
    let words = "files of the work tree were read, as the store lacks or spoils what they hold";
    sink.note(format!("{} {words}", files.len()));
    Reading { kind: OriginKind::WorkTree, hash: true }.all(files, sink);
}

/// The file of the work tree that is still what `entry` names.
fn same_file(repo: &Repo, entry: Staged) -> Option<OnDisk> {
    let root = repo.work_dir()?;
    let file = root.join(native(&entry.path));
    let is_same = is_there(root, &file)
        && file.symlink_metadata().is_ok_and(|meta| meta.is_file())
        && id_of_file(&file) == Some(entry.id);
    is_same.then_some(OnDisk { shown: entry.path, file })
}
