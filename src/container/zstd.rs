//! Zstandard: frames one after another, some of which hold nothing.

use super::Input;
use super::bytes::le;
use super::out::{Out, bad, unknown};
use super::stream::{self, Stream};
use super::sums::Xxh64;
use super::window::Window;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::{self, Read};

const MAGIC: u64 = 0xfd2f_b528;
/// The largest window that is kept: what `zstd --long` writes.
const WINDOW: u64 = 128 << 20;

pub(super) fn is(head: &[u8]) -> bool {
    le::<4>(head, 0).is_some_and(|mark| mark == MAGIC || is_skippable(mark))
}

/// A frame for others, which zstd passes over.
fn is_skippable(mark: u64) -> bool {
    mark & !0xf == 0x184d_2a50
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    stream::read::<Frame>(input, out)
}

/// One frame.
pub(super) struct Frame {
    decoder: FrameDecoder,
    window: u64,
    sum: Xxh64,
    /// The lower half of the sum, if there is one.
    told: Option<u32>,
}

impl Stream for Frame {
    const MARK: &'static [u8] = b"\x28\xb5\x2f\xfd";

    fn begin(source: &mut Window<'_>) -> io::Result<Option<Self>> {
        while le::<4>(source.peek(4)?, 0).is_some_and(is_skippable) {
            source.skip(4)?;
            let len = source.array::<4>()?;
            if !source.skip(u64::from(u32::from_le_bytes(len)))? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let head = source.peek(14)?;
        if le::<4>(head, 0) != Some(MAGIC) {
            return Ok(None);
        }
        let window = window(head).unwrap_or(WINDOW);
        if window > WINDOW {
            return Err(unknown(format!("it asks for a window of {} MiB", window >> 20)));
        }
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(WINDOW);
        decoder.init(&mut *source).map_err(|e| bad(&e.to_string()))?;
        Ok(Some(Self { decoder, window, sum: Xxh64::new(), told: None }))
    }

    fn memory(&self) -> u64 {
        self.window
    }

    fn read(&mut self, source: &mut Window<'_>, into: &mut [u8]) -> io::Result<usize> {
        while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
            let one = BlockDecodingStrategy::UptoBlocks(1);
            if let Err(e) = self.decoder.decode_blocks(&mut *source, one) {
                let ended = source.is_done()?;
                let cut = || io::ErrorKind::UnexpectedEof.into();
                return Err(if ended { cut() } else { bad(&e.to_string()) });
            }
        }
        let n = self.decoder.read(into)?;
        self.sum.add(into.get(..n).unwrap_or_default());
        if n == 0 {
            self.told = self.decoder.get_checksum_from_data();
        }
        Ok(n)
    }

    fn is_wrong(&self) -> bool {
        self.told.is_some_and(|told| told != self.sum.done() as u32)
    }
}

/// The size of the window that a frame asks for, by its head.
fn window(head: &[u8]) -> Option<u64> {
    let flags = *head.get(4)?;
    if flags & 0x20 == 0 {
        let byte = u64::from(*head.get(5)?);
        let base = 1_u64 << (10 + (byte >> 3));
        return Some(base + (base >> 3) * (byte & 7));
    }
    // A single segment: the window is the text.
    let at = 5 + [0, 1, 2, 4][usize::from(flags & 3)];
    match flags >> 6 {
        0 => le::<1>(head, at),
        1 => le::<2>(head, at).map(|n| n + 256),
        2 => le::<4>(head, at),
        _ => le::<8>(head, at),
    }
}
