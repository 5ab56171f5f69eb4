//! The commands that the README shows work: each block runs in a scratch repository.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const README: &str = include_str!("../README.md");
const CI: &str = include_str!("../.ci/run");

/// The text of every fenced block of shell.
fn blocks(text: &str) -> Vec<String> {
    let parts = text.split("```sh\n").skip(1);
    parts.map(|part| part.split("```").next().unwrap().to_owned()).collect()
}

/// A command without the comment behind it.
fn bare(line: &str) -> &str {
    line.split(" #").next().unwrap().trim()
}

/// Lines that build stanch.
fn cargo_lines() -> Vec<String> {
    let lines = blocks(README).join("\n");
    let cargo = lines.lines().map(bare).filter(|l| l.starts_with("cargo "));
    cargo.map(str::to_owned).collect()
}

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_stanch"))
}

/// Runs a script of shell in `dir`, with the program on PATH and nothing of this machine's
/// settings.
fn shell(dir: &Path, script: &str) -> Output {
    let path = std::env::var("PATH").unwrap();
    let mut sh = Command::new("sh");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            sh.env_remove(name);
        }
    }
    sh.args(["-euc", script]).current_dir(dir);
    sh.env("PATH", format!("{}:{path}", program().parent().unwrap().display()));
    sh.envs([("HOME", "/nonexistent"), ("GIT_CONFIG_NOSYSTEM", "1")]);
    sh.envs([("GIT_AUTHOR_NAME", "Ann"), ("GIT_AUTHOR_EMAIL", "ann@example.org")]);
    sh.envs([("GIT_COMMITTER_NAME", "Ann"), ("GIT_COMMITTER_EMAIL", "ann@example.org")]);
    sh.output().unwrap()
}

#[track_caller]
fn works(dir: &Path, script: &str) {
    let out = shell(dir, script);
    assert!(
        out.status.success(),
        "{script}\n{}\n{}",
        String::from_utf8_lossy(&out.stdout),
        String::from_utf8_lossy(&out.stderr)
    );
}

/// A repository with two commits, a remote that lacks the second, and a change.
fn scratch(top: &Path) -> PathBuf {
    let dir = top.join("repo");
    fs::create_dir(&dir).unwrap();
    works(
        &dir,
        "git init -q -b main . && git init -q --bare ../remote.git
        git remote add origin ../remote.git
        echo one > a && git add a && git commit -qm one
        git push -q -u origin main
        echo two > a && git commit -qam two
        echo three > a",
    );
    dir
}

#[test]
fn every_command_of_the_readme_works() {
    for block in blocks(README) {
        let top = tempfile::tempdir().unwrap();
        let repo = scratch(top.path());
        let lines = block.lines().filter(|line| !bare(line).starts_with("cargo "));
        works(&repo, &lines.collect::<Vec<_>>().join("\n"));
    }
}

#[test]
fn the_main_job_works() {
    let line = cargo_lines().into_iter().find(|l| l.starts_with("cargo run")).unwrap();
    let args = line.strip_prefix("cargo run --release -- ").unwrap();
    let top = tempfile::tempdir().unwrap();
    works(&scratch(top.path()), &format!("stanch {args}"));
}

#[test]
fn ci_runs_the_tests_as_the_readme_says() {
    let tests: Vec<String> =
        cargo_lines().into_iter().filter(|l| l.starts_with("cargo test")).collect();
    assert_eq!(tests.len(), 1);
    assert!(CI.contains(&format!("tests='{}'", tests[0])), "{tests:?}");
}

#[test]
fn links_of_the_readme_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for part in README.split("](").skip(1) {
        let target = part.split(')').next().unwrap();
        assert!(root.join(target).exists(), "{target}");
    }
}
