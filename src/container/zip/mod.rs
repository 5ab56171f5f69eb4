//! zip, and what is built on it: jar, war, whl, apk, docx, xlsx, pptx, odt, epub.
//!
//! It is read by both views. First from front to back, by the heads that stand before each entry;
//! what stands between entries is looked through for more of them. Then by the directory at the
//! end, for entries that were not met, or that the directory tells otherwise.

mod central;
mod entry;

use super::Input;
use super::bytes::part;
use super::carve;
use super::input::{self, MOST};
use super::out::{Out, WRONG};
use super::window::Window;
use crate::model::Reason;
use entry::Entry;
use std::collections::BTreeMap;
use std::io::{self, Read};

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
/// The end of a directory without a comment.
const END: usize = 22;

pub(super) fn is(head: &[u8]) -> bool {
    head.starts_with(LOCAL)
        || head.starts_with(b"PK\x05\x06")
        || head.starts_with(b"PK\x07\x08PK\x03\x04")
}

/// Whether a zip stands at the end of something else, as in a program that unpacks itself.
pub(super) fn is_appended(whole: &[u8]) -> bool {
    let end = whole.len().checked_sub(END).and_then(|at| whole.get(at..)).unwrap_or_default();
    end.starts_with(b"PK\x05\x06") && end.get(10..12).is_some_and(|n| n != [0, 0])
}

/// The entries that were read, by where their heads stand.
type Seen = BTreeMap<u64, Entry>;

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let stream = match input {
        Input::Whole(bytes) => return both(bytes, out),
        Input::Stream(stream) => stream,
    };
    let (start, _held) = input::start(stream, out.meter)?;
    if start.len() as u64 <= MOST {
        return both(&start, out);
    }
    let (seen, listed) = in_order(&mut start.as_slice().chain(stream), out)?;
    for entry in seen.values().filter(|entry| !entry.is_whole(None)) {
        out.gap(&entry.name, Reason::Corrupt, WRONG);
    }
    if listed > seen.len() {
        let why = format!("its directory has {listed} entries, of which {} were met", seen.len());
        out.gap(b"", Reason::Capped, why);
    }
    Ok(())
}

fn both(bytes: &[u8], out: &mut Out<'_, '_>) -> io::Result<()> {
    let mut rest = bytes;
    let (seen, _) = in_order(&mut rest, out)?;
    let end = central::read(bytes, &seen, out)?;
    // Something else may stand before it, such as a program, or behind it.
    let first = seen.keys().next().and_then(|at| usize::try_from(*at).ok());
    let before = part(bytes, 0, first.unwrap_or(0));
    if before.len() > 4 {
        carve::read(Input::Whole(before), out)?;
    }
    out.bytes(b"trailer", bytes.get(end..).unwrap_or_default())
}

/// Reads entries as they come; answers how many the directory has as well.
fn in_order(stream: &mut dyn Read, out: &mut Out<'_, '_>) -> io::Result<(Seen, usize)> {
    let mut source = Window::new(stream);
    let (mut seen, mut listed) = (Seen::new(), 0);
    while source.find(&[LOCAL, CENTRAL])? {
        let at = source.taken;
        let head = source.peek(30)?;
        let entry = Entry::local(head);
        listed += usize::from(head.starts_with(CENTRAL));
        let Some((mut entry, names)) = entry else {
            source.skip(4)?;
            continue;
        };
        source.skip(30)?;
        // If it is cut off here, the directory is missing as well, which is told.
        let (Ok(name), Ok(extra)) = (source.grab(names.0), source.grab(names.1)) else { break };
        entry.complete(name, &extra);
        entry.read(&mut source, out)?;
        seen.insert(at, entry);
    }
    Ok((seen, listed))
}
