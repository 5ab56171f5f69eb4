//! Cuts the blobs of a pack in shares of about the same work: each is a stretch of the delta
//! forest, so that nearly all of what a share has to decode is its own.

use super::forest::Pack;
use crate::git::Kind;
use crate::model::Shard;

/// What an object costs besides its bytes.
const EACH: u64 = 64;

impl Pack {
    /// The positions in the index of what is in the share `shard`, sorted. The first takes all
    /// that is no blob as well.
    pub fn share(&self, shard: Shard) -> Vec<u32> {
        let blobs = self.blobs();
        let all: u64 = blobs.iter().map(|(_, cost)| cost).sum();
        let mut share = Vec::new();
        let mut at = 0;
        for (object, cost) in blobs {
            if shard.holds_at(at, all) {
                share.push(self.position(object));
            }
            at += cost;
        }
        if shard.is_first() {
            let others = (0..self.len()).filter(|&i| self.kind(i) != Some(Kind::Blob));
            share.extend(others.map(|i| self.position(i)));
        }
        share.sort_unstable();
        share
    }

    /// Every blob, depth first in the order of the pack, with about the work that it makes.
    fn blobs(&self) -> Vec<(u32, u64)> {
        let is_root = |&i: &u32| self.parent(i).is_none() && self.kind(i) == Some(Kind::Blob);
        let mut blobs = Vec::new();
        let mut todo = Vec::new();
        for root in (0..self.len()).filter(is_root) {
            let size = self.entry(root).map_or(0, |(entry, _)| entry.size);
            todo.push(root);
            while let Some(object) = todo.pop() {
                let stored = self.entry(object).map_or(0, |(_, deflated)| deflated.len() as u64);
                // What is stored is inflated and looked at; the rest is only copied.
                let cost = stored.saturating_mul(4).saturating_add(size / 8).min(1 << 40);
                blobs.push((object, EACH + cost));
                todo.extend(self.children_of(object).iter().rev());
            }
        }
        blobs
    }
}
