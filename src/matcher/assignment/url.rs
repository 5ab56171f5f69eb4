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

/// How `curl` is given a user.
static OPTIONS: LazyLock<[Finder<'static>; 4]> =
    LazyLock::new(|| [" -u ", " --user ", " --user=", " -u"].map(Finder::new));

/// Finds passwords in URLs.
pub(super) struct Urls {
    rule: Option<usize>,
}

impl Urls {
    /// For the rule of that index.
    pub(super) fn new(rule: Option<usize>) -> Self {
        Self { rule }
    }

    /// All passwords in URLs, and of `curl`, in `text`.
    pub(super) fn find(
        &self,
        text: &[u8],
        marks: &Marks,
        seen: &[Seen],
        out: &mut Vec<Candidate>,
    ) {
        let Some(rule) = self.rule else { return };
        for at in marks.places(CURL, seen) {
            out.extend(user_option(text, at).map(|(matched, secret)| Candidate {
                rule,
                matched,
                secret,
            }));
        }
        for at in marks.places(AUTHORITY, seen) {
            let Some((secret, end)) = password(text, at + 3) else { continue };
            let scheme = text[..at].iter().rev().take(24).take_while(|&&b| is_scheme(b)).count();
            if scheme > 0 {
                out.push(Candidate { rule, matched: Span::new(at - scheme, end), secret });
            }
        }
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
    let colon = memchr::memchr(b':', login)?;
    let secret = Span::new(at + start + colon + 1, at + start + login.len());
    (colon > 0 && !secret.is_empty()).then(|| (Span::new(at, secret.end), secret))
}

/// The password in the authority that starts at `start`, and the end of the host.
fn password(text: &[u8], start: usize) -> Option<(Span, usize)> {
    let rest = &text[start..text.len().min(start + LONGEST)];
    let authority = &rest[..rest.iter().position(|&b| ends_authority(b)).unwrap_or(rest.len())];
    let at = memchr::memrchr(b'@', authority)?;
    let colon = memchr::memchr(b':', &authority[..at])?;
    let host = rest[at + 1..].iter().take_while(|&&b| is_host(b)).count();
    let secret = Span::new(start + colon + 1, start + at);
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
