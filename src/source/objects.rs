//! Reading many objects into a sink, in parallel where that pays.

use super::Sink;
use super::lfs::{self, Pointer};
use crate::error::{Error, Kind as Trouble, Result};
use crate::git::object::message;
use crate::git::{Gap, Kind, MAX_OBJECT, Repo};
use crate::model::{Item, ObjectId, Origin, Reason, Skipped, Unit};
use std::io::Read;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Fewer texts than this are read by the thread that asks: a hook is over before threads start.
const FEW: usize = 32;

/// Texts that a thread takes at a time.
const BITE: usize = 16;

/// An object that is to be read and scanned.
pub(super) struct Wanted {
    pub id: ObjectId,
    pub kind: Kind,
    pub origin: Origin,
    /// Whether its size has been looked at.
    pub checked: bool,
}

impl Wanted {
    pub fn new(id: ObjectId, kind: Kind, origin: Origin) -> Self {
        Self { id, kind, origin, checked: false }
    }
}

/// The unit that objects of `kind` are counted as.
pub(super) fn unit_of(kind: Kind) -> Unit {
    match kind {
        Kind::Commit => Unit::Commit,
        Kind::Tree => Unit::Tree,
        Kind::Blob => Unit::Blob,
        Kind::Tag => Unit::Tag,
    }
}

/// Tells of an object that was declared and could not be read.
pub(super) fn skip(sink: &dyn Sink, unit: Option<Unit>, what: impl Into<String>, gap: Gap) {
    sink.skip(Skipped { reason: gap.reason, unit, what: what.into(), detail: gap.detail });
}

/// Declares one `unit` and tells that it could not be read. The end of a shallow clone is no
/// unit: what is missing there is of unknown size.
pub(super) fn declare_skipped(sink: &dyn Sink, unit: Unit, id: ObjectId, gap: Gap) {
    let unit = (gap.reason != Reason::Shallow).then_some(unit);
    if let Some(unit) = unit {
        sink.declare(unit, 1);
    }
    skip(sink, unit, id.to_string(), gap);
}

/// Tells of submodules by their paths.
pub(super) fn skip_submodules(sink: &dyn Sink, paths: impl IntoIterator<Item = Vec<u8>>) {
    for path in paths {
        let gap = Gap::new(Reason::Submodule, "another repository: scan it by itself");
        skip(sink, None, crate::model::display_path(&path), gap);
    }
}

/// Tells if the index of `repo` was read although something is wrong with it.
pub(super) fn skip_index(repo: &Repo, sink: &dyn Sink) {
    if let Some(gap) = repo.index_gap() {
        skip(sink, None, "the index".to_owned(), gap);
    }
}

/// Reads and scans all that is `wanted` and was declared. `look` sees the raw objects as well.
pub(super) fn read_all(
    repo: &Repo,
    wanted: &[Wanted],
    sink: &dyn Sink,
    look: &(dyn Fn(Kind, &[u8]) + Sync),
) -> Result<()> {
    let pointers = Mutex::new(Vec::new());
    in_parallel(repo, wanted.len(), |repo, at| {
        if let Some(pointer) = wanted.get(at).and_then(|w| read_one(repo, w, sink, look)) {
            lock(&pointers).push(pointer);
        }
    })?;
    let mut pointers = pointers.into_inner().unwrap_or_default();
    pointers.sort_unstable();
    lfs::read(repo, pointers, sink)?;
    Ok(())
}

/// Reads and scans one object; answers the pointer to Git LFS that it is.
fn read_one(
    repo: &Repo,
    wanted: &Wanted,
    sink: &dyn Sink,
    look: &(dyn Fn(Kind, &[u8]) + Sync),
) -> Option<Pointer> {
    let unit = unit_of(wanted.kind);
    if sink.stop() || sink.known(unit, wanted.id, &wanted.origin) {
        return None;
    }
    let checked = || match wanted.checked {
        true => Ok(None),
        false => repo.header(wanted.id).map(Some),
    };
    let size = match checked() {
        Ok(Some((Kind::Blob, size))) if wanted.kind == Kind::Blob && is_large(size, sink) => {
            scan_large(repo, wanted.id, size, wanted.origin.clone(), sink);
            return None;
        }
        Ok(header) => header.map_or(0, |(_, size)| size),
        Err(gap) => {
            skip(sink, Some(unit), wanted.id.to_string(), gap);
            return None;
        }
    };
    // Once in the library, once here.
    let _hold = sink.budget().take(size.saturating_mul(2));
    let read = if size > MAX_OBJECT { repo.read(wanted.id) } else { repo.read_checked(wanted.id) };
    let raw = match read {
        Ok((kind, raw)) if kind == wanted.kind => raw,
        Ok((kind, _)) => {
            let gap = Gap::new(Reason::Corrupt, format!("is a {kind:?}, not a {:?}", wanted.kind));
            skip(sink, Some(unit), wanted.id.to_string(), gap);
            return None;
        }
        Err(gap) => {
            skip(sink, Some(unit), wanted.id.to_string(), gap);
            return None;
        }
    };
    look(wanted.kind, &raw);
    let bytes = if wanted.kind == Kind::Blob { raw.as_slice() } else { message(&raw) };
    sink.scan(unit, Item::new(bytes, wanted.origin.clone()));
    if wanted.kind == Kind::Blob { lfs::pointer(&raw, &wanted.origin) } else { None }
}

/// The largest blob that is not to be streamed: a larger one would take too much of the budget.
pub(super) fn largest(sink: &dyn Sink) -> u64 {
    sink.budget().whole().max(sink.budget().total() / 4)
}

/// Whether a blob of `size` bytes is to be streamed.
pub(super) fn is_large(size: u64, sink: &dyn Sink) -> bool {
    size > largest(sink)
}

/// Scans a blob that was declared, as it comes out of the store; answers whether it could be read.
pub(super) fn scan_large(
    repo: &Repo,
    id: ObjectId,
    size: u64,
    origin: Origin,
    sink: &dyn Sink,
) -> bool {
    let _hold = sink.budget().take(sink.budget().needed(size));
    let mut scan = |text: &mut dyn Read| sink.stream(Unit::Blob, origin.clone(), text);
    let read = repo.stream(id, size, &mut scan);
    let is_read = read.is_ok();
    if let Err(gap) = read {
        skip(sink, Some(Unit::Blob), id.to_string(), gap);
    }
    is_read
}

/// Does `work` for each number below `n`, each thread with a repository of its own.
pub(super) fn in_parallel(
    repo: &Repo,
    n: usize,
    work: impl Fn(&Repo, usize) + Sync,
) -> Result<()> {
    if n < FEW {
        (0..n).for_each(|at| work(repo, at));
        return Ok(());
    }
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let trouble = Mutex::new(None);
    let place = repo.place();
    let worker = || match Repo::at(place) {
        Ok(repo) => loop {
            let from = next.fetch_add(BITE, Ordering::Relaxed);
            let bite = from..n.min(from.saturating_add(BITE));
            if bite.is_empty() {
                return;
            }
            done.fetch_add(bite.len(), Ordering::Relaxed);
            bite.for_each(|at| work(&repo, at));
        },
        Err(e) => *lock(&trouble) = Some(e),
    };
    rayon::scope(|scope| {
        (0..rayon::current_num_threads()).for_each(|_| scope.spawn(|_| worker()));
    });
    if done.into_inner() >= n {
        return Ok(());
    }
    let trouble = trouble.into_inner().unwrap_or_default();
    Err(trouble.unwrap_or_else(|| Error::new(Trouble::Internal, "not all objects were read")))
}

/// Locks; a thread that panicked has left nothing half done behind these locks.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
