//! The text of office documents: what people read as one word may be spread over several tags, as
//! a program for writing marks each change and each doubt of its spelling.

use super::Input;
use super::out::Out;
use memchr::{memchr, memmem};
use std::io;

/// Names of tags by which the parts of such documents are told.
const MARKS: [&[u8]; 9] = [
    b"<w:document",
    b"<w:p",
    b"<w:hdr",
    b"<w:ftr",
    b"<office:",
    b"<text:p",
    b"<p:sld",
    b"<a:t>",
    b"<sst",
];
/// Tags, without what may stand in them, at which a line ends.
const LINES: [&[u8]; 12] = [
    b"/w:p",
    b"w:br",
    b"/w:tc",
    b"/a:p",
    b"a:br",
    b"/text:p",
    b"/text:h",
    b"text:line-break",
    b"/table:table-cell",
    b"/si",
    b"w:cr",
    b"/a:tc",
];
/// Tags that stand for a blank.
const BLANKS: [&[u8]; 4] = [b"w:tab", b"text:tab", b"text:s", b"w:noBreakHyphen"];

pub(super) fn is(head: &[u8]) -> bool {
    let begins =
        head.starts_with(b"<?xml") || head.starts_with(b"<w:") || head.starts_with(b"<text:");
    begins && MARKS.iter().any(|mark| memmem::find(head, mark).is_some())
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    let mut text = Vec::new();
    let mut rest = &all.bytes[..];
    while let Some(start) = memchr(b'<', rest) {
        let (before, tag) = rest.split_at(start);
        text.extend_from_slice(before);
        let Some(end) = memchr(b'>', tag) else { break };
        let (tag, behind) = tag.split_at(end + 1);
        match name(tag) {
            name if LINES.contains(&name) => text.push(b'\n'),
            name if BLANKS.contains(&name) => text.push(b' '),
            _ => {}
        }
        rest = behind;
    }
    out.bytes(b"text", &text)
}

/// The name in `<NAME attributes/>`, with the slash of an end.
fn name(tag: &[u8]) -> &[u8] {
    let inner = tag.get(1..).unwrap_or_default();
    let ends = |b: &u8| b.is_ascii_whitespace() || *b == b'>';
    let name = inner.split(ends).next().unwrap_or_default();
    name.strip_suffix(b"/").unwrap_or(name)
}
