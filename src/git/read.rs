//! Reading objects of a repository, by libgit2 or by git.

use super::batch::{Answer, Batch};
use super::command::Git;
use super::open::Backend;
use super::{Kind, Repo, sha1};
use crate::error::{Error, Kind as Trouble, Result};
use crate::model::{ObjectId, Reason};

/// The largest object that is read. What is larger is named as not read.
pub const MAX_OBJECT: u64 = 1 << 30;

/// Why an object could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// Why.
    pub reason: Reason,
    /// More words.
    pub detail: String,
}

impl Gap {
    /// A gap for `reason`.
    pub fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into() }
    }

    fn too_large(size: u64) -> Self {
        Self::new(Reason::Unsupported, format!("{size} bytes are too large to read"))
    }
}

/// What reading an object gives.
pub type Read<T> = std::result::Result<T, Gap>;

impl Repo {
    /// Whether the store has the object `id`. Unlike [`Repo::header`], this does not ask git
    /// about what libgit2 does not find.
    pub fn has(&self, id: ObjectId) -> bool {
        match &self.backend {
            Backend::Library(_) => self.single().is_some_and(|store| store.has(id)),
            Backend::Command => self.second_header(id).is_some(),
        }
    }

    /// Kind and size of the object `id`, from its header only.
    ///
    /// # Errors
    /// If it is not there or its header cannot be read.
    pub fn header(&self, id: ObjectId) -> Read<(Kind, u64)> {
        match &self.backend {
            Backend::Library(_) => {
                let found = self.single().ok_or_else(absent).and_then(|store| store.header(id));
                found.or_else(|gap| self.second_header(id).ok_or(gap))
            }
            Backend::Command => self.second_header(id).ok_or_else(absent),
        }
        .map_err(|gap| self.named(gap))
    }

    /// The object `id`. Its size is looked at before memory is taken for it.
    ///
    /// # Errors
    /// If it is not there, damaged, or larger than [`MAX_OBJECT`].
    pub fn read(&self, id: ObjectId) -> Read<(Kind, Vec<u8>)> {
        // Our own reader looks at the size itself.
        if matches!(self.backend, Backend::Command) {
            match self.header(id)? {
                (_, size) if size > MAX_OBJECT => return Err(Gap::too_large(size)),
                _ => {}
            }
        }
        self.read_checked(id)
    }

    /// The object `id`, whose size was looked at before.
    ///
    /// # Errors
    /// As [`Repo::read`].
    pub fn read_checked(&self, id: ObjectId) -> Read<(Kind, Vec<u8>)> {
        match &self.backend {
            Backend::Library(_) => {
                self.first_read(id).or_else(|gap| self.second_read(id).ok_or(gap))
            }
            Backend::Command => self.second_read(id).ok_or_else(absent),
        }
        .map_err(|gap| self.named(gap))
    }

    /// The object `id` if it is of `kind`.
    ///
    /// # Errors
    /// As [`Repo::read`], or if it is of another kind.
    pub fn read_kind(&self, id: ObjectId, kind: Kind) -> Read<Vec<u8>> {
        match self.read(id)? {
            (found, bytes) if found == kind => Ok(bytes),
            (found, _) => {
                Err(Gap::new(Reason::Corrupt, format!("is a {found:?}, not a {kind:?}")))
            }
        }
    }

    /// Every object of the store and its alternates, once each, in the order of the packs.
    ///
    /// # Errors
    /// If the store cannot be listed.
    pub fn object_ids(&self) -> Result<Vec<ObjectId>> {
        let listed = match &self.backend {
            Backend::Library(_) => self.own_list().map_or_else(|| self.command_list(), Ok)?,
            Backend::Command => self.command_list()?,
        };
        let mut seen = std::collections::HashSet::with_capacity(listed.len());
        Ok(listed.into_iter().filter(|id| seen.insert(*id)).collect())
    }

    fn own_list(&self) -> Option<Vec<ObjectId>> {
        Some([self.single()?.packed_ids()?, self.loose_ids()?].concat())
    }

    fn command_list(&self) -> Result<Vec<ObjectId>> {
        let git = match &self.git {
            Some(git) => git.clone(),
            None => Git::find(self.place())?,
        };
        let format = "--batch-check=%(objectname)";
        let out =
            git.output(["cat-file", format, "--batch-all-objects", "--unordered", "--buffer"])?;
        let mut ids = Vec::new();
        for line in out.split(|&b| b == b'\n').filter(|line| !line.is_empty()) {
            // A damaged object is listed as "ID missing".
            let hex = line.split(|&b| b == b' ').next().unwrap_or_default();
            let bad = || Error::new(Trouble::Git, "git cat-file listed something that is no id");
            ids.push(ObjectId::from_hex(hex).ok_or_else(bad)?);
        }
        Ok(ids)
    }

    /// In a partial clone, what is missing was left at the remote on purpose.
    fn named(&self, gap: Gap) -> Gap {
        match gap.reason {
            Reason::Missing if self.is_partial() => Gap { reason: Reason::Partial, ..gap },
            _ => gap,
        }
    }

    fn first_read(&self, id: ObjectId) -> Read<(Kind, Vec<u8>)> {
        let found = self.single().ok_or_else(absent)?.read(id)?;
        let fits = is_named(id, &found);
        fits.then_some(found)
            .ok_or_else(|| Gap::new(Reason::Corrupt, "its content is not what its name says"))
    }

    fn second_header(&self, id: ObjectId) -> Option<(Kind, u64)> {
        match self.ask(|batch| batch.header(id))? {
            Answer::Found(kind, size) => Some((kind, size)),
            Answer::Missing => None,
        }
    }

    fn second_read(&self, id: ObjectId) -> Option<(Kind, Vec<u8>)> {
        let found = self.ask(|batch| batch.read(id, MAX_OBJECT))??;
        // git does not compare contents with names when it reads. Only SHA-1 is computed here.
        (self.width() != 20 || is_named(id, &found)).then_some(found)
    }

    /// Asks `git cat-file`. A batch that fails, or does not start, is thrown away and asked once
    /// more anew: git ends when it meets a damaged object, which must not make the next one
    /// unreadable.
    fn ask<T>(&self, question: impl Fn(&mut Batch) -> Result<T>) -> Option<T> {
        let mut slot = self.batch.borrow_mut();
        for _ in 0..2 {
            if slot.is_none() {
                let found = self.git.clone().map_or_else(|| Git::find(self.place()), Ok);
                *slot = found.and_then(|git| Batch::start(&git)).ok();
            }
            match slot.as_mut().map(&question) {
                Some(Ok(answer)) => return Some(answer),
                _ => *slot = None,
            }
        }
        None
    }
}

fn is_named(id: ObjectId, (kind, bytes): &(Kind, Vec<u8>)) -> bool {
    sha1::name(*kind, bytes) == id.as_bytes()
}

fn absent() -> Gap {
    Gap::new(Reason::Missing, "git cannot read it")
}
