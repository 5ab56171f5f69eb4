//! A secret is stopped at every way into a commit and at every ref of a push, and clean work is
//! let through. These tests need the scan behind the hooks.

use super::*;
use crate::support::repo::git_in;
use crate::support::samples;

fn secret(seed: u64) -> String {
    format!("token: {}\n", samples::circleci(seed))
}

/// A repository with hooks, a first commit and a remote that has it.
fn guarded() -> (Repo, Repo) {
    let (repo, remote) = with_remote();
    installed(&repo);
    (repo, remote)
}

#[track_caller]
fn stopped((code, said): (i32, String)) {
    assert_ne!(code, 0, "{said}");
    assert!(said.contains("circleci-personal-token"), "{said}");
    assert!(said.contains("--no-verify"), "{said}");
}

#[track_caller]
fn passed((code, said): (i32, String)) {
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_plain_commit() {
    let (repo, _remote) = guarded();
    repo.write("b", secret(1)).stage();
    stopped(git(&repo, ["commit", "-m", "x"]));
    repo.write("b", "clean\n").stage();
    passed(git(&repo, ["commit", "-m", "x"]));
}

#[test]
fn the_first_commit() {
    let repo = Repo::new();
    installed(&repo);
    repo.write("b", secret(1)).stage();
    stopped(git(&repo, ["commit", "-m", "x"]));
}

#[test]
fn commit_all_reads_the_index_that_git_makes_for_it() {
    let (repo, _remote) = guarded();
    repo.write("a", secret(1));
    stopped(git(&repo, ["commit", "-a", "-m", "x"]));
}

#[test]
fn commit_of_a_path_reads_that_path_only() {
    let (repo, _remote) = guarded();
    repo.write("b", "clean\n").stage().commit("b");
    repo.write("a", secret(1)).write("b", "clean too\n");
    stopped(git(&repo, ["commit", "-m", "x", "--", "a"]));
    passed(git(&repo, ["commit", "-m", "x", "--", "b"]));
}

#[test]
fn what_is_staged_counts_and_not_the_work_tree() {
    let (repo, _remote) = guarded();
    repo.write("a", secret(1)).stage();
    repo.write("a", "clean again\n");
    stopped(git(&repo, ["commit", "-m", "x"]));
    repo.stage().write("a", secret(1));
    passed(git(&repo, ["commit", "-m", "x", "--allow-empty"]));
}

#[test]
fn amend() {
    let (repo, _remote) = guarded();
    repo.write("a", secret(1)).stage();
    stopped(git(&repo, ["commit", "--amend", "--no-edit"]));
    repo.write("a", "clean\n").stage();
    passed(git(&repo, ["commit", "--amend", "--no-edit"]));
}

#[test]
fn in_a_linked_worktree() {
    let (repo, _remote) = guarded();
    let linked = repo.beside("linked");
    repo.git(["worktree", "add", "-q", linked.to_str().unwrap()]);
    fs::write(linked.join("b"), secret(1)).unwrap();
    assert!(git_in(&linked).args(["add", "b"]).status().unwrap().success());
    let out = git_in(&linked).args(["commit", "-m", "x"]).output().unwrap();
    assert!(!out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

#[test]
fn a_file_with_an_odd_name() {
    let (repo, _remote) = guarded();
    repo.write(b"new\nline \xff", secret(1)).stage();
    stopped(git(&repo, ["commit", "-m", "x"]));
}

#[test]
fn a_push_of_several_refs_where_only_the_last_has_it() {
    let (repo, remote) = guarded();
    for branch in ["b", "c"] {
        repo.git(["switch", "-q", "-c", branch, "main"]);
        let text = if branch == "c" { secret(1) } else { "clean\n".into() };
        repo.write(branch, text).stage().commit(branch);
    }
    stopped(git(&repo, ["push", "origin", "b", "c"]));
    let refs = remote.git(["for-each-ref", "--format=%(refname)"]);
    assert_eq!(refs, "refs/heads/main");
    passed(git(&repo, ["push", "origin", "b"]));
}

#[test]
fn a_secret_added_and_removed_inside_one_push() {
    let (repo, _remote) = guarded();
    repo.write("a", secret(1)).stage().commit("add");
    repo.write("a", "one\n").stage().commit("remove");
    stopped(git(&repo, ["push", "origin", "main"]));
}

#[test]
fn a_secret_that_the_remote_has_already_does_not_stop_a_push() {
    let (repo, _remote) = guarded();
    repo.write("a", secret(1)).stage().commit("add");
    passed(git(&repo, ["push", "--no-verify", "origin", "main"]));
    repo.write("b", "clean\n").stage().commit("b");
    passed(git(&repo, ["push", "origin", "main"]));
}

#[test]
fn a_tag_and_its_message() {
    let (repo, _remote) = guarded();
    repo.git(["tag", "-a", "-m", &secret(1), "v1"]);
    stopped(git(&repo, ["push", "origin", "v1"]));
}

#[test]
fn a_forced_update_and_a_deleted_branch() {
    let (repo, _remote) = guarded();
    repo.git(["push", "-q", "--no-verify", "origin", "main:old"]);
    repo.write("a", secret(1)).stage();
    repo.git(["commit", "-q", "--amend", "--no-verify", "-m", "rewritten"]);
    stopped(git(&repo, ["push", "--force", "origin", "main"]));
    passed(git(&repo, ["push", "origin", ":old"]));
}

#[test]
fn a_message_of_a_commit() {
    let (repo, _remote) = guarded();
    repo.write("b", "clean\n").stage().commit(&secret(1));
    stopped(git(&repo, ["push", "origin", "main"]));
}

#[test]
fn a_secret_is_stopped_behind_a_hook_that_was_kept() {
    let (repo, _remote) = with_remote();
    script(&hooks_dir(&repo).join("pre-push"), "#!/bin/sh\ncat >/dev/null\n");
    script(&hooks_dir(&repo).join("pre-commit"), "#!/bin/sh\nexit 0\n");
    installed(&repo);
    repo.write("b", secret(1)).stage();
    stopped(git(&repo, ["commit", "-m", "x"]));
    repo.commit("x");
    stopped(git(&repo, ["push", "origin", "main"]));
}

#[test]
fn the_secret_itself_is_not_shown() {
    let (repo, _remote) = guarded();
    let token = samples::circleci(1);
    repo.write("b", &token).stage();
    let (_, said) = git(&repo, ["commit", "-m", "x"]);
    assert!(!said.contains(&token), "{said}");
}

#[test]
fn under_the_pre_commit_framework_every_local_branch_is_checked() {
    let (repo, _remote) = guarded();
    repo.git(["switch", "-q", "-c", "untold"]);
    repo.write("b", secret(1)).stage().commit("b");
    repo.git(["switch", "-q", "main"]);
    let env = [("PRE_COMMIT", "1"), ("PRE_COMMIT_REMOTE_NAME", "origin")];
    let args = ["hook", "pre-push"];
    let run = crate::support::tool::stanch_with(repo.path(), args, b"", &env).code(1);
    assert!(run.out.contains("circleci-personal-token"), "{}", run.out);
}

#[test]
fn two_branches_a_tag_and_a_deleted_ref_in_one_push() {
    let (repo, _remote) = with_remote();
    repo.git(["push", "-q", "origin", "main:refs/heads/old"]);
    installed(&repo);
    let push = ["push", "origin", "one", "two", "v1", ":old"];
    repo.git(["checkout", "-q", "-b", "one"]);
    repo.write("one", "1\n").stage().commit("one");
    repo.git(["checkout", "-q", "-b", "two", "main"]);
    repo.write("two", "2\n").stage().commit("two");
    // Only the tag leads to the secret, which its next commit takes out again.
    repo.git(["checkout", "-q", "--detach", "main"]);
    repo.write("leak.env", samples::circleci(9)).stage().commit("leak");
    repo.remove("leak.env").stage().commit("away");
    repo.git(["tag", "-a", "-m", "one", "v1"]);
    let (code, said) = git(&repo, push);
    assert!(code != 0 && said.contains("leak.env"), "{said}");
    let there = repo.git(["ls-remote", "origin"]);
    assert!(there.contains("refs/heads/old") && !there.contains("refs/heads/one"), "{there}");
    repo.git(["tag", "-f", "-a", "-m", "one", "v1", "two"]);
    let (code, said) = git(&repo, push);
    assert_eq!(code, 0, "{said}");
    let there = repo.git(["ls-remote", "origin"]);
    assert!(!there.contains("refs/heads/old") && there.contains("refs/tags/v1"), "{there}");
}
