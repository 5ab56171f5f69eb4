//! Files in the letters of uuencode, by themselves or in a message.

use super::Input;
use super::bytes::part;
use super::out::Out;
use memchr::memmem;
use std::io;

/// How much of a text is looked at.
const HEAD: usize = 4096;
/// Shorter lines do not tell what they are.
const LEAST: usize = 21;

pub(super) fn is(head: &[u8]) -> bool {
    let head = part(head, 0, HEAD);
    // Where the letters are most of the text, a line in its middle is of them.
    let middles = [head.len() / 2, head.len() * 3 / 8, head.len() * 5 / 8];
    let is_small = |at: usize| head.get(at).is_some_and(u8::is_ascii_lowercase);
    let told = |at: &usize| {
        // Most lines end here: they hold a small letter.
        if is_small(*at) || is_small(at.saturating_sub(1)) {
            return false;
        }
        let line = line_around(head, *at);
        line.len() >= LEAST && line.iter().all(is_letter) && decoded(line).is_some()
    };
    middles.iter().any(told) && start(head, 0).is_some()
}

/// The line that `at` is in, if it is no longer than such lines are.
fn line_around(text: &[u8], at: usize) -> &[u8] {
    let before = part(text, at.saturating_sub(64), at.min(64));
    let start = memchr::memrchr(b'\n', before).map(|i| at - before.len() + i + 1);
    let Some(start) = start.or((at < 64).then_some(0)) else { return &[] };
    let rest = part(text, start, 66);
    let line = part(rest, 0, memchr::memchr(b'\n', rest).unwrap_or(0));
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The next line `begin 644 name`: the name, and where the next line starts.
fn start(text: &[u8], from: usize) -> Option<(&[u8], usize)> {
    let rest = text.get(from..)?;
    memmem::find_iter(rest, b"begin ").find_map(|at| {
        let fresh = at == 0 || rest.get(at - 1) == Some(&b'\n');
        let line = part(rest, at + 6, 300);
        let end = memchr::memchr(b'\n', line)?;
        let mut words = part(line, 0, end).trim_ascii_end().splitn(2, |b| *b == b' ');
        let mode = words.next()?;
        let is_mode =
            (3..=4).contains(&mode.len()) && mode.iter().all(|b| (b'0'..b'8').contains(b));
        (fresh && is_mode).then_some((words.next()?, from + at + 6 + end + 1))
    })
}

/// Small letters are none, which ends most lines soon.
fn is_letter(b: &u8) -> bool {
    (b' '..=b'`').contains(b)
}

/// What a line says.
fn decoded(line: &[u8]) -> Option<Vec<u8>> {
    let value = |b: u8| is_letter(&b).then(|| u32::from(b - b' ') & 63);
    let (first, letters) = line.split_first()?;
    let count = value(*first).filter(|n| *n > 0)? as usize;
    let need = count.div_ceil(3) * 4;
    // Blanks at the end may have been lost; a sum may follow.
    if letters.len() > need + 1 || count > 45 {
        return None;
    }
    let mut bytes = Vec::with_capacity(need);
    let mut letters = letters.iter().copied().chain(std::iter::repeat(b' ')).take(need);
    while bytes.len() < need / 4 * 3 {
        let mut group = 0;
        for _ in 0..4 {
            group = group << 6 | value(letters.next()?)?;
        }
        bytes.extend_from_slice(&group.to_be_bytes()[1..]);
    }
    // A line that lost more than a few is a sentence.
    (line.len() * 2 >= need).then(|| {
        bytes.truncate(count);
        bytes
    })
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    let mut at = 0;
    while let Some((name, body)) = start(&all.bytes, at) {
        at = body;
        let mut text = Vec::new();
        while let Some(end) = memchr::memchr(b'\n', part(&all.bytes, at, 128)) {
            let line = part(&all.bytes, at, end);
            let Some(bytes) = decoded(line.strip_suffix(b"\r").unwrap_or(line)) else { break };
            text.extend(bytes);
            at += end + 1;
        }
        out.bytes(name, &text)?;
    }
    Ok(())
}
