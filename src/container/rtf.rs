//! Rich text: the words of a document, in which letters may be told by number.

use super::Input;
use super::bytes::part;
use super::out::Out;
use std::io;

/// Words at which a line ends, and one that stands for a blank.
const LINES: [&[u8]; 5] = [b"par", b"line", b"row", b"cell", b"sect"];
const TAB: &[u8] = b"tab";

pub(super) fn is(head: &[u8]) -> bool {
    head.starts_with(b"{\\rtf")
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    let mut text = Vec::new();
    let mut rest = &all.bytes[..];
    while let Some(at) = memchr::memchr(b'\\', rest) {
        plain(part(rest, 0, at), &mut text);
        rest = word(part(rest, at + 1, usize::MAX), &mut text);
    }
    plain(rest, &mut text);
    out.bytes(b"text", &text)
}

/// Appends letters as they are. Groups and the ends of lines in the file mean nothing.
fn plain(letters: &[u8], text: &mut Vec<u8>) {
    text.extend(letters.iter().filter(|b| !matches!(b, b'{' | b'}' | b'\r' | b'\n')));
}

/// Appends what a word behind a backslash stands for; answers what stands behind it.
fn word<'a>(rest: &'a [u8], text: &mut Vec<u8>) -> &'a [u8] {
    let digit = |b: u8| char::from(b).to_digit(16);
    match rest {
        [b'\'', high, low, ..] => {
            let value = digit(*high).zip(digit(*low)).map(|(high, low)| high << 4 | low);
            text.extend(value.and_then(|value| u8::try_from(value).ok()));
            part(rest, 3, usize::MAX)
        }
        [letter, ..] if letter.is_ascii_alphabetic() => {
            let letters = rest.iter().take_while(|b| b.is_ascii_alphabetic()).count();
            let (name, number) = rest.split_at(letters);
            let signed = usize::from(number.first() == Some(&b'-'));
            let digits = part(number, signed, 8).iter().take_while(|b| b.is_ascii_digit()).count();
            let value = std::str::from_utf8(part(number, signed, digits)).ok();
            let behind = part(number, signed + digits, usize::MAX);
            let behind = behind.strip_prefix(b" ").unwrap_or(behind);
            if name == b"u" {
                let letter = value.and_then(|v| v.parse().ok()).and_then(char::from_u32);
                text.extend(letter.map(String::from).unwrap_or_default().bytes());
                // A letter for those who do not know the number.
                return behind.strip_prefix(b"?").unwrap_or(behind);
            }
            if LINES.contains(&name) {
                text.push(b'\n');
            } else if name == TAB {
                text.push(b'\t');
            }
            behind
        }
        [mark, ..] => {
            text.extend(Some(mark).filter(|b| matches!(b, b'{' | b'}' | b'\\')));
            part(rest, 1, usize::MAX)
        }
        [] => rest,
    }
}
