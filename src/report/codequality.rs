//! GitLab's Code Quality report, which every edition of GitLab shows in a merge request.

use super::row::{self, Row};
use super::{Format, Redactor, Report, advice, safe_json};
use crate::model::Severity;
use serde::Serialize;
use std::collections::HashMap;
use std::io::{self, Write};

/// The format `codequality`.
pub(super) struct CodeQuality;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

impl Format for CodeQuality {
    fn name(&self) -> &'static str {
        "codequality"
    }

    fn about(&self) -> &'static str {
        "Code Quality report of GitLab (open findings only); holds no secret"
    }

    fn write(&self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        let redactor = Redactor::new(report.findings, report.rules, false);
        let rows = row::all(report, &redactor);
        let mut counts = HashMap::new();
        let open = rows.iter().filter(|r| r.is_open());
        let issues: Vec<Issue<'_>> = open.map(|row| issue(row, &mut counts)).collect();
        safe_json::document(&issues, out)
    }
}

fn issue<'a>(row: &Row<'a>, counts: &mut HashMap<String, usize>) -> Issue<'a> {
    Issue {
        description: format!("{}. {}", row.title(), advice::first(row.rule)),
        check_name: &row.rule.id,
        fingerprint: fingerprint(row, counts),
        severity: severity(row.finding.severity),
        location: Location {
            path: row.path.clone(),
            lines: Lines { begin: row.line(), end: row.end_line() },
        },
    }
}

/// GitLab shows one of several issues with equal fingerprints only. Lines are no part of it, so
/// that an issue stays the same one when text above it changes.
fn fingerprint(row: &Row<'_>, counts: &mut HashMap<String, usize>) -> String {
    let same = format!("{}\0{}\0{}", row.finding.fingerprint, row.rule.id, row.path);
    let nth = counts.entry(same.clone()).or_default();
    *nth += 1;
    let hash = blake3::hash(format!("{same}\0{nth}").as_bytes());
    hash.to_hex().chars().take(32).collect()
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
    }
}
