//! Objects that only the question needs where something stands: without one of them, a place or
//! its commit is missing, and the report says so.

use crate::support::repo::Repo;
use crate::support::samples::circleci;
use crate::support::tool::{Run, stanch, stanch_with};
use std::path::PathBuf;

/// Eight files with a secret in each, in one pack, and a commit on top of it that is loose.
fn repository(format: &str) -> Repo {
    let repo = Repo::plain();
    repo.git(["init", "-q", "-b", "main", &format!("--object-format={format}"), "."]);
    for seed in 0..8 {
        repo.write(format!("d/{seed}"), format!("token = {}\n", circleci(seed)));
    }
    repo.stage().commit("one");
    repo.git(["repack", "-q", "-ad"]);
    repo.git(["mv", "d", "e"]);
    repo.commit("two");
    repo
}

fn loose(repo: &Repo, id: &str) -> PathBuf {
    repo.path().join(".git/objects").join(&id[..2]).join(&id[2..])
}

/// Spoils a loose object; answers its name.
fn spoil(repo: &Repo, revision: &str) -> String {
    let id = repo.git(["rev-parse", revision]);
    std::fs::remove_file(loose(repo, &id)).unwrap();
    std::fs::write(loose(repo, &id), "no object").unwrap();
    id
}

#[track_caller]
fn names(run: &Run, id: &str) {
    let summary = run.summary();
    assert_eq!(summary["complete"], false, "{}", run.out);
    assert!(summary["ledger"]["skipped"].to_string().contains(id), "{}", run.out);
}

/// The other shards read blobs only.
#[test]
fn a_shard_names_commits_and_trees_that_it_needs_for_places() {
    for format in ["sha1", "sha256"] {
        for lost in ["main", "main^{tree}"] {
            let repo = repository(format);
            let scan = ["scan", "--history", "--no-cache", "--shard", "2/2", "--format", "jsonl"];
            let fine = stanch(repo.path(), scan).code(1);
            assert_eq!(fine.summary()["complete"], true, "{}", fine.out);
            let id = spoil(&repo, lost);
            names(&stanch(repo.path(), scan).code(1), &id);
        }
    }
}

/// All of the store is known, and only who brought in what was found is read again.
#[test]
fn a_scan_with_a_cache_names_the_commit_that_it_cannot_tell_of() {
    let repo = repository("sha1");
    let state = repo.beside("state");
    let state = state.to_str().unwrap();
    let env = [("XDG_STATE_HOME", state), ("XDG_CACHE_HOME", state)];
    let scan = || stanch_with(repo.path(), ["scan", "--history", "--format", "jsonl"], b"", &env);
    scan().code(1);
    assert_eq!(scan().code(1).summary()["complete"], true);
    let id = spoil(&repo, "main");
    names(&scan().code(1), &id);
}

#[test]
fn where_names_what_it_could_not_read() {
    let repo = repository("sha1");
    let run = stanch(repo.path(), ["scan", "--history", "--format", "jsonl"]).code(1);
    let print = run.findings()[0]["fingerprint"].as_str().unwrap().to_owned();
    let id = spoil(&repo, "main");
    let text = stanch(repo.path(), ["where", &print]).code(3).out;
    assert!(text.contains("not read") && text.contains(&id), "{text}");
    let json = stanch(repo.path(), ["where", "--json", &print]).code(3).out;
    assert!(json.contains("not_read") && json.contains(&id), "{json}");
}
