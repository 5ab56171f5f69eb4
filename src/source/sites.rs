//! Where the blobs with findings stand, from the graph that reading the history left behind.

use super::attribution::{Site, outside_commits, paths_in};
use crate::error::Result;
use crate::git::graph::{Graph, Holder, Reached};
use crate::git::object::introduction;
use crate::git::tree::{Entries, join};
use crate::git::{Commit, Kind, Repo};
use crate::model::{Introduction, ObjectId, Reach};
use std::collections::{BTreeMap, HashMap};

/// Most trees between a blob and the root of its commit.
const MAX_DEPTH: usize = 4096;

/// Every site of the blobs that the graph was asked to watch: the path under which each came in
/// first, further names that it has, and its paths at HEAD.
///
/// # Errors
/// If the refs of the repository cannot be read.
pub(super) fn of(repo: &Repo, graph: &Graph) -> Result<HashMap<ObjectId, Vec<Site>>> {
    let mut by_blob: BTreeMap<ObjectId, Vec<&Holder>> = BTreeMap::new();
    graph.holders().iter().for_each(|h| by_blob.entry(h.blob).or_default().push(h));
    if by_blob.is_empty() {
        return Ok(HashMap::new());
    }
    let blobs: Vec<ObjectId> = by_blob.keys().copied().collect();
    let tips = super::inventory::tips(repo)?;
    let referred = graph.ancestors(&tips);
    let logged = graph.ancestors(&repo.logged()?);
    let class = |id: &ObjectId| match (referred.contains(id), logged.contains(id)) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 2,
    };
    let order = graph.order(&class);
    let search = Search {
        repo,
        ids: graph.ids(),
        reached: graph.first_reached(&order),
        order,
        class: &class,
        at_head: at_head(repo, &blobs)?,
        tagged: paths_in(repo, &outside_commits(repo, &tips), &blobs),
    };
    Ok(by_blob.into_iter().map(|(blob, holders)| (blob, search.sites(blob, &holders))).collect())
}

struct Search<'a> {
    repo: &'a Repo,
    /// All objects, by their numbers in the graph.
    ids: Vec<Option<ObjectId>>,
    /// Commits, the ones that count first.
    order: Vec<ObjectId>,
    reached: Vec<Option<Reached>>,
    class: &'a dyn Fn(&ObjectId) -> u8,
    at_head: HashMap<ObjectId, Vec<Vec<u8>>>,
    /// Paths in trees that refs name without a commit.
    tagged: HashMap<ObjectId, Vec<Vec<u8>>>,
}

impl Search<'_> {
    fn sites(&self, blob: ObjectId, holders: &[&Holder]) -> Vec<Site> {
        let mut first: BTreeMap<&[u8], (u32, u32)> = BTreeMap::new();
        for holder in holders {
            let Some(reached) = self.reached.get(holder.tree as usize).copied().flatten() else {
                continue;
            };
            let found = (reached.commit, holder.tree);
            let slot = first.entry(&holder.name).or_insert(found);
            *slot = found.min(*slot);
        }
        let mut sites: Vec<Site> =
            first.iter().map(|(name, (commit, tree))| self.site(name, *commit, *tree)).collect();
        let earliest = first.values().min().and_then(|(commit, _)| self.who(*commit));
        for path in self.at_head.get(&blob).into_iter().flatten() {
            match sites.iter_mut().find(|s| s.path.as_ref() == Some(path)) {
                Some(site) => site.reach = Reach::Head,
                None => sites.push(Site {
                    path: Some(path.clone()),
                    introduced: earliest.clone(),
                    reach: Reach::Head,
                }),
            }
        }
        for path in self.tagged.get(&blob).into_iter().flatten() {
            if !sites.iter().any(|s| s.path.as_ref() == Some(path)) {
                let path = Some(path.clone());
                sites.push(Site { path, introduced: None, reach: Reach::Ref });
            }
        }
        sites.sort_by(|a, b| (a.reach, &a.path).cmp(&(b.reach, &b.path)));
        sites
    }

    fn site(&self, name: &[u8], commit: u32, tree: u32) -> Site {
        let class = self.order.get(commit as usize).map_or(2, |id| (self.class)(id));
        let reach = match class {
            0 => Reach::Ref,
            1 => Reach::Reflog,
            _ => Reach::Unreachable,
        };
        Site { path: Some(self.path(name, tree)), introduced: self.who(commit), reach }
    }

    fn who(&self, commit: u32) -> Option<Introduction> {
        let id = *self.order.get(commit as usize)?;
        Some(introduction(id, &self.repo.read_kind(id, Kind::Commit).ok()?))
    }

    /// The path of `name` in `tree`, by the trees above it.
    fn path(&self, name: &[u8], tree: u32) -> Vec<u8> {
        let mut chain = vec![tree];
        while let Some(Some(above)) =
            self.reached[chain[chain.len() - 1] as usize].map(|r| r.above)
        {
            if chain.len() > MAX_DEPTH {
                break;
            }
            chain.push(above);
        }
        let id = |number: u32| self.ids.get(number as usize).copied().flatten();
        let names = chain.windows(2).rev().filter_map(|w| {
            let raw = self.repo.read_kind(id(w[1])?, Kind::Tree).ok()?;
            let child = id(w[0])?;
            let entry = Entries::new(&raw, self.repo.width()).find(|e| e.id == child)?;
            Some(entry.name.to_vec())
        });
        let folder = names.fold(Vec::new(), |path, name| join(&path, &name));
        join(&folder, name)
    }
}

/// The paths of `wanted` in the tree of HEAD.
fn at_head(repo: &Repo, wanted: &[ObjectId]) -> Result<HashMap<ObjectId, Vec<Vec<u8>>>> {
    let head = repo.head()?.and_then(|id| repo.read_kind(id, Kind::Commit).ok());
    let root = head.and_then(|raw| Commit::parse(&raw).tree);
    Ok(paths_in(repo, root.as_slice(), wanted))
}
