//! Compound files of Microsoft: the documents of old offices, installers, saved mail, and macros.
//! Their streams are put together, as sectors of one may lie apart, and macros are unpacked.

use super::Input;
use super::bytes::{le, le_size, part};
use super::out::Out;
use crate::model::Reason;
use memchr::memmem;
use std::io;

const MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// Larger numbers of sectors have a meaning of their own.
const LAST: usize = 0xffff_fff9;
/// Where the file tells its first tables of sectors.
const TABLES: usize = 76;
/// Length of an entry of the directory.
const ENTRY: usize = 128;
/// How the source of a module begins when it is packed: eight letters as they are.
const MACRO: &[u8] = b"\0Attribut";
/// A chunk of a macro, unpacked.
const CHUNK: usize = 4096;

pub(super) fn is(head: &[u8]) -> bool {
    head.starts_with(MAGIC)
}

struct File<'a> {
    bytes: &'a [u8],
    size: usize,
    /// For each sector, which one follows.
    next: Vec<usize>,
}

/// Sectors of some size, and for each which one follows.
type Sectors<'a> = (&'a [u8], usize, &'a [usize]);

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    let bytes = &all.bytes[..];
    let size = 1 << le::<2>(bytes, 30).unwrap_or(9).clamp(7, 16);
    let mut file = File { bytes, size, next: Vec::new() };
    file.next = file.table();
    let number = |at: usize| le_size::<4>(bytes, at).unwrap_or(LAST + 1);
    let sectors = part(bytes, size, usize::MAX);
    let large = |start: usize, len: usize| chain((sectors, size, &file.next), start, len);
    let directory = large(number(48), bytes.len());
    let entries = || directory.chunks_exact(ENTRY);
    let root = entries().next().unwrap_or_default();
    let place = |entry: &[u8]| {
        let at = |from| le_size::<4>(entry, from).unwrap_or(LAST + 1);
        (at(116), at(120))
    };
    let (start, len) = place(root);
    let small = large(start, len);
    let small_table = numbers(&large(number(60), bytes.len()));
    let small_size = 1 << le::<2>(bytes, 32).unwrap_or(6).clamp(3, 12);
    for entry in entries().filter(|entry| entry.get(66) == Some(&2)) {
        out.meter.entry()?;
        let (start, len) = place(entry);
        let data = match len < number(56) {
            true => chain((&small, small_size, &small_table), start, len),
            false => large(start, len),
        };
        stream(&name(entry), &data, out)?;
    }
    Ok(())
}

impl File<'_> {
    fn table(&self) -> Vec<usize> {
        let mut tables = numbers(part(self.bytes, TABLES, 4 * 109));
        let mut more = le_size::<4>(self.bytes, 68).unwrap_or(LAST + 1);
        let most = self.bytes.len() / self.size;
        while more <= LAST && tables.len() <= most {
            let mut list = numbers(self.sector(more));
            more = list.pop().unwrap_or(LAST + 1);
            tables.extend(list);
        }
        let tables = tables.into_iter().filter(|n| *n <= LAST).take(most);
        tables.flat_map(|n| numbers(self.sector(n))).collect()
    }

    fn sector(&self, n: usize) -> &[u8] {
        part(self.bytes, n.saturating_add(1).saturating_mul(self.size), self.size)
    }
}

fn numbers(bytes: &[u8]) -> Vec<usize> {
    bytes.as_chunks::<4>().0.iter().map(|n| u32::from_le_bytes(*n) as usize).collect()
}

/// What stands in the sectors from `start` on, `len` bytes of it.
fn chain((bytes, size, next): Sectors<'_>, start: usize, len: usize) -> Vec<u8> {
    let (mut all, mut at) = (Vec::new(), start);
    // Each sector is met once at most.
    let len = len.min(bytes.len());
    while at <= LAST && all.len() < len {
        let sector = part(bytes, at.saturating_mul(size), size.min(len - all.len()));
        if sector.is_empty() {
            break;
        }
        all.extend_from_slice(sector);
        at = next.get(at).copied().unwrap_or(LAST + 1);
    }
    all
}

fn name(entry: &[u8]) -> Vec<u8> {
    let len = le_size::<2>(entry, 64).unwrap_or(0).clamp(2, 64) - 2;
    let units = part(entry, 0, len).as_chunks::<2>().0.iter().map(|u| u16::from_le_bytes(*u));
    let text: String = char::decode_utf16(units).map(|c| c.unwrap_or('?')).collect();
    text.trim_matches(char::is_control).as_bytes().to_vec()
}

fn stream(name: &[u8], data: &[u8], out: &mut Out<'_, '_>) -> io::Result<()> {
    if name == b"EncryptedPackage" {
        out.gap(name, Reason::Encrypted, "it is encrypted");
        return Ok(());
    }
    out.bytes(name, data)?;
    for at in memmem::find_iter(data, MACRO) {
        // A mark, and the head of the first chunk.
        let packed = part(data, at.saturating_sub(3), usize::MAX);
        if at >= 3 && packed.first() == Some(&1) {
            out.bytes(&[name, b" (macro)"].concat(), &unpacked(part(packed, 1, usize::MAX)))?;
        }
    }
    Ok(())
}

/// Unpacks a macro, chunk by chunk, as [MS-OVBA] 2.4.1 tells it.
fn unpacked(mut packed: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    while let Some(head) = le_size::<2>(packed, 0).filter(|head| head & 0x7000 == 0x3000) {
        let len = (head & 0xfff) + 3;
        let data = part(packed, 2, len - 2);
        match head & 0x8000 {
            0 => text.extend_from_slice(data),
            _ => chunk(data, &mut text),
        }
        packed = part(packed, len, usize::MAX);
    }
    text
}

fn chunk(mut data: &[u8], text: &mut Vec<u8>) {
    let start = text.len();
    while let Some((flags, rest)) = data.split_first() {
        data = rest;
        for bit in 0..8 {
            let done = text.len() - start;
            if flags >> bit & 1 == 0 {
                let Some((byte, rest)) = data.split_first() else { return };
                text.push(*byte);
                data = rest;
                continue;
            }
            let Some(token) = le_size::<2>(data, 0) else { return };
            data = part(data, 2, usize::MAX);
            // The further it has come, the more bits tell how far back, and the fewer how much.
            let bits = done.max(16).next_power_of_two().trailing_zeros().min(12);
            let (back, many) = ((token >> (16 - bits)) + 1, (token & (0xffff >> bits)) + 3);
            if back > done || done + many > CHUNK {
                return;
            }
            for _ in 0..many {
                let byte = text.get(text.len() - back).copied().unwrap_or(0);
                text.push(byte);
            }
        }
    }
}
