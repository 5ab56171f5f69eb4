//! GitLab's secret detection report, version 15.2 of its schema.

use super::row::{self, Row};
use super::{Format, Redactor, Report, advice, date, safe_json};
use crate::model::{Severity, Status};
use serde::Serialize;
use std::collections::HashMap;
use std::io::{self, Write};

/// The format `gitlab`.
pub(super) struct Gitlab;

/// The version of GitLab's schema that is followed.
const SCHEMA: &str = "15.2.1";
/// Longest name, and longest advice, that GitLab takes.
const NAME: usize = 255;
const SOLUTION: usize = 7000;
/// What stands where no commit is known.
const NO_COMMIT: &str = "0000000000000000000000000000000000000000";

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    scan: Scan,
    vulnerabilities: Vec<Vulnerability<'a>>,
}

#[derive(Serialize)]
struct Scan {
    analyzer: Tool,
    scanner: Tool,
    start_time: String,
    end_time: String,
    status: &'static str,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    messages: Vec<Message>,
}

#[derive(Serialize)]
struct Tool {
    id: &'static str,
    name: &'static str,
    url: &'static str,
    version: &'static str,
    vendor: Vendor,
}

#[derive(Serialize)]
struct Vendor {
    name: &'static str,
}

#[derive(Serialize)]
struct Message {
    level: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Vulnerability<'a> {
    id: String,
    name: String,
    description: String,
    severity: &'static str,
    solution: String,
    identifiers: Vec<Identifier<'a>>,
    location: Location,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flags: Vec<Flag>,
}

#[derive(Serialize)]
struct Identifier<'a> {
    r#type: &'static str,
    name: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct Location {
    file: String,
    commit: Commit,
    start_line: u32,
    end_line: u32,
}

#[derive(Serialize)]
struct Commit {
    sha: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
}

#[derive(Serialize)]
struct Flag {
    r#type: &'static str,
    origin: &'static str,
    description: String,
}

impl Format for Gitlab {
    fn name(&self) -> &'static str {
        "gitlab"
    }

    fn about(&self) -> &'static str {
        "secret detection report of GitLab; holds no secret, even with --show-secrets"
    }

    fn write(&self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        let redactor = Redactor::new(report.findings, report.rules, false);
        let rows = row::all(report, &redactor);
        // What stood there before the change is not this change's, and GitLab knows it already.
        let told = rows.iter().filter(|r| r.place.status != Status::Existing);
        let mut counts = HashMap::new();
        let document = Document {
            version: SCHEMA,
            scan: scan(report, &redactor),
            vulnerabilities: told.map(|r| vulnerability(r, &redactor, &mut counts)).collect(),
        };
        safe_json::document(&document, out)
    }
}

fn scan(report: &Report<'_>, redactor: &Redactor) -> Scan {
    let tool = || Tool {
        id: "stanch",
        name: "stanch",
        url: env!("CARGO_PKG_REPOSITORY"),
        version: env!("CARGO_PKG_VERSION"),
        vendor: Vendor { name: "stanch" },
    };
    let gap = |s: &crate::model::Skipped| Message {
        level: "warn",
        value: format!("not read ({}): {}", s.reason.as_str(), redactor.line(s.what.as_bytes())),
    };
    Scan {
        analyzer: tool(),
        scanner: tool(),
        start_time: time(report.when),
        end_time: time(report.when.saturating_add(report.seconds.max(0.0).ceil() as i64)),
        status: if report.ledger.is_complete() { "success" } else { "failure" },
        r#type: "secret_detection",
        messages: report.ledger.gaps().map(gap).collect(),
    }
}

/// GitLab wants no zone and no fraction.
fn time(seconds: i64) -> String {
    let text = date::iso(seconds).unwrap_or_else(|| "1970-01-01T00:00:00Z".into());
    text.trim_end_matches('Z').to_owned()
}

fn vulnerability<'a>(
    row: &Row<'a>,
    redactor: &Redactor,
    counts: &mut HashMap<String, usize>,
) -> Vulnerability<'a> {
    let rule = row.rule;
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    let solution = advice::whole(rule);
    Vulnerability {
        id: uuid(row, counts),
        name: cut(&rule.name, NAME),
        description: format!("{} ({}). {}", row.title(), row.masked, rule.risk),
        severity: severity(row.finding.severity),
        solution: cut(&solution, SOLUTION),
        identifiers: vec![Identifier {
            r#type: "stanch_rule_id",
            name: &rule.id,
            value: &rule.id,
        }],
        location: location(row, redactor),
        flags: flags(row),
    }
}

fn location(row: &Row<'_>, redactor: &Redactor) -> Location {
    let (author, day) = row.introduced(redactor).unzip();
    let sha = row.commit.clone().unwrap_or_else(|| NO_COMMIT.into());
    Location {
        file: row.path.clone(),
        commit: Commit { sha, author, date: day.filter(|d| !d.is_empty()) },
        start_line: row.line(),
        end_line: row.end_line(),
    }
}

fn flags(row: &Row<'_>) -> Vec<Flag> {
    let flag = |(by, why): &(String, String)| Flag {
        r#type: "flagged-as-likely-false-positive",
        origin: "stanch",
        description: format!("hidden by {by}: {why}"),
    };
    row.hidden.iter().map(flag).collect()
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
    }
}

/// A UUID (version 8: made by a rule of one's own) that the same place has in every run.
fn uuid(row: &Row<'_>, counts: &mut HashMap<String, usize>) -> String {
    let commit = row.commit.as_deref().unwrap_or_default();
    let same = format!("{}\0{}\0{commit}", row.finding.fingerprint, row.path);
    let nth = counts.entry(same.clone()).or_default();
    *nth += 1;
    let hash = blake3::hash(format!("{same}\0{nth}").as_bytes()).to_hex().to_string();
    let part = |from: usize, to: usize| hash.get(from..to).unwrap_or_default();
    format!("{}-{}-8{}-a{}-{}", part(0, 8), part(8, 12), part(12, 15), part(15, 18), part(18, 30))
}
