//! Base32 in upper case, where a run is long.

use super::alphabet::values;
use super::coded::{Code, Progress};
use super::{Decoder, Layers};
use crate::prefilter::Run;

static CODE: Code<5, 8> = Code {
    values: values(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    phases: 1,
    least: 32,
    gate: |_| true,
    look: 24,
    names: [&["base32"], &["base32", "utf-16le"], &["base32", "utf-16be"]],
};

/// The decoder.
#[derive(Debug, Default)]
pub(super) struct Base32(Progress);

impl Decoder for Base32 {
    fn at_run(&mut self, text: &[u8], run: Run, out: &mut Layers) {
        CODE.at_run(text, run, &mut self.0, out);
    }
}
