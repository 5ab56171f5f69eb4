//! SQLite: rows with their columns apart, where in the file they run into each other; also rows
//! that were deleted and not yet written over, on pages in use, on free ones and in the log.

use super::Input;
use super::bytes::{be, be_size, part};
use super::carve;
use super::out::Out;
use std::io;

const MAGIC: &[u8] = b"SQLite format 3\0";
/// The heads of the log of changes, by the order of their sums.
const LOGS: [&[u8]; 2] = [b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83"];
/// The kinds of pages that hold rows: of tables, and of indexes.
const TABLE: u8 = 13;
const INDEXES: [u8; 2] = [2, 10];
/// A row with more columns than this is none.
const COLUMNS: usize = 2000;
/// Rows are shown when they are as long as this together.
const FULL: usize = 1 << 20;

pub(super) fn is(head: &[u8]) -> bool {
    head.starts_with(MAGIC) || LOGS.iter().any(|log| head.starts_with(log))
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    let bytes = &all.bytes[..];
    let is_log = !bytes.starts_with(MAGIC);
    let size = if is_log { be_size::<4>(bytes, 8) } else { be_size::<2>(bytes, 16) };
    // One stands for 65,536, which has no room in two bytes.
    let size = size.map_or(4096, |n| if n == 1 { 0x1_0000 } else { n });
    let size = if size.is_power_of_two() && size >= 512 { size } else { 4096 };
    let (first, step) = if is_log { (32 + 24, size + 24) } else { (0, size) };
    let encoding = if is_log { 1 } else { be::<4>(bytes, 56).unwrap_or(1) };
    let file = File {
        bytes,
        size,
        usable: size - usize::from(*bytes.get(20).filter(|_| !is_log).unwrap_or(&0)),
        is_log,
    };
    let mut text = Vec::new();
    let mut at = first;
    while at < bytes.len() {
        out.meter.entry()?;
        file.page(at, &mut text, &mut |text| rows(text, encoding, out))?;
        at += step;
    }
    rows(&mut text, encoding, out)
}

/// Shows rows, in the encoding of the file. What is in UTF-16 is shown as bytes that say so.
fn rows(text: &mut Vec<u8>, encoding: u64, out: &mut Out<'_, '_>) -> io::Result<()> {
    let mut shown = out.bytes(b"rows", text);
    if memchr::memchr(0, text).is_some() {
        shown = shown.and(carve::read(Input::Whole(text), out));
    }
    if matches!(encoding, 2 | 3) {
        // Ends of lines and columns are single bytes; without NUL the text is mostly plain.
        let plain: Vec<u8> = text.iter().copied().filter(|b| *b != 0).collect();
        out.bytes(b"rows", &plain)?;
    }
    text.clear();
    shown
}

/// Shows what was gathered.
type Show<'s> = dyn FnMut(&mut Vec<u8>) -> io::Result<()> + 's;

struct File<'a> {
    bytes: &'a [u8],
    size: usize,
    usable: usize,
    is_log: bool,
}

impl File<'_> {
    /// Appends the rows on the page at `at`.
    fn page(&self, at: usize, text: &mut Vec<u8>, show: &mut Show<'_>) -> io::Result<()> {
        let page = part(self.bytes, at, self.size);
        let head = if at == 0 && !self.is_log { 100 } else { 0 };
        let kind = page.get(head).copied().unwrap_or(0);
        let is_index = INDEXES.contains(&kind);
        if kind != TABLE && !is_index {
            // Free pages and the like keep what they held, but for their first bytes.
            self.leftovers(page, 8, page.len(), text);
            return if text.len() > FULL { show(text) } else { Ok(()) };
        }
        let inner = usize::from(kind == INDEXES[0]) * 4;
        let count = be_size::<2>(page, head + 3).unwrap_or(0);
        let pointers = head + 8 + inner;
        let mut lowest = page.len();
        for cell in (0..count).map_while(|n| be_size::<2>(page, pointers + 2 * n)) {
            lowest = lowest.min(cell);
            self.cell(page, cell + inner, is_index, text);
            // Cells may claim the same bytes over and over: they are counted as they are shown.
            if text.len() > FULL {
                show(text)?;
            }
        }
        self.leftovers(page, pointers + 2 * count, lowest, text);
        self.free_blocks(page, be_size::<2>(page, head + 1).unwrap_or(0), text);
        if text.len() > FULL { show(text) } else { Ok(()) }
    }

    /// Appends the row in the cell at `at`, with what of it stands on other pages.
    fn cell(&self, page: &[u8], at: usize, is_index: bool, text: &mut Vec<u8>) {
        let Some((len, mut from)) = number(page, at) else { return };
        if !is_index {
            let Some((_, end)) = number(page, from) else { return };
            from = end;
        }
        let most = if is_index { (self.usable - 12) * 64 / 255 - 23 } else { self.usable - 35 };
        if len <= most {
            record(part(page, from, len), text);
            return;
        }
        let least = (self.usable - 12) * 32 / 255 - 23;
        let kept = least + (len - least) % (self.usable - 4);
        let kept = if kept <= most { kept } else { least };
        let mut all = part(page, from, kept).to_vec();
        let mut next = be_size::<4>(page, from + kept).unwrap_or(0);
        // Each page is met once at most: the text cannot be longer than the file.
        let len = len.min(self.bytes.len());
        while next > 1 && all.len() < len && !self.is_log {
            let other = part(self.bytes, (next - 1).saturating_mul(self.size), self.usable);
            all.extend_from_slice(part(other, 4, len - all.len()));
            next = if other.len() > 4 { be_size::<4>(other, 0).unwrap_or(0) } else { 0 };
        }
        record(&all, text);
    }

    /// Appends rows that stand whole where nothing is said to stand.
    fn leftovers(&self, page: &[u8], from: usize, to: usize, text: &mut Vec<u8>) {
        // Guesses may be wrong, and must not be many.
        let most = text.len() + 4 * page.len();
        let mut at = from;
        while at < to.min(page.len()) {
            let row = number(page, at).and_then(|(len, next)| {
                let (_, start) = number(page, next)?;
                let bytes = page.get(start..start.checked_add(len)?).filter(|_| len > 4)?;
                record(bytes, text).then_some(start + len)
            });
            let block = be_size::<2>(page, at + 2).filter(|n| *n >= 8 && at + n <= to);
            if let (None, Some(len)) = (row, block.filter(|_| text.len() < most)) {
                regain(part(page, at, len), 4, text);
            }
            at = row.unwrap_or(at + 1);
        }
    }

    /// Appends deleted rows, whose first four bytes were written over.
    fn free_blocks(&self, page: &[u8], mut at: usize, text: &mut Vec<u8>) {
        for _ in 0..self.size / 4 {
            let (Some(next), Some(len)) = (be_size::<2>(page, at), be_size::<2>(page, at + 2))
            else {
                return;
            };
            if at == 0 {
                return;
            }
            let block = part(page, at, len);
            // The bytes that are gone told lengths, the number of the row and perhaps the kinds
            // of its first columns; what is left over in the end are these columns.
            for kinds in 4..block.len().min(10) {
                regain(block, kinds, text);
            }
            self.leftovers(page, at + 4, at + len, text);
            if next <= at {
                return;
            }
            at = next;
        }
    }
}

/// Appends the columns of a row; answers whether it is one.
fn record(row: &[u8], text: &mut Vec<u8>) -> bool {
    let Some((head, mut at)) = number(row, 0).filter(|(n, _)| *n > 1 && *n <= row.len()) else {
        return false;
    };
    let mut kinds = Vec::new();
    while at < head && kinds.len() < COLUMNS {
        let Some((kind, next)) = number(row, at) else { return false };
        (at, _) = (next, kinds.push(kind));
    }
    let whole: usize = kinds.iter().map(|k| len_of(*k)).fold(head, usize::saturating_add);
    if at != head || whole != row.len() {
        // A row of which a part was lost says the rest.
        return false;
    }
    columns(row, head, &kinds, text);
    true
}

fn columns(row: &[u8], mut at: usize, kinds: &[usize], text: &mut Vec<u8>) {
    for kind in kinds {
        let len = len_of(*kind);
        if *kind >= 12 {
            text.extend_from_slice(part(row, at, len));
            text.push(b'\t');
        }
        at += len;
    }
    text.push(b'\n');
}

/// Appends the columns of a block whose kinds begin at `at`, if the lengths fit.
fn regain(block: &[u8], mut at: usize, text: &mut Vec<u8>) {
    let mut kinds = Vec::new();
    let mut sum = 0_usize;
    while let Some((kind, next)) = number(block, at).filter(|_| kinds.len() < 64) {
        at = next;
        kinds.push(kind);
        sum = sum.saturating_add(len_of(kind));
        let Some(rest) = block.len().checked_sub(at).and_then(|n| n.checked_sub(sum)) else {
            return;
        };
        let is_text = kinds.iter().any(|k| *k >= 13 + 2 * 16);
        if is_text && rest < 64 {
            text.extend_from_slice(part(block, at, rest));
            text.push(b'\t');
            columns(block, at + rest, &kinds, text);
        }
    }
}

/// The length of a column of that kind.
fn len_of(kind: usize) -> usize {
    match kind {
        0 | 8 | 9 => 0,
        1..=4 => kind,
        5 => 6,
        6 | 7 => 8,
        _ => (kind.saturating_sub(12)) / 2,
    }
}

/// A number in groups of seven bits, high ones first, and where it ends.
fn number(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let mut all = 0_u64;
    for n in 0..9 {
        let byte = u64::from(*bytes.get(at.checked_add(n)?)?);
        if n == 8 {
            all = all << 8 | byte;
            return Some((usize::try_from(all).ok()?, at + 9));
        }
        all = all << 7 | byte & 0x7f;
        if byte & 0x80 == 0 {
            return Some((usize::try_from(all).ok()?, at + n + 1));
        }
    }
    None
}
