//! The names that stand around a secret, one of which could be that of a vendor.

use super::owner::Name;
use crate::model::Span;
use memchr::memmem;

/// How far behind a secret a name is looked for, and how far before it the head of its block.
const BEHIND: usize = 96;
const BEFORE: usize = 320;
/// Longest name of a variable.
const NAME: usize = 32;
/// How many names are tried.
const NAMES: usize = 12;
/// How much of a line that a secret stands on may name a vendor in several words.
const WORDY: usize = 48;
/// Most words of a comment that is nothing but a name.
const REMARK: usize = 5;
/// Ends of hosts.
#[rustfmt::skip]
const ENDS: [&[u8]; 22] = [
    b"com", b"net", b"org", b"io", b"ai", b"co", b"dev", b"app", b"cloud", b"sh", b"so", b"me",
    b"eu", b"us", b"de", b"fr", b"uk", b"in", b"tech", b"chat", b"run", b"xyz",
];
/// Sites that people point to for what others have put there.
const SITES: [&[u8]; 8] =
    [b"github", b"gitlab", b"bitbucket", b"google", b"npmjs", b"pypi", b"docker", b"facebook"];
/// Parts of hosts and of code that name nobody.
const NOBODY: [&[u8]; 20] = [
    b"https", b"http", b"www", b"api", b"com", b"org", b"net", b"the", b"key", b"token",
    b"secret", b"auth", b"app", b"env", b"name", b"value", b"config", b"client", b"self",
    b"return",
];

/// What the second part of a pair is called, whose first is the name.
const VALUES: [&[u8]; 3] = [b"value", b"string", b"default"];

/// A name beside a secret.
#[derive(Clone, Copy)]
pub(super) struct Beside<'t> {
    /// The name itself.
    pub(super) name: &'t [u8],
    /// Whether it tells whose the secret is even if its form does not.
    pub(super) tells: bool,
    /// Whether it is what somebody bought of a host, so a name whatever else it means.
    pub(super) host: bool,
}

impl<'t> Beside<'t> {
    fn new(name: &'t [u8]) -> Self {
        Self { name, tells: false, host: false }
    }
}

/// The names beside a secret, which is called `own`.
pub(super) fn names<'t>(text: &'t [u8], secret: Span, own: &[u8]) -> Vec<Beside<'t>> {
    let before = &text[secret.start.saturating_sub(BEFORE)..secret.start];
    let rest = &text[secret.end..text.len().min(secret.end + BEHIND)];
    // Of what follows, only a host tells whose the secret is: `curl -H … https://api.acme.com`; or
    // a comment that says nothing else.
    let mut follow = Vec::new();
    follow.extend(remark(rest).map(|name| Beside { tells: true, ..Beside::new(name) }));
    behind(rest, &mut follow);
    follow.truncate(NAMES);
    let mut lead = Vec::new();
    if VALUES.iter().any(|name| own.eq_ignore_ascii_case(name)) {
        names_in(line_above(before), &mut lead);
    }
    names_in(head_of_block(before), &mut lead);
    parents(before, &mut lead);
    // A line or a comment may name a vendor in two words.
    let line = beginning_of_line(before);
    lead.push(Beside::new(&line[line.len().saturating_sub(WORDY)..]));
    names_in(line, &mut lead);
    let comment = comment_above(before);
    lead.push(Beside::new(&comment[..memmem::find(comment, b"http").unwrap_or(comment.len())]));
    names_in(comment, &mut lead);
    lead.truncate(NAMES);
    lead.iter_mut().for_each(|beside| beside.tells = true);
    let mut near = Vec::new();
    if Name::of(own).is_plain() {
        names_in(line_above(before), &mut near);
        names_in(line_below(rest), &mut near);
    }
    near.retain(|beside: &Beside<'_>| beside.host);
    follow.into_iter().chain(lead).chain(near).collect()
}

/// The name that the value behind `before` was given.
pub(super) fn name_of(before: &[u8]) -> &[u8] {
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    let name = past_accessors(before);
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
    let before = past_accessors(before);
    let joint = before.iter().rev().take(12).take_while(|b| !is_name(b)).count();
    let path = &before[..before.len() - joint];
    let len = path.iter().rev().take(2 * NAME).take_while(|b| is_path(b)).count();
    &path[path.len() - len..]
}

/// What stands before the accessors of a property of C#, if `before` ends in some:
/// `string AcmeKey { get; set; } = "`.
fn past_accessors(before: &[u8]) -> &[u8] {
    let before = before.trim_ascii_end();
    let sign = before.iter().rev().take(6).take_while(|b| b" =@$\"".contains(b)).count();
    let open = before[..before.len() - sign].strip_suffix(b"}").and_then(|body| {
        let from = body.len().saturating_sub(NAME);
        let open = from + memchr::memrchr(b'{', &body[from..])?;
        let inside = &body[open + 1..];
        let is_word = |b: &u8| b.is_ascii_lowercase() || b" ;".contains(b);
        (inside.contains(&b';') && inside.iter().all(is_word)).then_some(open)
    });
    open.map_or(before, |open| before[..open].trim_ascii_end())
}

/// Names behind a secret: on its line, and on the next where a command goes on there.
fn behind<'t>(rest: &'t [u8], names: &mut Vec<Beside<'t>>) {
    for line in rest.split(|b| *b == b'\n') {
        names_in(line, names);
        if !line.trim_ascii_end().ends_with(b"\\") {
            return;
        }
    }
}

/// The comment behind a secret on its line, if that is short: `token = "…"  # Acme`.
fn remark(rest: &[u8]) -> Option<&[u8]> {
    let line = rest.split(|b| *b == b'\n').next()?;
    let line = line.trim_ascii_start();
    let close = line.iter().take(4).take_while(|b| b"\"'`;,)]}".contains(b)).count();
    let line = line[close..].trim_ascii();
    let marks: [&[u8]; 6] = [b"#", b"//", b"--", b"/*", b";", b"<!--"];
    let comment = marks.iter().find_map(|mark| line.strip_prefix(*mark))?;
    let words = comment.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count();
    (words <= REMARK).then_some(comment)
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
        memmem::rfind(before, b"\n[").map_or(before.starts_with(b"[").then_some(0), Some);
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

/// The line below that of a secret.
fn line_below(rest: &[u8]) -> &[u8] {
    rest.split(|b| *b == b'\n').nth(1).unwrap_or_default()
}

/// The comment on the line above that of a secret.
fn comment_above(before: &[u8]) -> &[u8] {
    let above = line_above(before);
    let marks: [&[u8]; 5] = [b"#", b"//", b"*", b"--", b";"];
    if marks.iter().any(|mark| above.starts_with(mark)) { above } else { &[] }
}

/// Adds the names of the maps, of YAML, that a secret stands in.
fn parents<'t>(before: &'t [u8], names: &mut Vec<Beside<'t>>) {
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
fn names_in<'t>(line: &'t [u8], names: &mut Vec<Beside<'t>>) {
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    for word in line.split(|b| !is_name(b)) {
        let mut parts = word.rsplit(|b| *b == b'.');
        let end = parts.next().unwrap_or_default();
        let last = if word.len() > end.len() { parts.next() } else { Some(end) };
        let last = last.unwrap_or_default();
        let host = word.len() > end.len() && is_host(word, (end, last));
        if !host
            && SITES.iter().any(|site| site.eq_ignore_ascii_case(last))
            && word.len() > last.len()
        {
            continue;
        }
        let bought = Beside { name: last, tells: host, host };
        for beside in [Beside::new(word), bought] {
            let name = beside.name;
            let letters = name.iter().filter(|b| b.is_ascii_alphabetic()).count();
            let lower = name.to_ascii_lowercase();
            let known = names.iter().any(|other| other.name == name && other.host == beside.host);
            if letters >= 3 && name.len() <= NAME && !NOBODY.contains(&&*lower) && !known {
                names.push(beside);
            }
        }
    }
}

/// Whether `word` is a host that serves what a secret of its owner's opens.
fn is_host(word: &[u8], (end, bought): (&[u8], &[u8])) -> bool {
    let of = |words: &[&[u8]], word: &[u8]| words.iter().any(|w| w.eq_ignore_ascii_case(word));
    let serves = word.len() > 4 && word[..4].eq_ignore_ascii_case(b"api.");
    of(&ENDS, end) && (serves || !of(&SITES, bought))
}
