//! A sink for readings of which nothing is scanned.

use super::Sink;
use crate::model::{Item, ObjectId, Origin, Skipped, Unit};
use std::collections::HashSet;

/// Forgets everything.
pub(super) struct Nowhere;

impl Sink for Nowhere {
    fn declare(&self, _: Unit, _: u64) {}

    fn known(&self, _: Unit, _: ObjectId, _: &Origin) -> bool {
        true
    }

    fn scan(&self, _: Unit, _: Item<'_>) -> bool {
        true
    }

    fn bare(&self, _: Unit, _: u64) {}

    fn spared(&self, _: Unit, _: u64) {}

    fn cache_key(&self) -> Option<[u8; 32]> {
        None
    }

    fn found(&self) -> HashSet<ObjectId> {
        HashSet::new()
    }

    fn skip(&self, _: Skipped) {}

    fn note(&self, _: String) {}
}
