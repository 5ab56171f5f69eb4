//! Makes the body of an armoured private key for samples: well formed, but no working key.

use super::base::to_base64;
use super::contents::crc24;
use crate::rule::Generator;

/// The lines of a body for the armour `label`.
pub(super) fn body(label: &str, random: &mut Generator) -> Vec<Vec<u8>> {
    let raw = match label {
        l if l.contains("OPENSSH") => openssh(random),
        l if l.contains("PGP") => openpgp(random),
        l if l.contains("ENCRYPTED") => encrypted(random),
        l if l.contains("RSA") => rsa(random),
        l if l.contains("DSA") => sequence(&[
            &[2, 1, 0],
            &integer(random, 256),
            &integer(random, 32),
            &integer(random, 256),
            &integer(random, 256),
            &integer(random, 32),
        ]),
        l if l.contains("EC") => ec(random),
        _ => pkcs8(random),
    };
    let mut lines: Vec<Vec<u8>> = to_base64(&raw).chunks(64).map(<[u8]>::to_vec).collect();
    if label.contains("PGP") {
        lines.insert(0, Vec::new());
        lines.push([b"=".as_slice(), &to_base64(&crc24(&raw))].concat());
    }
    lines
}

fn rsa(random: &mut Generator) -> Vec<u8> {
    let (n, d) = (integer(random, 256), integer(random, 256));
    let halves: Vec<u8> = (0..5).flat_map(|_| integer(random, 128)).collect();
    sequence(&[&[2, 1, 0], &n, &[2, 3, 1, 0, 1], &d, &halves])
}

fn ec(random: &mut Generator) -> Vec<u8> {
    let curve = [0xA0, 10, 6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7];
    let point = element(3, &[&[0, 4], &bytes(random, 64)[..]].concat());
    let secret = element(4, &bytes(random, 32));
    sequence(&[&[2, 1, 1], &secret, &curve, &element(0xA1, &point)])
}

fn pkcs8(random: &mut Generator) -> Vec<u8> {
    let oid = [0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1, 5, 0];
    sequence(&[&[2, 1, 0], &sequence(&[&oid]), &element(4, &rsa(random))])
}

fn encrypted(random: &mut Generator) -> Vec<u8> {
    let oid = [0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 5, 13];
    sequence(&[&sequence(&[&oid]), &element(4, &bytes(random, 640))])
}

fn openssh(random: &mut Generator) -> Vec<u8> {
    let public = [string(b"ssh-ed25519"), string(&bytes(random, 32))].concat();
    let check = bytes(random, 4);
    let secret = [string(&bytes(random, 64)), string(b"ci")].concat();
    let private = [&check[..], &check, &public, &secret].concat();
    let head = [string(b"none"), string(b"none"), string(b"")].concat();
    [b"openssh-key-v1\0", &head[..], &[0, 0, 0, 1], &string(&public), &string(&private)].concat()
}

fn openpgp(random: &mut Generator) -> Vec<u8> {
    let curve = [9, 0x2B, 6, 1, 4, 1, 0xDA, 0x47, 0x0F, 1];
    let point = [&[1, 7, 0x40], &bytes(random, 32)[..]].concat();
    let secret = [&[0, 1, 0, 0x80], &bytes(random, 31)[..], &[0, 0]].concat();
    let body = [&[4, 0x60, 0, 0, 0, 22], &curve[..], &point, &secret].concat();
    [&[0x94, body.len() as u8], &body[..]].concat()
}

fn string(text: &[u8]) -> Vec<u8> {
    [&(text.len() as u32).to_be_bytes(), text].concat()
}

/// A positive integer of `len` bytes.
fn integer(random: &mut Generator, len: usize) -> Vec<u8> {
    let mut value = bytes(random, len);
    if let Some(first) = value.first_mut() {
        *first |= 0x80;
    }
    value.insert(0, 0);
    element(2, &value)
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(0x30, &parts.concat())
}

fn element(tag: u8, value: &[u8]) -> Vec<u8> {
    let len = value.len();
    let head = match len {
        0..=0x7f => vec![tag, len as u8],
        0x80..=0xff => vec![tag, 0x81, len as u8],
        _ => vec![tag, 0x82, (len >> 8) as u8, len as u8],
    };
    [&head, value].concat()
}

fn bytes(random: &mut Generator, len: usize) -> Vec<u8> {
    (0..len).map(|_| random.next_u64() as u8).collect()
}
