//! The folders of an object store, as they lie on disk.

use super::Repo;
use super::pack::Pack;
use super::refs::contents;
use crate::model::ObjectId;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// How many stores may borrow from one another; git's own limit is 5.
const MAX_DEPTH: usize = 8;

impl Repo {
    /// The indexes of all packs, those of alternates among them, in a stable order. `None` if
    /// the store is not laid out as expected, or not of SHA-1.
    pub fn pack_indexes(&self) -> Option<Vec<PathBuf>> {
        if !self.is_native() || self.width() != 20 {
            return None;
        }
        self.pack_indexes_of(&self.stores()?)
    }

    /// The indexes of all packs in the folders of `stores`.
    pub(super) fn pack_indexes_of(&self, stores: &[PathBuf]) -> Option<Vec<PathBuf>> {
        let mut indexes = Vec::new();
        for store in stores {
            for file in listed(&store.join("pack")).ok()? {
                match file.extension().and_then(OsStr::to_str) {
                    Some("idx") => indexes.push(file),
                    // A pack without its index is nobody's for us, and git's to explain.
                    Some("pack") if !file.with_extension("idx").exists() => return None,
                    _ => {}
                }
            }
        }
        indexes.sort();
        Some(indexes)
    }

    /// Packs that cannot be opened, and why: whatever is in them is out of reach. Reads all
    /// packs, so it is for stores in which something is amiss.
    pub fn bad_packs(&self) -> Vec<(PathBuf, String)> {
        let stores = if self.width() == 20 { self.stores() } else { None };
        let folders = stores.into_iter().flatten().map(|store| store.join("pack"));
        let files = folders.flat_map(|folder| listed(&folder).unwrap_or_default());
        let mut bad: Vec<_> =
            files.filter_map(|file| Some((file.clone(), trouble(&file)?))).collect();
        bad.sort();
        bad
    }

    /// The names of all loose objects, those of alternates among them.
    pub fn loose_ids(&self) -> Option<Vec<ObjectId>> {
        let mut ids = Vec::new();
        for store in self.stores()? {
            for folder in listed(&store).ok()? {
                let Some(first) = folder.file_name().map(OsStr::as_bytes) else { continue };
                if first.len() != 2 || !first.iter().all(u8::is_ascii_hexdigit) {
                    continue;
                }
                for file in listed(&folder).ok()? {
                    let rest = file.file_name().map(OsStr::as_bytes).unwrap_or_default();
                    ids.extend(ObjectId::from_hex(&[first, rest].concat()));
                }
            }
        }
        ids.sort();
        ids.dedup();
        Some(ids)
    }

    /// Folders that the repository is to borrow objects from, and that are not there.
    pub fn lost_stores(&self) -> Vec<PathBuf> {
        let stores = self.stores().unwrap_or_default().into_iter().skip(1);
        stores.filter(|store| !store.is_dir()).collect()
    }

    /// The object folders of the repository and of those it borrows from.
    pub(super) fn stores(&self) -> Option<Vec<PathBuf>> {
        let mut stores = vec![self.common_dir().join("objects")];
        let mut next = 0;
        while let Some(store) = stores.get(next).cloned() {
            next += 1;
            if next > MAX_DEPTH {
                return None;
            }
            for line in alternates(&store)? {
                let path = store.join(line);
                if !stores.contains(&path) {
                    stores.push(path);
                }
            }
        }
        Some(stores)
    }
}

/// What is wrong with a file of the folder of packs.
fn trouble(file: &Path) -> Option<String> {
    match file.extension().and_then(OsStr::to_str) {
        Some("idx") => Pack::open(file).err(),
        Some("pack") if !file.with_extension("idx").exists() => {
            Some("it has no index: `git index-pack` makes one".to_owned())
        }
        _ => None,
    }
}

fn alternates(store: &Path) -> Option<Vec<PathBuf>> {
    match contents(&store.join("info/alternates"), u64::MAX) {
        Ok(text) => borrowed(&text),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Some(Vec::new()),
        Err(_) => None,
    }
}

/// The stores that a file of alternates names; `None` if one is quoted, as git writes odd paths:
/// those are left to the plain reader.
pub(crate) fn borrowed(text: &[u8]) -> Option<Vec<PathBuf>> {
    let lines = text.split(|&b| b == b'\n').filter(|l| !l.is_empty() && !l.starts_with(b"#"));
    let paths =
        lines.map(|l| (!l.starts_with(b"\"")).then(|| PathBuf::from(OsStr::from_bytes(l))));
    paths.collect()
}

fn listed(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|e| e.map(|e| e.path())).collect(),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(e),
    }
}
