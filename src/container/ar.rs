//! ar: Debian packages and static libraries, with the long names of GNU and BSD.

use super::Input;
use super::bytes::{digits, part};
use super::out::{Out, bad};
use super::tar::Exact;
use super::window::Window;
use crate::model::Reason;
use std::io::{self, Read};

const MAGIC: &[u8] = b"!<arch>\n";
const HEAD: usize = 60;
/// Longest table of names that is kept.
const NAMES: u64 = 4 << 20;

pub(super) fn is(head: &[u8]) -> bool {
    head.starts_with(MAGIC)
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    input.with(|stream| members(&mut Window::new(stream), out))
}

fn members(source: &mut Window<'_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    source.skip(MAGIC.len() as u64)?;
    let mut names = Vec::new();
    while !source.is_done()? {
        out.meter.entry()?;
        let head = source.grab(HEAD)?;
        if part(&head, 58, 2) != b"`\n" {
            return Err(bad("a head in it is damaged"));
        }
        let Some(len) = digits(part(&head, 48, 10), 10) else {
            out.gap(b"", Reason::Corrupt, "a size in it is no number");
            continue;
        };
        let from = source.taken;
        let told = part(&head, 0, 16).trim_ascii_end();
        let mut member = Exact { source: &mut *source, left: len };
        if told == b"//" {
            names.clear();
            (&mut member).take(NAMES).read_to_end(&mut names)?;
        } else {
            let name = name(told, &names, &mut member)?;
            out.part(&name, &mut member)?;
        }
        let left = len.saturating_sub(source.taken - from);
        source.skip(left.saturating_add(len % 2))?;
    }
    Ok(())
}

/// The name of a member: in its head, in the table, or before its content.
fn name(told: &[u8], names: &[u8], member: &mut impl Read) -> io::Result<Vec<u8>> {
    if let Some(len) = told.strip_prefix(b"#1/").and_then(|n| digits(n, 10)) {
        let mut name = Vec::new();
        member.take(len.min(0xffff)).read_to_end(&mut name)?;
        name.truncate(name.iter().position(|b| *b == 0).unwrap_or(name.len()));
        return Ok(name);
    }
    let at = told.strip_prefix(b"/").filter(|n| !n.is_empty()).and_then(|n| digits(n, 10));
    let long = at.and_then(|at| names.get(usize::try_from(at).ok()?..));
    let name = long.map_or(told, |rest| rest.split(|b| *b == b'\n').next().unwrap_or(rest));
    Ok(name.strip_suffix(b"/").filter(|n| !n.is_empty()).unwrap_or(name).to_vec())
}
