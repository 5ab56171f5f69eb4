//! The end of the report: what was found, what was read, what was not.

use super::super::advice;
use super::super::figures::{bytes, count, counted, duration};
use super::super::tally::{SEVERITIES, Tally};
use super::page::{Page, Style};
use crate::model::{Ledger, Reason, Skipped, Unit, display_path};
use std::io;

/// How many things that were not read are named for each reason.
const NAMED: usize = 3;

/// Writes the summary.
pub(super) fn write(page: &mut Page<'_, '_>) -> io::Result<()> {
    let tally = Tally::of(page.report.findings, &page.redactor);
    let verdict = verdict(&tally, page.report.ledger);
    let worst = SEVERITIES.into_iter().find(|s| tally.open_of(*s) > 0);
    let verdict = page.paint(worst.map_or(Style::Bold, Style::of), &verdict);
    page.line(&verdict)?;
    filed(page, &tally)?;
    let scanned = scanned(page);
    page.paragraph("  ", &scanned)?;
    for note in &page.report.ledger.notes {
        let note = page.redactor.line(note.as_bytes());
        page.paragraph("  note: ", &note)?;
    }
    not_read(page)?;
    incomplete(page)
}

fn verdict(tally: &Tally, ledger: &Ledger) -> String {
    if tally.open.findings == 0 {
        let whole = if ledger.is_complete() { "" } else { " in what could be read" };
        return format!("no open secrets{whole}");
    }
    let by_severity: Vec<String> = SEVERITIES
        .into_iter()
        .filter(|s| tally.open_of(*s) > 0)
        .map(|s| format!("{} {}", count(tally.open_of(s) as u64), s.as_str()))
        .collect();
    let secrets = counted(tally.open.findings as u64, "secret", "secrets");
    let places = counted(tally.open.places as u64, "place", "places");
    format!("{secrets} at {places}: {}", by_severity.join(", "))
}

fn filed(page: &mut Page<'_, '_>, tally: &Tally) -> io::Result<()> {
    let hidden: Vec<String> = tally
        .hidden()
        .map(|(by, n)| format!("{} by {}", count(n as u64), display_path(by.as_bytes())))
        .collect();
    let more = if page.report.verbose > 0 { "" } else { " (-v lists them)" };
    if !hidden.is_empty() {
        page.paragraph("  ", &format!("hidden: {}{more}", hidden.join(", ")))?;
    }
    if tally.existing.findings > 0 {
        let n = count(tally.existing.findings as u64);
        page.paragraph("  ", &format!("existing before this change: {n}{more}"))?;
    }
    if page.report.below > 0 {
        let n = count(page.report.below as u64);
        let text = format!("less sure than asked: {n} (`--min-confidence low` shows them)");
        page.paragraph("  ", &text)?;
    }
    Ok(())
}

fn scanned(page: &Page<'_, '_>) -> String {
    let ledger = page.report.ledger;
    let units = |of: fn(crate::model::Count) -> u64| -> Vec<String> {
        let some = Unit::ALL.into_iter().map(|u| (u, of(ledger.count(u)))).filter(|(_, n)| *n > 0);
        some.map(|(u, n)| counted(n, u.singular(), u.plural())).collect()
    };
    let read = units(|c| c.scanned);
    let read = if read.is_empty() { "nothing".into() } else { read.join(", ") };
    let known = units(|c| c.known);
    let known = match known.as_slice() {
        [] => String::new(),
        known => format!("; {} more held nothing new", known.join(", ")),
    };
    let scope = page.redactor.line(page.report.scope.as_bytes());
    let scope = if scope.is_empty() { scope } else { format!(" of {scope}") };
    let (size, time) = (bytes(ledger.bytes), duration(page.report.seconds));
    format!("scanned {read}{scope} ({size}) in {time}{known}")
}

/// Everything that was not read, by reason.
fn not_read(page: &mut Page<'_, '_>) -> io::Result<()> {
    let ledger = page.report.ledger;
    for reason in Reason::ALL {
        let mut skipped: Vec<&Skipped> =
            ledger.skipped.iter().filter(|s| s.reason == reason).collect();
        if skipped.is_empty() {
            continue;
        }
        skipped.sort();
        let kind = match (reason.is_gap(), ledger.accepted.contains(&reason)) {
            (false, _) => "outside this scan",
            (true, true) => "not read, accepted",
            (true, false) => "not read",
        };
        let names = named(page, &skipped);
        let n = count(skipped.len() as u64);
        page.paragraph("  ", &format!("{kind}: {n} {}: {names}", reason.as_str()))?;
    }
    Ok(())
}

fn named(page: &Page<'_, '_>, skipped: &[&Skipped]) -> String {
    let name = |s: &&Skipped| {
        let what = page.redactor.line(s.what.as_bytes());
        match page.redactor.line(s.detail.as_bytes()) {
            detail if detail.is_empty() => what,
            detail => format!("{what} ({detail})"),
        }
    };
    let most = if page.report.verbose > 0 { usize::MAX } else { NAMED };
    let mut names: Vec<String> = skipped.iter().take(most).map(name).collect();
    if skipped.len() > most {
        names.push(format!("and {} more", count((skipped.len() - most) as u64)));
    }
    names.join(", ")
}

/// Says loudly that the run was not whole, and how to make it so.
fn incomplete(page: &mut Page<'_, '_>) -> io::Result<()> {
    let ledger = page.report.ledger;
    let word = page.paint(Style::High, "INCOMPLETE:");
    for reason in Reason::ALL {
        let n = ledger.gaps().filter(|s| s.reason == reason).count();
        if n == 0 {
            continue;
        }
        let things = counted(n as u64, "gap", "gaps");
        page.line(&format!("{word} {things} ({}): {}", reason.as_str(), advice::gap(reason)))?;
        page.line(&format!("            or accept it with `--accept {}`", reason.as_str()))?;
    }
    for unit in ledger.unbalanced() {
        let c = ledger.count(unit);
        let text = format!(
            "{word} the account of {} does not add up: {} in scope, {} scanned, {} known, {} \
             skipped. This is a defect of stanch: please report it.",
            unit.plural(),
            c.scope,
            c.scanned,
            c.known,
            c.skipped
        );
        page.line(&text)?;
    }
    Ok(())
}
