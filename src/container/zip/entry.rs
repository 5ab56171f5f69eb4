//! One entry of a zip.

use super::{CENTRAL, LOCAL};
use crate::container::bytes::{le, le_size, part};
use crate::container::inflate::{Deflated, Inflate, at_once};
use crate::container::lzma::Packed;
use crate::container::meter::{Held, Meter};
use crate::container::out::Out;
use crate::container::stream::Unpacked;
use crate::container::sums::Summed;
use crate::container::tar::Exact;
use crate::container::window::{AHEAD, Window};
use crate::container::{bzip2, xz, zstd};
use crate::model::Reason;
use std::io::{self, BufRead, Read};

/// What a stored entry of unknown length ends before.
const AFTER: [&[u8]; 3] = [b"PK\x07\x08", LOCAL, CENTRAL];
/// What stands for a number that is told in an extra field.
const ELSEWHERE: u64 = 0xffff_ffff;

/// Longer entries are unpacked as they come.
const SMALL: u64 = 8 << 20;

/// What is told of an entry.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    pub(super) name: Vec<u8>,
    flags: u64,
    method: u64,
    /// Its length, packed; `None` if it is told only behind the entry.
    packed: Option<u64>,
    /// Its length, unpacked.
    len: u64,
    /// Where its head stands, as the directory has it.
    pub(super) at: u64,
    /// How many bytes it took.
    took: u64,
    /// Its sum: as it is told, if it is told before the entry, and as it is.
    told: Option<u32>,
    sum: Option<u32>,
}

impl Entry {
    /// What the head before an entry says, and the lengths of its name and extra fields.
    pub(super) fn local(head: &[u8]) -> Option<(Self, (usize, usize))> {
        if !head.starts_with(LOCAL) {
            return None;
        }
        let (flags, packed) = (le::<2>(head, 6)?, le::<4>(head, 18)?);
        let entry = Self {
            flags,
            method: le::<2>(head, 8)?,
            packed: Some(packed).filter(|n| flags & 8 == 0 || *n > 0),
            len: le::<4>(head, 22)?,
            told: told(head, 14).filter(|_| flags & 8 == 0),
            ..Self::default()
        };
        Some((entry, (le_size::<2>(head, 26)?, le_size::<2>(head, 28)?)))
    }

    /// What the directory says, and how long that is.
    pub(super) fn listed(head: &[u8]) -> Option<(Self, usize)> {
        let entry = Self {
            flags: le::<2>(head, 8)?,
            method: le::<2>(head, 10)?,
            packed: le::<4>(head, 20),
            len: le::<4>(head, 24)?,
            at: le::<4>(head, 42)?,
            told: told(head, 16),
            ..Self::default()
        };
        let lens = [28, 30, 32].map(|at| le_size::<2>(head, at).unwrap_or(0));
        let mut entry = entry;
        entry.complete(part(head, 46, lens[0]).to_vec(), part(head, 46 + lens[0], lens[1]));
        Some((entry, 46 + lens.iter().sum::<usize>()))
    }

    /// Adds the name, and numbers that are too large for the head.
    pub(super) fn complete(&mut self, name: Vec<u8>, mut extra: &[u8]) {
        self.name = name;
        while let (Some(id), Some(len)) = (le::<2>(extra, 0), le_size::<2>(extra, 2)) {
            let field = part(extra, 4, len);
            extra = extra.get(4 + len..).unwrap_or_default();
            if id != 1 {
                continue;
            }
            let mut numbers = (0..3).map(|n| le::<8>(field, 8 * n));
            let large = |n: u64| n == ELSEWHERE;
            if large(self.len) {
                self.len = numbers.next().flatten().unwrap_or(self.len);
            }
            if self.packed.is_some_and(large) {
                self.packed = numbers.next().flatten();
            }
            if large(self.at) {
                self.at = numbers.next().flatten().unwrap_or(self.at);
            }
        }
    }

    /// Whether `other` tells of the same bytes in the same way.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        let is_taken = other.packed.is_none_or(|n| n == self.took || Some(n) == self.packed);
        self.method == other.method && self.flags & 1 == other.flags & 1 && is_taken
    }

    /// Whether its text has the sum that is told of it, or `other` tells of it.
    pub(super) fn is_whole(&self, other: Option<&Self>) -> bool {
        let told = [self.told, other.and_then(|other| other.told)];
        self.sum.is_none() || told == [None; 2] || told.contains(&self.sum)
    }

    /// Shows the entry, whose data come next in `source`.
    pub(super) fn read(
        &mut self,
        source: &mut Window<'_>,
        out: &mut Out<'_, '_>,
    ) -> io::Result<()> {
        out.meter.entry()?;
        let from = source.taken;
        let known = match self.refusal() {
            Some((reason, why)) => {
                out.gap(&self.name, reason, why);
                self.packed
            }
            None => {
                self.show(source, out)?;
                // What is packed ends by itself, whatever length is told.
                self.packed.filter(|_| self.method == 0)
            }
        };
        self.took = source.taken - from;
        source.skip(known.unwrap_or(0).saturating_sub(self.took))?;
        Ok(())
    }

    /// Why it cannot be read.
    fn refusal(&self) -> Option<(Reason, String)> {
        if self.flags & 1 != 0 {
            return Some((Reason::Encrypted, "it is encrypted".to_owned()));
        }
        let known = matches!(self.method, 0 | 8 | 12 | 14 | 93 | 95);
        let why = || format!("it is packed by method {}, which is not supported", self.method);
        (!known).then(|| (Reason::Unsupported, why()))
    }

    fn show(&mut self, source: &mut Window<'_>, out: &mut Out<'_, '_>) -> io::Result<()> {
        let meter = out.meter;
        match (self.method, self.packed) {
            (0, Some(0)) => Ok(()),
            (0, Some(left)) => self.part(&mut Exact { source, left }, out),
            (0, None) => self.part(&mut Until { source }, out),
            (12, _) => self.part(&mut Unpacked::<bzip2::Blocks>::new(source, meter), out),
            (14, _) => match self.lzma(source) {
                Ok(mut packed) => {
                    let _held = meter.hold(packed.memory())?;
                    self.part(&mut Lzma { source, packed: &mut packed }, out)
                }
                Err(e) => {
                    out.trouble(&self.name, &e);
                    Ok(())
                }
            },
            (93, _) => self.part(&mut Unpacked::<zstd::Frame>::new(source, meter), out),
            (95, _) => self.part(&mut Unpacked::<xz::Blocks>::new(source, meter), out),
            _ => match self.at_once(source, meter) {
                Some((text, _held)) => self.part(&mut text.as_slice(), out),
                None => self.part(&mut Inflate::new(source, Deflated::raw()), out),
            },
        }
    }

    fn part(&mut self, text: &mut dyn Read, out: &mut Out<'_, '_>) -> io::Result<()> {
        let mut text = Summed::new(text);
        let shown = out.part(&self.name, &mut text);
        self.sum = text.done;
        shown
    }

    /// All of an entry that is as its head tells. It must hold no mark of another, as it may end
    /// before its told length, and what comes then is looked through for more.
    fn at_once<'m, 'a>(
        &self,
        source: &mut Window<'_>,
        meter: &'m Meter<'a>,
    ) -> Option<(Vec<u8>, Held<'m, 'a>)> {
        let small = |n: &u64| *n <= SMALL;
        let packed = self.packed.filter(small)? as usize;
        let len = Some(self.len).filter(small)? as usize;
        let held = meter.hold(self.len).ok()?;
        // What came before an error is shown as it comes.
        let ahead = source.peek(packed + LOCAL.len()).ok()?;
        let is = |at: usize| [LOCAL, CENTRAL].iter().any(|m| part(ahead, at, m.len()) == *m);
        let ends = memchr::memmem::find_iter(part(ahead, 0, packed), b"PK").any(is);
        if ends || ahead.len() < packed {
            return None;
        }
        let text = at_once(part(ahead, 0, packed), len)?;
        source.consume(packed);
        Some((text, held))
    }

    fn lzma(&self, source: &mut Window<'_>) -> io::Result<Packed> {
        let head = source.grab(4)?;
        let properties = source.grab(le_size::<2>(&head, 2).unwrap_or(0))?;
        // One flag says that the end is marked, and the length need not be known.
        let len = Some(self.len).filter(|n| self.flags & 2 == 0 && *n != ELSEWHERE);
        Packed::one(&properties, len, &[])
    }
}

/// The sum that is told at `at`.
fn told(head: &[u8], at: usize) -> Option<u32> {
    u32::try_from(le::<4>(head, at)?).ok()
}

struct Lzma<'s, 'r> {
    source: &'s mut Window<'r>,
    packed: &'s mut Packed,
}

impl Read for Lzma<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.packed.read(self.source, into)
    }
}

/// Bytes up to what can follow an entry.
struct Until<'s, 'r> {
    source: &'s mut Window<'r>,
}

impl Read for Until<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let ahead = self.source.peek(AHEAD)?;
        let is =
            |at: &usize| AFTER.iter().any(|m| ahead.get(*at..).is_some_and(|a| a.starts_with(m)));
        let end = memchr::memmem::find_iter(ahead, b"PK").find(is);
        // Half a mark may stand at the end.
        let safe = if ahead.len() < AHEAD { ahead.len() } else { ahead.len() - 3 };
        let n = into.len().min(end.unwrap_or(safe));
        self.source.read(into.get_mut(..n).unwrap_or_default())
    }
}
