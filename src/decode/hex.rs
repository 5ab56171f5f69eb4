//! Hexadecimal digits in either case, and what is packed in them.

use super::alphabet::{self, NONE, Values, values};
use super::coded::{Code, Progress};
use super::{Decoder, Layers, Packed, packed, wrap};
use crate::model::Span;
use crate::prefilter::Run;

const VALUES: Values = {
    let mut table = values(b"0123456789abcdef");
    let mut n = 0;
    while n < 6 {
        table[b'A' as usize + n] = 10 + n as u8;
        n += 1;
    }
    table
};

static CODE: Code<4, 2> = Code {
    values: VALUES,
    phases: 2,
    least: 24,
    gate: |_| true,
    look: 24,
    names: [&["hex"], &["hex", "utf-16le"], &["hex", "utf-16be"]],
};

/// Fewer digits are nothing that is packed.
const LEAST: usize = 60;

/// The decoder.
#[derive(Debug, Default)]
pub(super) struct Hex {
    seen: Progress,
    packed: usize,
}

impl Decoder for Hex {
    fn at_run(&mut self, text: &[u8], run: Run, out: &mut Layers) {
        if !run.has_digit() {
            return;
        }
        CODE.at_run(text, run, &mut self.seen, out);
        if run.span.len() >= LEAST && run.span.start >= self.packed {
            self.unpack(text, run.span, out);
        }
    }
}

impl Hex {
    fn unpack(&mut self, text: &[u8], run: Span, out: &mut Layers) {
        let marked = matches!(run.of(text), [b'0', b'x' | b'X', ..]);
        let start = run.start + if marked { 2 } else { 0 };
        let head = Span::new(start, (start + 32).min(run.end));
        // Nearly all digits are sums, whose first byte says so mostly.
        let first = head.of(text).first_chunk::<2>().map_or(0, |[high, low]| {
            VALUES[usize::from(*high)] << 4 | VALUES[usize::from(*low)] & 0xf
        });
        if !packed::may_begin(first)
            || !packed::is(&alphabet::decode(text, &[head], &CODE.values, 4))
        {
            return;
        }
        let digits = Span::new(start, run.end).of(text).iter();
        let len = digits.take_while(|b| CODE.values[usize::from(**b)] != NONE).count();
        let first = Span::new(start, start + len);
        let lines = wrap::lines_of_any(text, first, &CODE);
        let span = Span::new(start, lines.last().map_or(first.end, |l| l.end));
        self.packed = span.end;
        let bytes = alphabet::decode(text, &lines, &CODE.values, 4);
        out.add_packed(Packed { span, bytes });
    }
}
