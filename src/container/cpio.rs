//! cpio: what is in rpm and in the first file system of Linux.

use super::Input;
use super::bytes::{digits, le, part};
use super::out::{Out, bad};
use super::tar::Exact;
use super::window::Window;
use std::io;

/// The name of the last entry.
const LAST: &[u8] = b"TRAILER!!!";

pub(super) fn is(head: &[u8]) -> bool {
    let kind = Kind::of(head);
    // Two bytes are little: the name must end with NUL as well.
    kind.is_some_and(|kind| {
        let name = kind.head(head).map(|h| part(head, kind.len(), h.name));
        name.is_some_and(|n| n.len() > 1 && n.last() == Some(&0))
    })
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    input.with(|stream| entries(&mut Window::new(stream), out))
}

/// How numbers are written.
#[derive(Clone, Copy)]
enum Kind {
    /// As digits of base 16.
    New,
    /// As digits of base 8.
    Old,
    /// As bytes; whether the larger end stands first.
    Binary(bool),
}

struct Head {
    name: usize,
    len: u64,
}

impl Kind {
    fn of(head: &[u8]) -> Option<Self> {
        match head {
            [b'0', b'7', b'0', b'7', b'0', b'1' | b'2', ..] => Some(Self::New),
            [b'0', b'7', b'0', b'7', b'0', b'7', ..] => Some(Self::Old),
            [0xc7, 0x71, ..] => Some(Self::Binary(false)),
            [0x71, 0xc7, ..] => Some(Self::Binary(true)),
            _ => None,
        }
    }

    /// The length of a head.
    fn len(self) -> usize {
        match self {
            Self::New => 110,
            Self::Old => 76,
            Self::Binary(_) => 26,
        }
    }

    fn head(self, head: &[u8]) -> Option<Head> {
        let short = |at, big: bool| {
            le::<2>(head, at).map(|n| if big { n >> 8 | (n & 0xff) << 8 } else { n })
        };
        let (name, len) = match self {
            Self::New => (digits(part(head, 94, 8), 16)?, digits(part(head, 54, 8), 16)?),
            Self::Old => (digits(part(head, 59, 6), 8)?, digits(part(head, 65, 11), 8)?),
            Self::Binary(big) => (short(20, big)?, short(22, big)? << 16 | short(24, big)?),
        };
        let name = usize::try_from(name).ok().filter(|n| (1..=0x1_0000).contains(n))?;
        Some(Head { name, len })
    }

    /// What names and contents are padded to.
    fn step(self) -> u64 {
        match self {
            Self::New => 4,
            Self::Old => 1,
            Self::Binary(_) => 2,
        }
    }
}

fn entries(source: &mut Window<'_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    loop {
        // Archives may follow one another, with NUL bytes between.
        while source.peek(1)? == [0] {
            source.skip(1)?;
        }
        if source.is_done()? {
            return Ok(());
        }
        out.meter.entry()?;
        let Some(kind) = Kind::of(source.peek(6)?) else {
            // Something else follows, such as another archive that is compressed.
            return out.part(b"", source);
        };
        let raw = source.grab(kind.len())?;
        let head = kind.head(&raw).ok_or_else(|| bad("a head in it is damaged"))?;
        let name = source.grab(head.name)?;
        let name = name.split(|b| *b == 0).next().unwrap_or_default();
        source.skip(padding((kind.len() + head.name) as u64, kind.step()))?;
        if name == LAST {
            continue;
        }
        let from = source.taken;
        if head.len > 0 {
            out.part(name, &mut Exact { source: &mut *source, left: head.len })?;
        }
        let left = head.len.saturating_sub(source.taken - from);
        source.skip(left.saturating_add(padding(head.len, kind.step())))?;
    }
}

fn padding(len: u64, step: u64) -> u64 {
    (step - len % step) % step
}
