//! Text in PNG images: comments, plain and compressed, and what cameras and programs tell.

use super::Input;
use super::bytes::{be_size, part};
use super::exif;
use super::inflate::{Deflated, Inflate};
use super::out::{Out, bad};
use super::tar::Exact;
use super::window::Window;
use std::io::{self, Read};

const MAGIC: &[u8] = b"\x89PNG\r\n\x1a\n";
/// The longest chunk of text that is read.
const LONGEST: usize = 16 << 20;

/// Chunks that hold a picture and how it is to be shown, by numbers.
const KNOWN: [&[u8]; 22] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"sBIT", b"sRGB", b"cICP",
    b"bKGD", b"hIST", b"pHYs", b"sPLT", b"tIME", b"acTL", b"fcTL", b"fdAT", b"oFFs", b"sTER",
    b"mDCV", b"cLLI",
];

pub(super) fn is(head: &[u8]) -> bool {
    head.starts_with(MAGIC)
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    input.with(|stream| chunks(&mut Window::new(stream), out))
}

fn chunks(source: &mut Window<'_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    source.skip(MAGIC.len() as u64)?;
    while !source.is_done()? {
        out.meter.entry()?;
        let head = source.array::<8>()?;
        let (len, kind) = (be_size::<4>(&head, 0).unwrap_or(0), part(&head, 4, 4));
        if matches!(kind, b"tEXt" | b"zTXt" | b"iTXt" | b"eXIf" | b"iCCP") && len <= LONGEST {
            let mut chunk = Vec::new();
            Exact { source: &mut *source, left: len as u64 }.read_to_end(&mut chunk)?;
            text(kind, &chunk, out)?;
        } else if !KNOWN.contains(&kind) && len <= LONGEST {
            // Who has a chunk of his own may keep anything in it.
            out.part(kind, &mut Exact { source: &mut *source, left: len as u64 })?;
        } else if !source.skip(len as u64)? {
            // A picture that is cut off hides no text.
            return Ok(());
        }
        source.skip(4)?;
        if kind == b"IEND" {
            // What stands behind it may be a container again.
            return if source.is_done()? { Ok(()) } else { out.part(b"trailer", source) };
        }
    }
    Ok(())
}

fn text(kind: &[u8], chunk: &[u8], out: &mut Out<'_, '_>) -> io::Result<()> {
    if kind == b"eXIf" {
        return exif::tags(chunk, out);
    }
    let end = memchr::memchr(0, chunk).ok_or_else(|| bad("a comment in it is damaged"))?;
    let (word, rest) = (part(chunk, 0, end), chunk.get(end + 1..).unwrap_or_default());
    let (packed, data) = match (kind, rest) {
        (b"tEXt", _) => (false, rest),
        (b"iTXt", [flag, _, rest @ ..]) => (*flag == 1, after(after(rest))),
        (_, [_, rest @ ..]) => (true, rest),
        _ => return Ok(()),
    };
    let word = if word.is_empty() { kind } else { word };
    if packed {
        let mut data = data;
        return out.part(word, &mut Inflate::new(&mut data, Deflated::checked()));
    }
    out.bytes(word, data)
}

/// What stands behind the next NUL.
fn after(bytes: &[u8]) -> &[u8] {
    let end = memchr::memchr(0, bytes).map_or(bytes.len(), |at| at + 1);
    bytes.get(end..).unwrap_or_default()
}
