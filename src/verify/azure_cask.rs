//! Microsoft's common annotated keys, both generations.
//!
//! Source: microsoft/security-utilities (`IdentifiableSecrets`, mark `JQQJ`) and microsoft/cask
//! (mark `QJJQ`, which has no checksum but a strict layout).

use super::Verdict;
use super::base::{self, BASE62, digits, to_base64};
use super::form::Form;
use super::locate::{base64, base64url, run_end};
use super::marvin::{marvin32, seed};
use crate::model::Severity;
use crate::rule::Generator;
use memchr::memmem;
use std::ops::Range;

/// `azure-cask`.
pub(super) const CASK: Form = Form {
    name: "azure-cask",
    about: "it is laid out as a Microsoft common annotated key, and its checksum is right",
    find,
    judge: |key| {
        if key.get(52..56) == Some(b"JQQJ") { judge_first(key) } else { judge_second(key) }
    },
    make,
};

fn find(text: &[u8]) -> Option<Range<usize>> {
    first(text).or_else(|| second(text))
}

/// 52 characters before the mark, 84 or 88 in all.
fn first(text: &[u8]) -> Option<Range<usize>> {
    memmem::find_iter(text, b"JQQJ9").find_map(|at| {
        let start = at.checked_sub(52)?;
        let fits =
            |len: usize| text.get(start..start + len)?.iter().all(|&b| base64(b)).then_some(len);
        let long = fits(88).filter(|_| text.get(start + 86..start + 88) == Some(b"=="));
        let len = long.or_else(|| fits(84))?;
        Some(start..start + len)
    })
}

/// 44 or 88 characters before the mark, then what it says itself.
fn second(text: &[u8]) -> Option<Range<usize>> {
    memmem::find_iter(text, b"QJJQA").find_map(|at| {
        let run = run_end(text, at, base64url);
        let end = run.min(at + time_offset(text.get(at..)?)? + 8);
        let fits = |before: usize| {
            let start = at.checked_sub(before)?;
            text.get(start..end)?.iter().all(|&b| base64url(b)).then_some(start..end)
        };
        let long = fits(88).filter(|_| text.get(at + 5) == Some(&b'C'));
        long.or_else(|| fits(44))
    })
}

/// How far after the mark the time stands: behind the optional groups of four characters.
fn time_offset(from_mark: &[u8]) -> Option<usize> {
    let groups = from_mark.get(6)?.checked_sub(b'A').filter(|&g| g <= 10)?;
    Some(12 + usize::from(groups) * 4)
}

fn judge_first(key: &[u8]) -> Verdict {
    let laid_out = matches!(key.get(57), Some(b'9' | b'D' | b'H'))
        && key.get(58).is_some_and(u8::is_ascii_uppercase)
        && key.get(59).is_some_and(|b| matches!(b, b'A'..=b'L'));
    if !laid_out {
        return Verdict::Odd(
            Severity::High,
            "it is not quite laid out as an annotated key".into(),
        );
    }
    let (by_digits, by_base64) = first_sums(key).unwrap_or_default();
    let is = key.get(80..).unwrap_or_default();
    if by_digits.starts_with(is) || by_base64 == is {
        return Verdict::Proven("its checksum (Marvin32) is right".into());
    }
    Verdict::Agrees("it is laid out as an annotated key".into())
}

/// The right checksum in both ways of writing it.
fn first_sums(key: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let raw = base::base64(key.get(..80)?)?;
    let sum = marvin32(&raw, seed(b"Default0")).to_le_bytes();
    let long = key.len() == 88;
    let encoded = to_base64(sum.get(..if long { 4 } else { 3 })?);
    Some((padded_right(u32::from_be_bytes(sum)), encoded))
}

/// The number in base62 without leading zeros, filled up to six digits on the right.
fn padded_right(n: u32) -> Vec<u8> {
    let all = digits(u64::from(n), BASE62, 6);
    let zeros = all.iter().take_while(|&&b| b == b'0').count();
    let mut out = all.get(zeros..).unwrap_or_default().to_vec();
    out.resize(6, b'0');
    out
}

fn judge_second(key: &[u8]) -> Verdict {
    let mark = mark_of_second(key);
    let in_range =
        |at: usize, first: u8, last: u8| key.get(at).is_some_and(|b| (first..=last).contains(b));
    let Some(time) = key.get(mark..).and_then(time_offset).map(|t| mark + t) else {
        return Verdict::Rejected("it is not laid out as an annotated key");
    };
    let laid_out = key.get(mark - 1) == Some(&b'A')
        && key.get(time..time + 2) == Some(b"AA")
        && in_range(time + 3, b'A', b'L')
        && in_range(time + 5, b'A', b'X');
    if laid_out {
        return Verdict::Proven("it is laid out as an annotated key".into());
    }
    Verdict::Odd(Severity::High, "it is not quite laid out as an annotated key".into())
}

fn mark_of_second(key: &[u8]) -> usize {
    if key.get(44..48) == Some(b"QJJQ") { 44 } else { 88 }
}

fn make(key: &[u8], _: &mut Generator) -> Option<Vec<u8>> {
    let mut made = key.to_vec();
    if key.get(52..56) == Some(b"JQQJ") {
        made.get_mut(57..60)?.copy_from_slice(b"9BC");
        let (by_digits, by_base64) = first_sums(&made)?;
        let sum = if key.len() == 88 { by_base64 } else { by_digits.get(..4)?.to_vec() };
        made.truncate(80);
        made.extend(sum);
        return Some(made);
    }
    let mark = mark_of_second(key);
    let groups = key.len().checked_sub(mark + 20)? / 4;
    *made.get_mut(mark - 1)? = b'A';
    *made.get_mut(mark + 6)? = b'A' + groups as u8;
    let time = mark + 12 + groups * 4;
    made.get_mut(time..time + 8)?.copy_from_slice(b"AABCDEFG");
    Some(made)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{mended, passes, rejected, verdict};
    use super::Verdict;

    const FIRST: &str = "[0-9A-Za-z]{52}JQQJ99[A-Z][A-L][0-9A-Za-z]{12}A{5}ZZZ[0-9A-Za-z]{4}";

    #[test]
    fn both_generations_pass() {
        passes("azure-cask", FIRST);
        passes("azure-cask", "[0-9A-Za-z]{43}AQJJQAB[A-C][0-9A-Za-z]{25}");
        let sample = mended("azure-cask", FIRST, 1);
        assert!(matches!(verdict("azure-cask", &sample), Verdict::Proven(_)));
    }

    #[test]
    fn what_has_no_mark_does_not() {
        assert!(rejected("azure-cask", &[b'x'; 84]));
        assert!(rejected("azure-cask", b"JQQJ99QJJQAB"));
    }
}
