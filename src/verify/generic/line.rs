//! How a name and its value stand in their text.

use super::super::Token;
use super::super::holds::holds;
use super::sheet::Sheet;
use super::traits::Trait;
use crate::rule::is_scheme;

/// The surroundings of a value.
#[derive(Debug)]
pub(super) struct Line<'a> {
    /// The name.
    pub(super) name: &'a [u8],
    /// What stands before the name on its line.
    pub(super) before: &'a [u8],
    /// What stands between name and value.
    pub(super) between: &'a [u8],
    /// What follows the value on its line.
    pub(super) after: &'a [u8],
    /// What stands around on either side, other lines too.
    pub(super) around: [&'a [u8]; 2],
    /// Whether the value is quoted.
    pub(super) quoted: bool,
}

/// How much of the text is looked at on either side.
pub(super) const REACH: usize = 192;

impl<'a> Line<'a> {
    /// Around `token`.
    pub(super) fn of(token: &Token<'a>) -> Self {
        let (name, between) = name_and_joint(token);
        let around = [token.before(REACH), token.after(REACH)];
        let before = around[0];
        let before = &before[memchr::memrchr(b'\n', before).map_or(0, |i| i + 1)..];
        let after = around[1];
        let after = &after[..memchr::memchr(b'\n', after).unwrap_or(after.len())];
        let behind = token.secret.start == token.matched.start;
        let quoted = match behind {
            true => starts_quoted(between),
            false => ends_quoted(between) && starts_quoted(after),
        };
        Self { name, before, between, after, around, quoted }
    }

    /// Whether it stands among bytes of no text.
    pub(super) fn is_binary(&self) -> bool {
        self.around.iter().any(|side| memchr::memchr(0, side).is_some())
    }

    /// Whether the line begins with one of `marks`. Which ones make it a comment hangs on what the
    /// line could be else: `--` is one in SQL, and an option in a shell.
    pub(super) fn begins_with(&self, marks: &[&[u8]]) -> bool {
        let lead = self.before.trim_ascii_start();
        marks.iter().any(|mark| lead.starts_with(mark))
    }

    /// Whether a comma is all that joins name and value.
    pub(super) fn is_argument(&self) -> bool {
        let is_joint = |b: &u8| b.is_ascii_whitespace() || b"\"'`,".contains(b);
        self.between.contains(&b',') && self.between.iter().all(is_joint)
    }

    /// Whether the name is that of the working directory rather than of a password: `$PWD`.
    pub(super) fn is_directory(&self) -> bool {
        let name = self.name.strip_prefix(b"$").unwrap_or(self.name);
        let shell = self.name.starts_with(b"$")
            || [&b"$("[..], b"${", b"(", b"$"].iter().any(|open| self.before.ends_with(open));
        matches!(name, b"OLDPWD") || name == b"PWD" && shell
    }

    /// Whether it says what a class is made of (`class A : B`), or which project one is of.
    pub(super) fn is_class(&self, value: &[u8]) -> bool {
        let braced = self.between.ends_with(b"{") && self.after.starts_with(b"}");
        let project = braced && value.len() == 36;
        holds(self.before, b"class ") && self.between.trim_ascii() == b":" || project
    }

    /// Whether `value` is the commit at which the module of that path is taken.
    pub(super) fn is_commit(&self, value: &[u8]) -> bool {
        let path = self.before.ends_with(b"/") && self.between.iter().all(u8::is_ascii_whitespace);
        path && matches!(value.len(), 7..=12 | 40) && value.iter().all(u8::is_ascii_hexdigit)
    }

    /// Whether the value is compared with the name.
    pub(super) fn is_compared(&self) -> bool {
        let has = |mark: &[u8]| holds(self.between, mark);
        let called = compared(self.name).len() < self.name.len() && has(b"(");
        // `strcmp(` before the name, or a call behind the value.
        let argument = has(b",") && self.before.ends_with(b"cmp(");
        let behind = has(b".equals") || has(b".contentEquals");
        has(b"==") || has(b"!=") || called || argument || behind
    }

    /// Whether the value is said to be a login in base64.
    pub(super) fn is_basic(&self) -> bool {
        let end = self.between.len().saturating_sub(BASIC.len());
        self.between[end..].eq_ignore_ascii_case(BASIC)
    }

    /// Whether the value goes on as an expression (`value.x`, `value(`, `value[`).
    pub(super) fn goes_on(&self) -> bool {
        matches!(self.after.first(), Some(b'(' | b'[' | b'.'))
    }

    /// Whether the value is joined to more text (`"v" + x`, `"v#{`).
    pub(super) fn is_joined(&self) -> bool {
        let rest = self.after.trim_ascii_start();
        let rest = rest.get(1..).unwrap_or_default().trim_ascii_start();
        self.quoted
            && (rest.starts_with(b"+") || rest.starts_with(b". ") || rest.starts_with(b"%"))
    }

    /// Whether the value is the first operand of an expression: `value + "x"`.
    pub(super) fn is_operand(&self) -> bool {
        let next = self.after.trim_ascii_start();
        !self.quoted
            && [&b"+ "[..], b"? ", b"?? ", b"|| ", b"&& "].iter().any(|op| next.starts_with(op))
    }

    /// Whether a code statement ends behind the value.
    pub(super) fn ends_statement(&self) -> bool {
        matches!(self.after.trim_ascii_start().first(), Some(b';' | b')' | b','))
    }

    /// Notes how name and value meet, and the line.
    pub(super) fn measure(&self, sheet: &mut Sheet) {
        self.measure_joint(sheet);
        self.measure_line(sheet);
    }

    fn measure_joint(&self, sheet: &mut Sheet) {
        let closing = |b: &&u8| !b" \t\r\n\"'`\\])&quot;".contains(b);
        let sign = self.between.iter().find(closing).copied().unwrap_or(b' ');
        let has = |mark: &[u8]| holds(self.between, mark);
        let compared = has(b"==") || has(b"!=");
        sheet.flag(Trait::Compared, compared);
        sheet.flag(Trait::ByArrow, has(b"=>") || has(b"->") || has(b"<-"));
        sheet.flag(Trait::ByEquals, sign == b'=' && !compared && !has(b"=>"));
        sheet.flag(Trait::ByColon, sign == b':');
        sheet.flag(Trait::Argument, matches!(sign, b'(' | b','));
        sheet.flag(Trait::ByBlank, self.between.iter().all(|b| b" \t\"'`".contains(b)));
        sheet.flag(Trait::InElement, sign == b'>');
        sheet.flag(Trait::Option, self.name.starts_with(b"-"));
        sheet.flag(Trait::Scheme, has_scheme(self.between) || is_scheme(self.name));
        sheet.flag(Trait::Tight, self.between.first().is_some_and(|b| !b" \t".contains(b)));
        sheet.flag(Trait::Quoted, self.quoted);
        sheet.flag(Trait::Double, self.quoted && self.between.ends_with(b"\""));
        sheet.flag(
            Trait::NameQuoted,
            matches!(self.between.first(), Some(b'"' | b'\'' | b'`' | b'\\' | b'&')),
        );
        sheet.put(Trait::Gap, self.between.len());
        sheet.flag(Trait::Wrapped, sign != b'(' && has(b"("));
        sheet.flag(Trait::Broken, has(b"\n"));
    }

    fn measure_line(&self, sheet: &mut Sheet) {
        let lead = self.before.trim_ascii();
        let opens: [&[u8]; 10] =
            [b"", b"export", b"-", b"+", b"ENV", b"ARG", b"set", b"\"", b"'", b"- -e"];
        sheet.flag(Trait::Starts, opens.contains(&lead));
        let comment = [&b"#"[..], b"//", b"/*", b"*", b"--", b";", b"<!--", b"%"];
        sheet.flag(Trait::Comment, self.begins_with(&comment));
        let rest = self.after.trim_ascii();
        let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest);
        sheet.flag(Trait::Ends, rest.is_empty() || matches!(rest, b"," | b";"));
        sheet.flag(Trait::Statement, self.ends_statement() || rest.starts_with(b";"));
        sheet.flag(Trait::Joined, self.is_joined());
        sheet.flag(Trait::GoesOn, self.goes_on());
        sheet.put(Trait::LineBefore, self.before.len());
        sheet.put(Trait::LineAfter, self.after.len());
        let quotes = |part: &[u8]| part.iter().filter(|b| matches!(b, b'"' | b'\'')).count();
        sheet.put(Trait::Quotes, quotes(self.before) + quotes(self.after));
    }
}

/// The name of the value, and what stands between the two.
fn name_and_joint<'a>(token: &Token<'a>) -> (&'a [u8], &'a [u8]) {
    let matched = token.matched();
    let is_name = |b: &&u8| {
        // Latin letters with signs are of two bytes each.
        b.is_ascii_alphanumeric() || b"_-.$".contains(b) || matches!(b, 0x80..=0xBF | 0xC3..=0xC5)
    };
    let value_at = token.secret.start - token.matched.start;
    if value_at == 0 {
        // The name stands behind.
        let behind = matched.get(token.secret.len()..).unwrap_or_default();
        let joint = behind.len() - behind.iter().rev().take_while(is_name).count();
        return (&behind[joint..], &behind[..joint]);
    }
    let name_len = matched.iter().take_while(is_name).count().min(value_at);
    (&matched[..name_len], matched.get(name_len..value_at).unwrap_or_default())
}

/// Calls that compare what they are called on, or their first argument, with their last.
const COMPARES: [&[u8]; 5] =
    [b".equals", b".equalsignorecase", b".contentequals", b".compareto", b".isequal"];

/// The name of what is compared.
pub(super) fn compared(name: &[u8]) -> &[u8] {
    let ends = |call: &&&[u8]| {
        let at = name.len().checked_sub(call.len());
        at.is_some_and(|at| name[at..].eq_ignore_ascii_case(call))
    };
    let call = COMPARES.iter().find(ends).map_or(0, |call| call.len());
    &name[..name.len() - call]
}

/// Ways to authenticate, as they stand before a value.
const SCHEMES: [&[u8]; 6] = [b"bearer ", b"basic ", b"token ", b"apikey ", b"bot ", b"ssws "];

/// The one of them that a user and a password follow.
const BASIC: &[u8] = b"basic ";

fn has_scheme(between: &[u8]) -> bool {
    let lower = between.to_ascii_lowercase();
    SCHEMES.iter().any(|s| lower.ends_with(s))
}

fn ends_quoted(between: &[u8]) -> bool {
    let lower = between.to_ascii_lowercase();
    let scheme = SCHEMES.iter().find(|s| lower.ends_with(s)).map_or(0, |s| s.len());
    let bare = &between[..between.len() - scheme];
    matches!(bare.last(), Some(b'"' | b'\'' | b'`'))
        || bare.ends_with(b"&quot;")
        || bare.ends_with(b"&#34;")
}

fn starts_quoted(after: &[u8]) -> bool {
    matches!(after.first(), Some(b'"' | b'\'' | b'`' | b'\\')) || after.starts_with(b"&")
}
