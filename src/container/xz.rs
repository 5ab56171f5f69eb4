//! xz: streams of blocks, each packed with LZMA2 and perhaps a filter. Sums are not looked at.

use super::Input;
use super::lzma::{Packed, filter};
use super::out::{Out, bad, unknown};
use super::stream::{self, Stream};
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
    /// The length of the sum behind each block.
    sum: u64,
}

impl Stream for Blocks {
    fn begin(source: &mut Window<'_>) -> io::Result<Option<Self>> {
        // Streams are padded with NUL bytes.
        while source.peek(4)? == [0; 4] {
            source.skip(4)?;
        }
        if !is(source.peek(12)?) {
            return Ok(None);
        }
        let head = source.grab(12)?;
        let sum = match head.get(7).copied().unwrap_or(0) & 0xf {
            0 => 0,
            kind => 4_u64 << (u64::from(kind - 1) / 3),
        };
        Ok(Some(Self { block: None, sum }))
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
            if n > 0 {
                return Ok(n);
            }
            let padding = (*began).wrapping_sub(source.taken) % 4;
            source.skip(padding + self.sum)?;
            self.block = None;
        }
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

/// Passes over the index and the foot of a stream. If they are cut off, all of the text was there.
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
    source.skip(padding + 4 + 12)?;
    Ok(())
}
