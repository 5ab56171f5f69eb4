//! Sources: each finds bytes to scan in one way and accounts for all that is in its scope.
//!
//! | file | what it does |
//! |---|---|
//! | `worktree`, `files`, `listed`, `stdin`, `draft`, `texts` | files and text outside the object store |
//! | `image`, `remote` | images of containers, repositories elsewhere |
//! | `index`, `range`, `push`, `history` | what is staged, what commits add, the whole store |
//! | `disk`, `objects` | reading many files or objects, in parallel |
//! | `changes`, `inventory`, `names` | what a range adds, what a store holds, names in trees |
//! | `packed`, `reading`, `missing` | the store at the speed of its packs |
//! | `cache`, `known` | what a run leaves behind for the next |
//! | `nested`, `lfs` | submodules, and what Git LFS keeps |
//! | `attribution`, `sites`, `trace` | for findings only: who brought a blob in, and what became of it |

mod attribution;
mod cache;
mod changes;
mod deep;
mod disk;
mod draft;
mod files;
mod history;
mod holes;
mod image;
mod index;
mod inventory;
pub(crate) mod known;
mod learned;
mod lfs;
mod listed;
mod missing;
mod names;
mod nested;
mod nowhere;
mod objects;
mod packed;
mod push;
mod range;
mod reading;
mod ref_names;
mod remote;
mod remotes;
mod salvage;
mod sites;
mod stdin;
mod texts;
mod trace;
mod worktree;

pub use attribution::{attribute, fingerprint};
pub use cache::Cache;
pub use draft::Draft;
pub use files::Files;
pub use history::{History, Options as HistoryOptions};
pub use image::Image;
pub use index::Index;
pub use listed::Listed;
pub use nested::Nested;
pub use push::Push;
pub use range::Range;
pub use remote::Remote;
pub use sites::{Site, Sites};
pub use stdin::Stdin;
pub use texts::{HandOut, Take, Texts};
pub use trace::{Tracer, trace};
pub use worktree::Worktree;

use crate::error::Result;
use crate::model::{Budget, Fingerprint, Item, ObjectId, Origin, Skipped, Span, Unit};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::{self, Read};

/// A text that is all of a file, and a secret only if its path says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByPath {
    /// Stands for the text.
    pub print: Fingerprint,
    /// The objects that hold it.
    pub objects: Vec<ObjectId>,
    /// Whether it is known to be one.
    pub sure: bool,
}

/// Where a source puts what it reads. May be called from several threads at once.
///
/// The account must balance: for each unit declared, exactly one of [`Sink::scan`],
/// [`Sink::bare`], a [`Sink::known`] that answers true, or a [`Sink::skip`] with that unit follows.
pub trait Sink: Sync {
    /// Says that `n` more of `unit` are in scope.
    fn declare(&self, unit: Unit, n: u64);

    /// Asks, before reading, whether the blob `id` was scanned already. If so it is accounted
    /// for here, and `origin` becomes one more place of whatever was found in it.
    fn known(&self, unit: Unit, id: ObjectId, origin: &Origin) -> bool;

    /// Scans one text. Answers where secrets stand in it, in order, if no verdict on any part of
    /// it hangs on what is far away: then of a text that is made from this one only those and
    /// what is new need be scanned.
    fn scan(&self, unit: Unit, item: Item<'_>) -> Option<Vec<Span>>;

    /// Scans one text of any length, as it comes. It is accounted for as by [`Sink::scan`].
    ///
    /// # Errors
    /// If it cannot be read to its end; what was found until then counts, and the source has to
    /// account for it by [`Sink::skip`].
    fn stream(&self, unit: Unit, origin: Origin, text: &mut dyn Read) -> io::Result<()>;

    /// How much memory the texts that are being read may take. Whoever reads a text whole takes
    /// a part for it as long as it is held; texts longer than [`Budget::whole`] are streamed.
    fn budget(&self) -> &Budget;

    /// Whether the run is to end early: then a source reads nothing more, and need not account
    /// for what is left.
    fn stop(&self) -> bool;

    /// Says that `n` units were read in which nothing stands that was not scanned with another.
    fn bare(&self, unit: Unit, n: u64);

    /// Declares `n` units that an earlier run has scanned, and in which nothing was found.
    fn spared(&self, unit: Unit, n: u64);

    /// Where to keep what was scanned for the next run, if it is to be kept.
    fn cache(&self) -> Option<&Cache>;

    /// The objects in which something has been found so far, or of which there is more to tell
    /// than that they were scanned: a later run has to scan them again. With each goes what
    /// [`Earlier`](crate::model::Earlier) may say of it then, or nothing.
    fn found(&self) -> HashMap<ObjectId, Vec<Span>>;

    /// Texts that are all of a file, and a secret only if its path says so; those that are one
    /// already, by a path that is known, stand among [`Sink::found`] as well.
    fn by_path(&self) -> Vec<ByPath> {
        Vec::new()
    }

    /// Whether a file at `path` may be a secret by that.
    fn is_telling(&self, path: &[u8]) -> bool {
        let _ = path;
        false
    }

    /// The objects in which nothing has been found so far, and what could not be read of each: a
    /// later run may tell that without a scan.
    fn told(&self) -> HashMap<ObjectId, Vec<Skipped>> {
        HashMap::new()
    }

    /// Tells of something that could not be read.
    fn skip(&self, skipped: Skipped);

    /// The objects that could not be read so far.
    fn lost(&self) -> HashSet<ObjectId>;

    /// Tells something worth knowing that is no gap.
    fn note(&self, note: String);
}

/// Takes a text that stood there before; answers whether more are of use.
pub type Text<'a> = dyn FnMut(&[u8]) -> bool + 'a;

/// One way of finding bytes.
pub trait Source: Sync {
    /// What it reads, for the summary ("the index", "commits a1b2..c3d4").
    fn scope(&self) -> String;

    /// Reads everything in scope into `sink`.
    ///
    /// # Errors
    /// If the scope itself cannot be established; a part that cannot be read goes to
    /// [`Sink::skip`] instead, and the rest is read.
    fn read(&self, sink: &dyn Sink) -> Result<()>;

    /// If only a share of a store was read: what stands for the whole store. Asked after
    /// [`Source::read`].
    fn whole(&self) -> Option<String> {
        None
    }

    /// What stood before the change that this source reads: texts whose secrets are not new.
    /// Asked only if something was found, with the paths of the findings.
    ///
    /// # Errors
    /// As [`Source::read`].
    fn before(&self, paths: &[Vec<u8>], text: &mut Text<'_>) -> Result<()> {
        let _ = (paths, text);
        Ok(())
    }

    /// Blobs that this source's change moves to another path as they are. What was in them before
    /// is no part of the change.
    ///
    /// # Errors
    /// As [`Source::read`].
    fn moved(&self) -> Result<BTreeSet<ObjectId>> {
        Ok(BTreeSet::new())
    }

    /// Where each of the blobs `wanted` stands in the history. Asked for those with findings only.
    ///
    /// # Errors
    /// If the history cannot be walked.
    fn sites(&self, wanted: &[ObjectId], budget: &Budget) -> Result<Sites> {
        let _ = (wanted, budget);
        Ok(Sites::default())
    }
}
