//! What fingerprints are keyed with.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::io::Read;

/// 32 bytes that fingerprints are keyed with. Two keys give one secret two fingerprints, so a
/// table of guesses made for one baseline says nothing about another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Key(pub(super) [u8; 32]);

impl Default for Key {
    /// The key where there is no baseline: the same everywhere.
    fn default() -> Self {
        Self(blake3::derive_key("stanch 2026 fingerprint key without a baseline v1", b""))
    }
}

impl Key {
    /// From 64 hexadecimal digits.
    pub fn from_hex(hex: &str) -> Option<Self> {
        let raw = data_encoding::HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).ok()?;
        Some(Self(raw.try_into().ok()?))
    }

    /// A new one at random.
    pub fn generate() -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("stanch 2026 baseline salt v1");
        let mut seed = [0; 32];
        let read = std::fs::File::open("/dev/urandom").and_then(|mut f| f.read_exact(&mut seed));
        if read.is_ok() {
            hasher.update(&seed);
        }
        // The standard library seeds its hash maps from the operating system, on every platform;
        // it does so once a thread.
        for _ in 0..4 {
            let seeded = std::thread::spawn(|| RandomState::new().build_hasher().finish());
            let word =
                seeded.join().unwrap_or_else(|_| RandomState::new().build_hasher().finish());
            hasher.update(&word.to_le_bytes());
        }
        Self(*hasher.finalize().as_bytes())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_there_and_back() {
        let key = Key::generate();
        assert_eq!(Key::from_hex(&key.to_string()), Some(key));
        assert_ne!(Key::generate(), key);
        assert_ne!(Key::default(), key);
        assert_eq!(Key::from_hex("00"), None);
        assert_eq!(Key::from_hex(&"zz".repeat(32)), None);
    }
}
