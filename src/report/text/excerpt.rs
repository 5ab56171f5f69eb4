//! The source line of a finding, masked, with carets under the secret.

use super::page::{Page, Style};
use crate::model::{Place, display_path};
use std::io;

/// About how many columns of a line are shown.
const COLUMNS: usize = 120;
/// How many of them may stand before the secret.
const BEFORE: usize = 60;

/// Writes the line of `place` behind a gutter of `pad` columns, and `words` behind the carets.
pub(super) fn write(
    page: &mut Page<'_, '_>,
    place: &Place,
    pad: usize,
    words: &str,
) -> io::Result<()> {
    let masked = page.redactor.excerpt(&place.excerpt);
    let bar = page.paint(Style::Blue, "|");
    page.line(&format!("{:pad$} {bar}", ""))?;
    if masked.text.is_empty() {
        return Ok(());
    }
    let number = page.paint(Style::Blue, &format!("{:>pad$}", place.line));
    let split = masked.secret.map_or(0, |s| s.start.min(masked.text.len()));
    let end = masked.secret.map_or(split, |s| s.end.clamp(split, masked.text.len()));
    let part = |from, to| shown(masked.text.get(from..to).unwrap_or_default());
    let (before, secret) = (tail(&part(0, split), BEFORE), part(split, end));
    let room = COLUMNS.saturating_sub(width(&before) + width(&secret)).max(20);
    let after = head(&part(end, masked.text.len()), room);
    page.line(&format!("{number} {bar} {before}{secret}{after}"))?;
    if masked.secret.is_some() {
        let carets = page.paint(Style::High, &"^".repeat(width(&secret).max(1)));
        let blank = " ".repeat(width(&before));
        page.line(&format!("{:pad$} {bar} {blank}{carets} {words}", ""))?;
    }
    page.line(&format!("{:pad$} {bar}", ""))
}

/// Safe for a terminal; tabs as blanks, so that the carets stand where they should.
fn shown(text: &[u8]) -> String {
    let parts: Vec<String> = text.split(|&b| b == b'\t').map(display_path).collect();
    parts.join("    ")
}

/// The end of `text`, at most `most` columns of it.
fn tail(text: &str, most: usize) -> String {
    let mut left = most;
    let fits = |c: &char| take(&mut left, *c);
    let kept: Vec<char> = text.chars().rev().take_while(fits).collect();
    let cut = kept.len() < text.chars().count();
    let kept: String = kept.into_iter().rev().collect();
    if cut { format!("…{kept}") } else { kept }
}

/// The beginning of `text`, at most `most` columns of it.
fn head(text: &str, most: usize) -> String {
    let mut left = most;
    let kept: String = text.chars().take_while(|c| take(&mut left, *c)).collect();
    if kept.len() < text.len() { format!("{kept}…") } else { kept }
}

fn take(left: &mut usize, c: char) -> bool {
    let fits = columns(c) <= *left;
    *left = left.saturating_sub(columns(c));
    fits
}

fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// How many columns a terminal gives to `c`: East Asian wide forms take two, combining marks
/// none. Near enough for carets.
fn columns(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36F | 0x20D0..=0x20FF | 0xFE00..=0xFE0F => 0,
        0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF => 2,
        0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 => 2,
        0x1F300..=0x1FAFF | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_keep_the_side_near_the_secret() {
        assert_eq!(tail("abcdef", 3), "…def");
        assert_eq!(head("abcdef", 3), "abc…");
        assert_eq!(tail("abc", 3), "abc");
        assert_eq!(head("漢字", 3), "漢…");
    }
}
