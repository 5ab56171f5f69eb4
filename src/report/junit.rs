//! JUnit XML: each rule is a class, each place a test that failed. CircleCI, GitLab, Jenkins,
//! Azure and others show it beside the tests.

use super::row::{self, Row};
use super::{Format, Redactor, Report, advice, date, figures};
use crate::model::escaped;
use crate::model::{Ledger, Skipped, Status};
use std::io::{self, Write};

/// The format `junit`.
pub(super) struct Junit;

impl Format for Junit {
    fn name(&self) -> &'static str {
        "junit"
    }

    fn about(&self) -> &'static str {
        "JUnit XML for the tests page of a CI system; holds no secret, even with --show-secrets"
    }

    fn write(&self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        let redactor = Redactor::new(report.findings, report.rules, false);
        let rows = row::all(report, &redactor);
        let gaps: Vec<&Skipped> = report.ledger.gaps().collect();
        let unbalanced = usize::from(!report.ledger.unbalanced().is_empty());
        let counts = Counts::of(&rows, gaps.len() + unbalanced);
        head(report, counts, &redactor, out)?;
        rows.iter().try_for_each(|row| case(row, &redactor, out))?;
        gaps.iter().try_for_each(|gap| error(gap, &redactor, out))?;
        if unbalanced > 0 {
            let words = "the account of the run does not add up: a defect of stanch";
            open_case("stanch.ledger", "the account of the run", None, out)?;
            writeln!(
                out,
                "      <error message=\"{words}\" type=\"internal\"/>\n    </testcase>"
            )?;
        }
        if counts.failures + counts.errors == 0 {
            passed(report.ledger, out)?;
        }
        writeln!(out, "  </testsuite>\n</testsuites>")
    }
}

#[derive(Clone, Copy)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn of(rows: &[Row<'_>], errors: usize) -> Self {
        let failures = rows.iter().filter(|r| r.is_open()).count();
        let passed = usize::from(failures + errors == 0);
        let tests = rows.len() + errors + passed;
        Self { tests, failures, errors, skipped: rows.len() - failures }
    }
}

fn head(
    report: &Report<'_>,
    counts: Counts,
    redactor: &Redactor,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Counts { tests, failures, errors, skipped } = counts;
    let seconds = report.seconds.max(0.0);
    let when = date::iso(report.when).unwrap_or_else(|| "1970-01-01T00:00:00Z".into());
    let scope = escaped(&redactor.line(report.scope.as_bytes()));
    let numbers = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\"");
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"stanch\" {numbers} time=\"{seconds:.3}\">")?;
    writeln!(
        out,
        "  <testsuite name=\"stanch: secrets\" {numbers} skipped=\"{skipped}\" \
         timestamp=\"{}\" hostname=\"localhost\" time=\"{seconds:.3}\">",
        when.trim_end_matches('Z')
    )?;
    writeln!(out, "    <properties>")?;
    writeln!(out, "      <property name=\"scope\" value=\"{scope}\"/>")?;
    if !report.rule_set.is_empty() {
        let rules = escaped(&report.rule_set);
        writeln!(out, "      <property name=\"rule-set\" value=\"{rules}\"/>")?;
    }
    writeln!(out, "    </properties>")
}

/// Opens a test. `at` is a file of the repository with its line, which services link to.
fn open_case(
    class: &str,
    name: &str,
    at: Option<(&str, u32)>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (class, name) = (escaped(class), escaped(name));
    let file = at.map_or(String::new(), |(file, line)| {
        format!(" file=\"{}\" line=\"{line}\"", escaped(file))
    });
    writeln!(out, "    <testcase classname=\"{class}\" name=\"{name}\"{file} time=\"0\">")
}

fn case(row: &Row<'_>, redactor: &Redactor, out: &mut dyn Write) -> io::Result<()> {
    let file = row.is_in_a_file().then_some((row.path.as_str(), row.line()));
    open_case(&row.rule.id, &named(row), file, out)?;
    match &row.place.status {
        Status::Open => failure(row, redactor, out)?,
        Status::Existing => {
            writeln!(out, "      <skipped message=\"stood here before this change\"/>")?;
        }
        Status::Hidden { .. } => {
            let (by, why) = row.hidden.clone().unwrap_or_default();
            let why = escaped(&format!("hidden by {by}: {why}"));
            writeln!(out, "      <skipped message=\"{why}\"/>")?;
        }
    }
    writeln!(out, "    </testcase>")
}

/// The name must tell one test from another, as services compare runs by it.
fn named(row: &Row<'_>) -> String {
    let commit = row.commit.as_deref().and_then(|c| c.get(..10));
    let commit = commit.map_or(String::new(), |c| format!(" (commit {c})"));
    format!("{}:{}{commit}", row.at(), row.column())
}

fn failure(row: &Row<'_>, redactor: &Redactor, out: &mut dyn Write) -> io::Result<()> {
    let message = escaped(&format!("{} at {}", row.title(), row.at()));
    writeln!(out, "      <failure message=\"{message}\" type=\"{}\">", word(row))?;
    let mut lines = vec![format!("at {}: {}", row.at(), row.line_text)];
    lines.push(format!("severity: {}", row.finding.severity.as_str()));
    let evidence = row.evidence(redactor);
    lines.push(format!("confidence: {} {evidence}", row.finding.confidence.as_str()));
    if let Some((author, day)) = row.introduced(redactor) {
        lines.push(format!("introduced: by {author} {day}"));
    }
    lines.push(format!("fingerprint: {}", row.finding.fingerprint));
    if advice::is_habit(row.rule) {
        lines.push(format!("fix: {}", advice::revoke(row.rule)));
    } else {
        lines.push(format!("revoke first: {}", advice::revoke(row.rule)));
        lines.push(format!("then: {}", advice::THEN));
    }
    lines.push(format!("if it is false: {}", advice::allow(row.rule, row.finding)));
    for line in lines {
        writeln!(out, "{}", escaped(&crate::model::display_path(line.trim_end().as_bytes())))?;
    }
    writeln!(out, "      </failure>")
}

fn word(row: &Row<'_>) -> &'static str {
    row.finding.severity.as_str()
}

fn error(gap: &Skipped, redactor: &Redactor, out: &mut dyn Write) -> io::Result<()> {
    let what = redactor.line(gap.what.as_bytes());
    open_case("stanch.not-read", &format!("{}: {what}", gap.reason.as_str()), None, out)?;
    let detail = redactor.line(gap.detail.as_bytes());
    let message = escaped(&format!("not read, so not known to be clean: {detail}"));
    writeln!(
        out,
        "      <error message=\"{message}\" type=\"{}\">{}</error>\n    </testcase>",
        gap.reason.as_str(),
        escaped(advice::gap(gap.reason))
    )
}

/// A run that found nothing shows as one green test rather than as none.
fn passed(ledger: &Ledger, out: &mut dyn Write) -> io::Result<()> {
    let read = figures::read(ledger);
    open_case("stanch", &format!("no open secrets in {read}"), None, out)?;
    writeln!(out, "    </testcase>")
}
