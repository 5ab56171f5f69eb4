//! The index of a pack, `*.idx`, versions 1 and 2: which object starts at which offset.
//! Format: `gitformat-pack(5)`.

use crate::model::ObjectId;

/// Length of a SHA-1 name.
const NAME: usize = 20;
const FANOUT: usize = 256 * 4;
const MAGIC: [u8; 4] = [0xFF, b't', b'O', b'c'];

/// One object of a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Located {
    /// Where its entry starts in the pack.
    pub(crate) offset: u64,
    /// Its name.
    pub(crate) id: ObjectId,
}

/// All objects of a pack in the order of their offsets.
///
/// # Errors
/// In words, if `data` is not a whole index of a known version.
pub(crate) fn parse(data: &[u8]) -> Result<Vec<Located>, &'static str> {
    let mut all = if data.starts_with(&MAGIC) { version_2(data)? } else { version_1(data)? };
    all.sort_unstable_by_key(|l| l.offset);
    if all.windows(2).any(|w| w[0].offset == w[1].offset) {
        return Err("two objects at one offset");
    }
    Ok(all)
}

fn version_1(data: &[u8]) -> Result<Vec<Located>, &'static str> {
    let count = count(data.get(..FANOUT).ok_or("cut short")?)?;
    let rows = table(data, FANOUT, count, 4 + NAME)?;
    let rows = rows.chunks_exact(4 + NAME);
    rows.map(|r| Ok(Located { offset: u64::from(be32(r)), id: id(&r[4..])? })).collect()
}

fn version_2(data: &[u8]) -> Result<Vec<Located>, &'static str> {
    if data.get(4..8) != Some(&[0, 0, 0, 2]) {
        return Err("unknown version");
    }
    let count = count(data.get(8..8 + FANOUT).ok_or("cut short")?)?;
    let names_at = 8 + FANOUT;
    let names = table(data, names_at, count, NAME)?;
    let offsets_at = names_at + count * (NAME + 4);
    let offsets = table(data, offsets_at, count, 4)?;
    let large = data.get(offsets_at + count * 4..).unwrap_or_default();
    let located = |(name, offset): (&[u8], &[u8])| {
        Ok(Located { offset: wide_offset(be32(offset), large)?, id: id(name)? })
    };
    names.chunks_exact(NAME).zip(offsets.chunks_exact(4)).map(located).collect()
}

/// The fan-out table must rise; its last number is the count of objects.
fn count(fanout: &[u8]) -> Result<usize, &'static str> {
    let sums: Vec<u32> = fanout.chunks_exact(4).map(be32).collect();
    if sums.windows(2).any(|w| w[0] > w[1]) {
        return Err("fan-out table does not rise");
    }
    Ok(sums.last().map_or(0, |&n| n as usize))
}

fn table(data: &[u8], at: usize, count: usize, width: usize) -> Result<&[u8], &'static str> {
    let len = count.checked_mul(width).ok_or("too many objects")?;
    data.get(at..at.saturating_add(len)).ok_or("cut short")
}

fn wide_offset(offset: u32, large: &[u8]) -> Result<u64, &'static str> {
    if offset & 0x8000_0000 == 0 {
        return Ok(u64::from(offset));
    }
    let at = (offset & 0x7FFF_FFFF) as usize * 8;
    let bytes = large.get(at..at + 8).ok_or("offset outside of its table")?;
    Ok(bytes.iter().fold(0, |n, &b| n << 8 | u64::from(b)))
}

fn be32(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |n, &b| n << 8 | u32::from(b))
}

fn id(bytes: &[u8]) -> Result<ObjectId, &'static str> {
    ObjectId::from_bytes(bytes).ok_or("not a name")
}
