//! A page as plain text.

use super::{Block, Page, safe};
use std::fmt::Write as _;

/// Writes `page`.
pub(super) fn write(page: &Page) -> String {
    let mut out = format!("{}\n", safe(&page.title));
    for section in &page.sections {
        let _ = writeln!(out, "\n{}", safe(&section.title));
        section.numbered().for_each(|(step, block)| push(&mut out, block, step));
    }
    out
}

fn push(out: &mut String, block: &Block, step: usize) {
    let (first, rest, text) = match block {
        Block::Text(text) => ("  ".to_owned(), "  ", text),
        Block::Step(text) => (format!("  {step}. "), "     ", text),
        Block::Item(text) => ("  - ".to_owned(), "    ", text),
        Block::Check(done, text) => {
            (format!("  [{}] ", if *done { 'x' } else { ' ' }), "      ", text)
        }
        Block::More(text) => ("      ".to_owned(), "      ", text),
        Block::Head(text) => ("\n  ".to_owned(), "  ", text),
        Block::Code(_, text) => ("    ".to_owned(), "    ", text),
        Block::Table(head, rows) => return table(out, head, rows),
    };
    for (nth, line) in safe(text.trim_matches('\n')).lines().enumerate() {
        let line = format!("{}{line}", if nth == 0 { &first } else { rest });
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

fn table(out: &mut String, head: &[&'static str], rows: &[Vec<String>]) {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| safe(cell)).collect()).collect();
    let widths: Vec<usize> = (0..head.len())
        .map(|nth| {
            let cells = rows.iter().filter_map(|row| row.get(nth)).map(|c| c.chars().count());
            cells.chain(head.get(nth).map(|h| h.len())).max().unwrap_or(0).min(48)
        })
        .collect();
    let heads: Vec<String> = head.iter().map(ToString::to_string).collect();
    for row in std::iter::once(&heads).chain(&rows) {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        let _ = writeln!(out, "  {}", cells.join("  ").trim_end());
    }
}
