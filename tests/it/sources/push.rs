//! What a push sends.

use super::collect::{Read, at, listed, read};
use crate::support::repo::Repo;
use stanch::model::{OriginKind, Unit};
use stanch::source::Push;

/// A repository whose `origin` is a bare one beside it, with one pushed commit.
fn pushed() -> Repo {
    let repo = Repo::new();
    let remote = repo.beside("remote");
    repo.git(["init", "-q", "--bare", remote.to_str().unwrap()]);
    repo.git(["remote", "add", "origin", remote.to_str().unwrap()]);
    repo.write("a", "pushed").stage().commit("base");
    repo.git(["push", "-q", "origin", "main"]);
    // The hook of every later push writes down what git tells it.
    let seen = repo.beside("seen").display().to_string();
    repo.write(
        ".git/hooks/pre-push",
        format!("#!/bin/sh\necho \"$1\n$2\" >{seen}\ncat >>{seen}\n"),
    );
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(repo.path().join(".git/hooks/pre-push"), mode).unwrap();
    repo
}

/// Pushes for real; answers what the lines that git gave to the hook lead to.
fn push(repo: &Repo, args: &[&str]) -> Read {
    let before: Vec<String> = refs(repo);
    repo.git([&["push", "-q"], args].concat());
    let seen = std::fs::read_to_string(repo.beside("seen")).unwrap();
    let mut parts = seen.splitn(3, '\n');
    let (name, url, lines) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    // The push has moved the remote-tracking refs: put them back as the hook saw them.
    for line in refs(repo) {
        repo.git(["update-ref", "-d", line.split_once(' ').unwrap().1]);
    }
    for (id, name) in before.iter().filter_map(|line| line.split_once(' ')) {
        repo.git(["update-ref", name, id]);
    }
    read(&Push::parse(&at(repo), name, url, lines.as_bytes()).unwrap())
}

fn refs(repo: &Repo) -> Vec<String> {
    let all = repo.git(["for-each-ref", "--format=%(objectname) %(refname)", "refs/remotes"]);
    all.lines().map(str::to_owned).collect()
}

#[test]
fn every_ref_of_a_push_counts() {
    let repo = pushed();
    for branch in ["one", "two"] {
        repo.git(["switch", "-q", "-c", branch, "main"]);
        repo.write("n", branch).stage().commit(branch);
    }
    let read = push(&repo, &["origin", "one", "two"]);
    assert_eq!(read.blobs(), listed(&repo, &["one", "two", "^main"]));
    assert_eq!(read.count(Unit::Commit).scanned, 2);
}

#[test]
fn deleting_a_branch_sends_nothing() {
    let repo = pushed();
    repo.git(["push", "-q", "origin", "main:other"]);
    assert_eq!(push(&repo, &["origin", ":other"]).items, []);
}

#[test]
fn a_forced_update_sends_what_the_remote_lacks() {
    let repo = pushed();
    repo.write("a", "two").stage().commit("two");
    repo.git(["push", "-q", "origin", "main"]);
    repo.write("b", "three").stage();
    repo.git(["commit", "-q", "--amend", "-m", "rewritten"]);
    let read = push(&repo, &["-f", "origin", "main"]);
    assert_eq!(read.blobs(), listed(&repo, &["main", "^main@{1}"]));
    assert!(read.has(OriginKind::Message, "rewritten"));
}

#[test]
fn tags_of_all_kinds_are_sent() {
    let repo = pushed();
    repo.git(["tag", "-a", "-m", "release words", "v1"]);
    let id = repo.git(["rev-parse", "HEAD:a"]);
    repo.git(["tag", "blob", &id]);
    repo.git(["tag", "-a", "-m", "tree words", "tree", "HEAD^{tree}"]);
    repo.git(["tag", "-a", "-m", "outer words", "outer", "v1"]);
    let read = push(&repo, &["origin", "v1", "blob", "tree", "outer"]);
    for words in ["release words", "tree words", "outer words"] {
        assert!(read.has(OriginKind::Message, words));
    }
    assert_eq!(read.blobs(), [id].into());
    assert_eq!(read.count(Unit::Commit).scope, 0, "the remote has the commit");
}

#[test]
fn a_bare_url_has_no_known_refs() {
    let repo = pushed();
    repo.write("b", "new").stage().commit("new");
    let url = repo.beside("remote").display().to_string();
    let read = push(&repo, &[&url, "main:fresh"]);
    assert_eq!(read.count(Unit::Commit).scanned, 2);
    repo.write("b", "newer").stage().commit("newer");
    assert_eq!(push(&repo, &[&url, "main:fresh"]).count(Unit::Commit).scanned, 1);
}

#[test]
fn another_push_url_has_no_known_refs() {
    let repo = pushed();
    let fork = repo.beside("fork").display().to_string();
    repo.git(["init", "-q", "--bare", &fork]);
    repo.git(["config", "remote.origin.pushurl", &fork]);
    assert_eq!(push(&repo, &["origin", "main"]).count(Unit::Commit).scanned, 1);
}

#[test]
fn nonsense_lines_are_errors() {
    let repo = pushed();
    for bad in ["x", "refs/heads/a 12 refs/heads/b 34", "a b c"] {
        assert!(Push::parse(&at(&repo), "origin", "url", bad.as_bytes()).is_err());
    }
    let nothing = Push::parse(&at(&repo), "origin", "url", b"").unwrap();
    assert_eq!(read(&nothing).items, []);
}

#[test]
fn everything_that_the_remote_may_lack() {
    let repo = pushed();
    repo.git(["switch", "-q", "-c", "one"]);
    repo.write("n", "one").stage().commit("one");
    repo.git(["switch", "-q", "-c", "two", "main"]);
    repo.write("n", "two").stage().commit("two");
    let read = read(&Push::everything(&at(&repo), "origin").unwrap());
    assert_eq!(read.blobs(), listed(&repo, &["--branches", "--not", "--remotes=origin"]));
}
