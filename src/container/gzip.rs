//! gzip: one or more members one after another, told as one text.

use super::Input;
use super::bytes::le_size;
use super::inflate::Deflated;
use super::out::Out;
use super::stream::{self, Stream};
use super::window::Window;
use std::io::{self, BufRead};

pub(super) fn is(head: &[u8]) -> bool {
    // The method and the reserved flags, too: two bytes are little.
    head.starts_with(b"\x1f\x8b\x08") && head.get(3).is_some_and(|flags| flags & 0xe0 == 0)
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    stream::read::<Member>(input, out)
}

pub(super) struct Member {
    data: Deflated,
    sum: crc32fast::Hasher,
    len: u32,
    ended: bool,
    wrong: bool,
}

impl Stream for Member {
    const MARK: &'static [u8] = b"\x1f\x8b\x08";

    fn begin(source: &mut Window<'_>) -> io::Result<Option<Self>> {
        if !is(source.peek(10)?) {
            return Ok(None);
        }
        let head = source.grab(10)?;
        let flags = head.get(3).copied().unwrap_or(0);
        if flags & 4 != 0 {
            let len = le_size::<2>(&source.array::<2>()?, 0).unwrap_or(0);
            source.skip(len as u64)?;
        }
        // The name, and a comment.
        for _ in 0..(flags & 0x18).count_ones() {
            source.skip_until(0)?;
        }
        if flags & 2 != 0 {
            source.skip(2)?;
        }
        let (data, sum) = (Deflated::raw(), crc32fast::Hasher::new());
        Ok(Some(Self { data, sum, len: 0, ended: false, wrong: false }))
    }

    fn read(&mut self, source: &mut Window<'_>, into: &mut [u8]) -> io::Result<usize> {
        let n = if self.ended { 0 } else { self.data.read(source, into)? };
        self.sum.update(into.get(..n).unwrap_or_default());
        self.len = self.len.wrapping_add(n as u32);
        if n == 0 && !self.ended {
            self.ended = true;
            let told = source.array::<8>()?;
            let sum = self.sum.clone().finalize();
            self.wrong = told[..4] != sum.to_le_bytes() || told[4..] != self.len.to_le_bytes();
        }
        Ok(n)
    }

    fn is_wrong(&self) -> bool {
        self.wrong
    }
}
