//! A long text, piece by piece: what is found is what scanning the whole would find.
//!
//! A piece is scanned with so much of the text on either side that every verdict on a secret that
//! begins in the piece is the one it would get in the whole; what begins outside of it is left to
//! the neighbours. No more than a piece and its surroundings is held at a time.

use super::Setup;
use super::gather::{Found, Part, in_part, kept};
use super::kept::Kept;
use super::layers::Within;
use crate::blob::{Decoder, Islands, Lines, Position, WIDE, is_inner};
use crate::model::{Item, Origin, Span};
use crate::rule::is_token;

/// What comments and excerpts take in around a secret, beyond the reach of rules.
const AROUND: usize = 3 * 4096;
/// How far back from its due end a piece may end, to end between words.
const SLACK: usize = 1024;

/// A long text that is being scanned.
pub(super) struct Pieces<'a> {
    setup: &'a Setup<'a>,
    origin: &'a Origin,
    /// The start of the text, until its encoding is known.
    head: Option<Vec<u8>>,
    plain: Reading,
    wide: Option<(Decoder, Reading)>,
    /// Wide text amid other bytes, where the whole is not.
    islands: (Islands, Reading),
    kept: Kept,
    barren: bool,
}

impl<'a> Pieces<'a> {
    /// For the text of `origin`, of which `size` bytes are scanned at a time.
    pub(super) fn new(origin: &'a Origin, setup: &'a Setup<'a>, size: usize) -> Self {
        Self {
            setup,
            origin,
            head: Some(Vec::new()),
            plain: Reading::new(setup, size, None),
            wide: None,
            islands: (Islands::default(), Reading::new(setup, size, Some(WIDE))),
            kept: kept(setup),
            barren: true,
        }
    }

    /// Everything that is found in a text that is at hand.
    pub(super) fn all(item: &'a Item<'_>, setup: &'a Setup<'a>, size: usize) -> Found {
        let mut pieces = Self::new(&item.origin, setup, size);
        item.bytes.chunks(size.max(Decoder::HEAD)).for_each(|bytes| pieces.push(bytes));
        pieces.finish()
    }

    /// The text goes on with `bytes`.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let Some(head) = &mut self.head else { return self.take(bytes) };
        head.extend_from_slice(bytes);
        if head.len() >= Decoder::HEAD {
            self.begin();
        }
    }

    /// The text has ended.
    pub(super) fn finish(mut self) -> Found {
        self.begin();
        if let Some((decoder, reading)) = &mut self.wide {
            decoder.finish(&mut reading.held);
        }
        let (islands, found) = &mut self.islands;
        islands.finish(&mut found.held);
        let wide = self.wide.iter_mut().map(|w| &mut w.1);
        for reading in [&mut self.plain, found].into_iter().chain(wide) {
            self.barren &=
                reading.scan(reading.held.len(), false, self.origin, self.setup, &mut self.kept);
        }
        self.kept.finish((self.barren && self.wide.is_none()).then(Vec::new))
    }

    fn begin(&mut self) {
        let Some(head) = self.head.take() else { return };
        let size = self.plain.size;
        self.wide = Decoder::of(&head).map(|decoder| {
            let reading = Reading::new(self.setup, size, Some(decoder.name()));
            (decoder, reading)
        });
        self.take(&head);
    }

    fn take(&mut self, bytes: &[u8]) {
        let bite = self.plain.size.max(Decoder::HEAD);
        bytes.chunks(bite).for_each(|bytes| self.take_bite(bytes));
    }

    fn take_bite(&mut self, bytes: &[u8]) {
        if self.wide.is_none() && self.plain.pass(bytes) {
            self.islands.0.push(&[0; 4], &mut self.islands.1.held);
            return;
        }
        self.plain.held.extend_from_slice(bytes);
        self.barren &= self.plain.advance(self.origin, self.setup, &mut self.kept);
        if let Some((decoder, reading)) = &mut self.wide {
            decoder.push(bytes, &mut reading.held);
            reading.advance(self.origin, self.setup, &mut self.kept);
        } else {
            let (islands, reading) = &mut self.islands;
            islands.push(bytes, &mut reading.held);
            self.barren &= reading.advance(self.origin, self.setup, &mut self.kept);
        }
    }
}

/// One reading of the text: its bytes as they are, or decoded.
struct Reading {
    encoding: Option<&'static str>,
    size: usize,
    margin: usize,
    /// The part of the text that is at hand.
    held: Vec<u8>,
    /// Where `held` begins in the text.
    base: Position,
    /// Secrets that begin before this offset of `held` are done.
    done: usize,
    /// Whether what is at hand is known to be nothing but NULs.
    blank: bool,
}

impl Reading {
    fn new(setup: &Setup<'_>, size: usize, encoding: Option<&'static str>) -> Self {
        // Once for what stands around a secret, and once for what stands around that: a token in
        // the middle of a key block is none.
        let margin = 2 * setup.matcher.reach() + AROUND;
        let base = Position::default();
        Self { encoding, size: size.max(1), margin, held: Vec::new(), base, done: 0, blank: false }
    }

    /// Whether `bytes` bring nothing new: NULs, as all that is at hand. So the holes of a sparse
    /// file cost next to nothing.
    fn pass(&mut self, bytes: &[u8]) -> bool {
        self.blank = is_blank(bytes)
            && (self.blank || self.held.len() >= self.margin && is_blank(&self.held));
        if !self.blank {
            return false;
        }
        let passed = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.base.column = self.base.column.saturating_add(passed);
        true
    }

    /// Scans all pieces of which enough is at hand, and lets them go.
    fn advance(&mut self, origin: &Origin, setup: &Setup<'_>, kept: &mut Kept) -> bool {
        let mut barren = true;
        while self.held.len() >= self.done + self.size + self.margin {
            let end = border(&self.held, self.done + 1, self.done + self.size);
            barren &= self.scan(end, true, origin, setup, kept);
            self.done = end;
            let drop = self.done.saturating_sub(self.margin);
            let drop = (0..=drop).rev().find(|&at| begins(&self.held, at)).unwrap_or(0);
            let (line, column) = Lines::part(&self.held, self.base).position(drop);
            self.base = Position { line, column };
            self.held.drain(..drop);
            self.done -= drop;
        }
        barren
    }

    fn scan(
        &self,
        end: usize,
        goes_on: bool,
        origin: &Origin,
        setup: &Setup<'_>,
        kept: &mut Kept,
    ) -> bool {
        // Of a large bite only as much is looked at as the piece needs.
        let roof = self.held.len().min(end.saturating_add(self.margin));
        let text = self.held.get(..roof).unwrap_or_default();
        let core = Span::new(self.done, end);
        in_part(
            &Part { text, encoding: self.encoding, base: self.base, core, goes_on },
            Within::Text,
            origin,
            setup,
            kept,
        )
    }
}

/// The best end of a piece at or shortly before `end`: after a line break, else between words,
/// else between characters.
fn border(text: &[u8], least: usize, end: usize) -> usize {
    let from = end.saturating_sub(SLACK).max(least);
    let near = || (from..=end).rev();
    let before = |at: usize| at.checked_sub(1).and_then(|i| text.get(i)).copied().unwrap_or(b' ');
    near()
        .find(|&at| before(at) == b'\n')
        .or_else(|| near().find(|&at| !is_token(before(at)) && begins(text, at)))
        .or_else(|| near().find(|&at| begins(text, at)))
        .unwrap_or(end)
}

/// Whether there is nothing but NULs in `text`.
fn is_blank(text: &[u8]) -> bool {
    let rest = text.get(1..).unwrap_or_default();
    // Each byte is like the one before it.
    text.first() == Some(&0) && text.get(..rest.len()) == Some(rest)
}

fn begins(text: &[u8], at: usize) -> bool {
    !text.get(at).is_some_and(|b| is_inner(*b))
}

#[cfg(test)]
mod tests;
