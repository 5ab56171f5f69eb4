//! The name of a git object, SHA-1 or SHA-256.

use std::fmt;

/// A git object id of 20 (SHA-1) or 32 bytes (SHA-256).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    bytes: [u8; 32],
    len: u8,
}

/// The values of hexadecimal digits; a history has millions of them to read.
static DIGITS: [u8; 256] = {
    let mut table = [NONE; 256];
    let mut n = 0;
    while n < 16 {
        table[b"0123456789abcdef"[n] as usize] = n as u8;
        table[b"0123456789ABCDEF"[n] as usize] = n as u8;
        n += 1;
    }
    table
};
/// Of what is no digit.
const NONE: u8 = 0x80;

impl ObjectId {
    /// From raw bytes; `None` unless there are 20 or 32 of them.
    pub fn from_bytes(raw: &[u8]) -> Option<Self> {
        match raw.len() {
            20 => raw.first_chunk().map(Self::of_sha1),
            32 => raw.first_chunk().map(|bytes| Self { bytes: *bytes, len: 32 }),
            _ => None,
        }
    }

    /// Of SHA-1.
    pub fn of_sha1(raw: &[u8; 20]) -> Self {
        let mut bytes = [0; 32];
        bytes[..raw.len()].copy_from_slice(raw);
        Self { bytes, len: raw.len() as u8 }
    }

    /// From 40 or 64 hexadecimal digits.
    pub fn from_hex(hex: &[u8]) -> Option<Self> {
        let mut raw = [0; 32];
        let (pairs, rest) = hex.as_chunks::<2>();
        if !rest.is_empty() || pairs.len() > raw.len() {
            return None;
        }
        let mut odd = 0;
        for (byte, [high, low]) in raw.iter_mut().zip(pairs) {
            let (high, low) = (DIGITS[usize::from(*high)], DIGITS[usize::from(*low)]);
            odd |= high | low;
            *byte = high << 4 | low & 0xf;
        }
        if odd & NONE != 0 {
            return None;
        }
        Self::from_bytes(raw.get(..pairs.len())?)
    }

    /// The raw bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// All bytes zero: git's way to write "no object".
    pub fn is_zero(&self) -> bool {
        self.as_bytes().iter().all(|&b| b == 0)
    }

    /// The first ten hexadecimal digits, for people.
    pub fn short(&self) -> String {
        let mut hex = self.to_string();
        hex.truncate(10);
        hex
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    #[test]
    fn digits_of_either_case_are_read_and_nothing_else() {
        for text in ["0123456789abcdefABCD".repeat(2), "9aF0".repeat(16)] {
            let id = ObjectId::from_hex(text.as_bytes()).unwrap();
            assert_eq!(id.to_string(), text.to_lowercase());
            for odd in [b'g', b'G', b'/', b':', b'@', b'`', b' ', 0, 0xe0] {
                let mut other = text.clone().into_bytes();
                other[7] = odd;
                assert_eq!(ObjectId::from_hex(&other), None, "{odd}");
            }
            assert_eq!(ObjectId::from_hex(&text.as_bytes()[1..]), None);
        }
    }
}
