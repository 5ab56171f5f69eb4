//! A sink for readings of which nothing is scanned: of commits and trees, for the sake of sites.

use super::sites::Lost;
use super::{Cache, Sink};
use crate::model::{Budget, Item, ObjectId, Origin, Skipped, Span, Unit};
use std::collections::{HashMap, HashSet};
use std::io::{self, Read};

/// Forgets everything but what could not be read.
pub(super) struct Nowhere<'a> {
    pub(super) budget: &'a Budget,
    pub(super) lost: &'a Lost,
}

impl Sink for Nowhere<'_> {
    fn declare(&self, _: Unit, _: u64) {}

    fn known(&self, _: Unit, _: ObjectId, _: &Origin) -> bool {
        true
    }

    fn scan(&self, _: Unit, _: Item<'_>) -> Option<Vec<Span>> {
        None
    }

    fn bare(&self, _: Unit, _: u64) {}

    fn spared(&self, _: Unit, _: u64) {}

    fn cache(&self) -> Option<&Cache> {
        None
    }

    fn stream(&self, _: Unit, _: Origin, _: &mut dyn Read) -> io::Result<()> {
        Ok(())
    }

    fn budget(&self) -> &Budget {
        self.budget
    }

    fn stop(&self) -> bool {
        false
    }

    fn found(&self) -> HashMap<ObjectId, Vec<Span>> {
        HashMap::new()
    }

    fn skip(&self, skipped: Skipped) {
        self.lost.skip(skipped);
    }

    fn lost(&self) -> HashSet<ObjectId> {
        HashSet::new()
    }

    fn note(&self, _: String) {}
}
