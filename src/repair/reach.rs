//! From where a secret can still be reached.

use super::forms::Held;
use crate::error::Result;
use crate::git::lookup::Lookup;
use crate::git::object::Tag;
use crate::git::tree::{Entries, EntryKind, join};
use crate::git::walk::{Step, Walk};
use crate::git::{Kind, Repo};
use crate::model::{Finding, ObjectId, OriginKind, display_path};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// How deep folders are gone into.
const DEEP: usize = 256;

/// A name that leads to the secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Holder {
    /// `branch`, `tag`, `remote-tracking`, `stash`, `note`, `host`, `other`.
    pub kind: &'static str,
    /// Its full name.
    pub name: String,
}

/// Everything that leads to it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Reached {
    /// Refs.
    pub refs: Vec<Holder>,
    /// Commits that only reflogs reach, and that lead there.
    pub logged: usize,
    /// Commits whose own files or message hold it.
    pub commits: usize,
    /// Commits that get another id when it is taken out: those and all that come after them.
    pub rewritten: usize,
    /// Paths at which it stands or stood.
    pub paths: BTreeSet<String>,
    /// Whether it is staged or in a file of the work tree now.
    pub here: BTreeSet<String>,
    /// Blobs that no commit reaches.
    pub loose: usize,
    /// Blobs in which no scan saw it: they hold it in an encoded form.
    pub encoded: usize,
    /// Remotes that have it as far as is known here.
    pub remotes: BTreeSet<String>,
}

/// Finds what leads to the secrets of `findings`, and to the objects that were seen to hold them.
///
/// # Errors
/// If refs or reflogs cannot be read.
pub fn reached(repo: &Repo, findings: &[&Finding], held: &Held) -> Result<Reached> {
    let places = || findings.iter().flat_map(|f| &f.places);
    let mut blobs: HashSet<ObjectId> = places().filter_map(|p| p.origin.object).collect();
    let unseen: HashSet<ObjectId> = held.blobs.difference(&blobs).copied().collect();
    blobs.extend(&unseen);
    let mut said: HashSet<ObjectId> = places()
        .filter(|p| p.origin.kind == OriginKind::Message)
        .filter_map(|p| p.origin.commit.or(p.origin.object))
        .collect();
    said.extend(&held.said);
    let mut paths: BTreeSet<Vec<u8>> = places().filter_map(|p| p.origin.path.clone()).collect();
    let mut found = Reached { encoded: unseen.len(), ..Reached::default() };
    let tips = tips(repo)?;
    let logged = repo.logged()?;
    let is_commit = |id: &ObjectId| repo.header(*id).is_ok_and(|(kind, _)| kind == Kind::Commit);
    let mut all: Vec<ObjectId> =
        tips.iter().map(|t| t.commit).chain(logged.iter().copied()).filter(is_commit).collect();
    all.extend(repo.heads()?);
    all.sort();
    all.dedup();
    let steps = Walk::run(repo, &all, &[]).steps;
    paths.extend(paths_of(repo, &steps, &unseen));
    found.paths.extend(paths.iter().map(|p| display_path(p)));
    let now =
        places().filter(|p| matches!(p.origin.kind, OriginKind::WorkTree | OriginKind::Index));
    found.here = now.filter_map(|p| p.origin.path.as_deref().map(display_path)).collect();
    let leading = leading(repo, &steps, &blobs, &said, &paths, &mut found);
    for tip in tips {
        if leading.contains(&tip.commit) || said.contains(&tip.own) {
            let holder = Holder { kind: kind_of(&tip.name), name: tip.name.clone() };
            if let Some(remote) =
                tip.name.strip_prefix("refs/remotes/").and_then(|r| r.split('/').next())
            {
                found.remotes.insert(remote.to_owned());
            }
            found.refs.push(holder);
        }
    }
    let named: HashSet<ObjectId> = repo.current_refs()?.refs.iter().map(|r| r.id).collect();
    found.logged = logged
        .iter()
        .filter(|id| leading.contains(*id) && !named.contains(*id))
        .collect::<HashSet<_>>()
        .len();
    found.loose = blobs.iter().filter(|id| repo.has(**id)).count().saturating_sub(found.loose);
    found.refs.sort();
    Ok(found)
}

struct Tip {
    name: String,
    /// What the ref names itself: an annotated tag has a message of its own.
    own: ObjectId,
    commit: ObjectId,
}

fn tips(repo: &Repo) -> Result<Vec<Tip>> {
    let mut tips = Vec::new();
    for found in repo.current_refs()?.refs {
        let mut commit = found.id;
        for _ in 0..8 {
            match repo.read(commit) {
                Ok((Kind::Tag, raw)) => match Tag::parse(&raw).target {
                    Some(target) => commit = target,
                    None => break,
                },
                _ => break,
            }
        }
        tips.push(Tip { name: display_path(&found.name), own: found.id, commit });
    }
    Ok(tips)
}

/// The commits from which one comes to the secret. Counts as it goes.
fn leading(
    repo: &Repo,
    steps: &[Step],
    blobs: &HashSet<ObjectId>,
    said: &HashSet<ObjectId>,
    paths: &BTreeSet<Vec<u8>>,
    found: &mut Reached,
) -> HashSet<ObjectId> {
    let mut trees: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
    let mut leading = HashSet::new();
    let mut met: BTreeMap<ObjectId, ()> = BTreeMap::new();
    for step in steps {
        let held = step.commit.tree.map_or(&[][..], |tree| {
            trees.entry(tree).or_insert_with(|| {
                let mut lookup = Lookup::new(repo, Some(tree));
                let at = paths.iter().filter_map(|path| lookup.get(path).map(|(_, id)| id));
                at.filter(|id| blobs.contains(id)).collect()
            })
        });
        let own = !held.is_empty() || said.contains(&step.id);
        met.extend(held.iter().map(|id| (*id, ())));
        found.commits += usize::from(own);
        if own || step.commit.parents.iter().any(|p| leading.contains(p)) {
            leading.insert(step.id);
        }
    }
    found.rewritten = leading.len();
    // For now the number of blobs that commits hold; the caller takes it from all.
    found.loose = met.len();
    leading
}

/// The paths at which `blobs` stand in the trees of `steps`. Each tree is read once.
fn paths_of(repo: &Repo, steps: &[Step], blobs: &HashSet<ObjectId>) -> BTreeSet<Vec<u8>> {
    let mut below = Below { repo, blobs, known: HashMap::new() };
    if blobs.is_empty() {
        return BTreeSet::new();
    }
    steps.iter().filter_map(|s| s.commit.tree).flat_map(|tree| below.of(tree, 0)).collect()
}

/// Paths that lead from a tree to one of the blobs.
struct Below<'a> {
    repo: &'a Repo,
    blobs: &'a HashSet<ObjectId>,
    known: HashMap<ObjectId, Vec<Vec<u8>>>,
}

impl Below<'_> {
    fn of(&mut self, tree: ObjectId, depth: usize) -> Vec<Vec<u8>> {
        if let Some(known) = self.known.get(&tree) {
            return known.clone();
        }
        let mut found = Vec::new();
        let raw = self.repo.read_kind(tree, Kind::Tree).unwrap_or_default();
        for entry in Entries::new(&raw, self.repo.width()).filter(|_| depth < DEEP) {
            if entry.kind == EntryKind::Tree {
                let inner = self.of(entry.id, depth + 1);
                found.extend(inner.iter().map(|path| join(entry.name, path)));
            } else if self.blobs.contains(&entry.id) {
                found.push(entry.name.to_vec());
            }
        }
        self.known.insert(tree, found.clone());
        found
    }
}

fn kind_of(name: &str) -> &'static str {
    let kinds = [
        ("refs/heads/", "branch"),
        ("refs/tags/", "tag"),
        ("refs/remotes/", "remote-tracking"),
        ("refs/stash", "stash"),
        ("refs/notes/", "note"),
        ("refs/pull/", "host"),
        ("refs/merge-requests/", "host"),
        ("refs/changes/", "host"),
    ];
    kinds.iter().find(|(start, _)| name.starts_with(start)).map_or("other", |(_, kind)| kind)
}
