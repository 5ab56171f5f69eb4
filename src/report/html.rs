//! One HTML file that needs nothing else: an overview, charts, a list to filter, and a page for
//! each finding. It loads nothing, and its policy lets only its own style and script run. All
//! that was found stands in it as data, which the script shows as text and never as markup.

mod charts;
mod data;

use super::row::{self, Row};
use super::tally::{SEVERITIES, Tally};
use super::{Format, Redactor, Report, advice, date, figures, safe_json};
use crate::model::Reason;
use crate::model::escaped;
use std::io::{self, Write};

/// The format `html`.
pub(super) struct Html;

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");
/// SHA-256 of the two, in base64, by which the policy knows them. `tests/it/report/html.rs` says
/// what they must be.
const STYLE_HASH: &str = "zbz9y6yxd6YEAUL0aW1LTJ1kdY5s8ELpkWUnAyq3XPE=";
const SCRIPT_HASH: &str = "tRbGksLkKMfNNM0CjGilC6BaYQmK1oRCSWtdVDSyBzU=";

impl Format for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn about(&self) -> &'static str {
        "one HTML page with charts, a filter and advice; needs no network, holds no secret"
    }

    fn write(&self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        let redactor = Redactor::new(report.findings, report.rules, false);
        let rows = row::all(report, &redactor);
        head(out)?;
        overview(report, &rows, &redactor, out)?;
        charts::write(&rows, report.when, out)?;
        account(report, &redactor, out)?;
        list(out)?;
        out.write_all(b"<script type=\"application/json\" id=\"data\">")?;
        safe_json::embedded(&data::of(&rows, &redactor), out)?;
        out.write_all(b"</script>\n<script>")?;
        out.write_all(SCRIPT.as_bytes())?;
        out.write_all(b"</script>\n</body>\n</html>\n")
    }
}

fn head(out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'sha256-{STYLE_HASH}'; script-src 'sha256-{SCRIPT_HASH}'; base-uri 'none'; \
         form-action 'none'\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n\
         <title>stanch: secrets</title>\n<style>{STYLE}</style>\n</head>\n<body>"
    )
}

fn overview(
    report: &Report<'_>,
    rows: &[Row<'_>],
    redactor: &Redactor,
    out: &mut dyn Write,
) -> io::Result<()> {
    let tally = Tally::of(report.findings, redactor);
    let open = tally.open.findings as u64;
    let verdict = match (open, report.ledger.is_complete()) {
        (0, true) => "No open secrets".to_owned(),
        (0, false) => "No open secrets in what could be read".to_owned(),
        (n, _) => figures::counted(n, "open secret", "open secrets"),
    };
    let class = if open > 0 { "bad" } else { "good" };
    let scope = escaped(&redactor.line(report.scope.as_bytes()));
    let day = date::iso(report.when).unwrap_or_default();
    writeln!(out, "<header><p class=\"name\">stanch</p><h1 class=\"{class}\">{verdict}</h1>")?;
    writeln!(
        out,
        "<p>{} of {scope}, read in {} on {day} by stanch {}{}</p></header>\n<main>",
        escaped(&figures::read(report.ledger)),
        figures::duration(report.seconds),
        env!("CARGO_PKG_VERSION"),
        escaped(&figures::rule_set(&report.rule_set))
    )?;
    writeln!(out, "<section class=\"cards\" aria-label=\"Overview\">")?;
    for severity in SEVERITIES {
        let (n, word) = (tally.open_of(severity), severity.as_str());
        writeln!(out, "<p class=\"card {word}\"><b>{n}</b> {word}</p>")?;
    }
    let places = rows.iter().filter(|r| r.is_open()).count();
    let hidden: usize = tally.hidden().map(|(_, n)| n).sum();
    let gaps = report.ledger.gaps().count();
    let more = [
        (places, "open places"),
        (hidden, "filed away"),
        (tally.existing.findings, "there before"),
        (gaps, "not read"),
    ];
    for (n, word) in more {
        writeln!(out, "<p class=\"card\"><b>{n}</b> {word}</p>")?;
    }
    writeln!(out, "</section>")
}

/// What was filed away and by what, and what was not read.
fn account(report: &Report<'_>, redactor: &Redactor, out: &mut dyn Write) -> io::Result<()> {
    let tally = Tally::of(report.findings, redactor);
    let mut lines: Vec<String> =
        tally.hidden().map(|(by, n)| format!("{n} filed away by {by}")).collect();
    for reason in Reason::ALL {
        let gaps: Vec<String> = report
            .ledger
            .gaps()
            .filter(|s| s.reason == reason)
            .map(|s| redactor.line(s.what.as_bytes()))
            .collect();
        if !gaps.is_empty() {
            let (n, word, mend) = (gaps.len(), reason.as_str(), advice::gap(reason));
            let some = gaps.iter().take(20).cloned().collect::<Vec<_>>().join(", ");
            lines.push(format!("NOT READ: {n} ({word}): {some}; {mend}"));
        }
    }
    lines.extend(report.ledger.notes.iter().map(|n| redactor.line(n.as_bytes())));
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section aria-label=\"Account\"><h2>Account</h2><ul>")?;
    for line in lines {
        let line = crate::model::display_path(line.as_bytes());
        writeln!(out, "<li>{}</li>", escaped(&line))?;
    }
    writeln!(out, "</ul></section>")
}

/// What the script fills.
fn list(out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<section id=\"list\" aria-label=\"Findings\"><h2>Findings</h2>\n\
         <noscript><p>The list needs scripts. Without them, see the report in another form: \
         <code>stanch report convert --format text</code></p></noscript>\n\
         <div id=\"filters\" class=\"filters\"></div>\n<p id=\"count\" role=\"status\"></p>\n\
         <div class=\"wide\"><table id=\"rows\"></table></div>\n<p id=\"pages\"></p></section>\n\
         <article id=\"finding\" hidden></article>\n</main>"
    )
}
