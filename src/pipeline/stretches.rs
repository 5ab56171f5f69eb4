//! Stretches around changes that were scanned before, and what was found in them. Each version of
//! a file that holds a secret has the stretch around it once more.

use super::barren::Barren;
use super::layers::Sighting;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many stretches in which something was found are remembered, and most that is in one.
const KEPT: usize = 1 << 12;
const MOST: usize = 16;

/// The stretches that were scanned last.
#[derive(Default)]
pub(super) struct Stretches {
    barren: Barren,
    fruitful: Mutex<HashMap<u64, Arc<[Sighting]>>>,
}

impl Stretches {
    /// What stands for `text`.
    pub(super) fn mark(&self, text: &[u8]) -> u64 {
        self.barren.mark(text)
    }

    /// What was found in the stretch of this mark, if it is known.
    pub(super) fn known(&self, mark: u64) -> Option<Option<Arc<[Sighting]>>> {
        if self.barren.has(mark) {
            return Some(None);
        }
        self.fruitful().get(&mark).map(|found| Some(Arc::clone(found)))
    }

    /// From here on it is known what was found there.
    pub(super) fn add(&self, mark: u64, found: &[Sighting]) {
        if found.is_empty() {
            self.barren.add(mark);
        } else if found.len() <= MOST {
            let mut fruitful = self.fruitful();
            if fruitful.len() >= KEPT {
                fruitful.clear();
            }
            fruitful.insert(mark, found.into());
        }
    }

    fn fruitful(&self) -> MutexGuard<'_, HashMap<u64, Arc<[Sighting]>>> {
        self.fruitful.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Confidence, Secret, Severity, Span};
    use crate::verify::{Judged, Judgement};

    #[test]
    fn what_was_found_in_a_stretch_is_known_and_that_nothing_was() {
        let (confidence, severity) = (Confidence::High, Severity::High);
        let judgement = Judgement { confidence, severity, evidence: Vec::new(), traits: None };
        let judged = Judged { rule: 0, secret: Span::new(3, 7), judgement };
        let one = Sighting::plain(judged, Secret::new(b"abcd"));
        let stretches = Stretches::default();
        let marks = [&b"barren"[..], b"fruitful", b"full"].map(|text| stretches.mark(text));
        assert!(marks.iter().all(|mark| stretches.known(*mark).is_none()));
        stretches.add(marks[0], &[]);
        stretches.add(marks[1], std::slice::from_ref(&one));
        stretches.add(marks[2], &vec![one.clone(); MOST + 1]);
        assert!(stretches.known(marks[0]).is_some_and(|found| found.is_none()));
        let found = stretches.known(marks[1]).flatten().unwrap_or_else(|| [].into());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].clone().moved(10).judged.secret, Span::new(13, 17));
        assert!(stretches.known(marks[2]).is_none());
    }
}
