//! The names that stand around a secret, one of which could be that of a vendor.

use crate::model::Span;

/// How far behind a secret a name is looked for, and how far before it the head of its block.
const BEHIND: usize = 96;
const BEFORE: usize = 320;
/// Longest name of a variable.
const NAME: usize = 32;
/// How many names are tried.
const NAMES: usize = 12;
/// Parts of hosts and of code that name nobody.
const NOBODY: [&[u8]; 20] = [
    b"https", b"http", b"www", b"api", b"com", b"org", b"net", b"the", b"key", b"token",
    b"secret", b"auth", b"app", b"env", b"name", b"value", b"config", b"client", b"self",
    b"return",
];

/// A name beside a secret.
#[derive(Clone, Copy)]
pub(super) struct Beside<'t> {
    /// The name itself.
    pub(super) name: &'t [u8],
    /// Whether it tells whose the secret is even if its form does not.
    pub(super) tells: bool,
}

/// The names beside a secret, which is called `own`.
pub(super) fn names<'t>(text: &'t [u8], secret: Span, own: &[u8]) -> Vec<Beside<'t>> {
    let before = &text[secret.start.saturating_sub(BEFORE)..secret.start];
    let mut follow = Vec::new();
    behind(&text[secret.end..text.len().min(secret.end + BEHIND)], &mut follow);
    follow.truncate(NAMES);
    let mut lead = Vec::new();
    if own.eq_ignore_ascii_case(b"value") {
        names_in(line_above(before), &mut lead);
    }
    names_in(head_of_block(before), &mut lead);
    parents(before, &mut lead);
    names_in(beginning_of_line(before), &mut lead);
    // A comment may name a vendor in two words.
    lead.push(comment_above(before));
    names_in(comment_above(before), &mut lead);
    lead.truncate(NAMES);
    // Of what follows, only a host tells whose the secret is: `curl -H … https://api.acme.com`.
    let follow = follow.into_iter().map(|name| Beside { name, tells: name.contains(&b'.') });
    follow.chain(lead.into_iter().map(|name| Beside { name, tells: true })).collect()
}

/// The name that the value behind `before` was given.
pub(super) fn name_of(before: &[u8]) -> &[u8] {
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    let name = before.trim_ascii_end();
    let joint = name.iter().rev().take(12).take_while(|b| !is_name(b)).count();
    let name = &name[..name.len() - joint];
    let len = name.iter().rev().take(NAME).take_while(|b| is_name(b)).count();
    &name[name.len() - len..]
}

/// The name that the value behind `before` was given, with what it is a part of: `acme.api.key`,
/// `config["acme"]["key"]`, `acme->setKey`.
pub(super) fn path_of(before: &[u8]) -> &[u8] {
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    let is_path = |b: &u8| is_name(b) || b".:>[]'\"$@".contains(b);
    let before = before.trim_ascii_end();
    let joint = before.iter().rev().take(12).take_while(|b| !is_name(b)).count();
    let path = &before[..before.len() - joint];
    let len = path.iter().rev().take(2 * NAME).take_while(|b| is_path(b)).count();
    &path[path.len() - len..]
}

/// Names behind a secret: on its line, and on the next where a command goes on there.
fn behind<'t>(rest: &'t [u8], names: &mut Vec<&'t [u8]>) {
    for line in rest.split(|b| *b == b'\n') {
        names_in(line, names);
        if !line.trim_ascii_end().ends_with(b"\\") {
            return;
        }
    }
}

/// What stands before the bracket, brace or colon that opens the block at the end of `before`.
fn head_of_block(before: &[u8]) -> &[u8] {
    let mut open = 0;
    for (at, byte) in before.iter().enumerate().rev() {
        match byte {
            b'}' | b')' => open += 1,
            b'{' | b'(' if open > 0 => open -= 1,
            b'{' | b'(' => return head(&before[..at]),
            _ => {}
        }
    }
    // A section of a settings file.
    let section =
        memchr::memmem::rfind(before, b"\n[").map_or(before.starts_with(b"[").then_some(0), Some);
    let section = section.map(|at| &before[at..]).unwrap_or_default();
    &section[..memchr::memchr(b']', section).unwrap_or(0)]
}

/// What stands before a secret on its line and in its statement, and on the lines before it of the
/// same command.
fn beginning_of_line(before: &[u8]) -> &[u8] {
    let mut start = before.len();
    loop {
        let line = memchr::memrchr(b'\n', &before[..start]).map_or(0, |at| at + 1);
        let above = before[..line].trim_ascii_end();
        if line == 0 || !above.ends_with(b"\\") {
            let statement = memchr::memrchr2(b'}', b';', before).map_or(0, |at| at + 1);
            return &before[line.max(statement)..];
        }
        start = line - 1;
    }
}

/// The line above that of a secret.
fn line_above(before: &[u8]) -> &[u8] {
    let above = &before[..memchr::memrchr(b'\n', before).unwrap_or(0)];
    above[memchr::memrchr(b'\n', above).map_or(0, |at| at + 1)..].trim_ascii()
}

/// The comment on the line above that of a secret.
fn comment_above(before: &[u8]) -> &[u8] {
    let above = line_above(before);
    let marks: [&[u8]; 5] = [b"#", b"//", b"*", b"--", b";"];
    if marks.iter().any(|mark| above.starts_with(mark)) { above } else { &[] }
}

/// Adds the names of the maps, of YAML, that a secret stands in.
fn parents<'t>(before: &'t [u8], names: &mut Vec<&'t [u8]>) {
    let indent = |line: &[u8]| line.iter().take_while(|b| **b == b' ').count();
    let mut lines = before.split(|b| *b == b'\n').rev();
    let mut within = lines.next().map_or(0, indent);
    for line in lines.filter(|line| !line.trim_ascii().is_empty()) {
        if within == 0 {
            return;
        }
        if indent(line) < within && line.trim_ascii_end().ends_with(b":") {
            within = indent(line);
            names_in(line, names);
        }
    }
}

/// The end of the last line of `text`.
fn head(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii_end();
    let text = &text[text.len().saturating_sub(NAME)..];
    &text[memchr::memrchr(b'\n', text).map_or(0, |at| at + 1)..]
}

/// Adds the words of `line` that could be names; of a host, the part that somebody bought as well.
fn names_in<'t>(line: &'t [u8], names: &mut Vec<&'t [u8]>) {
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    for word in line.split(|b| !is_name(b)) {
        let mut parts = word.rsplit(|b| *b == b'.').skip(usize::from(word.contains(&b'.')));
        let last = parts.next().unwrap_or_default();
        for name in [word, last] {
            let letters = name.iter().filter(|b| b.is_ascii_alphabetic()).count();
            let lower = name.to_ascii_lowercase();
            if letters >= 3
                && name.len() <= NAME
                && !NOBODY.contains(&&*lower)
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
    }
}
