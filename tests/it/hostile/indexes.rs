//! The index in all its forms, and whose index it is.

use crate::support::repo::{Repo, git_in};
use crate::support::samples::circleci;
use crate::support::tool::{program, stanch, stanch_with};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Every file below `dir`, with its age.
fn files(dir: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(dir).unwrap().map(Result::unwrap) {
        match entry.file_type().unwrap().is_dir() {
            true => all.extend(files(&entry.path())),
            false => _ = all.insert(entry.path(), entry.metadata().unwrap().modified().unwrap()),
        }
    }
    all
}

/// A repository with old files, whose index then was put into another form.
fn with_index(form: &[&str]) -> Repo {
    let repo = Repo::new();
    repo.write("in/old", "1").write("out/deep/old", "2").write("top", "3").stage().commit("c");
    repo.git(form);
    repo
}

/// Whether a scan of what is staged finds `path`, and leaves the repository as it is.
#[track_caller]
fn finds(repo: &Repo, path: &str) {
    let sleeper = repo.path().join(".git");
    // git freshens what is older than this very second.
    for file in files(&sleeper).into_keys() {
        let old = SystemTime::now() - std::time::Duration::from_secs(3600);
        let opened = std::fs::File::options().append(true).open(&file);
        if let Ok(file) = opened {
            file.set_modified(old).unwrap();
        }
    }
    let before = files(&sleeper);
    let run = stanch(repo.path(), ["scan", "--staged", "--format", "jsonl"]).code(1);
    let paths: Vec<_> =
        run.records().iter().filter_map(|r| r["path"].as_str().map(str::to_owned)).collect();
    assert_eq!(paths, [path]);
    assert_eq!(files(&sleeper), before);
}

#[test]
fn a_split_index_is_read_and_not_touched() {
    for version in ["2", "4"] {
        let repo = with_index(&["update-index", "--index-version", version]);
        repo.git(["update-index", "--split-index"]);
        // One entry is replaced, one deleted, one added.
        repo.write("in/old", circleci(1)).remove("top").write("new", "n").stage();
        assert!(
            repo.path()
                .join(".git")
                .read_dir()
                .unwrap()
                .any(|f| { f.unwrap().file_name().to_string_lossy().starts_with("sharedindex.") })
        );
        finds(&repo, "in/old");
    }
}

#[test]
fn a_split_index_of_sha_256_is_read_and_not_touched() {
    let repo = Repo::plain();
    repo.git(["init", "-q", "--object-format=sha256", "-b", "main", "."]);
    repo.write("old", "1").stage().commit("c");
    repo.git(["update-index", "--split-index"]);
    repo.write("new", circleci(6)).stage();
    finds(&repo, "new");
}

#[test]
fn a_sparse_index_is_read_and_not_touched() {
    let form = ["sparse-checkout", "set", "--cone", "--sparse-index", "in"];
    let repo = with_index(&form);
    repo.write("in/new", circleci(2));
    repo.git(["add", "in/new"]);
    let listed = repo.git(["ls-files", "--sparse"]);
    assert!(listed.lines().any(|line| line == "out/"), "{listed}");
    finds(&repo, "in/new");
}

#[test]
fn a_folder_of_a_sparse_index_that_changed_is_read() {
    let repo = with_index(&["branch", "other"]);
    repo.write("out/deep/new", circleci(3)).stage().commit("secret");
    repo.git(["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
    repo.git(["reset", "-q", "--soft", "other"]);
    finds(&repo, "out/deep/new");
}

#[test]
fn in_a_hook_the_index_of_that_commit_counts() {
    let repo = Repo::new();
    repo.write("f", "1").write("other", "1").stage().commit("c");
    let hook = format!("#!/bin/sh\nexec '{}' scan --staged\n", program().display());
    repo.write(".git/hooks/pre-commit", hook);
    let hook = repo.path().join(".git/hooks/pre-commit");
    std::fs::set_permissions(hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    repo.write("f", circleci(4));
    let commit = |args: &[&str]| git_in(repo.path()).arg("commit").args(args).output().unwrap();
    assert!(!commit(&["-q", "-a", "-m", "all"]).status.success());
    repo.git(["add", "f"]);
    repo.write("other", "2");
    assert!(commit(&["-q", "-m", "other", "other"]).status.success());
}

#[test]
fn another_index_may_be_split_too() {
    let repo = with_index(&["update-index", "--split-index"]);
    let other = repo.path().join(".git/other");
    std::fs::copy(repo.path().join(".git/index"), &other).unwrap();
    repo.write("new", circleci(5)).stage();
    let env = [("GIT_INDEX_FILE", other.to_str().unwrap())];
    stanch_with(repo.path(), ["scan", "--staged"], b"", &env).code(0);
    stanch(repo.path(), ["scan", "--staged"]).code(1);
}
