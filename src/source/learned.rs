//! What a run learned of a store: kept for the next one, and taken over from the one before.

use super::known::{Again, Doubt, Known, Laid};
use super::lfs::Pointer;
use super::objects::{Wanted, read_all};
use super::reading::Held;
use super::sites::{Site, Sites};
use super::{Sink, cache};
use crate::error::Result;
use crate::git::{Kind, Repo};
use crate::model::{Fingerprint, ObjectId, Origin, OriginKind, Unit};
use std::collections::HashSet;

/// What an earlier run learned, if it may be used.
pub(super) fn recall(repo: &Repo, sink: &dyn Sink) -> Option<Known> {
    match cache::load(repo, sink.cache()?) {
        cache::Found::Known(known) => Some(*known),
        cache::Found::Nothing => None,
        cache::Found::Foreign => {
            sink.note("the cache was not used: other rules, another stanch or user".into());
            None
        }
    }
}

/// The blobs of which it is of use to know where they stand: something was found in them, or may
/// come of them.
pub(super) fn wanted(sink: &dyn Sink, pointers: &[Pointer]) -> HashSet<ObjectId> {
    let mut wanted: HashSet<ObjectId> = sink.found().into_keys().collect();
    wanted.extend(sink.by_path().iter().flat_map(|text| &text.objects));
    // The content of a pointer may come later, and nobody asks them then.
    wanted.extend(pointers.iter().filter_map(|p| p.origin.object));
    wanted
}

/// Keeps what was learned for the next run, to whom the texts `doubts` are left as well. That is
/// a favour: if it fails, that is noted.
pub(super) fn keep(
    repo: &Repo,
    held: &Held,
    refs: [u8; 32],
    sites: &Sites,
    doubts: Vec<Doubt>,
    sink: &dyn Sink,
) {
    let Some(cache) = sink.cache() else { return };
    let lacks = !held.missing.is_empty() && !repo.is_partial();
    if !held.whole || lacks || !sites.gaps.is_empty() {
        return;
    }
    let numbers = held.graph.numbers();
    let is_here = |id: &ObjectId| numbers.find(id).is_some();
    if sink.lost().iter().any(is_here) {
        return;
    }
    let here = sink.found().into_iter().filter(|(id, _)| is_here(id));
    let again = |(id, spans)| Some(Again { kind: repo.header(id).ok()?.0, id, spans });
    let found: Option<Vec<Again>> = here.map(again).collect();
    // A name that holds a secret must not get into the file.
    let Some(mut found) = found.filter(|all| all.iter().all(|f| f.kind != Kind::Tree)) else {
        return;
    };
    // The content of a pointer may have come by the next time.
    let pointers = held.pointers.iter().filter_map(|p| p.origin.object);
    let (sure, doubts) = told_apart(sites, doubts, sink);
    let blobs = pointers.chain(sure).filter(is_here);
    found.extend(blobs.map(|id| Again { kind: Kind::Blob, id, spans: Vec::new() }));
    found.sort_unstable();
    found.dedup_by_key(|again| again.id);
    let again: HashSet<ObjectId> = found.iter().map(|again| again.id).collect();
    let is_left = |id: &ObjectId| is_here(id) && !again.contains(id);
    let Some(ids) = numbers.ids() else { return };
    let same = numbers.are_rows_of(&ids);
    let row = |number| if same { Some(number) } else { ids.find(&numbers.id(number)?) };
    let Some(kept) = held.graph.keep(&row) else { return };
    let known = Known {
        ids,
        counts: held.counts,
        doubts: doubts.into_iter().filter_map(|doubt| doubt.limited_to(&is_left)).collect(),
        submodules: held.submodules.iter().cloned().collect(),
        missing: held.missing.keys().copied().collect(),
        told: held.told.clone().into_iter().filter(|(id, _)| is_here(id)).collect(),
        kept: Laid::of(&kept),
        refs,
        sites: sites.of.iter().filter(|s| again.contains(s.0)).flat_map(Site::to_known).collect(),
        found,
    };
    if let Err(e) = cache::store(repo, cache, &known) {
        sink.note(format!("the cache could not be written: {e}"));
    }
}

/// The blobs that hold texts which are secrets by a path, and the texts that are not, those among
/// them that are `left` from an earlier run.
fn told_apart(sites: &Sites, left: Vec<Doubt>, sink: &dyn Sink) -> (Vec<ObjectId>, Vec<Doubt>) {
    let (mut sure, mut doubts) = (Vec::new(), left);
    for text in sink.by_path() {
        if text.sure || is_at_telling_path(&text.objects, sites, sink) {
            sure.extend(text.objects);
        } else {
            doubts.push(Doubt { print: text.print, blobs: text.objects });
        }
    }
    (sure, doubts)
}

fn is_at_telling_path(blobs: &[ObjectId], sites: &Sites, sink: &dyn Sink) -> bool {
    let sites = blobs.iter().filter_map(|id| sites.of.get(id)).flatten();
    sites.filter_map(|site| site.path.as_ref()).any(|path| sink.is_telling(path))
}

/// The texts that an earlier run had doubts about.
#[derive(Default)]
pub(super) struct Doubts {
    /// Those that have to be looked at.
    again: Vec<ObjectId>,
    left: Vec<Doubt>,
}

impl Doubts {
    /// Those of `known`: what now stands at a telling path has to be looked at, and what was met
    /// in this run as well.
    pub(super) fn of(known: &Known, sites: &Sites, sink: &dyn Sink) -> Self {
        let met: HashSet<Fingerprint> = sink.by_path().iter().map(|text| text.print).collect();
        let (mut again, mut left) = (Vec::new(), Vec::new());
        for doubt in &known.doubts {
            if met.contains(&doubt.print) || is_at_telling_path(&doubt.blobs, sites, sink) {
                again.extend_from_slice(&doubt.blobs);
            } else {
                left.push(doubt.clone());
            }
        }
        again.sort_unstable();
        again.dedup();
        Self { again, left }
    }

    /// Scans what has to be, and accounts for the others, which are answered.
    ///
    /// # Errors
    /// If the repository cannot be opened again for another thread.
    pub(super) fn settle(self, repo: &Repo, sink: &dyn Sink) -> Result<Vec<Doubt>> {
        let origin = |id| Origin::new(OriginKind::History).object(id);
        let blob = |id: &ObjectId| Wanted::new(*id, Kind::Blob, origin(*id));
        let wanted: Vec<Wanted> = self.again.iter().map(blob).collect();
        sink.declare(Unit::Blob, wanted.len() as u64);
        read_all(repo, &wanted, sink, &|_, _| {})?;
        let again: HashSet<ObjectId> = self.again.into_iter().collect();
        let left = self.left.iter().flat_map(|doubt| &doubt.blobs);
        let left: HashSet<&ObjectId> = left.filter(|id| !again.contains(id)).collect();
        sink.spared(Unit::Blob, left.len() as u64);
        Ok(self.left)
    }
}
