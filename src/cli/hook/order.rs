//! Which of some commits comes first: whoever mends them with `git rebase` begins there.

use crate::git::{Commit, Kind, Repo};
use crate::model::ObjectId;
use std::collections::{HashMap, HashSet};

/// As many commits are read at most; beyond, the order is a guess by time.
const MOST: usize = 10_000;

/// Sorts `commits` so that each stands before those that build on it. Times alone do not tell: a
/// rebase gives many commits the same one.
pub(super) fn oldest_first(repo: &Repo, commits: &mut [ObjectId]) {
    let mut read = HashMap::new();
    for id in commits.iter() {
        load(repo, *id, &mut read);
    }
    let since = commits.iter().map(|id| time(&read, *id)).min().unwrap_or(0);
    let wanted: HashSet<ObjectId> = commits.iter().copied().collect();
    let below: HashMap<ObjectId, usize> =
        commits.iter().map(|id| (*id, reached(repo, *id, since, &wanted, &mut read))).collect();
    commits.sort_by_key(|id| (below.get(id).copied(), time(&read, *id)));
}

fn time(read: &HashMap<ObjectId, Commit>, id: ObjectId) -> i64 {
    read.get(&id).map_or(0, |commit| commit.time)
}

/// How many of `wanted` the commit `tip` builds on.
fn reached(
    repo: &Repo,
    tip: ObjectId,
    since: i64,
    wanted: &HashSet<ObjectId>,
    read: &mut HashMap<ObjectId, Commit>,
) -> usize {
    let (mut seen, mut left) = (HashSet::from([tip]), vec![tip]);
    while let Some(id) = left.pop() {
        load(repo, id, read);
        let Some(commit) = read.get(&id).filter(|c| c.time >= since) else { continue };
        left.extend(commit.parents.iter().filter(|parent| seen.insert(**parent)));
    }
    wanted.intersection(&seen).count()
}

fn load(repo: &Repo, id: ObjectId, read: &mut HashMap<ObjectId, Commit>) {
    if read.len() < MOST && !read.contains_key(&id) {
        read.extend(repo.read_kind(id, Kind::Commit).ok().map(|raw| (id, Commit::parse(&raw))));
    }
}
