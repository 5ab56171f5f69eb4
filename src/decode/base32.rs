//! Base32 in either case, where a run is long: the usual letters, and those in the order of numbers.

use super::alphabet::{Values, values};
use super::coded::{Code, Progress};
use super::{Decoder, Layers};
use crate::prefilter::Run;

/// Small letters are worth what the large ones are.
const fn in_either_case(letters: &[u8]) -> Values {
    let mut table = values(letters);
    let mut n = 0;
    while n < letters.len() {
        table[letters[n].to_ascii_lowercase() as usize] = n as u8;
        n += 1;
    }
    table
}

static CODE: Code<5, 8> = Code {
    values: in_either_case(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    phases: 1,
    least: 32,
    gate: |_| true,
    look: 24,
    names: [&["base32"], &["base32", "utf-16le"], &["base32", "utf-16be"]],
};
static HEX: Code<5, 8> = Code {
    values: in_either_case(b"0123456789ABCDEFGHIJKLMNOPQRSTUV"),
    phases: 1,
    least: 32,
    gate: |_| true,
    look: 24,
    names: [&["base32hex"], &["base32hex", "utf-16le"], &["base32hex", "utf-16be"]],
};

/// The decoder.
#[derive(Debug, Default)]
pub(super) struct Base32 {
    usual: Progress,
    hex: Progress,
}

impl Decoder for Base32 {
    fn at_run(&mut self, text: &[u8], run: Run, out: &mut Layers) {
        CODE.at_run(text, run, &mut self.usual, out);
        HEX.at_run(text, run, &mut self.hex, out);
    }
}
