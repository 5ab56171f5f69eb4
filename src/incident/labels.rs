//! Names of branches for commits: from refs, and from what merges say.

use super::window::{Snapshot, Window};
use crate::error::Result;
use crate::git::walk::{Step, Walk};
use crate::git::{Kind, Repo};
use crate::model::{ObjectId, display_path};
use std::collections::{BTreeSet, HashMap, HashSet};

type Steps<'a> = HashMap<ObjectId, &'a Step>;

/// The branches of a repository, local ones and those of remotes.
pub(super) struct Labels {
    branches: Vec<(String, ObjectId)>,
    /// Where the main branch stands, here and at remotes.
    main: Vec<ObjectId>,
    main_name: Option<String>,
    /// Heads of pull and merge requests, which a mirror has and which outlive their branches.
    pulls: Vec<(String, ObjectId)>,
}

impl Labels {
    /// Reads the branches of `repo`. One that a remote has under the same name is the same.
    pub(super) fn read(repo: &Repo) -> Result<Self> {
        let (mut branches, mut pulls) = (Vec::new(), Vec::new());
        for found in repo.current_refs()?.refs {
            let local = found.name.strip_prefix(b"refs/heads/".as_slice());
            let remote = || {
                let rest = found.name.strip_prefix(b"refs/remotes/".as_slice())?;
                rest.iter().position(|&b| b == b'/').and_then(|at| rest.get(at + 1..))
            };
            let is_commit = repo.header(found.id).is_ok_and(|(kind, _)| kind == Kind::Commit);
            if let Some(name) = local.or_else(remote).filter(|n| *n != b"HEAD" && is_commit) {
                branches.push((display_path(name), found.id));
            } else if let Some(name) = pull(&found.name).filter(|_| is_commit) {
                pulls.push((name, found.id));
            }
        }
        if let Some(head) = repo.head()?.filter(|id| branches.iter().all(|(_, tip)| tip != id)) {
            branches.push(("HEAD".into(), head));
        }
        let named = super::files::main_branch(repo);
        let names = named.into_iter().chain(["main", "master", "HEAD"].map(str::to_owned));
        let of = |name: &String| -> Vec<ObjectId> {
            branches.iter().filter(|(n, _)| n == name).map(|(_, id)| *id).collect()
        };
        let found = names.map(|n| (of(&n), n)).find(|(found, _)| !found.is_empty());
        let (main, main_name) = found.map_or((Vec::new(), None), |(main, n)| (main, Some(n)));
        Ok(Self { branches, main, main_name, pulls })
    }

    /// What the main branch is called.
    pub(super) fn main_name(&self) -> Option<String> {
        self.main_name.clone()
    }

    /// Where they stand.
    pub(super) fn tips(&self) -> impl Iterator<Item = ObjectId> {
        self.branches.iter().map(|(_, id)| *id)
    }

    /// Commits of pull requests that no branch has and that were made in the window. One that was
    /// closed before says nothing about those days, so what stood before is left out.
    pub(super) fn pulled(&self, repo: &Repo, known: &[ObjectId], window: Window) -> Vec<Snapshot> {
        let tips: Vec<ObjectId> = self.pulls.iter().map(|(_, id)| *id).collect();
        let walk = Walk::run(repo, &tips, known);
        let steps: Steps<'_> = walk.steps.iter().map(|s| (s.id, s)).collect();
        let mut names: HashMap<ObjectId, BTreeSet<String>> = HashMap::new();
        for (name, tip) in &self.pulls {
            for id in line(*tip, &steps, window) {
                names.entry(id).or_default().insert(name.clone());
            }
        }
        let within = |s: &&Step| s.commit.time >= window.from && s.commit.time < window.end;
        let named = walk.steps.iter().filter(within).filter_map(|step| {
            let branches = names.get(&step.id)?.clone();
            let (tree, time) = (step.commit.tree, step.commit.time);
            Some(Snapshot { id: step.id, tree, time, branches, asleep: false })
        });
        named.collect()
    }

    /// For each branch the commits of its first-parent line in the window, and the last one
    /// before it. A branch that left the main one has only what was made on it: before that it
    /// was not there.
    pub(super) fn lines(
        &self,
        steps: &Steps<'_>,
        window: Window,
    ) -> HashMap<ObjectId, BTreeSet<String>> {
        let main: HashSet<ObjectId> =
            self.main.iter().flat_map(|tip| whole_line(*tip, steps)).collect();
        let mut lines: HashMap<ObjectId, BTreeSet<String>> = HashMap::new();
        for (name, tip) in &self.branches {
            let own = self.main.contains(tip);
            for id in line(*tip, steps, window) {
                if !own && main.contains(&id) && id != *tip {
                    break;
                }
                lines.entry(id).or_default().insert(name.clone());
            }
        }
        lines
    }

    /// Names snapshots that stand on no branch of today: by the merge that took them in.
    pub(super) fn name_the_rest(
        &self,
        repo: &Repo,
        order: &[Step],
        steps: &Steps<'_>,
        window: Window,
        snapshots: &mut [Snapshot],
    ) {
        let mut nameless: HashSet<ObjectId> =
            snapshots.iter().filter(|s| s.branches.is_empty()).map(|s| s.id).collect();
        let mut names: HashMap<ObjectId, String> = HashMap::new();
        for merge in order.iter().rev().filter(|s| s.commit.parents.len() > 1) {
            if nameless.is_empty() || merge.commit.time < window.from {
                break;
            }
            for parent in merge.commit.parents.iter().skip(1) {
                let taken: Vec<ObjectId> = line(*parent, steps, window)
                    .into_iter()
                    .take_while(|id| nameless.contains(id))
                    .collect();
                if !taken.is_empty() {
                    let name = merged_name(repo, merge.id);
                    for id in taken {
                        nameless.remove(&id);
                        names.insert(id, name.clone());
                    }
                }
            }
        }
        for snapshot in snapshots.iter_mut().filter(|s| s.branches.is_empty()) {
            let gone = || format!("a branch that is gone ({})", snapshot.id.short());
            let name = names.remove(&snapshot.id).unwrap_or_else(gone);
            snapshot.branches.insert(name);
        }
    }
}

/// `refs/pull/12/head` and `refs/merge-requests/12/head` as people call them.
fn pull(name: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(name).ok()?.strip_suffix("/head")?;
    let pull = name.strip_prefix("refs/pull/").map(|n| format!("pull request {n}"));
    pull.or_else(|| {
        name.strip_prefix("refs/merge-requests/").map(|n| format!("merge request {n}"))
    })
}

/// All of the first-parent line from `tip`.
fn whole_line(tip: ObjectId, steps: &Steps<'_>) -> Vec<ObjectId> {
    let parent = |id: &ObjectId| steps.get(id).and_then(|s| s.commit.parents.first().copied());
    // A commit cannot be its own forefather, but a damaged store may say so.
    std::iter::successors(Some(tip), parent).take(steps.len()).collect()
}

/// The first-parent line from `tip`: its part in the window, and the last commit before that.
fn line(tip: ObjectId, steps: &Steps<'_>, window: Window) -> Vec<ObjectId> {
    let mut found = Vec::new();
    let mut at = Some(tip);
    let mut left = steps.len();
    while let (Some(id), Some(step)) = (at, at.and_then(|id| steps.get(&id))) {
        if step.commit.time < window.end {
            found.push(id);
        }
        if step.commit.time < window.from || left == 0 {
            break;
        }
        left -= 1;
        at = step.commit.parents.first().copied();
    }
    found
}

/// The branch that a merge took in, as its message says.
fn merged_name(repo: &Repo, merge: ObjectId) -> String {
    let raw = repo.read_kind(merge, Kind::Commit).unwrap_or_default();
    let intro = crate::git::object::introduction(merge, &raw);
    let summary = String::from_utf8_lossy(&intro.summary).into_owned();
    let quoted = summary.split('\'').nth(1).filter(|_| summary.starts_with("Merge "));
    let pull =
        summary.strip_prefix("Merge pull request ").and_then(|rest| rest.split(" from ").nth(1));
    let pull = pull.map(|from| from.split_once('/').map_or(from, |(_, branch)| branch));
    let name = pull.or(quoted).map(|n| n.strip_prefix("origin/").unwrap_or(n));
    match name.map(str::trim).filter(|n| !n.is_empty()) {
        Some(name) => display_path(name.as_bytes()),
        None => format!("a branch merged by {}", merge.short()),
    }
}
