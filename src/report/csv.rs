//! CSV after RFC 4180, one line for each secret at each place. Programs that calculate take a cell
//! that begins with `=`, `+`, `-`, `@`, a tab or a line break for a formula; here none does.

use super::row::{self, Row};
use super::{Format, Redactor, Report};
use std::io::{self, Write};

/// The format `csv`.
pub(super) struct Csv;

const COLUMNS: [&str; 21] = [
    "status",
    "severity",
    "confidence",
    "rule",
    "name",
    "provider",
    "path",
    "line",
    "column",
    "end_line",
    "end_column",
    "kind",
    "commit",
    "author",
    "date",
    "reach",
    "fingerprint",
    "masked",
    "hidden_by",
    "why",
    "live",
];

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn about(&self) -> &'static str {
        "CSV for a spreadsheet; no cell is a formula, none holds a secret"
    }

    fn write(&self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        let redactor = Redactor::new(report.findings, report.rules, false);
        writeln!(out, "{}", COLUMNS.join(","))?;
        for row in row::all(report, &redactor) {
            let cells = cells(&row, &redactor).map(|c| cell(&c));
            writeln!(out, "{}", cells.join(","))?;
        }
        Ok(())
    }
}

fn cells(row: &Row<'_>, redactor: &Redactor) -> [String; 21] {
    let (author, date) = row.introduced(redactor).unwrap_or_default();
    let (by, why) = row.hidden.clone().unwrap_or_default();
    [
        row.place.status.as_str().into(),
        row.finding.severity.as_str().into(),
        row.finding.confidence.as_str().into(),
        row.rule.id.to_string(),
        crate::model::display_path(row.rule.name.as_bytes()),
        row.rule.provider.to_string(),
        row.path.clone(),
        row.line().to_string(),
        row.column().to_string(),
        row.end_line().to_string(),
        row.end_column().to_string(),
        row.place.origin.kind.as_str().into(),
        row.commit.clone().unwrap_or_default(),
        author,
        date,
        row.place.reach.map_or("", |r| r.as_str()).into(),
        row.finding.fingerprint.to_string(),
        row.masked.clone(),
        by,
        why,
        row::verdict(row.finding).into(),
    ]
}

/// A cell in quotes if it needs them. An apostrophe before what could be a formula makes it text.
/// Commit ids and fingerprints such as `12e4…` are read as numbers by some programs; only their
/// show suffers.
fn cell(text: &str) -> String {
    let risky = text
        .trim_start()
        .starts_with(['=', '+', '-', '@', '\t', '\r', '|', '%', '＝', '＋', '－', '＠']);
    let text = if risky { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r', ';', '\'']) || text.starts_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(cell("=1+1"), "\"'=1+1\"");
        assert_eq!(cell(" @SUM(A1)"), "\"' @SUM(A1)\"");
        assert_eq!(cell("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(cell("a-b"), "a-b");
    }
}
