//! The value at a place: quoted, wrapped in a call, after a type, or bare.

use super::array;
use super::cursor::{Bytes, Cursor};
use super::join::is_made;
use crate::model::Span;
use crate::rule::is_token;
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// Longest value that is read.
const LONGEST: usize = 400;
/// Longest one that is nothing but a token, as those of sessions are.
const TOKEN: usize = 1500;

/// How a value must look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Quoted, wrapped or bare.
    Any,
    /// Quoted only.
    Quoted,
    /// Quoted, or one bare word.
    Word,
    /// All up to the next `<`.
    Element,
}

/// The quotes a value may stand in, longer ones first.
const QUOTES: [&[u8]; 7] = [b"\"\"\"", b"'''", b"&quot;", b"&#34;", b"\"", b"'", b"`"];

/// What the quotes begin with.
static OPENS: Bytes = Bytes::of(b"\"'\\&`");
/// Letters that a string may be marked with before its quote.
static PREFIX: Bytes = Bytes::of(b"bBrRfFuULN@$%wq");
/// What stands in a type, or in the name of a call.
static WORD: Bytes = Bytes::alnum_and(b"_.:<>&*'? ");
/// What ends a value without quotes.
static ENDS_BARE: Bytes = Bytes::of(b" \t\r\n\x0C\"'`,;<>&");

/// Reads the value at `cursor`.
pub(super) fn read(mut cursor: Cursor<'_>, form: Form) -> Option<Span> {
    if form == Form::Element {
        return element(cursor);
    }
    cursor.space();
    if let Some(value) = quoted(cursor) {
        return Some(inner(cursor.text, value));
    }
    if form == Form::Any && opens_block(&mut cursor) {
        return bare(cursor);
    }
    if let Some(value) = in_record(cursor) {
        return Some(value);
    }
    let macro_of_bytes = form == Form::Word && cursor.peek() == Some(b'{');
    if (form == Form::Any || macro_of_bytes)
        && let Some(value) = array::read(cursor)
    {
        return Some(value);
    }
    if form == Form::Quoted {
        return None;
    }
    let behind = if form == Form::Any { behind_expression(cursor) } else { None };
    if behind.is_some() {
        return behind;
    }
    // A bare value stands on the line of its name.
    let breaks = memchr::memchr_iter(b'\n', &cursor.text[line_start(cursor)..cursor.at]).count();
    match breaks {
        0 => bare(cursor),
        1 | 2 if form == Form::Any => below(cursor),
        _ => None,
    }
}

/// What fills a line below that of its name, perhaps in a fence, and is of no language.
fn below(mut cursor: Cursor<'_>) -> Option<Span> {
    if cursor.eat(b"```") {
        cursor.skip(12, |b| b.is_ascii_alphanumeric());
        cursor.eat(b"\n").then_some(())?;
        cursor.blanks();
    }
    let start = cursor.at;
    let made = is_made(cursor);
    cursor.skip(TOKEN, is_token);
    let value = Span::new(start, cursor.at);
    cursor.blanks();
    let ends = matches!(cursor.peek(), None | Some(b'\n' | b'\r'));
    (made && ends).then_some(value)
}

/// Steps over the `|` or `>-` of a YAML block and the blanks before its first line.
fn opens_block(cursor: &mut Cursor<'_>) -> bool {
    let mut next = *cursor;
    let opens = next.eat_any(&[b"|", b">"]) && next.skip(1, |b| b == b'-' || b == b'+') <= 1;
    let opens = opens && next.eat(b"\n") && next.skip(32, |b| b == b' ') > 0;
    if opens {
        *cursor = next;
    }
    opens
}

/// `{ value: "v" }`.
fn in_record(mut cursor: Cursor<'_>) -> Option<Span> {
    if !cursor.eat(b"{") {
        return None;
    }
    cursor.space();
    cursor.eat_any(&[b"\"", b"'", b":"]);
    if !cursor.eat(b"value") {
        return None;
    }
    cursor.eat_any(&[b"\"", b"'"]);
    cursor.blanks();
    if !cursor.eat_any(&[b"=>", b":", b"="]) {
        return None;
    }
    cursor.blanks();
    quoted(cursor)
}

/// Least characters of a value inside an object that is written out in a string.
const INNER: usize = 16;

/// If `value` is a JSON object, the longest value in it; not of a JSON Web Key, the longest values
/// of which are public.
fn inner(text: &[u8], value: Span) -> Span {
    let own = value.of(text);
    let object = own.first() == Some(&b'{') && own.last() == Some(&b'}');
    if !object || memchr::memmem::find(own, b"\"kty\"").is_some() {
        return value;
    }
    let is_token = |b: &u8| b.is_ascii_alphanumeric() || b"_-+/=.".contains(b);
    let mut at = value.start;
    let runs = own.chunk_by(|a, b| is_token(a) == is_token(b)).map(|run| {
        at += run.len();
        Span::new(at - run.len(), at)
    });
    let longest = runs.filter(|r| is_token(&text[r.start])).max_by_key(|r| r.len());
    longest.filter(|r: &Span| r.len() >= INNER).unwrap_or(value)
}

/// As much of `rest` as may be a value.
fn readable(rest: &[u8]) -> &[u8] {
    let is_token = |b: &u8| b.is_ascii_alphanumeric() || b"+/_-.~".contains(b);
    let token = rest.len() > LONGEST && rest[..LONGEST].iter().all(is_token);
    &rest[..rest.len().min(if token { TOKEN } else { LONGEST })]
}

fn line_start(cursor: Cursor<'_>) -> usize {
    let back = cursor.text[..cursor.at].iter().rev().take_while(|b| b.is_ascii_whitespace());
    cursor.at - back.count()
}

fn element(cursor: Cursor<'_>) -> Option<Span> {
    let rest = readable(cursor.rest());
    let end = memchr::memchr(b'<', rest).filter(|&at| rest[at..].starts_with(b"</"))?;
    let text = &rest[..end];
    let start = text.len() - text.trim_ascii_start().len();
    let value = Span::new(cursor.at + start, cursor.at + start + text.trim_ascii().len());
    (!value.is_empty()).then_some(value)
}

/// `"v"`, with a string prefix (`b"v"`, `@"v"`) and in any of the quotes.
fn quoted(mut cursor: Cursor<'_>) -> Option<Span> {
    let mut prefix = cursor;
    prefix.skip(2, |b| PREFIX.has(b));
    if prefix.peek().is_some_and(|b| matches!(b, b'"' | b'\'' | b'`')) {
        cursor = prefix;
    }
    if !cursor.peek().is_some_and(|b| OPENS.has(b)) {
        return None;
    }
    let open = cursor.at;
    // Text within text within text: each escapes the quotes of the one inside.
    if cursor.skip(7, |b| b == b'\\') > 0 {
        // An escape of another sign is a part of a value.
        cursor.at += usize::from(matches!(cursor.peek(), Some(b'"' | b'\'')));
        if cursor.text[open..cursor.at].last() == Some(&b'\\') {
            return None;
        }
    } else {
        QUOTES.iter().find(|q| cursor.eat(q))?;
    }
    let quote = &cursor.text[open..cursor.at];
    scheme(&mut cursor);
    let end = closing(readable(cursor.rest()), quote)?;
    (end > 0).then(|| unescaped(cursor.text, Span::new(cursor.at, cursor.at + end)))
}

/// Whether a value with quotes, or a record, could begin at `cursor`.
pub(super) fn may_be_quoted(mut cursor: Cursor<'_>) -> bool {
    let opens = |b: Option<u8>| b.is_some_and(|b| OPENS.has(b) || b == b'{');
    opens(cursor.peek()) || cursor.skip(2, |b| PREFIX.has(b)) > 0 && opens(cursor.peek())
}

/// Without quotes of its own: `"\"v\""`.
fn unescaped(text: &[u8], value: Span) -> Span {
    let own = value.of(text);
    let quoted = own.len() > 4 && own.starts_with(b"\\\"") && own.ends_with(b"\\\"");
    if quoted { Span::new(value.start + 2, value.end - 2) } else { value }
}

/// Where `quote` closes, on the same line.
fn closing(rest: &[u8], quote: &[u8]) -> Option<usize> {
    let first = *quote.first()?;
    let mut at = 0;
    while let Some(found) = memchr::memchr3(first, b'\\', b'\n', rest.get(at..)?) {
        at += found;
        match rest[at] {
            _ if rest[at..].starts_with(quote) => return Some(at),
            b'\n' => return None,
            // An escaped character, unless the escape is part of the quoting itself.
            b'\\' if first != b'\\' => at += 2,
            _ => at += 1,
        }
    }
    None
}

/// Most calls that stand around a value: `secretKey(Buffer.from("v"))`.
const CALLS: usize = 3;

/// A quoted value inside calls (`Some("v")`, `[]byte("v")`), behind a type (`: &str = "v"`), or as
/// the other choice (`getenv("A") or "v"`).
fn behind_expression(mut cursor: Cursor<'_>) -> Option<Span> {
    let start = cursor;
    cursor.eat(b"[]");
    for _ in 0..CALLS {
        if cursor.skip(40, |b| WORD.has(b)) == 0 {
            return None;
        }
        match cursor.peek()? {
            b'(' => {
                cursor.at += 1;
                cursor.space();
                let asks = asks(&cursor.text[start.at..cursor.at]);
                let value = other_choice(start, asks).or_else(|| quoted(cursor));
                if value.is_some() {
                    return value;
                }
            }
            b'=' if !cursor.rest().starts_with(b"==") => {
                cursor.at += 1;
                cursor.blanks();
                return quoted(cursor);
            }
            _ => return other_choice(start, false),
        }
    }
    None
}

/// What calls are named that ask for a value, and may be given another one for its lack.
const ASKS: [&[u8]; 10] = [
    b"get", b"env", b"conf", b"fetch", b"look", b"param", b"prop", b"option", b"setting",
    b"default",
];

fn asks(call: &[u8]) -> bool {
    let lower = call.to_ascii_lowercase();
    ASKS.iter().any(|word| memchr::memmem::find(&lower, word).is_some())
}

/// What stands before a fallback; the last two only in a call that asks for a value.
static OTHERWISE: LazyLock<[Finder<'static>; 6]> =
    LazyLock::new(|| ["|| ", " or ", "?? ", "?: ", "\", ", "', "].map(Finder::new));

/// The value behind `||`, `or`, `??` or, in a call that asks for one, `,` as a fallback on the same
/// line. Else a comma ends what could have one.
fn other_choice(cursor: Cursor<'_>, asked: bool) -> Option<Span> {
    let rest = &cursor.rest()[..cursor.rest().len().min(120)];
    let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
    let end = memchr::memchr(b',', line).filter(|_| !asked);
    let line = &line[..end.unwrap_or(line.len())];
    // Most lines have no sign of any.
    let signed = memchr::memchr3(b'|', b'?', b',', line).is_some();
    let marks = OTHERWISE.iter().filter(|m| signed || m.needle() == b" or ");
    marks
        .filter_map(|m| Some(m.find(line)? + m.needle().len()))
        .find_map(|end| quoted(Cursor::new(cursor.text, cursor.at + end)))
}

/// Steps over `Bearer`, `Basic` and the like, and over what Spring says of a password that is not
/// hashed.
fn scheme(cursor: &mut Cursor<'_>) {
    cursor.eat_any(&[
        b"{noop}", b"Bearer ", b"Basic ", b"Token ", b"ApiKey ", b"Bot ", b"SSWS ", b"JWT ",
    ]);
}

/// Where a bare value ends. A `>` before another sign belongs to it: no tag ends there.
fn end_of_bare(rest: &[u8]) -> usize {
    let mut at = 0;
    while let Some(found) = rest[at..].iter().position(|&b| ENDS_BARE.has(b)) {
        at += found;
        let next = rest.get(at + 1).copied().unwrap_or(b'\n');
        if rest[at] != b'>' || !b"-_$#@!%^*+=".contains(&next) {
            return at;
        }
        at += 1;
    }
    rest.len()
}

/// Longest line whose end belongs to a bare value.
const LINE: usize = 64;

/// Where the line ends, if a bare value does not end at the sign at `end` but with it: what follows
/// is of the value's kind, and neither another setting nor a command.
fn end_of_line(rest: &[u8], end: usize) -> Option<usize> {
    let (sign, behind) = rest.get(end..)?.split_first()?;
    if end == 0 || !b",;&<>'`".contains(sign) {
        return None;
    }
    let behind = &behind[..behind.len().min(LINE)];
    let len = memchr::memchr2(b'\n', b'\r', behind).unwrap_or(behind.len());
    let behind = &behind[..len];
    let belongs = |b: &u8| b.is_ascii_alphanumeric() || b"!@#$%^*-_+.?~,;&".contains(b);
    let tells = |b: &u8| b.is_ascii_digit() || b.is_ascii_uppercase();
    let ends = |b: &u8| b.is_ascii_alphanumeric() || b"!@#$%^*+?~".contains(b);
    let own = behind.iter().all(belongs) && behind.iter().any(tells);
    (end + len < LINE && own && behind.last().is_some_and(ends)).then_some(end + 1 + len)
}

/// Where a line that is written out in a string ends: before `\r\n`, however often escaped.
fn end_of_escaped_line(value: &[u8]) -> usize {
    let escapes = |rest: &[u8]| rest.iter().take_while(|b| **b == b'\\').count();
    let ends = |&at: &usize| {
        let rest = &value[at + escapes(&value[at..])..];
        let next = rest.strip_prefix(b"r").filter(|next| next.first() == Some(&b'\\'));
        next.is_some_and(|next| next[escapes(next)..].first() == Some(&b'n'))
    };
    memchr::memchr_iter(b'\\', value).find(ends).unwrap_or(value.len())
}

fn bare(mut cursor: Cursor<'_>) -> Option<Span> {
    scheme(&mut cursor);
    let rest = readable(cursor.rest());
    let end = end_of_bare(rest);
    let rest = &rest[..end_of_line(rest, end).unwrap_or(end)];
    let end = end_of_escaped_line(rest);
    let value = rest[..end].strip_suffix(b"\\n").unwrap_or(&rest[..end]);
    let value = value.strip_suffix(b"\\").unwrap_or(value);
    (!value.is_empty()).then(|| Span::new(cursor.at, cursor.at + value.len()))
}
