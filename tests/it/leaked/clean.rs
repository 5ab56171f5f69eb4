//! `stanch clean` tells every way to a secret, plans its removal in every form, and proves the end.

use crate::leaked::fix::print;
use crate::support::repo::Repo;
use crate::support::samples;
use crate::support::tool::stanch;
use std::process::Command;

#[test]
fn clean_tells_every_way_to_it() {
    let token = samples::circleci(53);
    let repo = Repo::new();
    repo.write("README", "x").stage().commit("clean");
    repo.git(["branch", "before"]);
    repo.write("dir/a", format!("token: {token}\n")).stage().commit("leak");
    repo.git(["tag", "v1"]);
    repo.git(["checkout", "-q", "-b", "merged"]);
    repo.write("dir/b", format!("again: {token}\n")).stage().commit("many paths");
    repo.git(["checkout", "-q", "main"]);
    repo.git(["merge", "-q", "--no-ff", "-m", "m", "merged"]);
    repo.remove("dir/a").remove("dir/b").stage().commit("gone from the files");
    repo.write("README", format!("stash {token}\n"));
    repo.git(["stash", "-q"]);
    repo.git(["notes", "add", "-m", &format!("note {token}"), "HEAD"]);
    repo.git(["update-ref", "refs/remotes/origin/main", "HEAD"]);
    let print = print(&repo);
    let run = stanch(repo.path(), ["clean", &print, "--format", "json"]).code(1);
    let plan: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let refs: Vec<&str> = plan["reached"]["refs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        refs,
        [
            "refs/heads/main",
            "refs/heads/merged",
            "refs/notes/commits",
            "refs/remotes/origin/main",
            "refs/stash",
            "refs/tags/v1"
        ]
    );
    assert_eq!(plan["reached"]["remotes"][0], "origin");
    let text = stanch(repo.path(), ["clean", &print]).code(1).out;
    for words in [
        "git filter-repo --replace-text",
        "git update-ref -d 'refs/stash'",
        "gc --prune=now",
        "Forks keep",
        "--prove",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(!text.contains(&token));
}

#[test]
fn the_proof_holds_only_when_nothing_is_left() {
    let token = samples::circleci(54);
    let repo = Repo::new();
    repo.write("README", "x").stage().commit("clean");
    repo.write("a", format!("token: {token}\n")).stage().commit("leak");
    let print = print(&repo);
    let file = repo.beside("replacements.txt");
    let name = file.display().to_string();
    stanch(repo.path(), ["clean", &print, "--replacements", &name]).code(0);
    let replacements = std::fs::read(&file).unwrap();
    let replacements = String::from_utf8_lossy(&replacements).into_owned();
    assert!(
        replacements.contains(&format!("literal:{token}==>***REMOVED***\n")),
        "{replacements}"
    );
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    stanch(repo.path(), ["clean", &print, "--replacements", &name]).code(2);
    let out = stanch(repo.path(), ["clean", &print, "--prove"]).code(1).out;
    assert!(out.contains("left: ") && !out.contains(&token), "{out}");
    repo.git(["reset", "-q", "--hard", "HEAD~1"]);
    stanch(repo.path(), ["clean", &print, "--prove"]).code(1);
    repo.git(["reflog", "expire", "--expire=now", "--expire-unreachable=now", "--all"]);
    repo.git(["update-ref", "-d", "ORIG_HEAD"]);
    repo.git(["gc", "-q", "--prune=now"]);
    let out = stanch(repo.path(), ["clean", &print, "--prove"]).code(0).out;
    assert!(out.contains("nothing is left"), "{out}");
}

/// Every path and content that a ref reaches, with the token masked.
fn contents(repo: &Repo, refs: &[&str], token: &str) -> Vec<String> {
    let mut all = Vec::new();
    for name in refs {
        for commit in repo.git(["rev-list", "--reverse", name]).lines() {
            all.push(repo.git(["log", "-1", "--format=%an %ae %at %cn %ct %B", commit]));
            for path in repo.git(["ls-tree", "-r", "--name-only", commit]).lines() {
                all.push(format!("{path}: {}", repo.git(["show", &format!("{commit}:{path}")])));
            }
        }
    }
    all.iter().map(|text| text.replace(token, "***REMOVED***")).collect()
}

#[test]
fn a_cleaned_clone_has_all_but_the_secret() {
    let token = samples::circleci(55);
    let repo = Repo::new();
    repo.write("README", "x").write("deep/er/file", "kept").stage().commit("clean");
    repo.git(["branch", "untouched"]);
    repo.write("dir/a", format!("token: {token}\n")).stage().commit(&format!("leak {token}"));
    repo.git(["tag", "-a", "-m", &format!("tagged {token}"), "v1"]);
    repo.git(["checkout", "-q", "-b", "merged"]);
    repo.write("dir/b", format!("again: {token} {token}\n")).stage().commit("many paths");
    repo.git(["checkout", "-q", "main"]);
    repo.write("c", "c").stage().commit("between");
    repo.git(["merge", "-q", "--no-ff", "-m", "m", "merged"]);
    repo.git(["branch", "-q", "-D", "merged"]);
    repo.git(["checkout", "-q", "-b", "branch"]);
    repo.write("e", &token).stage().commit("branch");
    repo.git(["checkout", "-q", "main"]);
    repo.write("README", format!("stash {token}\n"));
    repo.git(["stash", "-q"]);
    repo.git(["notes", "add", "-m", &format!("note {token}"), "HEAD"]);
    let before = repo.git(["for-each-ref"]);
    let print = print(&repo);
    let into = repo.beside("clean.git");
    let folder = into.display().to_string();
    let run = stanch(repo.path(), ["clean", &print, "--apply", &folder]).code(0);
    assert!(run.out.contains("nothing is left"), "{}{}", run.out, run.err);
    assert_eq!(repo.git(["for-each-ref"]), before, "the old repository is as it was");
    // The new one is whole, has the same refs, and differs in nothing but the secret.
    let inside = |args: &[&str]| repo.git([&["-C", &folder], args].concat());
    inside(&["fsck", "--strict", "--full"]);
    let names = |text: &str| -> Vec<String> {
        text.lines().filter_map(|l| Some(l.split_whitespace().last()?.to_owned())).collect()
    };
    assert_eq!(names(&inside(&["for-each-ref"])), names(&before));
    assert_eq!(inside(&["rev-parse", "untouched"]), repo.git(["rev-parse", "untouched"]));
    let refs = ["main", "branch", "v1", "refs/stash", "refs/notes/commits"];
    let expected = contents(&repo, &refs, &token);
    let copy = Repo::plain();
    copy.git(["clone", "-q", "--mirror", &folder, "."]);
    let found = contents(&copy, &refs, &token);
    assert_eq!(found.len(), expected.len());
    // The note's path is named after the commit that it is about, which is another one now.
    let differ: Vec<_> = found.iter().zip(&expected).filter(|(a, b)| a != b).collect();
    assert!(differ.iter().all(|(a, _)| a.contains("note ***REMOVED***")), "{differ:#?}");
    stanch(repo.path(), ["clean", &print, "--apply", &folder]).code(2);
}

/// A branch, a merged branch, a tag, a stash and many paths, plainly and encoded.
fn five_shapes(token: &str) -> Repo {
    use data_encoding::{BASE64, HEXLOWER};
    let repo = Repo::new();
    repo.write("README", "x").write("deep/er/file", "kept").stage().commit("clean");
    repo.write("dir/a", format!("token: {token}\n")).stage().commit(&format!("leak {token}"));
    repo.git(["tag", "-a", "-m", "tagged", "v1"]);
    // What is packed now is hidden by what comes.
    repo.git(["pack-refs", "--all"]);
    repo.git(["checkout", "-q", "-b", "merged"]);
    repo.write("dir/b", format!("again: {token} {token}\n")).stage().commit("many paths");
    let basic = BASE64.encode(format!("user:{token}").as_bytes());
    repo.write("basic", format!("Authorization: Basic {basic}\n"))
        .write("deep/hex", format!("{}\n", HEXLOWER.encode(token.as_bytes())))
        .write("page.url", format!("?t=%22{token}%22\n"))
        .stage()
        .commit("encoded");
    repo.git(["checkout", "-q", "main"]);
    repo.write("c", "c").stage().commit("between");
    repo.git(["merge", "-q", "--no-ff", "-m", "m", "merged"]);
    repo.git(["checkout", "-q", "-b", "branch"]);
    repo.write("e", token).stage().commit("branch");
    repo.git(["checkout", "-q", "main"]);
    repo.write("README", format!("stash {token}\n"));
    repo.git(["stash", "-q"]);
    repo
}

#[test]
fn encoded_copies_are_found_planned_and_taken_out() {
    let token = samples::circleci(56);
    let repo = five_shapes(&token);
    let print = print(&repo);
    let plan = stanch(repo.path(), ["clean", &print, "--format", "json"]).code(1).out;
    let plan: serde_json::Value = serde_json::from_str(&plan).unwrap();
    let paths = plan["reached"]["paths"].to_string();
    for path in ["basic", "deep/hex", "dir/a", "dir/b", "page.url"] {
        assert!(paths.contains(&format!("\"{path}\"")), "{path} in {paths}");
    }
    // A file of replacements made by hand leaves them, and the proof says so.
    let file = repo.beside("replacements.txt").display().to_string();
    stanch(repo.path(), ["clean", &print, "--replacements", &file]).code(0);
    let out =
        stanch(repo.path(), ["clean", "--prove", "--replacements", &file, &print]).code(1).out;
    assert!(out.contains("holds it, or an encoded form of it") && !out.contains(&token), "{out}");
    let into = repo.beside("clean.git");
    let folder = into.display().to_string();
    stanch(repo.path(), ["clean", &print, "--apply", &folder]).code(0);
    let shown = repo.git(["-C", &folder, "show", "main:basic"]);
    assert!(shown.contains("***REMOVED***"), "{shown}");
}

/// The plan with the real git-filter-repo, where it is installed.
#[test]
fn git_filter_repo_follows_the_plan() {
    let known = Command::new("git").args(["filter-repo", "--version"]).output();
    if !known.is_ok_and(|out| out.status.success()) {
        eprintln!("git-filter-repo is not installed: not tried");
        return;
    }
    let token = samples::circleci(57);
    let repo = five_shapes(&token);
    let print = print(&repo);
    let file = repo.beside("replacements.txt").display().to_string();
    stanch(repo.path(), ["clean", &print, "--replacements", &file]).code(0);
    let copy = Repo::plain();
    copy.git(["clone", "-q", "--mirror", "--no-local", &repo.path().display().to_string(), "."]);
    let refs = ["main", "branch", "merged", "v1", "refs/stash"];
    let expected = contents(&copy, &refs, &token);
    copy.git([
        "filter-repo",
        "--quiet",
        "--force",
        "--replace-text",
        &file,
        "--replace-message",
        &file,
    ]);
    copy.git(["reflog", "expire", "--expire=now", "--expire-unreachable=now", "--all"]);
    copy.git(["gc", "-q", "--prune=now"]);
    let out =
        stanch(copy.path(), ["clean", "--prove", "--replacements", &file, &print]).code(0).out;
    assert!(out.contains("nothing is left"), "{out}");
    let found = contents(&copy, &refs, &token);
    assert_eq!(found.len(), expected.len());
    let encoded = |text: &str| ["basic: ", "deep/hex: "].iter().any(|p| text.starts_with(p));
    // A stash says the id of its commit, which is another one now.
    let is_stash = |text: &str| text.contains(" on main: ");
    for (found, expected) in found.iter().zip(&expected) {
        assert!(
            found == expected
                || is_stash(expected)
                || encoded(found) && found.contains("***REMOVED***"),
            "{found}\n{expected}"
        );
    }
}
