//! lzip: members of LZMA, one after another, told as one text.

use super::Input;
use super::lzma::Packed;
use super::out::Out;
use super::stream::{self, Stream};
use super::window::Window;
use std::io;

const MAGIC: &[u8] = b"LZIP\x01";
/// What stands behind a member: a sum and two lengths.
const TAIL: usize = 20;

pub(super) fn is(head: &[u8]) -> bool {
    head.starts_with(MAGIC) && head.get(6) == Some(&0)
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    stream::read::<Member>(input, out)
}

struct Member {
    packed: Packed,
    sum: crc32fast::Hasher,
    len: u64,
    ended: bool,
    wrong: bool,
}

impl Stream for Member {
    const MARK: &'static [u8] = MAGIC;

    fn begin(source: &mut Window<'_>) -> io::Result<Option<Self>> {
        if !is(source.peek(7)?) {
            return Ok(None);
        }
        let code = source.grab(6)?.last().copied().unwrap_or(0);
        // A power of two, less up to seven sixteenths of it.
        let base = 1_u32 << (code & 0x1f).min(29);
        let dictionary = base - base / 16 * u32::from(code >> 5);
        let properties = [&[0x5d][..], &dictionary.to_le_bytes()].concat();
        let packed = Packed::one(&properties, None, &[])?;
        let sum = crc32fast::Hasher::new();
        Ok(Some(Self { packed, sum, len: 0, ended: false, wrong: false }))
    }

    fn memory(&self) -> u64 {
        self.packed.memory()
    }

    fn read(&mut self, source: &mut Window<'_>, into: &mut [u8]) -> io::Result<usize> {
        let n = if self.ended { 0 } else { self.packed.read(source, into)? };
        self.sum.update(into.get(..n).unwrap_or_default());
        self.len += n as u64;
        if n == 0 && !self.ended {
            self.ended = true;
            let told = source.array::<TAIL>()?;
            let sum = self.sum.clone().finalize();
            self.wrong = told[..4] != sum.to_le_bytes() || told[4..12] != self.len.to_le_bytes();
        }
        Ok(n)
    }

    fn is_wrong(&self) -> bool {
        self.wrong
    }
}
