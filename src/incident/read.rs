//! The configurations that were in force, each content read once.

use super::window::{InForce, Snapshot};
use crate::circle::{self, Config};
use crate::git::files::Listing;
use crate::git::{Kind, Repo};
use crate::model::ObjectId;
use std::collections::{BTreeMap, BTreeSet};

/// A configuration file as it stood in one or more of the commits.
pub(super) struct Seen {
    /// Its path.
    pub(super) path: String,
    /// Where and when it stood.
    pub(super) stood: Stood,
    /// What it says, or why that is not known.
    pub(super) config: Result<Config, String>,
}

/// Where and when a file stood.
#[derive(Clone)]
pub(super) struct Stood {
    /// The branches.
    pub(super) branches: BTreeSet<String>,
    /// Whether none but branches asleep had it.
    pub(super) asleep: bool,
    /// When the youngest commit with it was made.
    pub(super) last: i64,
}

impl Default for Stood {
    fn default() -> Self {
        Self { branches: BTreeSet::new(), asleep: true, last: i64::MIN }
    }
}

impl Stood {
    fn take(&mut self, snapshot: &Snapshot) {
        self.branches.extend(snapshot.branches.iter().cloned());
        self.asleep &= snapshot.asleep;
        self.last = self.last.max(snapshot.time);
    }
}

/// Reads the configurations of everything in force.
pub(super) fn configs(repo: &Repo, in_force: &InForce, gaps: &mut Vec<String>) -> Vec<Seen> {
    let mut places: BTreeMap<(Vec<u8>, ObjectId), Stood> = BTreeMap::new();
    for snapshot in &in_force.snapshots {
        let Some(tree) = snapshot.tree else { continue };
        let listing = Listing::of(repo, tree, &|path| path.starts_with(b".circleci"));
        gaps.extend(
            listing.gaps.iter().map(|(id, gap)| format!("tree {}: {}", id.short(), gap.detail)),
        );
        for (path, id) in listing.files.into_iter().filter(|(path, _)| circle::is_config(path)) {
            places.entry((path, id)).or_default().take(snapshot);
        }
    }
    let seen = places.into_iter().map(|((path, id), stood)| {
        let path = crate::model::display_path(&path);
        let config = read(repo, id, &path);
        Seen { path, stood, config }
    });
    seen.collect()
}

fn read(repo: &Repo, id: ObjectId, path: &str) -> Result<Config, String> {
    let raw = repo.read_kind(id, Kind::Blob).map_err(|gap| gap.detail)?;
    let text = String::from_utf8_lossy(&raw);
    let root =
        circle::parse(&text).map_err(|broken| format!("line {}: {}", broken.line, broken.why))?;
    let root = circle::unpacked(root, path);
    let facts = circle::facts(&root);
    let mentions = circle::mentions(&text);
    Ok(Config { root, facts, mentions })
}
