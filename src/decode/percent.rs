//! Percent encoding, as in URLs: `%2D`; and of characters, as old browsers write them: `%u002D`.

use super::stretch::{Escape, Escapes, Kind};
use super::{Decoder, Layers};
use crate::model::Span;
use crate::prefilter::Run;

static KIND: Kind = Kind { names: &["percent"], lead: b'%', read, longest: 6 };

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
    let digit = |b: &u8| char::from(*b).to_digit(16);
    if let [b'%', b'u', digits @ ..] = text {
        let all = digits.get(..4)?.iter();
        let value = all.map(digit).try_fold(0, |n, d| Some(n << 4 | d?))?;
        return Some(Escape::char(char::from_u32(value)?, 6));
    }
    let [b'%', high, low, ..] = text else { return None };
    let value = digit(high)? << 4 | digit(low)?;
    Some(Escape::byte(u8::try_from(value).ok()?, 3))
}
