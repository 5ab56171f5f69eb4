//! What the commits of a range add.

use super::collect::{Read, at, before, listed, read};
use super::history::{lived_in, remove};
use crate::support::repo::Repo;
use stanch::model::{OriginKind, Reason, Unit};
use stanch::source::Range;

fn range(repo: &Repo, revisions: &[&str]) -> Read {
    read(&Range::parse(&at(repo), revisions).unwrap())
}

#[test]
fn ranges_are_those_of_rev_list() {
    let repo = lived_in();
    for revisions in [
        &["HEAD"][..],
        &["main", "^side"],
        &["side..main"],
        &["main~1...side"],
        &["main", "v1", "^main~2"],
        &["HEAD~1..HEAD"],
        &["main..main"],
        &["main...main"],
    ] {
        let read = range(&repo, revisions);
        let commits = repo.git([&["rev-list", "--count"], revisions].concat());
        assert_eq!(read.count(Unit::Commit).scanned.to_string(), commits, "{revisions:?}");
        assert_eq!(read.blobs(), listed(&repo, revisions), "{revisions:?}");
        assert!(read.ledger.is_complete());
    }
}

#[test]
fn what_a_range_adds_and_removes_again_is_read() {
    let repo = Repo::new();
    let base = repo.write("a", "1").stage().commit("base");
    repo.write("a", "short-lived").write("n", "gone soon").stage().commit("in");
    repo.write("a", "1").remove("n").stage().commit("out");
    let read = range(&repo, &[&format!("{base}..")]);
    assert_eq!(read.texts().len(), 2);
    assert!(read.has(OriginKind::Commit, "short-lived") && read.has(OriginKind::Name, "n"));
    assert!(read.has(OriginKind::Message, "out"));
}

#[test]
fn a_merge_has_content_of_its_own() {
    let repo = lived_in();
    let read = range(&repo, &["main^1..main", "^main^2"]);
    assert_eq!(read.texts(), [("evil".into(), "only in the merge\\n".into())].into());
    let origin = &read.items.iter().find(|(unit, ..)| *unit == Unit::Blob).unwrap().1;
    assert_eq!(origin.commit.unwrap().to_string(), repo.git(["rev-parse", "main"]));
}

#[test]
fn a_blob_is_named_by_its_first_commit() {
    let repo = Repo::new();
    let base = repo.commit("base");
    let first = repo.write("one", "same").stage().commit("first");
    repo.write("two", "same").stage().commit("second");
    repo.git(["mv", "one", "three"]);
    repo.commit("third");
    let read = range(&repo, &[&format!("{base}..HEAD")]);
    let blobs: Vec<_> = read.items.iter().filter(|i| i.0 == Unit::Blob).collect();
    assert_eq!(blobs.len(), 1);
    assert_eq!(blobs[0].1.commit.unwrap().to_string(), first);
    assert_eq!(blobs[0].1.path.as_deref(), Some(b"one".as_slice()));
}

#[test]
fn what_stood_before_is_old() {
    let repo = Repo::new();
    let base =
        repo.write("a", "old a").write("b", "old b").write("c", "old c").stage().commit("0");
    repo.write("a", "new a").stage().commit("1");
    repo.git(["mv", "b", "moved"]);
    repo.write("moved", "old b, edited").stage().commit("2");
    let range = Range::parse(&at(&repo), &[format!("{base}..HEAD")]).unwrap();
    assert_eq!(before(&range, &[]), ["old a", "old b"]);
    assert_eq!(before(&range, &["c"]), ["old a", "old b", "old c"]);
}

#[test]
fn wrong_clocks_lose_nothing() {
    let repo = Repo::new();
    for (n, day) in ["2020", "2030", "2001", "2025", "1990"].into_iter().enumerate() {
        repo.write("f", format!("{n}")).stage();
        let mut git = repo.git_command();
        git.args(["commit", "-q", "-m", "c"])
            .env("GIT_COMMITTER_DATE", format!("{day}-01-01T00:00:00Z"));
        assert!(git.status().unwrap().success());
    }
    assert_eq!(range(&repo, &["HEAD~3..HEAD"]).blobs(), listed(&repo, &["HEAD~3..HEAD"]));
}

#[test]
fn unknown_revisions_and_options_are_errors() {
    let repo = lived_in();
    for bad in ["nope", "--all", "nope..main", "--output=x", "main..nope", "-n1", "^nope"] {
        let error = Range::parse(&at(&repo), &[bad]).err().expect(bad);
        assert!(error.to_string().contains("unknown revision"), "{error}");
    }
    assert!(Range::parse(&at(&repo), &["^main"]).is_err());
}

#[test]
fn a_border_inside_the_range_is_a_gap_and_one_outside_is_not() {
    let repo = lived_in();
    let clone = repo.beside("shallow");
    let url = format!("file://{}", repo.path().display());
    repo.git(["clone", "-q", "--depth", "2", &url, clone.to_str().unwrap()]);
    let place = stanch::git::Where::path(&clone);
    let read_range = |revision: &str| read(&Range::parse(&place, &[revision]).unwrap());
    assert_eq!(read_range("HEAD").reasons(), [Reason::Shallow].into());
    assert!(read_range("HEAD^1..HEAD^1").ledger.is_complete());
}

#[test]
fn missing_blobs_trees_and_commits_are_gaps() {
    for (object, unit) in
        [("HEAD:d/b", Unit::Blob), ("HEAD:d", Unit::Tree), ("HEAD^2", Unit::Commit)]
    {
        let repo = lived_in();
        let id = repo.git(["rev-parse", object]);
        remove(&repo, &id);
        let read = range(&repo, &["HEAD"]);
        assert_eq!(read.reasons(), [Reason::Missing].into(), "{object}");
        assert!(read.ledger.skipped.iter().any(|s| s.unit == Some(unit) && s.what == id));
    }
}

#[test]
fn trees_that_hold_themselves_many_times_over_end() {
    let repo = Repo::new();
    repo.write("d0/f", "boom").stage();
    let mut tree = repo.git(["write-tree"]);
    for _ in 0..40 {
        let lines: String = (0..10).map(|n| format!("040000 tree {tree}\t{n}\n")).collect();
        repo.write("../lines", lines);
        let input = std::fs::File::open(repo.beside("lines")).unwrap();
        let out = repo.git_command().arg("mktree").stdin(input).output().unwrap();
        tree = String::from_utf8(out.stdout).unwrap().trim().to_owned();
    }
    let bomb = repo.git(["commit-tree", "-m", "bomb", &tree]);
    repo.git(["update-ref", "refs/heads/bomb", &bomb]);
    assert_eq!(range(&repo, &["bomb"]).texts().into_values().collect::<Vec<_>>(), ["boom"]);
}
