//! Values whose form says what they are: forms of dates, names of algorithms, rows.

/// What names of algorithms are made of, longer ones first.
const ALGORITHMS: [&[u8]; 30] = [
    b"chacha20",
    b"poly1305",
    b"nopadding",
    b"ripemd",
    b"ed25519",
    b"padding",
    b"argon2",
    b"bcrypt",
    b"scrypt",
    b"pbkdf2",
    b"ecdsa",
    b"pkcs5",
    b"pkcs1",
    b"pkcs7",
    b"with",
    b"hmac",
    b"oaep",
    b"mgf1",
    b"ecdh",
    b"hkdf",
    b"sha",
    b"md5",
    b"aes",
    b"cbc",
    b"gcm",
    b"ecb",
    b"ctr",
    b"rsa",
    b"and",
    b"des",
];

/// Whether `value` is nothing but names of algorithms and what joins them: `PBKDF2WithHmacSHA256`.
pub(super) fn is_algorithm(value: &[u8]) -> bool {
    if value.len() > 48 {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    let (mut rest, mut words) = (&lower[..], 0);
    while let Some((first, after)) = rest.split_first() {
        match ALGORITHMS.iter().find_map(|word| rest.strip_prefix(*word)) {
            Some(next) => (rest, words) = (next, words + 1),
            None if first.is_ascii_digit() || b"/-_".contains(first) => rest = after,
            None => return false,
        }
    }
    words >= 2
}

/// Whether `value` says how a date is to be written: `yyyyMMddHHmmss`.
pub(super) fn is_date(value: &[u8]) -> bool {
    let letters = value.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let known = |b: &u8| b"yMdHhmsSfTtzZ".contains(b) || !b.is_ascii_alphanumeric();
    let twice = value.windows(2).filter(|w| w.first() == w.last()).count();
    letters >= 4 && value.iter().all(known) && twice * 2 >= letters - 1
}

/// Whether every second character goes on in a row, and those between as well: `A1B2C3D4E5`.
pub(super) fn is_interleaved(value: &[u8]) -> bool {
    let steps = |w: &[u8]| w.first().zip(w.last()).is_some_and(|(a, b)| *b == a.wrapping_add(1));
    let rows = value.windows(3).filter(|w| steps(w)).count();
    value.len() >= 8 && rows * 4 >= (value.len() - 2) * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_from_secrets() {
        assert!(is_algorithm(b"PBKDF2WithHmacSHA256") && is_algorithm(b"AES/CBC/PKCS5Padding"));
        assert!(is_date(b"yyyyMMddhhmmss") && is_date(b"yyyy-MM-dd'T'HH:mm"));
        assert!(is_interleaved(b"A1B2C3D4E5F6"));
        for value in [&b"q8Zk1Vd0xPw2"[..], b"shadow-rsa9", b"mydesk", b"SMTHmyfd"] {
            assert!(!is_algorithm(value) && !is_date(value) && !is_interleaved(value));
        }
    }
}
