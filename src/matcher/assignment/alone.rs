//! Names that meet no value, told by the next sign behind them: most of them, in code and prose.

use super::cursor::{Bytes, Cursor};
use super::join::{DECLARES, MACROS, MADE, PROPERTY, WORD, is_compared, is_constant};
use super::value;
use crate::model::Span;
use crate::rule::is_scheme;

/// Words that may join them.
const WORDS: [&[u8]; 5] = [b"is ", b"was ", b"for ", b"of ", b"str"];
/// What the name of the value of a pair begins with.
const PAIRS: [&[u8]; 2] = [b"value", b"android:"];
/// What may stand before it.
static QUOTES: Bytes = Bytes::of(b"\"'\\");
/// The last letters of [`DECLARES`] and [`MACROS`].
static ENDS: Bytes = Bytes::of(b"VGtxnrelv");
/// What stands in a word that a machine made.
static MADE_OF: Bytes = Bytes::alnum_and(b"_-");

/// Whether nothing joins the unquoted `name`, which has been closed before `cursor`, to what
/// follows. It never says so of a name that meets a value.
pub(super) fn is(mut cursor: Cursor<'_>, name: Span) -> bool {
    let text = cursor.text;
    let blanks = cursor.blanks();
    let line = cursor.at;
    cursor.space();
    let Some(next) = cursor.peek() else { return true };
    if next == b',' {
        let listed = is_constant(text, name) || is_compared(text, name);
        let argument = listed && takes_quoted(cursor, 1);
        cursor.at += 1;
        cursor.space();
        return !may_be_pair(cursor) && !argument;
    }
    if cursor.at > line {
        // Only a pair goes on in the next line, or the definition of a macro.
        return !may_be_pair(cursor) && (blanks == 0 || !is_declared(text, name));
    }
    !joins(cursor) && (blanks == 0 || !is_joined(cursor, name))
}

/// Whether the sign at `cursor` could join a name to a value.
fn joins(cursor: Cursor<'_>) -> bool {
    let (first, second) = (cursor.peek(), cursor.rest().get(1).copied().unwrap_or_default());
    match first.unwrap_or_default() {
        b'=' | b':' | b'>' | b'"' | b'\'' | b'`' => true,
        b'!' | b'+' | b'.' => second == b'=',
        b'?' => matches!(second, b'=' | b'?' | b':'),
        b'o' => cursor.rest().starts_with(b"or "),
        b'|' => matches!(second, b'=' | b'|' | b' ' | b'\t' | b'`'),
        b'<' => matches!(second, b'-' | b'/'),
        b'-' if second == b'>' => takes_quoted(cursor, 2),
        b'-' => matches!(second, b'S' | b's'),
        b'(' => takes_quoted(cursor, 1),
        b'{' => second == b'\n' || cursor.rest().starts_with(PROPERTY),
        b'[' => second == b']',
        b'%' => second == b'3',
        // The colon of Chinese and Japanese.
        b'\xEF' => second == b'\xBC',
        b'\\' => second == b'"',
        _ => false,
    }
}

/// Whether a quoted value could stand behind a sign of so many bytes at `cursor`.
fn takes_quoted(mut cursor: Cursor<'_>, sign: usize) -> bool {
    cursor.at += sign;
    cursor.space();
    value::may_be_quoted(cursor)
}

/// Whether what is next could be the value of a pair.
fn may_be_pair(mut cursor: Cursor<'_>) -> bool {
    cursor.peek().is_some_and(|b| QUOTES.has(b)) || cursor.eat_any(&PAIRS)
}

/// Whether the word at `cursor`, or the blank before it, could join the two.
fn is_joined(mut cursor: Cursor<'_>, name: Span) -> bool {
    let own = name.of(cursor.text);
    cursor.eat_any(&WORDS)
        || cursor.eat_any(&PAIRS)
        || cursor.text[..name.start].ends_with(b"<")
        || is_declared(cursor.text, name)
        || own.first() == Some(&b'-')
        || is_scheme(own)
        || cursor.skip(MADE, |b| MADE_OF.has(b)) == MADE
}

/// Whether a word stands before the name that makes a blank behind it join the two.
fn is_declared(text: &[u8], name: Span) -> bool {
    let before = text[name.start.saturating_sub(WORD)..name.start].trim_ascii_end();
    let may = before.last().is_some_and(|b| ENDS.has(*b));
    may && DECLARES.iter().chain(&MACROS).any(|word| before.ends_with(word))
}
