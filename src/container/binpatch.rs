//! Patches of git with binary files in them.

use super::Input;
use super::base85;
use super::bytes::part;
use super::inflate::{Deflated, Inflate};
use super::out::Out;
use memchr::memmem;
use std::io;

/// How such a patch begins, or the mail that it is in.
const STARTS: [&[u8]; 6] =
    [b"diff --git ", b"From ", b"commit ", b"Index: ", b"GIT ", b"Subject:"];
const MARK: &[u8] = b"\nGIT binary patch\n";

pub(super) fn is(head: &[u8]) -> bool {
    STARTS.iter().any(|s| head.starts_with(s)) && memmem::find(head, MARK).is_some()
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    let mut last = 0;
    for at in memmem::find_iter(&all.bytes, MARK) {
        let name = name(part(&all.bytes, last, at - last));
        last = at + MARK.len();
        // What makes the new file, and what makes the old one again.
        for way in [&b""[..], b" (before)"] {
            let Some((bytes, taken)) = block(part(&all.bytes, last, usize::MAX)) else { break };
            last += taken;
            let name = [name, way].concat();
            out.part(&name, &mut Inflate::new(&mut bytes.as_slice(), Deflated::zlib()))?;
        }
    }
    Ok(())
}

/// The file that the last head before a block is about.
fn name(before: &[u8]) -> &[u8] {
    let line = memmem::rfind(before, b"diff --git ").map_or(&before[..0], |at| {
        let line = part(before, at, usize::MAX);
        part(line, 0, memchr::memchr(b'\n', line).unwrap_or(line.len()))
    });
    memmem::rfind(line, b" b/").map_or(b"file", |at| part(line, at + 3, usize::MAX))
}

/// The packed bytes of `literal N` or `delta N`, and how much of the text they take.
fn block(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    let mut lines = text.split_inclusive(|b| *b == b'\n');
    let head = lines.next()?;
    if !head.starts_with(b"literal ") && !head.starts_with(b"delta ") {
        return None;
    }
    let (mut bytes, mut taken) = (Vec::new(), head.len());
    for line in lines {
        taken += line.len();
        let line = line.trim_ascii_end();
        let Some((first, letters)) = line.split_first() else { break };
        let count = match first {
            b'A'..=b'Z' => usize::from(first - b'A') + 1,
            b'a'..=b'z' => usize::from(first - b'a') + 27,
            _ => break,
        };
        bytes.extend(base85::line(letters).into_iter().take(count));
    }
    Some((bytes, taken))
}
