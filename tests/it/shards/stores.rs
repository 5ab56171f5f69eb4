//! The history of one repository, split: together the parts say what one process says.

use super::*;
use crate::support::repo::Repo;
use crate::support::samples;

/// Versions of files in which secrets come, move and go, as deltas of one another.
fn lived() -> Repo {
    let repo = Repo::new();
    for version in 0..24_u64 {
        let lines = |file: u64| -> String {
            let line = |n: u64| match (n + version * 7 + file) % 61 {
                0 => format!("token: {}\n", samples::circleci(n % 3 + file)),
                k if k < 9 => format!("line {n} of version {version}\n"),
                _ => format!("line {n} of file {file} stays as it is\n"),
            };
            (0..120).map(line).collect()
        };
        (0..3).for_each(|file| {
            repo.write(format!("src/{file}.txt"), lines(file));
        });
        repo.stage().commit(&format!("version {version}"));
    }
    repo.git(["tag", "-a", "v1", "-m", "a tag"]);
    repo
}

fn scan(repo: &Repo, args: &[&str], to: &str) -> Value {
    let args = [&["scan", "--history", "--no-cache", "--format", "json", "-o", to], args].concat();
    let run = stanch(repo.path(), args);
    assert!(run.code < 2, "{}", run.err);
    report(&std::fs::read_to_string(repo.path().join(to)).unwrap())
}

/// The reports of `of` shards, and their files.
fn shards(repo: &Repo, of: u32, args: &[&str]) -> Vec<String> {
    let file = |k: u32| {
        let file = format!("{k}.json");
        let shard = format!("{k}/{of}");
        scan(repo, &[&["--shard", shard.as_str()], args].concat(), &file);
        file
    };
    (1..=of).map(file).collect()
}

#[test]
fn shards_of_a_store_make_the_report_of_the_whole() {
    let repo = lived();
    let same = |of: u32, args: &[&str]| {
        let whole = scan(&repo, args, "whole.json");
        assert!(whole["open"]["findings"].as_u64().unwrap() > 3);
        let (joined, code) = merged(repo.path(), &shards(&repo, of, args));
        assert_eq!((&joined, code), (&whole, 1), "{of} {args:?}");
    };
    // Loose objects are the first shard's.
    same(2, &[]);
    repo.git(["repack", "-q", "-adf", "--depth=50", "--window=50"]);
    [1, 2, 5].into_iter().for_each(|of| same(of, &[]));
    same(3, &["--reachable"]);
    same(3, &["--min-confidence", "high"]);
    let part: Value = scan(&repo, &["--shard", "2/5"], "2.json");
    let blobs = part["ledger"]["counts"]["blobs"]["scope"].as_u64().unwrap();
    assert!((1..50).contains(&blobs), "{blobs}");
}

#[test]
fn a_shard_that_is_missing_twice_or_of_another_store_is_told() {
    let repo = lived();
    repo.git(["repack", "-q", "-adf"]);
    let files = shards(&repo, 3, &["--min-confidence", "high"]);
    let (report, _) = merged(repo.path(), &[files[0].clone(), files[2].clone()]);
    assert_eq!(report["complete"], false);
    assert!(skipped(&report)[0].starts_with("shard 2 of 3"), "{report}");
    let twice = [files.clone(), vec![files[1].clone()]].concat();
    let (report, _) = merged(repo.path(), &twice);
    assert!(skipped(&report)[0].starts_with("shard 2 of 3"), "{report}");
    repo.write("more", "text").stage().commit("more");
    repo.git(["repack", "-q", "-ad"]);
    scan(&repo, &["--shard", "3/3"], "3.json");
    let (report, _) = merged(repo.path(), &files);
    assert_eq!(skipped(&report).len(), 3, "{report}");
}

#[test]
fn a_clean_whole_that_lacks_a_shard_is_incomplete() {
    let repo = Repo::new();
    repo.write("a", "nothing").stage().commit("first");
    let files = shards(&repo, 2, &[]);
    assert_eq!(merged(repo.path(), &files).1, 0);
    assert_eq!(merged(repo.path(), &files[..1]).1, 3);
    let (_, code) = merged(repo.path(), &[files[0].clone(), files[1].clone(), files[1].clone()]);
    assert_eq!(code, 3);
}

#[test]
fn what_cannot_be_split_is_refused() {
    let repo = Repo::new();
    repo.write("a/b", "nothing").stage().commit("first");
    for args in [
        &["scan", "--shard", "1/2"][..],
        &["scan", "a", "--shard", "1/2"],
        &["scan", "-", "--shard", "1/2"],
        &["scan", "--worktree", "--shard", "1/2"],
        &["scan", "--staged", "--shard", "1/2"],
        &["scan", "--history", "--shard", "3/2"],
        &["scan", "--history", "--shard", "auto"],
    ] {
        let run = stanch(repo.path(), args).code(2);
        assert!(run.err.contains("split") || run.err.contains("K/N"), "{args:?}: {}", run.err);
    }
}
