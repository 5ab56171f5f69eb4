//! Offsets as lines and columns, and the line around a finding.

use crate::model::{Excerpt, Span};

/// Most bytes of a line that an excerpt keeps on either side of the secret.
const MARGIN: usize = 160;
/// Most bytes of a secret that an excerpt keeps: an encoded one has several for each of its own,
/// and reports must know them all to mask them.
const LONGEST: usize = 2048;

/// Finds lines in one text. Asked in rising order of offsets it reads the text once.
pub struct Lines<'a> {
    text: &'a [u8],
    offset: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    /// Over `text`.
    pub fn new(text: &'a [u8]) -> Self {
        Self { text, offset: 0, line: 1 }
    }

    /// Line and column of `offset`, both from 1; columns count Unicode code points.
    pub fn position(&mut self, offset: usize) -> (u32, u32) {
        let offset = offset.min(self.text.len());
        if offset < self.offset {
            (self.offset, self.line) = (0, 1);
        }
        let breaks = memchr::memchr_iter(b'\n', &self.text[self.offset..offset]).count();
        self.line = self.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        self.offset = offset;
        let before = &self.text[self.start(offset)..offset];
        (self.line, code_points(before).saturating_add(1))
    }

    /// The line (or its part around the secret) on which `secret` starts.
    pub fn excerpt(&self, secret: Span) -> Excerpt {
        let line_end = memchr::memchr(b'\n', &self.text[secret.start..])
            .map_or(self.text.len(), |i| secret.start + i);
        let shown_end = secret.end.min(line_end).min(secret.start + LONGEST);
        let start = self.start(secret.start).max(secret.start.saturating_sub(MARGIN));
        let end = line_end.min(shown_end + MARGIN);
        let text = self.text[start..end].strip_suffix(b"\r").unwrap_or(&self.text[start..end]);
        let shown = Span::new(secret.start - start, (shown_end - start).min(text.len()));
        // A cut secret must not show its tail: what is left of it beyond the cut is dropped.
        let text = if secret.end > shown_end { &text[..shown.end] } else { text };
        Excerpt { text: text.to_vec(), secret: Some(shown) }
    }

    fn start(&self, offset: usize) -> usize {
        memchr::memrchr(b'\n', &self.text[..offset]).map_or(0, |i| i + 1)
    }
}

/// Counts code points; in invalid UTF-8 each stray byte counts as one.
fn code_points(text: &[u8]) -> u32 {
    let count = |c: std::str::Utf8Chunk<'_>| c.valid().chars().count() + c.invalid().len();
    u32::try_from(text.utf8_chunks().map(count).sum::<usize>()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_code_points() {
        let text = "añ = 1\nb = 2\n".as_bytes();
        let mut lines = Lines::new(text);
        assert_eq!(lines.position(0), (1, 1));
        assert_eq!(lines.position(3), (1, 3));
        assert_eq!(lines.position(8), (2, 1));
        assert_eq!(lines.position(12), (2, 5));
        assert_eq!(lines.position(1), (1, 2));
    }

    #[test]
    fn an_excerpt_never_shows_more_than_its_margin() {
        let text = [vec![b'x'; 500], b"SECRET".to_vec(), vec![b'y'; 500]].concat();
        let excerpt = Lines::new(&text).excerpt(Span::new(500, 506));
        assert_eq!(excerpt.text.len(), 2 * MARGIN + 6);
        assert_eq!(excerpt.secret.map(|s| s.of(&excerpt.text).to_vec()), Some(b"SECRET".to_vec()));
    }

    #[test]
    fn a_secret_over_lines_shows_its_first_line() {
        let excerpt = Lines::new(b"a\nBEGIN\nBODY\nEND\nz").excerpt(Span::new(2, 16));
        assert_eq!(excerpt.text, b"BEGIN");
    }
}
