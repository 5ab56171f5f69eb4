//! Hexadecimal digits in either case.

use super::alphabet::{Values, values};
use super::coded::{Code, Progress};
use super::{Decoder, Layers};
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

/// The decoder.
#[derive(Debug, Default)]
pub(super) struct Hex(Progress);

impl Decoder for Hex {
    fn at_run(&mut self, text: &[u8], run: Run, out: &mut Layers) {
        if run.has_digit() {
            CODE.at_run(text, run, &mut self.0, out);
        }
    }
}
