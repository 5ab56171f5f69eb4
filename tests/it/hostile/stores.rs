//! Damaged and forged object stores, refs and trees: the rest is scanned, and the loss named.

use crate::support::repo::Repo;
use crate::support::samples::circleci;
use crate::support::tool::{Run, stanch};
use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

fn history(repo: &Repo) -> Run {
    stanch(repo.path(), ["scan", "--history", "--format", "jsonl"])
}

/// The only file of the pack folder with this extension.
fn packed(repo: &Repo, extension: &str) -> PathBuf {
    let folder = std::fs::read_dir(repo.path().join(".git/objects/pack")).unwrap();
    let mut files = folder.map(|f| f.unwrap().path());
    files.find(|f| f.extension().is_some_and(|e| e == extension)).unwrap()
}

/// A repository with a secret whose objects are all in one pack.
fn in_one_pack() -> Repo {
    let repo = Repo::new();
    repo.write("f", format!("token = {}\n", circleci(1))).stage().commit("c");
    repo.git(["repack", "-q", "-a", "-d"]);
    history(&repo).code(1);
    repo
}

/// The object that git makes of `input`.
fn made(repo: &Repo, args: &[&str], input: &str) -> String {
    let mut git = repo.git_command();
    git.args(args).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = git.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let out = child.wait_with_output().unwrap();
    assert!(out.status.success());
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}

#[test]
fn a_pack_whose_index_is_damaged_is_named() {
    for keep in [0, 100, 1100] {
        let repo = in_one_pack();
        let index = packed(&repo, "idx");
        let bytes = std::fs::read(&index).unwrap();
        std::fs::remove_file(&index).unwrap();
        std::fs::write(&index, &bytes[..keep]).unwrap();
        repo.remove("f");
        let run = history(&repo).code(3);
        assert!(run.out.contains(".idx"), "{}", run.out);
        assert!(run.err.contains("incomplete"), "{}", run.err);
    }
}

#[test]
fn a_pack_without_an_index_and_an_index_without_a_pack_are_named() {
    for lost in ["idx", "pack"] {
        let repo = in_one_pack();
        std::fs::remove_file(packed(&repo, lost)).unwrap();
        repo.remove("f");
        assert!(history(&repo).code(3).out.contains("pack-"));
    }
}

#[test]
fn a_ref_to_a_lost_object_is_a_gap() {
    let repo = Repo::new();
    repo.commit("empty");
    let lost = "12".repeat(20);
    repo.write(".git/refs/heads/lost", format!("{lost}\n"));
    assert!(history(&repo).code(3).out.contains(&lost));
}

#[test]
fn a_packed_ref_that_a_loose_one_hides_may_be_gone() {
    let repo = Repo::new();
    repo.commit("empty");
    repo.write(".git/packed-refs", format!("{} refs/heads/main\n", "12".repeat(20)));
    history(&repo).code(0);
}

#[test]
fn trees_that_repeat_themselves_do_not_take_for_ever() {
    let repo = Repo::new();
    let blob = made(&repo, &["hash-object", "-w", "--stdin"], &circleci(2));
    let mut entry = format!("100644 blob {blob}");
    for _ in 0..10 {
        let lines: Vec<String> = (0..10).map(|n| format!("{entry}\tn{n}\n")).collect();
        entry = format!("040000 tree {}", made(&repo, &["mktree"], &lines.concat()));
    }
    let tree = entry.rsplit(' ').next().unwrap();
    let commit = repo.git(["commit-tree", tree, "-m", "bomb"]);
    repo.git(["update-ref", "refs/heads/main", &commit]);
    let started = Instant::now();
    history(&repo).code(1);
    assert!(started.elapsed() < Duration::from_secs(120));
}

#[test]
fn a_tagged_tree_gives_its_paths() {
    let repo = Repo::new();
    repo.commit("empty");
    let blob = made(&repo, &["hash-object", "-w", "--stdin"], &circleci(3));
    let tree = made(&repo, &["mktree"], &format!("100644 blob {blob}\tinner.env\n"));
    repo.git(["tag", "-a", "-m", "t", "t", &tree]);
    let run = history(&repo).code(1);
    assert_eq!(run.records()[0]["path"], "inner.env");
}

#[test]
fn a_range_from_the_zero_id_is_everything() {
    let repo = Repo::new();
    repo.write("f", circleci(4)).stage().commit("c");
    let range = format!("--range={}..HEAD", "0".repeat(40));
    stanch(repo.path(), ["scan", range.as_str()]).code(1);
}

#[test]
fn a_folder_is_not_hidden_by_a_git_file_that_leads_nowhere() {
    let repo = Repo::new();
    repo.commit("empty");
    repo.write("d/.git", "gitdir: ../nowhere\n").write("d/f", circleci(5));
    stanch(repo.path(), ["scan", "--worktree"]).code(1);
}

/// All that the index names is known from elsewhere; what the pack holds nobody can tell.
#[test]
fn a_pack_with_the_index_of_another_is_named() {
    let (repo, other) = (Repo::new(), in_one_pack());
    repo.write("f", "words\n").stage().commit("c");
    repo.git(["repack", "-q", "-a", "-d"]);
    let index = packed(&repo, "idx");
    let twin = index.with_file_name("pack-twin.idx");
    std::fs::copy(&index, &twin).unwrap();
    std::fs::copy(packed(&other, "pack"), twin.with_extension("pack")).unwrap();
    let run = history(&repo).code(3);
    assert!(run.out.contains("pack-twin"), "{}", run.out);
}

/// A line of a commit's head that looks like one of git's, and names nothing.
#[test]
fn a_head_of_a_commit_that_is_none_is_scanned() {
    for word in ["tree", "parent", "object"] {
        let repo = Repo::new();
        repo.commit("c");
        let raw = repo.git(["cat-file", "commit", "HEAD"]);
        let raw = raw.replacen("\nauthor", &format!("\n{word} {}\nauthor", circleci(6)), 1);
        let id =
            made(&repo, &["hash-object", "-w", "-t", "commit", "--literally", "--stdin"], &raw);
        // git refuses to.
        repo.write(".git/refs/heads/main", format!("{id}\n"));
        history(&repo).code(1);
    }
}
