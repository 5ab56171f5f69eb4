//! Marked lines in files that a team shares: put in at one place, and exactly these taken out again.

use super::{Change, Plan, show};
use crate::error::{Error, Kind, Result};
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

const MARK: &str = "# stanch begin";
const BEGIN: &str = "# stanch begin: added by `stanch install`, taken out by `stanch uninstall`\n";
const END: &str = "# stanch end\n";

/// What there is of ours in a text.
pub(super) enum Found {
    /// Nothing.
    Nothing,
    /// Our lines, as they were put in.
    Ours(Range<usize>),
    /// Our lines, changed since.
    Edited,
}

/// `lines` between marks, all moved to the right alike.
fn block(lines: &str, indent: &str) -> String {
    let all = [BEGIN, lines, END].concat();
    all.split_inclusive('\n').flat_map(|line| [indent, line]).collect()
}

/// Looks for `lines`, however far to the right they were put.
pub(super) fn look(text: &[u8], lines: &str) -> Found {
    let Some(mark) = find(text, MARK.as_bytes()) else { return Found::Nothing };
    let before = text.get(..mark).unwrap_or_default();
    let start = before.iter().rposition(|&b| b == b'\n').map_or(0, |n| n + 1);
    let block = block(lines, &" ".repeat(mark - start));
    match text.get(start..).is_some_and(|rest| rest.starts_with(block.as_bytes())) {
        true => Found::Ours(start..start + block.len()),
        false => Found::Edited,
    }
}

/// Plans `lines` in the file `path`, which holds `now`, before the byte `at`.
pub(super) fn put(
    path: &Path,
    now: &[u8],
    (at, indent): (usize, &str),
    lines: &str,
    plan: &mut Plan,
) {
    let (before, after) = now.split_at(at.min(now.len()));
    let text = [before, block(lines, indent).as_bytes(), after].concat();
    plan.changes.push(Change::Text { path: path.to_owned(), text });
}

/// Plans the way back, whichever of the `variants` was put in.
pub(super) fn take_out(path: PathBuf, variants: &[&str], plan: &mut Plan) -> Result<()> {
    let Some(mut text) = read(&path)? else { return Ok(()) };
    let mut edited = false;
    for lines in variants {
        match look(&text, lines) {
            Found::Nothing => {}
            Found::Edited => edited = true,
            Found::Ours(at) => {
                text.drain(at);
                plan.changes.push(Change::Text { path, text });
                return Ok(());
            }
        }
    }
    if edited {
        plan.left.push(format!(
            "stanch's lines in {} were edited, so they stay; take them out by hand",
            show(&path)
        ));
    }
    Ok(())
}

/// The bytes of a shared file. It comes with the work tree, so a link could lead anywhere.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    let reading = |e| Error::new(Kind::Io, format!("reading {}", show(path))).because(e);
    match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_file() => Ok(Some(fs::read(path).map_err(reading)?)),
        Ok(_) => Err(Error::new(Kind::Io, format!("{} is not a plain file", show(path)))
            .hint("stanch does not write through links; add its lines by hand")),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(reading(e)),
    }
}

/// Where `part` begins in `text`.
pub(super) fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, part)
}

/// The error for lines that a person has changed.
pub(super) fn edited(path: &Path) -> Error {
    Error::new(Kind::Io, format!("stanch's lines in {} were edited", show(path)))
        .hint("they stay as they are; remove them to install them anew")
}

/// A list under a key at the top of a YAML file, as far as can be told for sure.
pub(super) enum List {
    /// There is no such key.
    Missing,
    /// Where its first item begins, and how far to the right.
    At(usize, String),
    /// It is there, in a form that is not read here.
    Other,
}

/// Looks for a list in block form.
pub(super) fn list(text: &[u8], key: &str) -> List {
    let head = format!("{key}:");
    let mut lines = text.split_inclusive(|&b| b == b'\n');
    let mut at = 0;
    let is_head = |line: &&[u8]| {
        at += line.len();
        line.starts_with(head.as_bytes())
    };
    let Some(line) = lines.by_ref().find(is_head) else { return List::Missing };
    if !is_empty(line.get(head.len()..).unwrap_or_default()) || !line.ends_with(b"\n") {
        return List::Other;
    }
    match lines.find(|line| !is_empty(line)) {
        Some(item) => {
            let indent = item.iter().take_while(|&&b| b == b' ').count();
            match item.get(indent..).is_some_and(|rest| rest.starts_with(b"- ")) {
                true => List::At(at, " ".repeat(indent)),
                false => List::Other,
            }
        }
        None => List::Other,
    }
}

/// Whether a line says nothing: it is blank, or a comment.
fn is_empty(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.is_empty() || line.starts_with(b"#")
}

/// Where a new key may stand in a YAML file: at its top, but after the line that begins a document.
pub(super) fn top(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive(|&b| b == b'\n') {
        at += line.len();
        if line.trim_ascii_end() == b"---" {
            return line.ends_with(b"\n").then_some(at);
        }
        if !is_empty(line) && !line.starts_with(b"%") {
            // A byte order mark must stay the first thing.
            return (!text.starts_with(b"\xef\xbb\xbf")).then_some(0);
        }
    }
    Some(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_found_only_where_it_is_sure() {
        let at = |text: &str| match list(text.as_bytes(), "repos") {
            List::At(at, indent) => Some((at, indent.len())),
            _ => None,
        };
        assert_eq!(at("repos:\n- repo: x\n"), Some((7, 0)));
        assert_eq!(at("a: 1\nrepos: # all\n\n  # c\n  - repo: x\n"), Some((18, 2)));
        for other in
            ["repos: []\n", "repos:\n", "repos:", "repos:\n  a: 1\n", "repos: &a\n- b: 1\n"]
        {
            assert!(matches!(list(other.as_bytes(), "repos"), List::Other), "{other}");
        }
        assert!(matches!(list(b"  repos:\n", "repos"), List::Missing));
    }

    #[test]
    fn a_new_key_goes_to_the_top() {
        assert_eq!(top(b"# c\na: 1\n"), Some(0));
        assert_eq!(top(b"# c\n---\na: 1\n"), Some(8));
        assert_eq!(top(b""), Some(0));
        assert_eq!(top(b"\xef\xbb\xbfa: 1\n"), None);
    }

    #[test]
    fn lines_are_known_again_wherever_they_stand() {
        let text = block("- a\n", "  ");
        assert!(
            matches!(look(text.as_bytes(), "- a\n"), Found::Ours(at) if at == (0..text.len()))
        );
        assert!(matches!(look(text.as_bytes(), "- b\n"), Found::Edited));
        assert!(matches!(look(b"a", "- b\n"), Found::Nothing));
    }
}
