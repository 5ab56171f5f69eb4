//! Reading many files of a file system, in parallel. Links are not followed, devices and pipes
//! not opened.

use super::Sink;
use crate::git::{Gap, MAX_OBJECT};
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
        let bytes = match content(&file.file) {
            Ok(bytes) => bytes,
            Err(gap) => return skip(sink, Some(Unit::File), &file.shown, gap),
        };
        let mut origin = Origin::new(self.kind).path(file.shown.as_slice());
        origin.object = if self.hash { blob_id(&bytes) } else { None };
        let known = origin.object.is_some_and(|id| sink.known(Unit::File, id, &origin));
        if !known {
            sink.scan(Unit::File, Item::new(&bytes, origin));
        }
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
        ErrorKind::NotFound => Reason::Changed,
        _ => Reason::Unreadable,
    };
    Gap::new(reason, e.to_string())
}

/// The content of a file, or the target of a link.
fn content(path: &Path) -> Result<Vec<u8>, Gap> {
    let seen = std::fs::symlink_metadata(path).map_err(|e| refused(&e))?;
    if seen.is_symlink() {
        let target = std::fs::read_link(path).map_err(|e| refused(&e))?;
        return Ok(target.into_os_string().into_encoded_bytes());
    }
    if !seen.is_file() {
        return Err(Gap::new(Reason::Special, "a device, socket, pipe or folder"));
    }
    if seen.len() > MAX_OBJECT {
        return Err(too_large());
    }
    let file = File::open(path).map_err(|e| refused(&e))?;
    let opened = file.metadata().map_err(|e| refused(&e))?;
    if !same(&seen, &opened) {
        return Err(Gap::new(Reason::Changed, "replaced while it was being opened"));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(seen.len()).unwrap_or(0));
    file.take(MAX_OBJECT + 1).read_to_end(&mut bytes).map_err(|e| refused(&e))?;
    if bytes.len() as u64 > MAX_OBJECT { Err(too_large()) } else { Ok(bytes) }
}

fn too_large() -> Gap {
    Gap::new(Reason::Unsupported, format!("more than {MAX_OBJECT} bytes"))
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
