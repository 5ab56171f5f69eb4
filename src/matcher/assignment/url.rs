//! `scheme://user:password@host`, with any scheme, and `curl -u user:password`.

use crate::matcher::Candidate;
use crate::matcher::marks::Marks;
use crate::matcher::own::{AUTHORITY, CURL};
use crate::model::Span;
use crate::prefilter::Seen;
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// Longest user and password together.
const LONGEST: usize = 300;
/// A shorter user is not taken for a token.
const TOKEN: usize = 20;
/// Digits that such a user must have.
const DIGITS: usize = 3;

/// How `curl` is given a user.
static OPTIONS: LazyLock<[Finder<'static>; 4]> =
    LazyLock::new(|| [" -u ", " --user ", " --user=", " -u"].map(Finder::new));

/// Schemes (without what follows a `+`) whose passwords have a rule of their own.
const SCHEMES: [(&[u8], &str); 11] = [
    (b"mongodb", "mongodb-url-password"),
    (b"postgres", "postgres-url-password"),
    (b"postgresql", "postgres-url-password"),
    (b"mysql", "mysql-url-password"),
    (b"mysql2", "mysql-url-password"),
    (b"mariadb", "mysql-url-password"),
    (b"redis", "redis-url-password"),
    (b"rediss", "redis-url-password"),
    (b"amqp", "rabbitmq-url-password"),
    (b"amqps", "rabbitmq-url-password"),
    (b"sqlserver", "mssql-url-password"),
];

/// Finds passwords in URLs.
pub(super) struct Urls {
    rule: Option<usize>,
    /// The rules of [`SCHEMES`].
    own: [Option<usize>; SCHEMES.len()],
}

impl Urls {
    /// For the rules that `index` knows by their ids.
    pub(super) fn new(index: impl Fn(&str) -> Option<usize>) -> Self {
        Self { rule: index("generic-url-password"), own: SCHEMES.map(|(_, id)| index(id)) }
    }

    /// All passwords in URLs, and of `curl`, in `text`.
    pub(super) fn find(
        &self,
        text: &[u8],
        marks: &Marks,
        seen: &[Seen],
        out: &mut Vec<Candidate>,
    ) {
        for at in marks.places(CURL, seen) {
            let option = self.rule.zip(user_option(text, at));
            out.extend(option.map(|(rule, (matched, secret))| Candidate {
                rule,
                matched,
                secret,
            }));
        }
        for at in marks.places(AUTHORITY, seen) {
            let Some((secret, end)) = password(text, at + 3) else { continue };
            let scheme = text[..at].iter().rev().take(24).take_while(|&&b| is_scheme(b)).count();
            if scheme > 0 {
                let rule = self.own_of(&text[at - scheme..at]).or(self.rule);
                let matched = Span::new(at - scheme, end);
                out.extend(rule.map(|rule| Candidate { rule, matched, secret }));
            }
        }
    }

    /// The rule for `scheme`, if it has one of its own.
    fn own_of(&self, scheme: &[u8]) -> Option<usize> {
        let name = scheme.split(|b| *b == b'+').next().unwrap_or_default();
        let mut own = SCHEMES.iter().zip(self.own);
        own.find(|((known, _), _)| name.eq_ignore_ascii_case(known)).and_then(|(_, rule)| rule)
    }
}

/// `-u user:password` of the `curl` at `at`, on its line: all of it, and the password.
fn user_option(text: &[u8], at: usize) -> Option<(Span, Span)> {
    let line = &text[at..text.len().min(at + LONGEST)];
    let line = &line[..memchr::memchr(b'\n', line).unwrap_or(line.len())];
    let option = |o: &Finder<'_>| Some(o.find(line)? + o.needle().len());
    let mut start = OPTIONS.iter().find_map(option)?;
    let quote = line.get(start).copied().filter(|b| matches!(b, b'"' | b'\''));
    start += usize::from(quote.is_some());
    let rest = &line[start..];
    let ends = |b: &u8| quote.map_or(b.is_ascii_whitespace() || *b == b'`', |q| *b == q);
    let login = &rest[..rest.iter().position(ends).unwrap_or(rest.len())];
    let secret = secret_of(login).filter(|s| !s.is_empty() && !login.starts_with(b":"))?;
    let secret = Span::new(at + start + secret.start, at + start + secret.end);
    Some((Span::new(at, secret.end), secret))
}

/// What is secret in `user:password`: many services take a token for the user, and no password.
fn secret_of(login: &[u8]) -> Option<Span> {
    let colon = memchr::memchr(b':', login).unwrap_or(login.len());
    let password = login.get(colon + 1..).unwrap_or_default();
    match password {
        b"" | b"x" | b"X" | b"x-oauth-basic" => Some(Span::new(0, colon)).filter(|_| {
            let user = &login[..colon];
            let is_token = |b: &u8| {
                b.is_ascii_alphanumeric()
                    || matches!(b, b'_' | b'-' | b'.' | b'+' | b'/' | b'=' | b'~')
            };
            user.len() >= TOKEN
                && user.iter().all(is_token)
                && user.iter().filter(|b| b.is_ascii_digit()).count() >= DIGITS
        }),
        _ => Some(Span::new(colon + 1, login.len())),
    }
}

/// The password in the authority that starts at `start`, and the end of the host.
fn password(text: &[u8], start: usize) -> Option<(Span, usize)> {
    let rest = &text[start..text.len().min(start + LONGEST)];
    let authority = &rest[..rest.iter().position(|&b| ends_authority(b)).unwrap_or(rest.len())];
    let at = memchr::memrchr(b'@', authority)?;
    let secret = secret_of(&authority[..at])?;
    let host = rest[at + 1..].iter().take_while(|&&b| is_host(b)).count();
    // A host that is filled in later.
    let filled = matches!(rest.get(at + 1), Some(b'%' | b'{' | b'$'));
    let host = host.max(usize::from(filled));
    let secret = Span::new(start + secret.start, start + secret.end);
    (!secret.is_empty() && host > 0).then_some((secret, start + at + 1 + host))
}

fn is_scheme(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.')
}

/// A slash may stand in a hand-written password, but then a host must still follow; here the
/// first of these ends the authority.
fn ends_authority(b: u8) -> bool {
    b.is_ascii_whitespace() || matches!(b, b'/' | b'"' | b'\'' | b'`' | b'<' | b'>' | b'\\' | b'|')
}

fn is_host(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']')
}
