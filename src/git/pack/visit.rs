//! What a walk of a pack shows, to whom, and how much memory it may take.

use super::delta::Copy;
use super::forest::Trouble;
use super::index::NAME;
use crate::git::Kind;
use crate::model::{ObjectId, Span};

/// An object that was decoded.
#[derive(Debug, Clone, Copy)]
pub struct Object<'a> {
    /// Its name, as the index tells it.
    pub(super) name: &'a [u8; NAME],
    /// Its place in the index.
    pub position: u32,
    /// Its kind.
    pub kind: Kind,
    /// Its content.
    pub data: &'a [u8],
    /// If it was made from another object that was visited: the stretches that it does not share
    /// with that one.
    pub fresh: Option<&'a [Span]>,
    /// In the same case: the stretches that it does.
    pub copies: &'a [Copy],
    /// In the same case: whether a NUL stands in what is not shared.
    pub nul: bool,
}

impl Object<'_> {
    /// Its name. It lies elsewhere in memory, for which one has to wait.
    pub fn id(&self) -> ObjectId {
        ObjectId::of_sha1(self.name)
    }
}

/// Sees the objects of a pack, on many threads.
pub trait Visitor: Sync {
    /// What is kept of an object while others are made from it.
    type Memo: Default + Send;

    /// Sees an object. `base` is what was kept of the one that it is made from, if that was
    /// visited; `memo`, which may hold what was kept of some other, is what to keep of this one.
    fn visit(&self, object: &Object<'_>, base: Option<&Self::Memo>, memo: &mut Self::Memo);

    /// Hears of an object that could not be decoded.
    fn trouble(&self, trouble: Trouble);

    /// Whether to end early: no object is begun any more, and nothing is told of the rest.
    fn stop(&self) -> bool {
        false
    }
}

/// How much memory a walk may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of decoded objects that all threads hold together, about.
    pub held: usize,
    /// Objects of more bytes on which no other hangs are left to the caller, who can read them
    /// piece by piece.
    pub alone: u64,
}

impl Limits {
    /// The share of each of so many threads.
    pub(super) fn per(self, threads: usize) -> Self {
        Self { held: self.held / threads.max(1), ..self }
    }
}
