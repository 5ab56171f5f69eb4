//! Applies a delta: copies of the base and inserted bytes. Format: `gitformat-pack(5)`.

use crate::git::MAX_OBJECT;
use crate::model::Span;

/// A stretch of an object that is one of its base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copy {
    /// Where it starts in the base.
    pub from: usize,
    /// Where it starts in the object.
    pub to: usize,
    /// Its length.
    pub len: usize,
}

/// What a delta says of the object that it makes.
#[derive(Debug, Default)]
pub(crate) struct Seams {
    /// Inserted stretches and, one byte on either side, the seams between copies that do not
    /// follow each other in the base, and where start or end are not those of the base, in order.
    pub(crate) fresh: Vec<Span>,
    /// The other stretches, in order.
    pub(crate) copies: Vec<Copy>,
    /// Whether a NUL was inserted.
    pub(crate) nul: bool,
}

impl Seams {
    fn clear(&mut self) {
        self.fresh.clear();
        self.copies.clear();
        self.nul = false;
    }
}

/// Makes `out` from `base` and `delta`, and tells how.
///
/// # Errors
/// In words, if the delta does not fit its base or its own claims. Of the size that it claims only
/// as much is believed as base and delta could make without a repetition, so a lie costs no memory.
pub(crate) fn apply(
    base: &[u8],
    delta: &[u8],
    out: &mut Vec<u8>,
    seams: &mut Seams,
) -> Result<(), &'static str> {
    let mut at = 0;
    if varint(delta, &mut at)? != base.len() as u64 {
        return Err("delta of another base");
    }
    let size = varint(delta, &mut at)?;
    let body = delta.get(at..).unwrap_or_default();
    if size > MAX_OBJECT {
        return Err("too large");
    }
    let size = usize::try_from(size).map_err(|_| "too large")?;
    out.clear();
    seams.clear();
    out.reserve(size.min(base.len() + body.len()));
    let mut rest = body;
    // What follows in the base, as long as what was made last stands there.
    let mut next = Some(0);
    while let Some(step) = step(&mut rest)? {
        match step {
            Step::Copy { offset, len } => {
                let end = offset.checked_add(len).ok_or("copy outside of the base")?;
                let copied = base.get(offset..end).ok_or("copy outside of the base")?;
                if next != Some(offset) {
                    mark(&mut seams.fresh, out.len().saturating_sub(1), out.len() + 1);
                }
                next = Some(end);
                seams.copies.push(Copy { from: offset, to: out.len(), len });
                out.extend_from_slice(copied);
            }
            Step::Insert(bytes) => {
                mark(&mut seams.fresh, out.len(), out.len() + bytes.len());
                next = None;
                // Most are short, and for those no call is worth its while.
                seams.nul |= bytes.contains(&0);
                out.extend_from_slice(bytes);
            }
        }
        if out.len() > size {
            return Err("delta of another size");
        }
    }
    if next.is_some_and(|next| next != base.len()) {
        mark(&mut seams.fresh, out.len().saturating_sub(1), out.len());
    }
    if out.len() == size { Ok(()) } else { Err("delta of another size") }
}

/// Adds `start..end`, joined to the stretch before if they touch.
fn mark(fresh: &mut Vec<Span>, start: usize, end: usize) {
    match fresh.last_mut() {
        Some(last) if start <= last.end => last.end = last.end.max(end),
        _ => fresh.push(Span::new(start, end)),
    }
}

enum Step<'a> {
    Copy { offset: usize, len: usize },
    Insert(&'a [u8]),
}

/// The next instruction of `rest`.
fn step<'a>(rest: &mut &'a [u8]) -> Result<Option<Step<'a>>, &'static str> {
    let Some((&op, tail)) = rest.split_first() else { return Ok(None) };
    if op == 0 {
        return Err("reserved instruction");
    }
    if op & 0x80 == 0 {
        let (bytes, tail) = tail.split_at_checked(usize::from(op)).ok_or("cut short")?;
        *rest = tail;
        return Ok(Some(Step::Insert(bytes)));
    }
    let mut tail = tail;
    let mut number = |bits: u8, width: u32| -> Result<usize, &'static str> {
        let mut n = 0;
        for i in 0..width {
            if bits >> i & 1 == 1 {
                let (&b, left) = tail.split_first().ok_or("cut short")?;
                n |= usize::from(b) << (8 * i);
                tail = left;
            }
        }
        Ok(n)
    };
    let offset = number(op, 4)?;
    let len = number(op >> 4, 3)?;
    *rest = tail;
    Ok(Some(Step::Copy { offset, len: if len == 0 { 0x10000 } else { len } }))
}

pub(super) fn varint(data: &[u8], at: &mut usize) -> Result<u64, &'static str> {
    let mut n = 0;
    for shift in (0..63).step_by(7) {
        let b = *data.get(*at).ok_or("cut short")?;
        *at += 1;
        n |= u64::from(b & 0x7F) << shift;
        if b & 0x80 == 0 {
            return Ok(n);
        }
    }
    Err("number too large")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::{Seams, apply};
    use proptest::prelude::*;

    #[test]
    fn copies_and_inserts() {
        let mut out = Vec::new();
        // base 10 bytes, result 7: copy 4 from 2, insert "xyz".
        let delta = [10, 7, 0x80 | 0x01 | 0x10, 2, 4, 3, b'x', b'y', b'z'];
        assert_eq!(apply(b"0123456789", &delta, &mut out, &mut Seams::default()), Ok(()));
        assert_eq!(out, b"2345xyz");
    }

    #[test]
    fn seams_are_where_the_base_went_on_otherwise() {
        let fresh = |delta: &[u8]| {
            let (mut out, mut seams) = (Vec::new(), Seams::default());
            apply(b"0123456789", delta, &mut out, &mut seams).unwrap();
            seams.fresh.iter().map(|s| (s.start, s.end)).collect::<Vec<_>>()
        };
        // All of it, in two steps.
        assert_eq!(fresh(&[10, 10, 0x91, 0, 6, 0x91, 6, 4]), []);
        assert_eq!(fresh(&[10, 8, 0x91, 0, 8]), [(7, 8)]);
        assert_eq!(fresh(&[10, 8, 0x91, 2, 8]), [(0, 1)]);
        assert_eq!(fresh(&[10, 8, 0x91, 0, 4, 0x91, 6, 4]), [(3, 5)]);
        assert_eq!(fresh(&[10, 11, 0x91, 0, 10, 1, b'x']), [(10, 11)]);
    }

    #[test]
    fn lies_are_refused_before_memory_is_taken() {
        let mut out = Vec::new();
        let huge = [1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 1, b'x'];
        assert!(apply(b"a", &huge, &mut out, &mut Seams::default()).is_err());
        assert_eq!(out.capacity(), 0);
        assert!(apply(b"a", &[1, 4, 0x91, 9, 4], &mut out, &mut Seams::default()).is_err());
        assert!(apply(b"a", &[1, 0, 0], &mut out, &mut Seams::default()).is_err());
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(base in prop::collection::vec(any::<u8>(), 0..50),
                                  delta in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = apply(&base, &delta, &mut Vec::new(), &mut Seams::default());
        }
    }
}
