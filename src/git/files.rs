//! All files of a tree with their paths.

use super::tree::{Entries, EntryKind, join};
use super::{Gap, Kind, Repo};
use crate::model::ObjectId;

/// Most files and folders that are listed: trees that name one another in bulk have no end.
const MAX: usize = 1 << 20;
/// How deep folders are gone into.
const DEEP: usize = 256;

/// What a tree holds.
#[derive(Debug, Default)]
pub struct Listing {
    /// Path and blob of each file.
    pub files: Vec<(Vec<u8>, ObjectId)>,
    /// Trees that could not be read.
    pub gaps: Vec<(ObjectId, Gap)>,
}

impl Listing {
    /// Lists the tree `root`; links and submodules are left out. Goes only into folders whose
    /// path `enter` lets in.
    pub fn of(repo: &Repo, root: ObjectId, enter: &dyn Fn(&[u8]) -> bool) -> Self {
        let mut listing = Self::default();
        let mut stack = vec![(Vec::new(), root, 0)];
        let mut seen = 0;
        while let Some((path, id, depth)) = stack.pop() {
            let raw = match repo.read_kind(id, Kind::Tree) {
                Ok(raw) => raw,
                Err(gap) => {
                    listing.gaps.push((id, gap));
                    continue;
                }
            };
            for entry in Entries::new(&raw, repo.width()) {
                seen += 1;
                let path = join(&path, entry.name);
                match entry.kind {
                    _ if seen > MAX => return listing,
                    EntryKind::File => listing.files.push((path, entry.id)),
                    EntryKind::Tree if depth < DEEP && enter(&path) => {
                        stack.push((path, entry.id, depth + 1));
                    }
                    EntryKind::Tree | EntryKind::Link | EntryKind::Submodule => {}
                }
            }
        }
        listing.files.sort();
        listing
    }
}
