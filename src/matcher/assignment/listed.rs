//! Names that stand in a list of names: what follows them there is the next name, no value.

use super::cursor::Cursor;
use super::join::{QUOTES, WORD};
use crate::model::Span;

/// Whether the value behind the quoted name is one more name.
pub(super) fn is_name(text: &[u8], name: Span, value: Span) -> bool {
    let among = is_listed(text, name) || begins_list(text, name, value);
    among && is_bare(value.of(text)) || is_next(text, name, value)
}

/// Whether the quoted name comes behind another quoted word and a comma: `'user', 'password', …`.
/// Options of a command stand so as well.
fn is_listed(text: &[u8], name: Span) -> bool {
    let before = &text[name.start.saturating_sub(WORD)..name.start];
    let before =
        before.strip_suffix(b"'").or_else(|| before.strip_suffix(b"\"")).unwrap_or(before);
    let before = before.strip_suffix(b"\\").unwrap_or(before).trim_ascii_end();
    let other = before.strip_suffix(b",").map(<[u8]>::trim_ascii_end).unwrap_or_default();
    matches!(other.last(), Some(b'\'' | b'"')) && !name.of(text).starts_with(b"-")
}

/// Whether the quoted name is the first word of a list, and the value the second of more.
fn begins_list(text: &[u8], name: Span, value: Span) -> bool {
    let before = text[name.start.saturating_sub(WORD)..name.start].trim_ascii_end();
    let before = before.strip_suffix(b"\"").or(before.strip_suffix(b"'")).unwrap_or(before);
    let mut behind = Cursor::new(text, value.end);
    let goes_on = behind.eat_any(&QUOTES) && behind.eat(b",");
    goes_on && before.trim_ascii_end().ends_with(b"[") && !name.of(text).starts_with(b"-")
}

/// Whether the value is the name of what comes next: `"pass"},\n"other": {`, or on a line of its
/// own in a list of names.
fn is_next(text: &[u8], name: Span, value: Span) -> bool {
    let mut behind = Cursor::new(text, value.end);
    let named = behind.eat_any(&QUOTES) && behind.blanks() < 8 && behind.eat(b":");
    let between = &text[name.end..value.start];
    let below =
        memchr::memchr(b'\n', between).is_some() && memchr::memchr(b'(', between).is_none();
    let part = |b: &u8| b.is_ascii_alphanumeric() || b"_-. #@".contains(b);
    let own = value.of(text);
    let name = own.len() < 64 && own.iter().all(part);
    named || below && name && own.iter().any(|b| !b.is_ascii_alphanumeric())
}

/// Whether it looks like one more name, which may have a digit among many letters.
fn is_bare(value: &[u8]) -> bool {
    let digits = value.iter().filter(|b| b.is_ascii_digit()).count();
    let name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    value.iter().all(name) && (digits == 0 || digits == 1 && value.len() >= 16)
}
