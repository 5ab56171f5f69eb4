//! Offsets as lines and columns, and the line around a finding.

use crate::model::{Excerpt, Span};

/// Most bytes of a line that an excerpt keeps on either side of the secret.
const MARGIN: usize = 160;
/// Most bytes of a secret that an excerpt keeps: an encoded one has several for each of its own,
/// and reports must know them all to mask them.
const LONGEST: usize = 2048;

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in Unicode code points.
    pub column: u32,
}

impl Default for Position {
    fn default() -> Self {
        Self { line: 1, column: 1 }
    }
}

/// Finds lines in one text. Asked in rising order of offsets it reads the text once.
pub struct Lines<'a> {
    text: &'a [u8],
    /// Where `text` begins in the whole of which it is a part.
    base: Position,
    /// An offset at which a character begins, and where that is.
    mark: (usize, Position),
}

impl<'a> Lines<'a> {
    /// Over `text`.
    pub fn new(text: &'a [u8]) -> Self {
        Self::part(text, Position::default())
    }

    /// Over `text`, which is a part of something longer and begins at `base` of it, where a
    /// character begins.
    pub fn part(text: &'a [u8], base: Position) -> Self {
        Self { text, base, mark: (0, base) }
    }

    /// Line and column of `offset`, both from 1; columns count Unicode code points.
    pub fn position(&mut self, offset: usize) -> (u32, u32) {
        let offset = offset.min(self.text.len());
        if offset < self.mark.0 {
            self.mark = (0, self.base);
        }
        // Counts of parts add up where a character begins, and only there.
        let part = Span::new(self.mark.0, offset).of(self.text);
        let tail = self
            .text
            .get(offset)
            .filter(|b| is_inner(**b))
            .map_or(0, |_| part.iter().rev().take_while(|b| is_inner(**b)).count() + 1);
        let border = offset - tail.min(part.len());
        self.mark = (border, advance(self.mark.1, Span::new(self.mark.0, border).of(self.text)));
        let found = advance(self.mark.1, Span::new(border, offset).of(self.text));
        (found.line, found.column)
    }

    /// The line (or its part around the secret) on which `secret` starts.
    pub fn excerpt(&self, secret: Span) -> Excerpt {
        // Nothing further away is looked at, so that a text of one long line stays cheap.
        let floor = secret.start.saturating_sub(MARGIN);
        let roof = self.text.len().min(secret.start + LONGEST + MARGIN);
        let before = Span::new(floor, secret.start).of(self.text);
        let start = memchr::memrchr(b'\n', before).map_or(floor, |i| floor + i + 1);
        let line_end = memchr::memchr(b'\n', Span::new(secret.start, roof).of(self.text))
            .map_or(roof, |i| secret.start + i);
        let shown_end = secret.end.min(line_end).min(secret.start + LONGEST);
        let end = line_end.min(shown_end + MARGIN);
        let text = self.text[start..end].strip_suffix(b"\r").unwrap_or(&self.text[start..end]);
        let shown = Span::new(secret.start - start, (shown_end - start).min(text.len()));
        // A cut secret must not show its tail: what is left of it beyond the cut is dropped.
        let text = if secret.end > shown_end { &text[..shown.end] } else { text };
        Excerpt { text: text.to_vec(), secret: Some(shown) }
    }
}

/// Where one is after `text` that begins at `from`.
fn advance(from: Position, text: &[u8]) -> Position {
    let Some(last) = memchr::memrchr(b'\n', text) else {
        return Position { column: from.column.saturating_add(code_points(text)), ..from };
    };
    let breaks = memchr::memchr_iter(b'\n', text).count();
    let line = from.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
    Position { line, column: code_points(&text[last + 1..]).saturating_add(1) }
}

/// Whether `b` stands inside of a UTF-8 character, and never begins one.
pub fn is_inner(b: u8) -> bool {
    b & 0xC0 == 0x80
}

/// Counts code points; in invalid UTF-8 each stray byte counts as one.
fn code_points(text: &[u8]) -> u32 {
    if text.is_ascii() {
        return u32::try_from(text.len()).unwrap_or(u32::MAX);
    }
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
    fn positions_of_parts_are_those_of_the_whole() {
        let text = "aé\n\u{20ac}\u{1F600}x\n\n".as_bytes();
        let odd =
            [text, &[0xE2, 0x82, b'a', 0x80, 0x80, 0xF0, 0x9F, 0xE2, 0x82, 0xAC, 0x80], text];
        let text = odd.concat();
        for cut in (0..text.len()).filter(|&at| !is_inner(text[at])) {
            let (line, column) = Lines::new(&text).position(cut);
            let mut part = Lines::part(&text[cut..], Position { line, column });
            let mut rising = Lines::new(&text);
            for at in cut..=text.len() {
                let whole = Lines::new(&text).position(at);
                assert_eq!(part.position(at - cut), whole, "{cut} {at}");
                assert_eq!(rising.position(at), whole, "{cut} {at}");
            }
        }
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
