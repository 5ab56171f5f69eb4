//! How a name and its value stand on their line.

use super::super::Token;

/// The surroundings of a value.
#[derive(Debug)]
pub(super) struct Line<'a> {
    /// The name.
    pub(super) name: &'a [u8],
    /// What stands before the name on its line.
    before: &'a [u8],
    /// What stands between name and value.
    between: &'a [u8],
    /// What follows the value on its line.
    after: &'a [u8],
    /// What stands around on either side, other lines too.
    around: [&'a [u8]; 2],
    /// Whether the name speaks of a password.
    pub(super) is_password: bool,
    /// Whether the value is quoted.
    pub(super) quoted: bool,
    /// Whether it is an argument of a call.
    pub(super) is_argument: bool,
}

/// How much of a line is looked at on either side.
const REACH: usize = 160;

impl<'a> Line<'a> {
    /// Around `token`.
    pub(super) fn of(token: &Token<'a>, is_password: bool) -> Self {
        let matched = token.matched();
        let is_name = |b: &u8| b.is_ascii_alphanumeric() || b"_-.$".contains(b);
        let name_len = matched.iter().take_while(|b| is_name(b)).count();
        let value_at = token.secret.start - token.matched.start;
        let name = &matched[..name_len.min(value_at)];
        let between = matched.get(name.len()..value_at).unwrap_or_default();
        let around = [token.before(REACH), token.after(REACH)];
        let before = around[0];
        let before = &before[memchr::memrchr(b'\n', before).map_or(0, |i| i + 1)..];
        let after = around[1];
        let after = &after[..memchr::memchr(b'\n', after).unwrap_or(after.len())];
        let quoted = ends_quoted(between) && starts_quoted(after);
        let joint = between.iter().find(|b| !b" \t\"'`\\])".contains(b));
        let is_argument = matches!(joint, Some(b'(' | b','));
        Self { name, before, between, after, around, is_password, quoted, is_argument }
    }

    /// Whether the line is a setting of a configuration file or shell script: the name begins it,
    /// and the value ends it.
    pub(super) fn is_setting(&self) -> bool {
        let lead = self.before.trim_ascii();
        let lead = lead.strip_prefix(b"#").unwrap_or(lead).trim_ascii();
        let opens =
            [&b""[..], b"export", b"-", b"ENV", b"ARG", b"set", b"\"", b"'", b"//", b"- -e"];
        let ends = self.after.trim_ascii();
        opens.contains(&lead) && (ends.is_empty() || ends.starts_with(b"#"))
    }

    /// Whether the value is an option of a command line (`--password v`).
    pub(super) fn is_option(&self) -> bool {
        self.name.starts_with(b"-") && self.between.first().is_some_and(|b| b" =".contains(b))
    }

    /// Whether name and value are joined as in a shell (`K=v`) or YAML (`k: v`), and not by a
    /// sign with blanks around it, as in code.
    pub(super) fn is_tight(&self) -> bool {
        matches!(self.between.first(), Some(b'=' | b':'))
    }

    /// Whether the value follows the name of a way to authenticate (`Bearer v`).
    pub(super) fn has_scheme(&self) -> bool {
        SCHEMES.iter().any(|s| self.between.to_ascii_lowercase().ends_with(s))
    }

    /// Whether it stands among bytes of no text.
    pub(super) fn is_binary(&self) -> bool {
        self.around.iter().any(|side| side.contains(&0))
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

    /// Whether a code statement ends behind the value.
    pub(super) fn ends_statement(&self) -> bool {
        matches!(self.after.trim_ascii_start().first(), Some(b';' | b')' | b','))
    }
}

/// Ways to authenticate, as they stand before a value.
const SCHEMES: [&[u8]; 6] = [b"bearer ", b"basic ", b"token ", b"apikey ", b"bot ", b"sswp "];

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
