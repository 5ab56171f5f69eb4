//! Text and files in base85: Adobe's and btoa's letters, those of Python and git, and ZeroMQ's.

use super::Input;
use super::bytes::part;
use super::out::Out;
use std::io;

/// How much of a text is looked at.
const HEAD: usize = 4096;
/// Shorter words are not looked at.
const LEAST: usize = 40;
/// How far behind the start of a word the letters may begin: behind `data="` or `<~`.
const LEAD: usize = 24;
/// Groups of five that must be text.
const GROUPS: usize = 4;

/// An alphabet: the value of each byte, or [`NONE`].
type Values = [u8; 256];
const NONE: u8 = 0xff;

const ASCII85: Values = {
    let mut table = [NONE; 256];
    let mut n = 0;
    while n < 85 {
        table[n + 33] = n as u8;
        n += 1;
    }
    table
};
/// The letters of git's patches, and of RFC 1924.
pub(super) const GIT: Values = values(
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~",
);
const ZEROMQ: Values = values(
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#",
);
static ALL: [&Values; 3] = [&ASCII85, &GIT, &ZEROMQ];

const fn values(letters: &[u8; 85]) -> Values {
    let mut table = [NONE; 256];
    let mut n = 0;
    while n < 85 {
        table[letters[n] as usize] = n as u8;
        n += 1;
    }
    table
}

/// What the letters may stand behind, and what a word of them has at least one of.
static BEFORE: [bool; 256] = among(b"\"'`=:(<>~[{,");
static MARKS: [bool; 256] = among(b"!#$%&()*;?@^`");

const fn among(bytes: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut n = 0;
    while n < bytes.len() {
        table[bytes[n] as usize] = true;
        n += 1;
    }
    table
}

pub(super) fn is(head: &[u8]) -> bool {
    let head = part(head, 0, HEAD);
    let middle = head.len() / 2;
    let graphic = |b: &&u8| b.is_ascii_graphic();
    let before = head.get(..middle).unwrap_or_default();
    let behind = head.get(middle..).unwrap_or_default();
    // Where the letters are most of the text, its middle is of them.
    let has_middle = |values: &&'static Values| {
        let is = |b: &&u8| is_letter(**b, values);
        let after = behind.iter().take(LEAST).take_while(is).count();
        after + before.iter().rev().take(LEAST).take_while(is).count() >= LEAST
    };
    let after = behind.iter().take(LEAST).take_while(graphic).count();
    let near = before.iter().rev().take(LEAST).take_while(graphic).count();
    if after + near < LEAST || !ALL.iter().any(has_middle) {
        return false;
    }
    let start = middle - before.iter().rev().take_while(graphic).count();
    let marked = |word: &[u8]| word.iter().any(|b| MARKS[usize::from(*b)]);
    let word = part(head, start, middle - start + after);
    marked(word) && found(&Lines(head), start).is_some()
        // Lines go on with the word before.
        || marked(word) && next(&Lines(head), 0).is_some()
}

/// A text whose words are looked at.
struct Lines<'a>(&'a [u8]);

/// Where letters begin in the word at `start`, and which.
fn found(lines: &Lines<'_>, start: usize) -> Option<(usize, &'static Values)> {
    let may_begin = |at: usize| {
        let before = at.checked_sub(1).and_then(|i| lines.0.get(i)).copied();
        at == start || before.is_some_and(|b| BEFORE[usize::from(b)])
    };
    (start..start + LEAD).filter(|at| may_begin(*at)).find_map(|at| {
        let letters = part(lines.0, at, GROUPS * 5);
        let shows =
            |values: &&&'static Values| may_show(letters, values) && does_show(letters, values);
        ALL.iter().find(shows).map(|values| (at, *values))
    })
}

/// Whether the first group of `letters` is text or the head of what is packed. Nearly all words
/// end here.
fn may_show(letters: &[u8], values: &Values) -> bool {
    let Some(first) = letters.first_chunk::<5>() else { return false };
    if first.iter().any(|b| matches!(b, b'\n' | b'\r')) {
        return true;
    }
    let mut number = 0u32;
    for b in first {
        let digit = values[usize::from(*b)];
        if digit == NONE {
            return false;
        }
        number = number.wrapping_mul(85).wrapping_add(u32::from(digit));
    }
    let bytes = number.to_be_bytes();
    bytes.iter().all(is_text) || is_packed(&bytes)
}

/// Whether the first groups say that `letters` hold text or what is packed.
fn does_show(letters: &[u8], values: &Values) -> bool {
    let bytes = decode(letters, values);
    bytes.len() == GROUPS * 4 && (is_packed(&bytes) || bytes.iter().all(is_text))
}

fn is_text(b: &u8) -> bool {
    matches!(b, b' '..=b'~' | b'\t' | b'\n' | b'\r')
}

fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1f\x8b\x08") || bytes.starts_with(b"PK\x03\x04")
}

/// The next letters from `at` on.
fn next(lines: &Lines<'_>, mut at: usize) -> Option<(usize, &'static Values)> {
    let graphic = |b: &&u8| b.is_ascii_graphic();
    loop {
        // Words are short, so to look for their ends from behind passes over most of them.
        let ahead = lines.0.get(at..at + LEAST)?;
        if let Some(gap) = ahead.iter().rposition(|b| !b.is_ascii_graphic()) {
            at += gap + 1;
            continue;
        }
        if let Some(hit) = found(lines, at) {
            return Some(hit);
        }
        at += lines.0.iter().skip(at).take_while(graphic).count();
    }
}

/// What letters say, up to the first that is none. Line breaks may stand between.
fn decode(letters: &[u8], values: &Values) -> Vec<u8> {
    let (mut bytes, mut group, mut have) = (Vec::new(), 0u32, 0);
    for b in letters {
        let value = values[usize::from(*b)];
        if *b == b'z' && have == 0 && std::ptr::eq(values, ALL[0]) {
            bytes.extend([0; 4]);
            continue;
        }
        if value == NONE {
            if matches!(b, b'\n' | b'\r') {
                continue;
            }
            break;
        }
        group = group.wrapping_mul(85).wrapping_add(u32::from(value));
        have += 1;
        if have == 5 {
            bytes.extend(group.to_be_bytes());
            (group, have) = (0, 0);
        }
    }
    if have > 1 {
        let rest = (have..5).fold(group, |n, _| n.wrapping_mul(85).wrapping_add(84));
        bytes.extend(rest.to_be_bytes().iter().take(have - 1));
    }
    bytes
}

/// A line of letters of a patch.
pub(super) fn line(letters: &[u8]) -> Vec<u8> {
    decode(letters, &GIT)
}

/// Whether a byte is a letter, or stands for four bytes of nothing.
fn is_letter(byte: u8, values: &Values) -> bool {
    values[usize::from(byte)] != NONE || byte == b'z'
}

/// How many bytes of the text the letters take.
fn taken(letters: &[u8], values: &Values) -> usize {
    let is = |b: &&u8| is_letter(**b, values) || matches!(b, b'\n' | b'\r');
    letters.iter().take_while(is).count()
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    let (lines, mut at) = (Lines(&all.bytes), 0);
    while let Some((start, values)) = next(&lines, at) {
        let letters = part(&all.bytes, start, usize::MAX);
        out.bytes(b"", &decode(letters, values))?;
        at = start + taken(letters, values).max(1);
        // What is left of its word is none.
        let rest = part(&all.bytes, at, usize::MAX);
        at += rest.iter().take_while(|b| b.is_ascii_graphic()).count();
    }
    Ok(())
}
