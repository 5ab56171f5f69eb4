//! The history at the speed of its packs: every object is decoded once, in the order in which the
//! packs are made. What this reader does not take goes through the plain one, object by object.

use super::Sink;
use super::known::{Known, KnownPack};
use super::nowhere::Nowhere;
use super::objects::{in_parallel, largest, lock, skip};
use super::reading::{Blobs, Ground, Held, Messages, Reading, Trees};
use crate::error::{Error, Kind as Trouble, Result};
use crate::git::graph::Graph;
use crate::git::numbers::Numbers;
use crate::git::pack::{Index, Limits, Pack, Visitor};
use crate::git::{Gap, Kind, Repo};
use crate::model::{Budget, Hold, ObjectId, Reason};
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
    /// How many packs that run has scanned; they come first among the numbers.
    old: usize,
    /// All indexes: file name and index, in the order of the numbers.
    indexes: Vec<(Vec<u8>, Arc<Index>)>,
    /// The packs that are new.
    packs: Vec<Pack>,
    /// For each of them: the positions of objects that need not be read, since an earlier pack or
    /// run gave them.
    doubles: Vec<HashSet<u32>>,
    /// Objects that the plain reader reads: loose ones, and what a pack does not explain.
    others: Vec<ObjectId>,
    numbers: Numbers,
}

impl<'a> Packed<'a> {
    /// The packs of `repo`; `None` if some pack of it is of a form that only the plain reader
    /// may know, or what is `known` does not fit them.
    pub(super) fn open(repo: &'a Repo, known: Option<&'a Known>) -> Option<Self> {
        let mut files: Vec<PathBuf> = repo.pack_indexes()?;
        let mut indexes = known.map_or(Some(Vec::new()), |known| recall(known, &mut files))?;
        let old = indexes.len();
        let packs: Vec<Pack> = files.iter().map(|p| Pack::open(p).ok()).collect::<Option<_>>()?;
        indexes.extend(files.iter().zip(&packs).map(|(f, p)| (name_of(f), p.index().clone())));
        let all_loose = repo.loose_ids()?;
        // Numbers of objects are of 32 bits.
        let count: usize = indexes.iter().map(|(_, index)| index.len()).sum();
        u32::try_from(count + all_loose.len()).ok().filter(|n| *n < u32::MAX / 2)?;
        let shared = || indexes.iter().map(|(_, index)| index.clone());
        let packed = Numbers::new(shared(), Vec::new());
        let loose: Vec<ObjectId> =
            all_loose.into_iter().filter(|id| packed.find(id).is_none()).collect();
        let before: &[ObjectId] = known.map_or(&[], |known| &known.loose);
        let mut packed = Self {
            repo,
            known,
            old,
            doubles: Vec::new(),
            others: Vec::new(),
            numbers: Numbers::new(shared(), loose.clone()),
            indexes,
            packs,
        };
        packed.doubles =
            (0..packed.packs.len()).map(|nth| packed.doubles_of(nth, before)).collect();
        let is_new = |id: &ObjectId| before.binary_search(id).is_err();
        packed.others = loose.into_iter().filter(is_new).collect();
        for (pack, doubles) in packed.packs.iter().zip(&packed.doubles) {
            let odd = pack.troubles().iter().filter(|t| !doubles.contains(&t.position));
            packed.others.extend(odd.map(|t| t.id));
        }
        packed.fits().then_some(packed)
    }

    /// Whether all that was known is still here, and nothing is that was missing.
    fn fits(&self) -> bool {
        let has = |id: &ObjectId| self.numbers.find(id).is_some();
        self.known.is_none_or(|k| k.loose.iter().all(has) && !k.missing.iter().any(has))
    }

    /// Objects of the new pack `nth` that need not be read, by their positions.
    fn doubles_of(&self, nth: usize, before: &[ObjectId]) -> HashSet<u32> {
        let nth_of_all = self.old + nth;
        let Some((_, index)) = self.indexes.get(nth_of_all) else { return HashSet::new() };
        if nth_of_all == 0 && before.is_empty() {
            return HashSet::new();
        }
        let numbers = &self.numbers;
        let is_double = |&at: &u32| {
            index.id(at).is_some_and(|id| {
                numbers.is_before(nth_of_all, &id) || before.binary_search(&id).is_ok()
            })
        };
        (0..index.len() as u32).into_par_iter().filter(is_double).collect()
    }

    /// Scans everything that is not known, and once more that in which something was found.
    ///
    /// # Errors
    /// If the repository cannot be opened again for another thread, or what is known makes no
    /// sense.
    pub(super) fn read(&self, sink: &dyn Sink) -> Result<Held> {
        let mut reading = Reading::new(sink, self.numbers.clone());
        if let Some(known) = self.known {
            self.recall(known, &mut reading)?;
        }
        self.declare(&reading);
        self.walk(&[Kind::Blob], &reading, Blobs);
        self.walk(&[Kind::Commit, Kind::Tag], &reading, Messages);
        self.read_others(&reading)?;
        let (trees, left): (Vec<_>, Vec<_>) =
            std::mem::take(&mut *lock(&reading.left)).into_iter().partition(|l| l.1 == Kind::Tree);
        self.read_again(&left, &reading)?;
        lock(&reading.left).extend(trees);
        // All blobs have been seen: the trees are asked who holds those with findings.
        reading.collector.want(&sink.found());
        self.walk(&[Kind::Tree], &reading, Trees);
        let left = std::mem::take(&mut *lock(&reading.left));
        self.read_again(&left, &reading)?;
        Ok(reading.finish())
    }

    /// Takes over what is known.
    fn recall(&self, known: &Known, reading: &mut Reading<'_>) -> Result<()> {
        let first_loose = self.numbers.first_of(self.old);
        let now = |number: u32| match number.checked_sub(first_loose) {
            Some(at) => self.numbers.find(known.loose.get(at as usize)?),
            None => Some(number),
        };
        if !reading.collector.recall(&known.kept, &now) {
            return Err(Error::new(Trouble::Internal, "what an earlier run has kept is broken"));
        }
        reading.recall(known);
        in_parallel(self.repo, known.found.len(), |repo, at| {
            let Some(&(kind, id)) = known.found.get(at) else { return };
            reading.declare(kind, 1);
            reading.plain(repo, id, kind);
        })
    }

    /// The packs and loose objects, to be known to a later run.
    pub(super) fn inventory(&self) -> (Vec<KnownPack>, Vec<ObjectId>) {
        let pack = |(name, index): &(Vec<u8>, Arc<Index>)| KnownPack {
            name: name.clone(),
            trailer: index.trailer().to_vec(),
        };
        (self.indexes.iter().map(pack).collect(), self.numbers.loose().to_vec())
    }

    /// Whether there is nothing that is not known.
    pub(super) fn is_known(&self) -> bool {
        self.known.is_some() && self.packs.is_empty() && self.others.is_empty()
    }

    /// Commits and trees only, to tell where the blobs `wanted` stand; nothing is scanned, and
    /// nothing may be known.
    ///
    /// # Errors
    /// As [`Packed::read`].
    pub(super) fn graph(&self, wanted: &HashSet<ObjectId>, budget: &Budget) -> Result<Graph> {
        let nowhere = Nowhere(budget);
        let mut reading = Reading::new(&nowhere, self.numbers.clone());
        reading.collector.want(wanted);
        self.walk(&[Kind::Commit], &reading, Messages);
        self.walk(&[Kind::Tree], &reading, Trees);
        let mut left = std::mem::take(&mut *lock(&reading.left));
        for id in &self.others {
            if let Ok((kind @ (Kind::Commit | Kind::Tree), _)) = self.repo.header(*id) {
                left.push((*id, kind));
            }
        }
        self.read_again(&left, &reading)?;
        Ok(reading.finish().graph)
    }

    fn declare(&self, reading: &Reading<'_>) {
        for kind in [Kind::Blob, Kind::Commit, Kind::Tag, Kind::Tree] {
            let packs = self.packs.iter().zip(&self.doubles);
            let count: usize = packs
                .map(|(pack, doubles)| pack.count(kind, &|position| !doubles.contains(&position)))
                .sum();
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
        for (nth, (pack, doubles)) in self.packs.iter().zip(&self.doubles).enumerate() {
            let first = self.numbers.first_of(self.old + nth);
            pack.walk(kinds, limits, &visitor(Ground { reading, first, doubles }));
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

/// The indexes of the packs that are known, taken from `files`; `None` if one is gone or another.
fn recall(known: &Known, files: &mut Vec<PathBuf>) -> Option<Vec<(Vec<u8>, Arc<Index>)>> {
    let one = |pack: &KnownPack| {
        let at = files.iter().position(|f| name_of(f) == pack.name)?;
        let file = files.remove(at);
        let index = Index::open(&file).ok()?;
        let same = index.trailer() == pack.trailer && ends_as_told(&file, &index);
        same.then(|| (pack.name.clone(), Arc::new(index)))
    };
    known.packs.iter().map(one).collect()
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

fn name_of(file: &Path) -> Vec<u8> {
    file.file_name().unwrap_or_default().as_encoded_bytes().to_vec()
}
