//! Private keys in DER, as Java and openssl keep them: shown as the PEM of the same bytes, which
//! rules know.

use super::bytes::part;
use super::out::Out;
use super::{Input, ber};
use data_encoding::BASE64;
use std::io;

/// A key is no longer.
const LONGEST: usize = 32 << 10;
/// What tells an algorithm: RSA, keys on curves, Ed25519 and its kin, DSA, ML-DSA, ML-KEM.
const ALGORITHMS: [&[u8]; 6] = [
    b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01",
    b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01",
    b"\x06\x03\x2b\x65",
    b"\x06\x07\x2a\x86\x48\xce\x38\x04\x01",
    b"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x03",
    b"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x04",
];
/// What tells how a password protects a key: PKCS #5, PKCS #12, and what JKS has of its own.
const PROTECTIONS: [&[u8]; 3] = [
    b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05",
    b"\x06\x0a\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01",
    b"\x06\x0a\x2b\x06\x01\x04\x01\x2a\x02\x11\x01\x01",
];
/// What the PEM of a key that a password protects is called.
pub(super) const PROTECTED: &str = "ENCRYPTED PRIVATE KEY";

pub(super) fn is(head: &[u8]) -> bool {
    head.first() == Some(&0x30) && label(head).is_some()
}

/// What the PEM of the key is called.
fn label(key: &[u8]) -> Option<&'static str> {
    let inner = inner(key, 0x30)?;
    let version = |n: u8| inner.strip_prefix(&[2, 1, n]);
    // PKCS #8; the later version has the public key too.
    if let Some(algorithm) = version(0).or(version(1)).and_then(|rest| self::inner(rest, 0x30)) {
        return ALGORITHMS.iter().any(|a| algorithm.starts_with(a)).then_some("PRIVATE KEY");
    }
    if let Some(rest) = version(0) {
        return numbers(rest);
    }
    if let Some(algorithm) = self::inner(inner, 0x30) {
        let is_known = PROTECTIONS.iter().any(|known| algorithm.starts_with(known));
        let (head, len) = head(inner, 0x30)?;
        let sealed = self::inner(part(inner, head + len, usize::MAX), 4);
        return (is_known && sealed.is_some()).then_some(PROTECTED);
    }
    // On a curve: version 1, and as many bytes as the curve has.
    let rest = inner.strip_prefix(b"\x02\x01\x01\x04")?;
    let bytes = usize::from(*rest.first()?);
    let curve = rest.get(1 + bytes..).and_then(<[u8]>::first);
    (matches!(bytes, 28 | 32 | 48 | 66) && curve == Some(&0xa0)).then_some("EC PRIVATE KEY")
}

/// What numbers make a key: modulus and exponents of RSA; of DSA a prime, its divisor and more.
fn numbers(rest: &[u8]) -> Option<&'static str> {
    let mut lens = [0; 4];
    let mut at = 0;
    for len in &mut lens {
        let (head, held) = head(part(rest, at, usize::MAX), 2)?;
        *len = held;
        at += head + held;
    }
    match lens {
        [modulus @ 64..=LONGEST, 1..=8, private, prime]
            if private <= modulus && private + 8 > modulus && prime * 2 <= modulus + 8 =>
        {
            Some("RSA PRIVATE KEY")
        }
        [prime @ 64..=LONGEST, 20..=33, base, public] if base <= prime && public <= prime => {
            Some("DSA PRIVATE KEY")
        }
        _ => None,
    }
}

/// What the element of kind `tag` at the start of `bytes` holds, as far as it is there.
fn inner(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    head(bytes, tag).map(|(head, len)| part(bytes, head, len))
}

/// Of the element of kind `tag` at the start of `bytes`, how long its head is and what it holds.
pub(super) fn head(bytes: &[u8], tag: u8) -> Option<(usize, usize)> {
    let (found, head, len) = ber::head(bytes)?;
    (found == tag).then_some((head, len?))
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    let key = part(&all.bytes, 0, LONGEST);
    label(key).map_or(Ok(()), |label| out.bytes(b"key", &pem(label, key)))
}

/// `key` in PEM.
pub(super) fn pem(label: &str, key: &[u8]) -> Vec<u8> {
    let letters = BASE64.encode(key);
    let mut text = format!("-----BEGIN {label}-----\n").into_bytes();
    for line in letters.as_bytes().chunks(64) {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    text.extend_from_slice(format!("-----END {label}-----\n").as_bytes());
    text
}
