//! What stands between a name and its value.

use super::alone;
use super::cursor::{Bytes, Cursor};
use super::listed;
use super::markup;
use super::value::{self, Form};
use crate::model::Span;
use crate::rule::{is_scheme, takes_login};

/// How name and value are joined, which says how the value must look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    /// `=`, `:` and kin.
    Operator,
    /// `,` or `(`: only a quoted value counts.
    Argument,
    /// A blank: a command line, `ENV`, SQL.
    Blank,
    /// `is`, as people write: only a quoted value counts, or one that no word is.
    Said,
    /// `>` of an XML element: the value ends at the next `<`.
    Element,
}

/// What may close a quoted name.
pub(super) static QUOTES: [&[u8]; 5] = [b"\"", b"'", b"`", b"&quot;", b"&#34;"];
/// What all that closes a name begins with.
static CLOSES: Bytes = Bytes::of(b"\\\"'`&[])}*");
/// What gives a name its value.
static OPERATORS: [&[u8]; 19] = [
    b"===",
    b"!==",
    b"::=",
    b":=",
    b"=>",
    b"==",
    b"!=",
    b"?=",
    b"??=",
    b"+=",
    b".=",
    b"|=",
    b"||=",
    b"<-",
    b"=",
    b":-",
    b":",
    b"%3D",
    "\u{ff1a}".as_bytes(),
];

/// What stands between a name and what is taken if it has no value.
static OTHERWISE: [&[u8]; 3] = [b"|| ", b"?? ", b"?: "];

/// What may come right behind a name that a value follows. Most names are met by none of it.
static JOINS: Bytes = Bytes::of(b" \t\r\n\x0C\\\"'`&[])}*,=!:?+|-<%>(\xEF");
static BASE64: Bytes = Bytes::alnum_and(b"+/-_.=");

/// What those begin with.
static OPERATES: Bytes = Bytes::of(b"=!:?+.|-<%\xEF");

/// How much of a line is looked at before a name.
const LINE: usize = 512;

/// Whether the name that ends at `end` could meet a value, or has met one that it is compared with.
pub(super) fn may_join(text: &[u8], end: usize) -> bool {
    text.get(end).is_none_or(|&b| b == b';' || JOINS.has(b))
}

/// The value that the name at `name` meets, if it meets one.
pub(super) fn value_of(text: &[u8], name: Span) -> Option<Span> {
    let mut cursor = Cursor::new(text, name.end);
    let quoted = close_name(&mut cursor);
    if !quoted && alone::is(cursor, name) {
        return None;
    }
    met(cursor, text, name, quoted)
}

/// The value that the name meets behind `cursor`.
fn met(mut cursor: Cursor<'_>, text: &[u8], name: Span, quoted: bool) -> Option<Span> {
    if let Some(value) = paired_value(cursor).or_else(|| declared(cursor, text, name)) {
        return Some(value);
    }
    let joint = joint(&mut cursor, text, name, quoted)?;
    let form = match joint {
        Joint::Operator => Form::Any,
        Joint::Argument => Form::Quoted,
        Joint::Blank | Joint::Said => Form::Word,
        Joint::Element => Form::Element,
    };
    let value = value::read(cursor, form)?;
    if takes_login(name.of(text)) && joint == Joint::Argument {
        return next_argument(text, value).or(Some(value));
    }
    let listed = joint == Joint::Argument && listed::is_name(text, name, value);
    if listed || joint == Joint::Said && !is_telling(text, value) {
        return None;
    }
    Some(if in_braces(text, name) { up_to_brace(text, value) } else { value })
}

/// The quoted argument that comes behind the quoted one at `first`.
fn next_argument(text: &[u8], first: Span) -> Option<Span> {
    let mut cursor = Cursor::new(text, first.end);
    let next = cursor.eat_any(&QUOTES) && cursor.space() < 48 && cursor.eat(b",");
    next.then(|| value::read(cursor, Form::Quoted)).flatten()
}

/// Whether the name stands in `${NAME:-value}`.
fn in_braces(text: &[u8], name: Span) -> bool {
    text[..name.start].ends_with(b"${")
}

/// The value without what follows the brace that ends it.
fn up_to_brace(text: &[u8], value: Span) -> Span {
    let end = memchr::memchr(b'}', value.of(text)).filter(|at| *at > 0);
    Span::new(value.start, end.map_or(value.end, |at| value.start + at))
}

/// Whether a value that somebody writes of is quoted, or none that could be a word.
fn is_telling(text: &[u8], value: Span) -> bool {
    let quoted = text[..value.start].last().is_some_and(|b| matches!(b, b'"' | b'\'' | b'`'));
    let count = |is: fn(&u8) -> bool| value.of(text).iter().filter(|b| is(b)).count();
    quoted
        || count(u8::is_ascii_digit) >= 2
            && count(u8::is_ascii_alphabetic) >= 2
            && value.len() >= 8
}

/// Steps over what closes a name: quotes, brackets, an array size. Answers whether it was quoted.
fn close_name(cursor: &mut Cursor<'_>) -> bool {
    let start = cursor.at;
    if !cursor.peek().is_some_and(|b| CLOSES.has(b)) {
        return false;
    }
    let mut bare = *cursor;
    bare.skip(7, |b| b == b'\\');
    let quoted = bare.eat_any(&QUOTES);
    if quoted {
        *cursor = bare;
    }
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
    cursor.eat_any(&[b"\\\"", b"\"", b"'", b"android:"]);
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

/// Longest text between a variable of Terraform and its default.
const DECLARATION: usize = 200;

/// `variable "name" { default = "v" }`, as Terraform has it.
fn declared(mut cursor: Cursor<'_>, text: &[u8], name: Span) -> Option<Span> {
    cursor.blanks();
    let opens = cursor.peek() == Some(b'{') && cursor.rest().get(1) == Some(&b'\n');
    if !opens || !word_before(text, name.start.saturating_sub(1)).ends_with(b"variable") {
        return None;
    }
    let rest = cursor.rest();
    let rest = &rest[..rest.len().min(DECLARATION)];
    let body = &rest[..memchr::memchr(b'}', rest).unwrap_or(rest.len())];
    cursor.at += memchr::memmem::find(body, b" default")? + b" default".len();
    cursor.blanks();
    cursor.eat(b"=").then(|| value::read(cursor, Form::Quoted)).flatten()
}

fn joint(cursor: &mut Cursor<'_>, text: &[u8], name: Span, quoted: bool) -> Option<Joint> {
    let mut blanks = cursor.blanks();
    if blanks > 0 && cursor.eat(b"-String") {
        blanks = cursor.blanks();
    }
    if cursor.eat(b"->") {
        // What is bare behind it is a member of a record in C, and in PHP.
        return Some(Joint::Argument);
    }
    if cursor.peek().is_some_and(|b| OPERATES.has(b)) && cursor.eat_any(&OPERATORS) {
        let pair = cursor.peek() == Some(b'(') && takes_login(name.of(text)) && cursor.eat(b"(");
        return Some(if pair { Joint::Argument } else { Joint::Operator });
    }
    if blanks > 0 && (typed(cursor) || property(cursor)) {
        return Some(Joint::Operator);
    }
    // Where it is asked for is the other choice: `env.TOKEN || "v"`.
    let called = blanks == 1 && matches!(text[..cursor.at - 1].last(), Some(b')' | b']'));
    if blanks == 1 && cursor.eat_any(&OTHERWISE) || called && cursor.eat(b"or ") {
        return Some(Joint::Argument);
    }
    if markup::opens(cursor, text, name, (quoted, blanks)) {
        return Some(Joint::Element);
    }
    let listed = cursor.peek() == Some(b',')
        && (quoted || is_constant(text, name) || is_compared(text, name));
    if cursor.eat(b"(") || listed && cursor.eat(b",") || markup::cell(cursor) {
        return Some(Joint::Argument);
    }
    if blanks == 0 {
        return None;
    }
    if cursor.eat_any(&[b"is ", b"was "]) || whose(cursor) {
        return Some(Joint::Said);
    }
    if blanks == 1 && is_scheme(name.of(text)) {
        let mut value = *cursor;
        return (value.skip(8, |b| BASE64.has(b)) == 8).then_some(Joint::Blank);
    }
    let word = word_before(text, name.start);
    let joined = MACROS.contains(&word)
        || blanks == 1 && (takes_blank(text, (name, word), cursor.peek()) || is_made(*cursor));
    joined.then_some(Joint::Blank)
}

/// Most bytes of what tells whose a password is.
const WHOSE: usize = 48;

/// Steps over whose it is: `for the user "bob" is`, `of the admin account:`.
fn whose(cursor: &mut Cursor<'_>) -> bool {
    let mut next = *cursor;
    if !next.eat_any(&[b"for ", b"of "]) {
        return false;
    }
    let part = |b: u8| b.is_ascii_alphanumeric() || b" _-'\"`*@".contains(&b);
    next.skip(WHOSE, part);
    let told = &next.text[cursor.at..next.at];
    if next.eat(b": ") {
        *cursor = next;
        return true;
    }
    let end = [&b" is "[..], b" was "]
        .iter()
        .find_map(|word| Some(memchr::memmem::find(told, word)? + word.len()));
    end.inspect(|end| cursor.at += end).is_some()
}

/// Whether the name is a `:symbol`, or a `CONSTANT_OF_MANY_WORDS`.
pub(super) fn is_constant(text: &[u8], name: Span) -> bool {
    let own = name.of(text);
    let capital = |b: &u8| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_';
    name.start > 0 && text[name.start - 1] == b':'
        || own.contains(&b'_') && own.iter().all(capital)
}

/// Calls that compare two arguments.
const COMPARES: [&[u8]; 6] = [
    b"cmp(",
    b"Objects.equals(",
    b"hash_equals(",
    b"compare_digest(",
    b"timingSafeEqual(",
    b"secureCompare(",
];

/// Whether the name is the first argument of a call that compares: `strcmp(password, "v")`.
pub(super) fn is_compared(text: &[u8], name: Span) -> bool {
    let before = &text[..name.start];
    before.last() == Some(&b'(') && COMPARES.iter().any(|call| before.ends_with(call))
}

/// Whether a machine made the word that is next: long, with letters and digits in turn.
pub(super) fn is_made(mut cursor: Cursor<'_>) -> bool {
    let start = cursor.at;
    let whole = cursor.skip(96, |b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    let word = &cursor.text[start..cursor.at];
    let turns = word.windows(2).filter(|w| w[0].is_ascii_digit() != w[1].is_ascii_digit()).count();
    whole >= MADE && turns >= TURNS
}

/// Steps over a type behind the name and the sign behind that: Go's `var token string = "v"`.
fn typed(cursor: &mut Cursor<'_>) -> bool {
    let mut next = *cursor;
    let typed = next.eat_any(&[b"string", b"[]byte", b"str"]) && next.blanks() <= 1;
    let assigned = typed && next.eat(b"=") && next.peek() != Some(b'=');
    if assigned {
        *cursor = next;
    }
    assigned
}

/// How the accessors of a property of C# begin.
pub(super) const PROPERTY: &[u8] = b"{ get";

/// Steps over the accessors behind the name and the sign behind them: C#'s
/// `public string Token { get; set; } = "v"`.
fn property(cursor: &mut Cursor<'_>) -> bool {
    let mut next = *cursor;
    if !next.eat(PROPERTY) {
        return false;
    }
    next.skip(48, |b| b != b'}' && b != b'\n');
    let assigned = next.eat(b"}") && next.blanks() <= 1 && next.eat(b"=");
    if assigned && !matches!(next.peek(), Some(b'=' | b'>')) {
        *cursor = next;
        return true;
    }
    false
}

/// Words that a name and its value follow, with nothing between but a blank.
pub(super) const DECLARES: [&[u8]; 9] =
    [b"ENV", b"ARG", b"set", b"setx", b"setenv", b"-gx", b"-Ux", b"login", b"user"];
/// The same, where any number of blanks may stand between.
pub(super) const MACROS: [&[u8]; 4] = [b"#define", b"define", b"%define", b"%global"];
/// A shorter word that follows a name after a blank is believed to be one of many words.
pub(super) const MADE: usize = 20;
/// How often digits and other signs must follow each other in it.
const TURNS: usize = 4;
/// Ends of names that a quoted value may follow so.
const NOUNS: [&[u8]; 6] =
    [b"password", b"passwd", b"requirepass", b"masterauth", b"securestring", b"passphrase"];
/// How far back one of the words is looked for; the blanks included.
pub(super) const WORD: usize = 24;

/// Whether a blank joins this name to what follows.
fn takes_blank(text: &[u8], (name, word): (Span, &[u8]), next: Option<u8>) -> bool {
    let own = name.of(text);
    // `-p$PASSWORD shutdown` has its value.
    let variable = own.contains(&b'$');
    if !variable && own.starts_with(b"-") || DECLARES.contains(&word) {
        return true;
    }
    // In prose one passes "x"; in SQL and in configuration a password is 'x'.
    if !matches!(next, Some(b'\'' | b'"' | b'`')) {
        return false;
    }
    let own = own.to_ascii_lowercase();
    NOUNS.iter().any(|n| own.ends_with(n))
        || (own == b"identified by" && is_user(text, name.start))
}

/// The word before `at` on its line, if that is not far.
fn word_before(text: &[u8], at: usize) -> &[u8] {
    let before = text[at.saturating_sub(WORD)..at].trim_ascii_end();
    let line = before.rsplit(|b| *b == b'\n').next().unwrap_or_default();
    line.rsplit(|b| b.is_ascii_whitespace()).next().unwrap_or_default()
}

/// Whether the line speaks of a user, or gives one rights, before `at`.
fn is_user(text: &[u8], at: usize) -> bool {
    // The text may be one line of many megabytes.
    let before = &text[at.saturating_sub(LINE)..at];
    let line = before.rsplit(|b| *b == b'\n').next().unwrap_or_default();
    line.windows(5)
        .any(|w| w[..4].eq_ignore_ascii_case(b"user") || w.eq_ignore_ascii_case(b"grant"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_name_that_meets_a_value_is_alone(
            before in "(|#define |ENV |<|:|a > |-|, \\$\\{)[A-Z_]{0,2}",
            own in "(key|basic|API_KEY|requirepass|password)",
            between in "( |\n|\t|,|\\)|\\]|value|str|is |was |android:|=|:|\\(|->|<-|\\[\\]byte|\\||\\{\n|\\{|'|\"|`|&quot;|\\\\|-String|[!?+.<>%3]){0,4}",
            value in "(\"v1\"|'v1'|v1|a1b2c3d4e5f6g7h8i9j0|>v1</a|b\"v1\"|string = \"v1\")",
        ) {
            let text = [&*before, &*own, &*between, &*value].concat();
            let text = text.as_bytes();
            let name = Span::new(before.len(), before.len() + own.len());
            let mut cursor = Cursor::new(text, name.end);
            if !close_name(&mut cursor) && alone::is(cursor, name) {
                prop_assert_eq!(met(cursor, text, name, false), None);
            }
        }
    }
}
