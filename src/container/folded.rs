//! Cards, calendars and directories of people, whose long lines are folded: vCard, iCalendar, LDIF.

use super::Input;
use super::bytes::part;
use super::out::Out;
use memchr::memmem;
use std::io;

pub(super) fn is(head: &[u8]) -> bool {
    let begins = |mark: &[u8]| head.starts_with(mark);
    let entry = || memmem::find(head, b"\ndn:").is_some();
    begins(b"BEGIN:V") || begins(b"dn: ") || begins(b"dn:: ") || begins(b"version: 1") && entry()
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    let quoted = memmem::find(&all.bytes, b"QUOTED-PRINTABLE").is_some();
    let mut text = Vec::with_capacity(all.bytes.len());
    let mut rest = &all.bytes[..];
    while let Some((byte, behind)) = rest.split_first() {
        let folded = match rest {
            [b'\r', b'\n', b' ' | b'\t', ..] => 3,
            [b'\n', b' ' | b'\t', ..] => 2,
            [b'=', b'\r', b'\n', ..] if quoted => 3,
            [b'=', b'\n', ..] if quoted => 2,
            _ => 0,
        };
        let letter = escaped(rest).filter(|_| quoted);
        rest = match letter {
            _ if folded > 0 => part(rest, folded, usize::MAX),
            Some(letter) => {
                text.push(letter);
                part(rest, 3, usize::MAX)
            }
            None => {
                text.push(*byte);
                behind
            }
        };
    }
    // It begins as it did, so it would be opened once more.
    if text == *all.bytes { Ok(()) } else { out.bytes(b"unfolded", &text) }
}

/// The letter of `=5F`.
fn escaped(rest: &[u8]) -> Option<u8> {
    let [b'=', high, low, ..] = rest else { return None };
    let digit = |b: &u8| char::from(*b).to_digit(16);
    u8::try_from(digit(high)? << 4 | digit(low)?).ok()
}
