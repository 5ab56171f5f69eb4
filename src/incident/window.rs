//! Which commits were in force on some days: those made then, and those that a branch stood at
//! when the days began.
//!
//! Git keeps no history of branches, so it is put together from what there is: the dates of
//! commits, the refs and reflogs of today, and the messages of merges. A commit counts if it was
//! made in the window; if it was the last one before it on the first-parent line of a branch; or
//! if nothing had been made upon it before the window began. Dates are the committers', and may
//! lie; what was rebased later carries its new date.

use super::labels::Labels;
use crate::config::Date;
use crate::error::Result;
use crate::git::walk::{Step, Walk};
use crate::git::{Kind, Repo};
use crate::model::ObjectId;
use std::collections::{BTreeSet, HashMap, HashSet};

const DAY: i64 = 86_400;
/// A branch that nobody had touched for so long before the window is asleep.
const ASLEEP: i64 = 90 * DAY;

/// Some days, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first second.
    pub from: i64,
    /// The first second after.
    pub end: i64,
}

impl Window {
    /// From the begin of the first day to the end of the last one.
    pub fn new(from: Date, to: Date) -> Self {
        Self { from: from.seconds(), end: to.seconds() + DAY }
    }
}

/// A commit that was in force.
#[derive(Debug, Clone)]
pub(super) struct Snapshot {
    /// The commit.
    pub(super) id: ObjectId,
    /// Its tree.
    pub(super) tree: Option<ObjectId>,
    /// When it was made.
    pub(super) time: i64,
    /// The branches that it stood on.
    pub(super) branches: BTreeSet<String>,
    /// Whether it only stood on a branch that nobody had touched for long, and touched again.
    pub(super) asleep: bool,
}

/// What was in force, and what could not be read.
pub(super) struct InForce {
    /// Commits, the youngest first.
    pub(super) snapshots: Vec<Snapshot>,
    /// Commits that are missing.
    pub(super) gaps: Vec<String>,
    /// The name of the main branch.
    pub(super) main: Option<String>,
}

/// Finds what was in force in `repo`.
pub(super) fn in_force(repo: &Repo, window: Window) -> Result<InForce> {
    let labels = Labels::read(repo)?;
    let mut tips: Vec<ObjectId> = labels.tips().collect();
    let logged = repo.logged()?.into_iter();
    tips.extend(logged.filter(|id| repo.header(*id).is_ok_and(|(kind, _)| kind == Kind::Commit)));
    tips.sort();
    tips.dedup();
    let walk = Walk::run(repo, &tips, &[]);
    let steps: HashMap<ObjectId, &Step> = walk.steps.iter().map(|s| (s.id, s)).collect();
    let lines = labels.lines(&steps, window);
    let (built_upon, woken) = built_upon(&walk.steps, window);
    let mut snapshots: Vec<Snapshot> = walk
        .steps
        .iter()
        .filter(|step| {
            let time = step.commit.time;
            let within = time >= window.from && time < window.end;
            let idle = time < window.from && !built_upon.contains(&step.id);
            within || idle || (time < window.end && lines.contains_key(&step.id))
        })
        .map(|step| Snapshot {
            id: step.id,
            tree: step.commit.tree,
            time: step.commit.time,
            branches: lines.get(&step.id).cloned().unwrap_or_default(),
            asleep: step.commit.time < window.from - ASLEEP && !woken.contains(&step.id),
        })
        .collect();
    labels.name_the_rest(repo, &walk.steps, &steps, window, &mut snapshots);
    snapshots.extend(labels.pulled(repo, &tips, window));
    let main = labels.main_name();
    for snapshot in &mut snapshots {
        snapshot.asleep &= !main.as_ref().is_some_and(|m| snapshot.branches.contains(m));
    }
    snapshots.sort_by_key(|s| std::cmp::Reverse(s.time));
    let gaps = walk.gaps.iter().map(|(id, gap)| format!("commit {}: {}", id.short(), gap.detail));
    Ok(InForce { snapshots, gaps: gaps.collect(), main })
}

/// Commits upon which another was made before the window began, and since it did.
fn built_upon(steps: &[Step], window: Window) -> (HashSet<ObjectId>, HashSet<ObjectId>) {
    let (before, since): (Vec<&Step>, Vec<&Step>) =
        steps.iter().partition(|s| s.commit.time < window.from);
    let parents =
        |steps: Vec<&Step>| steps.iter().flat_map(|s| s.commit.parents.iter().copied()).collect();
    (parents(before), parents(since))
}
