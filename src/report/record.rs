//! The words of the JSON formats, the same in `json` and `jsonl`. `docs/report-schema.md`
//! describes them; a change that takes a word away or changes its sense needs a new [`SCHEMA`].

use super::tally::Tally;
use super::{Redactor, Report, date};
use crate::model::{Asked, Count, Finding, Ledger, Part, Place, Skipped, Status};
use serde::Serialize;
use std::collections::BTreeMap;

/// Name and version of the form.
pub(super) const SCHEMA: &str = "stanch-report/1";

/// A finding, without its places.
#[derive(Debug, Serialize)]
pub(super) struct Head<'a> {
    rule_id: &'a str,
    name: &'a str,
    provider: &'a str,
    severity: &'static str,
    confidence: &'static str,
    fingerprint: String,
    masked: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_base64: Option<String>,
    evidence: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    live: Option<Live>,
    #[serde(skip_serializing_if = "Option::is_none")]
    more_places: Option<u64>,
}

impl<'a> Head<'a> {
    /// Of `finding`.
    pub(super) fn of(finding: &Finding, report: &Report<'a>, redactor: &Redactor) -> Self {
        let rule = report.rules.get(finding.rule);
        let shown = report.show_secrets.then(|| finding.secret.expose());
        Self {
            rule_id: &rule.id,
            name: &rule.name,
            provider: &rule.provider,
            severity: finding.severity.as_str(),
            confidence: finding.confidence.as_str(),
            fingerprint: finding.fingerprint.to_string(),
            masked: finding.secret.masked(),
            secret: shown.map(|s| String::from_utf8_lossy(s).into_owned()),
            secret_base64: shown.and_then(base64_unless_text),
            evidence: finding.evidence.iter().map(|e| redactor.text(e.as_bytes())).collect(),
            live: finding.asked.as_deref().map(|asked| Live::of(asked, redactor)),
            more_places: Some(finding.more).filter(|n| *n > 0),
        }
    }
}

/// What the service said, if it was asked.
#[derive(Debug, Serialize)]
struct Live {
    verdict: &'static str,
    why: String,
    host: String,
    identity: BTreeMap<String, String>,
}

impl Live {
    fn of(asked: &Asked, redactor: &Redactor) -> Self {
        let line = |text: &str| redactor.line(text.as_bytes());
        Self {
            verdict: asked.verdict.as_str(),
            why: line(&asked.why),
            host: line(&asked.host),
            identity: asked.identity.iter().map(|(n, v)| (n.clone(), line(v))).collect(),
        }
    }
}

/// A place of a finding.
#[derive(Debug, Serialize)]
pub(super) struct Spot<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressed_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repository: Option<String>,
    kind: &'static str,
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_base64: Option<String>,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    commit: Option<String>,
    object: Option<String>,
    author: Option<String>,
    date: Option<String>,
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<u32>,
    reach: Option<&'static str>,
    decoded: &'a [&'static str],
    line_text: String,
}

impl<'a> Spot<'a> {
    /// Of `place`.
    pub(super) fn of(place: &'a Place, redactor: &Redactor) -> Self {
        let path = place.origin.path.as_deref().map(|p| redactor.bytes(p));
        let introduced = place.introduced.as_ref();
        let commit = place.origin.commit.or(introduced.map(|i| i.commit));
        let (suppressed_by, why) = suppression(&place.status, redactor);
        Self {
            status: place.status.as_str(),
            suppressed_by,
            why,
            repository: place.origin.repository.as_ref().map(|r| redactor.text(r.as_bytes())),
            kind: place.origin.kind.as_str(),
            path: path.as_deref().map(|p| String::from_utf8_lossy(p).into_owned()),
            path_base64: path.as_deref().and_then(base64_unless_text),
            line: place.line,
            column: place.column,
            end_line: place.end_line,
            end_column: place.end_column,
            commit: commit.map(|c| c.to_string()),
            object: place.origin.object.map(|o| o.to_string()),
            author: introduced.map(|i| redactor.text(&i.author)),
            date: introduced.and_then(|i| date::iso(i.time)),
            subject: introduced.map(|i| redactor.text(&i.summary)),
            order: introduced.and_then(|i| i.order),
            reach: place.reach.map(|r| r.as_str()),
            decoded: &place.decoded,
            line_text: String::from_utf8_lossy(&redactor.excerpt(&place.excerpt).text).into(),
        }
    }
}

fn suppression(status: &Status, redactor: &Redactor) -> (Option<String>, Option<String>) {
    match status {
        Status::Hidden { by, why } => {
            (Some(redactor.text(by.as_bytes())), Some(redactor.text(why.as_bytes())))
        }
        Status::Open | Status::Existing => (None, None),
    }
}

fn base64_unless_text(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes).is_err().then(|| data_encoding::BASE64.encode(bytes))
}

/// A finding with its places.
#[derive(Debug, Serialize)]
pub(super) struct Entry<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    places: Vec<Spot<'a>>,
}

impl<'a> Entry<'a> {
    /// Of `finding`.
    pub(super) fn of(finding: &'a Finding, report: &Report<'a>, redactor: &Redactor) -> Self {
        Self {
            head: Head::of(finding, report, redactor),
            places: finding.places.iter().map(|p| Spot::of(p, redactor)).collect(),
        }
    }
}

/// What the report of a shard says beside.
#[derive(Debug, Serialize)]
struct Share<'a> {
    number: u32,
    of: u32,
    whole: &'a str,
    listed: Vec<String>,
    least: &'static str,
    unsure: Vec<Entry<'a>>,
}

impl<'a> Share<'a> {
    fn of(part: &'a Part, report: &Report<'a>, redactor: &Redactor) -> Self {
        let strict = report.strict_redactor();
        Self {
            number: part.shard.number(),
            of: part.shard.of(),
            whole: &part.whole,
            listed: part.listed.iter().map(|name| redactor.text(name.as_bytes())).collect(),
            least: report.least.as_str(),
            unsure: report.unsure.iter().map(|f| Entry::of(f, report, &strict)).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_set: Option<String>,
}

/// All that is said about the run as a whole.
#[derive(Debug, Serialize)]
pub(super) struct Summary<'a> {
    schema: &'static str,
    tool: Tool,
    scope: String,
    exit_code: u8,
    complete: bool,
    seconds: f64,
    #[serde(flatten)]
    tally: Tally,
    below: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    shard: Option<Share<'a>>,
    ledger: Account,
}

impl<'a> Summary<'a> {
    /// Of `report`.
    pub(super) fn of(report: &Report<'a>, redactor: &Redactor) -> Self {
        Self {
            schema: SCHEMA,
            tool: Tool {
                name: "stanch",
                version: env!("CARGO_PKG_VERSION"),
                rule_set: Some(report.rule_set.clone()).filter(|v| !v.is_empty()),
            },
            scope: redactor.text(report.scope.as_bytes()),
            exit_code: report.exit_code,
            complete: report.ledger.is_complete(),
            seconds: (report.seconds * 1000.0).round() / 1000.0,
            tally: Tally::of(report.findings, redactor),
            below: report.below,
            shard: report.part.map(|part| Share::of(part, report, redactor)),
            ledger: Account::of(report.ledger, redactor),
        }
    }
}

#[derive(Debug, Serialize)]
struct Account {
    counts: BTreeMap<&'static str, Counts>,
    bytes: u64,
    gaps: usize,
    skipped: Vec<Gap>,
    accepted: Vec<&'static str>,
    unbalanced: Vec<&'static str>,
    notes: Vec<String>,
}

impl Account {
    fn of(ledger: &Ledger, redactor: &Redactor) -> Self {
        let mut skipped: Vec<&Skipped> = ledger.skipped.iter().collect();
        skipped.sort();
        Self {
            counts: ledger.counts.iter().map(|(u, c)| (u.plural(), (*c).into())).collect(),
            bytes: ledger.bytes,
            gaps: ledger.gaps().count(),
            skipped: skipped.into_iter().map(|s| Gap::of(s, ledger, redactor)).collect(),
            accepted: ledger.accepted.iter().map(|r| r.as_str()).collect(),
            unbalanced: ledger.unbalanced().into_iter().map(|u| u.plural()).collect(),
            notes: ledger.notes.iter().map(|n| redactor.text(n.as_bytes())).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct Counts {
    scope: u64,
    scanned: u64,
    known: u64,
    skipped: u64,
}

impl From<Count> for Counts {
    fn from(c: Count) -> Self {
        Self { scope: c.scope, scanned: c.scanned, known: c.known, skipped: c.skipped }
    }
}

#[derive(Debug, Serialize)]
struct Gap {
    reason: &'static str,
    unit: Option<&'static str>,
    what: String,
    detail: String,
    gap: bool,
}

impl Gap {
    fn of(skipped: &Skipped, ledger: &Ledger, redactor: &Redactor) -> Self {
        Self {
            reason: skipped.reason.as_str(),
            unit: skipped.unit.map(|u| u.plural()),
            what: redactor.text(skipped.what.as_bytes()),
            detail: redactor.text(skipped.detail.as_bytes()),
            gap: skipped.reason.is_gap() && !ledger.accepted.contains(&skipped.reason),
        }
    }
}
