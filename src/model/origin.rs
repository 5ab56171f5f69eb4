//! Where bytes come from.

use super::{ObjectId, Span};

/// The kind of place that an item was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OriginKind {
    /// A file of the work tree.
    WorkTree,
    /// A staged blob: an entry of the index.
    Index,
    /// A blob that a commit of the scanned range or push adds.
    Commit,
    /// A blob of the object store.
    History,
    /// The message (and author and committer fields) of a commit or annotated tag.
    Message,
    /// A file or directory name in a tree.
    Name,
    /// A file or directory outside git.
    File,
    /// Standard input.
    Stdin,
}

impl OriginKind {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WorkTree => "worktree",
            Self::Index => "index",
            Self::Commit => "commit",
            Self::History => "history",
            Self::Message => "message",
            Self::Name => "name",
            Self::File => "file",
            Self::Stdin => "stdin",
        }
    }
}

/// From where an object of the store can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Part of the tree of HEAD.
    Head,
    /// Reached from a branch, tag or other ref.
    Ref,
    /// Reached only from a reflog or a stash entry.
    Reflog,
    /// Reached from nothing: left over until git prunes it.
    Unreachable,
}

impl Reach {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Ref => "ref",
            Self::Reflog => "reflog",
            Self::Unreachable => "unreachable",
        }
    }
}

/// Stands between a container and the name of what is in it.
pub const INTO: &[u8] = b"!/";

/// Where one text was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The repository, where several are scanned, by the name that people know it by.
    pub repository: Option<String>,
    /// The kind of place.
    pub kind: OriginKind,
    /// Path in the repository (or as given, outside git), raw bytes, `/` between its parts.
    pub path: Option<Vec<u8>>,
    /// The commit (or annotated tag) it was read through, where there is one.
    pub commit: Option<ObjectId>,
    /// The blob id, where known: equal ids mean equal bytes.
    pub object: Option<ObjectId>,
    /// The way into containers in it, `b.tar!/c.env`; empty for the text itself. Reports have it
    /// at the end of the path.
    pub inside: Vec<u8>,
}

impl Origin {
    /// An origin of `kind` about which nothing else is known yet.
    pub fn new(kind: OriginKind) -> Self {
        Self { repository: None, kind, path: None, commit: None, object: None, inside: Vec::new() }
    }

    /// Sets the path.
    #[must_use]
    pub fn path(mut self, path: impl Into<Vec<u8>>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Sets the commit.
    #[must_use]
    pub fn commit(mut self, commit: ObjectId) -> Self {
        self.commit = Some(commit);
        self
    }

    /// Sets the blob id.
    #[must_use]
    pub fn object(mut self, object: ObjectId) -> Self {
        self.object = Some(object);
        self
    }

    /// The same text, at `way` in containers.
    #[must_use]
    pub fn inside(&self, way: &[u8]) -> Self {
        Self { inside: way.to_vec(), ..self.clone() }
    }

    /// Puts the way into containers at the end of the path.
    pub fn join_path(&mut self) {
        if self.inside.is_empty() {
            return;
        }
        let outer = self.path.take().unwrap_or_else(|| match (self.kind, self.object) {
            (OriginKind::Stdin, _) => b"<stdin>".to_vec(),
            (_, Some(id)) => format!("<blob {}>", id.short()).into_bytes(),
            (_, None) => b"<no path>".to_vec(),
        });
        self.path = Some([&outer[..], INTO, &self.inside].concat());
    }
}

/// One text to scan.
#[derive(Debug)]
pub struct Item<'a> {
    /// The whole content.
    pub bytes: &'a [u8],
    /// Where it was read.
    pub origin: Origin,
    /// What is known of it.
    pub earlier: Option<Earlier<'a>>,
}

/// What is known of a text of which all or most stands in one that was scanned earlier, with the
/// same rules.
#[derive(Debug, Clone, Copy, Default)]
pub struct Earlier<'a> {
    /// The stretches that do not stand there, and the seams between those that do, in order.
    pub fresh: &'a [Span],
    /// Where secrets of that text stand in this one, in order. No verdict on any part of that text
    /// hangs on what is far from it.
    pub secrets: &'a [Span],
    /// Whether it is known that no NUL stands in this one, so that nothing in it is of a wide
    /// encoding that does not begin with its mark.
    pub nul_free: bool,
}

impl<'a> Item<'a> {
    /// A text about which nothing is known.
    pub fn new(bytes: &'a [u8], origin: Origin) -> Self {
        Self { bytes, origin, earlier: None }
    }
}
