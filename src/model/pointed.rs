//! Points at a place in a text that a person wrote: the line, and carets below the place.

use super::{Span, is_unsafe};

/// Most characters of a line that are shown.
const WIDTH: usize = 96;
/// Characters shown before the place, where the line is cut.
const LEAD: usize = 40;
/// A run of so many characters, letters and digits both, may be a secret.
const SECRET: usize = 16;
/// Characters of it that are shown.
const SHOWN: usize = 4;

/// Line and column of byte `at` of `text`, both from 1; columns count code points.
pub fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = 1 + before.bytes().filter(|&b| b == b'\n').count();
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    (line, 1 + before.get(start..).map_or(0, |s| s.chars().count()))
}

/// The line of `text` on which `span` begins, with carets below what `span` covers of it. What may
/// be a secret in it is masked.
pub fn pointed(text: &str, span: Span) -> String {
    let at = (0..=span.start.min(text.len())).rev().find(|&i| text.is_char_boundary(i));
    let (number, column) = position(text, at.unwrap_or(0));
    let line: Vec<char> = text.lines().nth(number - 1).unwrap_or("").chars().map(plain).collect();
    let line = masked(line);
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

/// The line with stars in place of what may be a secret: a person may paste one into a rule.
fn masked(mut line: Vec<char>) -> Vec<char> {
    let is_token = |c: &char| c.is_ascii_alphanumeric() || "_+/=-.~".contains(*c);
    for run in line.chunk_by_mut(|a, b| is_token(a) == is_token(b)) {
        let has = |what: fn(&char) -> bool| run.iter().any(what);
        let telling = has(char::is_ascii_digit) && has(char::is_ascii_alphabetic);
        if run.len() >= SECRET && run.first().is_some_and(is_token) && telling {
            run.iter_mut().skip(SHOWN).for_each(|c| *c = '*');
        }
    }
    line
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
    fn what_may_be_a_secret_is_masked() {
        let text = format!("shape = 'a{}z'", "b1".repeat(12));
        let shown = pointed(&text, Span::new(0, 5));
        assert!(shown.contains("'ab1b*****") && !shown.contains("b1b1"), "{shown}");
        let shape = "shape = 'acme_[A-Za-z0-9]{32}-configuration'";
        assert!(pointed(shape, Span::new(0, 5)).contains(shape));
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
