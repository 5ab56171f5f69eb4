//! The configurations that were in force, each content read once.

use super::window::InForce;
use crate::circle::{self, Config};
use crate::git::files::Listing;
use crate::git::{Kind, Repo};
use crate::model::ObjectId;
use std::collections::{BTreeMap, BTreeSet};

/// A configuration file as it stood in one or more of the commits.
pub(super) struct Seen {
    /// Its path.
    pub(super) path: String,
    /// The branches that it stood on.
    pub(super) branches: BTreeSet<String>,
    /// What it says, or why that is not known.
    pub(super) config: Result<Config, String>,
}

/// Reads the configurations of everything in force.
pub(super) fn configs(repo: &Repo, in_force: &InForce, gaps: &mut Vec<String>) -> Vec<Seen> {
    let mut places: BTreeMap<(Vec<u8>, ObjectId), BTreeSet<String>> = BTreeMap::new();
    for snapshot in &in_force.snapshots {
        let Some(tree) = snapshot.tree else { continue };
        let listing = Listing::of(repo, tree, &|path| path.starts_with(b".circleci"));
        gaps.extend(
            listing.gaps.iter().map(|(id, gap)| format!("tree {}: {}", id.short(), gap.detail)),
        );
        for (path, id) in listing.files.into_iter().filter(|(path, _)| circle::is_config(path)) {
            places.entry((path, id)).or_default().extend(snapshot.branches.iter().cloned());
        }
    }
    let seen = places.into_iter().map(|((path, id), branches)| Seen {
        path: crate::model::display_path(&path),
        branches,
        config: read(repo, id),
    });
    seen.collect()
}

fn read(repo: &Repo, id: ObjectId) -> Result<Config, String> {
    let raw = repo.read_kind(id, Kind::Blob).map_err(|gap| gap.detail)?;
    let text = String::from_utf8_lossy(&raw);
    let root =
        circle::parse(&text).map_err(|broken| format!("line {}: {}", broken.line, broken.why))?;
    let facts = circle::facts(&root);
    let mentions = circle::mentions(&text);
    Ok(Config { root, facts, mentions })
}
