//! The file that keeps what a run learned of a store. It lies in the user's cache folder, since a
//! scan writes nothing into what it scans, and is sealed with a key that only this user has and
//! that stands for these rules and this build: one that others wrote or that is of other rules is
//! not believed.

use super::known::Known;
use crate::git::Repo;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is found where the file should be.
pub(super) enum Found {
    /// No file.
    Nothing,
    /// A file that is not to be believed.
    Foreign,
    /// What an earlier run learned.
    Known(Box<Known>),
}

/// Where what runs learn is kept, and what it is sealed with.
#[derive(Debug, Clone)]
pub struct Cache {
    /// Stands for the rules and for who runs them.
    pub key: [u8; 32],
    /// A folder for the files of all stores.
    pub folder: PathBuf,
}

/// What was not used for so long is removed.
const LIFE: Duration = Duration::from_secs(90 * 24 * 3600);

impl Cache {
    /// The file for the store of `repo`: named by where that is.
    fn file(&self, repo: &Repo) -> PathBuf {
        let store = repo.common_dir().canonicalize();
        let store = store.unwrap_or_else(|_| repo.common_dir().to_owned());
        let name = blake3::hash(store.as_os_str().as_encoded_bytes()).to_hex();
        self.folder.join(name.get(..32).unwrap_or_default())
    }
}

/// Reads the file.
pub(super) fn load(repo: &Repo, cache: &Cache) -> Found {
    match fs::read(cache.file(repo)) {
        Ok(raw) => match Known::open(&raw, &cache.key) {
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
pub(super) fn store(repo: &Repo, cache: &Cache, known: &Known) -> io::Result<()> {
    make(&cache.folder)?;
    tidy(&cache.folder);
    let file = cache.file(repo);
    let beside = file.with_extension(format!("{}.tmp", std::process::id()));
    let fill = || {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&beside)?.write_all(&known.seal(&cache.key))?;
        fs::rename(&beside, &file)
    };
    let done = fill();
    if done.is_err() {
        // The first failure is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    done
}

fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Removes what is left of stores that nobody scans any more. If that fails, it only takes room.
fn tidy(folder: &Path) {
    let is_old = |entry: &fs::DirEntry| {
        let age = entry.metadata().and_then(|m| m.modified()).map(|time| time.elapsed());
        matches!(age, Ok(Ok(age)) if age > LIFE)
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter(is_old).for_each(|entry| _ = fs::remove_file(entry.path()));
}
