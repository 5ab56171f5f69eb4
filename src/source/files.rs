//! A file, or a directory outside git: everything in it.

use super::disk::{OnDisk, Reading, refused, skip};
use super::objects::lock;
use super::{Sink, Source, deep};
use crate::error::{Error, Kind, Result};
use crate::model::{OriginKind, display_path};
use ignore::{DirEntry, WalkBuilder};
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// A file or directory that is read whole, whatever `.gitignore` says.
pub struct Files {
    root: PathBuf,
}

impl Files {
    /// The file or directory at `root`. If `root` itself is a link, it is followed.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }
}

impl Source for Files {
    fn scope(&self) -> String {
        display_path(self.root.as_os_str().as_encoded_bytes())
    }

    fn read(&self, sink: &dyn Sink) -> Result<()> {
        let trouble = |e: std::io::Error| {
            Error::new(Kind::Io, format!("{} cannot be read", self.scope())).because(e)
        };
        let real = self.root.canonicalize().map_err(trouble)?;
        let reading = Reading { kind: OriginKind::File, hash: false };
        if !std::fs::metadata(&real).map_err(trouble)?.is_dir() {
            reading.all(vec![OnDisk { shown: shown(&self.root), file: real }], sink);
            return Ok(());
        }
        let stores = Arc::new(Mutex::new(BTreeSet::new()));
        let met = Arc::clone(&stores);
        let mut walk = WalkBuilder::new(&real);
        walk.standard_filters(false).filter_entry(move |entry| enter(entry, &met));
        let files = walked(walk.build(), sink).into_iter().map(|file| OnDisk {
            shown: shown(&self.root.join(file.strip_prefix(&real).unwrap_or(&file))),
            file,
        });
        reading.all(files.collect(), sink);
        for store in lock(&stores).iter() {
            let path = display_path(store.as_os_str().as_encoded_bytes());
            sink.note(format!("{path} is a git directory: scan its repository for the history"));
        }
        Ok(())
    }
}

/// A git directory is left out: its objects are compressed, and a scan of it as a repository
/// reads them.
fn enter(entry: &DirEntry, met: &Mutex<BTreeSet<PathBuf>>) -> bool {
    let store = entry.depth() > 0 && entry.file_name() == ".git" && entry.path().is_dir();
    if store {
        lock(met).insert(entry.path().to_owned());
    }
    !store
}

/// The files of a walk. A folder that cannot be read holds an unknown number of them.
pub(super) fn walked(walk: ignore::Walk, sink: &dyn Sink) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in walk {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_dir()) => {}
            Ok(entry) => files.push(entry.into_path()),
            Err(e) => {
                let path = path_of(&e).unwrap_or_default();
                let io =
                    e.into_io_error().unwrap_or_else(|| std::io::Error::other("a walk failed"));
                let mut trouble = |path: &Path, e: &std::io::Error| {
                    skip(sink, None, path.as_os_str().as_encoded_bytes(), refused(e));
                };
                match io.kind() {
                    ErrorKind::InvalidFilename => files.extend(deep::walk(path, &mut trouble)),
                    _ => trouble(&path, &io),
                }
            }
        }
    }
    files
}

/// The path that an error of a walk is about.
fn path_of(e: &ignore::Error) -> Option<PathBuf> {
    match e {
        ignore::Error::WithPath { path, .. } => Some(path.clone()),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_of(err)
        }
        ignore::Error::Partial(all) => all.iter().find_map(path_of),
        _ => None,
    }
}

/// A path as it was given, without a leading `./`.
pub(super) fn shown(path: &Path) -> Vec<u8> {
    let path = path.strip_prefix(".").unwrap_or(path);
    path.as_os_str().as_encoded_bytes().to_vec()
}
