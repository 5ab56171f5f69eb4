//! One change on disk: it can tell what it would do, and do it.

use super::show;
use crate::error::{Error, Kind, Result};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A change that an installation makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Writes an executable file. What stands there is first given the name `keep`, if any.
    Hook {
        /// The hook's file.
        path: PathBuf,
        /// What it is to hold.
        text: Vec<u8>,
        /// The second name of what stands there now.
        keep: Option<PathBuf>,
    },
    /// Gives a text file, which may be shared by a team, new content.
    Text {
        /// The file.
        path: PathBuf,
        /// What it is to hold.
        text: Vec<u8>,
    },
    /// Puts a kept hook back to its place.
    Restore {
        /// The kept hook.
        from: PathBuf,
        /// Its place.
        to: PathBuf,
    },
    /// Removes a file.
    Remove {
        /// The file.
        path: PathBuf,
    },
    /// Removes a folder that is empty by then; another one stays.
    Folder {
        /// The folder.
        path: PathBuf,
    },
}

impl Change {
    /// What it does, in one line; in the past or in the conditional.
    pub fn tell(&self, done: bool) -> String {
        let say = |past: &str, would: &str| {
            if done { past.to_owned() } else { format!("would {would}") }
        };
        match self {
            Self::Hook { path, keep: None, .. } | Self::Text { path, .. } => {
                format!("{} {}", say("wrote", "write"), show(path))
            }
            Self::Hook { path, keep: Some(kept), .. } => format!(
                "{} {}, {} the hook that was there as {}",
                say("wrote", "write"),
                show(path),
                if done { "kept" } else { "keep" },
                show(kept)
            ),
            Self::Restore { from, to } => {
                format!("{} {} from {}", say("restored", "restore"), show(to), show(from))
            }
            Self::Remove { path } | Self::Folder { path } => {
                format!("{} {}", say("removed", "remove"), show(path))
            }
        }
    }

    /// The text that it writes.
    pub fn text(&self) -> Option<&[u8]> {
        match self {
            Self::Hook { text, .. } | Self::Text { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Makes the change.
    pub(super) fn apply(&self) -> Result<()> {
        match self {
            Self::Hook { path, text, keep } => {
                hook(path, text, keep.as_deref()).map_err(|e| failed("writing", path, e))
            }
            Self::Text { path, text } => {
                rewrite(path, text).map_err(|e| failed("writing", path, e))
            }
            Self::Restore { from, to } => {
                fs::rename(from, to).map_err(|e| failed("restoring", to, e))
            }
            Self::Remove { path } => {
                fs::remove_file(path).map_err(|e| failed("removing", path, e))
            }
            Self::Folder { path } => match fs::remove_dir(path) {
                Err(e) if e.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
                done => done.map_err(|e| failed("removing", path, e)),
            },
        }
    }
}

fn failed(doing: &str, path: &Path, cause: io::Error) -> Error {
    Error::new(Kind::Io, format!("{doing} {}", show(path))).because(cause)
}

/// The new hook takes the place of the old one in one step, so that at no moment there is none.
fn hook(path: &Path, text: &[u8], keep: Option<&Path>) -> io::Result<()> {
    let dir = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(dir)?;
    let fresh = Fresh::write(dir, text, None)?;
    if let Some(kept) = keep {
        second_name(path, kept)?;
    }
    fresh.take_place_of(path)
}

/// Gives what stands at `path` a second name, which must be free. A symbolic link stays one.
fn second_name(path: &Path, kept: &Path) -> io::Result<()> {
    match fs::hard_link(path, kept) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Err(e),
        // Not every file system has hard links.
        Err(_) => fs::rename(path, kept),
        Ok(()) => Ok(()),
    }
}

/// A link, such as people have to their dotfiles, stays one. Where that would be a trap, the file
/// was refused before.
fn rewrite(path: &Path, text: &[u8]) -> io::Result<()> {
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let dir = path.parent().unwrap_or(Path::new("."));
    let mode = match fs::metadata(path) {
        Ok(meta) => Some(meta.permissions()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => None,
        Err(e) => return Err(e),
    };
    fs::create_dir_all(dir)?;
    Fresh::write(dir, text, mode)?.take_place_of(path)
}

/// A new file beside the one that it is to replace; removed unless it takes that place.
struct Fresh(PathBuf);

impl Fresh {
    fn write(dir: &Path, text: &[u8], mode: Option<fs::Permissions>) -> io::Result<Self> {
        let path = dir.join(format!(".stanch-{}", std::process::id()));
        let mut options = OpenOptions::new();
        // Never through a link that somebody has put there.
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o755);
        let mut file = options.open(&path)?;
        let fresh = Self(path);
        file.write_all(text)?;
        if let Some(mode) = mode {
            file.set_permissions(mode)?;
        }
        file.sync_all()?;
        Ok(fresh)
    }

    fn take_place_of(self, path: &Path) -> io::Result<()> {
        fs::rename(&self.0, path)
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        // Gone already if it took its place.
        let _ = fs::remove_file(&self.0);
    }
}
