//! tar in all dialects: old, ustar, GNU with long names and holes, pax. Whatever follows the end
//! of an archive is looked through for another one.

use super::Input;
use super::bytes::{be, digits, part};
use super::out::{Out, bad};
use super::window::Window;
use crate::model::Reason;
use std::io::{self, Read};

const BLOCK: usize = 512;
/// Longest head of a file that is kept: names are shorter.
const LONGEST: u64 = 1 << 20;

pub(super) fn is(head: &[u8]) -> bool {
    // The sum is six digits, which text has at that place only by design.
    let Some(block) = head.get(..BLOCK) else { return false };
    matches!(block.get(148..156), Some([b'0'..=b'7' | b' ', .., b'0'..=b'7' | b' ' | 0, _]))
        && block.get(155).is_some_and(|b| matches!(b, b' ' | 0))
        && has_sum(block)
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    input.with(|stream| {
        let mut archive = Archive { source: Window::new(stream), next: Extra::default() };
        archive.read(out)
    })
}

/// What stands in front of a file about it.
#[derive(Default)]
struct Extra {
    name: Option<Vec<u8>>,
    size: Option<u64>,
    /// Where a link leads.
    target: Option<Vec<u8>>,
    /// What is told besides: attributes, comments.
    words: Vec<u8>,
}

struct Archive<'r> {
    source: Window<'r>,
    next: Extra,
}

impl Archive<'_> {
    fn read(&mut self, out: &mut Out<'_, '_>) -> io::Result<()> {
        let (mut ended, mut told) = (false, false);
        loop {
            let block = self.source.peek(BLOCK)?;
            if block.is_empty() {
                return Ok(());
            }
            if block.iter().all(|b| *b == 0) {
                ended = true;
            } else if block.len() == BLOCK && has_sum(block) {
                (ended, told) = (false, false);
                let head = self.source.grab(BLOCK)?;
                self.entry(&head, out)?;
                continue;
            } else if !ended && !told {
                told = true;
                out.gap(b"", Reason::Corrupt, "a head in it is damaged");
            }
            // What stands here is no part of any file; it was scanned with the whole.
            let pass = block.len() as u64;
            self.source.skip(pass)?;
        }
    }

    fn entry(&mut self, head: &[u8], out: &mut Out<'_, '_>) -> io::Result<()> {
        let kind = head.get(156).copied().unwrap_or(0);
        let told = size(head);
        match kind {
            b'L' => self.next.name = Some(trimmed(&self.take(told, out)?)),
            b'K' => self.next.target = Some(trimmed(&self.take(told, out)?)),
            b'x' | b'X' => {
                let records = self.take(told, out)?;
                pax(&records, &mut self.next);
            }
            b'g' => {
                let mut extra = Extra::default();
                pax(&self.take(told, out)?, &mut extra);
                out.bytes(b"", &extra.words)?;
            }
            _ => {
                let extra = std::mem::take(&mut self.next);
                let name = extra.name.unwrap_or_else(|| name(head));
                out.bytes(&name, &extra.words)?;
                // To git, what a link holds is where it leads.
                if kind == b'2' {
                    let target = extra.target.unwrap_or_else(|| trimmed(part(head, 157, 100)));
                    out.bytes(&name, &target)?;
                }
                // Links, folders and devices have no content, whatever size is told.
                let told = if matches!(kind, b'1'..=b'6') && told > Some(0) && extra.size.is_none()
                {
                    self.without(told, out)?
                } else {
                    told
                };
                self.file(&name, kind, head, told, extra.size, out)?;
            }
        }
        Ok(())
    }

    /// The size of something that should have none: what follows may be content or another head.
    fn without(&mut self, told: Option<u64>, _: &mut Out<'_, '_>) -> io::Result<Option<u64>> {
        let block = self.source.peek(BLOCK)?;
        let other = block.len() == BLOCK && has_sum(block);
        Ok(if other { Some(0) } else { told })
    }

    fn file(
        &mut self,
        name: &[u8],
        kind: u8,
        head: &[u8],
        told: Option<u64>,
        pax: Option<u64>,
        out: &mut Out<'_, '_>,
    ) -> io::Result<()> {
        if kind == b'S' {
            self.skip_map(head)?;
        }
        let Some(len) = pax.or(told) else {
            out.gap(name, Reason::Corrupt, "its size is no number");
            return Ok(());
        };
        if pax.is_some() && told.is_some_and(|t| t != 0 && t != len) {
            out.gap(name, Reason::Corrupt, "it tells two sizes; the larger one is read");
        }
        let len = len.max(told.unwrap_or(0));
        self.content(name, len, out)
    }

    fn content(&mut self, name: &[u8], len: u64, out: &mut Out<'_, '_>) -> io::Result<()> {
        if len == 0 {
            // A name alone can say something.
            return out.part(name, &mut io::empty());
        }
        let from = self.source.taken;
        out.part(name, &mut Exact { source: &mut self.source, left: len })?;
        let left = len - (self.source.taken - from).min(len);
        let padding = (BLOCK as u64 - len % BLOCK as u64) % BLOCK as u64;
        self.source.skip(left.saturating_add(padding))?;
        Ok(())
    }

    /// Further blocks of a map of holes.
    fn skip_map(&mut self, head: &[u8]) -> io::Result<()> {
        let mut more = head.get(482).is_some_and(|b| *b != 0);
        while more {
            more = self.source.grab(BLOCK)?.get(504).is_some_and(|b| *b != 0);
        }
        Ok(())
    }

    /// The content of an entry that is about the next one.
    fn take(&mut self, told: Option<u64>, out: &mut Out<'_, '_>) -> io::Result<Vec<u8>> {
        let len = told.ok_or_else(|| bad("the size of a name is no number"))?;
        out.meter.entry()?;
        let mut all = Vec::new();
        let mut rest = Exact { source: &mut self.source, left: len };
        (&mut rest).take(LONGEST).read_to_end(&mut all)?;
        let left = rest.left;
        let padding = (BLOCK as u64 - len % BLOCK as u64) % BLOCK as u64;
        self.source.skip(left.saturating_add(padding))?;
        Ok(all)
    }
}

/// So many bytes, which must be there.
pub(super) struct Exact<'w, R> {
    pub(super) source: &'w mut R,
    pub(super) left: u64,
}

impl<R: Read> Read for Exact<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = Read::take(&mut *self.source, self.left).read(into)?;
        if n == 0 && self.left > 0 && !into.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= n as u64;
        Ok(n)
    }
}

/// Whether the sum of a head is right, with bytes taken as numbers with or without a sign.
fn has_sum(block: &[u8]) -> bool {
    let Some(told) = digits(block.get(148..156).unwrap_or_default(), 8) else { return false };
    let others = || block.iter().enumerate().filter(|(at, _)| !(148..156).contains(at));
    let plain: u64 = others().map(|(_, b)| u64::from(*b)).sum::<u64>() + 8 * 32;
    let high = others().filter(|(_, b)| **b >= 0x80).count() as u64;
    told > 8 * 32 && (told == plain || told == plain.wrapping_sub(256 * high))
}

/// The size that a head tells, in digits or as a number.
fn size(head: &[u8]) -> Option<u64> {
    let field = part(head, 124, 12);
    match field.first() {
        Some(0x80) => match be::<3>(field, 1) {
            Some(0) => be::<8>(field, 4).filter(|n| *n <= i64::MAX as u64),
            _ => None,
        },
        Some(b) if *b >= 0x80 => None,
        _ => digits(field, 8),
    }
}

fn name(head: &[u8]) -> Vec<u8> {
    let name = trimmed(part(head, 0, 100));
    let prefix = trimmed(part(head, 345, 155));
    match part(head, 257, 6) == b"ustar\0" && !prefix.is_empty() {
        true => [&prefix[..], b"/", &name].concat(),
        false => name,
    }
}

fn trimmed(field: &[u8]) -> Vec<u8> {
    field.split(|b| *b == 0).next().unwrap_or_default().to_vec()
}

/// Reads records `LENGTH KEY=VALUE\n`.
fn pax(mut records: &[u8], extra: &mut Extra) {
    while let Some(blank) = memchr::memchr(b' ', records) {
        let len = digits(part(records, 0, blank), 10).and_then(|n| usize::try_from(n).ok());
        let Some((record, rest)) = len.and_then(|n| records.split_at_checked(n)) else { return };
        let Some(text) = record.get(blank + 1..) else { return };
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        let (key, value) = text.split_at(memchr::memchr(b'=', text).unwrap_or(text.len()));
        let value = value.get(1..).unwrap_or_default();
        match key {
            b"path" | b"GNU.sparse.name" => extra.name = Some(value.to_vec()),
            b"size" => extra.size = digits(value, 10),
            b"linkpath" => extra.target = Some(value.to_vec()),
            key if is_usual(key) => {}
            _ => {
                extra.words.extend_from_slice(text);
                extra.words.push(b'\n');
            }
        }
        records = rest;
    }
}

/// Whether a record tells of nothing but times, owners and holes.
fn is_usual(key: &[u8]) -> bool {
    const USUAL: [&[u8]; 10] = [
        b"mtime",
        b"atime",
        b"ctime",
        b"LIBARCHIVE.creationtime",
        b"uid",
        b"gid",
        b"uname",
        b"gname",
        b"hdrcharset",
        b"charset",
    ];
    let is_attribute = key.starts_with(b"SCHILY.xattr.");
    let is_plain = |start: &&[u8]| key.starts_with(start) && !is_attribute;
    USUAL.contains(&key) || [&b"GNU.sparse."[..], b"SCHILY."].iter().any(is_plain)
}
