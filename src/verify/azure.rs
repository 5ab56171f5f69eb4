//! Microsoft's keys, which carry a signature and a Marvin32 checksum.
//!
//! Source: microsoft/security-utilities (HIS v1 keys, Entra client secrets, SEC101/102 for the
//! old Azure DevOps token, the two generations of common annotated keys).

use super::Verdict;
use super::base::{base32, base64, digits, to_base32, to_base64};
use super::form::Form;
use super::locate::{base64 as base64_char, last_run};
use super::marvin::{marvin32, seed};
use super::random::disproved;
use crate::model::Severity;
use crate::rule::Generator;
use memchr::memmem;
use std::ops::Range;

/// `azure-marvin`: Storage, Cosmos DB, Service Bus and their kin.
pub(super) const MARVIN: Form = Form {
    name: "azure-marvin",
    about: "the last 4 bytes are the Marvin32 checksum that the signature calls for",
    find: |text| last_run(text, base64_char, 40),
    judge: judge_key,
    make: make_key,
};

/// `azure-client-secret`: of an Entra application.
pub(super) const CLIENT_SECRET: Form = Form {
    name: "azure-client-secret",
    about: "an 8Q~ client secret ends in 3 characters of its Marvin32 checksum",
    find: client_secret,
    judge: |secret| match client_secret_tail(secret) {
        Some((right, is)) if right == is => Verdict::Proven("its checksum is right".into()),
        Some(_) => Verdict::Odd(Severity::Medium, "its checksum is wrong".into()),
        None => Verdict::Silent,
    },
    make: |secret, _| {
        let (right, is) = client_secret_tail(secret)?;
        Some([secret.get(..secret.len() - is.len())?, &right].concat())
    },
};

/// `azure-devops-pat`: the old form of 52 characters.
pub(super) const DEVOPS: Form = Form {
    name: "azure-devops-pat",
    about: "the 52 base32 characters hold a CRC-32 scattered over four of their bytes",
    find: |text| {
        let run = last_run(text, |b| matches!(b, b'a'..=b'z' | b'2'..=b'7'), 52)?;
        (run.len() == 52).then_some(run)
    },
    judge: |token| {
        let Some(raw) = base32(token) else { return Verdict::Rejected("no base32") };
        let held = CRC_AT.map(|i| raw.get(i).copied().unwrap_or_default());
        if DEVOPS_MASKS.iter().any(|mask| devops_sum(&raw, *mask) == held) {
            return Verdict::Proven("its checksum (CRC-32) is right".into());
        }
        disproved(token, "its checksum is wrong")
    },
    make: |token, _| {
        let mut raw = base32(token)?;
        let sum = devops_sum(&raw, *DEVOPS_MASKS.first()?);
        for (at, byte) in CRC_AT.into_iter().zip(sum) {
            *raw.get_mut(at)? = byte;
        }
        Some(to_base32(&raw).to_ascii_lowercase())
    },
};

/// What is known of a service's keys.
struct Service {
    signature: &'static [u8],
    /// Where in the base64 text the signature stands.
    at: usize,
    /// Length of the base64 text.
    len: usize,
    /// Whether a wrong checksum disproves.
    certain: bool,
    seeds: &'static [u64],
}

const BUS: &[u64] = &[
    seed(b"Send0000"),
    seed(b"Manage00"),
    seed(b"Listen00"),
    seed(b"System00"),
    seed(b"Unknown0"),
];

#[rustfmt::skip]
const SERVICES: &[Service] = &[
    Service { signature: b"+ASt", at: 76, len: 88, certain: true, seeds: &[seed(b"Default0")] },
    Service { signature: b"+ABa", at: 76, len: 88, certain: true, seeds: &[seed(b"AbAcct00")] },
    Service { signature: b"+AMC", at: 76, len: 88, certain: false, seeds: &[seed(b"Classic0")] },
    Service { signature: b"ACDb", at: 76, len: 88, certain: false, seeds: &[
        seed(b"MastRO00"), seed(b"MastRW00"), seed(b"SystRO00"), seed(b"SystRW00"),
        seed(b"SysAll00"), seed(b"Resour00"), seed(b"Encryp00"),
    ] },
    Service { signature: b"APIM", at: 76, len: 88, certain: true, seeds: &[
        seed(b"Tenant00"), seed(b"Gateway0"), seed(b"Gatewy00"), seed(b"GitKey00"),
        seed(b"IoTHub00"),
    ] },
    Service { signature: b"+ASb", at: 33, len: 44, certain: false, seeds: BUS },
    Service { signature: b"+AEh", at: 33, len: 44, certain: false, seeds: BUS },
    Service { signature: b"+ARm", at: 33, len: 44, certain: false, seeds: BUS },
    Service { signature: b"AIoT", at: 33, len: 44, certain: true, seeds: &[
        seed(b"IoTHub00"), seed(b"DpsKey00"), seed(b"Device00"),
    ] },
    Service { signature: b"AzCa", at: 33, len: 44, certain: false, seeds: &[seed(b"Access00")] },
    Service { signature: b"AzSe", at: 42, len: 52, certain: false, seeds: &[
        seed(b"Query000"), seed(b"PAdmin00"),
    ] },
    Service { signature: b"+ACR", at: 42, len: 52, certain: false, seeds: &[seed(b"ACRDflt0")] },
    Service { signature: b"AzFu", at: 44, len: 56, certain: true, seeds: &[
        seed(b"Master00"), seed(b"System00"), seed(b"Functi00"),
    ] },
];

fn service(key: &[u8]) -> Option<&'static Service> {
    let fits = |s: &&Service| {
        key.len() == s.len && key.get(s.at..s.at + s.signature.len()) == Some(s.signature)
    };
    SERVICES.iter().find(fits)
}

fn judge_key(key: &[u8]) -> Verdict {
    let Some(raw) = base64(key) else { return Verdict::Rejected("it is no base64") };
    let Some(service) = service(key) else {
        return match raw.len() {
            32 | 39 | 40 | 64 => Verdict::Silent,
            _ => Verdict::Rejected("it has not the length of a key"),
        };
    };
    let (body, sum) = raw.split_at(raw.len().saturating_sub(4));
    let right = |seed: &u64| marvin32(body, *seed).to_le_bytes() == sum;
    if service.seeds.iter().any(right) {
        return Verdict::Proven("its checksum (Marvin32) is right".into());
    }
    if service.certain {
        return disproved(key, "its checksum is wrong");
    }
    Verdict::Odd(Severity::High, "its checksum (Marvin32) is not one that is known".into())
}

/// The key with its first bytes changed until the checksum brings in no sign, which another
/// alphabet might lack.
fn make_key(key: &[u8], random: &mut Generator) -> Option<Vec<u8>> {
    let seed = *service(key)?.seeds.first()?;
    let mut raw = base64(key)?;
    let body = raw.len().checked_sub(4)?;
    for _ in 0..500 {
        raw.get_mut(..2)?.copy_from_slice(&random.next_u64().to_le_bytes()[..2]);
        let sum = marvin32(raw.get(..body)?, seed).to_le_bytes();
        raw.get_mut(body..)?.copy_from_slice(&sum);
        let made = to_base64(&raw);
        let kept = |(new, old): (&u8, &u8)| new.is_ascii_alphanumeric() || new == old;
        let url = made.iter().map(|b| match b {
            b'+' if key.contains(&b'-') || key.contains(&b'_') => b'-',
            b'/' if key.contains(&b'-') || key.contains(&b'_') => b'_',
            b => *b,
        });
        let made: Vec<u8> = url.take(key.len()).collect();
        if made.iter().zip(key).all(kept) {
            return Some(made);
        }
    }
    None
}

fn client_secret(text: &[u8]) -> Option<Range<usize>> {
    let mark = memmem::find_iter(text, b"Q~")
        .find(|&at| at >= 4 && matches!(text.get(at - 1), Some(b'7' | b'8')))?;
    let start = mark - 4;
    let long = text.get(mark - 1) == Some(&b'8') && start + 40 <= text.len();
    let end = start + if long { 40 } else { 37 };
    (end <= text.len()).then_some(start..end)
}

/// The right last three characters of an `8Q~` secret and those that it has.
fn client_secret_tail(secret: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    const DIGITS: &[u8; 66] =
        b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~";
    if secret.get(3..6) != Some(b"8Q~") {
        return None;
    }
    let (body, tail) = secret.split_at_checked(37).filter(|(_, tail)| tail.len() == 3)?;
    let mut right = digits(u64::from(marvin32(body, seed(b"AadPwd00"))), DIGITS, 6);
    right.truncate(3);
    Some((right, tail))
}

/// The bytes of an old DevOps token that hold its checksum, least significant first.
const CRC_AT: [usize; 4] = [22, 8, 7, 2];
/// What the CRC-32 is combined with: for a user's token, and for an application's.
const DEVOPS_MASKS: [u32; 2] = [0xE0B9_692D, 0x1019_F92E];

fn devops_sum(raw: &[u8], mask: u32) -> [u8; 4] {
    let mut crc = crc32fast::Hasher::new();
    for (i, byte) in raw.iter().enumerate() {
        if !CRC_AT.contains(&i) {
            crc.update(&[*byte]);
        }
    }
    (crc.finalize() ^ mask).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{holds, passes, rejected};

    #[test]
    fn keys_hold_their_checksum() {
        let storage = "[0-9A-Za-z+/]{76}\\+ASt[0-9A-Za-z+/]{5}[AQgw]==";
        holds("azure-marvin", storage, 20);
        holds("azure-marvin", "[0-9A-Za-z+/]{33}AIoT[0-9A-Za-z+/]{6}=", 20);
        holds("azure-marvin", "[0-9A-Za-z+/]{42}AzSe[0-9A-Za-z+/]{6}", 30);
        holds("azure-marvin", "[0-9A-Za-z_-]{44}AzFu[0-9A-Za-z_-]{5}[AQgw]==", 30);
        passes("azure-marvin", "[0-9A-Za-z+/]{86}==");
    }

    #[test]
    fn client_secrets_hold() {
        holds("azure-client-secret", "[0-9A-Za-z]{3}8Q~[0-9A-Za-z._~-]{34}", 10);
        passes("azure-client-secret", "[0-9A-Za-z]{3}7Q~[0-9A-Za-z._~-]{31}");
        assert!(rejected("azure-client-secret", b"Q~8Q~7Q~"));
    }

    #[test]
    fn old_devops_tokens_hold() {
        holds("azure-devops-pat", "[a-z2-7]{52}", 30);
        assert!(rejected("azure-devops-pat", &[b'a'; 52]));
    }
}
