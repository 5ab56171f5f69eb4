//! Where blobs stand, and what could not be read on the way to there.

use super::inventory::listed;
use super::known::KnownSite;
use super::objects::lock;
use crate::git::numbers::Numbers;
use crate::git::{Gap, Repo};
use crate::model::{Introduction, ObjectId, Reach, Reason, Skipped};
use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;

/// One place where a blob stands or stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its path; `None` if no commit that was looked at holds it.
    pub path: Option<Vec<u8>>,
    /// The first commit that has it at that path.
    pub introduced: Option<Introduction>,
    /// From where that can be reached.
    pub reach: Reach,
}

/// The sites of some blobs.
#[derive(Debug, Default)]
pub struct Sites {
    /// Those of each, the nearest first.
    pub of: HashMap<ObjectId, Vec<Site>>,
    /// What could not be read, for want of which sites may be missing or lack their commit.
    pub gaps: Vec<Skipped>,
}

impl Site {
    /// That of a blob which no commit and no ref leads to.
    pub(super) fn nowhere() -> Self {
        Self { path: None, introduced: None, reach: Reach::Unreachable }
    }

    /// The sites of a blob in the form that is kept, which has no word of the commit's message.
    pub(super) fn to_known((blob, sites): (&ObjectId, &Vec<Self>)) -> Vec<KnownSite> {
        let known = |site: &Self| KnownSite {
            blob: *blob,
            path: site.path.clone(),
            commit: site.introduced.as_ref().map(|i| i.commit),
            order: site.introduced.as_ref().and_then(|i| i.order),
            reach: site.reach,
        };
        sites.iter().map(known).collect()
    }
}

/// Objects that could not be read while sites were looked for.
#[derive(Default)]
pub(super) struct Lost(Mutex<BTreeSet<Skipped>>);

impl Lost {
    /// Adds an object of the store.
    pub(super) fn add(&self, id: ObjectId, gap: Gap) {
        let Gap { reason, detail } = listed(gap);
        self.skip(Skipped { reason, unit: None, what: id.to_string(), detail });
    }

    /// Adds what a ref or HEAD names. If it is not in the store, who read that has told so; but
    /// git says the same of what it fails to read.
    pub(super) fn add_tip(&self, repo: &Repo, numbers: &Numbers, id: ObjectId, gap: Gap) {
        let absent = matches!(gap.reason, Reason::Missing | Reason::Partial);
        if !absent || !repo.is_native() && numbers.find(&id).is_some() {
            self.add(id, gap);
        }
    }

    /// Adds what a ref names and the store does not list.
    pub(super) fn absent(&self, id: ObjectId) {
        let detail = "named, but not in the store".to_owned();
        self.skip(Skipped { reason: Reason::Missing, unit: None, what: id.to_string(), detail });
    }

    /// Adds what a reading for the sake of sites could not read. It is no unit of the scan.
    pub(super) fn skip(&self, skipped: Skipped) {
        if skipped.reason.is_gap() {
            lock(&self.0).insert(Skipped { unit: None, ..skipped });
        }
    }

    /// All of them.
    pub(super) fn told(&self) -> Vec<Skipped> {
        lock(&self.0).iter().cloned().collect()
    }
}
