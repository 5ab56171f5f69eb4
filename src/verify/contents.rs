//! What the bytes inside a key's armour turn out to be: DER (PKCS#1, PKCS#8, SEC 1, DSA),
//! OpenSSH's own format, or OpenPGP packets.
//!
//! Sources: RFC 8017, RFC 5958, RFC 5915, OpenSSH's PROTOCOL.key, RFC 9580.

/// What was found.
#[derive(Debug, PartialEq)]
pub(super) enum Contents {
    /// A private key in the clear; the text describes it.
    Key(String),
    /// A private key under a passphrase.
    Encrypted,
    /// The beginning of a key.
    Cut,
    /// Something else.
    Unknown,
}

use Contents::{Cut, Encrypted, Key, Unknown};

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;

/// Reads DER.
pub(super) fn der(raw: &[u8]) -> Contents {
    let Some((SEQUENCE, inner, _)) = element(raw) else {
        return if starts_longer(raw) { Cut } else { Unknown };
    };
    let items = elements(inner);
    match items.as_slice() {
        [(INTEGER, version), (INTEGER, n), rest @ ..] if version.len() == 1 => integers(n, rest),
        [(INTEGER, [1]), (OCTETS, secret), ..] => {
            Key(format!("parses as an EC key of {} bits", secret.len() * 8))
        }
        [(INTEGER, _), (SEQUENCE, algorithm), (OCTETS, inner), ..] => pkcs8(algorithm, inner),
        [(SEQUENCE, _), (OCTETS, _)] => Encrypted,
        _ => Unknown,
    }
}

/// PKCS#1 has nine integers, DSA six; the second is the modulus or prime.
fn integers(n: &[u8], rest: &[(u8, &[u8])]) -> Contents {
    let kind = match rest.iter().take_while(|(tag, _)| *tag == INTEGER).count() {
        7.. => "RSA",
        4 => "DSA",
        _ => return Unknown,
    };
    let significant = n.iter().position(|&b| b != 0).and_then(|i| n.get(i..)).unwrap_or_default();
    let bits =
        significant.len() * 8 - significant.first().map_or(0, |b| b.leading_zeros() as usize);
    Key(format!("parses as {} {kind} key of {bits} bits", if kind == "RSA" { "an" } else { "a" }))
}

fn pkcs8(algorithm: &[u8], inner: &[u8]) -> Contents {
    let oid = element(algorithm).map_or(&[][..], |(_, oid, _)| oid);
    let kind = match oid {
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1] => return der(inner),
        [0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1] => "an EC key",
        [0x2A, 0x86, 0x48, 0xCE, 0x38, 4, 1] => "a DSA key",
        [0x2B, 0x65, 0x6E] => "an X25519 key",
        [0x2B, 0x65, 0x6F] => "an X448 key",
        [0x2B, 0x65, 0x70] => "an Ed25519 key",
        [0x2B, 0x65, 0x71] => "an Ed448 key",
        _ => "a private key (PKCS#8)",
    };
    Key(format!("parses as {kind}"))
}

/// Whether it starts a sequence that is longer than what is there.
fn starts_longer(raw: &[u8]) -> bool {
    matches!(raw, [SEQUENCE, 0x81..=0x84, ..] | [SEQUENCE, 0..=0x7f, INTEGER | SEQUENCE, ..])
}

/// The elements of a sequence, up to the first that does not parse.
fn elements(mut raw: &[u8]) -> Vec<(u8, &[u8])> {
    let mut out = Vec::new();
    while let Some((tag, value, rest)) = element(raw) {
        out.push((tag, value));
        raw = rest;
        if out.len() >= 16 {
            break;
        }
    }
    out
}

/// Tag, value, and what follows.
fn element(raw: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = raw.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (len, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (digits.iter().fold(0, |n, &b| n << 8 | usize::from(b)), rest)
        }
        _ => return None,
    };
    let (value, rest) = rest.split_at_checked(len)?;
    Some((tag, value, rest))
}

/// Reads OpenSSH's own format; in the clear, two equal numbers prove it.
pub(super) fn openssh(raw: &[u8]) -> Contents {
    let Some(rest) = raw.strip_prefix(b"openssh-key-v1\0") else { return Unknown };
    let parse = || {
        let (cipher, rest) = string(rest)?;
        if cipher != b"none" {
            return Some(Encrypted);
        }
        let (_kdf, rest) = string(rest)?;
        let (_options, rest) = string(rest)?;
        let (_count, rest) = rest.split_at_checked(4)?;
        let (public, rest) = string(rest)?;
        let (private, _) = string(rest)?;
        let kind = String::from_utf8_lossy(string(public)?.0);
        let (a, b) = (private.get(..4)?, private.get(4..8)?);
        let kind = super::legible(&kind);
        Some(if a == b { Key(format!("parses as an OpenSSH key ({kind})")) } else { Unknown })
    };
    parse().unwrap_or(Cut)
}

/// A text with its length before it, and what follows.
fn string(raw: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = raw.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_be_bytes(*len) as usize)
}

/// Reads OpenPGP packets: the first must be a secret key.
pub(super) fn openpgp(raw: &[u8]) -> Contents {
    match packet(raw) {
        Some((5 | 7, Some(body))) => secret_packet(body).unwrap_or(Unknown),
        Some((5 | 7, None)) => Cut,
        _ => Unknown,
    }
}

/// Kind and body of the first packet; no body if it is cut.
fn packet(raw: &[u8]) -> Option<(u8, Option<&[u8]>)> {
    let (&tag, rest) = raw.split_first().filter(|(tag, _)| **tag & 0x80 != 0)?;
    if tag & 0x40 != 0 {
        let (len, skip) = match *rest.first()? {
            n @ 0..=191 => (usize::from(n), 1),
            n @ 192..=223 => (((usize::from(n) - 192) << 8) + usize::from(*rest.get(1)?) + 192, 2),
            255 => (number(rest.get(1..5)?), 5),
            _ => return None,
        };
        return Some((tag & 0x3f, rest.get(skip..skip + len)));
    }
    let width = 1 << (tag & 3);
    if width > 4 {
        return None;
    }
    let len = number(rest.get(..width)?);
    Some((tag >> 2 & 0x0f, rest.get(width..width + len)))
}

fn number(digits: &[u8]) -> usize {
    digits.iter().fold(0, |n, &b| n << 8 | usize::from(b))
}

/// Skips the public part; the next byte says how the secret part is protected.
fn secret_packet(body: &[u8]) -> Option<Contents> {
    let version = *body.first()?;
    let algorithm = *body.get(5)?;
    let mut rest = body.get(if version >= 5 { 10 } else { 6 }..)?;
    let (curve, numbers, fixed) = match algorithm {
        1..=3 => (false, 2, 0),
        16 => (false, 3, 0),
        17 => (false, 4, 0),
        18 | 19 | 22 => (true, 1, 0),
        25 | 27 => (false, 0, 32),
        26 => (false, 0, 56),
        28 => (false, 0, 57),
        _ => return Some(Unknown),
    };
    if curve {
        rest = rest.get(1 + usize::from(*rest.first()?)..)?;
    }
    for _ in 0..numbers {
        let bits = number(rest.get(..2)?);
        rest = rest.get(2 + bits.div_ceil(8)..)?;
    }
    if algorithm == 18 {
        rest = rest.get(1 + usize::from(*rest.first()?)..)?;
    }
    match rest.get(fixed)? {
        0 => Some(Key("parses as an OpenPGP secret key".into())),
        _ => Some(Encrypted),
    }
}

/// The checksum of OpenPGP armour.
pub(super) fn crc24(raw: &[u8]) -> [u8; 3] {
    let crc = raw.iter().fold(0x00B7_04CEu32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte) << 16, |crc, _| {
            let next = crc << 1;
            if next & 0x0100_0000 == 0 { next } else { next ^ 0x0186_4CFB }
        })
    });
    let [_, a, b, c] = crc.to_be_bytes();
    [a, b, c]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_unknown() {
        let noise: Vec<u8> = (0..400).map(|i| (i * 89 % 255) as u8).collect();
        for read in [der, openssh, openpgp] {
            assert_eq!(read(&noise), Unknown);
            assert_eq!(read(b""), Unknown);
        }
        assert_eq!(crc24(b"123456789"), [0x21, 0xCF, 0x02]);
    }

    #[test]
    fn lengths_that_lie_are_cut() {
        assert_eq!(der(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 2, 1, 0]), Cut);
        assert_eq!(der(&[0x30, 0x82, 4, 0xa4, 2, 1, 0, 2]), Cut);
        assert_eq!(openssh(b"openssh-key-v1\0\xff\xff\xff\xff"), Cut);
        assert_eq!(openpgp(&[0x95, 0xff, 0xff, 4]), Cut);
    }
}
