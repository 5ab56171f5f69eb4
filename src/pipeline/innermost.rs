//! A secret that is stored as it is shows at several depths: in a file of an archive, and in the
//! bytes of the archive. One of these places is told.

use crate::model::{Finding, INTO};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of the texts that were opened, by the ways to them.
#[derive(Default)]
pub(super) struct Opened {
    /// Documents, which people read as they are: a place in them is told, not one in a part.
    documents: BTreeSet<Vec<u8>>,
    /// What compressed files hold, and the way to the file, which leads on to its parts.
    contents: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Opened {
    /// The text at `way` was opened, and its parts are on the way `on`.
    pub(super) fn note(&mut self, way: &[u8], on: &[u8], is_document: bool) {
        if is_document {
            self.documents.insert(way.to_vec());
        }
        if way != on {
            self.contents.insert(way.to_vec(), on.to_vec());
        }
    }

    /// Leaves of places on one way the innermost; or the outermost in a document.
    pub(super) fn settle(&self, finding: &mut Finding) {
        let ways: BTreeSet<Vec<u8>> =
            finding.places.iter().map(|p| p.origin.inside.clone()).collect();
        if ways.len() < 2 {
            return;
        }
        let mut gone: BTreeSet<&[u8]> = BTreeSet::new();
        for way in &ways {
            let on = self.contents.get(way).unwrap_or(way);
            let mut deeper = ways.iter().filter(|d| *d != way && is_below(d, on)).peekable();
            if self.documents.contains(way) {
                gone.extend(deeper.map(Vec::as_slice));
            } else if deeper.peek().is_some() {
                gone.insert(way);
            }
        }
        finding.places.retain(|p| !gone.contains(p.origin.inside.as_slice()));
    }
}

fn is_below(way: &[u8], top: &[u8]) -> bool {
    top.is_empty() || way.strip_prefix(top).is_some_and(|rest| rest.starts_with(INTO))
}
