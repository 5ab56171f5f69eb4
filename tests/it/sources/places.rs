//! Where repositories are, and those that do not open.

use crate::support::repo::Repo;
use stanch::git::{Repo as Git, Where};

#[test]
fn a_repository_is_found_from_below_and_from_a_linked_work_tree() {
    let repo = Repo::new();
    repo.write("d/e/f", "x").stage().commit("c");
    let below = Git::open(repo.path().join("d/e")).unwrap();
    assert_eq!(below.work_dir().unwrap().canonicalize().unwrap(), repo.path());
    let tree = repo.beside("tree");
    repo.git(["worktree", "add", "-q", tree.to_str().unwrap()]);
    let linked = Git::at(&Where::path(&tree)).unwrap();
    assert_eq!(linked.work_dir().unwrap().canonicalize().unwrap(), tree);
    let shared = repo.path().join(".git");
    assert_eq!(linked.common_dir().canonicalize().unwrap(), shared);
}

#[test]
fn what_is_no_repository_is_an_error_with_advice() {
    let folder = Repo::plain();
    let error = Git::open(folder.path()).err().unwrap();
    assert!(error.to_string().contains("is not a git repository") && error.advice().is_some());
}

#[test]
fn another_owner_is_an_error_with_the_remedy() {
    let repo = Repo::new();
    // Only root can give a folder away.
    for path in [repo.path().to_owned(), repo.path().join(".git")] {
        if std::os::unix::fs::chown(path, Some(12345), Some(12345)).is_err() {
            return;
        }
    }
    let error = Git::open(repo.path()).err().unwrap();
    let remedy = format!("git config --global --add safe.directory {}", repo.path().display());
    assert!(error.advice().unwrap().contains(&remedy), "{error:?}");
}

#[test]
fn an_unknown_format_is_named() {
    let repo = Repo::new();
    repo.git(["config", "core.repositoryFormatVersion", "1"]);
    repo.git(["config", "extensions.fancy", "true"]);
    let error = Git::open(repo.path()).err().unwrap();
    assert!(error.to_string().contains("extensions.fancy"), "{error:?}");
}
