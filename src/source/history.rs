//! Every object of the store: blobs, messages, names.

use super::attribution::{self, attribute};
use super::inventory::{Inventory, tips};
use super::known::{Known, KnownSite};
use super::learned::{self, Doubts};
use super::names::Names;
use super::objects::{Wanted, declare_skipped, lock, read_all, skip, skip_submodules, unit_of};
use super::packed::Packed;
use super::range::message;
use super::sites::{Lost, Site, Sites};
use super::{Sink, Source, missing, ref_names, salvage};
use crate::error::Result;
use crate::git::object::Tag;
use crate::git::reachable::Reachable;
use crate::git::{Commit, Gap, Kind, Repo, Where};
use crate::model::{Budget, ObjectId, Origin, OriginKind, Reason, Shard, Unit, display_path};
use std::collections::{BTreeSet, HashSet};
use std::sync::Mutex;

/// How to read a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Only what refs and HEADs reach, not what is left over in the store.
    pub reachable: bool,
    /// Only this share of it; the first takes all but blobs as well.
    pub share: Option<Shard>,
}

/// Where blobs stand, as far as a reading tells.
enum Located {
    Found(Sites),
    /// By an earlier run: who brought each in is read for those that are asked for.
    Known(Vec<KnownSite>),
}

/// The object store of a repository, its alternates among it.
pub struct History {
    place: Where,
    options: Options,
    /// Where the blobs stand in which something was found.
    sites: Mutex<Option<Located>>,
    /// What stands for the store, if only a share of it is read.
    whole: Mutex<Option<String>>,
}

impl History {
    /// The history of the repository at `place`.
    pub fn new(place: &Where, options: Options) -> Self {
        let (sites, whole) = (Mutex::default(), Mutex::default());
        Self { place: place.clone(), options, sites, whole }
    }
}

impl Source for History {
    fn scope(&self) -> String {
        match self.options.reachable {
            true => "the history that refs reach",
            false => "the whole history",
        }
        .to_owned()
    }

    fn read(&self, sink: &dyn Sink) -> Result<()> {
        let repo = Repo::at(&self.place)?;
        let refs = repo.refs()?;
        if self.is_first() {
            ref_names::scan(refs.refs.iter().map(|r| r.name.as_slice()), sink);
        }
        for name in refs.broken.into_iter().filter(|_| self.is_first()) {
            let gap = Gap::new(Reason::Corrupt, "the ref names no object");
            skip(sink, None, display_path(&name), gap);
        }
        if self.is_first() && !self.options.reachable {
            tell_lost_stores(&repo, sink);
        }
        self.read_store(&repo, sink)?;
        if self.is_first() && !sink.stop() {
            salvage::read(&repo, sink);
        }
        Ok(())
    }

    fn whole(&self) -> Option<String> {
        lock(&self.whole).clone()
    }

    fn sites(&self, wanted: &[ObjectId], budget: &Budget) -> Result<Sites> {
        let Sites { mut of, gaps } = match lock(&self.sites).take() {
            None => return attribute(&self.place, wanted, budget),
            Some(Located::Found(sites)) => sites,
            Some(Located::Known(mut sites)) => {
                let wanted: HashSet<&ObjectId> = wanted.iter().collect();
                sites.retain(|site| wanted.contains(&site.blob));
                attribution::recalled(&Repo::at(&self.place)?, &sites)
            }
        };
        let mut at = |id: &ObjectId| (*id, of.remove(id).unwrap_or_else(|| vec![Site::nowhere()]));
        Ok(Sites { of: wanted.iter().map(&mut at).collect(), gaps })
    }
}

impl History {
    /// Whether what is told of the store as a whole is to be told here.
    fn is_first(&self) -> bool {
        self.options.share.is_none_or(Shard::is_first)
    }

    /// Reads the store, in the fastest way that serves.
    fn read_store(&self, repo: &Repo, sink: &dyn Sink) -> Result<()> {
        if self.options.reachable {
            return self.read_plain(repo, sink);
        }
        if let Some(share) = self.options.share {
            return match Packed::share(repo, share) {
                Some(packed) => self.read_share(repo, &packed, sink),
                None => self.read_plain(repo, sink),
            };
        }
        let known = learned::recall(repo, sink);
        if let Some(known) = &known
            && let Some(packed) = Packed::open(repo, Some(known))
        {
            return self.read_packed(repo, &packed, Some(known), sink);
        }
        match Packed::open(repo, None) {
            Some(packed) => self.read_packed(repo, &packed, None, sink),
            None => self.read_plain(repo, sink),
        }
    }

    fn read_share(&self, repo: &Repo, packed: &Packed<'_>, sink: &dyn Sink) -> Result<()> {
        *lock(&self.whole) = Some(packed.whole());
        if self.is_first() {
            return self.read_packed(repo, packed, None, sink);
        }
        // Only blobs: where they stand is asked later, if something is found.
        packed.read(sink, false).map(drop)
    }

    fn read_packed(
        &self,
        repo: &Repo,
        packed: &Packed<'_>,
        known: Option<&Known>,
        sink: &dyn Sink,
    ) -> Result<()> {
        let refs = attribution::state(repo)?;
        let told = known.filter(|known| packed.is_known() && known.refs == refs);
        let held = packed.read(sink, told.is_none())?;
        // What came after the stop was not scanned, though it may have been read.
        if sink.stop() {
            return Ok(());
        }
        let sites = match told {
            Some(known) => {
                Doubts::of(known, &Sites::default(), sink).settle(repo, sink)?;
                Located::Known(known.sites.clone())
            }
            None => {
                let mut wanted = learned::wanted(sink, &held.pointers);
                let before = known.into_iter().flat_map(|known| &known.doubts);
                wanted.extend(before.flat_map(|doubt| &doubt.blobs));
                let wanted: Vec<ObjectId> = wanted.into_iter().collect();
                let sites = attribution::of(repo, &held.graph, &wanted, Lost::default())?;
                let doubts = known.map(|known| Doubts::of(known, &sites, sink));
                let left = doubts.unwrap_or_default().settle(repo, sink)?;
                if !sink.stop() {
                    learned::keep(repo, &held, refs, &sites, left, sink);
                }
                Located::Found(sites)
            }
        };
        *lock(&self.sites) = Some(sites);
        let numbers = held.graph.numbers();
        let is_here = |id: &ObjectId| numbers.find(id).is_some();
        let ends: Vec<_> =
            repo.shallow()?.into_iter().filter(|id| is_end(repo, *id, &is_here)).collect();
        let lost = tips(repo)?.iter().any(|id| !is_here(id));
        if repo.is_partial() && !held.missing.is_empty() {
            let detail = format!("{} objects were left at the remote", held.missing.len());
            skip(sink, None, "a partial clone", Gap::new(Reason::Partial, detail));
        } else if lost || !held.missing.is_empty() {
            match missing::reached(repo, &held, sink.budget())? {
                Some(gone) => tell_gone(gone, sink),
                None => drop(tell_missing(repo, &is_here, sink)?),
            }
        }
        tell_shallow(&ends, sink);
        Ok(())
    }

    fn read_plain(&self, repo: &Repo, sink: &dyn Sink) -> Result<()> {
        let mut inventory = match self.options.reachable {
            true => Inventory::reachable(repo)?,
            false => Inventory::whole(repo)?,
        };
        let listed = ids(&inventory);
        if let Some(share) = self.options.share {
            *lock(&self.whole) = Some(inventory.mark());
            inventory.keep_share(share);
        }
        let absent = read(repo, &inventory, &listed, sink)?;
        if sink.stop() || !self.is_first() {
            return Ok(());
        }
        let mut ends = inventory.ends.clone();
        let lost = !absent.is_empty() || tips(repo)?.iter().any(|id| !listed.contains(id));
        let whole = !self.options.reachable;
        if whole && (lost || repo.is_native()) {
            tell_bad_packs(repo, sink);
        }
        if whole && lost {
            ends.extend(tell_missing(repo, &|id| listed.contains(id), sink)?);
        }
        tell_shallow(&ends, sink);
        for (id, unit, gap) in inventory.gaps {
            declare_skipped(sink, unit, id, gap);
        }
        Ok(())
    }
}

/// Scans everything of `inventory`, which is all or a part of what is `listed`; answers what it
/// names and is not listed.
fn read(
    repo: &Repo,
    inventory: &Inventory,
    listed: &HashSet<ObjectId>,
    sink: &dyn Sink,
) -> Result<HashSet<ObjectId>> {
    for (kind, list) in [
        (Kind::Commit, &inventory.commits),
        (Kind::Tag, &inventory.tags),
        (Kind::Tree, &inventory.trees),
        (Kind::Blob, &inventory.blobs),
    ] {
        sink.declare(unit_of(kind), list.len() as u64);
    }
    let names = Names::read(repo, &inventory.trees, &|id| listed.contains(id), sink)?;
    let absent = Mutex::new(names.absent);
    let look = |kind, raw: &[u8]| {
        let missing: Vec<_> =
            links(kind, raw).into_iter().filter(|l| !listed.contains(l)).collect();
        if !missing.is_empty() {
            lock(&absent).extend(missing);
        }
    };
    read_all(repo, &wanted(inventory), sink, &look)?;
    skip_submodules(sink, names.submodules);
    Ok(absent.into_inner().unwrap_or_default())
}

fn wanted(inventory: &Inventory) -> Vec<Wanted> {
    let commits = inventory.commits.iter().map(|id| message(*id, Kind::Commit));
    let tags = inventory.tags.iter().map(|id| message(*id, Kind::Tag));
    let blobs = inventory
        .blobs
        .iter()
        .map(|id| Wanted::new(*id, Kind::Blob, Origin::new(OriginKind::History).object(*id)));
    let all = commits.chain(tags).chain(blobs);
    let checked = |id: ObjectId| inventory.checked && !inventory.large.contains(&id);
    all.map(|wanted| Wanted { checked: checked(wanted.id), ..wanted }).collect()
}

/// What a commit or tag names.
fn links(kind: Kind, raw: &[u8]) -> Vec<ObjectId> {
    match kind {
        Kind::Commit => {
            let commit = Commit::parse(raw);
            commit.parents.into_iter().chain(commit.tree).collect()
        }
        Kind::Tag => Tag::parse(raw).target.into_iter().collect(),
        Kind::Tree | Kind::Blob => Vec::new(),
    }
}

fn ids(inventory: &Inventory) -> HashSet<ObjectId> {
    let Inventory { commits, tags, trees, blobs, gaps, .. } = inventory;
    let read = [commits, tags, trees, blobs].into_iter().flatten().copied();
    read.chain(gaps.iter().map(|(id, ..)| *id)).collect()
}

/// Tells of objects that refs reach and the store does not hold. What only left-over objects
/// name may be gone for good reason. Answers where a shallow clone ends.
fn tell_missing(
    repo: &Repo,
    listed: &dyn Fn(&ObjectId) -> bool,
    sink: &dyn Sink,
) -> Result<BTreeSet<ObjectId>> {
    let reached = Reachable::list(repo, &tips(repo)?);
    let blobs = reached.blobs.iter().map(|id| (*id, Unit::Blob));
    let others = reached.gaps.iter().map(|(id, kind, _)| (*id, unit_of(*kind)));
    let missing: BTreeSet<_> = blobs.chain(others).filter(|(id, _)| !listed(id)).collect();
    if repo.is_partial() && !missing.is_empty() {
        let what = "a partial clone";
        let detail = format!("{} objects were left at the remote", missing.len());
        skip(sink, None, what, Gap::new(Reason::Partial, detail));
        return Ok(reached.ends);
    }
    tell_gone(missing, sink);
    Ok(reached.ends)
}

fn tell_gone(missing: BTreeSet<(ObjectId, Unit)>, sink: &dyn Sink) {
    for (id, unit) in missing {
        declare_skipped(sink, unit, id, Gap::new(Reason::Missing, "named, but not in the store"));
    }
}

/// Whether the history really ends at `commit`: a list of borders may name any commit.
fn is_end(repo: &Repo, commit: ObjectId, is_here: &dyn Fn(&ObjectId) -> bool) -> bool {
    let raw = repo.read_kind(commit, Kind::Commit);
    raw.map_or(true, |raw| !Commit::parse(&raw).parents.iter().all(is_here))
}

/// Tells of stores that are not there: what is in them and nothing leads to is in scope as well.
fn tell_lost_stores(repo: &Repo, sink: &dyn Sink) {
    for store in repo.lost_stores() {
        let what = display_path(store.as_os_str().as_encoded_bytes());
        let gap = Gap::new(Reason::Missing, "objects are borrowed from it, and it is not there");
        skip(sink, None, what, gap);
    }
}

/// Tells of packs that no reader can open: what is in them is unknown.
fn tell_bad_packs(repo: &Repo, sink: &dyn Sink) {
    for (file, why) in repo.bad_packs() {
        let what = display_path(file.as_os_str().as_encoded_bytes());
        skip(sink, None, what, Gap::new(Reason::Corrupt, why));
    }
}

fn tell_shallow(ends: &[ObjectId], sink: &dyn Sink) {
    if let Some(first) = ends.iter().min() {
        let detail = format!("the history before {} commits is not here", ends.len());
        skip(sink, None, first.to_string(), Gap::new(Reason::Shallow, detail));
    }
}
