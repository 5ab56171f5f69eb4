//! Tokens that end in a CRC-32 of what stands before it.
//!
//! Sources: GitHub's engineering blog of 2021-04 (also npm, 2021-09), Vercel and Polar (the same
//! with longer bodies; Polar's `kit/crypto.py`), Cloudflare's and Zuplo's documents, Grafana's
//! `satokengen`, Confluent's documents, GitLab's `routable_token.rb`, Atlassian (measured). All
//! sums are the one of zlib.

use super::base::{BASE62, digits, to_base64};
use super::form::Form;
use super::locate::{base62, base64url, from_mark, last_run, run_start};
use super::random::disproved;
use super::{Check, Token, Verdict};
use crate::rule::Generator;
use memchr::memmem;
use std::ops::Range;

/// Where a checksum stands in a text and what it should be.
struct Sum {
    place: Range<usize>,
    right: Vec<u8>,
}

/// A check of one family of sums.
pub(super) struct Crc {
    name: &'static str,
    about: &'static str,
    sum: fn(&[u8]) -> Option<Sum>,
}

impl Check for Crc {
    fn name(&self) -> &'static str {
        self.name
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn check(&self, token: &Token<'_>) -> Verdict {
        let text = token.secret();
        match (self.sum)(text) {
            Some(sum) if text.get(sum.place.clone()) == Some(&*sum.right) => {
                Verdict::Proven("its checksum (CRC-32) is right".into())
            }
            Some(_) => disproved(text, "its checksum (CRC-32) is wrong"),
            None => Verdict::Rejected("it is too short for its checksum"),
        }
    }

    fn mend(&self, sample: &mut Vec<u8>, _: &mut Generator) {
        if let Some(sum) = (self.sum)(sample) {
            sample.splice(sum.place, sum.right);
        }
    }
}

/// `crc32-base62`: 30 characters and 6 digits.
pub(super) const BASE62_36: Crc = Crc {
    name: "crc32-base62",
    about: "the last 6 characters are the CRC-32, in base62, of the 30 before them",
    sum: |text| {
        let body = last_run(text, base62, 36)?;
        (body.len() == 36).then(|| base62_tail(text, body))
    },
};

/// `crc32-base62-tail`: the same with a body of any length.
pub(super) const BASE62_TAIL: Crc = Crc {
    name: "crc32-base62-tail",
    about: "the last 6 characters are the CRC-32, in base62, of the body before them",
    sum: |text| Some(base62_tail(text, last_run(text, base62, 20)?)),
};

/// `crc32-hex-tail`: eight digits after the body.
pub(super) const HEX_TAIL: Crc = Crc {
    name: "crc32-hex-tail",
    about: "the last 8 hex digits are the CRC-32 of the body before them",
    sum: hex_tail,
};

/// `crc32-hex-le`: the bytes in the other order, the prefix counted in.
pub(super) const HEX_LE: Crc = Crc {
    name: "crc32-hex-le",
    about: "the last 8 hex digits are the little-endian CRC-32 of prefix and body",
    sum: hex_le,
};

/// `crc32-atlassian`: of all that stands before it.
pub(super) const ATLASSIAN: Crc = Crc {
    name: "crc32-atlassian",
    about: "the last 8 hex digits are the CRC-32 of everything before them",
    sum: atlassian,
};

/// `crc32-confluent`: base64 of the bytes of the sum.
pub(super) const CONFLUENT: Crc = Crc {
    name: "crc32-confluent",
    about: "the last 6 characters are base64 of the CRC-32 of the 54 after the prefix",
    sum: confluent,
};

/// `crc32-gitlab-routable`: in base36, with the payload's length before it.
pub(super) const GITLAB: Crc = Crc {
    name: "crc32-gitlab-routable",
    about: "the last 7 characters are the CRC-32, in base36, of everything before them",
    sum: gitlab,
};

/// `crates-io`: one character, the exclusive or of the body. Source: crates.io `access_token.rs`.
pub(super) const CRATES_IO: Form = Form {
    name: "crates-io",
    about: "the last character of a trusted publishing token is the XOR of those before it",
    find: |text| from_mark(text, &["cio"], base64url),
    judge: |token| match xor_of_31(token) {
        Some((right, last)) if right == last => {
            Verdict::Agrees("its check character is right".into())
        }
        Some(_) => disproved(token, "its check character is wrong"),
        None => Verdict::Silent,
    },
    make: |token, _| {
        let (right, _) = xor_of_31(token)?;
        let mut made = token.to_vec();
        *made.last_mut()? = right;
        Some(made)
    },
};

fn base62_tail(text: &[u8], body: Range<usize>) -> Sum {
    let place = body.end.saturating_sub(6)..body.end;
    let crc = crc32(text, body.start..place.start);
    Sum { place, right: digits(u64::from(crc), BASE62, 6) }
}

fn hex_tail(text: &[u8]) -> Option<Sum> {
    let run = last_run(text, base62, 8)?;
    let place = run.end - 8..run.end;
    let apart = run.len() == 8;
    let body = if apart {
        let end = run.start.saturating_sub(1);
        run_start(text, end, base62)..end
    } else {
        run.start..place.start
    };
    let right = format!("{:08x}", crc32(text, body)).into_bytes();
    Some(Sum { place, right })
}

fn hex_le(text: &[u8]) -> Option<Sum> {
    let token = from_mark(text, &["glsa_"], base64url)?;
    let body = token.start..token.start + 5 + 32;
    let place = body.end + 1..body.end + 9;
    text.get(place.clone())?;
    let right = format!("{:08x}", crc32(text, body).swap_bytes()).into_bytes();
    Some(Sum { place, right })
}

fn atlassian(text: &[u8]) -> Option<Sum> {
    let marks = ["ATATT", "ATCTT", "ATBB", "ATTA"];
    let token = from_mark(text, &marks, |b| base64url(b) || matches!(b, b'=' | b'%' | b'\\'))?;
    let place = token.end.checked_sub(8).filter(|&p| p > token.start)?..token.end;
    let body = text.get(token.start..place.start)?;
    let summed = match memmem::find(body, b"%3D").map(|at| (at, 3)) {
        Some((at, len)) => without(body, at, len),
        None => match memmem::find(body, b"\\=") {
            Some(at) => without(body, at, 2),
            None => body.to_vec(),
        },
    };
    let right = format!("{:08X}", crc32fast::hash(&summed)).into_bytes();
    Some(Sum { place, right })
}

/// `body` with a plain `=` for the escaped one.
fn without(body: &[u8], at: usize, len: usize) -> Vec<u8> {
    let (head, tail) = body.split_at(at);
    [head, b"=", tail.get(len..).unwrap_or_default()].concat()
}

fn confluent(text: &[u8]) -> Option<Sum> {
    let start = memmem::find(text, b"cflt")? + 4;
    let place = start + 54..start + 60;
    text.get(place.clone())?;
    let crc = crc32(text, start..start + 54);
    let mut right = to_base64(&crc.to_le_bytes());
    right.truncate(6);
    Some(Sum { place, right })
}

fn gitlab(text: &[u8]) -> Option<Sum> {
    const BASE36: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let dotted = |b: u8| base64url(b) || b == b'.';
    let end = last_run(text, dotted, 20)?.end;
    let dot = memchr::memrchr(b'.', text.get(..end)?)?;
    let payload_end = if text.get(..dot)?.ends_with(b".01") { dot - 3 } else { dot };
    let start = run_start(text, payload_end, base64url);
    if end != dot + 10 || payload_end == start {
        return None;
    }
    let place = end - 7..end;
    let right = digits(u64::from(crc32(text, start..place.start)), BASE36, 7);
    Some(Sum { place, right })
}

fn crc32(text: &[u8], place: Range<usize>) -> u32 {
    crc32fast::hash(text.get(place).unwrap_or_default())
}

/// The right check character and the one that stands there.
fn xor_of_31(token: &[u8]) -> Option<(u8, u8)> {
    const DIGITS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let body = token.strip_prefix(b"cio")?;
    let body = body.strip_prefix(b"_").unwrap_or(body).strip_prefix(b"tp_")?;
    let (last, rest) = body.split_last().filter(|(_, rest)| rest.len() == 31)?;
    let xor = rest.iter().fold(0u8, |x, b| x ^ b);
    Some((*DIGITS.get(usize::from(xor) % 62)?, *last))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{holds, passes, rejected, verdict};
    use super::*;

    #[test]
    fn each_family_holds() {
        holds("crc32-base62", "ghx_[0-9A-Za-z]{36}", 3);
        holds("crc32-base62-tail", "vcx_[0-9A-Za-z]{56}", 10);
        holds("crc32-base62-tail", "polar_xx_[0-9A-Za-z]{43}", 0);
        holds("crc32-hex-tail", "cfxx_[0-9A-Za-z]{40}[0-9a-f]{8}", 20);
        holds("crc32-hex-tail", "zpxx_[0-9A-Za-z]{32}_[0-9a-f]{8}", 20);
        holds("crc32-hex-le", "glsa_[0-9A-Za-z]{32}_[0-9a-f]{8}", 20);
        holds("crc32-atlassian", "ATATT3x[0-9A-Za-z_-]{170}=[0-9A-F]{8}", 40);
        holds("crc32-confluent", "cflt[0-9A-Za-z+/]{60}", 40);
        let routable = "glpat-[0-9A-Za-z_-]{27,60}\\.01\\.[0-9a-z]{9}";
        holds("crc32-gitlab-routable", routable, 20);
        holds("crates-io", "cio_?tp_[0-9A-Za-z]{32}", 0);
    }

    #[test]
    fn context_around_a_sample_does_not_matter() {
        passes("crc32-atlassian", "ATBB[0-9A-Za-z]{24}[0-9A-F]{8}");
        passes("crc32-gitlab-routable", "glrt-[0-9A-Za-z_-]{27}\\.[0-9a-z]{9}");
    }

    #[test]
    fn an_escaped_equals_sign_counts_as_itself() {
        let body = [b"ATATT3x".as_slice(), &[b'q'; 100], b"="].concat();
        let sum = format!("{:08X}", crc32fast::hash(&body)).into_bytes();
        for escaped in [b"%3D".as_slice(), b"\\="] {
            let token = [&body[..body.len() - 1], escaped, &sum].concat();
            assert!(matches!(verdict("crc32-atlassian", &token), Verdict::Proven(_)));
        }
    }

    #[test]
    fn the_check_character_of_thirty_one_zeros_is_w() {
        let token = [b"cio".as_slice(), b"tp_", &[b'0'; 31], b"w"].concat();
        assert!(matches!(verdict("crates-io", &token), Verdict::Agrees(_)));
        assert!(rejected("crc32-base62", b"ghx_abc"));
    }
}
