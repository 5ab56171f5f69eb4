//! What is found in one text, within bounds: one secret may stand in it a million times.

use super::gather::{Found, merge};
use crate::model::{Confidence, Finding, Fingerprint, Span, Status};
use std::collections::HashMap;

/// How many places of one secret are kept of one text, of those that are open and of those that
/// a comment hides. The others are counted.
pub(super) const PLACES: u32 = 1000;

/// Something packed that stood in a text in letters.
pub(super) struct Wrapped {
    /// Whether it goes on behind what is at hand.
    pub(super) cut: bool,
    /// The line of the text on which it begins.
    pub(super) line: u32,
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
}

/// So many bytes of what is packed in one text are kept.
const PACKED: usize = 32 << 20;

/// The findings of one text.
pub(super) struct Kept {
    found: HashMap<Fingerprint, Finding>,
    /// How many places of each are kept: open ones, others.
    places: HashMap<Fingerprint, [u32; 2]>,
    least: Confidence,
    room: usize,
    /// The part of the room that findings less sure than `least` leave to others.
    reserve: usize,
    unlisted: u64,
    /// Whether something in the text was left encoded.
    pub(super) cut: bool,
    /// What is packed in the text in letters.
    pub(super) packed: Vec<Wrapped>,
    /// Some more of it was not kept.
    pub(super) overfull: bool,
}

impl Kept {
    /// Keeps about `room` bytes of findings; those that are less sure than `least`, which are
    /// only counted in the end, leave half of that to others.
    pub(super) fn new(room: usize, least: Confidence) -> Self {
        let (found, places) = (HashMap::new(), HashMap::new());
        let (packed, overfull, cut) = (Vec::new(), false, false);
        Self { found, places, least, room, reserve: room / 2, unlisted: 0, cut, packed, overfull }
    }

    /// Keeps something packed, to be opened.
    pub(super) fn put_by(&mut self, new: Wrapped) {
        let held: usize = self.packed.iter().map(|w| w.bytes.len()).sum();
        match held + new.bytes.len() <= PACKED {
            true => self.packed.push(new),
            false => self.overfull = true,
        }
    }

    /// Adds a finding at one place. Whatever is left out, of each secret at least one open place
    /// stays, since that is what the verdict hangs on.
    pub(super) fn add(&mut self, mut finding: Finding) {
        let open = finding.places.iter().any(|p| p.status == Status::Open);
        let known = self.found.contains_key(&finding.fingerprint);
        if !known && !self.has_room(finding.confidence) {
            self.unlisted += u64::from(finding.confidence >= self.least);
            return;
        }
        let full = !self.has_room(finding.confidence);
        let [opens, others] = self.places.entry(finding.fingerprint).or_default();
        let places = if open { opens } else { others };
        if *places >= if full { 1 } else { PLACES } {
            finding.more += std::mem::take(&mut finding.places).len() as u64;
        } else {
            *places += 1;
            self.room = self.room.saturating_sub(weight(&finding));
        }
        merge(&mut self.found, finding);
    }

    /// Adds everything that was found in a part.
    pub(super) fn take(&mut self, found: Found) {
        self.cut |= found.cut;
        self.unlisted += found.unlisted;
        self.overfull |= found.overfull;
        found.packed.into_iter().for_each(|w| self.put_by(w));
        for mut finding in found.findings {
            let more = std::mem::take(&mut finding.more);
            for place in std::mem::take(&mut finding.places) {
                self.add(Finding { places: vec![place], ..finding.clone() });
            }
            if let Some(kept) = self.found.get_mut(&finding.fingerprint) {
                kept.more += more;
            }
        }
    }

    fn has_room(&self, confidence: Confidence) -> bool {
        let reserve = if confidence < self.least { self.reserve } else { 0 };
        self.room > reserve
    }

    /// Everything that was kept; `secrets` as in [`Found`].
    pub(super) fn finish(self, secrets: Option<Vec<Span>>) -> Found {
        let Self { found, unlisted, cut, packed, overfull, .. } = self;
        let findings = found.into_values().collect();
        Found { findings, unlisted, cut, gaps: Vec::new(), secrets, packed, overfull }
    }
}

/// About how much memory a finding takes.
fn weight(finding: &Finding) -> usize {
    let of_places: usize = finding
        .places
        .iter()
        .map(|p| {
            size_of_val(p) + p.excerpt.text.len() + p.origin.path.as_ref().map_or(0, Vec::len)
        })
        .sum();
    let evidence: usize = finding.evidence.iter().map(|e| size_of_val(e) + e.len()).sum();
    size_of_val(finding) + finding.secret.expose().len() + evidence + of_places
}
