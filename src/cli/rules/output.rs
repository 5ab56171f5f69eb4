//! Files that these commands write: never over one that is there.

use crate::error::{Error, Kind, Result};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

/// Writes a file that is not there yet.
pub(super) fn create(path: &Path, text: &str) -> Result<()> {
    let made = OpenOptions::new().write(true).create_new(true).open(path);
    made.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|e| failed(path, e))
}

/// Writes a page, in place of the one that is there.
pub(super) fn replace(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).map_err(|e| failed(path, e))
}

/// The error of a file that cannot be written.
pub(super) fn failed(path: &Path, e: std::io::Error) -> Error {
    Error::new(Kind::Io, format!("writing {}", path.display())).because(e)
}
