//! Reading many files of a file system, in parallel. Links are not followed, devices and pipes
//! not opened.

use super::Sink;
use super::deep::short;
use super::holes::Holey;
use crate::git::Gap;
use crate::model::{Item, ObjectId, Origin, OriginKind, Reason, Skipped, Unit, display_path};
use rayon::prelude::*;
use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// A file to read.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct OnDisk {
    /// The path as findings show it, raw.
    pub shown: Vec<u8>,
    /// Where it is.
    pub file: PathBuf,
}

/// How to read files.
pub(super) struct Reading {
    /// What their items are.
    pub kind: OriginKind,
    /// Whether to compute their blob ids, so that equal blobs are scanned once.
    pub hash: bool,
}

impl Reading {
    /// Declares and scans `files`, in the order of their paths.
    pub fn all(&self, mut files: Vec<OnDisk>, sink: &dyn Sink) {
        files.sort();
        sink.declare(Unit::File, files.len() as u64);
        files.par_iter().for_each(|file| self.one(file, sink));
    }

    fn one(&self, file: &OnDisk, sink: &dyn Sink) {
        if sink.stop() {
            return;
        }
        if let Err(gap) = self.scan(file, sink) {
            skip(sink, Some(Unit::File), &file.shown, gap);
        }
    }

    fn scan(&self, file: &OnDisk, sink: &dyn Sink) -> Result<(), Gap> {
        let mut origin = Origin::new(self.kind).path(file.shown.as_slice());
        let (seen, mut opened) = match open(&file.file)? {
            Content::Link(target) => {
                self.scan_whole(&target, origin, sink);
                return Ok(());
            }
            Content::File(seen, opened) => (seen, opened),
        };
        let _hold = sink.budget().take(sink.budget().needed(seen.len()));
        let whole = sink.budget().whole();
        let mut start = Vec::with_capacity(usize::try_from(seen.len().min(whole)).unwrap_or(0));
        opened.by_ref().take(whole + 1).read_to_end(&mut start).map_err(|e| refused(&e))?;
        if start.len() as u64 <= whole {
            if (start.len() as u64) < seen.len() {
                skip(sink, None, &file.shown, refused(&ErrorKind::StaleNetworkFileHandle.into()));
            }
            self.scan_whole(&start, origin, sink);
            return Ok(());
        }
        origin.object = if self.hash { id_of_file(&file.file) } else { None };
        if origin.object.is_some_and(|id| sink.known(Unit::File, id, &origin)) {
            return Ok(());
        }
        let named = origin.object.is_some();
        let rest = Holey::new(&opened, &seen, start.len() as u64);
        let start = start.as_slice().chain(rest);
        let mut text = Watched { start, file: &opened, seen, named, got: 0 };
        sink.stream(Unit::File, origin, &mut text).map_err(|e| refused(&e))
    }

    fn scan_whole(&self, bytes: &[u8], mut origin: Origin, sink: &dyn Sink) {
        origin.object = if self.hash { blob_id(bytes) } else { None };
        let known = origin.object.is_some_and(|id| sink.known(Unit::File, id, &origin));
        if !known {
            sink.scan(Unit::File, Item::new(bytes, origin));
        }
    }
}

/// A long file as it is read for the second time, after its name was computed.
struct Watched<'a> {
    start: std::io::Chain<&'a [u8], Holey<'a>>,
    file: &'a File,
    seen: Metadata,
    named: bool,
    /// How many bytes were read.
    got: u64,
}

impl Read for Watched<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let n = self.start.read(into)?;
        self.got += n as u64;
        if n > 0 || into.is_empty() {
            return Ok(n);
        }
        let cut = self.got < self.seen.len();
        // What has changed since is not what its name says.
        let now = if self.named { self.file.metadata()? } else { self.seen.clone() };
        let changed =
            (now.len(), now.modified().ok()) != (self.seen.len(), self.seen.modified().ok());
        if cut || changed { Err(ErrorKind::StaleNetworkFileHandle.into()) } else { Ok(0) }
    }
}

/// Tells of a file or folder that is not read.
pub(super) fn skip(sink: &dyn Sink, unit: Option<Unit>, path: &[u8], gap: Gap) {
    let what = display_path(path);
    sink.skip(Skipped { reason: gap.reason, unit, what, detail: gap.detail });
}

/// The gap for what the operating system said.
pub(super) fn refused(e: &std::io::Error) -> Gap {
    let reason = match e.kind() {
        ErrorKind::NotFound | ErrorKind::StaleNetworkFileHandle => Reason::Changed,
        _ => Reason::Unreadable,
    };
    Gap::new(reason, e.to_string())
}

/// What stands behind a path.
enum Content {
    /// The target of a link.
    Link(Vec<u8>),
    /// A file, and what was known of it before it was opened.
    File(Metadata, File),
}

fn open(path: &Path) -> Result<Content, Gap> {
    let way = short(path).map_err(|e| refused(&e))?;
    let path = way.path.as_path();
    let seen = std::fs::symlink_metadata(path).map_err(|e| refused(&e))?;
    if seen.is_symlink() {
        let target = std::fs::read_link(path).map_err(|e| refused(&e))?;
        return Ok(Content::Link(target.into_os_string().into_encoded_bytes()));
    }
    if !seen.is_file() {
        return Err(Gap::new(Reason::Special, "a device, socket, pipe or folder"));
    }
    let file = File::open(path).map_err(|e| refused(&e))?;
    let opened = file.metadata().map_err(|e| refused(&e))?;
    if !same(&seen, &opened) {
        return Err(Gap::new(Reason::Changed, "replaced while it was being opened"));
    }
    Ok(Content::File(opened, file))
}

/// Whether both are the same file, and not one that took its place.
#[cfg(unix)]
fn same(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
fn same(_: &Metadata, b: &Metadata) -> bool {
    b.is_file()
}

/// The SHA-1 name that git would give to `bytes`.
fn blob_id(bytes: &[u8]) -> Option<ObjectId> {
    let id = git2::Oid::hash_object(git2::ObjectType::Blob, bytes).ok()?;
    ObjectId::from_bytes(id.as_bytes())
}

/// The same for a file, which is not held in memory.
pub(super) fn id_of_file(path: &Path) -> Option<ObjectId> {
    let id = git2::Oid::hash_file(git2::ObjectType::Blob, path).ok()?;
    ObjectId::from_bytes(id.as_bytes())
}
