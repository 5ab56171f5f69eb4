//! Draws findings of histories at random, always the same, and compares all that stanch tells of
//! where they stand with what git tells: the commit that brought each in, its author and date,
//! all paths, what HEAD has, which commit took it out, which refs lead to it, and how many commits
//! hold it. It fails if anything differs.
//!
//! git is asked for every commit of the store with its parents (`rev-list`), for what each changes
//! of the objects in question against its first parent (`diff-tree --find-object`), for HEAD
//! (`ls-tree`) and for the refs (`for-each-ref`); what follows from that is in `oracle.rs`.
//!
//! `cargo bench --bench attribution -- REPOSITORY...`; `STANCH_BENCH_DRAW` findings of each, 50
//! unless told.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench may")]

mod oracle;
#[path = "../scanned.rs"]
mod scanned;

use oracle::{Oracle, Stand};
use scanned::scan;
use stanch::git::Where;
use stanch::matcher::Matcher;
use stanch::model::{
    Budget, Finding, Fingerprint, Introduction, ObjectId, OriginKind, Place, Reach, Trail,
    USUAL_MEMORY,
};
use stanch::pipeline::Outcome;
use stanch::rule::RuleSet;
use stanch::source::{History, HistoryOptions, Tracer};
use std::collections::{BTreeMap, BTreeSet, HashSet};

fn main() {
    let draw = std::env::var("STANCH_BENCH_DRAW").map_or(50, |n| n.parse().unwrap());
    let mut wrong = 0;
    for repository in std::env::args().skip(1).filter(|a| !a.starts_with("--")) {
        wrong += check(&repository, draw);
    }
    assert_eq!(wrong, 0, "git tells something else");
}

/// Compares `draw` findings of a repository; answers of how many something differs.
fn check(repository: &str, draw: usize) -> usize {
    let budget = Budget::new(USUAL_MEMORY, rayon::current_num_threads());
    let history = History::new(&Where::path(repository), HistoryOptions::default());
    let rules = RuleSet::builtin();
    let outcome = scan(&Matcher::new(&rules), Box::new(history), &budget);
    let drawn = drawn(&outcome, draw);
    let wanted: BTreeSet<ObjectId> =
        drawn.iter().flat_map(|f| &outcome.objects[&f.fingerprint]).copied().collect();
    let oracle = Oracle::ask(repository, &wanted);
    let wanted: Vec<ObjectId> = wanted.into_iter().collect();
    let mut tracer = Tracer::open(&Where::path(repository), &wanted, &budget).unwrap();
    let (mut wrong, mut places) = (0, 0);
    for finding in &drawn {
        let objects = &outcome.objects[&finding.fingerprint];
        let trail = tracer.trail(&objects.iter().copied().collect::<Vec<_>>()).unwrap();
        let check = Check { oracle: &oracle, objects };
        let mut faults = check.trail(&trail);
        let here = finding.places.iter().filter(|p| p.origin.kind == OriginKind::History);
        for place in here {
            places += 1;
            faults.extend(check.place(place));
        }
        wrong += usize::from(!faults.is_empty());
        faults.iter().for_each(|fault| println!("  {}: {fault}", finding.fingerprint));
    }
    println!(
        "{repository}: {} findings of {}, {} objects, {places} places in {} commits: {wrong} differ",
        drawn.len(),
        outcome.findings.len(),
        wanted.len(),
        oracle.commits.len()
    );
    wrong
}

/// So many findings that stand in blobs, drawn by a generator that always gives the same.
fn drawn(outcome: &Outcome, draw: usize) -> Vec<&Finding> {
    let in_blobs = |f: &&Finding| {
        f.places.iter().any(|p| p.origin.kind == OriginKind::History && p.origin.object.is_some())
    };
    let by_print: BTreeMap<Fingerprint, &Finding> =
        outcome.findings.iter().filter(in_blobs).map(|f| (f.fingerprint, f)).collect();
    let mut left: Vec<&Finding> = by_print.into_values().collect();
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut drawn = Vec::new();
    while drawn.len() < draw && !left.is_empty() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        drawn.push(left.swap_remove((state % left.len() as u64) as usize));
    }
    drawn
}

/// What git tells of the objects that hold one secret.
struct Check<'a> {
    oracle: &'a Oracle,
    objects: &'a BTreeSet<ObjectId>,
}

impl Check<'_> {
    fn trail(&self, trail: &Trail) -> Vec<String> {
        let mine = |stand: &Stand| self.objects.contains(&stand.0);
        let holders = self.oracle.holders(mine);
        let mut faults = Vec::new();
        let count = holders.iter().filter(|h| **h).count();
        note(&mut faults, "commits", &count, &trail.commits);
        faults.extend(self.first("introduced", &holders, trail.introduced.as_ref()));
        let at_head = self.oracle.at_head.iter().any(mine);
        note(&mut faults, "at HEAD", &at_head, &trail.at_head);
        faults.extend(self.removed(&holders, at_head, trail.removed.as_ref()));
        let paths: BTreeSet<_> = trail.stays.iter().map(|stay| stay.path.clone()).collect();
        note(&mut faults, "paths", &self.oracle.paths(mine), &paths);
        for stay in &trail.stays {
            let there = |stand: &Stand| mine(stand) && stand.1 == stay.path;
            let name = String::from_utf8_lossy(&stay.path);
            let holders = self.oracle.holders(there);
            faults.extend(self.first(&name, &holders, stay.introduced.as_ref()));
            note(&mut faults, &name, &self.oracle.at_head.iter().any(there), &stay.at_head);
        }
        self.reached(&holders, trail, &mut faults);
        faults
    }

    /// Who reaches the commits that hold it.
    fn reached(&self, holders: &[bool], trail: &Trail, faults: &mut Vec<String>) {
        let Oracle { commits, refs, .. } = self.oracle;
        let carried = self.oracle.carried(holders);
        let of_git: BTreeSet<(&[u8], bool)> = refs
            .iter()
            .filter(|(_, row)| carried[*row])
            .map(|(name, row)| (name.as_slice(), holders[*row]))
            .collect();
        let carriers = trail.carriers.iter().map(|c| (c.name.as_slice(), c.at_tip));
        let ours: BTreeSet<(&[u8], bool)> = carriers.collect();
        if of_git != ours {
            let names = |set: HashSet<&(&[u8], bool)>| format!("{set:?}");
            let lacks = names(of_git.difference(&ours).take(3).collect());
            let extra = names(ours.difference(&of_git).take(3).collect());
            faults.push(format!("refs: git has {lacks} more, stanch {extra}"));
        }
        let mut classes = commits.iter().zip(holders).filter(|(_, held)| **held);
        let lost = classes.any(|(commit, _)| commit.class == 2);
        note(faults, "unreachable", &lost, &trail.is_unreachable);
    }

    /// What is wrong with `told` as the first of `holders`: it must be the oldest, whatever clocks
    /// say, and none before it may hold.
    fn first(&self, of: &str, holders: &[bool], told: Option<&Introduction>) -> Vec<String> {
        let commits = &self.oracle.commits;
        let oldest =
            (0..commits.len()).filter(|&row| holders[row]).map(|row| commits[row].age).min();
        let Some((told, oldest)) = told.zip(oldest) else {
            let both = told.is_none() && oldest.is_none();
            return Vec::from_iter((!both).then(|| format!("{of}: git has {oldest:?}")));
        };
        let Some(row) = self.oracle.row(&told.commit) else {
            return vec![format!("{of}: {} is no commit", told.commit)];
        };
        let mut faults = Vec::new();
        if !holders[row] {
            faults.push(format!("{of}: {} does not hold it", told.commit));
        }
        note(&mut faults, of, &oldest, &commits[row].age);
        if let Some(earlier) = self.before(row, holders) {
            faults.push(format!("{of}: {earlier} holds it before {}", told.commit));
        }
        let who = (told.author.clone(), told.time, told.summary.trim_ascii_end().to_vec());
        let (author, time, summary) = self.oracle.who(&told.commit);
        note(&mut faults, of, &(author, time, summary.trim_ascii_end().to_vec()), &who);
        faults
    }

    /// One of `set` before the commit of `row`; of older ones there is none to be found.
    fn before(&self, row: usize, set: &[bool]) -> Option<ObjectId> {
        let commits = &self.oracle.commits;
        let (mut todo, mut seen) = (commits[row].parents.clone(), HashSet::new());
        while let Some(at) = todo.pop() {
            if set[at] {
                return Some(commits[at].id);
            }
            if commits[at].age == commits[row].age && seen.insert(at) {
                todo.extend(&commits[at].parents);
            }
        }
        None
    }

    /// What is wrong with `told` as the last up to HEAD that lacks what a parent holds.
    fn removed(
        &self,
        holders: &[bool],
        at_head: bool,
        told: Option<&Introduction>,
    ) -> Vec<String> {
        let commits = &self.oracle.commits;
        let up_to_head = self.oracle.head.map(|head| self.oracle.ancestors(head));
        let removes = |row: usize| {
            up_to_head.as_ref().is_some_and(|up| up[row])
                && !holders[row]
                && commits[row].parents.iter().any(|&parent| holders[parent])
        };
        let all: Vec<bool> = (0..commits.len()).map(|row| !at_head && removes(row)).collect();
        let last = (0..commits.len()).filter(|&row| all[row]).max_by_key(|&row| commits[row].age);
        let row = told.and_then(|told| self.oracle.row(&told.commit));
        let mut faults = Vec::new();
        let age = |row: Option<usize>| row.map(|row| commits[row].age);
        note(&mut faults, "removed", &age(last), &age(row));
        if row.is_some_and(|row| !all[row]) {
            faults.push(format!("removed: {told:?} does not"));
        }
        faults
    }

    fn place(&self, place: &Place) -> Vec<String> {
        let Some(object) = place.origin.object else {
            return vec!["a place without object".into()];
        };
        let way = [b"!/".as_slice(), &place.origin.inside].concat();
        let path = place.origin.path.as_deref();
        let path = path.map(|path| match place.origin.inside.is_empty() {
            true => path,
            false => path.strip_suffix(way.as_slice()).unwrap_or(path),
        });
        let Some(path) = path.filter(|path| !path.starts_with(b"<blob ")) else {
            let stands = self.oracle.paths(|stand| stand.0 == object);
            return Vec::from_iter((!stands.is_empty()).then(|| format!("{object}: {stands:?}")));
        };
        let mut faults = Vec::new();
        let name = format!("place {}", String::from_utf8_lossy(path));
        let there = |stand: &Stand| stand.0 == object && stand.1 == path;
        if !self.oracle.paths(there).contains(path) {
            faults.push(format!("{name}: never was {object}"));
        }
        let at_head = self.oracle.at_head.iter().any(there);
        let holders = self.oracle.holders(there);
        let class = (0..holders.len()).filter(|&row| holders[row]);
        let reach = match class.map(|row| self.oracle.commits[row].class).min() {
            _ if at_head => Reach::Head,
            Some(0) => Reach::Ref,
            Some(1) => Reach::Reflog,
            _ => Reach::Unreachable,
        };
        note(&mut faults, &name, &Some(reach), &place.reach);
        let any = |stand: &Stand| self.objects.contains(&stand.0) && stand.1 == path;
        faults.extend(self.first(&name, &self.oracle.holders(any), place.introduced.as_ref()));
        let commits = &self.oracle.commits;
        let age = |row: usize| commits[row].age;
        let oldest = (0..commits.len()).filter(|&row| holders[row]).map(age).min();
        let through = place.origin.commit.and_then(|id| self.oracle.row(&id));
        note(&mut faults, &format!("{name}, read through"), &oldest, &through.map(age));
        if let Some(row) = through.filter(|&row| !holders[row]) {
            faults.push(format!("{name}: {} does not hold {object}", commits[row].id));
        }
        faults
    }
}

/// Notes that stanch tells something else than git.
fn note<T: PartialEq + std::fmt::Debug>(faults: &mut Vec<String>, of: &str, git: &T, stanch: &T) {
    if git != stanch {
        faults.push(format!("{of}: git {git:?}, stanch {stanch:?}"));
    }
}
