//! A value that is written as an array of bytes: `[]byte{0x12, 52}`, `new Uint8Array([18, 52])`.

use super::cursor::Cursor;
use crate::model::Span;

/// Longest type, or call, before the first byte.
const TYPE: usize = 64;
/// Fewer bytes are no key.
const LEAST: usize = 12;
/// More are a table, or a file.
const MOST: usize = 512;

/// The bytes of the array at `cursor`, from the first to the last.
pub(super) fn read(cursor: Cursor<'_>) -> Option<Span> {
    let rest = cursor.rest();
    let head = &rest[..rest.len().min(TYPE)];
    let mut at = 0;
    loop {
        // A statement, or a text, is no type.
        let end = head[at..].iter().position(|b| b"{[(;\"'`,".contains(b))?;
        at += end + 1;
        // `[u8; 16]` is.
        if head[at - 1] == b';' && !head[..at].contains(&b'[') || b"\"'`,".contains(&head[at - 1])
        {
            return None;
        }
        let found = elements(Cursor::new(cursor.text, cursor.at + at));
        if found.is_some() {
            return found;
        }
    }
}

/// As many bytes as stand at `cursor`, with commas between.
fn elements(mut cursor: Cursor<'_>) -> Option<Span> {
    cursor.space();
    let start = cursor.at;
    for n in 0..=MOST {
        let end = element(&mut cursor)?;
        cursor.space();
        if !cursor.eat(b",") {
            return (n + 1 >= LEAST).then(|| Span::new(start, end));
        }
        cursor.space();
        // The definition of a macro goes on in the next line.
        if cursor.eat(b"\\") {
            cursor.space();
        }
        if matches!(cursor.peek(), Some(b'}' | b']' | b')')) {
            return (n + 1 >= LEAST).then(|| Span::new(start, end));
        }
    }
    None
}

/// Steps over one byte; answers its end.
fn element(cursor: &mut Cursor<'_>) -> Option<usize> {
    if cursor.eat(b"(byte)") {
        cursor.blanks();
    }
    cursor.eat(b"-");
    let hex = cursor.eat(b"0x");
    let digits = match hex {
        true => cursor.skip(3, |b| b.is_ascii_hexdigit()),
        false => cursor.skip(4, |b| b.is_ascii_digit()),
    };
    let fits = if hex { 1..=2 } else { 1..=3 };
    fits.contains(&digits).then_some(cursor.at)
}
