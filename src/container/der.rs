//! Private keys in DER, as Java and openssl keep them: shown as the PEM of the same bytes, which
//! rules know.

use super::Input;
use super::bytes::{be_size, part};
use super::out::Out;
use data_encoding::BASE64;
use std::io;

/// A key is no longer.
const LONGEST: usize = 32 << 10;
/// What tells an algorithm: RSA, keys on curves, Ed25519 and its kin, DSA.
const ALGORITHMS: [&[u8]; 5] = [
    b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01",
    b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01",
    b"\x06\x03\x2b\x65\x70",
    b"\x06\x03\x2b\x65\x6e",
    b"\x06\x07\x2a\x86\x48\xce\x38\x04\x01",
];

pub(super) fn is(head: &[u8]) -> bool {
    head.first() == Some(&0x30) && label(head).is_some()
}

/// What the PEM of the key is called.
fn label(key: &[u8]) -> Option<&'static str> {
    let inner = inner(key, 0x30)?;
    if let Some(rest) = inner.strip_prefix(b"\x02\x01\0") {
        let algorithm = self::inner(rest, 0x30);
        if algorithm.is_some_and(|a| ALGORITHMS.iter().any(|known| a.starts_with(known))) {
            return Some("PRIVATE KEY");
        }
        // A modulus of at least 512 bits and the usual exponent.
        let modulus = self::inner(rest, 2)?.len();
        let head = if modulus < 0x100 { 3 } else { 4 };
        let is_usual = part(rest, head + modulus, 5) == b"\x02\x03\x01\0\x01";
        return (modulus >= 64 && is_usual).then_some("RSA PRIVATE KEY");
    }
    // On a curve: version 1, and as many bytes as the curve has.
    let rest = inner.strip_prefix(b"\x02\x01\x01\x04")?;
    let bytes = usize::from(*rest.first()?);
    let curve = rest.get(1 + bytes..).and_then(<[u8]>::first);
    (matches!(bytes, 28 | 32 | 48 | 66) && curve == Some(&0xa0)).then_some("EC PRIVATE KEY")
}

/// What the element of kind `tag` at the start of `bytes` holds, as far as it is there.
fn inner(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    head(bytes, tag).map(|(head, len)| part(bytes, head, len))
}

/// Of the element of kind `tag` at the start of `bytes`, how long its head is and what it holds.
pub(super) fn head(bytes: &[u8], tag: u8) -> Option<(usize, usize)> {
    let [found, first, ..] = *bytes else { return None };
    let (head, len) = match first {
        ..=0x7f => (2, usize::from(first)),
        0x81 => (3, be_size::<1>(bytes, 2)?),
        0x82 => (4, be_size::<2>(bytes, 2)?),
        _ => return None,
    };
    (found == tag).then_some((head, len))
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
