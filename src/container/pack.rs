//! Packs of git and bundles: every object, also those that are stored as changes to others.

use super::Input;
use super::bytes::{be, part};
use super::inflate::{BEST_RATIO, Deflated, Inflate};
use super::out::{Out, bad};
use crate::model::Reason;
use std::collections::HashMap;
use std::io::{self, Read};

/// How much of all objects is held, to make others of them.
const KEPT: usize = 48 << 20;
/// The largest object that is made of another.
const LARGEST: usize = 32 << 20;
/// What the kinds of objects are called.
const KINDS: [&str; 4] = ["commit", "tree", "blob", "tag"];

pub(super) fn is(head: &[u8]) -> bool {
    head.starts_with(b"# v2 git bundle\n")
        || head.starts_with(b"# v3 git bundle\n")
        || (head.starts_with(b"PACK\0\0\0") && matches!(head.get(7), Some(2 | 3)))
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    let _held = out.meter.hold((KEPT + LARGEST) as u64)?;
    let bytes = &all.bytes[..];
    // The head of a bundle ends with an empty line.
    let start = if bytes.starts_with(b"#") {
        memchr::memmem::find(bytes, b"\n\nPACK").map(|at| at + 2)
    } else {
        Some(0)
    };
    let pack = part(bytes, start.ok_or_else(|| bad("there is no pack in it"))?, usize::MAX);
    let count = be::<4>(pack, 8).unwrap_or(0);
    let mut objects = Objects { pack, known: HashMap::new(), room: KEPT };
    let mut at = 12;
    for n in 1..=count {
        out.meter.entry()?;
        at = objects.show(n, at, out)?;
    }
    Ok(())
}

/// What is known of the objects of a pack.
struct Objects<'a> {
    pack: &'a [u8],
    /// By where they stand: the kind, and the bytes.
    known: HashMap<usize, (usize, Vec<u8>)>,
    room: usize,
}

impl Objects<'_> {
    /// Shows the object at `at`; answers where the next one stands.
    fn show(&mut self, n: u64, at: usize, out: &mut Out<'_, '_>) -> io::Result<usize> {
        let cut = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let (kind, size, mut from) = head(self.pack, at).ok_or_else(cut)?;
        let name = |kind: usize| {
            let word = KINDS.get(kind.wrapping_sub(1)).copied().unwrap_or("object");
            format!("{word} {n}").into_bytes()
        };
        let mut base = None;
        if kind == 6 {
            let (distance, end) = offset(self.pack, from).ok_or_else(cut)?;
            (base, from) = (at.checked_sub(distance), end);
        } else if kind == 7 {
            from += 20;
        }
        let mut rest = part(self.pack, from, usize::MAX);
        let whole = rest.len();
        // A size may be a lie, so no more is believed than the bytes could give.
        let most = rest.len().saturating_mul(BEST_RATIO).min(LARGEST);
        let mut data = Vec::with_capacity(size.min(most));
        let mut stream = Inflate::new(&mut rest, Deflated::zlib());
        (&mut stream).take(LARGEST as u64).read_to_end(&mut data)?;
        if data.len() == LARGEST {
            // Its end is shown, and not kept.
            out.part(&name(kind), &mut data.as_slice().chain(stream))?;
            return Ok(from + whole - rest.len());
        }
        let end = from + whole - rest.len();
        let (kind, data) = match kind {
            1..=4 => (kind, data),
            _ => match base.and_then(|b| self.known.get(&b)) {
                Some((kind, base)) => {
                    let made =
                        apply(base, &data).ok_or_else(|| bad("a change in it is damaged"))?;
                    (*kind, made)
                }
                None => {
                    // What it adds is told all the same.
                    out.bytes(&name(0), &data)?;
                    let why = "it is stored as a change to an object that is not at hand";
                    out.gap(&name(0), Reason::Missing, why);
                    return Ok(end);
                }
            },
        };
        out.bytes(&name(kind), &data)?;
        if let Some(left) = self.room.checked_sub(data.len()) {
            self.room = left;
            self.known.insert(at, (kind, data));
        }
        Ok(end)
    }
}

/// The kind of an object, the size of what it is inflated to, and where what follows begins.
fn head(pack: &[u8], mut at: usize) -> Option<(usize, usize, usize)> {
    let first = *pack.get(at)?;
    let (mut byte, mut size, mut shift) = (first, usize::from(first & 0xf), 4);
    while byte & 0x80 != 0 {
        at += 1;
        byte = *pack.get(at)?;
        size |= usize::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
        shift += 7;
    }
    Some((usize::from(first >> 4 & 7), size, at + 1))
}

/// How far back a base stands, and where what follows begins.
fn offset(pack: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut byte = *pack.get(at)?;
    let mut distance = usize::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        at += 1;
        byte = *pack.get(at)?;
        distance = distance.checked_add(1)?.checked_mul(128)? | usize::from(byte & 0x7f);
    }
    Some((distance, at + 1))
}

/// What `delta` makes of `base`.
fn apply(base: &[u8], delta: &[u8]) -> Option<Vec<u8>> {
    let mut at = 0;
    let mut size = || {
        let (mut all, mut shift) = (0_usize, 0);
        loop {
            let byte = *delta.get(at)?;
            at += 1;
            all |= usize::from(byte & 0x7f).checked_shl(shift)?;
            shift += 7;
            if byte & 0x80 == 0 {
                return Some(all);
            }
        }
    };
    let (_, len) = (size()?, size()?);
    if len > LARGEST {
        return None;
    }
    let mut made = Vec::new();
    let mut rest = delta.get(at..)?;
    while let Some((&code, tail)) = rest.split_first() {
        rest = tail;
        if code & 0x80 == 0 {
            let (added, tail) = rest.split_at_checked(usize::from(code))?;
            made.extend_from_slice(added);
            rest = tail;
        } else {
            let mut number = |bits: std::ops::Range<u32>| {
                let mut all = 0_usize;
                for (n, _) in bits.enumerate().filter(|(_, b)| code >> b & 1 == 1) {
                    let (&byte, tail) = rest.split_first()?;
                    rest = tail;
                    all |= usize::from(byte) << (8 * n);
                }
                Some(all)
            };
            let (from, count) = (number(0..4)?, number(4..7)?);
            let count = if count == 0 { 0x1_0000 } else { count };
            made.extend_from_slice(base.get(from..from.checked_add(count)?)?);
        }
        if made.len() > len {
            return None;
        }
    }
    Some(made)
}
