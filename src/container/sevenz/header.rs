//! The header of a 7z archive: what is packed where, and how files are called.

/// More files or folders than this are a lie.
const MOST: u64 = 1 << 20;
/// A folder with more inputs or outputs than this is none.
const LINKS: usize = 64;

/// What a header says.
pub(super) enum Header {
    /// The streams, and the names of the files in them.
    Files(Streams, Vec<Vec<u8>>),
    /// The streams in which the header itself is packed.
    Packed(Streams),
}

/// Where the packed streams are, and what they say.
#[derive(Default)]
pub(super) struct Streams {
    /// Where the first begins.
    pub(super) at: u64,
    /// The length of each.
    pub(super) sizes: Vec<u64>,
    pub(super) folders: Vec<Folder>,
}

/// Files that are packed together.
#[derive(Default, Clone)]
pub(super) struct Folder {
    /// Ways of packing, by number, with their properties.
    pub(super) coders: Vec<(u64, Vec<u8>)>,
    /// How many streams it is packed in.
    pub(super) packed: usize,
    /// Its length, unpacked.
    pub(super) len: u64,
    /// The lengths of its files,
    pub(super) files: Vec<u64>,
    /// and their sums, if they are told.
    pub(super) sums: Vec<Option<u32>>,
    outs: usize,
    /// The output that is no other's input.
    last: usize,
    /// The sum of all of it.
    sum: Option<u32>,
}

/// Reads a header; `None` if it is damaged.
pub(super) fn read(bytes: &[u8]) -> Option<Header> {
    let mut from = Cursor(bytes);
    match from.byte()? {
        0x17 => Some(Header::Packed(streams(&mut from)?)),
        0x01 => files(&mut from),
        _ => None,
    }
}

fn files(from: &mut Cursor<'_>) -> Option<Header> {
    let (mut all, mut names) = (Streams::default(), Vec::new());
    loop {
        match from.byte()? {
            0 => return Some(Header::Files(all, names)),
            4 => all = streams(from)?,
            5 => names = with_content(from)?,
            // Properties of the archive: kinds and lengths up to a zero.
            2 => {
                while from.byte()? != 0 {
                    from.block()?;
                }
            }
            _ => return None,
        }
    }
}

/// The names of files that are not empty.
fn with_content(from: &mut Cursor<'_>) -> Option<Vec<Vec<u8>>> {
    let count = from.count()?;
    let (mut names, mut empty) = (Vec::new(), vec![false; count]);
    loop {
        let kind = from.number()?;
        if kind == 0 {
            break;
        }
        let block = from.block()?;
        match kind {
            0x0e => empty = Cursor(block).bits(count)?,
            0x11 => names = utf16_names(block.get(1..)?),
            _ => {}
        }
    }
    let full = names.into_iter().zip(empty).filter(|(_, empty)| !empty);
    Some(full.map(|(name, _)| name).collect())
}

fn utf16_names(bytes: &[u8]) -> Vec<Vec<u8>> {
    let units: Vec<u16> =
        bytes.as_chunks::<2>().0.iter().map(|b| u16::from_le_bytes(*b)).collect();
    units.split(|u| *u == 0).map(|n| String::from_utf16_lossy(n).into_bytes()).collect()
}

fn streams(from: &mut Cursor<'_>) -> Option<Streams> {
    let mut all = Streams::default();
    loop {
        match from.byte()? {
            0 => break,
            6 => {
                all.at = from.number()?;
                let count = from.count()?;
                from.sections(|kind, from| match kind {
                    9 => (0..count)
                        .map(|_| from.number())
                        .collect::<Option<_>>()
                        .map(|s| all.sizes = s),
                    _ => from.sums(count).map(drop),
                })?;
            }
            7 => all.folders = folders(from)?,
            8 => substreams(from, &mut all.folders)?,
            _ => return None,
        }
    }
    for folder in all.folders.iter_mut().filter(|f| f.files.is_empty()) {
        folder.files.push(folder.len);
        folder.sums.push(folder.sum);
    }
    Some(all)
}

fn folders(from: &mut Cursor<'_>) -> Option<Vec<Folder>> {
    if from.byte()? != 0x0b {
        return None;
    }
    let count = from.count()?;
    if from.byte()? != 0 {
        return None;
    }
    let mut all = (0..count).map(|_| folder(from)).collect::<Option<Vec<_>>>()?;
    from.sections(|kind, from| match kind {
        0x0c => all.iter_mut().try_for_each(|folder| {
            for n in 0..folder.outs {
                let len = from.number()?;
                if n == folder.last {
                    folder.len = len;
                }
            }
            Some(())
        }),
        _ => {
            let sums = from.sums(count)?;
            all.iter_mut().zip(sums).for_each(|(folder, sum)| folder.sum = sum);
            Some(())
        }
    })?;
    Some(all)
}

fn folder(from: &mut Cursor<'_>) -> Option<Folder> {
    let mut folder = Folder::default();
    let mut ins = 0;
    for _ in 0..from.count()?.min(32) {
        let flags = from.byte()?;
        let id =
            from.take(usize::from(flags & 0xf))?.iter().fold(0, |n, b| n << 8 | u64::from(*b));
        let (i, o) = if flags & 0x10 != 0 { (from.count()?, from.count()?) } else { (1, 1) };
        (ins, folder.outs) = (ins + i, folder.outs + o);
        let properties = if flags & 0x20 != 0 { from.block()?.to_vec() } else { Vec::new() };
        folder.coders.push((id, properties));
    }
    if ins > LINKS || folder.outs > LINKS {
        return None;
    }
    let pairs = folder.outs.checked_sub(1)?;
    let mut bound = Vec::new();
    for _ in 0..pairs {
        from.number()?;
        bound.push(from.number()?);
    }
    folder.last = (0..folder.outs).find(|n| !bound.contains(&(*n as u64)))?;
    folder.packed = ins.checked_sub(pairs)?;
    if folder.packed > 1 {
        (0..folder.packed).try_for_each(|_| from.number().map(drop))?;
    }
    Some(folder)
}

/// How the folders are divided into files.
fn substreams(from: &mut Cursor<'_>, folders: &mut [Folder]) -> Option<()> {
    let mut counts = vec![1; folders.len()];
    let mut kind = from.byte()?;
    if kind == 0x0d {
        counts = folders.iter().map(|_| from.count()).collect::<Option<_>>()?;
        kind = from.byte()?;
    }
    for (folder, count) in folders.iter_mut().zip(&counts) {
        if *count > 1 && kind != 9 {
            return None;
        }
        let mut left = folder.len;
        for _ in 1..*count {
            let len = from.number()?;
            left = left.saturating_sub(len);
            folder.files.push(len);
        }
        if *count > 0 {
            folder.files.push(left);
        }
    }
    if kind == 9 {
        kind = from.byte()?;
    }
    let untold = |folder: &Folder, count: usize| count != 1 || folder.sum.is_none();
    let all = folders.iter().zip(&counts);
    let number = all.filter(|(f, n)| untold(f, **n)).map(|(_, n)| n).sum();
    let mut sums = Vec::new();
    while kind != 0 {
        sums = from.sums(number)?;
        kind = from.byte()?;
    }
    let mut sums = sums.into_iter();
    for (folder, count) in folders.iter_mut().zip(&counts) {
        folder.sums = match untold(folder, *count) {
            true => sums.by_ref().take(*count).collect(),
            false => vec![folder.sum],
        };
    }
    Some(())
}

/// Bytes that are read from front to back.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    /// A number whose first byte tells by its high bits how many follow.
    fn number(&mut self) -> Option<u64> {
        let first = self.byte()?;
        let more = first.leading_ones();
        let low = self.take(more as usize)?.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b));
        let high = if more >= 7 { 0 } else { u64::from(first & (0x7f >> more)) };
        Some(low | high.checked_shl(8 * more).unwrap_or(0))
    }

    /// A number of things that are told one by one, which must have room.
    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number().filter(|n| *n <= MOST)?).ok()
    }

    fn block(&mut self) -> Option<&'a [u8]> {
        let len = self.number()?;
        self.take(usize::try_from(len).ok()?)
    }

    fn bits(&mut self, n: usize) -> Option<Vec<bool>> {
        let bytes = self.take(n.div_ceil(8))?;
        Some(
            (0..n)
                .map(|at| bytes.get(at / 8).is_some_and(|b| b & 0x80 >> (at % 8) != 0))
                .collect(),
        )
    }

    /// Which of `n` are told: all, or those of a list.
    fn some(&mut self, n: usize) -> Option<Vec<bool>> {
        if self.byte()? == 0 { self.bits(n) } else { Some(vec![true; n]) }
    }

    fn sums(&mut self, n: usize) -> Option<Vec<Option<u32>>> {
        let told = self.some(n)?;
        told.into_iter().map(|told| if told { self.sum().map(Some) } else { Some(None) }).collect()
    }

    fn sum(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    /// Gives each section up to the last to `each`.
    fn sections(&mut self, mut each: impl FnMut(u8, &mut Self) -> Option<()>) -> Option<()> {
        loop {
            match self.byte()? {
                0 => return Some(()),
                kind => each(kind, self)?,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_length() {
        let number = |bytes: &[u8]| Cursor(bytes).number();
        assert_eq!(number(&[0x7f]), Some(0x7f));
        assert_eq!(number(&[0x81, 2]), Some(0x102));
        assert_eq!(number(&[0xc1, 2, 3]), Some(0x1_0302));
        assert_eq!(number(&[0xff, 1, 0, 0, 0, 0, 0, 0, 0x80]), Some(1 | 0x80 << 56));
        assert_eq!(number(&[0x81]), None);
    }
}
