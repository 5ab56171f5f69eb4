//! A page as HTML that stands alone: no script, nothing loaded from anywhere.

use super::{Block, Page, safe};
use crate::model;
use std::fmt::Write as _;

const HEAD: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
<style>body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}\
table{border-collapse:collapse}td,th{border:1px solid #999;padding:.2em .5em;text-align:left}\
pre{background:#eee;padding:.5em;overflow-x:auto}.more{margin-left:2em;color:#444}.item{margin:.2em 0}</style>\n";

/// Writes `page`.
pub(super) fn write(page: &Page) -> String {
    let title = escaped(&page.title);
    let mut out = format!("{HEAD}<title>{title}</title>\n<h1>{title}</h1>\n");
    for section in &page.sections {
        let _ = writeln!(out, "<h2>{}</h2>", escaped(&section.title));
        section.numbered().for_each(|(step, block)| push(&mut out, block, step));
    }
    out.push_str("</html>\n");
    out
}

fn push(out: &mut String, block: &Block, step: usize) {
    let _ = match block {
        Block::Text(text) => writeln!(out, "<p>{}</p>", linked(text)),
        Block::Step(text) => writeln!(out, "<p>{step}. {}</p>", escaped(text)),
        Block::Item(text) => writeln!(out, "<p class=\"item\">&bull; {}</p>", linked(text)),
        Block::Check(done, text) => {
            let tick = if *done { " checked" } else { "" };
            writeln!(out, "<p><input type=\"checkbox\" disabled{tick}> {}</p>", escaped(text))
        }
        Block::More(text) => writeln!(out, "<div class=\"more\">{}</div>", linked(text)),
        Block::Head(text) => writeln!(out, "<h3>{}</h3>", escaped(text)),
        Block::Code(_, text) => writeln!(out, "<pre>{}</pre>", escaped(text.trim_matches('\n'))),
        Block::Table(head, rows) => {
            table(out, head, rows);
            Ok(())
        }
    };
}

fn table(out: &mut String, head: &[&'static str], rows: &[Vec<String>]) {
    let heads: String = head.iter().map(|h| format!("<th>{}</th>", escaped(h))).collect();
    let _ = writeln!(out, "<table><tr>{heads}</tr>");
    for row in rows {
        let cells: String = row.iter().map(|c| format!("<td>{}</td>", escaped(c))).collect();
        let _ = writeln!(out, "<tr>{cells}</tr>");
    }
    out.push_str("</table>\n");
}

/// A text that is a page's address, or says so, as a link. Others are none, whatever stands in
/// them: names from a repository must not lead anybody away.
fn linked(text: &str) -> String {
    let (before, url) = match text.strip_prefix("page: ") {
        Some(url) => ("page: ", url),
        None => ("", text),
    };
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#=&%+@".contains(&b);
    if url.starts_with("https://") && url.bytes().all(plain) {
        let url = escaped(url);
        return format!("{before}<a href=\"{url}\" rel=\"noreferrer\">{url}</a>");
    }
    escaped(text)
}

fn escaped(text: &str) -> String {
    model::escaped(&safe(text))
}
