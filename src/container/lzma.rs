//! LZMA and LZMA2, as xz, 7z and zip use them.

use super::out::bad;
use lzma_rust2::{
    Action, FilterConfig, FilterType, Lzma2Stream, LzmaStream, Status, StreamResult,
};
use std::io::{self, BufRead};

/// The largest dictionary that is kept: what `xz -9` asks for. A text that asks for more is read
/// with as much, which is enough unless it is longer.
const DICTIONARY: u32 = 64 << 20;

/// One packed stream.
pub(super) struct Packed {
    kind: Kind,
    /// The dictionary that it asks for.
    wanted: u64,
    done: bool,
}

enum Kind {
    One(Box<LzmaStream>),
    Two(Box<Lzma2Stream>),
}

impl Packed {
    /// LZMA2, with the byte that tells the size of the dictionary, and then `filters`.
    pub(super) fn two(dictionary: u8, filters: &[FilterConfig]) -> io::Result<Self> {
        let bits = u64::from(dictionary & 0x3f);
        let wanted =
            if bits >= 40 { u64::from(u32::MAX) } else { (2 | bits & 1) << (bits / 2 + 11) };
        let mut lzma = Lzma2Stream::new(kept(wanted));
        lzma.set_filters(filters)?;
        Ok(Self { kind: Kind::Two(Box::new(lzma)), wanted, done: false })
    }

    /// LZMA of `len` bytes, if that is known, with its five bytes of properties.
    pub(super) fn one(
        properties: &[u8],
        len: Option<u64>,
        filters: &[FilterConfig],
    ) -> io::Result<Self> {
        let &[props, a, b, c, d] = properties else { return Err(bad("bad properties of LZMA")) };
        let wanted = u64::from(u32::from_le_bytes([a, b, c, d]));
        let len = len.unwrap_or(u64::MAX);
        let mut lzma = LzmaStream::new_with_props(len, props, kept(wanted), None)?;
        lzma.set_filters(filters)?;
        Ok(Self { kind: Kind::One(Box::new(lzma)), wanted, done: false })
    }

    /// How much memory it takes.
    pub(super) fn memory(&self) -> u64 {
        u64::from(kept(self.wanted))
    }

    /// Unpacks some more; nothing at the end.
    pub(super) fn read(
        &mut self,
        source: &mut impl BufRead,
        into: &mut [u8],
    ) -> io::Result<usize> {
        while !self.done && !into.is_empty() {
            let bytes = source.fill_buf()?;
            let ended = bytes.is_empty();
            let StreamResult { bytes_consumed, bytes_produced, status } =
                self.kind.process(bytes, into).map_err(|e| self.explain(e))?;
            source.consume(bytes_consumed);
            self.done = status == Status::StreamEnd;
            if bytes_produced > 0 {
                return Ok(bytes_produced);
            }
            if ended && !self.done {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(0)
    }

    fn explain(&self, e: io::Error) -> io::Error {
        if self.wanted <= u64::from(DICTIONARY) {
            return e;
        }
        let why = format!("it asks for a dictionary of {} MiB", self.wanted >> 20);
        io::Error::new(io::ErrorKind::OutOfMemory, why)
    }
}

impl Kind {
    fn process(&mut self, bytes: &[u8], into: &mut [u8]) -> io::Result<StreamResult> {
        let action = if bytes.is_empty() { Action::Finish } else { Action::Run };
        match self {
            Self::One(lzma) => lzma.process(bytes, into, action),
            Self::Two(lzma) => lzma.process(bytes, into, action),
        }
    }
}

fn kept(wanted: u64) -> u32 {
    u32::try_from(wanted).unwrap_or(DICTIONARY).clamp(4096, DICTIONARY)
}

/// The filter of that number in xz, which 7z shares, with its property.
pub(super) fn filter(id: u64, property: &[u8]) -> Option<FilterConfig> {
    let start = property.iter().take(4).rev().fold(0, |n, b| n << 8 | u32::from(*b));
    let filter_type = match id {
        3 => return Some(FilterConfig::new_delta(start + 1)),
        4 => FilterType::BcjX86,
        5 => FilterType::BcjPpc,
        6 => FilterType::BcjIa64,
        7 => FilterType::BcjArm,
        8 => FilterType::BcjArmThumb,
        9 => FilterType::BcjSparc,
        10 => FilterType::BcjArm64,
        11 => FilterType::BcjRiscv,
        _ => return None,
    };
    Some(FilterConfig { filter_type, property: start })
}
