//! What a store holds, sorted by kind before anything is read.

use super::objects::{in_parallel, lock, unit_of};
use crate::error::Result;
use crate::git::reachable::Reachable;
use crate::git::{Gap, Kind, MAX_OBJECT, Repo};
use crate::model::{ObjectId, Reason, Shard, Unit};
use std::collections::HashSet;
use std::sync::Mutex;

/// What is smaller is read without a thought about memory.
const SMALL: u64 = 1 << 20;

/// Objects by kind, in the order in which they are best read.
#[derive(Default)]
pub(super) struct Inventory {
    pub commits: Vec<ObjectId>,
    pub tags: Vec<ObjectId>,
    pub trees: Vec<ObjectId>,
    pub blobs: Vec<ObjectId>,
    /// Objects that cannot be read. One of unknown kind counts as a blob.
    pub gaps: Vec<(ObjectId, Unit, Gap)>,
    /// Commits at which a shallow clone ends, where that is known by now.
    pub ends: Vec<ObjectId>,
    /// Those whose size must be looked at again before they are read.
    pub large: HashSet<ObjectId>,
    /// Whether the sizes of all objects were looked at.
    pub checked: bool,
}

impl Inventory {
    /// Every object of the store, by its header.
    pub fn whole(repo: &Repo) -> Result<Self> {
        let ids = repo.object_ids()?;
        let headers: Mutex<Vec<_>> = Mutex::new(ids.iter().map(|_| None).collect());
        in_parallel(repo, ids.len(), |repo, at| {
            let header = ids.get(at).map(|id| repo.header(*id));
            if let Some(slot) = lock(&headers).get_mut(at) {
                *slot = header;
            }
        })?;
        let mut all = Self { checked: true, ..Self::default() };
        let headers = headers.into_inner().unwrap_or_default();
        for (id, header) in ids.into_iter().zip(headers) {
            match header {
                // A blob may be of any size: a long one is streamed.
                Some(Ok((kind, size))) if size <= MAX_OBJECT || kind == Kind::Blob => {
                    all.list(kind).push(id);
                    if size > SMALL {
                        all.large.insert(id);
                    }
                }
                Some(Ok((kind, size))) => {
                    let gap = Gap::new(Reason::Unsupported, format!("{size} bytes are too many"));
                    all.gaps.push((id, unit_of(kind), gap));
                }
                Some(Err(gap)) => all.gaps.push((id, Unit::Blob, listed(gap))),
                None => {
                    all.gaps.push((id, Unit::Blob, Gap::new(Reason::Internal, "not looked at")))
                }
            }
        }
        Ok(all)
    }

    /// What refs and the HEADs of all work trees reach.
    pub fn reachable(repo: &Repo) -> Result<Self> {
        let reached = Reachable::list(repo, &tips(repo)?);
        let gaps = reached.gaps.into_iter().map(|(id, kind, gap)| (id, unit_of(kind), gap));
        Ok(Self {
            commits: reached.commits,
            tags: reached.tags,
            trees: reached.trees,
            blobs: reached.blobs,
            gaps: gaps.collect(),
            ends: reached.ends.into_iter().collect(),
            large: HashSet::new(),
            checked: false,
        })
    }

    /// Leaves what is in the share `shard`: blobs by their names, all else in the first.
    pub fn keep_share(&mut self, shard: Shard) {
        self.blobs.retain(|id| shard.holds_object(*id));
        if !shard.is_first() {
            let blobs = std::mem::take(&mut self.blobs);
            let large = std::mem::take(&mut self.large);
            *self = Self { blobs, large, checked: self.checked, ..Self::default() };
        }
    }

    /// What stands for all of it.
    pub fn mark(&self) -> String {
        let mut hasher = blake3::Hasher::new_derive_key("stanch 2026 objects of a split store v1");
        let mut blobs = self.blobs.clone();
        blobs.sort_unstable();
        for id in &blobs {
            hasher.update(id.as_bytes());
        }
        format!("the objects {}", hasher.finalize().to_hex().split_at(32).0)
    }

    fn list(&mut self, kind: Kind) -> &mut Vec<ObjectId> {
        match kind {
            Kind::Commit => &mut self.commits,
            Kind::Tag => &mut self.tags,
            Kind::Tree => &mut self.trees,
            Kind::Blob => &mut self.blobs,
        }
    }
}

/// What all refs and HEADs name.
pub(super) fn tips(repo: &Repo) -> Result<Vec<ObjectId>> {
    let mut tips: Vec<ObjectId> = repo.refs()?.refs.iter().map(|r| r.id).collect();
    tips.extend(repo.heads()?);
    let mut seen = HashSet::new();
    tips.retain(|id| seen.insert(*id));
    Ok(tips)
}

/// An object that the store lists is not missing, whatever its reader says.
pub(super) fn listed(gap: Gap) -> Gap {
    match gap.reason {
        Reason::Missing | Reason::Partial => Gap { reason: Reason::Corrupt, ..gap },
        _ => gap,
    }
}
