//! The entries of a raw tree object.

use crate::model::ObjectId;

/// What a tree entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A directory.
    Tree,
    /// A file.
    File,
    /// A symbolic link: the blob holds its target.
    Link,
    /// A commit of another repository.
    Submodule,
}

impl EntryKind {
    /// From the mode of a tree or index entry.
    pub fn from_mode(mode: u32) -> Self {
        match mode & 0o170_000 {
            0o040_000 => Self::Tree,
            0o120_000 => Self::Link,
            0o160_000 => Self::Submodule,
            _ => Self::File,
        }
    }

    /// A mode of this kind.
    pub fn mode(self) -> u32 {
        match self {
            Self::Tree => 0o040_000,
            Self::Link => 0o120_000,
            Self::Submodule => 0o160_000,
            Self::File => 0o100_644,
        }
    }

    /// Whether the entry names a blob.
    pub fn is_blob(self) -> bool {
        matches!(self, Self::File | Self::Link)
    }
}

/// One entry of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// What it is.
    pub kind: EntryKind,
    /// Its name, raw.
    pub name: &'a [u8],
    /// The object.
    pub id: ObjectId,
}

/// Iterates over the entries of a raw tree whose ids have `width` bytes.
pub struct Entries<'a> {
    rest: &'a [u8],
    width: usize,
    broken: bool,
}

impl<'a> Entries<'a> {
    /// The entries of `raw`.
    pub fn new(raw: &'a [u8], width: usize) -> Self {
        Self { rest: raw, width, broken: false }
    }

    /// Where the next entry starts in `raw`, the bytes that the iteration began with.
    pub fn offset(&self, raw: &[u8]) -> usize {
        raw.len() - self.rest.len()
    }

    /// Whether the iteration ended at bytes that are no entry.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// Steps over the entries at the front that stand byte for byte in `other` as well.
    pub fn skip_shared(&mut self, other: &mut Entries<'_>) {
        let shared = shared_start(self.rest, other.rest);
        let mut at = 0;
        while let Some(end) = self.usual_end(at).filter(|end| *end <= shared) {
            at = end;
        }
        self.rest = self.rest.get(at..).unwrap_or_default();
        other.rest = other.rest.get(at..).unwrap_or_default();
    }

    /// Where the entry at `at` ends, if its mode is that of a file or folder.
    fn usual_end(&self, at: usize) -> Option<usize> {
        let rest = self.rest.get(at..)?;
        let mode =
            [&b"100644 "[..], b"40000 ", b"100755 "].into_iter().find(|m| rest.starts_with(m))?;
        let name = rest.get(mode.len()..)?;
        Some(at + mode.len() + memchr::memchr(0, name)? + 1 + self.width)
    }

    fn parse(&self) -> Option<(Entry<'a>, &'a [u8])> {
        let space = memchr::memchr(b' ', self.rest)?;
        let (mode, rest) = (self.rest.get(..space)?, self.rest.get(space + 1..)?);
        let mode = octal(mode)?;
        let nul = memchr::memchr(0, rest)?;
        let (name, rest) = (rest.get(..nul)?, rest.get(nul + 1..)?);
        let (id, rest) = rest.split_at_checked(self.width)?;
        let id = ObjectId::from_bytes(id)?;
        Some((Entry { kind: EntryKind::from_mode(mode), name, id }, rest))
    }
}

/// How many bytes at the start of both are equal.
fn shared_start(a: &[u8], b: &[u8]) -> usize {
    const AT_ONCE: usize = 64;
    let equal = a.chunks_exact(AT_ONCE).zip(b.chunks_exact(AT_ONCE)).take_while(|(a, b)| a == b);
    let start = equal.count() * AT_ONCE;
    let rest = a.iter().zip(b).skip(start);
    start + rest.take_while(|(a, b)| a == b).count()
}

/// A number of at most ten octal digits.
fn octal(digits: &[u8]) -> Option<u32> {
    let all = (1..=10).contains(&digits.len()) && digits.iter().all(|b| matches!(b, b'0'..=b'7'));
    all.then(|| digits.iter().fold(0, |n, b| n << 3 | u32::from(b - b'0')))
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        if self.rest.is_empty() || self.broken {
            return None;
        }
        match self.parse() {
            Some((entry, rest)) => {
                self.rest = rest;
                Some(entry)
            }
            None => {
                self.broken = true;
                None
            }
        }
    }
}

/// Whether all of `raw` is entries.
pub fn is_whole(raw: &[u8], width: usize) -> bool {
    let mut entries = Entries::new(raw, width);
    entries.by_ref().for_each(drop);
    !entries.is_broken()
}

/// `prefix/name`, or `name` at the root.
pub fn join(prefix: &[u8], name: &[u8]) -> Vec<u8> {
    if prefix.is_empty() {
        return name.to_vec();
    }
    [prefix, b"/", name].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_keep_raw_names() {
        let raw = [b"100644 a\xff\n\0".as_slice(), &[7; 20], b"40000 d\0", &[8; 20]].concat();
        let found: Vec<_> = Entries::new(&raw, 20).map(|e| (e.kind, e.name.to_vec())).collect();
        assert_eq!(
            found,
            [(EntryKind::File, b"a\xff\n".to_vec()), (EntryKind::Tree, b"d".to_vec())]
        );
    }

    #[test]
    fn a_cut_tree_is_broken_not_short() {
        let raw = [b"100644 a\0".as_slice(), &[7; 19]].concat();
        let mut entries = Entries::new(&raw, 20);
        assert!(entries.next().is_none() && entries.is_broken());
    }
}
