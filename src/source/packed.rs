//! The history at the speed of its packs: every object is decoded once, in the order in which the
//! packs are made. What this reader does not take goes through the plain one, object by object.

use super::Sink;
use super::known::Known;
use super::learned;
use super::nowhere::Nowhere;
use super::objects::{in_parallel, largest, lock, skip};
use super::reading::{Blobs, Ground, Held, Messages, Reading, Trees};
use crate::error::{Error, Kind as Trouble, Result};
use crate::git::graph::Graph;
use crate::git::numbers::Numbers;
use crate::git::pack::{Index, Limits, Pack, Visitor};
use crate::git::{Gap, Kind, Repo};
use crate::model::{Hold, ObjectId, Reason, Shard};
use rayon::prelude::*;
use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The packs and loose objects of a store.
pub(super) struct Packed<'a> {
    repo: &'a Repo,
    /// What an earlier run has scanned.
    known: Option<&'a Known>,
    /// Whether the number of each object is its row among what is known, and there are no others.
    same: bool,
    /// What is to be read of packs: which pack it is, and its forest.
    packs: Vec<(usize, Pack)>,
    /// Objects that the plain reader reads: loose ones, and what a pack does not explain.
    others: Vec<ObjectId>,
    numbers: Numbers,
    /// The share that is to be read, if not all is.
    share: Option<Shard>,
}

/// What an object of a pack is to us.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    /// An earlier run has scanned it.
    Known,
    /// An earlier pack has it as well.
    Double,
}

impl<'a> Packed<'a> {
    /// The packs of `repo`; `None` if some pack of it is of a form that only the plain reader
    /// may know, or what is `known` does not fit them.
    pub(super) fn open(repo: &'a Repo, known: Option<&'a Known>) -> Option<Self> {
        Self::of(repo, known, None)
    }

    /// As [`Packed::open`], of which only a share is to be read.
    pub(super) fn share(repo: &'a Repo, share: Shard) -> Option<Self> {
        Self::of(repo, None, Some(share))
    }

    fn of(repo: &'a Repo, known: Option<&'a Known>, share: Option<Shard>) -> Option<Self> {
        let files: Vec<PathBuf> = repo.pack_indexes()?;
        let opened = files.par_iter().map(|file| Index::open(file).ok().map(Arc::new));
        let indexes = opened.collect::<Option<Vec<_>>>()?;
        // One that is not the pack of its index is not what it seems, also where nothing is wanted
        // of it.
        if !files.iter().zip(&indexes).all(|(f, i)| ends_as_told(f, i)) {
            return None;
        }
        let mut loose = repo.loose_ids()?;
        // Numbers of objects are of 32 bits.
        let count: usize = indexes.iter().map(|index| index.len()).sum();
        u32::try_from(count + loose.len()).ok().filter(|n| *n < u32::MAX / 2)?;
        let packed = Numbers::new(indexes.iter().cloned(), Vec::new());
        loose.retain(|id| packed.find(id).is_none());
        let numbers = Numbers::new(indexes.iter().cloned(), loose);
        let same = known.is_some_and(|known| numbers.are_rows_of(&known.ids));
        let (packs, others) = (Vec::new(), Vec::new());
        let mut all = Self { repo, known, same, packs, others, numbers, share };
        let again = all.again();
        let mut here = 0;
        for (nth, (file, index)) in files.iter().zip(indexes).enumerate() {
            let marks = all.marks(nth, &index);
            here += marks.iter().filter(|mark| **mark == Mark::Known).count();
            let found = again.iter().filter(|place| place.0 == nth).map(|place| place.1);
            let new = (0..).zip(&marks).filter(|(_, mark)| **mark == Mark::New);
            let mut wanted: Vec<u32> = new.map(|(at, _)| at).chain(found).collect();
            if let Some(shard) = share {
                let mine = Pack::of(file, index.clone(), None).ok()?.share(shard);
                wanted.retain(|at| mine.binary_search(at).is_ok());
            }
            let only = (wanted.len() < index.len()).then_some(wanted.as_slice());
            if !wanted.is_empty() {
                all.packs.push((nth, Pack::of(file, index, only).ok()?));
            }
        }
        here += all.add_others();
        all.fits(here).then_some(all)
    }

    /// What each object of the pack `nth` is to us.
    fn marks(&self, nth: usize, index: &Index) -> Vec<Mark> {
        if self.same || nth == 0 && self.known.is_none() {
            return vec![if self.same { Mark::Known } else { Mark::New }; index.len()];
        }
        let (numbers, known) = (&self.numbers, self.known);
        let mark = |at: u32| {
            let Some(id) = index.id(at) else { return Mark::New };
            if numbers.is_before(nth, &id) {
                Mark::Double
            } else if known.is_some_and(|known| known.ids.find(&id).is_some()) {
                Mark::Known
            } else {
                Mark::New
            }
        };
        (0..index.len() as u32).into_par_iter().map(mark).collect()
    }

    /// Where in the packs that stands in which an earlier run found something.
    fn again(&self) -> Vec<(usize, u32)> {
        let found = self.known.into_iter().flat_map(|known| &known.found);
        found.filter_map(|again| self.numbers.place(&again.id)).collect()
    }

    /// Lists what the plain reader has to read; answers how many loose objects are known.
    fn add_others(&mut self) -> usize {
        let mut here = 0;
        let found: HashSet<ObjectId> =
            self.known.into_iter().flat_map(|known| &known.found).map(|again| again.id).collect();
        // What is loose cannot be split well, and is little.
        let loose = self.share.is_none_or(Shard::is_first).then(|| self.numbers.loose());
        for id in loose.unwrap_or_default() {
            let known = self.known.is_some_and(|known| known.ids.find(id).is_some());
            here += usize::from(known);
            if !known || found.contains(id) {
                self.others.push(*id);
            }
        }
        let odd = self.packs.iter().flat_map(|(_, pack)| pack.troubles());
        self.others.extend(odd.map(|t| t.id));
        here
    }

    /// Whether all that was known is still `here`, and nothing is that was missing.
    fn fits(&self, here: usize) -> bool {
        let has = |id: &ObjectId| self.numbers.find(id).is_some();
        self.known.is_none_or(|k| here == k.ids.len() && !k.missing.iter().any(has))
    }

    /// Scans everything that is not known, and once more that in which something was found. Who
    /// does not ask for a `graph` gets an empty one if all is known.
    ///
    /// # Errors
    /// If the repository cannot be opened again for another thread, or what is known makes no
    /// sense.
    pub(super) fn read(&self, sink: &dyn Sink, graph: bool) -> Result<Held> {
        let mut reading = Reading::new(sink, self.numbers.clone());
        if let Some(known) = self.known {
            if graph || !self.same {
                self.recall(known, &mut reading)?;
            }
            reading.recall(known);
        }
        self.declare(&reading);
        self.walk(&[Kind::Blob], &reading, Blobs);
        self.walk(&[Kind::Commit, Kind::Tag], &reading, Messages);
        self.read_others(&reading)?;
        let (trees, left): (Vec<_>, Vec<_>) =
            std::mem::take(&mut *lock(&reading.left)).into_iter().partition(|l| l.1 == Kind::Tree);
        self.read_again(&left, &reading)?;
        lock(&reading.left).extend(trees);
        reading.read_pointers(self.repo)?;
        // All blobs have been seen: the trees are asked who holds those with findings.
        let wanted = learned::wanted(sink, &lock(&reading.pointers));
        reading.collector.want(&wanted);
        self.walk(&[Kind::Tree], &reading, Trees);
        let left = std::mem::take(&mut *lock(&reading.left));
        self.read_again(&left, &reading)?;
        Ok(reading.finish())
    }

    /// Takes over what is known.
    fn recall(&self, known: &Known, reading: &mut Reading<'_>) -> Result<()> {
        let now = |row: u32| match self.same {
            true => Some(row),
            false => self.numbers.find(&known.ids.id(row)?),
        };
        let kept = known.kept.read();
        match kept.is_some_and(|kept| reading.collector.recall(&kept, &now)) {
            true => Ok(()),
            false => Err(Error::new(Trouble::Internal, "what an earlier run has kept is broken")),
        }
    }

    /// What stands for everything in the store, and how it lies there.
    pub(super) fn whole(&self) -> String {
        let mut hasher = blake3::Hasher::new_derive_key("stanch 2026 packs of a split store v1");
        for index in self.numbers.indexes() {
            hasher.update(index.trailer());
        }
        for id in self.numbers.loose() {
            hasher.update(id.as_bytes());
        }
        format!("the packs {}", hasher.finalize().to_hex().split_at(32).0)
    }

    /// Whether there is nothing that is not known.
    pub(super) fn is_known(&self) -> bool {
        self.same
    }

    /// The same store, in which the objects `missing` have numbers as well, so that they can be asked
    /// for.
    pub(super) fn with(mut self, missing: &[ObjectId]) -> Self {
        let packed = self.numbers.clone();
        self.numbers = packed.with(missing);
        self
    }

    /// Commits and trees only, to tell where the blobs `wanted` stand; nothing may be known.
    ///
    /// # Errors
    /// As [`Packed::read`].
    pub(super) fn graph(
        &self,
        wanted: &HashSet<ObjectId>,
        nowhere: &Nowhere<'_>,
    ) -> Result<Graph> {
        let mut reading = Reading::new(nowhere, self.numbers.clone());
        reading.collector.want(wanted);
        self.walk(&[Kind::Commit], &reading, Messages);
        self.walk(&[Kind::Tree], &reading, Trees);
        let mut left = std::mem::take(&mut *lock(&reading.left));
        for id in &self.others {
            match self.repo.header(*id) {
                Ok((kind @ (Kind::Commit | Kind::Tree), _)) => left.push((*id, kind)),
                Ok(_) => {}
                Err(gap) => nowhere.lost.add(*id, gap),
            }
        }
        self.read_again(&left, &reading)?;
        Ok(reading.finish().graph)
    }

    fn declare(&self, reading: &Reading<'_>) {
        for kind in [Kind::Blob, Kind::Commit, Kind::Tag, Kind::Tree] {
            let count: usize = self.packs.iter().map(|(_, pack)| pack.count(kind)).sum();
            reading.declare(kind, count as u64);
        }
    }

    fn walk<'r, V: Visitor>(
        &'r self,
        kinds: &[Kind],
        reading: &'r Reading<'r>,
        visitor: impl Fn(Ground<'r>) -> V,
    ) {
        let (limits, _hold) = limits(reading.sink);
        for (nth, pack) in &self.packs {
            let first = self.numbers.first_of(*nth);
            pack.walk(kinds, limits, &visitor(Ground { reading, first }));
        }
    }

    /// Reads the objects that stand in no pack, or that their pack does not explain, one by one;
    /// trees are left for later.
    fn read_others(&self, reading: &Reading<'_>) -> Result<()> {
        let others = &self.others;
        let left = AtomicUsize::new(others.len());
        in_parallel(self.repo, others.len(), |repo, at| {
            let Some(&id) = others.get(at).filter(|_| !reading.sink.stop()) else { return };
            left.fetch_sub(1, Ordering::Relaxed);
            match repo.header(id) {
                Ok((kind, _)) => {
                    reading.declare(kind, 1);
                    match kind {
                        Kind::Tree => lock(&reading.left).push((id, kind)),
                        _ => reading.plain(repo, id, kind),
                    }
                }
                Err(gap) => {
                    reading.declare(Kind::Blob, 1);
                    reading.skip(id, Kind::Blob, Gap { reason: Reason::Corrupt, ..gap });
                }
            }
        })?;
        // What they are is unknown, so they are of no unit.
        let left = left.into_inner();
        if left > 0 {
            let gap = Gap::new(Reason::Interrupted, "the scan was interrupted");
            skip(reading.sink, None, format!("{left} objects outside of packs"), gap);
        }
        Ok(())
    }

    /// Gives what is left over to the plain reader, which knows all packs.
    fn read_again(&self, left: &[(ObjectId, Kind)], reading: &Reading<'_>) -> Result<()> {
        in_parallel(self.repo, left.len(), |repo, at| {
            let Some(&(id, kind)) = left.get(at) else { return };
            reading.plain(repo, id, kind);
        })
    }
}

/// What a walk may hold: half of the budget, since to scan what it decodes takes memory as well.
fn limits(sink: &dyn Sink) -> (Limits, Hold<'_>) {
    let half = sink.budget().total() / 2;
    let held = usize::try_from(half).unwrap_or(usize::MAX);
    (Limits { held, alone: largest(sink) }, sink.budget().take(half))
}

/// Whether the pack beside the index `file` ends with the checksum that the index tells: one that
/// was cut short since does not.
fn ends_as_told(file: &Path, index: &Index) -> bool {
    let mut end = [0; 20];
    let read = File::open(file.with_extension("pack")).and_then(|mut pack| {
        pack.seek(SeekFrom::End(-20))?;
        pack.read_exact(&mut end)
    });
    read.is_ok() && index.trailer().starts_with(&end)
}
