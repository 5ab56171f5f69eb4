//! Where hooks are written, and that git runs them.

use super::*;
use crate::support::repo::git_in;
use crate::support::tool::stanch_with;
use std::os::unix::ffi::OsStrExt;

const EVENTS: [&str; 2] = ["pre-commit", "pre-push"];

#[test]
fn both_hooks_stand_where_git_looks_and_can_be_run() {
    let repo = Repo::new();
    let run = installed(&repo);
    for event in EVENTS {
        let hook = hooks_dir(&repo).join(event);
        assert_eq!(fs::metadata(&hook).unwrap().permissions().mode() & 0o111, 0o111);
        assert!(run.out.contains(hook.to_str().unwrap()), "{}", run.out);
    }
    repo.write("a", "one\n").stage();
    let (code, said) = git(&repo, ["commit", "-m", "clean"]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn one_event_can_be_chosen() {
    let repo = Repo::new();
    stanch(repo.path(), ["install", "--how", "files", "pre-push"]).code(0);
    assert!(hooks_dir(&repo).join("pre-push").exists());
    assert!(!hooks_dir(&repo).join("pre-commit").exists());
    stanch(repo.path(), ["install", "--how", "files", "pre-tea"]).code(2);
}

#[test]
fn a_second_install_changes_nothing() {
    let repo = Repo::new();
    installed(&repo);
    let before = state(&hooks_dir(&repo));
    let run = installed(&repo);
    assert_eq!(state(&hooks_dir(&repo)), before);
    assert!(run.out.is_empty(), "{}", run.out);
}

#[test]
fn a_dry_run_writes_nothing_and_shows_the_hooks() {
    let repo = Repo::new();
    let before = state(&hooks_dir(&repo));
    let run = stanch(repo.path(), ["install", "--how", "files", "--dry-run"]).code(0);
    assert_eq!(state(&hooks_dir(&repo)), before);
    assert!(run.out.contains("would write") && run.out.contains("hook pre-push"), "{}", run.out);
}

#[test]
fn uninstall_leaves_no_trace() {
    let repo = Repo::new();
    let before = state(&hooks_dir(&repo));
    installed(&repo);
    stanch(repo.path(), ["uninstall"]).code(0);
    assert_eq!(state(&hooks_dir(&repo)), before);
    stanch(repo.path(), ["uninstall"]).code(0);
}

#[test]
fn uninstall_of_one_event_leaves_the_other() {
    let repo = Repo::new();
    installed(&repo);
    stanch(repo.path(), ["uninstall", "pre-commit"]).code(0);
    assert!(!hooks_dir(&repo).join("pre-commit").exists());
    assert!(hooks_dir(&repo).join("pre-push").exists());
}

#[test]
fn an_edited_hook_is_neither_removed_nor_overwritten() {
    let repo = Repo::new();
    installed(&repo);
    let hook = hooks_dir(&repo).join("pre-commit");
    let text = fs::read_to_string(&hook).unwrap() + "echo mine\n";
    fs::write(&hook, &text).unwrap();
    let run = stanch(repo.path(), ["uninstall"]).code(2);
    assert!(run.err.contains("edited"), "{}", run.err);
    assert_eq!(fs::read_to_string(&hook).unwrap(), text);
    assert!(!hooks_dir(&repo).join("pre-push").exists());
    stanch(repo.path(), ["install", "--how", "files"]).code(2);
    assert_eq!(fs::read_to_string(&hook).unwrap(), text);
}

#[test]
fn a_hook_that_lost_its_mode_is_mended() {
    let repo = Repo::new();
    installed(&repo);
    let hook = hooks_dir(&repo).join("pre-commit");
    mode(&hook, 0o644);
    installed(&repo);
    assert_eq!(fs::metadata(&hook).unwrap().permissions().mode() & 0o111, 0o111);
}

#[test]
fn core_hooks_path_is_followed_relative_and_absolute() {
    let repo = Repo::new();
    repo.write("sub/f", "x");
    for place in [".githooks", repo.beside("else where").to_str().unwrap()] {
        repo.git(["config", "core.hooksPath", place]);
        stanch(&repo.path().join("sub"), ["install", "--how", "files"]).code(0);
        let dir = hooks_dir(&repo);
        for event in EVENTS {
            assert!(dir.join(event).exists(), "{}", dir.display());
        }
        assert!(!repo.path().join(".git/hooks/pre-commit").exists());
        stanch(repo.path(), ["uninstall"]).code(0);
        assert!(!dir.join("pre-commit").exists());
    }
}

#[test]
fn uninstall_also_finds_hooks_that_git_no_longer_looks_at() {
    let repo = Repo::new();
    installed(&repo);
    repo.git(["config", "core.hooksPath", ".githooks"]);
    stanch(repo.path(), ["uninstall"]).code(0);
    assert!(!repo.path().join(".git/hooks/pre-commit").exists());
}

#[test]
fn a_linked_worktree_shares_the_hooks() {
    let repo = Repo::new();
    repo.write("a", "one\n").stage().commit("first");
    let linked = repo.beside("linked tree");
    repo.git(["worktree", "add", "-q", "-b", "two", linked.to_str().unwrap()]);
    stanch(&linked, ["install", "--how", "files"]).code(0);
    assert!(hooks_dir(&repo).join("pre-commit").exists());
    fs::write(linked.join("b"), "two\n").unwrap();
    let out = git_in(&linked).args(["add", "b"]).output().unwrap();
    assert!(out.status.success());
    let out = git_in(&linked).args(["commit", "-qm", "two"]).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

#[test]
fn a_worktree_with_its_own_hooks_path_is_told_from_the_main_one() {
    let repo = Repo::new();
    repo.write("a", "one\n").stage().commit("first");
    repo.git(["config", "extensions.worktreeConfig", "true"]);
    let linked = repo.beside("linked");
    repo.git(["worktree", "add", "-q", linked.to_str().unwrap()]);
    let set = ["config", "--worktree", "core.hooksPath", "own"];
    assert!(git_in(&linked).args(set).status().unwrap().success());
    stanch(&linked, ["install", "--how", "files"]).code(0);
    assert!(linked.join("own/pre-commit").exists());
    assert!(!repo.path().join(".git/hooks/pre-commit").exists());
}

#[test]
fn a_path_with_spaces_quotes_newlines_and_other_bytes_works() {
    let repo = Repo::plain();
    let name = OsStr::from_bytes(b"it's \"a\" pa\nth \xff");
    let dir = repo.path().join(name);
    fs::create_dir(&dir).unwrap();
    assert!(git_in(&dir).args(["init", "-q"]).status().unwrap().success());
    stanch(&dir, ["install", "--how", "files"]).code(0);
    assert!(dir.join(".git/hooks/pre-commit").exists());
    let out = git_in(&dir).args(["commit", "-qm", "x", "--allow-empty"]).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

#[test]
fn a_bare_repository_has_hooks_too() {
    let repo = Repo::bare();
    stanch(repo.path(), ["install", "--how", "files", "pre-push"]).code(0);
    assert!(repo.path().join("hooks/pre-push").exists());
}

#[test]
fn what_cannot_be_is_refused_with_a_hint() {
    let plain = Repo::plain();
    let run = stanch(plain.path(), ["install", "--how", "files"]).code(2);
    assert!(run.err.contains("hint:"), "{}", run.err);

    let repo = Repo::new();
    for place in ["/dev/null", "node_modules/tool/hooks"] {
        repo.git(["config", "core.hooksPath", place]);
        let run = stanch(repo.path(), ["install", "--how", "files"]).code(2);
        assert!(run.err.contains("hint:"), "{}", run.err);
    }
}

#[test]
fn a_folder_of_the_work_tree_that_leads_outside_is_not_written_to() {
    let repo = Repo::new();
    let outside = repo.beside("outside");
    fs::create_dir(&outside).unwrap();
    std::os::unix::fs::symlink(&outside, repo.path().join("hooks")).unwrap();
    repo.git(["config", "core.hooksPath", "hooks"]);
    stanch(repo.path(), ["install", "--how", "files"]).code(2);
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
}

#[test]
fn a_hooks_path_for_all_repositories_is_not_touched() {
    let repo = Repo::new();
    let shared = repo.beside("shared");
    let config = repo.beside("gitconfig");
    fs::write(&config, format!("[core]\n\thooksPath = {}\n", shared.display())).unwrap();
    let env = [("GIT_CONFIG_GLOBAL", config.to_str().unwrap())];
    let run = stanch_with(repo.path(), ["install", "--how", "files"], b"", &env).code(2);
    assert!(run.err.contains("hint:"), "{}", run.err);
    assert!(!shared.exists());
}

#[test]
fn without_stanch_the_hook_fails_closed_and_says_how_to_go_on() {
    let repo = Repo::new();
    installed(&repo);
    // As if the program had been moved away since.
    for event in EVENTS {
        let hook = hooks_dir(&repo).join(event);
        let text = fs::read_to_string(&hook).unwrap();
        script(&hook, &text.replace(program().to_str().unwrap(), "/gone/stanch"));
    }
    repo.write("a", "one\n").stage();
    let out =
        repo.git_command().env("PATH", bare_path()).args(["commit", "-m", "x"]).output().unwrap();
    let said = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(1), "{said}");
    assert!(said.contains("not found") && said.contains("--no-verify"), "{said}");
    // From PATH it is found again.
    let (code, said) = git(&repo, ["commit", "-m", "checked"]);
    assert_eq!(code, 0, "{said}");
}

/// PATH without any stanch that this machine may have.
fn bare_path() -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap();
    let without = std::env::split_paths(&path).filter(|dir| !dir.join("stanch").exists());
    std::env::join_paths(without).unwrap()
}
