//! Does a value stand in for a secret, rather than being one?
//!
//! Whole words only: inside a random text a stop word proves nothing. So a word of the list
//! counts where it is set apart (by a sign, a digit or a hump) or makes up much of the value.

use super::holds::{holds, places};
use super::words::{is_wordy, words};
use aho_corasick::{AhoCorasick, Match};
use std::sync::LazyLock;

/// Words that only a placeholder has.
#[rustfmt::skip]
const TELLING: &[&str] = &[
    "your", "yours", "example", "sample", "dummy", "fake", "mock", "placeholder", "changeme",
    "changeit", "replace", "replaceme", "insert", "todo", "fixme", "redacted", "masked",
    "hidden", "removed", "filtered", "censored", "scrubbed", "obfuscated", "truncated",
    "foobar", "lorem", "ipsum", "undefined", "null", "none", "notreal", "enter", "goeshere",
    "secrethere", "tokenhere", "keyhere", "passwordhere", "yourkey", "yourtoken", "yoursecret",
    "yourpassword", "mytoken", "mysecret", "mypassword", "myapikey", "insertkey", "sometoken",
    "somesecret", "supersecret", "topsecret", "notasecret", "donotuse", "asdfasdf", "deadbeef",
    "cafebabe", "feedface", "letmein", "hunter2", "correcthorse", "keyboardcat", "bogus",
    "testtoken", "testsecret", "testkey", "testpassword", "fakekey", "faketoken", "fakesecret",
];

/// Words that say nothing: a value of only these is a name.
#[rustfmt::skip]
const EMPTY: &[&str] = &[
    "a", "access", "account", "admin", "an", "api", "app", "apikey", "auth", "bar", "basic",
    "baz", "bearer", "change", "client", "code", "cred", "credential", "credentials", "creds",
    "data", "database", "db", "default", "demo", "dev", "fill", "foo", "for", "from", "here",
    "id", "in", "is", "it", "key", "local", "login", "me", "my", "name", "new", "nil", "no",
    "not", "of", "on", "pass", "passphrase", "passw", "passwd", "password", "private",
    "public", "pwd", "put", "qux", "real", "root", "secret", "secrets", "service", "set",
    "some", "string", "super", "test", "tester", "testing", "tests", "text", "the", "this",
    "to", "token", "top", "true", "false", "user", "username", "value", "var", "very", "with",
    "word", "xyz", "abc",
];

/// How code and configuration refer to a value that stands elsewhere.
#[rustfmt::skip]
const REFERENCES: &[&str] = &[
    "process.env", "os.environ", "os.getenv", "getenv(", "env[", "env.", "secrets.", "vars.",
    "vault:", "ref+", "op://", "arn:aws:", "projects/", "@microsoft.keyvault", "!ref", "!sub",
    "fn::", "file://", "credentials(", "var.", "local.", "module.", "data.",
];

static TELLING_ANYWHERE: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(TELLING).ok());

/// Why `value` stands in for a secret, if it does.
pub fn placeholder(value: &[u8]) -> Option<&'static str> {
    let value = value.trim_ascii();
    if value.is_empty() {
        return Some("it is empty");
    }
    if is_template(value) {
        return Some("it is a template or a reference");
    }
    if is_pattern(value) {
        return Some("it is an expression that describes values");
    }
    if is_mask(value) {
        return Some("it is masked");
    }
    if telling_word(value) {
        return Some("it holds a word that only a placeholder has");
    }
    if says_nothing(value) || is_constant_name(value) {
        return Some("it is a name, not a value");
    }
    None
}

fn is_template(value: &[u8]) -> bool {
    const WITHIN: [(&[u8], &[u8]); 7] = [
        (b"${", b"}"),
        (b"{{", b"}}"),
        (b"$(", b")"),
        (b"#{", b"}"),
        (b"<%", b"%>"),
        (b"%(", b")s"),
        (b"{%", b"%}"),
    ];
    const AROUND: [(&[u8], &[u8]); 9] = [
        (b"<", b">"),
        (b"{", b"}"),
        (b"[", b"]"),
        (b"%", b"%"),
        (b"&lt;", b"&gt;"),
        (b"__", b"__"),
        (b"**", b"**"),
        (b"@", b"@"),
        (b"$", b"$"),
    ];
    let around = |(open, close): &(&[u8], &[u8])| {
        value.len() > open.len() + close.len()
            && value.starts_with(open)
            && value.ends_with(close)
            && is_name(&value[open.len()..value.len() - close.len()])
    };
    let variable = |v: &[u8]| v.strip_prefix(b"$").is_some_and(is_name);
    let within = |(open, close): &(&[u8], &[u8])| {
        places(value, open).next().and_then(|at| value.get(at + open.len()..)).is_some_and(
            |rest| {
                places(rest, close)
                    .next()
                    .and_then(|end| rest.get(..end))
                    .is_some_and(is_expression)
            },
        )
    };
    let marked = value.iter().any(|b| b"${(#<%".contains(b));
    // The line may end in the text of a program.
    let slot = value.strip_suffix(b"\\n").unwrap_or(value);
    (marked && WITHIN.iter().any(within))
        || AROUND.iter().any(around)
        || variable(value)
        || matches!(slot, b"%s" | b"%d" | b"%v" | b"%q" | b"{}" | b"?" | b"%@")
        || REFERENCES.iter().any(|r| starts_with(value, r))
}

/// A regular expression: it opens a group as only those do, or counts a class of characters.
fn is_pattern(value: &[u8]) -> bool {
    if !value.iter().any(|b| matches!(b, b'(' | b']')) {
        return false;
    }
    let counts = |at: usize| value.get(at + 2).is_some_and(u8::is_ascii_digit);
    [&b"(?P<"[..], b"(?:", b"(?i", b"(?<"].iter().any(|open| holds(value, open))
        || places(value, b"]{").any(counts)
}

/// What may stand between the marks of a template: it starts with a name.
fn is_expression(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let first = text.iter().find(|b| !matches!(b, b'=' | b'-' | b'.' | b'$' | b'"' | b'\''));
    first.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
        && !text.iter().any(|b| matches!(b, b'{' | b'}' | b'<' | b'>' | b'#'))
}

/// Letters, digits and the signs that join them, of which a name is made.
fn is_name(text: &[u8]) -> bool {
    let joins =
        |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b' ' | b'/');
    text.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_')
        && text.iter().all(joins)
        && (text.len() < 16 || is_wordy(text))
}

/// Stars, dots, or a row of `x`.
pub(super) fn is_mask(value: &[u8]) -> bool {
    let row = |b: u8, n: usize| value.chunk_by(|a, c| a == c).any(|r| r[0] == b && r.len() >= n);
    let ellipsis = "…".as_bytes();
    row(b'*', 4)
        || row(b'x', 4)
        || row(b'X', 4)
        || row(b'.', 3)
        || row(b'#', 4)
        || holds(value, ellipsis)
        || holds(value, "•".as_bytes())
        || !value.iter().any(|b| b.is_ascii_alphanumeric() || !b.is_ascii())
        || value.len() >= 4 && value.iter().all(|b| b == &value[0])
}

/// Whether `value` holds a word that only a placeholder has.
pub(super) fn telling_word(value: &[u8]) -> bool {
    let set_apart = |word: &[u8]| is_one_case(word) && TELLING.iter().any(|t| equals(word, t));
    if words(value).any(set_apart) {
        return true;
    }
    let squashed = squash(value);
    let covers = |word: Match| word.len() >= 5 && word.len() * 10 >= value.len() * 3;
    let finder = TELLING_ANYWHERE.as_ref();
    finder.is_some_and(|f| f.find_overlapping_iter(&squashed).any(covers))
}

/// All lower case, all upper case, or capitalised.
fn is_one_case(word: &[u8]) -> bool {
    let rest = word.get(1..).unwrap_or_default();
    rest.iter().all(u8::is_ascii_lowercase) || word.iter().all(u8::is_ascii_uppercase)
}

/// Letters and digits only, lower case; cut where a placeholder no longer could be.
fn squash(value: &[u8]) -> Vec<u8> {
    let kept = value.iter().take(256).filter(|b| b.is_ascii_alphanumeric());
    kept.map(u8::to_ascii_lowercase).collect()
}

/// Words without meaning of their own, and at most four digits.
pub(super) fn says_nothing(value: &[u8]) -> bool {
    let digits = value.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = value.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let empty = |word: &[u8]| EMPTY.iter().any(|e| equals(word, e));
    let joins = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b' ');
    letters >= 3
        && digits <= 4
        && value.iter().all(joins)
        && (words(value).all(empty) || letters == value.len() && is_two_words(value))
}

/// Two words without meaning, written as one.
fn is_two_words(value: &[u8]) -> bool {
    let split = |e: &&str| {
        let head = value.get(..e.len()).filter(|h| equals(h, e));
        head.is_some() && EMPTY.iter().any(|f| f.len() > 2 && equals(&value[e.len()..], f))
    };
    value.len() <= 24 && EMPTY.iter().any(split)
}

/// `LIKE_THIS`: the name of a variable.
fn is_constant_name(value: &[u8]) -> bool {
    let fits = |b: &u8| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_';
    value.contains(&b'_') && value.iter().all(fits) && is_wordy(value)
}

fn equals(word: &[u8], lower: &str) -> bool {
    word.eq_ignore_ascii_case(lower.as_bytes())
}

fn starts_with(value: &[u8], lower: &str) -> bool {
    value.get(..lower.len()).is_some_and(|head| equals(head, lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_seen() {
        for text in [
            "",
            "  ",
            "changeme",
            "CHANGE_ME",
            "your-api-key",
            "yourApiKeyHere",
            "<password>",
            "${DB_PASSWORD}",
            "{{ token }}",
            "%DB_PASS%",
            "$PASSWORD",
            "********",
            "xxxxxxxx",
            "sk_xxxxxxxxxxxx",
            "abc...",
            "my_secret_token",
            "password123",
            "secret",
            "null",
            "process.env.TOKEN",
            "CIRCLE_CI_TOKEN",
            "EXAMPLE-KEY-0123",
            "fakeToken12345",
            "[A-Za-z0-9+/]{38}Q7",
            "(?P<secret>[0-9a-f]{40})",
            "this-is-a-dummy-value",
            "MyToken",
            "%s",
            "{}",
            "{}\\n",
            "__TOKEN__",
            "[REDACTED]",
            "test1234",
        ] {
            assert!(placeholder(text.as_bytes()).is_some(), "{text}");
        }
    }

    #[test]
    fn values_are_not() {
        for text in [
            "hG7$kq!2mZp",
            "Pass123!@#",
            "a%(^+=gr@cu@v9",
            "m{{h}o)p${e]nob(ody",
            "Tr0ub4dor&3",
            "q8Zk1Vd0xPw2LmA9",
            "0f8b2c9d7e6a5b4c",
            "s3cr3tP4ss",
            "correct-battery-staple-42",
            "p7YourxQ8w2LmA9tZk1Vd0xPwexampLe",
        ] {
            assert_eq!(placeholder(text.as_bytes()), None, "{text}");
        }
    }
}
