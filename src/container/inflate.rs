//! Deflate: what is packed in gzip, zip, PNG, PDF and git.

use super::out::bad;
use libdeflater::Decompressor;
use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZError, MZFlush};
use std::cell::RefCell;
use std::io::{self, BufRead, Read};

/// How many states a thread keeps.
const SPARE: usize = 4;

thread_local! {
    /// States that are free. To make one anew for each small entry costs more than to inflate it.
    static FREE: RefCell<Vec<Box<InflateState>>> = const { RefCell::new(Vec::new()) };
    static AT_ONCE: RefCell<Decompressor> = RefCell::new(Decompressor::new());
}

/// A byte of a deflated stream gives at most this many.
pub(super) const BEST_RATIO: usize = 1032;

/// What the bare stream that `packed` begins with says, if that is just `len` bytes: in a third of
/// the time that it takes as it comes.
pub(super) fn at_once(packed: &[u8], len: usize) -> Option<Vec<u8>> {
    if len > packed.len().saturating_mul(BEST_RATIO) {
        return None;
    }
    let mut text = vec![0; len];
    let made = AT_ONCE.with_borrow_mut(|tables| tables.deflate_decompress(packed, &mut text));
    made.is_ok_and(|n| n == text.len()).then_some(text)
}

/// One deflated stream, without what it is read from.
pub(super) struct Deflated(Option<Box<InflateState>>);

impl Deflated {
    /// A bare stream.
    pub(super) fn raw() -> Self {
        Self::new(DataFormat::Raw)
    }

    /// A stream with the head and the sum of zlib. The sum is not looked at.
    pub(super) fn zlib() -> Self {
        Self::new(DataFormat::ZLibIgnoreChecksum)
    }

    /// The same, of which the sum must be right.
    pub(super) fn checked() -> Self {
        Self::new(DataFormat::Zlib)
    }

    fn new(format: DataFormat) -> Self {
        let mut state =
            FREE.with_borrow_mut(Vec::pop).unwrap_or_else(|| InflateState::new_boxed(format));
        state.reset(format);
        Self(Some(state))
    }

    /// Unpacks some more; nothing at the end. What stands behind it stays in the source.
    pub(super) fn read(
        &mut self,
        source: &mut impl BufRead,
        into: &mut [u8],
    ) -> io::Result<usize> {
        let Some(state) = &mut self.0 else { return Ok(0) };
        while !into.is_empty() {
            let bytes = source.fill_buf()?;
            let ended = bytes.is_empty();
            let result = inflate(state, bytes, into, MZFlush::None);
            source.consume(result.bytes_consumed);
            if result.bytes_written > 0 {
                return Ok(result.bytes_written);
            }
            match result.status {
                Ok(miniz_oxide::MZStatus::StreamEnd) => return Ok(0),
                Ok(_) if result.bytes_consumed > 0 => {}
                Ok(_) | Err(MZError::Buf) if ended => {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                _ => return Err(bad("the compressed data is damaged")),
            }
        }
        Ok(0)
    }
}

impl Drop for Deflated {
    fn drop(&mut self) {
        let state = self.0.take();
        // A thread that ends has no place for it any more.
        let _ = FREE.try_with(|free| {
            let mut free = free.borrow_mut();
            if free.len() < SPARE {
                free.extend(state);
            }
        });
    }
}

/// Reads one deflated stream.
pub(super) struct Inflate<'a, R> {
    source: &'a mut R,
    stream: Deflated,
}

impl<'a, R: BufRead> Inflate<'a, R> {
    /// The `stream` that comes next in `source`.
    pub(super) fn new(source: &'a mut R, stream: Deflated) -> Self {
        Self { source, stream }
    }
}

impl<R: BufRead> Read for Inflate<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.stream.read(self.source, into)
    }
}
