//! Messages and merges are checked; and what a person is told who is stopped.

use super::*;
use crate::support::samples;

#[test]
fn a_secret_in_the_message_stops_the_commit() {
    let repo = Repo::new();
    installed(&repo);
    repo.write("a", "one\n").stage();
    let secret = samples::circleci(1);
    let (code, said) = git(&repo, ["commit", "-m", &format!("use {secret}")]);
    assert_ne!(code, 0, "{said}");
    assert!(said.contains("COMMIT_EDITMSG") && !said.contains(&secret), "{said}");
    assert_eq!(git(&repo, ["commit", "-m", "clean"]).0, 0);
    assert_ne!(git(&repo, ["commit", "--amend", "-m", &secret]).0, 0);
}

#[test]
fn taking_a_secret_out_with_the_change_in_view_passes() {
    let repo = Repo::new();
    repo.write("a", samples::circleci(2)).stage().commit("leak");
    installed(&repo);
    repo.write("a", "clean\n").stage();
    // The editor leaves all as it is, with the change below the scissors.
    let (code, said) = git(
        &repo,
        [
            "-c",
            "core.editor=sh -c 'printf \"m\\n\" | cat - \"$0\" > x; mv x \"$0\"'",
            "commit",
            "-v",
        ],
    );
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_merge_that_brings_a_secret_is_stopped() {
    let repo = Repo::new();
    repo.write("a", "one\n").stage().commit("first");
    repo.git(["checkout", "-q", "-b", "side"]);
    repo.write("leak.env", samples::circleci(3)).stage().commit("leak");
    repo.git(["checkout", "-q", "main"]);
    repo.write("b", "two\n").stage().commit("second");
    installed(&repo);
    let (code, said) = git(&repo, ["merge", "--no-edit", "side"]);
    assert_ne!(code, 0, "{said}");
    assert!(said.contains("stanch stopped this merge"), "{said}");
}

#[test]
fn whoever_is_stopped_is_told_what_to_type() {
    let (repo, _remote) = with_remote();
    installed(&repo);
    repo.write(".stanch.toml", "[hook]\ncontact = \"the security team, #help\"\n");
    repo.write("it's here.env", samples::circleci(4)).stage();
    let (code, said) = git(&repo, ["commit", "-m", "leak"]);
    assert_ne!(code, 0);
    for words in [
        "stanch stopped this commit",
        r"git add 'it'\''s here.env'",
        r"git restore --staged 'it'\''s here.env'",
        "stanch explain circleci-personal-token",
        "stanch:allow circleci-personal-token -- why",
        "stanch baseline update --reason",
        "git commit --no-verify",
        "Ask the security team, #help",
        r"git rm --cached 'it'\''s here.env'",
        "git rebase -i COMMIT^",
        "stanch clean ",
    ] {
        assert!(said.contains(words), "{words} in\n{said}");
    }
    // What it says works: out of this commit, and on.
    repo.git(["restore", "--staged", "it's here.env"]);
    assert_eq!(git(&repo, ["commit", "-m", "clean"]).0, 0);

    repo.stage().commit("leak");
    repo.write("b", "two\n").stage().commit("on top");
    let (code, said) = git(&repo, ["push", "origin", "main"]);
    assert_ne!(code, 0);
    let leak = repo.git(["rev-parse", "--short=10", "HEAD~"]);
    for words in
        ["stanch stopped this push", &format!("git rebase -i {leak}^"), "Nothing was sent"]
    {
        assert!(said.contains(words), "{words} in\n{said}");
    }
    let line = said.lines().find(|l| l.contains("stanch clean ")).unwrap().trim();
    let plan: Vec<&str> = line.split(' ').skip(1).collect();
    let planned = stanch(repo.path(), plan).code(1);
    assert!(planned.out.contains("here.env"), "what it names is known: {}", planned.out);
}

#[test]
fn of_several_commits_the_oldest_is_named() {
    let (repo, _remote) = with_remote();
    installed(&repo);
    let mut leaks = Vec::new();
    for (nth, name) in ["z.env", "m.env", "a.env"].into_iter().enumerate() {
        repo.write(name, samples::circleci(nth as u64)).stage().commit(name);
        leaks.push(repo.git(["rev-parse", "--short=10", "HEAD"]));
        repo.write("b", name).stage().commit("between");
    }
    let (code, said) = git(&repo, ["push", "origin", "main"]);
    assert_ne!(code, 0);
    assert!(said.contains(&format!("git rebase -i {}^", leaks[0])), "{said}");
    assert!(said.contains(&format!("the oldest first: {}", leaks.join(" "))), "{said}");
}

#[test]
fn the_words_for_a_first_commit_work() {
    let repo = Repo::new();
    installed(&repo);
    repo.write("leak.env", samples::circleci(6)).write("a", "clean\n").stage();
    let (code, said) = git(&repo, ["commit", "-m", "first"]);
    assert!(code != 0 && said.contains("git rm --cached leak.env"), "{said}");
    repo.git(["rm", "-q", "--cached", "leak.env"]);
    assert_eq!(git(&repo, ["commit", "-m", "first"]).0, 0);
    assert!(repo.path().join("leak.env").exists());
}
