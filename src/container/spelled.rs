//! Texts in which letters are told one by one, so that no word of them stands in a row: by number,
//! as `chr(103) + chr(104)` or `67 68 70`, with signs between them that nobody sees, or as the wide
//! letters of Asian scripts. Only a look at the start of a text tells that; it must cost little.

use super::Input;
use super::bytes::part;
use super::out::Out;
use memchr::memmem::{self, Finder};
use std::io;
use std::sync::LazyLock;

/// How much of a text is looked at, and how far apart these looks are.
const LOOKED: usize = 1024;
const STRIDE: usize = 32;
/// Seven pairs of digits: six are the address of a network card.
const PAIRS: usize = 20;
/// Fewer letters in a row are no credential.
const LEAST: usize = 12;
/// Signs that are not seen: a soft hyphen, blanks and joiners without width, and a mark of order.
const UNSEEN: [&[u8]; 6] = [
    b"\xc2\xad",
    b"\xe2\x80\x8b",
    b"\xe2\x80\x8c",
    b"\xe2\x80\x8d",
    b"\xe2\x81\xa0",
    b"\xef\xbb\xbf",
];

pub(super) fn is(head: &[u8]) -> bool {
    let head = part(head, 0, LOOKED);
    let many = |word: &[u8]| memmem::find_iter(head, word).nth(LEAST / 2).is_some();
    let is_wide =
        || !head.is_ascii() && (UNSEEN.iter().any(|sign| many(sign)) || is_fullwidth(head));
    in_pairs(head) || calls(head) || is_wide()
}

/// What makes a letter of a number.
static CALLS: LazyLock<[Finder<'static>; 3]> =
    LazyLock::new(|| ["hr(", "hrW(", "[char]"].map(Finder::new));

/// Whether letters are made by calls.
fn calls(head: &[u8]) -> bool {
    CALLS.iter().any(|call| call.find_iter(head).nth(LEAST / 2).is_some())
}

/// Whether pairs of digits stand in a row where one looks.
fn in_pairs(head: &[u8]) -> bool {
    let mut at = 0;
    while let Some(look) = head.get(at..).and_then(<[u8]>::first_chunk::<6>) {
        // In such a row one sign stands three bytes behind its like.
        let like = |n: usize| look[n] == look[n + 3] && matches!(look[n], b' ' | b':' | b'-');
        if (like(0) || like(1) || like(2)) && (at..at + 3).any(|at| is_pairs(head, at)) {
            return true;
        }
        at += STRIDE;
    }
    false
}

fn is_pairs(head: &[u8], at: usize) -> bool {
    let [_, _, sign @ (b' ' | b':' | b'-'), ..] = part(head, at, PAIRS) else { return false };
    let row = part(head, at, PAIRS);
    let is = |(at, b): (usize, &u8)| if at % 3 == 2 { b == sign } else { b.is_ascii_hexdigit() };
    row.len() == PAIRS && row.iter().enumerate().all(is)
}

fn is_fullwidth(head: &[u8]) -> bool {
    memmem::find_iter(head, b"\xef\xbd").nth(LEAST / 2).is_some()
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    let mut text = Vec::new();
    let mut rest = &all.bytes[..];
    let mut fresh = true;
    while let Some((byte, behind)) = rest.split_first() {
        if let Some(sign) = UNSEEN.iter().find(|sign| rest.starts_with(sign)) {
            rest = part(rest, sign.len(), usize::MAX);
            continue;
        }
        if let Some(letter) = fullwidth(rest) {
            text.push(letter);
            rest = part(rest, 3, usize::MAX);
            continue;
        }
        let (letters, end) = if fresh { row(rest) } else { (Vec::new(), 0) };
        if letters.len() >= LEAST {
            text.extend(letters);
            rest = part(rest, end, usize::MAX);
            continue;
        }
        // A row that is too short begins no better further on in it.
        fresh = !byte.is_ascii_alphanumeric();
        text.push(*byte);
        rest = behind;
    }
    if text == *all.bytes { Ok(()) } else { out.bytes(b"spelled out", &text) }
}

/// A way to tell a letter: which one stands at the start of a text, and what that takes.
type Way = fn(&[u8]) -> Option<(u8, usize)>;

/// The letters that are told one by one at the start of `text`, and where that ends.
fn row(text: &[u8]) -> (Vec<u8>, usize) {
    let ways: [Way; 4] = [called, pair, binary, decimal];
    ways.iter().map(|way| letters(text, *way)).max_by_key(|(all, _)| all.len()).unwrap_or_default()
}

fn letters(text: &[u8], way: Way) -> (Vec<u8>, usize) {
    let (mut all, mut at, mut end) = (Vec::new(), 0, 0);
    while let Some((letter, taken)) = way(part(text, at, 16)) {
        all.push(letter);
        end = at + taken;
        at = end + joint(part(text, end, 8));
        if at == end {
            break;
        }
    }
    (all, end)
}

/// How much stands between two letters.
fn joint(text: &[u8]) -> usize {
    let blank = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_whitespace()).count();
    let before = blank(text);
    let sign = usize::from(text.get(before).is_some_and(|b| b"+&.,:-|".contains(b)));
    before + sign + if sign > 0 { blank(part(text, before + 1, usize::MAX)) } else { 0 }
}

/// `chr(103)`, `ChrW(103)`, `[char]103`.
fn called(text: &[u8]) -> Option<(u8, usize)> {
    let name = text.iter().take_while(|b| b.is_ascii_alphabetic() || **b == b'[').count();
    let (name, rest) = text.split_at(name);
    let closes = match name.to_ascii_lowercase().as_slice() {
        b"chr" | b"chrw" | b"char" if rest.first() == Some(&b'(') => b")",
        b"[char" if rest.first() == Some(&b']') => &b""[..],
        _ => return None,
    };
    let (value, digits) = number(part(rest, 1, 3), 10)?;
    let end = name.len() + 1 + digits;
    text.get(end..)?.starts_with(closes).then_some((value, end + closes.len()))
}

/// `67`, in hexadecimal.
fn pair(text: &[u8]) -> Option<(u8, usize)> {
    let (value, digits) = number(part(text, 0, 2), 16)?;
    let ends = !text.get(2).is_some_and(u8::is_ascii_alphanumeric);
    (digits == 2 && ends).then_some((value, 2))
}

/// `01100111`.
fn binary(text: &[u8]) -> Option<(u8, usize)> {
    let (value, digits) = number(part(text, 0, 8), 2)?;
    let ends = !text.get(8).is_some_and(u8::is_ascii_alphanumeric);
    (digits == 8 && ends).then_some((value, 8))
}

/// `103`.
fn decimal(text: &[u8]) -> Option<(u8, usize)> {
    let (value, digits) = number(part(text, 0, 3), 10)?;
    let ends = !text.get(digits).is_some_and(u8::is_ascii_alphanumeric);
    (digits >= 2 && ends).then_some((value, digits))
}

/// The number of a letter at the start of `text`, and how many digits it has.
fn number(text: &[u8], base: u32) -> Option<(u8, usize)> {
    let digits = text.iter().take_while(|b| char::from(**b).is_digit(base)).count();
    let value =
        u32::from_str_radix(std::str::from_utf8(part(text, 0, digits)).ok()?, base).ok()?;
    let value = u8::try_from(value).ok()?;
    matches!(value, b' '..=b'~' | b'\t' | b'\r' | b'\n').then_some((value, digits))
}

/// The letter that a wide one stands for.
fn fullwidth(text: &[u8]) -> Option<u8> {
    let [0xef, second @ (0xbc | 0xbd), third, ..] = text else { return None };
    let number = u32::from(*second & 0x3f) << 6 | u32::from(*third & 0x3f) | 0xf000;
    u8::try_from(number.checked_sub(0xfee0)?).ok().filter(u8::is_ascii_graphic)
}
