//! What may stand around a match, written anew from what `src/rule/schema.rs` says it means.

use regex_syntax::hir::{Class, Hir, HirKind};
use stanch::rule::{Boundary, Gate, Rule};

/// Whether the bytes around `start..end` let it be a token of its own. `named` says whether a name
/// stands in it before the secret: that may begin at a capital behind a small letter.
pub fn are_free(
    rule: &Rule,
    tail: &[bool; 256],
    text: &[u8],
    (start, end): (usize, usize),
    named: impl FnOnce() -> bool,
) -> bool {
    let left = matches!(rule.boundary, Boundary::Both | Boundary::Left);
    let right = matches!(rule.boundary, Boundary::Both | Boundary::Right);
    let word = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let starts_word = word(text.get(start));
    let ends_word = end > 0 && word(text.get(end - 1));
    let glued_left = start > 0 && word(text.get(start - 1)) && !escape_before(&text[..start]);
    let glued_right = text.get(end).is_some_and(|&b| {
        b.is_ascii_alphanumeric() || (b"_-+/".contains(&b) && tail[usize::from(b)])
    });
    if right && ends_word && glued_right {
        return false;
    }
    let hump = || {
        rule.anatomy.gate != Gate::Head
            && text[start - 1].is_ascii_lowercase()
            && text[start].is_ascii_uppercase()
    };
    !(left && starts_word && glued_left) || hump() && named()
}

/// An escape that ends where the match begins: `\n`, `\x22`, `\u0022`, `%22`, a terminal colour.
fn escape_before(before: &[u8]) -> bool {
    let text: String =
        before[before.len().saturating_sub(16)..].iter().map(|&b| char::from(b)).collect();
    let hex = |n: usize, mark: &str| {
        let digits = text.len().checked_sub(n).filter(|&at| text.is_char_boundary(at));
        digits.is_some_and(|at| {
            text[at..].chars().all(|c| c.is_ascii_hexdigit()) && text[..at].ends_with(mark)
        })
    };
    let letter =
        ["\\n", "\\r", "\\t", "\\f", "\\b", "\\v", "\\0"].iter().any(|e| text.ends_with(e));
    letter || hex(2, "\\x") || hex(4, "\\u") || hex(2, "%") || color(&text)
}

/// `ESC [ numbers m`, at most 13 bytes of it.
fn color(text: &str) -> bool {
    let Some(body) = text.strip_suffix('m') else { return false };
    let tail: String = body.chars().rev().take(12).collect::<Vec<_>>().into_iter().rev().collect();
    let Some((head, numbers)) = tail.rsplit_once('[') else { return false };
    head.ends_with('\x1b') && numbers.chars().all(|c| c.is_ascii_digit() || c == ';')
}

/// Whether a word of `near` stands in the `within` bytes before `start`, as a word: not behind a
/// letter, unless it begins with a capital behind a small one.
pub fn are_near(rule: &Rule, text: &[u8], start: usize) -> bool {
    let from = start.saturating_sub(usize::from(rule.within));
    rule.near.is_empty()
        || (from..start).any(|at| {
            rule.near.iter().any(|word| {
                let end = at + word.len();
                end <= start
                    && text[at..end].eq_ignore_ascii_case(word.as_bytes())
                    && !continues((at > from).then(|| text[at - 1]), text[at])
            })
        })
}

/// Whether a name and `@` stand before `start`.
pub fn is_mail(text: &[u8], start: usize) -> bool {
    start > 1 && text[start - 1] == b'@' && text[start - 2].is_ascii_alphanumeric()
}

fn continues(before: Option<u8>, first: u8) -> bool {
    let camel = |b: u8| b.is_ascii_lowercase() && first.is_ascii_uppercase();
    before.is_some_and(|b| b.is_ascii_alphabetic() && !camel(b))
}

/// The bytes that a match of the expression may end in.
pub fn last_bytes(hir: &Hir) -> [bool; 256] {
    let mut set = [false; 256];
    add_last(hir, &mut set);
    set
}

/// Adds them; answers whether the expression can match nothing.
fn add_last(hir: &Hir, set: &mut [bool; 256]) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(l) => {
            l.0.last().into_iter().for_each(|&b| set[usize::from(b)] = true);
            l.0.is_empty()
        }
        HirKind::Class(Class::Bytes(class)) => {
            let bytes = class.ranges().iter().flat_map(|r| r.start()..=r.end());
            bytes.for_each(|b| set[usize::from(b)] = true);
            false
        }
        HirKind::Class(Class::Unicode(_)) => panic!("shapes are bytes"),
        HirKind::Capture(c) => add_last(&c.sub, set),
        HirKind::Concat(parts) => parts.iter().rev().all(|p| add_last(p, set)),
        HirKind::Alternation(parts) => {
            parts.iter().map(|p| add_last(p, set)).fold(false, |any, one| any | one)
        }
        HirKind::Repetition(r) => add_last(&r.sub, set) || r.min == 0,
    }
}
