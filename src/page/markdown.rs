//! A page as Markdown.

use super::{Block, Page, safe};
use std::fmt::Write as _;

/// Writes `page`.
pub(super) fn write(page: &Page) -> String {
    let mut out = format!("# {}\n", inline(&page.title));
    for section in &page.sections {
        let _ = writeln!(out, "\n## {}\n", inline(&section.title));
        section.numbered().for_each(|(step, block)| push(&mut out, block, step));
    }
    out
}

fn push(out: &mut String, block: &Block, step: usize) {
    let _ = match block {
        Block::Text(text) => writeln!(out, "{}\n", inline(text)),
        Block::Step(text) => writeln!(out, "{step}. {}", inline(text)),
        Block::Item(text) => writeln!(out, "- {}", inline(text)),
        Block::Check(done, text) => {
            writeln!(out, "- [{}] {}", if *done { 'x' } else { ' ' }, inline(text))
        }
        Block::More(text) => writeln!(out, "  - {}", inline(text)),
        Block::Head(text) => writeln!(out, "\n### {}\n", inline(text)),
        Block::Code(language, text) => {
            let fence = fence(text);
            writeln!(out, "{fence}{language}\n{}\n{fence}\n", safe(text.trim_matches('\n')))
        }
        Block::Table(head, rows) => {
            table(out, head, rows);
            Ok(())
        }
    };
}

/// A fence that the text cannot close.
fn fence(text: &str) -> String {
    let mut fence = "```".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    fence
}

/// On one line, and without markup that was not meant: what stands in a repository may be a
/// trap for whoever reads the page. Backticks are kept, as our own sentences use them.
fn inline(text: &str) -> String {
    let mut out = String::new();
    let mut code = false;
    for c in safe(text).replace('\n', " ").chars() {
        code ^= c == '`';
        if c == '|' || (!code && matches!(c, '<' | '[' | ']' | '*')) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn table(out: &mut String, head: &[&'static str], rows: &[Vec<String>]) {
    let _ = writeln!(out, "\n| {} |\n|{}", head.join(" | "), "---|".repeat(head.len()));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| inline(cell)).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    out.push('\n');
}
