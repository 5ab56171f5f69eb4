//! One JSON document: a finding holds its places.

use super::record::{Head, Spot, Summary};
use super::{Format, Redactor, Report, safe_json};
use crate::model::Finding;
use serde::Serialize;
use std::io::{self, Write};

/// The format `json`.
pub(super) struct Json;

#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    summary: Summary,
    findings: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    places: Vec<Spot<'a>>,
}

impl<'a> Entry<'a> {
    fn of(finding: &'a Finding, report: &Report<'a>, redactor: &Redactor) -> Self {
        Self {
            head: Head::of(finding, report, redactor),
            places: finding.places.iter().map(|p| Spot::of(p, redactor)).collect(),
        }
    }
}

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn about(&self) -> &'static str {
        "one JSON document: every secret with its places, and the account of the run"
    }

    fn write(&self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        let redactor = Redactor::new(report.findings, report.rules, report.show_secrets);
        let document = Document {
            summary: Summary::of(report, &redactor),
            findings: report.findings.iter().map(|f| Entry::of(f, report, &redactor)).collect(),
        };
        safe_json::document(&document, out)
    }
}
