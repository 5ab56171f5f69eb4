//! Fonts for pages, packed (WOFF 2.0): their tables, and what is told about them.
//!
//! Source: www.w3.org/TR/WOFF2, sections 4.1 to 4.3.

use super::Input;
use super::brotli;
use super::bytes::part;
use super::out::{Out, bad};
use std::io;

/// The head, and the numbers in it.
const HEAD: usize = 48;
const TABLES: usize = 12;
const PACKED: usize = 20;
const ABOUT: usize = 28;
const PRIVATE: usize = 40;
/// What stands for a collection of fonts.
const COLLECTION: &[u8] = b"ttcf";
/// The numbers of the two tables that are told in another form unless they say 3.
const OUTLINES: [u8; 2] = [10, 11];

pub(super) fn is(head: &[u8]) -> bool {
    head.starts_with(b"wOF2")
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    let bytes = &all.bytes[..];
    if part(bytes, 4, 4) == COLLECTION {
        return Err(super::out::unknown("a collection of packed fonts is not unpacked here"));
    }
    let at = |at: usize| number(bytes, at);
    let start = directory(bytes).ok_or_else(|| bad("the list of its tables is damaged"))?;
    let packed = part(bytes, start, at(PACKED));
    brotli::show(&mut &*packed, out)?;
    let about = part(bytes, at(ABOUT), at(ABOUT + 4));
    if !about.is_empty() {
        brotli::show(&mut &*about, out)?;
    }
    out.bytes(b"private", part(bytes, at(PRIVATE), at(PRIVATE + 4)))
}

fn number(bytes: &[u8], at: usize) -> usize {
    part(bytes, at, 4).iter().fold(0, |n, b| n << 8 | usize::from(*b))
}

/// Where the list of tables ends.
fn directory(bytes: &[u8]) -> Option<usize> {
    let tables = usize::from(u16::from_be_bytes(*bytes.get(TABLES..)?.first_chunk()?));
    let mut at = HEAD;
    for _ in 0..tables {
        let flags = *bytes.get(at)?;
        let (table, form) = (flags & 0x3f, flags >> 6);
        at += 1 + if table == 0x3f { 4 } else { 0 };
        at += length(bytes, at)?;
        if OUTLINES.contains(&table) != (form != 0) {
            at += length(bytes, at)?;
        }
    }
    Some(at)
}

/// How many bytes the number at `at` has: seven bits each, the last without the eighth.
fn length(bytes: &[u8], at: usize) -> Option<usize> {
    let last = part(bytes, at, 5).iter().position(|b| b & 0x80 == 0)?;
    Some(last + 1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::super::tests::{SENTENCE, Shelf, holds, shelf};
    use crate::model::Reason;

    /// The sentence, packed with Brotli.
    const PACKED: &str = "iwmAc3RhbmNoIGxvb2tzIGluc2lkZQoD";

    fn font(told: usize) -> Vec<u8> {
        let packed = data_encoding::BASE64.decode(PACKED.as_bytes()).unwrap();
        let number = |n: usize| u32::try_from(n).unwrap().to_be_bytes();
        let mut head = [&b"wOF2\0\x01\0\0"[..], &[0; 4], b"\0\x02\0\0"].concat();
        head.extend([number(0), number(told)].concat());
        head.extend([0; 24]);
        // The names, and the outlines, which are told in another form.
        let list = [5, SENTENCE.len() as u8, 10, 0x81, 0x00, 0];
        [&head[..], &list, &packed].concat()
    }

    fn says(shelf: &Shelf) -> bool {
        shelf.parts.iter().any(|(_, text)| text == SENTENCE)
    }

    #[test]
    fn the_tables_of_a_font_are_read() {
        let len = PACKED.len() / 4 * 3;
        holds(&font(len));
        let cut = shelf(&font(len - 4));
        assert!(!says(&cut) && !cut.gaps.is_empty(), "{:?}", cut.gaps);
        let mut odd = font(len);
        let at = odd.len() - len + 1;
        odd[at] ^= 0xff;
        let odd = shelf(&odd);
        assert!(says(&odd) || odd.gaps.iter().any(|(_, why)| *why == Reason::Corrupt));
    }
}
