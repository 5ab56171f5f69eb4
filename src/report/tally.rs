//! Counts of a report: what is open by severity, what was there before, what was filed away and
//! by whom.

use super::Redactor;
use crate::model::{Finding, Severity, Status};
use serde::Serialize;
use std::collections::BTreeMap;

/// How many findings, and at how many places.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct Count {
    /// Different secrets.
    pub(super) findings: usize,
    /// Places where they stand.
    pub(super) places: usize,
}

impl Count {
    fn add(&mut self, places: usize) {
        self.findings += usize::from(places > 0);
        self.places += places;
    }
}

/// What hid some findings, and how many.
#[derive(Debug, Clone, Serialize)]
pub(super) struct HiddenBy {
    by: String,
    #[serde(flatten)]
    count: Count,
}

/// The counts of a report. One finding can be in several of them, by its different places.
#[derive(Debug, Default, Serialize)]
pub(super) struct Tally {
    /// Open ones.
    pub(super) open: Count,
    /// Open ones by severity, findings only.
    pub(super) open_by_severity: BTreeMap<&'static str, usize>,
    /// Those that stood there before.
    pub(super) existing: Count,
    /// Those filed away, by what hid them.
    pub(super) hidden: Vec<HiddenBy>,
}

/// The severities, worst first.
pub(super) const SEVERITIES: [Severity; 4] =
    [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];

impl Tally {
    /// Counts `findings`.
    pub(super) fn of(findings: &[Finding], redactor: &Redactor) -> Self {
        let mut tally = Self {
            open_by_severity: SEVERITIES.iter().map(|s| (s.as_str(), 0)).collect(),
            ..Self::default()
        };
        let mut hidden: BTreeMap<String, Count> = BTreeMap::new();
        for finding in findings {
            tally.add(finding);
            for (by, places) in hiders(finding) {
                hidden.entry(redactor.text(by.as_bytes())).or_default().add(places);
            }
        }
        tally.hidden = hidden.into_iter().map(|(by, count)| HiddenBy { by, count }).collect();
        tally
    }

    fn add(&mut self, finding: &Finding) {
        let with = |s: &Status| finding.places.iter().filter(|p| p.status == *s).count();
        self.open.add(with(&Status::Open));
        self.existing.add(with(&Status::Existing));
        if finding.is_open() {
            *self.open_by_severity.entry(finding.severity.as_str()).or_default() += 1;
        }
    }

    /// How many of one severity are open.
    pub(super) fn open_of(&self, severity: Severity) -> usize {
        self.open_by_severity.get(severity.as_str()).copied().unwrap_or_default()
    }

    /// What hid how many findings, the word being safe to show as JSON only.
    pub(super) fn hidden(&self) -> impl Iterator<Item = (&str, usize)> {
        self.hidden.iter().map(|h| (h.by.as_str(), h.count.findings))
    }
}

fn hiders(finding: &Finding) -> BTreeMap<&str, usize> {
    let mut places = BTreeMap::new();
    for place in &finding.places {
        if let Status::Hidden { by, .. } = &place.status {
            *places.entry(by.as_str()).or_default() += 1;
        }
    }
    places
}
