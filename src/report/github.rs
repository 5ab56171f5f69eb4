//! Workflow commands of GitHub Actions, which it shows as annotations of the lines.

use super::row::{self, Row};
use super::{Format, Redactor, Report, advice, figures};
use crate::model::Severity;
use std::io::{self, Write};

/// The format `github`.
pub(super) struct Github;

/// How many annotations of a kind GitHub shows of one step.
const SHOWN: usize = 10;

impl Format for Github {
    fn name(&self) -> &'static str {
        "github"
    }

    fn about(&self) -> &'static str {
        "annotations of GitHub Actions: the ten worst findings, and how many more there are"
    }

    fn write(&self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        let redactor = Redactor::new(report.findings, report.rules, false);
        let mut open: Vec<Row<'_>> =
            row::all(report, &redactor).into_iter().filter(Row::is_open).collect();
        open.sort_by_key(|row| std::cmp::Reverse(row.weight()));
        // One place is kept for the line that counts the rest.
        let most = if open.len() > SHOWN { SHOWN - 1 } else { SHOWN };
        open.iter().take(most).try_for_each(|row| annotation(row, out))?;
        if open.len() > most {
            let more = figures::count((open.len() - most) as u64);
            let text = format!("{more} more places hold a secret; see the summary or the report");
            command("error", &[("title", "stanch")], &text, out)?;
        }
        account(report, &redactor, out)
    }
}

fn annotation(row: &Row<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (line, end) = (row.line().to_string(), row.end_line().to_string());
    let (column, end_column) = (row.column().to_string(), row.end_column().to_string());
    let kind = if advice::is_habit(row.rule) { "habit" } else { "secret" };
    let title = format!("{} {kind}: {}", row.finding.severity.as_str(), row.title());
    let mut properties = Vec::new();
    if row.is_in_a_file() {
        properties.extend([("file", row.path.as_str()), ("line", &line), ("endLine", &end)]);
        if line == end {
            properties.extend([("col", column.as_str()), ("endColumn", &end_column)]);
        }
    }
    properties.push(("title", &title));
    let elsewhere =
        if row.is_in_a_file() { String::new() } else { format!(" Found at {}.", row.at()) };
    let text = format!(
        "{} in the open.{elsewhere} Revoke it first, then take it out: `stanch explain {}` says \
         how. False alarm: `stanch:allow {} -- reason` on the line.",
        row.masked, row.rule.id, row.rule.id
    );
    let habit = || format!("{} {}{elsewhere}", row.rule.risk, advice::whole(row.rule));
    let text = if advice::is_habit(row.rule) { habit() } else { text };
    let kind = match row.finding.severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium | Severity::Low => "warning",
    };
    command(kind, &properties, &text, out)
}

/// The result of the run, so that there is always a line.
fn account(report: &Report<'_>, redactor: &Redactor, out: &mut dyn Write) -> io::Result<()> {
    let gaps = report.ledger.gaps().count();
    if gaps > 0 {
        let first = report.ledger.gaps().next();
        let first = first.map_or(String::new(), |s| {
            format!(" ({}: {})", s.reason.as_str(), redactor.line(s.what.as_bytes()))
        });
        let text = format!("incomplete: {gaps} gaps, so not known to be clean{first}");
        command("warning", &[("title", "stanch")], &text, out)?;
    }
    let read = figures::read(report.ledger);
    let open = report.findings.iter().filter(|f| f.is_open()).count() as u64;
    let text = format!("{} in {read}", figures::counted(open, "open secret", "open secrets"));
    command("notice", &[("title", "stanch")], &text, out)
}

/// `::NAME KEY=VALUE,…::TEXT`.
fn command(
    name: &str,
    properties: &[(&str, &str)],
    text: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let words: Vec<String> =
        properties.iter().map(|(key, value)| format!("{key}={}", property(value))).collect();
    writeln!(out, "::{name} {}::{}", words.join(","), data(text))
}

/// Text as the runner reads it back.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value as the runner reads it back.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_ends_its_command() {
        assert_eq!(property("a:b,c%\n::error::x"), "a%3Ab%2Cc%25%0A%3A%3Aerror%3A%3Ax");
        assert_eq!(data("::error::x\r\n%"), "::error::x%0D%0A%25");
    }
}
