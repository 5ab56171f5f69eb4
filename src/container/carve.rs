//! Streams and archives amid other bytes: in programs, pictures, records of databases, and behind
//! other streams. They are known by how they begin, and only if what follows can be unpacked.

use super::Input;
use super::bytes::{be, le, le_size, part};
use super::inflate::{Deflated, Inflate};
use super::out::Out;
use super::stream::{Stream, Unpacked};
use super::window::{AHEAD, Window};
use super::{bzip2, gzip, sevenz, xz, zstd};
use aho_corasick::{AhoCorasick, packed};
use memchr::memmem;
use std::io::{self, BufRead, Read};
use std::sync::LazyLock;

/// How they begin.
const MARKS: [(&[u8], Kind); 9] = [
    (b"\x1f\x8b\x08", Kind::Gzip),
    (b"\xfd7zXZ\0", Kind::Xz),
    (b"BZh", Kind::Bzip2),
    (b"\x28\xb5\x2f\xfd", Kind::Zstd),
    (b"PK\x03\x04", Kind::Rest(is_zip)),
    (b"7z\xbc\xaf\x27\x1c", Kind::Rest(is_sevenz)),
    (b"Rar!\x1a\x07", Kind::Rest(is_rar)),
    (b"hsqs", Kind::Rest(is_squashfs)),
    (b"MSCF\0\0\0\0", Kind::Rest(is_cabinet)),
];
/// How zlib begins. That is so little that it is looked for by itself.
const ZLIB: [&[u8]; 3] = [b"\x78\x9c", b"\x78\xda", b"\x78\x01"];

/// Looks for marks: by vectors where there are any.
enum Search {
    Packed(packed::Searcher),
    Plain(AhoCorasick),
}

static SEARCH: LazyLock<Option<Search>> = LazyLock::new(|| {
    let marks = || MARKS.iter().map(|(mark, _)| mark);
    let plain = || AhoCorasick::new(marks()).ok().map(Search::Plain);
    packed::Searcher::new(marks()).map(Search::Packed).or_else(plain)
});

/// A try unpacks so many bytes at a time, and looks at so many.
const TRY: usize = 512;
const TRIED: usize = 4096;
/// What so much comes out of is not chance.
const ENOUGH: usize = 1 << 20;
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
    loop {
        let ahead = source.peek(AHEAD)?;
        let last = ahead.len() < AHEAD;
        match first(ahead, last) {
            Some((at, kind)) => {
                source.consume(at);
                kind.show(source, out)?;
            }
            None if last => return Ok(()),
            None => {
                let pass = ahead.len() - TRIED;
                source.consume(pass);
            }
        }
    }
}

/// The first that begins in `ahead`. What is cut off at its end, unless that is the `last`, is met
/// again.
fn first(ahead: &[u8], last: bool) -> Option<(usize, Kind)> {
    let real = |at: usize, kind: Kind| {
        let near = last || at + TRIED <= ahead.len();
        let rest = ahead.get(at..).filter(|_| near)?;
        kind.seems(rest, last).then_some((at, kind))
    };
    let marked = |at: usize, mark: usize| real(at, MARKS.get(mark)?.1);
    let found = match SEARCH.as_ref()? {
        Search::Packed(search) => {
            search.find_iter(ahead).find_map(|m| marked(m.start(), m.pattern().as_usize()))
        }
        Search::Plain(search) => {
            search.find_iter(ahead).find_map(|m| marked(m.start(), m.pattern().as_usize()))
        }
    };
    let before = part(ahead, 0, found.map_or(ahead.len(), |(at, _)| at));
    let zlib = ZLIB
        .iter()
        .filter_map(|mark| memmem::find_iter(before, mark).find_map(|at| real(at, Kind::Zlib)));
    zlib.min_by_key(|(at, _)| *at).or(found)
}

impl Kind {
    /// Whether what begins so can be unpacked.
    fn seems(self, rest: &[u8], last: bool) -> bool {
        let head = part(rest, 0, TRIED);
        match self {
            Self::Gzip => gzip::is(head) && begins::<gzip::Member>(head),
            Self::Xz => begins::<xz::Blocks>(head),
            Self::Bzip2 => bzip2::is(head),
            Self::Zstd => begins::<zstd::Frame>(head),
            Self::Zlib => {
                let third = head.get(2).copied().unwrap_or(0xff);
                third & 6 != 6 && head.len() > 8 && inflates(rest, last)
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

/// Whether `rest` begins with zlib: up to its sum, or to the end of `rest` if that is not the `last`.
fn inflates(mut rest: &[u8], last: bool) -> bool {
    let mut source = Inflate::new(&mut rest, Deflated::checked());
    let (mut bytes, mut got) = ([0; TRY], 0);
    while got < ENOUGH {
        match source.read(&mut bytes) {
            Ok(0) => return got > 0,
            Ok(n) => got += n,
            Err(e) => return !last && e.kind() == io::ErrorKind::UnexpectedEof && got > TRIED,
        }
    }
    true
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
