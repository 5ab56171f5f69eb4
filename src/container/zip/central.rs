//! The directory at the end of a zip.

use super::entry::Entry;
use super::{CENTRAL, Seen};
use crate::container::bytes::{le, part};
use crate::container::out::Out;
use crate::container::window::Window;
use crate::model::Reason;
use std::io;

/// How far from the end a directory may end: the longest comment.
const COMMENT: usize = 0xffff + super::END;

/// Shows the entries of the directory that `seen` lacks, or has otherwise.
pub(super) fn read(bytes: &[u8], seen: &Seen, out: &mut Out<'_, '_>) -> io::Result<()> {
    let from = bytes.len().saturating_sub(COMMENT);
    let tail = bytes.get(from..).unwrap_or_default();
    let Some(end) = memchr::memmem::rfind(tail, b"PK\x05\x06").map(|at| from + at) else {
        out.gap(b"", Reason::Corrupt, "it has no directory: it may be cut off");
        return Ok(());
    };
    let Some((mut at, shift)) = directory(bytes, end) else { return Ok(()) };
    // What the directory tells was shown already, by its place and its way of packing.
    let mut shown: Seen = Seen::new();
    while bytes.get(at..).is_some_and(|b| b.starts_with(CENTRAL)) {
        out.meter.entry()?;
        let Some((mut entry, len)) = Entry::listed(part(bytes, at, usize::MAX)) else { break };
        at = at.saturating_add(len);
        let place = entry.at.saturating_add(shift);
        let known = |seen: &Seen| seen.get(&place).is_some_and(|s| s.agrees(&entry));
        if !known(seen) && !known(&shown) {
            show(bytes, place, &mut entry, out)?;
            shown.insert(place, entry);
        }
    }
    Ok(())
}

/// Where the directory begins, and how much stands before the archive that offsets do not count.
fn directory(bytes: &[u8], end: usize) -> Option<(usize, u64)> {
    let (mut len, mut start) = (le::<4>(bytes, end + 12)?, le::<4>(bytes, end + 16)?);
    let mut end = end as u64;
    // The larger form of the end stands before the small one, and is pointed to between them.
    let pointer = usize::try_from(end).ok()?.checked_sub(20);
    let large = pointer.filter(|at| part(bytes, *at, 4) == b"PK\x06\x07").and_then(|at| {
        let told = usize::try_from(le::<8>(bytes, at + 8)?).ok();
        // Or else it stands right there.
        [told, at.checked_sub(56)]
            .into_iter()
            .flatten()
            .find(|a| part(bytes, *a, 4) == b"PK\x06\x06")
    });
    if let Some(at) = large {
        (len, start) = (le::<8>(bytes, at + 40)?, le::<8>(bytes, at + 48)?);
        end = at as u64;
    }
    let real = end.checked_sub(len)?;
    let at = usize::try_from(real).ok()?;
    if part(bytes, at, 4) == CENTRAL {
        return Some((at, real.saturating_sub(start)));
    }
    Some((usize::try_from(start).ok()?, 0))
}

fn show(bytes: &[u8], place: u64, entry: &mut Entry, out: &mut Out<'_, '_>) -> io::Result<()> {
    let at = usize::try_from(place).unwrap_or(usize::MAX);
    let head = part(bytes, at, 30);
    let Some((_, (name, extra))) = Entry::local(head) else {
        out.gap(&entry.name, Reason::Corrupt, "the directory names it, but it is not there");
        return Ok(());
    };
    let mut data = part(bytes, at + 30 + name + extra, usize::MAX);
    let mut source = Window::new(&mut data);
    entry.read(&mut source, out)
}
