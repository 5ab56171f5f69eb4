//! The text around a finding in which words can file it away.

use crate::model::Span;

/// How far words are looked for on each side, so that a file of one long line stays cheap.
const REACH: usize = 4096;

/// The parts of a text around a finding, the finding itself left out: what stands in a secret is
/// no comment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nearby {
    /// On its first line, before it.
    pub(super) before: Span,
    /// On its last line, after it.
    pub(super) after: Span,
    /// The line above, if all of it is within reach.
    pub(super) above: Option<Span>,
    /// The line below, if the finding has several lines.
    pub(super) below: Option<Span>,
    /// Whether the finding has several lines.
    pub(super) several: bool,
}

impl Nearby {
    /// Looks around `finding`, which lies in `text`.
    pub(super) fn new(text: &[u8], finding: Span) -> Self {
        let start = finding.start.min(text.len());
        let whole = Span::new(start, finding.end.clamp(start, text.len()));
        // A key block may take its last line break along.
        let end = start + whole.of(text).trim_ascii_end().len();
        let before = line_before(text, start);
        let after = line_after(text, end);
        let several = Span::new(start, end).of(text).contains(&b'\n');
        let breaks = several && text.get(after.end) == Some(&b'\n');
        Self {
            before,
            after,
            above: above(text, before.start),
            below: breaks.then(|| line_after(text, after.end + 1)),
            several,
        }
    }
}

impl Nearby {
    /// The stretch of the text that holds all parts.
    pub(super) fn all(&self) -> Span {
        let start = self.above.map_or(self.before.start, |line| line.start);
        Span::new(start, self.below.map_or(self.after.end, |line| line.end))
    }
}

/// From the line's start, or as far as the reach goes, to `end`.
fn line_before(text: &[u8], end: usize) -> Span {
    let floor = end.saturating_sub(REACH);
    let part = Span::new(floor, end).of(text);
    let start = memchr::memrchr(b'\n', part).map_or(floor, |at| floor + at + 1);
    Span::new(start, end)
}

/// From `start` to the line's end, or as far as the reach goes.
fn line_after(text: &[u8], start: usize) -> Span {
    let roof = start.saturating_add(REACH).min(text.len());
    let part = Span::new(start, roof).of(text);
    Span::new(start, memchr::memchr(b'\n', part).map_or(roof, |at| start + at))
}

/// The line that ends before `start`, if `start` begins a line and that one is short enough.
fn above(text: &[u8], start: usize) -> Option<Span> {
    let end = start.checked_sub(1).filter(|&at| text.get(at) == Some(&b'\n'))?;
    let line = line_before(text, end);
    let whole = line.start == 0 || text.get(line.start - 1) == Some(&b'\n');
    whole.then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &[u8], span: Option<Span>) -> Option<&str> {
        std::str::from_utf8(span?.of(text)).ok()
    }

    #[test]
    fn the_lines_around() {
        let text = b"zero\none\nab SECRET cd\nthree\n";
        let near = Nearby::new(text, Span::new(12, 18));
        assert_eq!(of(text, Some(near.before)), Some("ab "));
        assert_eq!(of(text, Some(near.after)), Some(" cd"));
        assert_eq!(of(text, near.above), Some("one"));
        assert_eq!(of(text, near.below), None);
        let two = Nearby::new(text, Span::new(6, 10));
        assert_eq!(of(text, Some(two.before)), Some("o"));
        assert_eq!(of(text, two.above), Some("zero"));
        assert_eq!(of(text, two.below), Some("three"));
    }

    #[test]
    fn long_lines_and_odd_spans_are_cut() {
        let mut text = vec![b'x'; 20_000];
        let near = Nearby::new(&text, Span::new(10_000, 10_010));
        assert_eq!((near.before.len(), near.after.len()), (REACH, REACH));
        assert!(near.above.is_none());
        text[9_999] = b'\n';
        assert!(Nearby::new(&text, Span::new(10_000, 10_010)).above.is_none());
        for span in [Span::new(5, 2), Span::new(30_000, 40_000), Span::new(0, usize::MAX)] {
            Nearby::new(&text, span);
            Nearby::new(b"", span);
        }
        let last = Nearby::new(b"a\nb\n", Span::new(0, 4));
        assert_eq!((last.after.len(), last.below.map(Span::len)), (0, Some(0)));
        assert!(Nearby::new(b"a\nb", Span::new(0, 3)).below.is_none());
    }
}
