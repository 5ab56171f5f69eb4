//! What cameras and programs tell in pictures: EXIF in JPEG, PNG and TIFF, and comments of JPEG.

use super::Input;
use super::bytes::{be, be_size, le, part};
use super::carve;
use super::out::Out;
use super::window::Window;
use std::io;

/// Tags that hold a text in UTF-16: title, comment, author, words, subject.
const WIDE: std::ops::RangeInclusive<u64> = 0x9c9b..=0x9c9f;
/// A comment whose first eight bytes tell its encoding.
const COMMENT: u64 = 0x9286;
/// Most entries that are followed.
const ENTRIES: usize = 4096;
/// Most folders of them.
const FOLDERS: usize = 256;

pub(super) fn is(head: &[u8]) -> bool {
    head.starts_with(b"\xff\xd8\xff") || is_tiff(head)
}

fn is_tiff(head: &[u8]) -> bool {
    head.starts_with(b"II*\0") || head.starts_with(b"MM\0*")
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    if is_tiff(&all.bytes) {
        return tags(&all.bytes, out);
    }
    let mut rest = all.bytes.get(2..).unwrap_or_default();
    // Segments stand before the picture.
    while let [0xff, kind @ 0xc0..=0xfe, ..] = rest {
        let len = be_size::<2>(rest, 2).unwrap_or(0);
        let segment = part(rest, 4, len.saturating_sub(2));
        match kind {
            0xda => return carve::within(&mut Window::new(&mut &*rest), out),
            0xe1 if segment.starts_with(b"Exif\0\0") => tags(part(segment, 6, usize::MAX), out)?,
            0xe0..=0xef => out.bytes(format!("APP{}", kind - 0xe0).as_bytes(), segment)?,
            0xfe => out.bytes(b"comment", segment)?,
            _ => {}
        }
        rest = rest.get(2 + len.max(2)..).unwrap_or_default();
    }
    Ok(())
}

/// Shows the texts among the tags of a TIFF.
pub(super) fn tags(tiff: &[u8], out: &mut Out<'_, '_>) -> io::Result<()> {
    let big = tiff.starts_with(b"MM");
    let two = |at: usize| if big { be::<2>(tiff, at) } else { le::<2>(tiff, at) };
    let four = |at: usize| if big { be::<4>(tiff, at) } else { le::<4>(tiff, at) };
    let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let mut folders: Vec<usize> = four(4).map(size).into_iter().collect();
    let (mut met, mut entries) = (Vec::new(), 0);
    while let Some(folder) = folders.pop() {
        if met.contains(&folder) || met.len() > FOLDERS {
            continue;
        }
        met.push(folder);
        let count = size(two(folder).unwrap_or(0));
        for at in (0..count).map(|n| folder.saturating_add(2 + 12 * n)) {
            let Some(((tag, kind), (len, place))) =
                two(at).zip(two(at + 2)).zip(four(at + 4).zip(four(at + 8)))
            else {
                break;
            };
            entries += 1;
            if entries > ENTRIES {
                return Ok(());
            }
            match (tag, kind) {
                (0x8769 | 0x8825 | 0xa005, 4) => folders.push(size(place)),
                (_, 1 | 2 | 7) if len > 4 => {
                    show(tag, part(tiff, size(place), size(len)), big, out)?;
                }
                _ => {}
            }
        }
        let next = four(folder.saturating_add(2 + 12 * count)).unwrap_or(0);
        if next > 0 {
            folders.push(size(next));
        }
    }
    Ok(())
}

fn show(tag: u64, value: &[u8], big: bool, out: &mut Out<'_, '_>) -> io::Result<()> {
    let name = format!("tag {tag:#06x}");
    let wide = match value.strip_prefix(b"UNICODE\0") {
        Some(text) if tag == COMMENT => Some((text, big)),
        _ if WIDE.contains(&tag) => Some((value, false)),
        _ => None,
    };
    let Some((text, big)) = wide else { return out.bytes(name.as_bytes(), value) };
    let mark: &[u8] = if big { b"\xfe\xff" } else { b"\xff\xfe" };
    out.bytes(name.as_bytes(), &[mark, text].concat())
}
