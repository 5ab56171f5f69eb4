//! Streams and archives amid other bytes: in programs, pictures, records of databases, and behind
//! other streams. They are known by how they begin, and only if what follows can be unpacked.

use super::Input;
use super::bytes::{be, le, le_size, part};
use super::inflate::{Deflated, Inflate};
use super::out::Out;
use super::stream::{Stream, Unpacked};
use super::window::{AHEAD, Window};
use super::{bzip2, gzip, sevenz, xz, zstd};
use aho_corasick::AhoCorasick;
use std::io::{self, BufRead, Read};
use std::sync::LazyLock;

/// How they begin.
const MARKS: [(&[u8], Kind); 12] = [
    (b"\x1f\x8b\x08", Kind::Gzip),
    (b"\xfd7zXZ\0", Kind::Xz),
    (b"BZh", Kind::Bzip2),
    (b"\x28\xb5\x2f\xfd", Kind::Zstd),
    (b"\x78\x9c", Kind::Zlib),
    (b"\x78\xda", Kind::Zlib),
    (b"\x78\x01", Kind::Zlib),
    (b"PK\x03\x04", Kind::Rest(is_zip)),
    (b"7z\xbc\xaf\x27\x1c", Kind::Rest(is_sevenz)),
    (b"Rar!\x1a\x07", Kind::Rest(is_rar)),
    (b"hsqs", Kind::Rest(is_squashfs)),
    (b"MSCF\0\0\0\0", Kind::Rest(is_cabinet)),
];

static SEARCH: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(MARKS.iter().map(|(mark, _)| mark)).ok());

/// The longest mark.
const LONGEST: usize = 8;
/// A try unpacks so many bytes, and looks at so many.
const TRY: usize = 64;
const TRIED: usize = 4096;
/// Where a NUL tells that it is no text.
const START: usize = 512;
const END: usize = 64;

/// What begins with a mark.
#[derive(Clone, Copy)]
enum Kind {
    Gzip,
    Xz,
    Bzip2,
    Zstd,
    Zlib,
    /// It goes on to the end, if it is what it seems.
    Rest(fn(&[u8]) -> bool),
}

/// No container begins so: this is for what nothing else knows.
pub(super) fn is(_: &[u8]) -> bool {
    false
}

/// Whether it is worth to look for such things in something of which this is the `head`, or all.
pub(super) fn may_hold(head: &[u8], whole: bool) -> bool {
    let has = |bytes: &[u8]| memchr::memchr(0, bytes).is_some();
    let tail = head.len().saturating_sub(END);
    has(part(head, 0, START)) || whole && has(part(head, tail, END))
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    input.with(|stream| within(&mut Window::new(stream), out))
}

/// Shows what is packed in the rest of `source`.
pub(super) fn within(source: &mut Window<'_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let Some(search) = &*SEARCH else { return Ok(()) };
    loop {
        let ahead = source.peek(AHEAD)?;
        let last = ahead.len() < AHEAD;
        let found = search.find_iter(ahead).find_map(|m| {
            let (_, kind) = MARKS.get(m.pattern().as_usize())?;
            // What is cut off at the end of the window is met again.
            let near = last || m.start() + TRIED <= ahead.len();
            let rest = ahead.get(m.start()..).filter(|_| near)?;
            kind.seems(part(rest, 0, TRIED)).then_some((m.start(), *kind))
        });
        match found {
            Some((at, kind)) => {
                source.consume(at);
                kind.show(source, out)?;
            }
            None if last => return Ok(()),
            None => {
                let pass = ahead.len() - TRIED - LONGEST;
                source.consume(pass);
            }
        }
    }
}

impl Kind {
    /// Whether what begins so can be unpacked.
    fn seems(self, head: &[u8]) -> bool {
        match self {
            Self::Gzip => gzip::is(head) && begins::<gzip::Member>(head),
            Self::Xz => begins::<xz::Blocks>(head),
            Self::Bzip2 => bzip2::is(head),
            Self::Zstd => begins::<zstd::Frame>(head),
            Self::Zlib => {
                let third = head.get(2).copied().unwrap_or(0xff);
                third & 6 != 6 && unpacks(&mut Inflate::new(&mut &*head, Deflated::zlib()))
            }
            Self::Rest(is) => is(head),
        }
    }

    fn show(self, source: &mut Window<'_>, out: &mut Out<'_, '_>) -> io::Result<()> {
        let (name, from) = (format!("offset {}", source.taken), source.taken);
        let (name, meter) = (name.as_bytes(), out.meter);
        match self {
            Self::Gzip => out.guess(name, &mut Unpacked::<gzip::Member>::new(source, meter))?,
            Self::Xz => out.guess(name, &mut Unpacked::<xz::Blocks>::new(source, meter))?,
            Self::Bzip2 => out.guess(name, &mut Unpacked::<bzip2::Blocks>::new(source, meter))?,
            Self::Zstd => out.guess(name, &mut Unpacked::<zstd::Frame>::new(source, meter))?,
            Self::Zlib => out.guess(name, &mut Inflate::new(source, Deflated::zlib()))?,
            Self::Rest(_) => out.part(name, source)?,
        }
        if source.taken == from {
            source.skip(1)?;
        }
        Ok(())
    }
}

/// Whether some bytes come out of `packed`, or all if these are few.
fn unpacks(packed: &mut dyn Read) -> bool {
    let mut bytes = [0; TRY];
    let mut got = 0;
    while let Some(room) = bytes.get_mut(got..).filter(|room| !room.is_empty()) {
        match packed.read(room) {
            Ok(0) => break,
            Ok(n) => got += n,
            Err(_) => return false,
        }
    }
    got > 0
}

fn begins<S: Stream>(mut head: &[u8]) -> bool {
    let mut source = Window::new(&mut head);
    let Ok(Some(mut stream)) = S::begin(&mut source) else { return false };
    let mut bytes = [0; TRY];
    match stream.read(&mut source, &mut bytes) {
        Ok(n) => n > 0,
        // A block may be longer than what is looked at.
        Err(e) => e.kind() == io::ErrorKind::UnexpectedEof,
    }
}

/// The version, the method and the name of the first entry.
fn is_zip(head: &[u8]) -> bool {
    let method = le::<2>(head, 8).unwrap_or(u64::MAX);
    let name = part(head, 30, le_size::<2>(head, 26).unwrap_or(0));
    head.get(4).is_some_and(|version| *version <= 63)
        && matches!(method, 0..=20 | 93..=99)
        && !name.is_empty()
        && !name.iter().any(u8::is_ascii_control)
}

/// The sum of its head.
fn is_sevenz(head: &[u8]) -> bool {
    let sum = crc32fast::hash(part(head, 12, 20));
    sevenz::is(head) && le::<4>(head, 8) == Some(u64::from(sum))
}

/// The kind of the first block.
fn is_rar(head: &[u8]) -> bool {
    match head.get(6) {
        Some(0) => head.get(9) == Some(&0x73),
        Some(1) => head.get(7) == Some(&0) && le::<4>(head, 8).is_some_and(|sum| sum > 0),
        _ => false,
    }
}

/// The version and the method.
fn is_squashfs(head: &[u8]) -> bool {
    le::<4>(head, 28) == Some(4) && matches!(le::<2>(head, 20), Some(1..=6))
}

/// The version, and places within its own length.
fn is_cabinet(head: &[u8]) -> bool {
    let size = le::<4>(head, 8).unwrap_or(0);
    be::<2>(head, 24) == Some(0x0301) && le::<4>(head, 16).is_some_and(|at| at < size)
}
