//! The same scans on all forms that a repository can have, with any number of threads, in any
//! locale: what is found does not hang on them.

#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

use crate::support::repo::{Repo, git_in};
use crate::support::samples::circleci;
use crate::support::tool::{Run, stanch, stanch_with};

/// A form: its name, how the repository is made, and what is done with it once it has a history.
type Form = (&'static str, &'static [&'static str], &'static [&'static [&'static str]]);

const FORMS: &[Form] = &[
    ("plain", &[], &[]),
    ("sha256", &["--object-format=sha256"], &[]),
    ("sha256 packed", &["--object-format=sha256"], &[&["repack", "-adq"]]),
    ("reftable", &["--ref-format=reftable"], &[]),
    ("index v4", &[], &[&["update-index", "--index-version", "4"]]),
    ("split index", &[], &[&["update-index", "--split-index"]]),
    ("sparse index", &[], &[&["sparse-checkout", "set", "--cone", "--sparse-index", "in"]]),
    ("one pack", &[], &[&["repack", "-adfq"], &["pack-refs", "--all"]]),
    (
        "multi-pack index",
        &[],
        &[&["repack", "-adq"], &["multi-pack-index", "write"], &["commit-graph", "write"]],
    ),
    (
        "bitmaps",
        &[],
        &[
            &["repack", "-adbq"],
            &["pack-refs", "--all", "--prune"],
            &["reflog", "expire", "--all"],
        ],
    ),
    (
        "several packs",
        &[],
        &[&["repack", "-dq"], &["commit", "-q", "--allow-empty", "-m", "x"], &["repack", "-dq"]],
    ),
];

/// A repository of the form `form`, with a secret in a removed file, one in an old branch, one
/// that is staged, and one in the work tree. `None` if this git does not know the form.
fn made((name, init, after): &Form) -> Option<Repo> {
    let repo = Repo::plain();
    let mut args = vec!["init", "-q", "-b", "main"];
    args.extend(*init);
    if !repo.try_git(&args).status.success() {
        eprintln!("{name}: this git does not know it");
        return None;
    }
    repo.write("in/a", "a\n").write("out/b", "b\n").stage().commit("first");
    repo.write("in/gone.env", circleci(1)).stage().commit("leak");
    repo.git(["checkout", "-q", "-b", "old"]);
    repo.write("in/old.env", circleci(2)).stage().commit("old");
    repo.git(["checkout", "-q", "main"]);
    repo.remove("in/gone.env").stage().commit("remove");
    for step in *after {
        repo.git(*step);
    }
    repo.write("in/staged.env", circleci(3));
    repo.git(["add", "in/staged.env"]);
    repo.write("in/untracked.env", circleci(4));
    Some(repo)
}

/// The paths of all findings, sorted.
#[track_caller]
fn paths(run: &Run) -> Vec<String> {
    let mut all: Vec<String> =
        run.findings().iter().map(|f| f["path"].as_str().unwrap_or("-").to_owned()).collect();
    all.sort();
    all.dedup();
    all
}

/// A report without what takes time.
fn timeless(run: &Run) -> String {
    let mut out = String::new();
    for mut record in run.records() {
        record.as_object_mut().unwrap().remove("seconds");
        out.push_str(&format!("{record}\n"));
    }
    out
}

#[test]
fn every_form_gives_the_same_findings() {
    for form in FORMS {
        let Some(repo) = made(form) else { continue };
        let scan = |args: &[&str]| {
            stanch(repo.path(), [&["scan", "--no-cache", "--format", "jsonl"], args].concat())
        };
        let history = scan(&["--history"]).code(1);
        // What is staged lies in the store already, and has no path yet.
        assert_eq!(paths(&history), ["-", "in/gone.env", "in/old.env"], "{}", form.0);
        let reachable = scan(&["--history", "--reachable"]).code(1);
        assert_eq!(paths(&reachable), ["in/gone.env", "in/old.env"], "{}", form.0);
        assert_eq!(paths(&scan(&["--staged"]).code(1)), ["in/staged.env"], "{}", form.0);
        let tree = scan(&["--worktree"]).code(1);
        assert_eq!(paths(&tree), ["in/staged.env", "in/untracked.env"], "{}", form.0);
        let range = scan(&["--range=main..old"]).code(1);
        assert_eq!(paths(&range), ["in/old.env"], "{}", form.0);
        for jobs in ["1", "5"] {
            let again = scan(&["--history", "--jobs", jobs]);
            assert_eq!(timeless(&again), timeless(&history), "{} {jobs}", form.0);
        }
    }
}

#[test]
fn locale_terminal_and_settings_change_nothing() {
    let repo = made(&FORMS[0]).unwrap();
    let args = ["scan", "--no-cache", "--format", "jsonl"];
    let plain = stanch(repo.path(), args);
    repo.git(["config", "color.ui", "always"]);
    repo.git(["config", "core.quotePath", "false"]);
    repo.git(["config", "diff.noprefix", "true"]);
    for env in [
        [("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Asia/Tokyo")],
        [("LC_ALL", "C.UTF-8"), ("TERM", "xterm-256color")],
        [("COLUMNS", "20"), ("LANGUAGE", "de:fr")],
    ] {
        let run = stanch_with(repo.path(), args, b"", &env);
        assert_eq!(timeless(&run), timeless(&plain), "{env:?}");
    }
}

#[test]
fn what_a_clone_left_out_is_named() {
    let repo = made(&FORMS[0]).unwrap();
    repo.git(["config", "uploadpack.allowFilter", "true"]);
    let from = format!("file://{}", repo.path().display());
    for (name, option) in [
        ("shallow", "--depth=1"),
        ("blobless", "--filter=blob:none"),
        ("treeless", "--filter=tree:0"),
    ] {
        let to = repo.beside(name);
        let mut clone = git_in(repo.path());
        clone.args(["clone", "-q", "--no-checkout", option, &from]).arg(&to);
        assert!(clone.status().unwrap().success());
        let run = stanch(&to, ["scan", "--history", "--no-cache", "--format", "jsonl"]).code(3);
        assert!(run.summary()["ledger"]["gaps"].as_u64() > Some(0), "{name}: {}", run.out);
    }
}
