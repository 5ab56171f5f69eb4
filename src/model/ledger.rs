//! The account of a run: what was in scope, and what became of each part of it.

use std::collections::{BTreeMap, HashSet};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Blobs of the object store, of the index or of a range.
    Blob,
    /// Files of a work tree or directory; standard input counts as one.
    File,
    /// Messages of commits.
    Commit,
    /// Messages of annotated tags.
    Tag,
    /// Trees, scanned for the names in them.
    Tree,
    /// Repositories of an organisation or of a list.
    Repository,
    /// Issues, comments and the like, as the service that keeps them tells them.
    Text,
}

impl Unit {
    /// All units, in the order of reports.
    pub const ALL: [Self; 7] = [
        Self::Blob,
        Self::File,
        Self::Commit,
        Self::Tag,
        Self::Tree,
        Self::Repository,
        Self::Text,
    ];

    /// The singular used in reports.
    pub fn singular(self) -> &'static str {
        match self {
            Self::Blob => "blob",
            Self::File => "file",
            Self::Commit => "commit",
            Self::Tag => "tag",
            Self::Tree => "tree",
            Self::Repository => "repository",
            Self::Text => "text",
        }
    }

    /// The plural used in reports.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Blob => "blobs",
            Self::File => "files",
            Self::Commit => "commits",
            Self::Tag => "tags",
            Self::Tree => "trees",
            Self::Repository => "repositories",
            Self::Text => "texts",
        }
    }
}

/// Why something in scope was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The operating system refused to open or read it.
    Unreadable,
    /// An object that the repository names is not in its store.
    Missing,
    /// An object does not decode, or not to its own name.
    Corrupt,
    /// The history ends early: a shallow clone.
    Shallow,
    /// A partial clone: objects were left at the remote on purpose.
    Partial,
    /// A format that stanch cannot read.
    Unsupported,
    /// It is encrypted.
    Encrypted,
    /// What it holds was unpacked in part only: it is too much, or nested too deep.
    Capped,
    /// It changed while it was being read.
    Changed,
    /// A submodule: another repository, which is not scanned here.
    Submodule,
    /// A pointer to content in Git LFS, which is not scanned here.
    Lfs,
    /// A device, socket or pipe.
    Special,
    /// More memory would be needed than the budget has.
    Memory,
    /// The scan was interrupted before it.
    Interrupted,
    /// A repository of an organisation or of a list that could not be listed, fetched or scanned.
    Repository,
    /// The report of a shard is missing, was given twice, or is of another whole.
    Shard,
    /// A defect of stanch: the scan of this one text failed.
    Internal,
}

impl Reason {
    /// The word used in reports and by `--accept`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Missing => "missing",
            Self::Corrupt => "corrupt",
            Self::Shallow => "shallow",
            Self::Partial => "partial",
            Self::Unsupported => "unsupported",
            Self::Encrypted => "encrypted",
            Self::Capped => "capped",
            Self::Changed => "changed",
            Self::Submodule => "submodule",
            Self::Lfs => "lfs",
            Self::Special => "special",
            Self::Memory => "memory",
            Self::Interrupted => "interrupted",
            Self::Repository => "repository",
            Self::Shard => "shard",
            Self::Internal => "internal",
        }
    }

    /// The reason for a word, as `--accept` takes it.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == word)
    }

    /// All reasons.
    pub const ALL: [Self; 17] = [
        Self::Unreadable,
        Self::Missing,
        Self::Corrupt,
        Self::Shallow,
        Self::Partial,
        Self::Unsupported,
        Self::Encrypted,
        Self::Capped,
        Self::Changed,
        Self::Submodule,
        Self::Lfs,
        Self::Special,
        Self::Memory,
        Self::Interrupted,
        Self::Repository,
        Self::Shard,
        Self::Internal,
    ];

    /// Whether it makes the run incomplete. A submodule, an LFS pointer and a device are named,
    /// but their content was never part of this repository's objects or files.
    pub fn is_gap(self) -> bool {
        !matches!(self, Self::Submodule | Self::Lfs | Self::Special)
    }
}

/// Something that was not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// Why.
    pub reason: Reason,
    /// The unit that it is a part of; `None` for a gap of unknown size (a shallow border).
    pub unit: Option<Unit>,
    /// What: a path or an object id, as raw text (not yet safe for a terminal).
    pub what: String,
    /// More, such as the operating system's words.
    pub detail: String,
}

/// The account of one unit. `scope == scanned + known + skipped` holds at the end of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// How many the sources declared.
    pub scope: u64,
    /// How many were scanned.
    pub scanned: u64,
    /// How many were not scanned since equal bytes had been.
    pub known: u64,
    /// How many could not be read.
    pub skipped: u64,
}

impl Count {
    /// Whether everything declared is accounted for.
    pub fn balances(self) -> bool {
        self.scope == self.scanned + self.known + self.skipped
    }
}

/// The account of a run.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// Counts by unit.
    pub counts: BTreeMap<Unit, Count>,
    /// Bytes that went through the matcher.
    pub bytes: u64,
    /// Everything that was not read.
    pub skipped: Vec<Skipped>,
    /// Reasons that the user accepts: they do not make the run incomplete.
    pub accepted: Vec<Reason>,
    /// Things worth knowing that are not gaps ("no commits yet").
    pub notes: Vec<String>,
}

impl Ledger {
    /// The count of `unit`.
    pub fn count(&self, unit: Unit) -> Count {
        self.counts.get(&unit).copied().unwrap_or_default()
    }

    /// Changes the count of `unit`.
    pub fn count_mut(&mut self, unit: Unit) -> &mut Count {
        self.counts.entry(unit).or_default()
    }

    /// Adds those of `gaps` that are not yet told of.
    pub fn add_untold(&mut self, gaps: Vec<Skipped>) {
        let told: HashSet<String> = self.skipped.iter().map(|s| s.what.clone()).collect();
        self.skipped.extend(gaps.into_iter().filter(|gap| !told.contains(&gap.what)));
        self.skipped.sort();
    }

    /// Everything that makes this run incomplete: gaps that were not accepted.
    pub fn gaps(&self) -> impl Iterator<Item = &Skipped> {
        self.skipped.iter().filter(|s| s.reason.is_gap() && !self.accepted.contains(&s.reason))
    }

    /// Units whose account does not balance: a defect of stanch that must not pass as clean.
    pub fn unbalanced(&self) -> Vec<Unit> {
        self.counts.iter().filter(|(_, c)| !c.balances()).map(|(u, _)| *u).collect()
    }

    /// Whether everything in scope was read.
    pub fn is_complete(&self) -> bool {
        self.gaps().next().is_none() && self.unbalanced().is_empty()
    }
}
