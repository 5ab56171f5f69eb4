//! Names that meet no value, told by the next sign behind them: most of them, in code and prose.

use super::cursor::{Bytes, Cursor};
use super::join::{MADE, WORD, is_constant};
use crate::model::Span;
use crate::rule::is_scheme;

/// What may join a name and a value.
static JOINS: Bytes = Bytes::of(b"=!:?+.|-<%([{\"'`\\>&");
/// Words that may join them.
const WORDS: [&[u8]; 3] = [b"is ", b"was ", b"str"];
/// What the name of the value of a pair begins with.
const PAIRS: [&[u8]; 2] = [b"value", b"android:"];
/// What may stand before it.
static QUOTES: Bytes = Bytes::of(b"\"'\\");
/// The last letters of the words after which a blank joins the two.
static ENDS: Bytes = Bytes::of(b"VGtxnrel");
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
        cursor.at += 1;
        cursor.space();
        return !may_be_pair(cursor) && !is_constant(text, name);
    }
    if cursor.at > line {
        // Only a pair goes on in the next line.
        return !may_be_pair(cursor);
    }
    !JOINS.has(next) && (blanks == 0 || !is_joined(cursor, name))
}

/// Whether what is next could be the value of a pair.
fn may_be_pair(mut cursor: Cursor<'_>) -> bool {
    cursor.peek().is_some_and(|b| QUOTES.has(b)) || cursor.eat_any(&PAIRS)
}

/// Whether the word at `cursor`, or the blank before it, could join the two.
fn is_joined(mut cursor: Cursor<'_>, name: Span) -> bool {
    let before = &cursor.text[name.start.saturating_sub(WORD)..name.start];
    let own = name.of(cursor.text);
    cursor.eat_any(&WORDS)
        || cursor.eat_any(&PAIRS)
        || before.last() == Some(&b'<')
        || before.trim_ascii_end().last().is_some_and(|b| ENDS.has(*b))
        || own.first() == Some(&b'-')
        || is_scheme(own)
        || cursor.skip(MADE, |b| MADE_OF.has(b)) == MADE
}
