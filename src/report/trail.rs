//! What became of one secret, for people and for programs.

use super::{Redactor, date, safe_json};
use crate::model::{Finding, Introduction, OriginKind, Skipped, Trail};
use crate::rule::Rule;
use serde_json::{Value, json};
use std::io::{self, Write};

const DAY: i64 = 86_400;

/// A finding and what became of it.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// Its rule.
    pub rule: &'a Rule,
    /// The finding.
    pub finding: &'a Finding,
    /// What became of it.
    pub trail: &'a Trail,
    /// The present, in seconds since 1970.
    pub now: i64,
}

/// Writes it for people.
///
/// # Errors
/// If `out` cannot be written to.
pub fn trail_text(told: &Told<'_>, redactor: &Redactor, out: &mut dyn Write) -> io::Result<()> {
    let Told { rule, finding, trail, now } = *told;
    let masked = finding.secret.masked();
    writeln!(out, "{} [{}] {masked}\n  fingerprint  {}", rule.name, rule.id, finding.fingerprint)?;
    let who = |by: &Option<Introduction>| {
        by.as_ref().map_or("unknown".into(), |by| person(by, redactor))
    };
    if trail.commits == 0 {
        writeln!(out, "  introduced   no commit holds it")?;
    } else {
        writeln!(out, "  introduced   {}", who(&trail.introduced))?;
    }
    match (trail.at_head, &trail.removed) {
        (true, _) => writeln!(out, "  removed      no, HEAD has it")?,
        (false, Some(_)) => writeln!(out, "  removed      {}", who(&trail.removed))?,
        (false, None) => writeln!(out, "  removed      HEAD never had it")?,
    }
    if let Some(seconds) = trail.exposed(now) {
        let so_far = if trail.at_head { " so far" } else { "" };
        writeln!(
            out,
            "  exposed      {} days{so_far}, in {} commits",
            seconds / DAY,
            trail.commits
        )?;
    }
    for (nth, stay) in trail.stays.iter().enumerate() {
        let label = if nth == 0 { "paths" } else { "" };
        let mark = if stay.at_head { " (at HEAD)" } else { "" };
        let by = stay.introduced.as_ref().map_or(String::new(), |by| {
            format!(", since {} in {}", day(by.time), by.commit.short())
        });
        writeln!(out, "  {label:<12} {}{mark}{by}", redactor.line(&stay.path))?;
    }
    for (nth, place) in beyond_history(finding, redactor).iter().enumerate() {
        writeln!(out, "  {:<12} {place}", if nth == 0 { "also in" } else { "" })?;
    }
    for (nth, carrier) in trail.carriers.iter().enumerate() {
        let mark = if carrier.at_tip { "" } else { " (only in its history)" };
        let label = if nth == 0 { "reached by" } else { "" };
        writeln!(out, "  {label:<12} {}{mark}", redactor.line(&carrier.name))?;
    }
    let remotes: Vec<String> = trail.remotes().iter().map(|r| redactor.line(r)).collect();
    let remotes = if remotes.is_empty() {
        "no remote that this clone knows of".into()
    } else {
        remotes.join(", ")
    };
    writeln!(out, "  pushed to    {remotes}")?;
    if trail.in_reflog {
        writeln!(out, "  reflog       leads to it")?;
    }
    if trail.is_unreachable {
        writeln!(out, "  left over    in commits that nothing leads to, until git prunes them")?;
    }
    for gap in &trail.gaps {
        writeln!(out, "  not read     {}", shown(gap, redactor))?;
    }
    Ok(())
}

/// Writes it for programs.
///
/// # Errors
/// If `out` cannot be written to.
pub fn trail_json(told: &Told<'_>, redactor: &Redactor, out: &mut dyn Write) -> io::Result<()> {
    let Told { rule, finding, trail, now } = *told;
    let by = |by: &Option<Introduction>| by.as_ref().map(|by| introduction(by, redactor));
    let paths: Vec<Value> = trail
        .stays
        .iter()
        .map(|s| {
            json!({
                "path": redactor.text(&s.path),
                "blob": s.blob.to_string(),
                "introduced": by(&s.introduced),
                "at_head": s.at_head,
            })
        })
        .collect();
    let refs: Vec<Value> = trail
        .carriers
        .iter()
        .map(|c| json!({ "name": redactor.text(&c.name), "at_tip": c.at_tip }))
        .collect();
    let remotes: Vec<String> = trail.remotes().iter().map(|r| redactor.text(r)).collect();
    let value = json!({
        "schema": "stanch-where/1",
        "rule_id": &*rule.id,
        "fingerprint": finding.fingerprint.to_string(),
        "introduced": by(&trail.introduced),
        "removed": by(&trail.removed),
        "at_head": trail.at_head,
        "exposed_seconds": trail.exposed(now),
        "commits": trail.commits,
        "paths": paths,
        "also_in": beyond_history(finding, redactor),
        "refs": refs,
        "remotes": remotes,
        "reflog": trail.in_reflog,
        "unreachable": trail.is_unreachable,
        "not_read": trail.gaps.iter().map(|gap| shown(gap, redactor)).collect::<Vec<_>>(),
    });
    safe_json::document(&value, out)
}

/// An object that could not be read, and why.
fn shown(gap: &Skipped, redactor: &Redactor) -> String {
    redactor.line(format!("{} {}: {}", gap.reason.as_str(), gap.what, gap.detail).as_bytes())
}

/// Places that are in no commit's tree.
fn beyond_history(finding: &Finding, redactor: &Redactor) -> Vec<String> {
    let mut places: Vec<String> = Vec::new();
    for place in &finding.places {
        let path = place.origin.path.as_deref().map(|p| redactor.line(p)).unwrap_or_default();
        let commit = place.origin.commit.map(|id| id.short()).unwrap_or_default();
        places.extend(match place.origin.kind {
            OriginKind::WorkTree => Some(format!("the work tree: {path}:{}", place.line)),
            OriginKind::Index => Some(format!("the index: {path}:{}", place.line)),
            OriginKind::Message => Some(format!("the message of {commit}")),
            OriginKind::Name => Some("the name of a file".to_owned()),
            _ => None,
        });
    }
    places.sort();
    places.dedup();
    places
}

fn person(by: &Introduction, redactor: &Redactor) -> String {
    let (author, subject) = (redactor.line(&by.author), redactor.line(&by.summary));
    format!("{} by {author} in commit {}: {subject}", day(by.time), by.commit.short())
}

fn introduction(by: &Introduction, redactor: &Redactor) -> Value {
    json!({
        "commit": by.commit.to_string(),
        "author": redactor.text(&by.author),
        "date": date::iso(by.time),
        "subject": redactor.text(&by.summary),
    })
}

fn day(seconds: i64) -> String {
    date::day(seconds).unwrap_or_else(|| "an impossible date".into())
}
