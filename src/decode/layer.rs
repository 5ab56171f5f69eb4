//! A decoded text, and the way back from it.

use crate::model::Span;

/// The decoded text of one stretch, mostly with what stood beside it.
#[derive(Debug)]
pub struct Layer {
    /// The text.
    pub text: Vec<u8>,
    /// How it was encoded, outermost first.
    pub names: &'static [&'static str],
    pieces: Vec<Piece>,
}

/// A part of a layer and its outer form.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// Where it starts in the layer, in bits.
    bit: usize,
    /// Where its outer form starts, in bytes.
    outer: usize,
    /// Length of the outer form.
    len: usize,
    /// How many bits each outer byte stands for; 0 if the parts of the piece have no place of
    /// their own.
    rate: usize,
}

impl Layer {
    /// The part of the outer text from which `inner` came.
    pub fn outer(&self, inner: Span) -> Span {
        let start = self.piece(inner.start * 8).map_or(0, |p| p.start_of(inner.start * 8));
        let last = (inner.end * 8).saturating_sub(1).max(inner.start * 8);
        let end = self.piece(last).map_or(start, |p| p.end_of(last));
        Span::new(start, end.max(start))
    }

    /// Whether `inner` stands in the outer text as it is.
    pub(super) fn is_copy(&self, inner: Span) -> bool {
        let Some(piece) = self.piece(inner.start * 8) else { return false };
        piece.rate == 8 && inner.end * 8 <= piece.bit + piece.len * 8
    }

    fn piece(&self, bit: usize) -> Option<Piece> {
        let after = self.pieces.partition_point(|p| p.bit <= bit);
        after.checked_sub(1).and_then(|i| self.pieces.get(i)).copied()
    }
}

impl Piece {
    fn start_of(self, bit: usize) -> usize {
        let into = (bit - self.bit).checked_div(self.rate).unwrap_or(0);
        self.outer + into.min(self.len)
    }

    fn end_of(self, bit: usize) -> usize {
        let into = (bit - self.bit).checked_div(self.rate).map_or(self.len, |n| n + 1);
        self.outer + into.min(self.len)
    }
}

/// A layer in the making.
#[derive(Debug, Default)]
pub(super) struct Build {
    text: Vec<u8>,
    pieces: Vec<Piece>,
}

impl Build {
    /// Appends the bytes of `outer`, `span` as they are.
    pub(super) fn copy(&mut self, outer: &[u8], span: Span) {
        let bytes = span.of(outer);
        if !bytes.is_empty() {
            self.push(span, 8);
            self.text.extend_from_slice(bytes);
        }
    }

    /// Appends `bytes`, all of which `span` stands for.
    pub(super) fn atom(&mut self, bytes: &[u8], span: Span) {
        if !bytes.is_empty() {
            self.push(span, 0);
            self.text.extend_from_slice(bytes);
        }
    }

    /// Appends `bytes`, for which the characters of `lines` stand, each for `rate` bits.
    pub(super) fn coded(&mut self, bytes: &[u8], lines: &[Span], rate: usize) {
        let mut bit = self.text.len() * 8;
        self.text.extend_from_slice(bytes);
        let end = self.text.len() * 8;
        for line in lines.iter().take_while(|_| !bytes.is_empty()) {
            if bit < end {
                self.pieces.push(Piece { bit, outer: line.start, len: line.len(), rate });
            }
            bit += line.len() * rate;
        }
    }

    fn push(&mut self, span: Span, rate: usize) {
        let bit = self.text.len() * 8;
        self.pieces.push(Piece { bit, outer: span.start, len: span.len(), rate });
    }

    /// The finished layer.
    pub(super) fn done(self, names: &'static [&'static str]) -> Layer {
        Layer { text: self.text, names, pieces: self.pieces }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_piece_leads_back() {
        let outer = b"k: aGVs bG8= %41";
        let mut build = Build::default();
        build.copy(outer, Span::new(0, 3));
        build.coded(b"hello", &[Span::new(3, 7), Span::new(8, 11)], 6);
        build.atom(b"A", Span::new(13, 16));
        let layer = build.done(&["x"]);
        assert_eq!(layer.text, b"k: helloA");
        assert_eq!(layer.outer(Span::new(0, 1)), Span::new(0, 1));
        assert_eq!(layer.outer(Span::new(3, 8)), Span::new(3, 11));
        assert_eq!(layer.outer(Span::new(3, 6)), Span::new(3, 7));
        assert_eq!(layer.outer(Span::new(6, 7)), Span::new(8, 10));
        assert_eq!(layer.outer(Span::new(8, 9)), Span::new(13, 16));
        assert_eq!(layer.outer(Span::new(0, 99)), Span::new(0, 16));
    }
}
