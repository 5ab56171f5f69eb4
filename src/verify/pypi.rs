//! PyPI's tokens are macaroons: location, identifier and caveats can be read, the signature not
//! be checked. Source: libmacaroons' version 2 format, PyPI's documents.

use super::Verdict;
use super::base::{base64, base64_bytes, to_base64url};
use super::form::Form;
use super::locate::{base64url, from_mark};
use super::random::disproved;
use crate::model::Severity;
use crate::rule::Generator;

/// `pypi-macaroon`.
pub(super) const PYPI: Form = Form {
    name: "pypi-macaroon",
    about: "it decodes to a macaroon of pypi.org with a signature of 32 bytes",
    find: |text| from_mark(text, &["pypi-"], base64url),
    judge: |token| {
        let raw = token.get(5..).and_then(base64).unwrap_or_default();
        match location(&raw) {
            Some(b"pypi.org") if ends_in_signature(&raw) => {
                Verdict::Proven("decodes to a macaroon of pypi.org".into())
            }
            Some(b"test.pypi.org") => {
                Verdict::Lesser(Severity::Low, "of the test instance, test.pypi.org".into())
            }
            Some(b"pypi.org") => {
                Verdict::Odd(Severity::Medium, "it is a macaroon cut short".into())
            }
            _ => disproved(token, "it does not decode to a macaroon of PyPI"),
        }
    },
    make,
};

/// Field types of version 2.
const LOCATION: u8 = 1;
const IDENTIFIER: u8 = 2;
const SIGNATURE: u8 = 6;

/// What the macaroon says it is for.
fn location(raw: &[u8]) -> Option<&[u8]> {
    let (kind, value, _) = field(raw.strip_prefix(&[2])?)?;
    (kind == LOCATION).then_some(value)
}

/// Walks over all sections, each closed by a zero, to the signature.
fn ends_in_signature(raw: &[u8]) -> bool {
    let mut rest = raw.get(1..).unwrap_or_default();
    while let Some((&first, after)) = rest.split_first() {
        if first == 0 {
            rest = after;
            continue;
        }
        let Some((kind, value, after)) = field(rest) else { return false };
        if kind == SIGNATURE {
            return value.len() == 32;
        }
        rest = after;
    }
    false
}

/// A field: type, length in base-128, value; and what follows it.
fn field(raw: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&kind, mut rest) = raw.split_first()?;
    let mut len = 0usize;
    for shift in [0, 7, 14] {
        let (&byte, after) = rest.split_first()?;
        rest = after;
        len |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            let (value, after) = rest.split_at_checked(len)?;
            return Some((kind, value, after));
        }
    }
    None
}

/// A macaroon of the same length, with a random identifier.
fn make(token: &[u8], random: &mut Generator) -> Option<Vec<u8>> {
    let test = token.get(5..)?.starts_with(b"AgENdGVzdC5weXBpLm9yZw");
    let place: &[u8] = if test { b"test.pypi.org" } else { b"pypi.org" };
    let head = [&[2, LOCATION, place.len() as u8], place].concat();
    let room = base64_bytes(token.len() - 5).checked_sub(head.len() + 36)?;
    let len = room.checked_sub(if room > 129 { 3 } else { 2 })?;
    let mut raw = [&head[..], &[IDENTIFIER]].concat();
    if len > 127 {
        raw.push(len as u8 & 0x7f | 0x80);
        raw.push((len >> 7) as u8);
    } else {
        raw.push(len as u8);
    }
    raw.extend(random.text(b"abcdefghijkmnpqrstuvwxyz23456789", len));
    raw.extend([0, 0, SIGNATURE, 32]);
    raw.extend((0..32).map(|_| random.next_u64() as u8));
    Some([b"pypi-".as_slice(), &to_base64url(&raw)].concat())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{mended, passes, rejected, verdict};
    use super::*;

    #[test]
    fn macaroons_are_read() {
        passes("pypi-macaroon", "pypi-AgEIcHlwaS5vcmc[0-9A-Za-z_-]{120,220}");
        passes("pypi-macaroon", "pypi-AgEIcHlwaS5vcmc[0-9A-Za-z_-]{70,160}");
        passes("pypi-macaroon", "pypi-AgEIcHlwaS5vcmc[0-9A-Za-z_-]{300}");
        let test = mended("pypi-macaroon", "pypi-AgENdGVzdC5weXBpLm9yZw[0-9A-Za-z_-]{130}", 1);
        assert!(matches!(verdict("pypi-macaroon", &test), Verdict::Lesser(..)));
    }

    #[test]
    fn others_are_not() {
        assert!(rejected("pypi-macaroon", &[b"pypi-".as_slice(), &[b'q'; 120]].concat()));
        let whole = mended("pypi-macaroon", "pypi-AgEIcHlwaS5vcmc[0-9A-Za-z_-]{140}", 1);
        assert!(matches!(verdict("pypi-macaroon", &whole[..100]), Verdict::Odd(..)));
    }
}
