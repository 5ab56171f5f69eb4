//! Files written out in hexadecimal: as `xxd`, `hexdump` and `od` show them, and in the records of
//! Intel and Motorola.

use super::Input;
use super::bytes::part;
use super::out::Out;
use std::io;

/// Most bytes of a line of a dump.
const WIDEST: usize = 64;

/// Where a line says that it stands, and its bytes.
type Row = (Option<u64>, Vec<u8>);

/// A form in which lines are written.
type Form = fn(&[u8]) -> Option<Row>;

pub(super) fn is(head: &[u8]) -> bool {
    matches!(head.first(), Some(b'0' | b':' | b'S')) && form(head).is_some()
}

/// The form of the first two lines.
fn form(head: &[u8]) -> Option<Form> {
    let mut lines = part(head, 0, 1024).split(|b| *b == b'\n');
    let (first, second) = (lines.next()?, lines.next()?);
    let forms: [Form; 3] = [dump, intel, motorola];
    forms.into_iter().find(|form| {
        let Some((at, bytes)) = form(first) else { return false };
        let goes_on =
            |(next, _): Row| next.zip(at).is_none_or(|(n, a)| n == a + bytes.len() as u64);
        form(second).is_some_and(goes_on)
    })
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    let Some(form) = form(&all.bytes) else { return Ok(()) };
    let mut bytes = Vec::new();
    for line in all.bytes.split(|b| *b == b'\n') {
        bytes.extend(form(line).map(|row| row.1).unwrap_or_default());
    }
    out.bytes(b"", &bytes)
}

/// `00000010: 6162 6364  abcd`, `00000010  61 62 63 64  |abcd|`.
fn dump(line: &[u8]) -> Option<Row> {
    let digits = line.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    let at = u64::from_str_radix(std::str::from_utf8(part(line, 0, digits)).ok()?, 16).ok()?;
    let rest = line.get(digits..).filter(|_| (6..=16).contains(&digits))?;
    let (colon, mut rest) = (rest.first() == Some(&b':'), rest);
    rest = if colon { rest.get(1..)? } else { rest };
    let mut bytes = Vec::new();
    while let Some((b' ', after)) = rest.split_first() {
        // Two groups of eight stand apart, and so do the letters; these stand behind all bytes.
        let after = after
            .strip_prefix(b" ")
            .filter(|_| bytes.len() == 8 || bytes.is_empty())
            .unwrap_or(after);
        let digits = after.iter().take_while(|b| b.is_ascii_hexdigit()).count();
        let ends = matches!(after.get(digits), None | Some(b' ' | b'\r'));
        if !matches!(digits, 2 | 4 | 8) || !ends || bytes.len() >= WIDEST {
            break;
        }
        let group = hex(part(after, 0, digits))?;
        // Words of two bytes are shown as numbers by all but `xxd`.
        if colon || digits != 4 {
            bytes.extend(group)
        } else {
            bytes.extend(group.iter().rev())
        }
        rest = part(after, digits, usize::MAX);
    }
    (!bytes.is_empty()).then_some((Some(at), bytes))
}

/// `:10010000…`: the count, the place, the kind, the bytes and a sum.
fn intel(line: &[u8]) -> Option<Row> {
    let record = hex(line.trim_ascii_end().strip_prefix(b":")?)?;
    let count = usize::from(*record.first()?);
    let sum = record.iter().fold(0u8, |n, b| n.wrapping_add(*b));
    let bytes = record.get(4..4 + count).filter(|_| record.len() == count + 5 && sum == 0)?;
    let data = record.get(3) == Some(&0);
    Some((None, if data { bytes.to_vec() } else { Vec::new() }))
}

/// `S1130000…`: the kind, the count, the place, the bytes and a sum.
fn motorola(line: &[u8]) -> Option<Row> {
    let line = line.trim_ascii_end().strip_prefix(b"S")?;
    let (kind, rest) = line.split_first()?;
    let record = hex(rest)?;
    let sum = record.iter().fold(0u8, |n, b| n.wrapping_add(*b));
    let whole = usize::from(*record.first()?) + 1 == record.len() && sum == 0xff;
    let place = match kind {
        b'1' => 2,
        b'2' => 3,
        b'3' => 4,
        b'0' | b'5'..=b'9' => return whole.then(|| (None, Vec::new())),
        _ => return None,
    };
    let bytes = record.get(1 + place..record.len().checked_sub(1)?).filter(|_| whole)?;
    Some((None, bytes.to_vec()))
}

fn hex(digits: &[u8]) -> Option<Vec<u8>> {
    let (pairs, rest) = digits.as_chunks::<2>();
    let nibble = |b: u8| char::from(b).to_digit(16).and_then(|n| u8::try_from(n).ok());
    let bytes = pairs.iter().map(|[a, b]| Some(nibble(*a)? << 4 | nibble(*b)?));
    if rest.is_empty() { bytes.collect() } else { None }
}
