//! BER, whose elements may end without having told their length and whose texts may come in
//! pieces, put into DER: what Java, Windows and Firefox write of keystores.
//!
//! Format: ITU-T X.690, sections 8.1.3 (lengths), 8.7 (octet strings) and 10 (DER).

use super::bytes::part;

const OCTETS: u8 = 0x04;
const SEQUENCE: u8 = 0x30;
/// That it holds elements, and no bytes.
const CONSTRUCTED: u8 = 0x20;
/// Where an element ends that tells no length.
const END: &[u8] = &[0, 0];
/// How deep elements may be nested.
const DEPTH: u32 = 40;

/// The head of an element: its tag, how long the head is, and how long what it holds, if it tells.
pub(super) fn head(bytes: &[u8]) -> Option<(u8, usize, Option<usize>)> {
    let [tag, first, ref rest @ ..] = *bytes else { return None };
    let len = match first {
        ..=0x7f => Some(usize::from(first)),
        0x80 if tag & CONSTRUCTED != 0 => None,
        0x81..=0x84 => {
            let digits = rest.get(..usize::from(first & 0x7f))?;
            Some(digits.iter().fold(0, |n, b| n << 8 | usize::from(*b)))
        }
        _ => return None,
    };
    let more = if first > 0x80 { usize::from(first & 0x7f) } else { 0 };
    Some((tag, 2 + more, len))
}

/// What the element of kind `tag` at the start of `bytes` holds, as far as it is there, and perhaps
/// what follows it.
pub(super) fn inside(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    let (found, head, len) = head(bytes)?;
    (found == tag).then(|| part(bytes, head, len.unwrap_or(usize::MAX)))
}

/// The element at the start of `bytes`, and all in it, in DER; nothing if it is cut.
pub(super) fn der(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let (tag, held) = element(&mut bytes, 0)?;
    let mut whole = Vec::new();
    write(tag, &held, &mut whole);
    Some(whole)
}

fn element(left: &mut &[u8], depth: u32) -> Option<(u8, Vec<u8>)> {
    let (tag, head, len) = head(left).filter(|_| depth < DEPTH)?;
    *left = &left[head..];
    let held = match len {
        Some(len) => {
            let (held, rest) = left.split_at_checked(len)?;
            *left = rest;
            match tag & CONSTRUCTED {
                0 => held.to_vec(),
                _ => elements(tag, &mut { held }, false, depth)?,
            }
        }
        None => elements(tag, left, true, depth)?,
    };
    // A text in pieces is one afterwards; and a text may itself be an element.
    let tag = if tag == OCTETS | CONSTRUCTED { OCTETS } else { tag };
    let nested = (tag == OCTETS && held.first() == Some(&SEQUENCE)).then(|| {
        let mut text = held.as_slice();
        let (tag, inner) = element(&mut text, depth + 1)?;
        let mut whole = Vec::new();
        write(tag, &inner, &mut whole);
        text.is_empty().then_some(whole)
    });
    Some((tag, nested.flatten().unwrap_or(held)))
}

/// What an element of kind `tag` holds, up to the end of `left` or to where it says so.
fn elements(tag: u8, left: &mut &[u8], is_open: bool, depth: u32) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    loop {
        if is_open && left.starts_with(END) {
            *left = &left[END.len()..];
            return Some(all);
        }
        if !is_open && left.is_empty() {
            return Some(all);
        }
        let (inner, held) = element(left, depth + 1)?;
        if tag == OCTETS | CONSTRUCTED {
            all.extend_from_slice(&held);
        } else {
            write(inner, &held, &mut all);
        }
    }
}

fn write(tag: u8, held: &[u8], into: &mut Vec<u8>) {
    let len = held.len().to_be_bytes();
    let digits = &len[len.iter().position(|b| *b != 0).unwrap_or(len.len() - 1)..];
    into.push(tag);
    if held.len() > 0x7f {
        into.push(0x80 | digits.len() as u8);
    }
    into.extend_from_slice(digits);
    into.extend_from_slice(held);
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    #[test]
    fn what_is_der_stays_as_it_is() {
        for text in [&b"\x30\x03\x02\x01\x07"[..], b"\x04\x02\x30\x09", b"\x30\0", b"\x05\0"] {
            assert_eq!(der(text).unwrap(), text);
        }
        let long = [&b"\x30\x83\x01\0\x04\x04\x82\xff\xff"[..], &[7; 0xffff], b"\x05"].concat();
        assert_eq!(der(&long), None, "the last element is cut");
        let whole = [&b"\x30\x83\x01\0\x03\x04\x82\xff\xff"[..], &[7; 0xffff]].concat();
        assert_eq!(der(&whole).unwrap(), whole);
    }

    #[test]
    fn pieces_are_joined_and_open_ends_closed() {
        let ber = b"\x30\x80\x24\x80\x04\x01a\x24\x03\x04\x01b\x04\x01c\0\0\xa0\x80\x05\0\0\0\0\0";
        assert_eq!(der(ber).unwrap(), b"\x30\x09\x04\x03abc\xa0\x02\x05\0");
        let within = b"\x24\x80\x04\x02\x30\x80\x04\x03\x05\0\0\x04\x01\0\0\0";
        assert_eq!(der(within).unwrap(), b"\x04\x04\x30\x02\x05\0", "an element within pieces");
        for cut in 0..ber.len() {
            assert_eq!(der(&ber[..cut]), None);
        }
        assert_eq!(der(&b"\x30\x80".repeat(10_000)), None, "it is nested too deep");
    }
}
