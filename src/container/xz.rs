//! xz: streams of blocks, each packed with LZMA2 and perhaps a filter.

use super::Input;
use super::lzma::{Packed, filter};
use super::out::{Out, bad, unknown};
use super::stream::{self, Stream};
use super::sums::Crc64;
use super::window::Window;
use std::io;

const MAGIC: &[u8] = b"\xfd7zXZ\0";
/// LZMA2, as filters are numbered.
const LZMA2: u64 = 0x21;

pub(super) fn is(head: &[u8]) -> bool {
    head.starts_with(MAGIC)
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    stream::read::<Blocks>(input, out)
}

/// The blocks of one stream.
pub(super) struct Blocks {
    /// The block at hand, and where its data began.
    block: Option<(Packed, u64)>,
    /// The kind of the sum behind each block.
    kind: u8,
    sum: Sum,
    wrong: bool,
}

/// What is summed up of a block, as the kinds of sums have it.
enum Sum {
    Crc32(crc32fast::Hasher),
    Crc64(Crc64),
    /// There is none, or a cryptographic one.
    Other,
}

impl Sum {
    fn new(kind: u8) -> Self {
        match kind {
            1 => Self::Crc32(crc32fast::Hasher::new()),
            4 => Self::Crc64(Crc64::new()),
            _ => Self::Other,
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        match self {
            Self::Crc32(sum) => sum.update(bytes),
            Self::Crc64(sum) => sum.add(bytes),
            Self::Other => {}
        }
    }

    fn is(&self, told: &[u8]) -> bool {
        match self {
            Self::Crc32(sum) => told == sum.clone().finalize().to_le_bytes(),
            Self::Crc64(sum) => told == sum.done().to_le_bytes(),
            Self::Other => true,
        }
    }
}

impl Stream for Blocks {
    const MARK: &'static [u8] = MAGIC;

    fn begin(source: &mut Window<'_>) -> io::Result<Option<Self>> {
        // Streams are padded with NUL bytes.
        while source.peek(4)? == [0; 4] {
            source.skip(4)?;
        }
        if !is(source.peek(12)?) {
            return Ok(None);
        }
        let head = source.grab(12)?;
        let kind = head.get(7).copied().unwrap_or(0) & 0xf;
        Ok(Some(Self { block: None, kind, sum: Sum::new(kind), wrong: false }))
    }

    fn memory(&self) -> u64 {
        // Not known before the first block: what the largest takes.
        64 << 20
    }

    fn read(&mut self, source: &mut Window<'_>, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some((packed, began)) = &mut self.block else {
                if source.peek(1)? == [0] {
                    skip_index(source)?;
                    return Ok(0);
                }
                self.block = Some((block(source)?, source.taken));
                continue;
            };
            let n = packed.read(source, into)?;
            self.sum.add(into.get(..n).unwrap_or_default());
            if n > 0 {
                return Ok(n);
            }
            let padding = (*began).wrapping_sub(source.taken) % 4;
            source.skip(padding)?;
            let len = if self.kind == 0 { 0 } else { 4 << ((self.kind - 1) / 3) };
            let told = source.grab(len)?;
            self.wrong |= !self.sum.is(&told);
            (self.block, self.sum) = (None, Sum::new(self.kind));
        }
    }

    fn is_wrong(&self) -> bool {
        self.wrong
    }
}

/// Reads the head of a block.
fn block(source: &mut Window<'_>) -> io::Result<Packed> {
    let len = source.peek(1)?.first().map_or(0, |n| (usize::from(*n) + 1) * 4);
    let head = source.grab(len.max(8))?;
    let flags = head.get(1).copied().unwrap_or(0);
    let mut at = 2;
    // The sizes, packed and not, if they are told.
    for _ in 0..(flags & 0xc0).count_ones() {
        number(&head, &mut at)?;
    }
    let mut filters = Vec::new();
    for _ in 0..=flags & 3 {
        let (id, len) = (number(&head, &mut at)?, number(&head, &mut at)?);
        let end = at.saturating_add(usize::try_from(len).unwrap_or(usize::MAX));
        let property = head.get(at..end).ok_or_else(|| bad("the head of a block is damaged"))?;
        at = end;
        match id {
            LZMA2 => return Packed::two(property.first().copied().unwrap_or(0), &filters),
            // The numbers of filters for code start at 4 and mean the same in every file.
            _ => filters
                .push(filter(id, property).ok_or_else(|| unknown(format!("filter {id} of xz")))?),
        }
    }
    Err(unknown("a block of xz without LZMA2"))
}

/// A number in groups of seven bits.
fn number(bytes: &[u8], at: &mut usize) -> io::Result<u64> {
    let mut all = 0;
    for shift in (0..63).step_by(7) {
        let byte = *bytes.get(*at).ok_or(io::ErrorKind::UnexpectedEof)?;
        *at += 1;
        all |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(all);
        }
    }
    Err(bad("a number is too long"))
}

/// Passes over the index and the foot of a stream.
fn skip_index(source: &mut Window<'_>) -> io::Result<()> {
    let from = source.taken;
    source.skip(1)?;
    let mut numbers = 1_u64;
    let mut first = true;
    while numbers > 0 {
        let mut value = 0_u64;
        for shift in (0..63).step_by(7) {
            let [byte] = source.array::<1>()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        numbers = if first { value.saturating_mul(2) } else { numbers - 1 };
        first = false;
    }
    let padding = from.wrapping_sub(source.taken) % 4;
    match source.skip(padding + 4 + 12)? {
        true => Ok(()),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}
