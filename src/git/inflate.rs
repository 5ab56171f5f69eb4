//! zlib streams of which the store says how long they are.

use super::MAX_OBJECT;
use libdeflater::Decompressor;
use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZFlush, MZStatus};
use std::cell::RefCell;
use std::io::{self, Read};

/// A byte of a zlib stream gives at most this many.
const BEST_RATIO: u64 = 1032;

/// What is said of an object that is larger than [`MAX_OBJECT`].
pub(crate) const TOO_LARGE: &str = "too large";

thread_local! {
    /// To make them anew for each small object costs as much as to inflate it.
    static TABLES: RefCell<Decompressor> = RefCell::new(Decompressor::new());
}

/// All of the stream at the start of `deflated`, which must give `size` bytes.
///
/// # Errors
/// In words, if it does not, or claims what it cannot hold.
pub(crate) fn whole(deflated: &[u8], size: u64) -> Result<Vec<u8>, &'static str> {
    if size > (deflated.len() as u64).saturating_mul(BEST_RATIO) {
        return Err("claims more than its data can hold");
    }
    if size > MAX_OBJECT {
        return Err(TOO_LARGE);
    }
    let mut out = vec![0; usize::try_from(size).map_err(|_| TOO_LARGE)?];
    match TABLES.with_borrow_mut(|tables| tables.zlib_decompress(deflated, &mut out)) {
        Ok(n) if n == out.len() => Ok(out),
        Ok(_) => Err("shorter than it claims"),
        Err(_) => Err("does not inflate"),
    }
}

/// As much as fits into `out` of the stream at the start of `deflated`.
pub(crate) fn start<'o>(deflated: &[u8], out: &'o mut [u8]) -> Option<&'o [u8]> {
    let n = Inflating::new(deflated).read(out).ok()?;
    out.get(..n)
}

/// A stream as it is inflated.
pub(crate) struct Inflating<R> {
    from: R,
    state: Box<InflateState>,
    buffer: Box<[u8]>,
    /// What of the buffer is still to be inflated.
    left: std::ops::Range<usize>,
    ended: bool,
}

impl<R: Read> Inflating<R> {
    /// Inflates what `from` gives.
    pub(crate) fn new(from: R) -> Self {
        let state = InflateState::new_boxed(DataFormat::Zlib);
        Self { from, state, buffer: vec![0; 1 << 14].into(), left: 0..0, ended: false }
    }
}

impl<R: Read> Read for Inflating<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while !self.ended && !into.is_empty() {
            if self.left.is_empty() {
                self.left = 0..self.from.read(&mut self.buffer)?;
            }
            let input = self.buffer.get(self.left.clone()).unwrap_or_default();
            let is_last = input.is_empty();
            let done = inflate(&mut self.state, input, into, MZFlush::None);
            self.left.start += done.bytes_consumed;
            self.ended = match done.status {
                Ok(MZStatus::StreamEnd) => true,
                Ok(_) => false,
                // It wants more than it was given, and gets it in the next round.
                Err(miniz_oxide::MZError::Buf) if !is_last => false,
                Err(_) => return Err(io::Error::other("does not inflate")),
            };
            if done.bytes_written > 0 {
                return Ok(done.bytes_written);
            }
            if is_last && !self.ended {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(0)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    fn deflated(text: &[u8]) -> Vec<u8> {
        miniz_oxide::deflate::compress_to_vec_zlib(text, 6)
    }

    #[test]
    fn a_stream_is_inflated_whole_and_in_parts() {
        let text = b"some words, some words, ".repeat(5000);
        let packed = deflated(&text);
        assert_eq!(whole(&packed, text.len() as u64).unwrap(), text);
        assert_eq!(start(&packed, &mut [0; 10]).unwrap(), &text[..10]);
        let mut out = Vec::new();
        Inflating::new(packed.as_slice()).read_to_end(&mut out).unwrap();
        assert_eq!(out, text);
    }

    #[test]
    fn what_is_damaged_ends_in_an_error() {
        let text = b"abcdefgh".repeat(40);
        let packed = deflated(&text);
        for at in 0..packed.len() {
            for mask in [1, 0x80, 0xff] {
                let mut odd = packed.clone();
                odd[at] ^= mask;
                let mut out = Vec::new();
                let read = Inflating::new(odd.as_slice()).read_to_end(&mut out);
                assert!(read.is_err() || out == text, "{at}");
                assert!(
                    whole(&odd, text.len() as u64).is_ok_and(|o| o == text)
                        || out != text
                        || read.is_err()
                );
            }
            let mut out = Vec::new();
            assert!(Inflating::new(&packed[..at]).read_to_end(&mut out).is_err());
        }
        assert!(whole(&packed, text.len() as u64 + 1).is_err());
        assert!(whole(&packed, 1 << 40).is_err());
    }
}
