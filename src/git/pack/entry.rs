//! The head of one entry of a pack. Format: `gitformat-pack(5)`.

use crate::git::Kind;
use crate::model::ObjectId;

/// What an entry is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base {
    /// Nothing: it is stored whole.
    Whole(Kind),
    /// The entry that starts at this offset of the same pack.
    Offset(u64),
    /// The object of this name.
    Name(ObjectId),
}

/// The head of an entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    /// What it is made from.
    pub(crate) base: Base,
    /// Length of the inflated data: of the object, or of the delta.
    pub(crate) size: u64,
    /// Where the deflated data starts.
    pub(crate) data: u64,
}

/// Reads the head of the entry at `offset`.
///
/// # Errors
/// In words, if it is cut or of an unknown kind.
pub(crate) fn parse(pack: &[u8], offset: u64) -> Result<Entry, &'static str> {
    let mut at = usize::try_from(offset).map_err(|_| "offset too large")?;
    let first = next(pack, &mut at)?;
    let mut size = u64::from(first & 0xF);
    let mut shift = 4;
    let mut more = first & 0x80 != 0;
    while more {
        let b = next(pack, &mut at)?;
        if shift > 57 {
            return Err("size too large");
        }
        size |= u64::from(b & 0x7F) << shift;
        shift += 7;
        more = b & 0x80 != 0;
    }
    let base = match first >> 4 & 7 {
        1 => Base::Whole(Kind::Commit),
        2 => Base::Whole(Kind::Tree),
        3 => Base::Whole(Kind::Blob),
        4 => Base::Whole(Kind::Tag),
        6 => Base::Offset(
            offset.checked_sub(distance(pack, &mut at)?).ok_or("base before the pack")?,
        ),
        7 => {
            let name = pack.get(at..at + 20).ok_or("cut short")?;
            at += 20;
            Base::Name(ObjectId::from_bytes(name).ok_or("not a name")?)
        }
        _ => return Err("unknown kind of entry"),
    };
    Ok(Entry { base, size, data: at as u64 })
}

/// The distance back to the base, in git's base-128 form with its offset of one a byte.
fn distance(pack: &[u8], at: &mut usize) -> Result<u64, &'static str> {
    let mut b = next(pack, at)?;
    let mut n = u64::from(b & 0x7F);
    while b & 0x80 != 0 {
        b = next(pack, at)?;
        n = n.checked_add(1).filter(|n| n >> 57 == 0).ok_or("distance too large")?;
        n = n << 7 | u64::from(b & 0x7F);
    }
    if n == 0 { Err("an entry made from itself") } else { Ok(n) }
}

fn next(pack: &[u8], at: &mut usize) -> Result<u8, &'static str> {
    let b = *pack.get(*at).ok_or("cut short")?;
    *at += 1;
    Ok(b)
}
