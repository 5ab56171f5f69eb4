//! For findings only: where a blob stands, and who brought it in.

use super::inventory::{Inventory, tips};
use super::known::KnownSite;
use super::nowhere::Nowhere;
use super::objects::in_parallel;
use super::packed::Packed;
use super::reading::Reading;
use super::sites::{Lost, Site, Sites};
use crate::error::Result;
use crate::git::graph::Graph;
use crate::git::numbers::Numbers;
use crate::git::object::introduction;
use crate::git::{Commit, Kind, Repo, Where};
use crate::model::{Budget, Introduction, ObjectId, Reach};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The sites that were kept.
pub(super) fn recalled(repo: &Repo, known: &[KnownSite]) -> Sites {
    let lost = Lost::default();
    let mut who = Who::new(repo, &lost);
    let mut sites: HashMap<ObjectId, Vec<Site>> = HashMap::new();
    for site in known {
        let introduced = site.commit.and_then(|id| who.brought(id));
        let introduced = introduced.map(|by| Introduction { order: site.order, ..by });
        let found = Site { path: site.path.clone(), introduced, reach: site.reach };
        sites.entry(site.blob).or_default().push(found);
    }
    Sites { of: sites, gaps: lost.told() }
}

/// What stands for all that refs, HEADs and logs say.
///
/// # Errors
/// If they cannot be read.
pub(super) fn state(repo: &Repo) -> Result<[u8; 32]> {
    let mut hasher = blake3::Hasher::new();
    for list in [repo.head()?.into_iter().collect(), tips(repo)?, repo.logged()?] {
        hasher.update(&(list.len() as u64).to_le_bytes());
        for id in list {
            hasher.update(id.as_bytes());
        }
    }
    Ok(*hasher.finalize().as_bytes())
}

/// What stands for the store at `place` and all that its refs and logs say.
///
/// # Errors
/// If they cannot be read.
pub fn fingerprint(place: &Where) -> Result<String> {
    let repo = Repo::at(place)?;
    let store = match Packed::open(&repo, None) {
        Some(packed) => packed.whole(),
        None => Inventory::whole(&repo)?.mark(),
    };
    Ok(format!("{store} {}", data_encoding::HEXLOWER.encode(&state(&repo)?)))
}

/// Finds every path of each of the `wanted` blobs. The answer holds all of them.
///
/// # Errors
/// If the repository or its refs cannot be read.
pub fn attribute(place: &Where, wanted: &[ObjectId], budget: &Budget) -> Result<Sites> {
    let repo = Repo::at(place)?;
    let lost = Lost::default();
    let graph = graph_of(&repo, &wanted.iter().copied().collect(), budget, &lost)?;
    of(&repo, &graph, wanted, lost)
}

/// Commits and trees of `repo`, to be asked where the blobs `wanted` stand. What cannot be read
/// is `lost`.
///
/// # Errors
/// If the store cannot be listed.
pub(super) fn graph_of(
    repo: &Repo,
    wanted: &HashSet<ObjectId>,
    budget: &Budget,
    lost: &Lost,
) -> Result<Graph> {
    let nowhere = Nowhere { budget, lost };
    if let Some(packed) = Packed::open(repo, None) {
        return packed.graph(wanted, &nowhere);
    }
    let mut ids = repo.object_ids()?;
    ids.sort_unstable();
    // A list that was cut short hides what stands in it.
    for tip in tips(repo)?.into_iter().filter(|id| ids.binary_search(id).is_err()) {
        lost.absent(tip);
    }
    let mut reading = Reading::new(&nowhere, Numbers::new([], ids.clone()));
    reading.collector.want(wanted);
    in_parallel(repo, ids.len(), |repo, at| {
        let Some(&id) = ids.get(at) else { return };
        match repo.header(id) {
            Ok((kind @ (Kind::Commit | Kind::Tree), _)) => reading.plain(repo, id, kind),
            Ok(_) => {}
            Err(gap) => lost.add(id, gap),
        }
    })?;
    Ok(reading.finish().graph)
}

/// Every site of the blobs `wanted`, which the graph was asked to watch: each path under which
/// one stood, with the commit that first had it there. What cannot be read is `lost` as well.
///
/// # Errors
/// If the refs of the repository cannot be read.
pub(super) fn of(repo: &Repo, graph: &Graph, wanted: &[ObjectId], lost: Lost) -> Result<Sites> {
    if wanted.is_empty() {
        return Ok(Sites::default());
    }
    let tips = tips(repo)?;
    let class = classes(repo, graph, &tips, &lost)?;
    let mut sites: BTreeMap<ObjectId, Vec<Site>> = BTreeMap::new();
    let mut who = Who::new(repo, &lost);
    let order = graph.order(&class);
    let mut nth = vec![0; order.len()];
    (0..).zip(&order).for_each(|(at, &row)| nth[row as usize] = at);
    for stand in graph.stands(&order) {
        let reach = match class.get(stand.row as usize) {
            Some(0) => Reach::Ref,
            Some(1) => Reach::Reflog,
            _ => Reach::Unreachable,
        };
        let order = nth.get(stand.row as usize).copied();
        let introduced = graph.commit(stand.row).and_then(|id| who.brought(id));
        let introduced = introduced.map(|by| Introduction { order, ..by });
        let site = Site { path: Some(stand.path), introduced, reach };
        sites.entry(stand.blob).or_default().push(site);
    }
    for (blob, path) in at_head(repo, graph, &lost)? {
        let known = sites.entry(blob).or_default();
        known
            .iter_mut()
            .filter(|s| s.path.as_ref() == Some(&path))
            .for_each(|s| s.reach = Reach::Head);
    }
    for (blob, path) in outside_commits(repo, graph, &tips, &lost) {
        let known = sites.entry(blob).or_default();
        if !known.iter().any(|s| s.path == path) {
            known.push(Site { path, introduced: None, reach: Reach::Ref });
        }
    }
    let mut answer = HashMap::new();
    for id in wanted {
        let mut sites = sites.remove(id).unwrap_or_else(|| vec![Site::nowhere()]);
        sites.sort_by(|a, b| (a.reach, &a.path).cmp(&(b.reach, &b.path)));
        answer.insert(*id, sites);
    }
    Ok(Sites { of: answer, gaps: lost.told() })
}

/// For each commit of `graph`: 0 if refs reach it, 1 if only reflogs do, 2 if nothing does.
pub(super) fn classes(
    repo: &Repo,
    graph: &Graph,
    tips: &[ObjectId],
    lost: &Lost,
) -> Result<Vec<u8>> {
    let tips: Vec<ObjectId> =
        tips.iter().filter_map(|id| peeled(repo, graph, *id, lost)).collect();
    let referred = graph.ancestors(&tips);
    let logged = graph.ancestors(&repo.logged()?);
    let class = |(referred, logged): (bool, bool)| match (referred, logged) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 2,
    };
    Ok(referred.into_iter().zip(logged).map(class).collect())
}

/// What the tip `id` leads to behind tags.
pub(super) fn peeled(repo: &Repo, graph: &Graph, id: ObjectId, lost: &Lost) -> Option<ObjectId> {
    let peeled = repo.peel(id);
    peeled.map_err(|gap| lost.add_tip(repo, graph.numbers(), id, gap)).ok()
}

/// Those who brought something in, each read once.
pub(super) struct Who<'a> {
    repo: &'a Repo,
    lost: &'a Lost,
    known: HashMap<ObjectId, Option<Introduction>>,
}

impl<'a> Who<'a> {
    pub(super) fn new(repo: &'a Repo, lost: &'a Lost) -> Self {
        Self { repo, lost, known: HashMap::new() }
    }

    pub(super) fn brought(&mut self, commit: ObjectId) -> Option<Introduction> {
        let (repo, lost) = (self.repo, self.lost);
        let read = || match repo.read_kind(commit, Kind::Commit) {
            Ok(raw) => Some(introduction(commit, &raw)),
            Err(gap) => {
                lost.add(commit, gap);
                None
            }
        };
        self.known.entry(commit).or_insert_with(read).clone()
    }
}

/// The paths of wanted blobs in the tree of HEAD.
pub(super) fn at_head(
    repo: &Repo,
    graph: &Graph,
    lost: &Lost,
) -> Result<HashSet<(ObjectId, Vec<u8>)>> {
    let read = |id| {
        let raw = repo.read_kind(id, Kind::Commit);
        raw.map_err(|gap| lost.add_tip(repo, graph.numbers(), id, gap)).ok()
    };
    let root = repo.head()?.and_then(read).and_then(|raw| Commit::parse(&raw).tree);
    Ok(root.map_or_else(HashSet::new, |root| graph.below(&root).into_iter().collect()))
}

/// Where refs lead to wanted blobs without a commit between: tags of trees and blobs.
fn outside_commits(
    repo: &Repo,
    graph: &Graph,
    tips: &[ObjectId],
    lost: &Lost,
) -> Vec<(ObjectId, Option<Vec<u8>>)> {
    let mut found = Vec::new();
    for id in tips.iter().filter_map(|id| peeled(repo, graph, *id, lost)) {
        match repo.header(id) {
            Ok((Kind::Blob, _)) => found.push((id, None)),
            Ok((Kind::Tree, _)) => {
                found.extend(graph.below(&id).into_iter().map(|(blob, path)| (blob, Some(path))));
            }
            Ok(_) => {}
            Err(gap) => lost.add_tip(repo, graph.numbers(), id, gap),
        }
    }
    found
}
