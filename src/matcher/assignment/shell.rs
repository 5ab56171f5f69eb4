//! Words of a line that say by their order which of them is the password.

use super::cursor::Cursor;
use crate::model::Span;

/// Settings of Redis that a password follows on a line of its own.
const SETTINGS: [&[u8]; 2] = [b"requirepass", b"masterauth"];
/// Longest word that is stepped over.
const LONGEST: usize = 120;

/// The password that follows `name` in `htpasswd -b FILE USER PASSWORD` or `requirepass PASSWORD`.
pub(super) fn password(text: &[u8], name: Span) -> Option<Span> {
    let own = name.of(text);
    let mut cursor = Cursor::new(text, name.end);
    if own == b"htpasswd" {
        to_password(&mut cursor)?;
    } else if !SETTINGS.contains(&own) || !begins_line(text, name.start) {
        return None;
    }
    let quoted = cursor.blanks() > 0 && cursor.eat_any(&[b"'", b"\""]);
    let start = cursor.at;
    let length = cursor.skip(LONGEST, |b| !b.is_ascii_whitespace() && !b"'\"`\\;|".contains(&b));
    (length > 0 && (quoted || start > name.end)).then(|| Span::new(start, start + length))
}

/// Steps over the options of `htpasswd`, the file unless nothing is written, and the user.
fn to_password(cursor: &mut Cursor<'_>) -> Option<()> {
    let mut options = Vec::new();
    cursor.blanks();
    while cursor.eat(b"-") {
        let start = cursor.at;
        cursor.skip(8, |b| b.is_ascii_alphanumeric());
        options.extend_from_slice(&cursor.text[start..cursor.at]);
        cursor.blanks();
    }
    let words = if options.contains(&b'n') { 1 } else { 2 };
    for _ in 0..words {
        cursor.blanks();
        let length = cursor.skip(LONGEST, |b| !b.is_ascii_whitespace() && !b";|`".contains(&b));
        (length > 0).then_some(())?;
    }
    options.contains(&b'b').then_some(())
}

/// Whether nothing but blanks stands before `at` on its line.
fn begins_line(text: &[u8], at: usize) -> bool {
    let before = text[..at].iter().rev().find(|b| !matches!(b, b' ' | b'\t'));
    before.is_none_or(|b| *b == b'\n')
}
