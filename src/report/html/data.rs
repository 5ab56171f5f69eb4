//! The findings as the page's script reads them.

use super::super::row::Row;
use super::super::{Redactor, advice};
use serde::Serialize;
use std::collections::BTreeMap;

/// Everything that the list and the pages of findings show.
#[derive(Serialize)]
pub(super) struct Data<'a> {
    rules: BTreeMap<&'a str, About<'a>>,
    rows: Vec<Entry<'a>>,
}

/// What is known of a rule.
#[derive(Serialize)]
struct About<'a> {
    name: &'a str,
    provider: &'a str,
    risk: &'a str,
    revoke: Vec<&'a str>,
    url: &'a str,
    docs: &'a str,
    misuse: &'a str,
    then: &'static str,
}

/// One secret at one place.
#[derive(Serialize)]
struct Entry<'a> {
    rule: &'a str,
    severity: &'static str,
    confidence: &'static str,
    status: &'static str,
    kind: &'static str,
    path: &'a str,
    line: u32,
    column: u32,
    commit: &'a str,
    author: String,
    day: String,
    reach: &'static str,
    fingerprint: String,
    masked: &'a str,
    text: &'a str,
    evidence: String,
    hidden: String,
    allow: String,
}

/// The data of `rows`.
pub(super) fn of<'a>(rows: &'a [Row<'a>], redactor: &Redactor) -> Data<'a> {
    let rules = rows.iter().map(|row| (&*row.rule.id, about(row))).collect();
    Data { rules, rows: rows.iter().map(|row| entry(row, redactor)).collect() }
}

fn about<'a>(row: &Row<'a>) -> About<'a> {
    let rule = row.rule;
    About {
        name: &rule.name,
        provider: if rule.provider_name.is_empty() { &rule.provider } else { &rule.provider_name },
        risk: &rule.risk,
        revoke: rule.revoke.iter().map(|step| &**step).collect(),
        url: &rule.rotate_url,
        docs: &rule.docs,
        misuse: &rule.misuse,
        then: if advice::is_habit(rule) { "" } else { advice::THEN },
    }
}

fn entry<'a>(row: &'a Row<'_>, redactor: &Redactor) -> Entry<'a> {
    let (author, day) = row.introduced(redactor).unwrap_or_default();
    let hidden = row.hidden.as_ref().map_or(String::new(), |(by, why)| format!("{by}: {why}"));
    Entry {
        rule: &row.rule.id,
        severity: row.finding.severity.as_str(),
        confidence: row.finding.confidence.as_str(),
        status: row.place.status.as_str(),
        kind: row.place.origin.kind.as_str(),
        path: &row.path,
        line: row.line(),
        column: row.column(),
        commit: row.commit.as_deref().unwrap_or_default(),
        author,
        day,
        reach: row.place.reach.map_or("", |r| r.as_str()),
        fingerprint: row.finding.fingerprint.to_string(),
        masked: &row.masked,
        text: &row.line_text,
        evidence: row.evidence(redactor),
        hidden,
        allow: advice::allow(row.rule, row.finding),
    }
}
