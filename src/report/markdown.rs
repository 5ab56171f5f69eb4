//! Markdown for the summary of a job or a comment on a change.

use super::row::{self, Row};
use super::tally::{SEVERITIES, Tally};
use super::{Format, Redactor, Report, advice, figures};
use crate::model::{Reason, display_path};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};

/// The format `markdown`.
pub(super) struct Markdown;

/// GitHub refuses a summary of more than 1 MiB as a whole; what comes after the table needs room.
const MOST: usize = 800_000;
/// How many rows a person reads.
const ROWS: usize = 1000;

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn about(&self) -> &'static str {
        "Markdown for the summary of a CI job or a comment; holds no secret"
    }

    fn write(&self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        let redactor = Redactor::new(report.findings, report.rules, false);
        let mut open: Vec<Row<'_>> =
            row::all(report, &redactor).into_iter().filter(Row::is_open).collect();
        open.sort_by_key(|row| std::cmp::Reverse(row.weight()));
        let tally = Tally::of(report.findings, &redactor);
        let mut text = heading(&tally, report);
        table(&open, &redactor, &mut text);
        what_to_do(&open, &mut text);
        rest(report, &tally, &redactor, &mut text);
        out.write_all(text.as_bytes())
    }
}

fn heading(tally: &Tally, report: &Report<'_>) -> String {
    let complete = report.ledger.is_complete();
    let open = tally.open.findings as u64;
    let title = match (open, complete) {
        (0, true) => "✅ No open secrets".to_owned(),
        (0, false) => "⚠️ No open secrets in what could be read".to_owned(),
        (n, _) => format!("❌ {}", figures::counted(n, "open secret", "open secrets")),
    };
    let mut text = format!("## stanch: {title}\n\n");
    let by: Vec<String> = SEVERITIES
        .into_iter()
        .filter(|s| tally.open_of(*s) > 0)
        .map(|s| format!("**{}** {}", tally.open_of(s), s.as_str()))
        .collect();
    if !by.is_empty() {
        let _ = writeln!(text, "{}\n", by.join(" · "));
    }
    text
}

fn table(open: &[Row<'_>], redactor: &Redactor, text: &mut String) {
    if open.is_empty() {
        return;
    }
    text.push_str("| severity | secret | where | since |\n|---|---|---|---|\n");
    let mut told = 0;
    for row in open.iter().take(ROWS) {
        let since = row
            .introduced(redactor)
            .map_or(String::new(), |(who, day)| format!("{} {}", plain(&day), plain(&who)));
        let commit = row.commit.as_deref().and_then(|c| c.get(..10));
        let commit = commit.map_or(String::new(), |c| format!(" ({c})"));
        let line = format!(
            "| {} ({}) | {} `{}` | {}{commit} | {since} |\n",
            row.finding.severity.as_str(),
            row.finding.confidence.as_str(),
            plain(&row.title()),
            row.rule.id,
            code(&row.at()),
        );
        if text.len() + line.len() > MOST {
            break;
        }
        text.push_str(&line);
        told += 1;
    }
    if told < open.len() {
        let more = figures::count((open.len() - told) as u64);
        let _ = writeln!(text, "\n… and {more} more places: see the full report.");
    }
}

fn what_to_do(open: &[Row<'_>], text: &mut String) {
    if open.is_empty() {
        return;
    }
    text.push_str("\n### What to do\n\n");
    let mut seen = BTreeSet::new();
    for row in open.iter().filter(|row| seen.insert(row.rule.id.to_string())).take(50) {
        let first = if advice::is_habit(row.rule) { "" } else { "revoke it first: " };
        let _ = writeln!(
            text,
            "- **{}**: {first}{}. {}",
            plain(&row.rule.name),
            plain(&advice::revoke(row.rule)),
            plain(&format!("If it is false: {}.", advice::allow(row.rule, row.finding)))
        );
    }
    if open.iter().any(|row| !advice::is_habit(row.rule)) {
        let _ = writeln!(text, "\nThen {}.", plain(advice::THEN));
    }
}

fn rest(report: &Report<'_>, tally: &Tally, redactor: &Redactor, text: &mut String) {
    let seconds = figures::duration(report.seconds);
    let scope = redactor.line(report.scope.as_bytes());
    let scope = if scope.is_empty() { scope } else { format!(" of {}", code(&scope)) };
    let rules = plain(&figures::rule_set(&report.rule_set));
    let _ =
        writeln!(text, "\nScanned {}{scope} in {seconds}{rules}.", figures::read(report.ledger));
    for (by, n) in tally.hidden() {
        let by = code(&display_path(by.as_bytes()));
        let _ = writeln!(
            text,
            "- {} filed away by {by}",
            figures::counted(n as u64, "finding", "findings")
        );
    }
    if tally.existing.findings > 0 {
        let _ = writeln!(text, "- {} stood there before this change", tally.existing.findings);
    }
    for reason in Reason::ALL {
        let n = report.ledger.gaps().filter(|s| s.reason == reason).count();
        if n > 0 {
            let mend = plain(advice::gap(reason));
            let _ = writeln!(text, "- ⚠️ **not read**: {n} ({}): {mend}", reason.as_str());
        }
    }
    for note in &report.ledger.notes {
        let _ = writeln!(text, "- {}", plain(&redactor.line(note.as_bytes())));
    }
}

/// Text that means nothing to Markdown or HTML: every mark that could is written as an entity.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in display_path(text.as_bytes()).chars() {
        match c {
            '<' | '>' | '&' | '|' | '`' | '*' | '_' | '[' | ']' | '(' | ')' | '!' | '~' | '\\'
            | '@' | '#' | '$' | '"' | '\'' => {
                let _ = write!(out, "&#{};", c as u32);
            }
            // Without these no bare address becomes a link.
            ':' => out.push_str("&#58;"),
            c => out.push(c),
        }
    }
    out
}

/// Text in the letters of code. HTML's own element takes entities, so nothing ends it.
fn code(text: &str) -> String {
    format!("<code>{}</code>", plain(text))
}
