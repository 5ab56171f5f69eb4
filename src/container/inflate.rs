//! Deflate: what is packed in gzip, zip, PNG, PDF and git.

use super::out::bad;
use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZError, MZFlush};
use std::io::{self, BufRead, Read};

/// One deflated stream, without what it is read from.
pub(super) struct Deflated(Box<InflateState>);

impl Deflated {
    /// A bare stream.
    pub(super) fn raw() -> Self {
        Self(InflateState::new_boxed(DataFormat::Raw))
    }

    /// A stream with the head and the sum of zlib. The sum is not looked at.
    pub(super) fn zlib() -> Self {
        Self(InflateState::new_boxed(DataFormat::ZLibIgnoreChecksum))
    }

    /// The same, of which the sum must be right.
    pub(super) fn checked() -> Self {
        Self(InflateState::new_boxed(DataFormat::Zlib))
    }

    /// Unpacks some more; nothing at the end. What stands behind it stays in the source.
    pub(super) fn read(
        &mut self,
        source: &mut impl BufRead,
        into: &mut [u8],
    ) -> io::Result<usize> {
        while !into.is_empty() {
            let bytes = source.fill_buf()?;
            let ended = bytes.is_empty();
            let result = inflate(&mut self.0, bytes, into, MZFlush::None);
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
