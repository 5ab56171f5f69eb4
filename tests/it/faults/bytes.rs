//! One byte of a repository changes: the secret is found, or the exit says that something is wrong.

use super::rig::{Case, cases, packed, repository};
use crate::support::repo::Repo;
use crate::support::samples::circleci;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// All files below a folder of the git directory.
fn files(repo: &Repo, below: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut left = vec![repo.path().join(".git").join(below)];
    while let Some(path) = left.pop() {
        match path.is_dir() {
            true => left.extend(path.read_dir().unwrap().map(|e| e.unwrap().path())),
            false => files.push(path),
        }
    }
    files.sort();
    files
}

/// Changes every `step`th byte of `file`, and answers how many were changed.
fn change(case: &Case, file: &Path, step: usize, wrong: &mut Vec<String>) -> u64 {
    let bytes = std::fs::read(file).unwrap();
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let mut runs = 0;
    for at in (0..bytes.len()).step_by(step) {
        for mask in [0xff, 1] {
            let mut odd = bytes.clone();
            odd[at] ^= mask;
            std::fs::write(file, odd).unwrap();
            let started = Instant::now();
            let run = case.outcome(&case.command().output().unwrap());
            runs += 1;
            let what = match run.code {
                _ if run.said.contains("panicked") => Some("a panic"),
                Some(1) if run.found() > 0 => None,
                Some(2 | 3) => None,
                _ => Some("neither found nor told"),
            };
            let slow = (started.elapsed() > Duration::from_secs(30)).then_some("too slow");
            let name = file.display();
            wrong.extend(what.or(slow).map(|what| format!("{name} {at} {mask:#x}: {what}")));
        }
    }
    std::fs::write(file, bytes).unwrap();
    runs
}

/// The repositories, and the files of them that are changed.
fn all() -> Vec<(Case, Vec<PathBuf>)> {
    let with = |name: &str, args: &[&'static str], repo: Option<Repo>| {
        let mut case = cases(true).into_iter().find(|case| case.name == name).unwrap();
        case.repo = repo.unwrap_or(case.repo);
        case.args.extend(args);
        case
    };
    let named = |name: &'static str, mut case: Case| {
        case.name = name;
        case
    };
    let all = |case: Case, below: &[&str]| {
        let files = below.iter().flat_map(|below| files(&case.repo, below)).collect();
        (case, files)
    };
    let reftable = Repo::plain();
    let made = reftable.try_git(["init", "-q", "--ref-format=reftable", "-b", "main", "."]);
    let refs = made.status.success().then(|| {
        reftable.write("key.env", format!("TOKEN={}\n", circleci(1))).stage().commit("one");
        reftable.remove("key.env").stage().commit("two");
        let case = named("reftable", with("packed", &[], Some(reftable)));
        let files = files(&case.repo, "reftable");
        (case, files)
    });
    let indexed = packed(true);
    indexed.git(["multi-pack-index", "write", "--bitmap"]);
    indexed.git(["commit-graph", "write", "--reachable", "--changed-paths"]);
    let beside = ["objects/pack/multi-pack-index", "objects/info"];
    let detached = repository(true);
    detached.git(["checkout", "-q", "--detach"]);
    let mut all = vec![
        all(with("index", &[], None), &["index"]),
        all(with("packed", &[], None), &["objects/pack"]),
        all(with("loose", &[], None), &["objects"]),
        all(with("packed", &["--reachable"], Some(packed(true))), &["HEAD", "packed-refs"]),
        all(with("loose", &["--reachable"], Some(detached)), &["HEAD", "refs"]),
        all(with("range", &[], None), &["HEAD", "packed-refs"]),
        all(named("beside packs", with("packed", &["--reachable"], Some(indexed))), &beside),
        all(named("config", with("packed", &[], None)), &["config"]),
        all(named("config", with("range", &[], None)), &["config"]),
        all(named("config", with("index", &[], None)), &["config"]),
    ];
    all.extend(refs);
    all
}

#[test]
fn some_bytes_change() {
    let mut wrong = Vec::new();
    for (case, files) in all() {
        let long = files.iter().max_by_key(|file| file.metadata().unwrap().len()).unwrap();
        change(&case, long, (long.metadata().unwrap().len() / 4) as usize, &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
#[ignore = "thousands of runs"]
fn every_byte_changes() {
    let (mut runs, mut wrong) = (0, Vec::new());
    let only = std::env::var("STANCH_CASE").ok();
    let is_wanted = |case: &Case| only.as_ref().is_none_or(|name| name == case.name);
    for (case, files) in all().into_iter().filter(|(case, _)| is_wanted(case)) {
        runs += files.iter().map(|file| change(&case, file, 1, &mut wrong)).sum::<u64>();
        eprintln!("{}: {runs} runs so far, {} wrong", case.name, wrong.len());
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A damaged loose object once made libgit2 wait for ever, and a damaged index crashed it.
#[test]
fn a_loose_object_that_ends_early_is_named_at_once() {
    let case = cases(true).into_iter().find(|case| case.name == "loose").unwrap();
    let mut wrong = Vec::new();
    for file in files(&case.repo, "objects").iter().take(3) {
        let bytes = std::fs::read(file).unwrap();
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o644)).unwrap();
        std::fs::write(file, &bytes[..bytes.len() - 6]).unwrap();
        let run = case.outcome(&case.command().output().unwrap());
        wrong.extend((!run.tells_of_a_gap()).then(|| format!("{}", file.display())));
        std::fs::write(file, bytes).unwrap();
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
