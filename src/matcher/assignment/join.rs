//! What stands between a name and its value.

use super::cursor::Cursor;
use super::value::{self, Form};
use crate::model::Span;

/// How name and value are joined, which says how the value must look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    /// `=`, `:` and kin.
    Operator,
    /// `,` or `(`: only a quoted value counts.
    Argument,
    /// A blank: a command line, `ENV`, SQL.
    Blank,
    /// `>` of an XML element: the value ends at the next `<`.
    Element,
}

/// How much of a line is looked at before a name.
const LINE: usize = 512;

/// The value that the name at `name` meets, if it meets one.
pub(super) fn value_of(text: &[u8], name: Span) -> Option<Span> {
    let mut cursor = Cursor::new(text, name.end);
    let quoted = close_name(&mut cursor);
    if let Some(value) = paired_value(cursor) {
        return Some(value);
    }
    let joint = joint(&mut cursor, text, name, quoted)?;
    let form = match joint {
        Joint::Operator => Form::Any,
        Joint::Argument => Form::Quoted,
        Joint::Blank => Form::Word,
        Joint::Element => Form::Element,
    };
    value::read(cursor, form)
}

/// Steps over what closes a name: quotes, brackets, an array size. Answers whether it was quoted.
fn close_name(cursor: &mut Cursor<'_>) -> bool {
    let start = cursor.at;
    let quotes: [&[u8]; 7] = [b"\\\"", b"\\'", b"\"", b"'", b"`", b"&quot;", b"&#34;"];
    let quoted = cursor.eat_any(&quotes);
    if cursor.peek() == Some(b'[') {
        let mut array = *cursor;
        array.at += 1;
        array.skip(8, |b| b.is_ascii_alphanumeric());
        if array.eat(b"]") {
            *cursor = array;
        }
    }
    while cursor.at - start < 8 && cursor.eat_any(&[b"]", b")", b"}", b"*"]) {}
    quoted
}

/// `name: PASSWORD, value: v` and its kin in JSON, YAML and XML.
fn paired_value(mut cursor: Cursor<'_>) -> Option<Span> {
    cursor.eat(b",");
    if cursor.space() == 0 && cursor.text.get(cursor.at.wrapping_sub(1)) != Some(&b',') {
        return None;
    }
    cursor.eat_any(&[b"\\\"", b"\"", b"'"]);
    if !cursor.eat(b"value") {
        return None;
    }
    cursor.eat_any(&[b"\\\"", b"\"", b"'"]);
    cursor.blanks();
    if !cursor.eat_any(&[b"=>", b"=", b":"]) {
        return None;
    }
    value::read(cursor, Form::Any)
}

fn joint(cursor: &mut Cursor<'_>, text: &[u8], name: Span, quoted: bool) -> Option<Joint> {
    let mut blanks = cursor.blanks();
    if blanks > 0 && cursor.eat(b"-String") {
        blanks = cursor.blanks();
    }
    let operators: [&[u8]; 17] = [
        b"===", b"!==", b"::=", b":=", b"=>", b"==", b"!=", b"?=", b"+=", b"|=", b"||=", b"->",
        b"<-", b"=", b":-", b":", b"%3D",
    ];
    if cursor.eat_any(&operators) {
        return Some(Joint::Operator);
    }
    let opens_tag = name.start > 0 && text[name.start - 1] == b'<';
    if blanks == 0 && !quoted && opens_tag && cursor.eat(b">") {
        return Some(Joint::Element);
    }
    if cursor.eat(b"(") || (quoted && cursor.eat(b",")) {
        return Some(Joint::Argument);
    }
    (blanks == 1 && takes_blank(text, name, cursor.peek())).then_some(Joint::Blank)
}

/// Whether a blank joins this name to what follows.
fn takes_blank(text: &[u8], name: Span, next: Option<u8>) -> bool {
    // The text may be one line of many megabytes.
    let floor = name.start.saturating_sub(LINE);
    let line = memchr::memrchr(b'\n', &text[floor..name.start]).map_or(floor, |i| floor + i + 1);
    let before = text[line..name.start].trim_ascii();
    let option = name.of(text).starts_with(b"-");
    // In prose one passes "x"; in SQL and in configuration a password is 'x'.
    let lower = name.of(text).to_ascii_lowercase();
    let sql = memchr::memmem::find(&before.to_ascii_lowercase(), b"user").is_some();
    let nouns: [&[u8]; 6] =
        [b"password", b"passwd", b"requirepass", b"masterauth", b"securestring", b"passphrase"];
    let noun = nouns.iter().any(|n| lower.ends_with(n)) || (sql && lower == b"identified by");
    let word = before.rsplit(|b| b.is_ascii_whitespace()).next().unwrap_or_default();
    let declares: [&[u8]; 6] = [b"ENV", b"ARG", b"set", b"setx", b"login", b"user"];
    option || declares.contains(&word) || (noun && matches!(next, Some(b'\'' | b'"')))
}
