//! Objects that refs lead to and the store lacks: each is named, whatever names it. What only
//! left-over objects name may be gone.

use crate::support::repo::Repo;
use crate::support::tool::{Run, stanch};
use serde_json::Value;

/// Two commits, an annotated tag of a third that no branch holds, and a folder.
fn repository() -> Repo {
    let repo = Repo::new();
    repo.write("d/e/f", "one\n").write("d/g", "two\n").stage().commit("one");
    repo.write("h", "three\n").stage().commit("two");
    repo.git(["checkout", "-q", "--detach"]);
    repo.commit("tagged");
    repo.git(["tag", "-a", "-m", "t", "v1"]);
    repo.git(["checkout", "-q", "main"]);
    std::fs::remove_dir_all(repo.path().join(".git/logs")).unwrap();
    repo
}

fn lose(repo: &Repo, revision: &str) -> String {
    let id = repo.git(["rev-parse", revision]);
    let file = repo.path().join(".git/objects").join(&id[..2]).join(&id[2..]);
    std::fs::remove_file(file).unwrap();
    id
}

fn scan(repo: &Repo, args: &[&str]) -> Run {
    let all = ["scan", "--history", "--no-cache", "--format", "jsonl"];
    stanch(repo.path(), [&all[..], args].concat())
}

/// Names and units of what is told to be missing.
fn told(run: &Run) -> Vec<(Value, Value)> {
    let summary = run.summary();
    let skipped = summary["ledger"]["skipped"].as_array().unwrap();
    skipped.iter().map(|s| (s["what"].clone(), s["unit"].clone())).collect()
}

#[test]
fn whatever_names_it_it_is_named() {
    for (revision, unit) in [
        ("main:h", "blobs"),
        ("main:d/e/f", "blobs"),
        ("main:d/e", "trees"),
        ("main^{tree}", "trees"),
        ("main~1", "commits"),
        ("main", "commits"),
        ("v1^{commit}", "commits"),
    ] {
        let repo = repository();
        assert_eq!(told(&scan(&repo, &[]).code(0)), []);
        let id = lose(&repo, revision);
        let found = told(&scan(&repo, &[]).code(3));
        assert!(found.contains(&(id.into(), unit.into())), "{revision}: {found:?}");
    }
}

#[test]
fn what_only_left_over_objects_name_may_be_gone() {
    for revision in ["left:d/x", "left:d", "left^{tree}", "left~1"] {
        let repo = repository();
        repo.git(["checkout", "-q", "-b", "left"]);
        repo.write("d/x", "four\n").stage().commit("three");
        repo.write("d/y", "five\n").stage().commit("four");
        lose(&repo, revision);
        scan(&repo, &[]).code(3);
        repo.git(["symbolic-ref", "HEAD", "refs/heads/main"]);
        std::fs::remove_file(repo.path().join(".git/refs/heads/left")).unwrap();
        let _ = std::fs::remove_dir_all(repo.path().join(".git/logs"));
        scan(&repo, &[]).code(0);
    }
}

/// The packs that lack something are not those of the repository itself.
#[test]
fn who_borrows_from_a_partial_clone_is_told_so() {
    let origin = repository();
    origin.git(["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", origin.path().display());
    let partial = origin.beside("partial");
    let partial = partial.to_str().unwrap();
    origin.git(["clone", "-q", "--bare", "--filter=blob:none", &url, partial]);
    let borrower = Repo::plain();
    borrower.git(["clone", "-q", "--bare", "--shared", partial, "."]);
    let run = scan(&borrower, &[]).code(3);
    assert!(told(&run).contains(&("a partial clone".into(), Value::Null)), "{}", run.out);
}

#[test]
fn a_store_to_borrow_from_that_is_not_there_is_named() {
    let repo = repository();
    let elsewhere = repo.beside("elsewhere/objects");
    repo.write(".git/objects/info/alternates", format!("{}\n", elsewhere.display()));
    let run = scan(&repo, &[]).code(3);
    assert!(run.out.contains("elsewhere"), "{}", run.out);
    std::fs::create_dir_all(elsewhere).unwrap();
    scan(&repo, &[]).code(0);
}
