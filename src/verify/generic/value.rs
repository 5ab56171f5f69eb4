//! What cannot be a secret at all, told quickly: most of what code assigns is one of these.

use super::super::holds::holds;
use super::super::random::is_pattern;
use super::super::wallet::is_public_nkey;
use super::common::{List, list};
use super::forms;
use super::line::Line;
use super::place::is_connection;
use super::reference::is_reference;
use std::sync::LazyLock;

/// A value, looked at.
pub(super) struct Value<'a> {
    bytes: &'a [u8],
    digits: usize,
    letters: usize,
}

/// Values that stand for no value, for a type or for what a form asks.
static PLAIN: List = LazyLock::new(|| {
    list(
        " true false null nil none undefined string str text int integer number bool \
    boolean bytes object array list any void char required optional hidden input invalid wrong \
    missing empty blank unknown default auto prompt reset change forgot confirm confirmation \
    encrypted hash hashed redacted removed masked filtered enabled disabled yes no on off basic \
    bearer digest oauth oauth2 jwt username login email name value public private env file vault \
    self this begin provided given specified flag flags \
    changed updated incorrect ",
    )
});

impl<'a> Value<'a> {
    /// Looks at `bytes`.
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        let count = |is: fn(&u8) -> bool| bytes.iter().filter(|b| is(b)).count();
        Self { bytes, digits: count(u8::is_ascii_digit), letters: count(u8::is_ascii_alphabetic) }
    }

    /// Why it cannot be a secret at all, if so.
    pub(super) fn objection(&self, line: &Line<'_>, is_password: bool) -> Option<&'static str> {
        if self.bytes.len() < 3 || self.bytes.iter().any(u8::is_ascii_control) || line.is_binary()
        {
            return Some("too short, or not text");
        }
        if self.digits + self.letters == 0 && self.bytes.is_ascii() {
            return Some("no letter and no digit in it");
        }
        if self.is_option(line) {
            return Some("an option");
        }
        if self.is_number() || self.is_of_signature() {
            return Some("a number, or the scope of a signature");
        }
        if self.is_plain() {
            return Some("a plain word");
        }
        if self.is_digest() {
            return Some("a digest");
        }
        if self.is_recipient() || is_public_key(self.bytes) || is_public_nkey(self.bytes) {
            return Some("a public key");
        }
        if self.is_colour() || forms::is_date(self.bytes) || forms::is_algorithm(self.bytes) {
            return Some("a colour, the form of a date, or the name of an algorithm");
        }
        if self.is_version() || forms::is_type(self.bytes) {
            return Some("a version, a type or a call");
        }
        if self.is_path() || forms::is_file(self.bytes) || self.is_host() {
            return Some("a path, a server, or an address");
        }
        if line.is_directory() || line.is_commit(self.bytes) {
            return Some("the working directory, or a commit");
        }
        if forms::is_identifier(self.bytes) || forms::is_validation(self.bytes) {
            return Some("the identifier of an algorithm, or what a form asks");
        }
        if self.is_listed(line) {
            return Some("the next name of a list");
        }
        if is_reference(self.bytes) {
            return Some("a reference to a value elsewhere");
        }
        if forms::is_between_texts(self.bytes) || line.quoted && is_between_blanks(self.bytes) {
            return Some("code between two texts");
        }
        if self.is_between(line) {
            return Some("what stands between two texts");
        }
        if !line.quoted && !is_tangled(self.bytes) && self.is_code(line) && !self.is_typed(line) {
            return Some("code");
        }
        if is_pattern(self.bytes, is_password) {
            return Some("masked, an alphabet, a row, or a repetition");
        }
        None
    }

    /// Noise that fills a line, as a setting does; shorter ones without brackets.
    fn is_typed(&self, line: &Line<'_>) -> bool {
        let has = |is: fn(&u8) -> bool| self.bytes.iter().any(is);
        let strict = self.digits > 0
            && self.bytes.len() >= 8
            && has(u8::is_ascii_lowercase)
            && has(u8::is_ascii_uppercase)
            && (is_unbalanced(self.bytes) || !self.bytes.iter().any(|b| b"()[]{}.:>".contains(b)));
        let set = line.before.trim_ascii().is_empty()
            && matches!(line.between, b"=" | b": " | b" = " | b" ");
        line.after.trim_ascii().is_empty() && (forms::is_noise(self.bytes) || set && strict)
    }

    fn has_code(&self) -> bool {
        self.bytes.iter().any(|b| b"().[]{} \"'`".contains(b))
    }

    fn is_host(&self) -> bool {
        forms::is_server(self.bytes) || forms::is_address(self.bytes)
    }

    /// `--force`, `-Dname`; what is noise only begins so.
    fn is_option(&self, line: &Line<'_>) -> bool {
        let dashed = self.bytes.starts_with(b"--") || !line.quoted && self.bytes.starts_with(b"-");
        dashed && !forms::is_noise(self.bytes)
    }

    /// What follows the end of a text, or a line of one that is written out: `\\n\\nThanks`.
    fn is_between(&self, line: &Line<'_>) -> bool {
        let breaks = [&b"\\n"[..], b"\\r"].iter().any(|sign| self.bytes.starts_with(sign));
        match self.bytes.first() {
            Some(b'+') => self.digits == 0 || self.bytes.ends_with(b"+") || self.has_code(),
            Some(b',' | b')' | b';' | b':' | b']' | b'}') => !forms::is_noise(self.bytes),
            _ => breaks && !line.quoted,
        }
    }

    /// `0x1f`, `4.3081547`, `-17`.
    fn is_number(&self) -> bool {
        let hex = self.bytes.strip_prefix(b"0x").filter(|digits| digits.len() <= 8);
        hex.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            || self.bytes.strip_prefix(b"-").is_some_and(|n| n.iter().all(u8::is_ascii_digit))
            || forms::is_fraction(self.bytes)
            || forms::is_object(self.bytes)
    }

    /// What AWS signs a request for, or how.
    fn is_of_signature(&self) -> bool {
        self.bytes.ends_with(b"aws4_request") || self.bytes.starts_with(b"AWS4-HMAC-SHA256")
    }

    /// `#22c55e`, as style sheets have it.
    fn is_colour(&self) -> bool {
        let Some(digits) = self.bytes.strip_prefix(b"#") else { return false };
        matches!(digits.len(), 3 | 4 | 6 | 8) && digits.iter().all(u8::is_ascii_hexdigit)
    }

    /// `^3.0.0`, `npm:~7.1.2`, `>=1.2.x`: what a lock file wants of `minipass`.
    fn is_version(&self) -> bool {
        let from = self.bytes.iter().position(|b| *b == b':').map_or(0, |at| at + 1);
        let (source, rest) = self.bytes.split_at(from);
        let range = rest.trim_ascii_start();
        let signs = range.iter().take_while(|b| b"^~<>=v ".contains(b)).count();
        let numbers = range[signs..].split(|b| matches!(b, b'-' | b'+' | b' ')).next();
        let mut parts = numbers.unwrap_or_default().split(|b| *b == b'.');
        let is_number =
            |p: &[u8]| !p.is_empty() && p.len() < 6 && p.iter().all(u8::is_ascii_digit);
        let first = parts.next().is_some_and(is_number);
        let rest: Vec<&[u8]> = parts.collect();
        // As Jenkins counts them: `94.vcc3065403257`.
        let counted = matches!(&*rest, [[b'v', commit @ ..]] if commit.len() >= 7
            && commit.iter().all(|b| b.is_ascii_hexdigit() || *b == b'_'));
        if first && counted {
            return true;
        }
        source.iter().all(|b| b.is_ascii_lowercase() || *b == b':')
            && first
            && matches!(rest.len(), 1..=3)
            && rest.iter().all(|p| is_number(p) || matches!(*p, b"x" | b"*"))
    }

    /// `/repo`, `/etc/app`: letters only between slashes; and `5.x/api/`, a folder.
    fn is_path(&self) -> bool {
        let is_part = |b: &u8| b.is_ascii_lowercase() || matches!(b, b'/' | b'.' | b'-' | b'_');
        let is_kept = |b: &u8| is_part(b) || b.is_ascii_digit();
        let folder = self.bytes.ends_with(b"/") && self.bytes.contains(&b'.');
        self.bytes.first() == Some(&b'/') && self.bytes.iter().all(is_part)
            || folder && self.bytes.len() < 40 && self.bytes.iter().all(is_kept)
    }

    /// `"PWD", "PYTHONPATH",`: two names of variables, one after the other.
    fn is_listed(&self, line: &Line<'_>) -> bool {
        let is_variable = |text: &[u8]| {
            text.iter().all(|b| b.is_ascii_uppercase() || *b == b'_') && !text.is_empty()
        };
        line.is_argument() && is_variable(line.name) && is_variable(self.bytes)
    }

    /// Whom `age` encrypts for: its file names it beside the secret key.
    fn is_recipient(&self) -> bool {
        self.bytes.len() == 62 && self.bytes.starts_with(b"age1")
    }

    /// `SHA256:…`, `sha512-…`, `MD5:…`: such text says itself that it only tells things apart.
    fn is_digest(&self) -> bool {
        let head = self.bytes.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
        let (name, rest) = self.bytes.split_at(head);
        let known = [&b"md5"[..], b"sha1", b"sha224", b"sha256", b"sha384", b"sha512"];
        matches!(rest.first(), Some(b':' | b'-'))
            && known.iter().any(|k| name.eq_ignore_ascii_case(k))
    }

    fn is_plain(&self) -> bool {
        let is_sign = |b: &u8| !b.is_ascii_alphanumeric();
        let start = self.bytes.iter().take_while(|b| is_sign(b)).count();
        let tail = self.bytes.iter().rev().take_while(|b| is_sign(b)).count();
        let word = self.bytes.get(start..self.bytes.len() - tail).unwrap_or_default();
        word.len() <= 14 && PLAIN.contains(&*word.to_ascii_lowercase())
    }

    fn has_symbol(&self) -> bool {
        self.bytes.iter().any(|b| b.is_ascii_punctuation() && !b"_-.".contains(b))
    }

    pub(super) fn is_location(&self) -> bool {
        let has = |w: &[u8]| holds(self.bytes, w);
        let starts =
            [&b"/"[..], b"./", b"../", b"~/", b"\\\\", b"arn:", b"urn:", b"projects/", b"data:"];
        let slashes = self.bytes.iter().filter(|b| **b == b'/').count();
        let padded = self.bytes.ends_with(b"=");
        has(b"://")
            || (!padded
                && self.bytes.len() < 40
                && starts.iter().any(|s| self.bytes.starts_with(s)))
            || (slashes >= 2 && self.digits * 6 < self.bytes.len() && !padded)
    }

    /// A bare value that is an expression or a name of something.
    fn is_code(&self, line: &Line<'_>) -> bool {
        let has = |set: &[u8]| self.bytes.iter().any(|b| set.contains(b));
        let dotted = memchr::memchr(b'.', self.bytes).is_some() && self.digits == 0;
        let plain = self.digits == 0 && !self.has_symbol();
        has(b"()[]{}|*")
            || line.goes_on()
            || (plain && line.is_operand())
            || holds(line.before, b"{{") && self.digits == 0
            || dotted
            || (plain && line.ends_statement() && !is_connection(line))
            || holds(self.bytes, b"::")
            || holds(self.bytes, b"->")
    }
}

/// Whether a bracket closes what another kind of bracket opened, as in no code and no template.
/// Intervals, `(1:5]`, may.
pub(super) fn is_tangled(value: &[u8]) -> bool {
    let mut open = Vec::new();
    value.iter().any(|b| match b {
        b'(' | b'[' | b'{' => {
            open.push(*b);
            false
        }
        b')' | b']' => open.pop() == Some(b'{'),
        b'}' => open.pop().is_some_and(|o| o != b'{'),
        _ => false,
    })
}

/// Whether a bracket in it is never closed, or closes none. One at its end may go on on the next
/// line.
fn is_unbalanced(value: &[u8]) -> bool {
    let mut open = 0;
    let closes_none = value.iter().any(|b| {
        open += i32::from(b"([{".contains(b)) - i32::from(b")]}".contains(b));
        open < 0
    });
    closes_none || open > 0 && !value.last().is_some_and(|b| b"([{".contains(b))
}

/// How public keys begin that are written out in one line: those of SSH, with their kind before
/// them or without, and the usual ones in DER, in base64.
const PUBLIC_KEYS: [&[u8]; 17] = [
    // The same in hexadecimal digits.
    b"30819f300d0609",
    b"30820122300d0609",
    b"30820222300d0609",
    b"3059301306072a86",
    b"ssh-rsa ",
    b"ssh-dss ",
    b"ssh-ed25519 ",
    b"ecdsa-sha2-",
    b"sk-ssh-",
    b"AAAAB3NzaC1",
    b"AAAAC3NzaC1",
    b"AAAAE2VjZHNh",
    b"MIGfMA0GCSqGSIb3DQEBAQUAA4GN",
    b"MIIBIjANBgkqhkiG9w0BAQEFAAOC",
    b"MIICIjANBgkqhkiG9w0BAQEFAAOC",
    b"MFkwEwYHKoZIzj0CAQYIKoZIzj0D",
    b"MCowBQYDK2Vw",
];

fn is_public_key(value: &[u8]) -> bool {
    PUBLIC_KEYS.iter().any(|start| value.starts_with(start)) || is_verifier(value)
}

/// `sum.golang.org+033de0ae+Ac4z…`: the key that Go verifies a signed note with.
/// Source: pkg.go.dev/golang.org/x/mod/sumdb/note.
fn is_verifier(value: &[u8]) -> bool {
    let mut parts = value.splitn(3, |b| *b == b'+');
    let (name, hash, key) = (parts.next(), parts.next(), parts.next());
    let is_hash = |h: &[u8]| h.len() == 8 && h.iter().all(u8::is_ascii_hexdigit);
    name.is_some_and(|n| n != b"PRIVATE")
        && hash.is_some_and(is_hash)
        && key.is_some_and(|k| k.len() >= 40 && k.starts_with(b"A"))
}

/// `"password:" instead of "password>"`: the text behind one in quotes, before the next.
fn is_between_blanks(value: &[u8]) -> bool {
    value.starts_with(b" ") && value.ends_with(b" ")
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::sure;
    use super::is_public_key;
    use crate::model::Confidence;

    #[test]
    fn of_what_begins_with_a_plus_only_noise_is_a_secret() {
        let noise = ["+aSLZhRmxlH4XQlQsfZ4", "Ve+/QccSncp2XEXm+6Hii+nG="].concat();
        let password = |value| sure("generic-password", "password = '~'", "password", value);
        assert!(password(&noise) >= Some(Confidence::Medium));
        assert_eq!(password("+password+"), None);
    }

    #[test]
    fn signs_of_code_may_stand_in_passwords() {
        let sure = |text, value| sure("generic-password", text, "password", value);
        let medium = Some(Confidence::Medium);
        assert!(sure("password=~\n", "UjN%woLR%1u*") >= medium);
        assert!(sure("password = '~'", "!nrw3dhGy@RSnJRi") >= medium);
        assert!(sure("password: \"~\"", "rc6(/[gt,i5smdM{rRNE") >= medium);
        assert!(sure("\"password: ~\"", "-FLFbxwh61fjs17DvLkJYEF7NczymijX") >= medium);
        for (text, value) in [
            ("password: ~\n", "!vault"),
            ("password = ~;", "a*Count1(x)"),
            ("password --~", "-forceAll2"),
            ("password = \"~\"", "VARCHAR(255)"),
            ("o[:password] || '~'", "actual-merchant.org"),
            ("password: '~'", "somebody@merchant.org"),
            ("password: \"~\"", "Optional[str]"),
            ("The `password` is `~`.", "someButton()"),
        ] {
            assert!(sure(text, value) < medium, "{value}");
        }
    }

    #[test]
    fn texts_with_places_for_values_are_none() {
        let text = |value| sure("generic-password", "\"password:~ you", "password", value);
        assert_eq!(text("\\n\\n%3$s\\n\\nThank"), None);
        assert_eq!(text("%1$s:%2$s-x9K2mQ7"), None);
    }

    #[test]
    fn public_keys_are_told_by_their_start() {
        assert!(is_public_key(b"ssh-rsa AAAAB3NzaC1yc2E") && is_public_key(b"AAAAB3NzaC1yc2E"));
        assert!(!is_public_key(b"ssh-rsa") && !is_public_key(b"MIIEvQIBADANBgkq"));
    }
}
