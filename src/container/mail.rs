//! Mail: one message, or a box of them. Parts are decoded from base64 and quoted-printable, and
//! may be messages or containers again.

use super::Input;
use super::bytes::part;
use super::out::Out;
use crate::model::Reason;
use data_encoding::{Encoding, Specification};
use memchr::memmem;
use std::io;
use std::sync::LazyLock;

/// What the head of a message may begin with.
const WORDS: [&[u8]; 12] = [
    b"Return-Path:",
    b"Received:",
    b"Delivered-To:",
    b"MIME-Version:",
    b"Message-ID:",
    b"Message-Id:",
    b"From: ",
    b"Date: ",
    b"X-Original-To:",
    b"Content-Type: ",
    b"Content-Transfer-Encoding:",
    b"DKIM-Signature:",
];
/// How deep parts may be nested in one message.
const DEPTH: usize = 12;

/// base64 that passes over everything else.
static BASE64: LazyLock<Encoding> = LazyLock::new(|| {
    let mut form = Specification::new();
    form.symbols.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    form.check_trailing_bits = false;
    form.encoding().unwrap_or(data_encoding::BASE64_NOPAD)
});

pub(super) fn is(head: &[u8]) -> bool {
    match head.first() {
        Some(b'R' | b'D' | b'M' | b'F' | b'X' | b'C') => {}
        _ => return false,
    }
    is_box(head) || is_message(head)
}

fn is_box(head: &[u8]) -> bool {
    let line = head.split(|b| *b == b'\n').next().unwrap_or_default();
    // The time of day is what tells it from a sentence.
    line.starts_with(b"From ")
        && line.windows(3).any(|w| matches!(w, [b'0'..=b'9', b':', b'0'..=b'9']))
        && is_message(part(head, line.len() + 1, head.len()))
}

fn is_message(head: &[u8]) -> bool {
    WORDS.iter().any(|w| head.starts_with(w)) || {
        // In a box any line of a head may be the first.
        let line = head.split(|b| *b == b'\n').next().unwrap_or_default();
        let word = line.split(|b| *b == b':').next().unwrap_or_default();
        line.len() > word.len()
            && !word.is_empty()
            && word.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
            && word.first().is_some_and(u8::is_ascii_uppercase)
            && memmem::find(head, b"\nMIME-Version:").is_some()
    }
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    let bytes = &all.bytes[..];
    if !is_box(part(bytes, 0, 4096)) {
        return entity(bytes, b"", DEPTH, out);
    }
    let starts = memmem::find_iter(bytes, b"\nFrom ").map(|at| at + 1);
    let starts: Vec<usize> = std::iter::once(0).chain(starts).chain([bytes.len()]).collect();
    for (n, pair) in (1..).zip(starts.windows(2)) {
        let &[from, to] = pair else { break };
        let message = part(bytes, from, to - from);
        let head = memchr::memchr(b'\n', message).map_or(message.len(), |at| at + 1);
        let name = format!("message {n}");
        entity(part(message, head, message.len()), name.as_bytes(), DEPTH, out)?;
    }
    Ok(())
}

/// Shows a message or a part of one, called `name`.
fn entity(bytes: &[u8], name: &[u8], depth: usize, out: &mut Out<'_, '_>) -> io::Result<()> {
    out.meter.entry()?;
    let (head, body) = split(bytes);
    let field = |key: &str| value(head, key);
    let kind = field("content-type").unwrap_or_default();
    if let Some(border) = parameter(&kind, "boundary").filter(|b| !b.is_empty()) {
        if depth == 0 {
            out.gap(name, Reason::Capped, format!("parts are nested deeper than {DEPTH}"));
            return Ok(());
        }
        let mark = [b"--", border.as_slice()].concat();
        for (n, inner) in (1..).zip(parts(body, &mark)) {
            let own = format!("part {n}").into_bytes();
            let way = if name.is_empty() { own } else { [name, b"/", &own].concat() };
            entity(inner, &way, depth - 1, out)?;
        }
        return Ok(());
    }
    let file = parameter(&field("content-disposition").unwrap_or_default(), "filename");
    let file = file.or_else(|| parameter(&kind, "name"));
    let name = match (file, name) {
        (Some(file), b"") => file,
        (Some(file), name) => [name, b"/", &file].concat(),
        (None, b"") => b"body".to_vec(),
        (None, name) => name.to_vec(),
    };
    let coding = field("content-transfer-encoding").unwrap_or_default().to_ascii_lowercase();
    match coding.trim_ascii() {
        b"base64" => out.bytes(&name, &base64(body)),
        b"quoted-printable" => out.bytes(&name, &quoted(body)),
        _ => out.bytes(&name, body),
    }
}

/// The head and the body.
fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    while let Some(end) = memchr::memchr(b'\n', part(bytes, at, usize::MAX)) {
        if part(bytes, at, end).trim_ascii().is_empty() {
            return (part(bytes, 0, at), part(bytes, at + end + 1, usize::MAX));
        }
        at += end + 1;
    }
    (bytes, &[])
}

/// What stands between lines that begin with `mark`.
fn parts<'a>(body: &'a [u8], mark: &[u8]) -> Vec<&'a [u8]> {
    let starts = |at: &usize| *at == 0 || body.get(at - 1) == Some(&b'\n');
    let marks: Vec<usize> = memmem::find_iter(body, mark).filter(starts).collect();
    let ends = marks.iter().skip(1).copied().chain([body.len()]);
    let inner = marks.iter().zip(ends).filter_map(|(from, to)| {
        let whole = part(body, *from, to - from);
        let line = memchr::memchr(b'\n', whole).map_or(whole.len(), |at| at + 1);
        // The last mark ends with two more dashes.
        (!part(whole, mark.len(), 2).starts_with(b"--")).then(|| part(whole, line, whole.len()))
    });
    inner.collect()
}

/// The value of a field of a head, with its further lines.
fn value(head: &[u8], key: &str) -> Option<Vec<u8>> {
    let mut found: Option<Vec<u8>> = None;
    for line in head.split(|b| *b == b'\n') {
        let folded = line.first().is_some_and(|b| matches!(b, b' ' | b'\t'));
        if let (Some(value), true) = (&mut found, folded) {
            value.push(b' ');
            value.extend_from_slice(line.trim_ascii());
            continue;
        }
        if found.is_some() {
            break;
        }
        let is = line.get(..key.len()).is_some_and(|k| k.eq_ignore_ascii_case(key.as_bytes()));
        let rest = line.get(key.len()..).unwrap_or_default().trim_ascii_start();
        found = rest.strip_prefix(b":").filter(|_| is).map(|v| v.trim_ascii().to_vec());
    }
    found
}

/// A parameter of a value: `; key="text"`.
fn parameter(value: &[u8], key: &str) -> Option<Vec<u8>> {
    let lower = value.to_ascii_lowercase();
    let at = memmem::find_iter(&lower, key.as_bytes()).find(|at| {
        let before = at.checked_sub(1).and_then(|i| lower.get(i));
        before.is_none_or(|b| matches!(b, b';' | b' ' | b'\t'))
    })?;
    let rest = part(value, at + key.len(), usize::MAX).trim_ascii_start();
    let rest = rest.strip_prefix(b"*").unwrap_or(rest).strip_prefix(b"=")?.trim_ascii_start();
    let text = match rest.strip_prefix(b"\"") {
        Some(quoted) => quoted.split(|b| *b == b'"').next()?,
        None => rest.split(|b| matches!(b, b';' | b' ' | b'\t')).next()?,
    };
    Some(text.to_vec())
}

/// Decodes what can be, and passes over the rest.
fn base64(body: &[u8]) -> Vec<u8> {
    let letter = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    // Padding may stand in the middle, where two texts were put together.
    let mut text = Vec::new();
    for stretch in body.split(|b| *b == b'=') {
        let mut letters: Vec<u8> = stretch.iter().copied().filter(letter).collect();
        if letters.len() % 4 == 1 {
            letters.pop();
        }
        text.extend(BASE64.decode(&letters).unwrap_or_default());
    }
    text
}

fn quoted(body: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = memchr::memchr(b'=', rest) {
        text.extend_from_slice(part(rest, 0, at));
        let after = part(rest, at + 1, usize::MAX);
        let digit = |n: usize| after.get(n).and_then(|b| char::from(*b).to_digit(16));
        rest = match (after, digit(0), digit(1)) {
            ([b'\r', b'\n', rest @ ..] | [b'\n', rest @ ..], ..) => rest,
            (_, Some(high), Some(low)) => {
                text.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                part(after, 2, usize::MAX)
            }
            _ => {
                text.push(b'=');
                after
            }
        };
    }
    text.extend_from_slice(rest);
    text
}
