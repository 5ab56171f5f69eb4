//! The file that keeps what a run learned of a store: `stanch/history` in the git directory.
//! It is sealed with a key that only its user has and that stands for these rules and this build,
//! so one that came with a repository, was changed, or is of other rules is not believed.

use super::known::Known;
use crate::git::Repo;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;

/// What is found where the file should be.
pub(super) enum Found {
    /// No file.
    Nothing,
    /// A file that is not to be believed.
    Foreign,
    /// What an earlier run learned.
    Known(Box<Known>),
}

fn file(repo: &Repo) -> PathBuf {
    repo.common_dir().join("stanch").join("history")
}

/// Reads the file.
pub(super) fn load(repo: &Repo, key: &[u8; 32]) -> Found {
    match fs::read(file(repo)) {
        Ok(raw) => match Known::open(&raw, key) {
            Some(known) => Found::Known(Box::new(known)),
            None => Found::Foreign,
        },
        Err(e) if e.kind() == io::ErrorKind::NotFound => Found::Nothing,
        Err(_) => Found::Foreign,
    }
}

/// Writes the file: beside its place, then into it, so that nobody reads half of it.
///
/// # Errors
/// If that is not possible; nothing is left behind then.
pub(super) fn store(repo: &Repo, key: &[u8; 32], known: &Known) -> io::Result<()> {
    let file = file(repo);
    let folder = file.parent().ok_or(io::ErrorKind::InvalidInput)?;
    fs::create_dir_all(folder)?;
    let beside = folder.join(format!("history.{}.tmp", std::process::id()));
    let fill = || {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&beside)?.write_all(&known.seal(key))?;
        fs::rename(&beside, &file)
    };
    let done = fill();
    if done.is_err() {
        // The first failure is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    done
}
