//! What became of one secret in the history of a repository.

use super::{Introduction, ObjectId, Skipped};

/// A path at which it stands or stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    /// The path.
    pub path: Vec<u8>,
    /// The version of the file that held it first.
    pub blob: ObjectId,
    /// The first commit that had it there.
    pub introduced: Option<Introduction>,
    /// Whether HEAD has it there.
    pub at_head: bool,
}

/// A ref whose history holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carrier {
    /// Full name of the ref.
    pub name: Vec<u8>,
    /// Whether the very commit that it names has it, not only one before.
    pub at_tip: bool,
}

/// What became of one secret.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trail {
    /// Who brought it in first.
    pub introduced: Option<Introduction>,
    /// The last commit before HEAD that took it out; `None` while HEAD has it, or never had it.
    pub removed: Option<Introduction>,
    /// Whether HEAD has it.
    pub at_head: bool,
    /// Every path, the oldest first.
    pub stays: Vec<Stay>,
    /// Every ref whose history holds it, sorted by name.
    pub carriers: Vec<Carrier>,
    /// Whether a reflog leads to it.
    pub in_reflog: bool,
    /// Whether there are commits that hold it and nothing leads to.
    pub is_unreachable: bool,
    /// How many commits hold it.
    pub commits: usize,
    /// What could not be read: more may be true than is told here.
    pub gaps: Vec<Skipped>,
}

impl Trail {
    /// For how many seconds it was there, up to `now` if it still is.
    pub fn exposed(&self, now: i64) -> Option<i64> {
        let end = if self.at_head { now } else { self.removed.as_ref()?.time };
        Some(end.saturating_sub(self.introduced.as_ref()?.time).max(0))
    }

    /// The remotes that are known to have it, by their remote-tracking refs.
    pub fn remotes(&self) -> Vec<&[u8]> {
        let tracked = self.carriers.iter().filter_map(|c| c.name.strip_prefix(b"refs/remotes/"));
        let mut names: Vec<&[u8]> =
            tracked.filter_map(|name| name.split(|&b| b == b'/').next()).collect();
        names.dedup();
        names
    }
}
