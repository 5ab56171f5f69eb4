//! Points at a place in a text that a person wrote: the line, and carets below the place.

use super::{Span, is_unsafe};

/// Most characters of a line that are shown.
const WIDTH: usize = 96;
/// Characters shown before the place, where the line is cut.
const LEAD: usize = 40;

/// Line and column of byte `at` of `text`, both from 1; columns count code points.
pub fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = 1 + before.bytes().filter(|&b| b == b'\n').count();
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    (line, 1 + before.get(start..).map_or(0, |s| s.chars().count()))
}

/// The line of `text` on which `span` begins, with carets below what `span` covers of it.
pub fn pointed(text: &str, span: Span) -> String {
    let at = (0..=span.start.min(text.len())).rev().find(|&i| text.is_char_boundary(i));
    let (number, column) = position(text, at.unwrap_or(0));
    let line: Vec<char> = text.lines().nth(number - 1).unwrap_or("").chars().map(plain).collect();
    let start = column - 1;
    let covered = text.get(span.start..span.end).unwrap_or("");
    let covered = covered.lines().next().unwrap_or("").chars().count();
    let from = if line.len() <= WIDTH { 0 } else { start.saturating_sub(LEAD) };
    let to = line.len().min(from + WIDTH);
    let (head, tail) = (if from > 0 { "…" } else { "" }, if to < line.len() { "…" } else { "" });
    let shown: String = line.get(from..to).unwrap_or_default().iter().collect();
    let gap = " ".repeat(start - from + head.chars().count());
    let most = to.saturating_sub(start).max(1);
    let carets = "^".repeat(covered.clamp(1, most));
    let margin = number.to_string();
    let blank = " ".repeat(margin.len());
    format!("  {margin} | {head}{shown}{tail}\n  {blank} | {gap}{carets}")
}

/// What takes one column and cannot drive a terminal.
fn plain(c: char) -> char {
    match c {
        '\t' => ' ',
        c if is_unsafe(c) => '\u{fffd}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets_stand_below_what_is_meant() {
        let text = "a = 1\n\tbö = 'x'\n";
        let at = text.find("'x'").unwrap_or(0);
        assert_eq!(position(text, at), (2, 7));
        assert_eq!(pointed(text, Span::new(at, at + 3)), "  2 |  bö = 'x'\n    |       ^^^");
        assert_eq!(pointed("", Span::new(0, 0)), "  1 | \n    | ^");
        assert_eq!(pointed("ab", Span::new(2, 9)), "  1 | ab\n    |   ^");
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("{}HERE{}", "x".repeat(500), "y".repeat(500));
        let shown = pointed(&text, Span::new(500, 504));
        let mut lines = shown.lines();
        let line: Vec<char> = lines.next().unwrap_or("").chars().collect();
        let carets = lines.next().unwrap_or("");
        let from = carets.find('^').unwrap_or(0);
        assert_eq!(line.get(from..from + 4), Some(&['H', 'E', 'R', 'E'][..]));
        assert!(line.len() < 120 && carets.ends_with("^^^^"));
    }
}
