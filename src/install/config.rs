//! Hooks in git's configuration, which git knows from 2.54 on: they stand beside whatever hook
//! files there are, also other tools', and no `core.hooksPath` switches them off.
//!
//! All of it is one marked block of a configuration file, which is taken out again as it was put
//! in.

use super::script::quoted;
use super::{Change, Event, Plan, show};
use crate::error::{Error, Kind, Result};
use std::fs;
use std::io;
use std::path::Path;

/// The first git that reads hooks from its configuration.
pub const SINCE: (u32, u32) = (2, 54);

const BEGIN: &[u8] =
    b"# stanch begin: added by `stanch install`, taken out by `stanch uninstall`\n";
const SET: &str =
    "# stanch begin (setting): added by `stanch install`, taken out by `stanch uninstall`\n";
const END: &[u8] = b"# stanch end\n";

/// Plans hooks for `events`, and those that are there already, in the configuration `file`.
pub(super) fn install(
    file: &Path,
    events: &[Event],
    program: &Path,
    plan: &mut Plan,
) -> Result<()> {
    let now = read(file)?;
    let (before, own, after) = parts(&now, file)?;
    let there = events_in(own);
    let every = Event::ALL.into_iter().chain(Event::SERVER);
    let all: Vec<Event> = every.filter(|e| events.contains(e) || there.contains(e)).collect();
    let block = block(&all, program);
    if own == block {
        plan.notes.push(format!("{} holds the hooks already", show(file)));
        return Ok(());
    }
    let text = match own.is_empty() {
        true => with(&now, &block),
        false => [before, &block, after].concat(),
    };
    plan.changes.push(Change::Text { path: file.to_owned(), text });
    Ok(())
}

/// Plans the way back; answers whether there was anything.
pub(super) fn uninstall(file: &Path, events: &[Event], plan: &mut Plan) -> Result<bool> {
    let now = read(file)?;
    let (before, own, after) = match parts(&now, file) {
        Ok(parts) => parts,
        Err(e) => {
            plan.left.push(format!("{e}, so it stays; take it out by hand"));
            return Ok(true);
        }
    };
    let there = events_in(own);
    let left: Vec<&Event> = there.iter().filter(|e| !events.contains(e)).collect();
    if own.is_empty() || left.len() == there.len() {
        return Ok(false);
    }
    let kept = if left.is_empty() { Vec::new() } else { without(own, events) };
    let text = [before, &kept, after].concat();
    plan.changes.push(left_over(file, text));
    Ok(true)
}

/// The events that the configuration `file` guards.
pub(super) fn guarded(file: &Path) -> Vec<Event> {
    let now = read(file).unwrap_or_default();
    parts(&now, file).map(|(_, own, _)| events_in(own)).unwrap_or_default()
}

/// `now` with whole lines more: at its end, or at its top if its last line has no end.
fn with(now: &[u8], lines: &[u8]) -> Vec<u8> {
    match now.is_empty() || now.ends_with(b"\n") {
        true => [now, lines].concat(),
        false => [lines, now].concat(),
    }
}

fn block(events: &[Event], program: &Path) -> Vec<u8> {
    let mut text = BEGIN.to_vec();
    for event in events {
        text.extend(section(*event));
        let command = [&quoted(program)[..], b" hook ", event.name().as_bytes()].concat();
        text.extend(b"\tcommand = ");
        text.extend(value(&command));
        text.push(b'\n');
    }
    text.extend(END);
    text
}

/// A value as git's configuration takes it, whatever is in it.
fn value(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![b'"'];
    for &byte in bytes {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out.push(b'"');
    out
}

/// One setting, as marked lines of its own.
pub(super) struct Setting<'a> {
    /// Such as `core`.
    pub(super) section: &'static str,
    /// Such as `hooksPath`.
    pub(super) key: &'static str,
    /// What it is set to.
    pub(super) path: &'a Path,
}

impl Setting<'_> {
    fn block(&self) -> Vec<u8> {
        let head = format!("{SET}[{}]\n\t{} = ", self.section, self.key);
        let path = self.path.as_os_str().as_encoded_bytes();
        [head.as_bytes(), &value(path), b"\n", END].concat()
    }

    /// Plans the lines in the configuration `file`.
    pub(super) fn install(&self, file: &Path, plan: &mut Plan) -> Result<()> {
        let text = with(&read(file)?, &self.block());
        plan.changes.push(Change::Text { path: file.to_owned(), text });
        Ok(())
    }

    /// Plans the way back, if the lines are there as they were put in.
    pub(super) fn uninstall(&self, file: &Path, plan: &mut Plan) -> Result<()> {
        let mut text = read(file)?;
        let block = self.block();
        let Some(at) = memchr::memmem::find(&text, &block) else {
            plan.left.push(format!(
                "{}.{} in {} is not as stanch wrote it, so it stays",
                self.section,
                self.key,
                show(file)
            ));
            return Ok(());
        };
        text.drain(at..at + block.len());
        plan.changes.push(left_over(file, text));
        Ok(())
    }
}

/// What is left of a file; nothing is no file.
fn left_over(file: &Path, text: Vec<u8>) -> Change {
    match text.is_empty() {
        true => Change::Remove { path: file.to_owned() },
        false => Change::Text { path: file.to_owned(), text },
    }
}

/// One name an event: a command is not told for which event it runs.
fn section(event: Event) -> Vec<u8> {
    let name = event.name();
    format!("[hook \"stanch.{name}\"]\n\tevent = {name}\n").into_bytes()
}

fn events_in(own: &[u8]) -> Vec<Event> {
    let every = Event::ALL.into_iter().chain(Event::SERVER);
    every.filter(|e| memchr::memmem::find(own, &section(*e)).is_some()).collect()
}

/// The block without the sections of `events`: each is three lines.
fn without(own: &[u8], events: &[Event]) -> Vec<u8> {
    let mut text = own.to_vec();
    for event in events {
        let section = section(*event);
        if let Some(at) = memchr::memmem::find(&text, &section) {
            let rest = text.get(at + section.len()..).unwrap_or_default();
            let command = rest.iter().position(|&b| b == b'\n').map_or(rest.len(), |n| n + 1);
            text.drain(at..at + section.len() + command);
        }
    }
    text
}

/// The text before our block, the block, and the text after it.
fn parts<'t>(text: &'t [u8], file: &Path) -> Result<(&'t [u8], &'t [u8], &'t [u8])> {
    let Some(start) = memchr::memmem::find(text, BEGIN) else { return Ok((text, b"", b"")) };
    let (before, rest) = text.split_at(start);
    let inside = |line: &[u8]| {
        [&b"[hook \"stanch."[..], b"\tevent = ", b"\tcommand = "]
            .iter()
            .any(|p| line.starts_with(p))
    };
    let mut end = BEGIN.len();
    for line in rest.get(end..).unwrap_or_default().split_inclusive(|&b| b == b'\n') {
        end += line.len();
        if line == END {
            let (own, after) = rest.split_at(end);
            return Ok((before, own, after));
        }
        if !inside(line) {
            break;
        }
    }
    Err(Error::new(Kind::Io, format!("stanch's lines in {} were edited", show(file)))
        .hint("they stay as they are; remove them to install them anew"))
}

fn read(file: &Path) -> Result<Vec<u8>> {
    match fs::read(file) {
        Ok(text) => Ok(text),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(Error::new(Kind::Io, format!("reading {}", show(file))).because(e)),
    }
}
