//! Encodings and numbers that many rules share: UUIDs, base64 of a length, Luhn, clamped keys.
//!
//! Sources: RFC 9562, RFC 4648, ISO/IEC 7812 (Luhn), RFC 7748 (clamping, as WireGuard does it).

use super::Verdict;
use super::base::{base64, to_base64};
use super::form::{Form, as_is};
use super::locate::{encoded, last_run};
use super::random::{implausible, without_prefix};
use crate::rule::Generator;
use std::ops::Range;

/// `uuid`.
pub(super) const UUID: Form = Form {
    name: "uuid",
    about: "it is a UUID of a known version, neither nil nor a row",
    find: uuid,
    judge: |text| judge_uuid(text, |version| (1..=8).contains(&version)),
    make: |text, _| with_version(text),
};

/// `uuid4`.
pub(super) const UUID4: Form = Form {
    name: "uuid4",
    about: "it is a random UUID (version 4), neither nil nor a row",
    find: uuid,
    judge: |text| judge_uuid(text, |version| version == 4),
    make: |text, _| with_version(text),
};

/// `luhn`.
pub(super) const LUHN: Form = Form {
    name: "luhn",
    about: "its last digit is the Luhn check digit",
    find: |text| last_run(text, |b| b.is_ascii_digit() || matches!(b, b' ' | b'-'), 12),
    judge: |text| {
        let digits: Vec<u8> = text.iter().filter(|b| b.is_ascii_digit()).copied().collect();
        if digits.len() < 2 || implausible(&digits).is_some() {
            return Verdict::Rejected("it is a placeholder");
        }
        if luhn(&digits) == 0 {
            return Verdict::Agrees("its check digit (Luhn) is right".into());
        }
        Verdict::Rejected("its check digit is wrong")
    },
    make: |text, _| {
        let mut made = text.to_vec();
        let last = made.iter().rposition(u8::is_ascii_digit)?;
        *made.get_mut(last)? = b'0';
        let digits: Vec<u8> = made.iter().filter(|b| b.is_ascii_digit()).copied().collect();
        *made.get_mut(last)? = b'0' + (10 - luhn(&digits)) % 10;
        Some(made)
    },
};

/// `base64-decodes`.
pub(super) const BASE64: Form = Form {
    name: "base64-decodes",
    about: "it decodes from base64, and not to a placeholder",
    find: |text| encoded(text, 4),
    judge: |text| judge_base64(text, None),
    make: lengthened,
};

/// `base64-32-bytes`.
pub(super) const BASE64_32: Form = Form {
    name: "base64-32-bytes",
    about: "it decodes from base64 to 32 bytes",
    find: |text| encoded(text, 43),
    judge: |text| judge_base64(text, Some(32)),
    make: as_is,
};

/// `base64-64-bytes`.
pub(super) const BASE64_64: Form = Form {
    name: "base64-64-bytes",
    about: "it decodes from base64 to 64 bytes",
    find: |text| encoded(text, 86),
    judge: |text| judge_base64(text, Some(64)),
    make: as_is,
};

/// `wireguard`: a private key for Curve25519.
pub(super) const WIREGUARD: Form = Form {
    name: "wireguard",
    about: "it decodes to 32 bytes that are clamped as private keys are",
    find: |text| encoded(text, 43),
    judge: |text| match judge_base64(text, Some(32)) {
        Verdict::Agrees(_) => match base64(text).as_deref() {
            Some([first, .., last]) if first & 7 == 0 && last >> 6 == 1 => {
                Verdict::Agrees("its bits are set as in a private key".into())
            }
            _ => Verdict::Doubtful("its bits are not set as in a private key".into()),
        },
        other => other,
    },
    make: |text, _| {
        let mut raw = base64(text)?;
        *raw.first_mut()? &= 0xF8;
        let last = raw.last_mut()?;
        *last = *last & 0x3F | 0x40;
        Some(to_base64(&raw))
    },
};

/// The last UUID, with dashes or else without.
fn uuid(text: &[u8]) -> Option<Range<usize>> {
    let dashed = text.windows(36).rposition(is_dashed).map(|at| at..at + 36);
    dashed.or_else(|| last_run(text, |b| b.is_ascii_hexdigit(), 32).filter(|r| r.len() == 32))
}

fn is_dashed(text: &[u8]) -> bool {
    let fits = |(i, b): (usize, &u8)| match i {
        8 | 13 | 18 | 23 => *b == b'-',
        _ => b.is_ascii_hexdigit(),
    };
    text.iter().enumerate().all(fits)
}

fn judge_uuid(text: &[u8], version_fits: fn(u8) -> bool) -> Verdict {
    let digits: Vec<u8> =
        text.iter().filter(|b| **b != b'-').map(u8::to_ascii_lowercase).collect();
    if implausible(&digits).is_some() {
        return Verdict::Rejected("it is nil, or a row");
    }
    let version = digits.get(12).map_or(0, |b| b.wrapping_sub(b'0'));
    let variant = matches!(digits.get(16), Some(b'8' | b'9' | b'a' | b'b'));
    if variant && version_fits(version) {
        return Verdict::Agrees(format!("it is a UUID of version {version}"));
    }
    Verdict::Rejected("it has not the version and variant of a UUID")
}

fn with_version(text: &[u8]) -> Option<Vec<u8>> {
    let mut made = text.to_vec();
    let dashes = usize::from(made.contains(&b'-'));
    *made.get_mut(12 + 2 * dashes)? = b'4';
    let variant = made.get_mut(16 + 3 * dashes)?;
    if !matches!(variant, b'8' | b'9' | b'a' | b'b' | b'A' | b'B') {
        *variant = b'9';
    }
    Some(made)
}

/// The sum of Luhn, modulo ten: 0 if the last digit is right.
fn luhn(digits: &[u8]) -> u8 {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, b)| {
            let n = u32::from(b.wrapping_sub(b'0')) * (1 + i as u32 % 2);
            n / 10 + n % 10
        })
        .sum();
    (sum % 10) as u8
}

fn judge_base64(text: &[u8], len: Option<usize>) -> Verdict {
    // A prefix such as `whsec_` is of the same alphabet.
    let decode = |text: &[u8]| base64(text).filter(|raw| len.is_none_or(|len| len == raw.len()));
    let decoded = decode(text).or_else(|| decode(without_prefix(text)));
    let Some(raw) = decoded.filter(|raw| !raw.is_empty()) else {
        return Verdict::Rejected("it does not decode from base64 to the right length");
    };
    let printable = raw.iter().all(|b| b.is_ascii_graphic() || *b == b' ');
    if implausible(text).is_some() || printable && implausible(&raw).is_some() {
        return Verdict::Rejected("it is a placeholder");
    }
    Verdict::Agrees(format!("decodes from base64 to {} bytes", raw.len()))
}

/// One character more, where no bytes encode to as many as there are.
fn lengthened(text: &[u8], _: &mut Generator) -> Option<Vec<u8>> {
    let end = text.iter().rposition(|&b| b != b'=')? + 1;
    let body = without_prefix(text.get(..end)?).len();
    let spare = usize::from(end % 4 == 1 && body % 4 == 1);
    let (head, padding) = text.split_at_checked(end)?;
    Some([head, b"A".get(..spare)?, padding].concat())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{holds, passes, rejected, verdict};
    use super::*;

    #[test]
    fn made_ones_pass() {
        let dashed = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
        holds("uuid4", dashed, 21);
        passes("uuid", dashed);
        passes("uuid", "[0-9a-f]{32}");
        holds("luhn", "4[0-9]{15}", 0);
        passes("wireguard", "[0-9A-Za-z+/]{42}[AEIMQUYcgkosw048]=");
        passes("base64-32-bytes", "[0-9A-Za-z+/]{42}[AEIMQUYcgkosw048]=");
        passes("base64-64-bytes", "[0-9A-Za-z+/]{85}[AQgw]==");
        passes("base64-decodes", "[0-9A-Za-z+/]{40}");
    }

    #[test]
    fn nil_and_rows_are_rejected() {
        for text in [
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "12345678-1234-1234-1234-123456789012",
            "xyz",
        ] {
            assert!(rejected("uuid", text.as_bytes()), "{text}");
        }
        // A name-based UUID is none of version 4.
        let named = "3d813cbb-47fb-52ba-91df-831e1593ac29";
        assert!(rejected("uuid4", named.as_bytes()));
        assert!(matches!(verdict("uuid", named.as_bytes()), Verdict::Agrees(_)));
        assert!(rejected("luhn", b"4444444444444444"));
    }

    #[test]
    fn lengths_and_contents_are_looked_at() {
        assert!(rejected("base64-64-bytes", &to_base64(&[7; 63])));
        assert!(rejected("base64-decodes", &to_base64(b"your-password-here")));
        assert!(rejected("wireguard", &[b'A'; 43]));
        let raw: Vec<u8> = (0..32).map(|i| (i * 71 % 256) as u8 | 1).collect();
        assert!(matches!(verdict("wireguard", &to_base64(&raw)), Verdict::Doubtful(_)));
    }
}
