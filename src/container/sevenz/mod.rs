//! 7z: folders of files that are packed together, by LZMA, LZMA2, Deflate, bzip2 or Zstandard.

mod folder;
mod header;

use super::Input;
use super::bytes::{le, le_size, part};
use super::out::{Out, WRONG, bad};
use super::sums::Summed;
use super::tar::Exact;
use crate::model::Reason;
use header::{Header, Streams};
use std::io::{self, Read};

/// The longest header that is read.
const LONGEST: u64 = 32 << 20;

pub(super) fn is(head: &[u8]) -> bool {
    head.starts_with(b"7z\xbc\xaf\x27\x1c")
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    let bytes = &all.bytes[..];
    let (at, len) = (le_size::<8>(bytes, 12), le_size::<8>(bytes, 20));
    let place = at.zip(len).and_then(|(at, len)| {
        let from = at.checked_add(32)?;
        bytes.get(from..from.checked_add(len)?)
    });
    let mut head = place.ok_or(io::ErrorKind::UnexpectedEof)?.to_vec();
    let sums = [(8, part(bytes, 12, 20)), (28, &head)];
    if sums.iter().any(|(at, text)| le::<4>(bytes, *at) != Some(crc32fast::hash(text).into())) {
        out.gap(b"", Reason::Corrupt, WRONG);
    }
    // The header may be packed itself, and that again.
    for _ in 0..4 {
        match header::read(&head).ok_or_else(|| bad("its header is damaged"))? {
            Header::Files(streams, names) => return files(bytes, &streams, &names, out),
            Header::Packed(streams) => head = unpack(bytes, &streams)?,
        }
    }
    Err(bad("its header is damaged"))
}

/// The header that is packed in the first folder of `streams`.
fn unpack(bytes: &[u8], streams: &Streams) -> io::Result<Vec<u8>> {
    let folder = streams.folders.first().ok_or_else(|| bad("its header is damaged"))?;
    let mut packed = packed(bytes, streams, 0);
    let mut head = Vec::new();
    folder::open(folder, &mut packed)?.take(LONGEST).read_to_end(&mut head)?;
    head.truncate(usize::try_from(folder.len).unwrap_or(usize::MAX));
    Ok(head)
}

/// The bytes of the stream that folder `n` is packed in. A folder of several has them in a row.
fn packed<'a>(bytes: &'a [u8], streams: &Streams, n: usize) -> &'a [u8] {
    let before: usize = streams.folders.iter().take(n).map(|f| f.packed).sum();
    let skipped: u64 = streams.sizes.iter().take(before).fold(0, |n, s| n.saturating_add(*s));
    let at = streams.at.saturating_add(skipped).saturating_add(32);
    let len = streams.sizes.get(before).copied().unwrap_or(0);
    let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    part(bytes, size(at), size(len))
}

fn files(
    bytes: &[u8],
    streams: &Streams,
    names: &[Vec<u8>],
    out: &mut Out<'_, '_>,
) -> io::Result<()> {
    let mut names = names.iter();
    for (n, folder) in streams.folders.iter().enumerate() {
        let mut packed = packed(bytes, streams, n);
        // What the largest dictionary takes.
        let _held = out.meter.hold(64 << 20)?;
        let mut text = match folder::open(folder, &mut packed) {
            Ok(text) => text,
            Err(e) => {
                for name in names.by_ref().take(folder.files.len()) {
                    out.trouble(name, &e);
                }
                continue;
            }
        };
        let sums = folder.sums.iter().copied().chain(std::iter::repeat(None));
        for (len, sum) in folder.files.iter().zip(sums) {
            let name = names.next().map_or(&b"unnamed"[..], |n| n);
            let mut file = Exact { source: &mut text, left: *len };
            let mut file = Summed::new(&mut file);
            out.part(name, &mut file)?;
            if sum.is_some() && file.done.is_some_and(|done| Some(done) != sum) {
                out.gap(name, Reason::Corrupt, WRONG);
            }
        }
    }
    Ok(())
}
