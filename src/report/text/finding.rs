//! One secret: its head, its line, and the notes below it.

use super::super::{advice, place};
use super::excerpt;
use super::page::{Page, Style};
use crate::model::{Finding, Place, Status, display_path};
use crate::rule::Rule;
use std::io;

/// How many places of one secret are named.
const PLACES: usize = 8;

/// Writes an open finding.
pub(super) fn write(page: &mut Page<'_, '_>, finding: &Finding) -> io::Result<()> {
    let rule = page.report.rules.get(finding.rule);
    let open = finding.places.iter().find(|p| p.status == Status::Open);
    let Some(first) = open.or(finding.places.first()) else { return Ok(()) };
    let pad = first.line.to_string().len();
    head(page, finding, rule)?;
    let arrow = page.paint(Style::Blue, "-->");
    let at = place::located(first, &page.redactor);
    page.line(&format!("{:pad$}{arrow} {at}", ""))?;
    excerpt::write(page, first, pad, &beneath(first))?;
    for text in other_places(page, finding, first) {
        page.fact(pad, "also at", &text)?;
    }
    for (label, text) in facts(page, finding, first) {
        page.note(pad, label, &text)?;
    }
    advise(page, finding, rule, pad)?;
    page.line("")
}

fn head(page: &mut Page<'_, '_>, finding: &Finding, rule: &Rule) -> io::Result<()> {
    let severity = format!("{}[{}]", finding.severity.as_str(), rule.id);
    let severity = page.paint(Style::of(finding.severity), &severity);
    let name = page.paint(Style::Bold, &format!(": {}", display_path(rule.name.as_bytes())));
    page.line(&format!("{severity}{name}"))
}

/// What stands behind the carets.
fn beneath(place: &Place) -> String {
    let mut words = Vec::new();
    if place.end_line > place.line {
        words.push(format!("goes on to line {}", place.end_line));
    }
    if !place.decoded.is_empty() {
        words.push(format!("written as {}", place.decoded.join(", then ")));
    }
    words.join("; ")
}

fn facts(page: &Page<'_, '_>, finding: &Finding, first: &Place) -> Vec<(&'static str, String)> {
    let redactor = &page.redactor;
    let mut notes = Vec::new();
    let still = place::still(finding);
    if !still.is_empty() {
        notes.push(("where", still));
    }
    if let Some(by) = &first.introduced {
        notes.push(("introduced", place::introduced(by, redactor)));
    }
    let mut sure = finding.confidence.as_str().to_owned();
    if !finding.evidence.is_empty() {
        let evidence: Vec<String> =
            finding.evidence.iter().map(|e| redactor.line(e.as_bytes())).collect();
        sure = format!("{sure}: {}", evidence.join("; "));
    }
    notes.push(("confidence", sure));
    if let Some(asked) = &finding.asked {
        notes.push(("asked", redactor.line(asked.sentence().as_bytes())));
    }
    notes
}

fn other_places(page: &Page<'_, '_>, finding: &Finding, first: &Place) -> Vec<String> {
    let others: Vec<&Place> = finding.places.iter().filter(|p| !std::ptr::eq(*p, first)).collect();
    let named = |p: &&Place| {
        let filed = place::filed(&p.status, &page.redactor);
        format!("{}{filed}", place::located(p, &page.redactor))
    };
    let mut lines: Vec<String> = others.iter().take(PLACES).map(named).collect();
    let more = others.len().saturating_sub(PLACES) as u64 + finding.more;
    if more > 0 {
        lines.push(format!("and {more} more places"));
    }
    lines
}

/// Advice about a rule is given once; later findings point to it.
fn advise(page: &mut Page<'_, '_>, finding: &Finding, rule: &Rule, pad: usize) -> io::Result<()> {
    if advice::is_habit(rule) {
        return advise_habit(page, finding, rule, pad);
    }
    if !page.advised.insert(finding.rule) {
        let more = format!("revoke it, as above; see `stanch explain {}`", rule.id);
        return page.note(pad, "help", &more);
    }
    page.note(pad, "risk", &rule.risk)?;
    page.note(pad, "revoke first", &advice::revoke(rule))?;
    page.note(pad, "then", advice::THEN)?;
    page.note(pad, "if it is false", &advice::allow(rule, finding))
}

/// Advice about a habit: nothing is to be revoked unless its mending says so.
fn advise_habit(
    page: &mut Page<'_, '_>,
    finding: &Finding,
    rule: &Rule,
    pad: usize,
) -> io::Result<()> {
    if !page.advised.insert(finding.rule) {
        return page.note(pad, "fix", "as above");
    }
    page.note(pad, "risk", &rule.risk)?;
    page.note(pad, "fix", &advice::revoke(rule))?;
    page.note(pad, "if it is fine", &advice::allow(rule, finding))
}

/// Writes a line for each place that was filed away or stood there before.
pub(super) fn write_filed(page: &mut Page<'_, '_>) -> io::Result<()> {
    let findings = page.report.findings;
    let mut any = false;
    for finding in findings {
        let rule = page.report.rules.get(finding.rule);
        for place in finding.places.iter().filter(|p| p.status != Status::Open) {
            let at = place::located(place, &page.redactor);
            let why = place::filed(&place.status, &page.redactor);
            let word = page.paint(Style::Low, "filed away");
            page.line(&format!("{word}[{}]: {at}{why}", rule.id))?;
            any = true;
        }
    }
    if any { page.line("") } else { Ok(()) }
}
