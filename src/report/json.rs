//! One JSON document: a finding holds its places.

use super::record::{Entry, Summary};
use super::{Format, Report, safe_json};
use serde::Serialize;
use std::io::{self, Write};

/// The format `json`.
pub(super) struct Json;

#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    summary: Summary<'a>,
    findings: Vec<Entry<'a>>,
}

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn about(&self) -> &'static str {
        "one JSON document: every secret with its places, and the account of the run"
    }

    fn write(&self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        let redactor = report.redactor();
        let document = Document {
            summary: Summary::of(report, &redactor),
            findings: report.findings.iter().map(|f| Entry::of(f, report, &redactor)).collect(),
        };
        safe_json::document(&document, out)
    }
}
