//! Submodules that are on disk.

use super::tree::EntryKind;
use super::{Repo, Where};
use crate::error::{Error, Kind, Result};
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// A repository within another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submodule {
    /// Its path in the other; its name, if no file stands there.
    pub path: Vec<u8>,
    /// The repository.
    pub place: Where,
    /// Whether its files stand in the work tree.
    pub checked_out: bool,
}

impl Repo {
    /// The submodules that are on disk: those in the work tree, and those that git keeps though
    /// nothing stands there now. Those of submodules are theirs to tell.
    ///
    /// # Errors
    /// If the index or the folder of the submodules cannot be read, or one that stands in the work
    /// tree cannot be opened.
    pub fn submodules(&self) -> Result<Vec<Submodule>> {
        let mut found = Vec::new();
        let mut known = Vec::new();
        if let Some(top) = self.work_dir() {
            let links = self.staged()?.into_iter().filter(|e| e.kind() == EntryKind::Submodule);
            for link in links {
                let folder = top.join(OsStr::from_bytes(&link.path));
                if folder.join(".git").exists() {
                    let place = Where::path(folder);
                    known.push(real(Self::at(&place)?.common_dir()));
                    found.push(Submodule { path: link.path, place, checked_out: true });
                }
            }
        }
        let modules = self.common_dir().join("modules");
        let kept = kept(&modules)
            .map_err(|e| Error::new(Kind::Git, format!("{}", modules.display())).because(e))?;
        for folder in kept.into_iter().filter(|folder| !known.contains(&real(folder))) {
            let name = folder.strip_prefix(&modules).unwrap_or(&folder);
            let path = name.as_os_str().as_bytes().to_vec();
            found.push(Submodule { path, place: Where::path(folder), checked_out: false });
        }
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The git directories below `folder`, but for those in one another.
fn kept(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut todo = vec![folder.to_owned()];
    while let Some(folder) = todo.pop() {
        if folder.join("HEAD").is_file() && folder.join("objects").is_dir() {
            found.push(folder);
            continue;
        }
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            Err(e) => return Err(e),
        };
        for entry in entries {
            let entry = entry?;
            // No link is followed, so that there is an end.
            if entry.file_type()?.is_dir() {
                todo.push(entry.path());
            }
        }
    }
    Ok(found)
}
