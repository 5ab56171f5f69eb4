//! The number systems that tokens are written in. Padding and spare bits are not insisted on.

use data_encoding::{BASE32_NOPAD, BASE64, BASE64URL_NOPAD};

/// The digits of base62 as GitHub, npm, Vercel and Microsoft order them.
pub(super) const BASE62: &[u8; 62] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// The digits of Bitcoin's base58.
pub(super) const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// Longest base58 text that is decoded: the work grows with the square of its length.
const MAX_BASE58: usize = 160;

/// Decodes base64 of either alphabet, padded or not.
pub(super) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let text = without_padding(text);
    if text.len() % 4 == 1 {
        return None;
    }
    decode(text, 6, |b| match b {
        b'A'..=b'Z' => Some(b - b'A'),
        b'a'..=b'z' => Some(b - b'a' + 26),
        b'0'..=b'9' => Some(b - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    })
}

/// Decodes base32, upper or lower case, padded or not.
pub(super) fn base32(text: &[u8]) -> Option<Vec<u8>> {
    decode(without_padding(text), 5, |b| match b.to_ascii_uppercase() {
        u @ b'A'..=b'Z' => Some(u - b'A'),
        d @ b'2'..=b'7' => Some(d - b'2' + 26),
        _ => None,
    })
}

/// Encodes in the usual base64, padded.
pub(super) fn to_base64(raw: &[u8]) -> Vec<u8> {
    BASE64.encode(raw).into_bytes()
}

/// Encodes in base64 for URLs, not padded.
pub(super) fn to_base64url(raw: &[u8]) -> Vec<u8> {
    BASE64URL_NOPAD.encode(raw).into_bytes()
}

/// Encodes in upper-case base32, not padded.
pub(super) fn to_base32(raw: &[u8]) -> Vec<u8> {
    BASE32_NOPAD.encode(raw).into_bytes()
}

/// How many bytes `chars` characters of base64 hold; where no bytes encode to that many
/// characters, one more character.
pub(super) fn base64_bytes(chars: usize) -> usize {
    chars / 4 * 3 + (chars % 4).div_ceil(2)
}

/// `n` in `width` digits of `alphabet`, most significant first.
pub(super) fn digits(mut n: u64, alphabet: &[u8], width: usize) -> Vec<u8> {
    let base = alphabet.len().max(2) as u64;
    let mut out = Vec::with_capacity(width);
    for _ in 0..width {
        out.push(alphabet.get((n % base) as usize).copied().unwrap_or(b'0'));
        n /= base;
    }
    out.reverse();
    out
}

/// Decodes base58 as Bitcoin does: a leading `1` is a zero byte.
pub(super) fn base58(text: &[u8]) -> Option<Vec<u8>> {
    if text.len() > MAX_BASE58 {
        return None;
    }
    let mut little: Vec<u8> = Vec::new();
    for b in text {
        let digit = BASE58.iter().position(|a| a == b)?;
        let carry = little.iter_mut().fold(digit, |carry, byte| {
            let n = usize::from(*byte) * 58 + carry;
            *byte = n as u8;
            n >> 8
        });
        if carry > 0 {
            little.push(carry as u8);
        }
    }
    let zeros = text.iter().take_while(|&&b| b == b'1').count();
    little.resize(little.len() + zeros, 0);
    little.reverse();
    Some(little)
}

/// Encodes in base58 as Bitcoin does.
pub(super) fn to_base58(raw: &[u8]) -> Vec<u8> {
    let mut little: Vec<usize> = Vec::new();
    for &byte in raw {
        let mut carry = little.iter_mut().fold(usize::from(byte), |carry, digit| {
            let n = *digit * 256 + carry;
            *digit = n % 58;
            n / 58
        });
        while carry > 0 {
            little.push(carry % 58);
            carry /= 58;
        }
    }
    let zeros = raw.iter().take_while(|&&b| b == 0).count();
    little.resize(little.len() + zeros, 0);
    little.iter().rev().filter_map(|&d| BASE58.get(d).copied()).collect()
}

fn without_padding(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|&b| b != b'=').map_or(0, |i| i + 1);
    text.get(..end).unwrap_or_default()
}

/// Joins the values of the characters, `width` bits each; spare bits at the end are dropped.
fn decode(text: &[u8], width: u32, value: fn(u8) -> Option<u8>) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * width as usize / 8);
    let (mut bits, mut held) = (0u32, 0u32);
    for &b in text {
        bits = bits << width | u32::from(value(b)?);
        held += width;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_decodes() {
        for len in 0..70 {
            let raw: Vec<u8> = (0..len).map(|i| (i * 37 % 251) as u8).collect();
            assert_eq!(base64(&to_base64(&raw)).as_deref(), Some(&raw[..]));
            assert_eq!(base64(&to_base64url(&raw)).as_deref(), Some(&raw[..]));
            assert_eq!(base32(&to_base32(&raw)).as_deref(), Some(&raw[..]));
            assert_eq!(base58(&to_base58(&raw)).as_deref(), Some(&raw[..]));
            assert_eq!(base64_bytes(to_base64url(&raw).len()), raw.len());
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        assert_eq!(base64(b"abcde"), None);
        assert_eq!(base64(b"ab.d"), None);
        assert_eq!(base32(b"A1"), None);
        assert_eq!(base58(b"0"), None);
        assert_eq!(base58(&[b'z'; 4000]), None);
        assert_eq!(digits(61, BASE62, 3), b"00z");
    }
}
