//! What may stand around a match.

use super::context::Context;
use crate::model::Span;
use crate::rule::{Boundary, Gate, Rule};

/// Whether what stands before `start` lets a match of `rule` start there.
pub fn may_start(rule: &Rule, text: &[u8], start: usize) -> bool {
    matches!(rule.boundary, Boundary::Right | Boundary::None) || left_is_free(text, start)
}

/// Whether a word begins at `start` that a capital shows (`myAcmeKey`): enough for a name that
/// stands before a secret, if matches of `rule` begin with one and not with a token.
pub fn is_hump(rule: &Rule, text: &[u8], start: usize) -> bool {
    let before = start.checked_sub(1).and_then(|at| text.get(at));
    rule.anatomy.gate != Gate::Head
        && before.is_some_and(u8::is_ascii_lowercase)
        && text.get(start).is_some_and(u8::is_ascii_uppercase)
}

/// Whether what stands behind `matched` lets it be a token of its own.
pub fn may_end(rule: &Rule, text: &[u8], matched: Span) -> bool {
    matches!(rule.boundary, Boundary::Left | Boundary::None) || right_is_free(rule, text, matched)
}

fn left_is_free(text: &[u8], start: usize) -> bool {
    let before = &text[..start];
    let first = text.get(start).is_some_and(u8::is_ascii_alphanumeric);
    let glued = before.last().is_some_and(u8::is_ascii_alphanumeric);
    !first || !glued || ends_with_escape(before)
}

/// Whether `before` ends in an escape such as `\n`, `%22`, `\u0022`, `\x22` or a terminal colour.
pub(super) fn ends_with_escape(before: &[u8]) -> bool {
    let hex = |s: &[u8]| s.iter().all(u8::is_ascii_hexdigit);
    match before {
        [.., b'\\', b'n' | b'r' | b't' | b'f' | b'b' | b'v' | b'0'] => true,
        [.., b'\\', b'x', a, b] => hex(&[*a, *b]),
        [.., b'\\', b'u', a, b, c, d] => hex(&[*a, *b, *c, *d]),
        [.., b'%', a, b] => hex(&[*a, *b]),
        [.., b'm'] => ends_with_color(before),
        _ => false,
    }
}

fn ends_with_color(before: &[u8]) -> bool {
    let start = before.len().saturating_sub(12);
    let tail = &before[start..before.len() - 1];
    let Some(open) = memchr::memrchr(b'[', tail) else { return false };
    let numbers = &tail[open + 1..];
    numbers.iter().all(|&b| b.is_ascii_digit() || b == b';') && tail[..open].ends_with(b"\x1b")
}

fn right_is_free(rule: &Rule, text: &[u8], matched: Span) -> bool {
    let Some(&next) = text.get(matched.end) else { return true };
    let last = matched.end.checked_sub(1).and_then(|i| text.get(i)).copied().unwrap_or(0);
    let in_tail = |b: u8| rule.anatomy.tail[usize::from(b >> 6)] >> (b & 63) & 1 == 1;
    let glued = next.is_ascii_alphanumeric()
        || (in_tail(next) && matches!(next, b'_' | b'-' | b'+' | b'/'));
    !last.is_ascii_alphanumeric() || !glued
}

/// Whether one of the rule's words stands near enough before `matched`, if it asks for one.
pub fn in_context(rule: &Rule, text: &[u8], matched: Span) -> bool {
    Context::of(rule).holds(rule, text, matched.start)
}

/// Whether what starts at `at` is where somebody has mail (`ada@acme.org`): a vendor named so
/// speaks of no secret.
pub fn is_mail(text: &[u8], at: usize) -> bool {
    let before = text[..at].strip_suffix(b"@");
    before.and_then(<[u8]>::last).is_some_and(u8::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_do_not_glue() {
        for free in ["\\n", "\\t", "%22", "%3D", "\\u0022", "\\x3d", "\x1b[31m", "\x1b[0;1m"] {
            assert!(ends_with_escape(free.as_bytes()), "{free:?}");
        }
        for glued in ["n", "x22", "abc", "m", "31m", "%2"] {
            assert!(!ends_with_escape(glued.as_bytes()), "{glued:?}");
        }
    }

    #[test]
    fn mail_is_told_from_the_variable_of_an_object() {
        assert!(is_mail(b"<ada@acme.org>", 5));
        assert!(!is_mail(b"@acme_key = 1", 1));
        assert!(!is_mail(b"acme", 0));
    }
}
