//! Pointers to Git LFS: what they stand for is scanned where it is on disk.

use super::Sink;
use super::objects::{in_parallel, skip};
use crate::error::Result;
use crate::git::{Gap, Repo};
use crate::model::{Origin, Reason, Unit, display_path};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// How a file in git begins whose content is kept by Git LFS.
const HEAD: &[u8] = b"version https://git-lfs.github.com/spec/";
/// Pointers are shorter than this.
const LONGEST: usize = 1024;

/// A pointer that was met.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pointer {
    /// Where it stands.
    pub(super) origin: Origin,
    /// The name of the content, in hexadecimal; `None` if the pointer tells none.
    content: Option<String>,
}

/// The pointer that `blob` is.
pub(super) fn pointer(blob: &[u8], origin: &Origin) -> Option<Pointer> {
    if blob.len() >= LONGEST || !blob.starts_with(HEAD) {
        return None;
    }
    let mut lines = blob.split(|&b| b == b'\n');
    let name = lines.find_map(|line| line.strip_prefix(b"oid sha256:"));
    let name = name.filter(|n| n.len() == 64 && n.iter().all(u8::is_ascii_hexdigit));
    let content = name.map(|n| String::from_utf8_lossy(n).into_owned());
    Some(Pointer { origin: origin.clone(), content })
}

/// Scans what `pointers` stand for, as far as it is on disk; tells how much of it is, and answers
/// the pointers of which it is not.
pub(super) fn read(repo: &Repo, pointers: Vec<Pointer>, sink: &dyn Sink) -> Result<Vec<Pointer>> {
    let (here, elsewhere): (Vec<_>, Vec<_>) =
        pointers.into_iter().partition(|p| p.file(repo).is_some_and(|f| is_there(&f)));
    in_parallel(repo, here.len(), |repo, at| {
        if let Some(pointer) = here.get(at)
            && let Some(file) = pointer.file(repo)
            && !sink.stop()
        {
            scan(pointer, file, sink);
        }
    })?;
    if !here.is_empty() {
        let n = here.len();
        sink.note(format!("the content of {n} pointers to Git LFS was read from the disk"));
    }
    if let Some(first) = elsewhere.first() {
        let detail = format!("{} pointers to Git LFS: their content is not here", elsewhere.len());
        skip(sink, None, first.shown(), Gap::new(Reason::Lfs, detail));
    }
    Ok(elsewhere)
}

impl Pointer {
    /// Where Git LFS keeps the content.
    fn file(&self, repo: &Repo) -> Option<PathBuf> {
        let name = self.content.as_ref()?;
        let folder = repo.common_dir().join("lfs/objects");
        Some(folder.join(name.get(..2)?).join(name.get(2..4)?).join(name))
    }

    fn shown(&self) -> String {
        let path = self.origin.path.as_deref().map(display_path);
        path.or_else(|| self.origin.object.map(|id| id.to_string())).unwrap_or_default()
    }
}

/// Whether it is there, or nobody can tell: then it is told when it is opened.
fn is_there(file: &Path) -> bool {
    match file.metadata() {
        Ok(seen) => seen.is_file(),
        Err(e) => !matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory),
    }
}

fn scan(pointer: &Pointer, path: PathBuf, sink: &dyn Sink) {
    sink.declare(Unit::File, 1);
    let stream = || -> io::Result<()> {
        let mut file = File::open(&path)?;
        let _hold = sink.budget().take(sink.budget().needed(file.metadata()?.len()));
        sink.stream(Unit::File, pointer.origin.clone(), &mut file)
    };
    if let Err(e) = stream() {
        let what = format!("{} in Git LFS", pointer.shown());
        skip(sink, Some(Unit::File), what, Gap::new(Reason::Unreadable, e.to_string()));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;
    use crate::model::OriginKind;

    #[test]
    fn a_pointer_names_its_content() {
        let origin = Origin::new(OriginKind::History);
        let name = "0a".repeat(32);
        let text =
            format!("version https://git-lfs.github.com/spec/v1\noid sha256:{name}\nsize 3\n");
        assert_eq!(pointer(text.as_bytes(), &origin).unwrap().content, Some(name));
        let odd = text.replace("0a0a", "../.");
        assert_eq!(pointer(odd.as_bytes(), &origin).unwrap().content, None);
        assert_eq!(pointer(b"version 2\n", &origin), None);
    }
}
