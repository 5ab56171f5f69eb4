//! Percent encoding, as in URLs: `%2D`.

use super::stretch::{Escape, Escapes, Kind};
use super::{Decoder, Layers};
use crate::model::Span;
use crate::prefilter::Run;

static KIND: Kind = Kind { names: &["percent"], lead: b'%', read, longest: 3 };

/// The decoder.
#[derive(Debug, Default)]
pub(super) struct Percent(Escapes);

impl Decoder for Percent {
    fn at_run(&mut self, text: &[u8], run: Run, out: &mut Layers) {
        self.0.at_run(&KIND, text, run, out);
    }

    fn at_dense(&mut self, text: &[u8], stretch: Span, out: &mut Layers) {
        self.0.at_dense(&KIND, text, stretch, out);
    }
}

fn read(text: &[u8]) -> Option<Escape> {
    let [b'%', high, low, ..] = text else { return None };
    let digit = |b: &u8| char::from(*b).to_digit(16);
    let value = digit(high)? << 4 | digit(low)?;
    Some(Escape::byte(u8::try_from(value).ok()?, 3))
}
