//! What a value is made of.

use super::super::{placeholder, surprise};
use super::line::Line;
use super::name::Name;

/// A value, looked at.
pub(super) struct Value<'a> {
    bytes: &'a [u8],
    digits: usize,
    lower: usize,
    upper: usize,
    blanks: usize,
}

/// Values that stand for no value, for a type or for what a form asks.
const PLAIN: &str = " true false null nil none undefined string str text int integer number bool \
    boolean bytes object array list any void char required optional hidden input invalid wrong \
    missing empty blank unknown default auto prompt reset change forgot confirm confirmation \
    encrypted hash hashed redacted removed masked filtered enabled disabled yes no on off basic \
    bearer digest oauth oauth2 jwt password passwd passphrase pass pwd secret token key apikey \
    user username login email name value public private env file vault self this ";

impl<'a> Value<'a> {
    /// Looks at `bytes`.
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        let count = |is: fn(&u8) -> bool| bytes.iter().filter(|b| is(b)).count();
        Self {
            bytes,
            digits: count(u8::is_ascii_digit),
            lower: count(u8::is_ascii_lowercase),
            upper: count(u8::is_ascii_uppercase),
            blanks: count(|b| *b == b' '),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn has_digit(&self) -> bool {
        self.digits > 0
    }

    pub(super) fn has_letter(&self) -> bool {
        self.lower + self.upper > 0
    }

    pub(super) fn has_symbol(&self) -> bool {
        let symbol = |b: &u8| b.is_ascii_punctuation() && !b"_-.".contains(b);
        self.bytes.iter().any(symbol)
    }

    pub(super) fn mixes_classes(&self) -> bool {
        let kinds = [self.has_digit(), self.lower > 0, self.upper > 0, self.has_symbol()];
        kinds.iter().filter(|k| **k).count() >= 3
    }

    /// How many blanks part its words.
    pub(super) fn words(&self) -> i32 {
        i32::try_from(self.blanks).unwrap_or(i32::MAX / 4)
    }

    /// How unlike words its letters are in bits: up to 4.3 for words, above 5 for random ones.
    pub(super) fn surprise(&self) -> f64 {
        surprise(self.bytes)
    }

    /// A quarter of it or more are digits.
    pub(super) fn is_mostly_digits(&self) -> bool {
        self.digits * 4 >= self.len()
    }

    /// Hexadecimal of the length of a common hash.
    pub(super) fn is_hash_length(&self) -> bool {
        matches!(self.len(), 32 | 40 | 64) && self.bytes.iter().all(u8::is_ascii_hexdigit)
    }

    /// Why it cannot be a secret at all, if so.
    pub(super) fn objection(&self, line: &Line<'_>, name: &Name) -> Option<&'static str> {
        let lower = self.bytes.to_ascii_lowercase();
        let text = String::from_utf8_lossy(&lower);
        if self.len() < 4 || !(self.has_letter() || (line.is_password && self.digits >= 6)) {
            return Some("too short, or no letter in it");
        }
        if line.is_binary() || self.bytes.iter().any(u8::is_ascii_control) {
            return Some("not text");
        }
        if !line.is_password && self.blanks > 0 {
            return Some("words, not a token");
        }
        if !line.is_password && !self.bytes.is_ascii() {
            return Some("letters that no token has");
        }
        if self.bytes.starts_with(b"--") || (!line.quoted && self.bytes.starts_with(b"-")) {
            return Some("an option");
        }
        if PLAIN.contains(&format!(" {} ", text.trim_matches(|c: char| !c.is_alphanumeric()))) {
            return Some("a plain word");
        }
        if self.is_reference() {
            return Some("a reference to a value elsewhere");
        }
        if matches!(self.bytes.first(), Some(b',' | b'+' | b')' | b';' | b':' | b']' | b'}')) {
            return Some("what stands between two texts");
        }
        if self.is_sequence() {
            return Some("a sequence");
        }
        if placeholder(self.bytes).is_some() {
            return Some("a placeholder");
        }
        if name.parts.iter().any(|p| p.len() > 3 && text.contains(p.as_str()))
            || self.names_itself(&text)
        {
            return Some("it repeats its name");
        }
        if self.is_location() {
            return Some("a path or an address");
        }
        if line.is_joined() {
            return Some("a part of an expression");
        }
        if !line.quoted && self.is_code(line) {
            return Some("code");
        }
        None
    }

    /// `${VAR}`, `$VAR`, `{{ x }}`, `%(x)s`, `<x>`, `#{x}`, `@x@`, `ENC[…]`.
    fn is_reference(&self) -> bool {
        let has = |w: &[u8]| memchr::memmem::find(self.bytes, w).is_some();
        let name =
            |s: &[u8]| !s.is_empty() && s.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
        let variable =
            self.bytes.strip_prefix(b"$").is_some_and(|v| name(v) && !v[0].is_ascii_digit());
        let opens = [
            &b"<"[..],
            b"{{",
            b"%(",
            b"%{",
            b"#{",
            b"@{",
            b"$(",
            b"ENC[",
            b"ENC(",
            b"{vault",
            b"!",
        ];
        variable
            || opens.iter().any(|o| self.bytes.starts_with(o))
            || [&b"<%"[..], b"{}", b"%s", b"%d", b"%v"].iter().any(|w| has(w))
            || [(&b"${"[..], &b"}"[..]), (b"{{", b"}}"), (b"#{", b"}"), (b"$(", b")")]
                .iter()
                .any(|(open, close)| self.holds_template(open, close))
            || (self.bytes.starts_with(b"{") && self.bytes.ends_with(b"}"))
            || (self.bytes.starts_with(b"%") && self.bytes.ends_with(b"%"))
            || (self.bytes.starts_with(b"@") && self.bytes.ends_with(b"@"))
    }

    /// Whether a name or call stands between `open` and `close` somewhere.
    fn holds_template(&self, open: &[u8], close: &[u8]) -> bool {
        let part = |b: &u8| b.is_ascii_alphanumeric() || b"_.:- |()'\"/,@?[]{".contains(b);
        memchr::memmem::find_iter(self.bytes, open).any(|at| {
            let rest = &self.bytes[at + open.len()..];
            // A value that was cut at a quote inside of its template has no close.
            let end = memchr::memmem::find(rest, close).unwrap_or(rest.len());
            rest[..end].iter().all(part)
        })
    }

    /// `123456`, `abcdefgh`, `qwerty`, `aaaaaa` and what hangs on them.
    fn is_sequence(&self) -> bool {
        let steps = self.bytes.windows(2).filter(|w| w[1] == w[0] || w[1] == w[0].wrapping_add(1));
        let lower = self.bytes.to_ascii_lowercase();
        let rows = [&b"qwerty"[..], b"asdfgh", b"123456", b"654321"];
        let row = rows.iter().any(|r| memchr::memmem::find(&lower, r).is_some());
        steps.count() * 10 >= self.len() * 7 || (row && self.len() < 16)
    }

    /// It says what it is instead of being it: `my_secret_key`, `password1`.
    fn names_itself(&self, lower: &str) -> bool {
        let words = [
            "password",
            "passwd",
            "secret",
            "token",
            "apikey",
            "api_key",
            "api-key",
            "access_key",
        ];
        self.len() < 40 && words.iter().any(|w| lower.contains(w))
    }

    fn is_location(&self) -> bool {
        let has = |w: &[u8]| memchr::memmem::find(self.bytes, w).is_some();
        let starts =
            [&b"/"[..], b"./", b"../", b"~/", b"\\\\", b"arn:", b"urn:", b"projects/", b"data:"];
        let slashes = self.bytes.iter().filter(|b| **b == b'/').count();
        let padded = self.bytes.ends_with(b"=");
        has(b"://")
            || (!padded && self.len() < 40 && starts.iter().any(|s| self.bytes.starts_with(s)))
            || (slashes >= 2 && self.digits * 6 < self.len() && !padded)
    }

    /// A bare value that is an expression or a name of something.
    fn is_code(&self, line: &Line<'_>) -> bool {
        let has = |set: &[u8]| self.bytes.iter().any(|b| set.contains(b));
        let dotted = memchr::memchr(b'.', self.bytes).is_some() && self.digits == 0;
        let plain = self.digits == 0 && !self.has_symbol();
        has(b"()[]{}|*")
            || line.goes_on()
            || dotted
            || (plain && line.ends_statement())
            || memchr::memmem::find(self.bytes, b"::").is_some()
            || memchr::memmem::find(self.bytes, b"->").is_some()
    }
}
