//! LZMA with the short head that came before xz: the `.lzma` of old tools.

use super::Input;
use super::bytes::le;
use super::lzma::Packed;
use super::out::Out;
use super::stream::{self, Stream};
use super::window::Window;
use std::io;

/// Properties, size of the dictionary, length.
const HEAD: usize = 13;

/// The head has no mark of its own: its usual properties, a size that tools choose, a length that
/// is unknown or sensible, and the first byte of the packed data, which is always 0.
pub(super) fn is(head: &[u8]) -> bool {
    let dictionary = le::<4>(head, 1).unwrap_or(0);
    let len = le::<8>(head, 5).unwrap_or(0);
    head.first() == Some(&0x5d)
        && head.get(HEAD) == Some(&0)
        && (4096..=1 << 30).contains(&dictionary)
        && dictionary.count_ones() <= 2
        && (len == u64::MAX || (1..1 << 40).contains(&len))
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    stream::read::<Alone>(input, out)
}

struct Alone(Packed);

impl Stream for Alone {
    const MARK: &'static [u8] = b"\x5d\0\0";

    fn begin(source: &mut Window<'_>) -> io::Result<Option<Self>> {
        if !is(source.peek(HEAD + 1)?) {
            return Ok(None);
        }
        let head = source.grab(HEAD)?;
        let len = le::<8>(&head, 5).filter(|len| *len != u64::MAX);
        let properties = head.get(..5).unwrap_or_default();
        Packed::one(properties, len, &[]).map(|packed| Some(Self(packed)))
    }

    fn memory(&self) -> u64 {
        self.0.memory()
    }

    fn read(&mut self, source: &mut Window<'_>, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(source, into)
    }
}
