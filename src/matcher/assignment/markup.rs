//! Names and values in markup: elements of XML, and cells of a table.

use super::cursor::Cursor;
use crate::model::Span;

/// Longest attributes that are stepped over.
const ATTRIBUTES: usize = 120;

/// Steps to the text of the element that the name stands for, if it stands for one:
///
/// - `<name>`, `<ns:name>` or `<name a="b">`: the element's own;
/// - `<e name="name">`: the attribute tells of the element, too;
/// - `<key>name</key><string>`: the next element's.
pub(super) fn opens(
    cursor: &mut Cursor<'_>,
    text: &[u8],
    name: Span,
    (quoted, blanks): (bool, usize),
) -> bool {
    if blanks == 0 && quoted {
        // An attribute that ends so is the address of a page: `href="/#/forgot-password">`.
        let is_path = name.start.checked_sub(1).is_some_and(|at| text[at] == b'/');
        return !is_path && cursor.eat(b">");
    }
    match name.start.checked_sub(1).and_then(|at| text.get(at)) {
        Some(b'<' | b':') if blanks == 0 => cursor.eat(b">"),
        Some(b'<') => attributes(cursor),
        Some(b'>') if blanks == 0 => next_element(cursor),
        _ => false,
    }
}

/// Steps over attributes and the end of their tag.
fn attributes(cursor: &mut Cursor<'_>) -> bool {
    let rest = cursor.rest();
    let rest = &rest[..rest.len().min(ATTRIBUTES)];
    let end = memchr::memchr2(b'>', b'<', rest).filter(|at| rest[*at] == b'>');
    let found = end.filter(|at| memchr::memchr(b'=', &rest[..*at]).is_some());
    cursor.at += found.map_or(0, |at| at + 1);
    found.is_some()
}

/// Steps over the end of one element and the start of the next.
fn next_element(cursor: &mut Cursor<'_>) -> bool {
    let mut next = *cursor;
    let is_tag = |b: u8| b.is_ascii_alphanumeric();
    let ends = next.eat(b"</") && next.skip(16, is_tag) > 0 && next.eat(b">");
    next.space();
    let opens = ends && next.eat(b"<") && next.skip(16, is_tag) > 0 && next.eat(b">");
    if opens {
        *cursor = next;
    }
    opens
}

/// Steps to the next cell of a Markdown table, if it is code.
pub(super) fn cell(cursor: &mut Cursor<'_>) -> bool {
    let mut next = *cursor;
    let found = next.eat(b"|") && next.blanks() <= 8 && next.peek() == Some(b'`');
    if found {
        *cursor = next;
    }
    found
}
