//! What the raw bytes of commits and tags say. Every byte may be hostile: what does not parse is
//! simply not there.

use crate::model::{Introduction, ObjectId};

/// The four kinds of git objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A commit.
    Commit,
    /// A directory.
    Tree,
    /// The content of a file.
    Blob,
    /// An annotated tag.
    Tag,
}

impl Kind {
    /// The kind for git's word.
    pub fn parse(word: &[u8]) -> Option<Self> {
        match word {
            b"commit" => Some(Self::Commit),
            b"tree" => Some(Self::Tree),
            b"blob" => Some(Self::Blob),
            b"tag" => Some(Self::Tag),
            _ => None,
        }
    }
}

/// The parts of a commit that lead to other objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its tree; `None` if the commit is malformed.
    pub tree: Option<ObjectId>,
    /// Its parents, first parent first.
    pub parents: Vec<ObjectId>,
    /// Committer time, in seconds since 1970.
    pub time: i64,
}

impl Commit {
    /// Reads the header of `raw`.
    pub fn parse(raw: &[u8]) -> Self {
        let mut commit = Self { tree: None, parents: Vec::new(), time: 0 };
        for line in header(raw) {
            if let Some(hex) = line.strip_prefix(b"tree ") {
                commit.tree = commit.tree.or(ObjectId::from_hex(hex));
            } else if let Some(hex) = line.strip_prefix(b"parent ") {
                commit.parents.extend(ObjectId::from_hex(hex));
            } else if let Some(who) = line.strip_prefix(b"committer ") {
                commit.time = signature(who).1;
                break;
            }
        }
        commit
    }
}

/// An annotated tag: what it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The object that it names; `None` if the tag is malformed.
    pub target: Option<ObjectId>,
}

impl Tag {
    /// Reads the header of `raw`.
    pub fn parse(raw: &[u8]) -> Self {
        let line = header(raw).find_map(|line| line.strip_prefix(b"object "));
        Self { target: line.and_then(ObjectId::from_hex) }
    }
}

/// What people wrote in a commit or tag: everything but the ids of its tree, parents or target.
pub fn message(raw: &[u8]) -> &[u8] {
    let mut rest = raw;
    while let Some(next) = after_id(rest) {
        rest = next;
    }
    rest
}

/// What follows a line that names an object and says nothing else.
fn after_id(raw: &[u8]) -> Option<&[u8]> {
    let words = [b"tree ".as_slice(), b"parent ", b"object "];
    let named = words.iter().find_map(|word| raw.strip_prefix(*word))?;
    let (id, rest) = named.split_at_checked(memchr::memchr(b'\n', named)?)?;
    let is_id = matches!(id.len(), 40 | 64) && id.iter().all(u8::is_ascii_hexdigit);
    is_id.then(|| rest.get(1..).unwrap_or_default())
}

/// Who made the commit `raw`, when, and how they summed it up.
pub fn introduction(id: ObjectId, raw: &[u8]) -> Introduction {
    let author = header(raw).find_map(|line| line.strip_prefix(b"author ")).unwrap_or_default();
    let (name, time) = signature(author);
    let body = memchr::memmem::find(raw, b"\n\n").and_then(|at| raw.get(at + 2..));
    let summary = body.unwrap_or_default().split(|&b| b == b'\n').find(|l| !l.is_empty());
    let summary = summary.unwrap_or_default().to_vec();
    Introduction { commit: id, author: name.to_vec(), time, summary, order: None }
}

/// The header lines of a commit or tag.
fn header(raw: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = raw;
    std::iter::from_fn(move || {
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let (line, after) = rest.split_at_checked(end)?;
        rest = after.get(1..).unwrap_or_default();
        Some(line).filter(|line| !line.is_empty())
    })
}

/// `Name <mail> seconds zone` as name with mail, and seconds.
fn signature(line: &[u8]) -> (&[u8], i64) {
    let Some(close) = memchr::memrchr(b'>', line) else { return (line, 0) };
    let (who, rest) = line.split_at(close + 1);
    let mut words = rest.split(|&b| b == b' ').filter(|w| !w.is_empty());
    let seconds = words.next().and_then(|w| std::str::from_utf8(w).ok()?.parse().ok());
    (who, seconds.unwrap_or(0))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        let id = "12".repeat(20);
        format!(
            "tree {id}\nparent {id}\nauthor A <a@b> 5 +0000\ncommitter C <c@d> 7 +0100\n\nHi\n"
        )
        .into_bytes()
    }

    #[test]
    fn a_commit_gives_its_links_time_and_author() {
        let commit = Commit::parse(&sample());
        assert_eq!((commit.parents.len(), commit.tree.is_some(), commit.time), (1, true, 7));
        let who = introduction(ObjectId::from_bytes(&[1; 20]).unwrap(), &sample());
        assert_eq!((who.author.as_slice(), who.time), (b"A <a@b>".as_slice(), 5));
        assert_eq!(who.summary, b"Hi");
    }

    #[test]
    fn the_message_leaves_out_ids_only() {
        assert!(message(&sample()).starts_with(b"author A"));
        assert_eq!(message(b"tree x"), b"tree x");
        let odd = [&sample()[..46], b"parent of a secret\n\nHi\n"].concat();
        assert_eq!(message(&odd), &odd[46..]);
        assert_eq!(message(b""), b"");
    }

    #[test]
    fn broken_commits_parse_to_nothing() {
        assert_eq!(Commit::parse(b"\xff\n>>").tree, None);
        assert_eq!(Tag::parse(b"object zz\n").target, None);
    }
}
