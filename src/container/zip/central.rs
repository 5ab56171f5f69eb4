//! The directory at the end of a zip.

use super::entry::Entry;
use super::{CENTRAL, Seen};
use crate::container::bytes::{le, le_size, part};
use crate::container::out::{Out, WRONG};
use crate::container::window::Window;
use crate::model::Reason;
use std::collections::BTreeSet;
use std::io;

/// How far from the end a directory may end: the longest comment.
const COMMENT: usize = 0xffff + super::END;

/// Shows the entries of the directory that `seen` lacks, or has otherwise.
/// Answers where the archive ends.
pub(super) fn read(bytes: &[u8], seen: &Seen, out: &mut Out<'_, '_>) -> io::Result<usize> {
    let from = bytes.len().saturating_sub(COMMENT);
    let tail = bytes.get(from..).unwrap_or_default();
    let Some(end) = memchr::memmem::rfind(tail, b"PK\x05\x06").map(|at| from + at) else {
        out.gap(b"", Reason::Corrupt, "it has no directory: it may be cut off");
        return Ok(bytes.len());
    };
    let comment = le_size::<2>(bytes, end + 20).unwrap_or(0);
    let behind = end.saturating_add(super::END).saturating_add(comment);
    let Some((mut at, shift)) = directory(bytes, end) else { return Ok(behind) };
    // What the directory tells was shown already, by its place and its way of packing.
    let mut shown: Seen = Seen::new();
    let mut listed = BTreeSet::new();
    while bytes.get(at..).is_some_and(|b| b.starts_with(CENTRAL)) {
        out.meter.entry()?;
        let Some((mut entry, len)) = Entry::listed(part(bytes, at, usize::MAX)) else { break };
        at = at.saturating_add(len);
        let place = entry.at.saturating_add(shift);
        let known = |seen: &Seen| seen.get(&place).is_some_and(|s| s.agrees(&entry));
        listed.insert(place);
        if known(seen) {
            // An entry of which the sum is told behind it is told of here, and only here.
            check(seen.get(&place), Some(&entry), out);
        } else if !known(&shown) {
            show(bytes, place, &mut entry, out)?;
            check(Some(&entry), None, out);
            shown.insert(place, entry);
        }
    }
    let others = seen.iter().filter(|(place, _)| !listed.contains(place));
    others.for_each(|(_, entry)| check(Some(entry), None, out));
    Ok(behind)
}

fn check(entry: Option<&Entry>, other: Option<&Entry>, out: &mut Out<'_, '_>) {
    if let Some(entry) = entry.filter(|entry| !entry.is_whole(other)) {
        out.gap(&entry.name, Reason::Corrupt, WRONG);
    }
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
