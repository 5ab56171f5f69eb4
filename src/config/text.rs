//! Reads a file of settings whole.

use crate::error::{Error, Kind, Result};
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::Path;

/// More than any file that a person or `stanch baseline` writes.
const LIMIT: u64 = 64 << 20;

/// The bytes of the file at `path`; `None` if there is none. `what` names it in messages
/// ("the configuration file").
///
/// # Errors
/// If something is there and it cannot be read: it is never taken for absent.
#[allow(clippy::disallowed_methods, reason = "files of settings are read here and nowhere else")]
pub(crate) fn read_text(path: &Path, what: &str) -> Result<Option<Vec<u8>>> {
    let fail = || Error::new(Kind::Config, format!("reading {what} {}", path.display()));
    // The file is asked what it is before it is opened: opening a pipe would wait for ever.
    let size = match fs::metadata(path) {
        Ok(it) if !it.is_file() => return Err(fail().because("it is not a file")),
        Ok(it) => it.len(),
        Err(e) if is_absent(&e) && fs::symlink_metadata(path).is_err() => return Ok(None),
        Err(e) => return Err(fail().because(e)),
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|e| fail().because(e))?;
    file.take(LIMIT + 1).read_to_end(&mut bytes).map_err(|e| fail().because(e))?;
    if bytes.len() as u64 > LIMIT {
        return Err(fail().because("it is larger than 64 MiB"));
    }
    if (bytes.len() as u64) < size {
        return Err(fail().because("it was cut while it was read"));
    }
    Ok(Some(bytes))
}

fn is_absent(e: &std::io::Error) -> bool {
    matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}
