//! Keys of crypto currencies and of other systems whose text carries a checksum.
//!
//! Sources: Bitcoin's Base58Check (WIF), BIP-32, Stellar's SEP-23, NATS' nkeys, BIP-173 (bech32)
//! as age and Nostr use it, Solana's key files.

use super::Verdict;
use super::base::{base32, base58, to_base32, to_base58};
use super::form::{Form, as_is};
use super::locate::{base32 as base32_char, base62, from_mark, last_run};
use super::random::disproved;
use super::sha256::sha256;
use crate::model::Severity;
use crate::rule::Generator;

/// `wif`: a Bitcoin private key.
pub(super) const WIF: Form = Form {
    name: "wif",
    about: "it decodes from base58 with a right checksum and the version of a private key",
    find: |text| last_run(text, base62, 51),
    judge: |key| match checked(key) {
        Some(raw) if !matches!(raw.len(), 33 | 34) => Verdict::Rejected("its length is wrong"),
        Some(raw) if raw.first() == Some(&0x80) => Verdict::Proven(SUM_RIGHT.into()),
        Some(raw) if raw.first() == Some(&0xEF) => {
            Verdict::Lesser(Severity::Low, "of the test network".into())
        }
        Some(_) => Verdict::Rejected("its version is not that of a private key"),
        None => Verdict::Rejected(SUM_WRONG),
    },
    make: |key, random| {
        let compressed: &[u8] = if key.len() == 52 { &[1] } else { &[] };
        Some(with_sum(&[&[0x80], &bytes(random, 32)[..], compressed].concat()))
    },
};

/// `bip32`: an extended private key.
pub(super) const BIP32: Form = Form {
    name: "bip32",
    about: "it decodes from base58 with a right checksum and the version of a private key",
    find: |text| from_mark(text, &["xprv", "yprv", "zprv", "tprv"], base62),
    judge: |key| match checked(key) {
        Some(raw) if raw.len() != 78 => Verdict::Rejected("its length is wrong"),
        Some(raw) => match raw.get(..4) {
            Some([0x04, 0x35, 0x83, 0x94]) => {
                Verdict::Lesser(Severity::Low, "of the test network".into())
            }
            Some(
                [0x04, 0x88, 0xAD, 0xE4] | [0x04, 0x9D, 0x78, 0x78] | [0x04, 0xB2, 0x43, 0x0C],
            ) => Verdict::Proven(SUM_RIGHT.into()),
            _ => Verdict::Rejected("its version is not that of a private key"),
        },
        None => Verdict::Rejected(SUM_WRONG),
    },
    make: |_, random| {
        let head = [0x04, 0x88, 0xAD, 0xE4, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Some(with_sum(&[&head, &bytes(random, 32)[..], &[0], &bytes(random, 32)].concat()))
    },
};

/// `stellar-secret`.
pub(super) const STELLAR: Form = Form {
    name: "stellar-secret",
    about: "it decodes from base32 with a right CRC-16 and the version of a secret seed",
    find: |text| last_run(text, base32_char, 56),
    judge: |seed| judge_seed(seed, |raw| raw.len() == 35 && raw.first() == Some(&0x90)),
    make: |_, random| Some(with_crc16(&[&[0x90], &bytes(random, 32)[..]].concat())),
};

/// `nats-seed`.
pub(super) const NATS: Form = Form {
    name: "nats-seed",
    about: "it decodes from base32 with a right CRC-16 and the prefix of a seed",
    find: |text| last_run(text, base32_char, 58),
    judge: |seed| {
        judge_seed(seed, |raw| raw.len() == 36 && raw.first().is_some_and(|b| b >> 3 == 18))
    },
    make: |seed, random| {
        // The first two characters say that it is a seed, and of what.
        let head = base32(&[seed.get(..2)?, b"AA"].concat())?;
        Some(with_crc16(
            &[&[*head.first()?, head.get(1)? & 0xF8], &bytes(random, 32)[..]].concat(),
        ))
    },
};

/// `age-key`.
pub(super) const AGE: Form = Form {
    name: "age-key",
    about: "its bech32 checksum is right",
    find: |text| from_mark(text, &["AGE-SECRET-KEY-"], |b| base62(b) || b == b'-'),
    judge: |key| match judge_bech32(key) {
        // It says what it is.
        Verdict::Doubtful(why) => Verdict::Odd(Severity::Medium, why),
        verdict => verdict,
    },
    make: make_bech32,
};

/// `nostr`.
pub(super) const NOSTR: Form = Form {
    name: "nostr",
    about: "its bech32 checksum is right",
    find: |text| from_mark(text, &["nsec1"], base62),
    judge: judge_bech32,
    make: make_bech32,
};

/// `solana-key`: 64 bytes, as base58 or as a list of numbers.
pub(super) const SOLANA: Form = Form {
    name: "solana-key",
    about: "it is 64 bytes, written in base58 or as a list of numbers",
    find: |text| {
        let list = text.iter().position(|&b| b == b'[').zip(memchr::memrchr(b']', text));
        list.filter(|(a, b)| a < b).map(|(a, b)| a..b + 1).or_else(|| last_run(text, base62, 80))
    },
    judge: |key| {
        let raw = if key.starts_with(b"[") { listed(key) } else { base58(key) };
        match raw {
            Some(raw) if raw.len() != 64 => Verdict::Rejected("it is not 64 bytes"),
            Some(raw) if super::random::entropy(&raw) < 4.0 => {
                Verdict::Rejected("it is a placeholder")
            }
            Some(_) => Verdict::Agrees("decodes to 64 bytes".into()),
            None => Verdict::Rejected("it does not decode"),
        }
    },
    make: |key, random| {
        if key.starts_with(b"[") {
            return as_is(key, random);
        }
        // A first byte well above zero makes the text 87 or 88 characters long.
        Some(to_base58(&[&[200], &bytes(random, 63)[..]].concat()))
    },
};

const SUM_RIGHT: &str = "its checksum is right";
const SUM_WRONG: &str = "its checksum is wrong";

/// The bytes before the checksum of Base58Check, if that is right.
fn checked(key: &[u8]) -> Option<Vec<u8>> {
    let mut raw = base58(key)?;
    let sum = raw.split_off(raw.len().checked_sub(4)?);
    (sha256(&sha256(&raw)).get(..4) == Some(&sum[..])).then_some(raw)
}

fn with_sum(raw: &[u8]) -> Vec<u8> {
    let sum = sha256(&sha256(raw));
    to_base58(&[raw, &sum[..4]].concat())
}

fn bytes(random: &mut Generator, len: usize) -> Vec<u8> {
    (0..len).map(|_| random.next_u64() as u8).collect()
}

fn judge_seed(seed: &[u8], fits: fn(&[u8]) -> bool) -> Verdict {
    let raw = base32(seed).unwrap_or_default();
    if !fits(&raw) {
        return Verdict::Rejected("it does not decode to a seed");
    }
    let (body, sum) = raw.split_at(raw.len() - 2);
    if crc16(body).to_le_bytes() == sum {
        Verdict::Proven("its checksum (CRC-16) is right".into())
    } else {
        Verdict::Rejected(SUM_WRONG)
    }
}

fn with_crc16(raw: &[u8]) -> Vec<u8> {
    to_base32(&[raw, &crc16(raw).to_le_bytes()].concat())
}

/// Whether `key` is the public half of an nkey of NATS: its prefix and its sum are right, and it is
/// no seed. Source: github.com/nats-io/nkeys.
pub(super) fn is_public_nkey(key: &[u8]) -> bool {
    const PUBLIC: [u8; 6] = [b'A', b'C', b'N', b'O', b'U', b'X'];
    let named = key.len() == 56 && key.first().is_some_and(|b| PUBLIC.contains(b));
    let raw = if named { base32(key) } else { None };
    raw.as_deref()
        .and_then(<[u8]>::split_last_chunk::<2>)
        .is_some_and(|(body, sum)| body.len() == 33 && crc16(body).to_le_bytes() == *sum)
}

/// CRC-16/XMODEM.
fn crc16(data: &[u8]) -> u16 {
    data.iter().fold(0, |crc, &byte| {
        (0..8).fold(crc ^ u16::from(byte) << 8, |crc, _| {
            if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 }
        })
    })
}

const BECH32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

fn judge_bech32(key: &[u8]) -> Verdict {
    let right = |(name, data): (Vec<u8>, Vec<u8>)| data.len() >= 6 && polymod(&name, &data) == 1;
    if bech32_parts(key).is_some_and(right) {
        Verdict::Proven("its checksum (bech32) is right".into())
    } else {
        disproved(key, SUM_WRONG)
    }
}

/// The readable part in lower case, and the values of the characters after the last `1`.
fn bech32_parts(key: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let one = memchr::memrchr(b'1', key)?;
    let value = |b: &u8| {
        let lower = b.to_ascii_lowercase();
        BECH32.iter().position(|c| *c == lower).map(|i| i as u8)
    };
    let data = key.get(one + 1..)?.iter().map(value).collect::<Option<_>>()?;
    Some((key.get(..one)?.to_ascii_lowercase(), data))
}

fn polymod(name: &[u8], data: &[u8]) -> u32 {
    const STEPS: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let high = name.iter().map(|b| b >> 5);
    let low = name.iter().map(|b| b & 31);
    high.chain([0]).chain(low).chain(data.iter().copied()).fold(1u32, |sum, value| {
        let top = sum >> 25;
        let next = (sum & 0x1ff_ffff) << 5 ^ u32::from(value);
        let taken = STEPS.iter().enumerate().filter(|(i, _)| top >> i & 1 == 1);
        taken.fold(next, |sum, (_, step)| sum ^ step)
    })
}

/// The key with its alphabet mended, spare bits zero, and the right checksum.
fn make_bech32(key: &[u8], random: &mut Generator) -> Option<Vec<u8>> {
    let one = memchr::memchr(b'1', key)?;
    let len = key.len().checked_sub(one + 1 + 6)?;
    let name = key.get(..one)?.to_ascii_lowercase();
    let mut data: Vec<u8> = (0..len).map(|_| random.below(32) as u8).collect();
    if let Some(last) = data.last_mut().filter(|_| len == 52) {
        *last &= 0x10;
    }
    data.extend([0; 6]);
    let sum = polymod(&name, &data) ^ 1;
    data.truncate(len);
    data.extend((0..6).map(|i| (sum >> (5 * (5 - i)) & 31) as u8));
    let upper = key.first()?.is_ascii_uppercase();
    let sign = |v: &u8| {
        let b = BECH32.get(usize::from(*v)).copied().unwrap_or(b'q');
        if upper { b.to_ascii_uppercase() } else { b }
    };
    Some(key.get(..=one)?.iter().copied().chain(data.iter().map(sign)).collect())
}

/// A list of numbers below 256, in brackets.
fn listed(text: &[u8]) -> Option<Vec<u8>> {
    let inner = text.strip_prefix(b"[")?.strip_suffix(b"]")?;
    let number = |part: &[u8]| std::str::from_utf8(part.trim_ascii()).ok()?.parse().ok();
    inner.split(|&b| b == b',').map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{holds, mended, passes, rejected, verdict};
    use super::*;

    #[test]
    fn checksums_hold() {
        holds("wif", "5[HJK][1-9A-HJ-NP-Za-km-z]{49}", 20);
        holds("wif", "[KL][1-9A-HJ-NP-Za-km-z]{51}", 20);
        holds("bip32", "xprv[1-9A-HJ-NP-Za-km-z]{107}", 50);
        holds("stellar-secret", "S[A-D][A-Z2-7]{54}", 20);
        holds("nats-seed", "S[UAONCX][A-Z2-7]{56}", 20);
        holds("age-key", "AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}", 20);
        holds("nostr", "nsec1[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{58}", 20);
        passes("solana-key", "[1-9A-HJ-NP-Za-km-z]{87,88}");
    }

    #[test]
    fn a_public_nkey_is_no_seed() {
        let mut random = Generator::new(3);
        let mut key =
            |prefix: u8| with_crc16(&[&[prefix << 3], &bytes(&mut random, 32)[..]].concat());
        assert!(is_public_nkey(&key(20)) && is_public_nkey(&key(0)));
        let mut wrong = key(20);
        wrong[9] = if wrong[9] == b'A' { b'B' } else { b'A' };
        assert!(!is_public_nkey(&wrong) && !is_public_nkey(&key(18)));
    }

    #[test]
    fn a_list_of_numbers_is_a_key() {
        let mut random = Generator::new(7);
        let list = |n: usize, random: &mut Generator| {
            let numbers: Vec<String> = bytes(random, n).iter().map(u8::to_string).collect();
            format!("[{}]", numbers.join(", ")).into_bytes()
        };
        assert!(matches!(verdict("solana-key", &list(64, &mut random)), Verdict::Agrees(_)));
        assert!(rejected("solana-key", &list(32, &mut random)));
        assert!(rejected("solana-key", b"[300]"));
    }

    #[test]
    fn a_key_of_the_test_network_is_lesser() {
        let key = with_sum(&[&[0xEF], &bytes(&mut Generator::new(2), 32)[..]].concat());
        assert!(matches!(verdict("wif", &key), Verdict::Lesser(Severity::Low, _)));
        let seed = mended("nats-seed", "SU[A-Z2-7]{56}", 4);
        assert!(rejected("stellar-secret", &seed));
    }
}
