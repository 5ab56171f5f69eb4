//! The index as it lies on disk, for the forms that libgit2 does not know: split and sparse ones.
//! git knows them too, but writes to the repository when it reads them. Format:
//! `gitformat-index(5)`.

use super::ewah;
use super::staged::Staged;
use crate::model::ObjectId;
use std::collections::BTreeMap;

/// What one file of an index says.
#[derive(Debug, Default)]
pub(crate) struct IndexFile {
    /// Its entries, in order. In a split index, some have no path.
    pub(crate) entries: Vec<Raw>,
    /// What it is a change of, if it is split.
    pub(crate) link: Option<Link>,
    /// The last bytes of the file: its hash, or zeros.
    pub(crate) hash: Vec<u8>,
}

/// An entry.
#[derive(Debug, Clone)]
pub(crate) struct Raw {
    pub(crate) staged: Staged,
    /// Of `git add --intent-to-add`: nothing is staged.
    pub(crate) intent: bool,
}

/// The other half of a split index.
#[derive(Debug)]
pub(crate) struct Link {
    /// The hash of the shared file, which is in its name too.
    pub(crate) base: ObjectId,
    /// Positions of entries of the shared file that are gone.
    deleted: Vec<usize>,
    /// Positions of entries that the entries without path replace, in order.
    replaced: Vec<usize>,
}

type Words<T> = Result<T, &'static str>;

/// Reads an index file with ids of `width` bytes.
///
/// # Errors
/// In words, if it is damaged, or needs an extension that is not known here.
pub(crate) fn parse(data: &[u8], width: usize) -> Words<IndexFile> {
    let body = data.len().checked_sub(width).ok_or("cut short")?;
    let (body, hash) = data.split_at_checked(body).ok_or("cut short")?;
    let mut rest = body.strip_prefix(b"DIRC").ok_or("not an index")?;
    let version = number(&mut rest)?;
    if !(2..=4).contains(&version) {
        return Err("unknown version");
    }
    let count = number(&mut rest)?;
    let mut file = IndexFile { hash: hash.to_vec(), ..IndexFile::default() };
    let mut path = Vec::new();
    for _ in 0..count {
        let entry = entry(&mut rest, width, version, &mut path)?;
        file.entries.push(entry);
    }
    while !rest.is_empty() {
        let name = take(&mut rest, 4)?;
        let size = number(&mut rest)? as usize;
        let content = take(&mut rest, size)?;
        match name {
            b"link" => file.link = Some(link(content, width)?),
            b"sdir" => {}
            [first, ..] if first.is_ascii_uppercase() => {}
            _ => return Err("unknown extension"),
        }
    }
    Ok(file)
}

fn entry(rest: &mut &[u8], width: usize, version: u32, path: &mut Vec<u8>) -> Words<Raw> {
    let before = rest.len();
    take(rest, 24)?;
    let mode = number(rest)?;
    take(rest, 12)?;
    let id = ObjectId::from_bytes(take(rest, width)?).ok_or("not an id")?;
    let flags = short(rest)?;
    let extended = if flags & 0x4000 == 0 { 0 } else { short(rest)? };
    if version == 4 {
        let cut = distance(rest)?;
        path.truncate(path.len().checked_sub(cut).ok_or("path cut too far")?);
    } else {
        path.clear();
    }
    let end = memchr::memchr(0, rest).ok_or("path without end")?;
    path.extend_from_slice(take(rest, end)?);
    let pad = if version == 4 { 1 } else { 8 - (before - rest.len()) % 8 };
    take(rest, pad)?;
    let stage = (flags >> 12 & 3) as u8;
    let staged = Staged { path: path.clone(), stage, id, mode };
    Ok(Raw { staged, intent: extended & 0x2000 != 0 })
}

fn link(mut content: &[u8], width: usize) -> Words<Link> {
    let base = ObjectId::from_bytes(take(&mut content, width)?).ok_or("not an id")?;
    let [mut deleted, mut replaced] = [Vec::new(), Vec::new()];
    if !content.is_empty() {
        deleted = ewah::positions(&mut content)?;
        replaced = ewah::positions(&mut content)?;
    }
    Ok(Link { base, deleted, replaced })
}

/// The entries of `base` with the changes of `file`, which has `link`.
///
/// # Errors
/// In words, if the two do not fit together.
pub(crate) fn merge(base: IndexFile, link: &Link, file: Vec<Raw>) -> Words<Vec<Raw>> {
    let mut old: Vec<Option<Raw>> = base.entries.into_iter().map(Some).collect();
    let mut own = file.into_iter();
    for at in &link.replaced {
        let new = own.next().filter(|e| e.staged.path.is_empty()).ok_or("too few entries")?;
        let slot =
            old.get_mut(*at).and_then(Option::as_mut).ok_or("replaces what is not there")?;
        let path = std::mem::take(&mut slot.staged.path);
        *slot = Raw { staged: Staged { path, ..new.staged }, ..new };
    }
    for at in &link.deleted {
        *old.get_mut(*at).ok_or("deletes what is not there")? = None;
    }
    let place = |e: &Raw| (e.staged.path.clone(), e.staged.stage);
    let mut all: BTreeMap<_, Raw> = old.into_iter().flatten().map(|e| (place(&e), e)).collect();
    for new in own {
        if new.staged.path.is_empty() {
            return Err("too many entries");
        }
        all.insert(place(&new), new);
    }
    Ok(all.into_values().collect())
}

/// Takes `n` bytes off the front.
pub(crate) fn take<'a>(rest: &mut &'a [u8], n: usize) -> Words<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(n).ok_or("cut short")?;
    *rest = tail;
    Ok(head)
}

/// Takes a number of 4 bytes off the front.
pub(crate) fn number(rest: &mut &[u8]) -> Words<u32> {
    Ok(take(rest, 4)?.iter().fold(0, |n, &b| n << 8 | u32::from(b)))
}

fn short(rest: &mut &[u8]) -> Words<u16> {
    Ok(take(rest, 2)?.iter().fold(0, |n, &b| n << 8 | u16::from(b)))
}

/// A number in git's base-128 form with its offset of one a byte.
fn distance(rest: &mut &[u8]) -> Words<usize> {
    let mut n = 0usize;
    for more in 0..5 {
        let b = take(rest, 1)?.first().copied().unwrap_or(0);
        n = (n + usize::from(more > 0)) << 7 | usize::from(b & 0x7F);
        if b & 0x80 == 0 {
            return Ok(n);
        }
    }
    Err("number too large")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_makes_it_panic(version in 2u8..5, tail in prop::collection::vec(any::<u8>(), 0..200)) {
            let head = [b"DIRC\0\0\0".as_slice(), &[version, 0, 0, 0, 1]].concat();
            let _ = super::parse(&[head, tail].concat(), 20);
        }
    }
}
