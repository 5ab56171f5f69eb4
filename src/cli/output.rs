//! Writing a report to a file: whoever opens it sees all of it, or what was there before.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Puts `text` into the file at `path`. What is no usual file (a pipe, `/dev/null`) is written to
/// as it is; a link stays one, and the file it leads to is replaced.
pub(super) fn write(path: &Path, text: &[u8]) -> io::Result<()> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let old = fs::metadata(&target).ok();
    if old.as_ref().is_some_and(|old| !old.is_file()) {
        return OpenOptions::new().write(true).open(&target)?.write_all(text);
    }
    let beside = beside(&target)?;
    let done = fill(&beside, old.as_ref(), text).and_then(|()| fs::rename(&beside, &target));
    match done {
        Err(e) if e.kind() == io::ErrorKind::PermissionDenied && old.is_some() => {
            // The file may be written to, and its folder not.
            let _ = fs::remove_file(&beside);
            File::create(&target)?.write_all(text)
        }
        Err(e) => {
            // The first failure is the one to tell.
            let _ = fs::remove_file(&beside);
            Err(e)
        }
        Ok(()) => Ok(()),
    }
}

fn beside(target: &Path) -> io::Result<PathBuf> {
    let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    Ok(target.with_file_name(format!(".{name}.{}.tmp", std::process::id())))
}

fn fill(beside: &Path, old: Option<&fs::Metadata>, text: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(beside)?;
    if let Some(old) = old {
        file.set_permissions(old.permissions())?;
    }
    file.write_all(text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    #[test]
    fn a_report_takes_the_place_of_the_one_before() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("report.json");
        write(&path, b"one, and longer").unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        write(Path::new("/dev/null"), b"x").unwrap();
        assert!(write(&dir.path().join("no/such/folder"), b"x").is_err());
    }
}
