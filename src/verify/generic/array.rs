//! Values that are written byte by byte: an array of numbers, or a text of escapes.

use super::super::holds::places;

/// Fewer bytes are no key.
const LEAST: usize = 8;

/// What `value` says if it is written byte by byte: the text that its bytes are, or their
/// hexadecimal digits.
pub(super) fn spelled(value: &[u8]) -> Option<Vec<u8>> {
    let bytes = match value.first()? {
        b'\\' => escaped(value)?,
        b'0'..=b'9' | b'-' | b'(' => numbers(value)?,
        _ => return None,
    };
    if bytes.len() < LEAST {
        return None;
    }
    if bytes.iter().all(u8::is_ascii_graphic) {
        return Some(bytes);
    }
    let digit = |n: u8| char::from_digit(u32::from(n), 16).map_or(b'0', |c| c as u8);
    Some(bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect())
}

/// Whether the bytes of `digits` in hexadecimal go up or down by the same step, or are few.
pub(super) fn is_row(digits: &[u8]) -> bool {
    let pairs = digits.as_chunks::<2>().0;
    let nibble = |b: u8| char::from(b).to_digit(16).unwrap_or(0) as u8;
    let bytes: Vec<u8> = pairs.iter().map(|[a, b]| nibble(*a) << 4 | nibble(*b)).collect();
    let step = |w: &[u8]| w.first().zip(w.last()).map_or(0, |(a, b)| b.wrapping_sub(*a));
    let steps: Vec<u8> = bytes.windows(2).map(step).collect();
    let same = steps.windows(2).filter(|w| w.first() == w.last()).count();
    let ascends = |w: &[u8]| matches!(w, [a, b] if a < b);
    let climbs = bytes.windows(2).all(ascends);
    let mut distinct = bytes.clone();
    distinct.sort_unstable();
    distinct.dedup();
    climbs || same * 2 > bytes.len() || distinct.len() * 2 < bytes.len().min(24)
}

/// `0x12, 52, (byte)0xab, -3`.
fn numbers(value: &[u8]) -> Option<Vec<u8>> {
    value.split(|b| *b == b',').map(number).collect()
}

fn number(text: &[u8]) -> Option<u8> {
    let text = text.trim_ascii();
    // The definition of a macro goes on in the next line.
    let text = text.strip_prefix(b"\\").unwrap_or(text).trim_ascii_start();
    let text = text.strip_prefix(b"(byte)").unwrap_or(text).trim_ascii_start();
    let text = std::str::from_utf8(text).ok()?;
    match text.get(..2) {
        Some("0x" | "0X") => u8::from_str_radix(text.get(2..)?, 16).ok(),
        _ if text.starts_with('-') => text.parse::<i8>().ok().map(|n| n as u8),
        _ => text.parse().ok(),
    }
}

/// `\x12\x34…`, if most of it is written so.
fn escaped(value: &[u8]) -> Option<Vec<u8>> {
    let escapes = places(value, b"\\x").count();
    if escapes < LEAST || escapes * 4 * 2 < value.len() {
        return None;
    }
    let (mut bytes, mut rest) = (Vec::new(), value);
    while let Some((first, after)) = rest.split_first() {
        let hex = rest.strip_prefix(b"\\x").and_then(|r| r.get(..2));
        let byte = hex.and_then(|h| u8::from_str_radix(std::str::from_utf8(h).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { rest.get(4..).unwrap_or_default() } else { after };
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_however_they_are_written() {
        let hex = b"127fab0304050688".to_vec();
        for text in [
            "0x12, 0x7f, 0xab, 3, 4, 5, 6, 0x88",
            "(byte)0x12, 127, -85, 3,4,5,\n6, (byte) 0x88",
            "\\x12\\x7f\\xab\\x03\\x04\\x05\\x06\\x88",
        ] {
            assert_eq!(spelled(text.as_bytes()), Some(hex.clone()), "{text}");
        }
        assert_eq!(spelled(b"97, 98, 99, 65, 66, 67, 49, 50"), Some(b"abcABC12".to_vec()));
        for text in ["1, 2, 3", "1, 2, 300, 4, 5, 6, 7, 8", "\\x12abcdefghijklmnop", "q8Zk1,d0"] {
            assert_eq!(spelled(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn rows_are_no_keys() {
        assert!(is_row(b"000102030405060708090a0b0c0d0e0f") && is_row(b"0000000000000000ffff"));
        assert!(!is_row(b"127fab0304950688"));
    }
}
