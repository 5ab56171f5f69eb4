//! Paths that are longer than the operating system takes: they are gone along in steps.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

/// Longest path that is used as it is, in bytes; systems take 1024 or 4096.
const STEP: usize = 900;
/// Longest path at all: each level of a tree is reached from the top.
const LONGEST: usize = 64 << 10;

/// A path by which a file can be reached, and the folder that this path hangs on.
pub(super) struct Short {
    pub(super) path: PathBuf,
    _held: Option<File>,
}

/// A short way to `path`: where it is long, by way of an open folder.
///
/// # Errors
/// If a folder on the way cannot be opened, or it is too long all the same.
pub(super) fn short(path: &Path) -> io::Result<Short> {
    let len = path.as_os_str().len();
    if len <= STEP {
        return Ok(Short { path: path.to_owned(), _held: None });
    }
    if len > LONGEST {
        return Err(io::ErrorKind::InvalidFilename.into());
    }
    let mut way = Short { path: PathBuf::new(), _held: None };
    for part in path.components() {
        if way.path.as_os_str().len() + part.as_os_str().len() > STEP {
            let folder = File::open(&way.path)?;
            way.path = format!("/proc/self/fd/{}", folder.as_raw_fd()).into();
            way._held = Some(folder);
        }
        way.path.push(part);
    }
    Ok(way)
}

/// All files below `folder`, but for what stands in a `.git`. Folders that cannot be read go to
/// `trouble`.
pub(super) fn walk(folder: PathBuf, trouble: &mut dyn FnMut(&Path, &io::Error)) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![folder]);
    while let Some(folder) = folders.pop() {
        if let Err(e) = list(&folder, &mut files, &mut folders) {
            trouble(&folder, &e);
        }
    }
    files
}

fn list(folder: &Path, files: &mut Vec<PathBuf>, folders: &mut Vec<PathBuf>) -> io::Result<()> {
    let way = short(folder)?;
    for entry in std::fs::read_dir(&way.path)? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true if entry.file_name() == ".git" => {}
            true => folders.push(path),
            false => files.push(path),
        }
    }
    Ok(())
}
