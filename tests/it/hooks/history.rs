//! Ways in which commits come to be without a commit hook: the push still stops what they carry.

use super::*;
use crate::support::repo::git_in;
use crate::support::samples;

/// A guarded repository whose branch `side` carries a secret, brought in without a check.
fn with_side() -> (Repo, Repo) {
    let (repo, remote) = with_remote();
    repo.git(["checkout", "-q", "-b", "side"]);
    repo.write("leak.env", samples::circleci(1)).stage().commit("leak");
    repo.git(["checkout", "-q", "main"]);
    repo.write("b", "two\n").stage().commit("second");
    installed(&repo);
    (repo, remote)
}

#[track_caller]
fn push_is_stopped(repo: &Repo) {
    let (code, said) = git(repo, ["push", "origin", "HEAD:refs/heads/new"]);
    assert!(code != 0 && said.contains("leak.env"), "{said}");
}

#[test]
fn cherry_pick_rebase_and_fast_forward() {
    let (repo, _remote) = with_side();
    let _ = git(&repo, ["cherry-pick", "side"]);
    let _ = git(&repo, ["commit", "--no-verify", "-m", "whatever is left of it"]);
    push_is_stopped(&repo);

    let (repo, _remote) = with_side();
    repo.git(["checkout", "-q", "side"]);
    let (code, said) = git(&repo, ["rebase", "main"]);
    assert_eq!(code, 0, "{said}");
    push_is_stopped(&repo);

    let (repo, _remote) = with_side();
    repo.git(["reset", "-q", "--hard", "HEAD~"]);
    assert_eq!(git(&repo, ["merge", "--ff-only", "side"]).0, 0);
    push_is_stopped(&repo);
}

#[test]
fn a_merge_with_a_conflict_is_checked_when_it_is_committed() {
    let (repo, _remote) = with_side();
    repo.write("leak.env", "ours\n").stage().commit("ours");
    assert_ne!(git(&repo, ["merge", "side"]).0, 0, "a conflict");
    repo.write("leak.env", samples::circleci(2)).stage();
    let (code, said) = git(&repo, ["commit", "--no-edit"]);
    assert!(code != 0 && said.contains("leak.env"), "{said}");
    repo.write("leak.env", "solved\n").stage();
    let (code, said) = git(&repo, ["commit", "--no-edit"]);
    assert_eq!(code, 0, "{said}");
    push_is_stopped(&repo);
}

#[test]
fn a_submodule_has_hooks_of_its_own() {
    let (repo, remote) = with_remote();
    let url = remote.path().to_str().unwrap();
    repo.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "sub"]);
    repo.commit("submodule");
    installed(&repo);
    let inside = repo.path().join("sub");
    stanch(&inside, ["install", "--how", "files"]).code(0);
    fs::write(inside.join("leak.env"), samples::circleci(3)).unwrap();
    let run = |args: &[&str]| git_in(&inside).args(args).output().unwrap();
    assert!(run(&["add", "-A"]).status.success());
    let out = run(&["commit", "-m", "leak"]);
    assert!(
        !out.status.success() && String::from_utf8_lossy(&out.stderr).contains("stanch stopped")
    );
    assert!(run(&["reset", "-q", "--hard"]).status.success());
    let (code, said) = git(&repo, ["commit", "--allow-empty", "-m", "around it"]);
    assert_eq!(code, 0, "{said}");
}
