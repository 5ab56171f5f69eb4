//! Repositories and runs that all of these need.

use crate::support::repo::{Repo, clean};
use crate::support::samples::circleci;
use crate::support::tool::program;
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// The program under test; the long loops are run with an optimised one.
pub(super) fn binary() -> PathBuf {
    std::env::var_os("STANCH_BIN").map_or_else(|| program().to_owned(), PathBuf::from)
}

/// What a scan is run on, and how.
pub(super) struct Case {
    pub name: &'static str,
    pub repo: Repo,
    pub args: Vec<&'static str>,
    /// The file that the report is written to, if it is not standard output.
    pub report: Option<PathBuf>,
    /// Whether git says something on standard input: a file beside the repository.
    input: bool,
    /// Whether the cache of each run is empty.
    cold: bool,
}

impl Case {
    fn new(name: &'static str, repo: Repo, args: &[&'static str]) -> Self {
        let args = [args, &["--format", "jsonl", "--jobs", "1"]].concat();
        Self { name, repo, args, report: None, input: false, cold: false }
    }

    /// The run, ready to start.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(binary());
        clean(&mut command);
        command.args(&self.args).current_dir(self.repo.path()).stdin(Stdio::null());
        let state = self.repo.beside("state");
        if self.cold {
            let _ = std::fs::remove_dir_all(&state);
        }
        command.env("XDG_STATE_HOME", &state).env("XDG_CACHE_HOME", &state);
        if self.input {
            command.stdin(std::fs::File::open(self.repo.beside("input")).unwrap());
        }
        command
    }

    /// What came of a run.
    pub(super) fn outcome(&self, out: &Output) -> Outcome {
        let report = match &self.report {
            Some(file) => std::fs::read(file).ok(),
            None => Some(out.stdout.clone()),
        };
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        Outcome { code: out.status.code(), records: report.map(|r| records(&r)), said }
    }
}

/// Exit code, report and standard error of a run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Outcome {
    pub code: Option<i32>,
    /// The records, if there is a report and all of it is JSON.
    pub records: Option<Option<Vec<Value>>>,
    pub said: String,
}

impl Outcome {
    /// Whether the report says that something was not read.
    pub(super) fn tells_of_a_gap(&self) -> bool {
        let last = self.records.iter().flatten().flatten().last();
        last.is_some_and(|summary| summary["complete"] == false)
    }

    /// How many secrets are reported.
    pub(super) fn found(&self) -> usize {
        let all = self.records.iter().flatten().flatten();
        all.filter(|r| r["type"] == "finding").count()
    }

    /// What is wrong with this run, which was disturbed, when `fine` was not.
    pub(super) fn wrong(&self, fine: &Self) -> Option<&'static str> {
        let same = self.records == fine.records;
        match self.code {
            _ if self.said.contains("panicked") => Some("a panic"),
            Some(0) if fine.code != Some(0) => Some("clean, with a secret in it"),
            Some(0) if !same => Some("clean, with another report"),
            Some(1) if !same && !self.tells_of_a_gap() => Some("another report without a word"),
            Some(0..=3) if self.records == Some(None) => Some("half a report"),
            Some(0..=3) => None,
            _ => Some("an end that is none of ours"),
        }
    }
}

/// The records of a report; nothing if it is no whole report. Left out is what differs between two
/// runs anyway: the time, the bytes, to which names of files count once or more with their line
/// breaks, what was known from the cache, which may be out of reach, and a note that it is.
fn records(report: &[u8]) -> Option<Vec<Value>> {
    let lines = report.split_inclusive(|&b| b == b'\n');
    let parse = |line: &[u8]| serde_json::from_slice::<Value>(line.strip_suffix(b"\n")?).ok();
    let mut all = lines.map(parse).collect::<Option<Vec<_>>>()?;
    for summary in all.iter_mut().filter(|r| r["type"] == "summary") {
        summary["seconds"] = Value::Null;
        summary["ledger"]["bytes"] = Value::Null;
        let about_cache =
            |note: &Value| note.as_str().is_some_and(|n| n.starts_with("the cache "));
        let notes = summary["ledger"]["notes"].as_array_mut();
        notes.into_iter().for_each(|notes| notes.retain(|note| !about_cache(note)));
        let counts = summary["ledger"]["counts"].as_object_mut();
        for count in counts.into_iter().flat_map(|all| all.values_mut()) {
            let looked_at = ["scanned", "known"].map(|how| count[how].as_u64().unwrap_or(0));
            count["scanned"] = looked_at.iter().sum::<u64>().into();
            count["known"] = Value::Null;
        }
    }
    Some(all)
}

/// A small repository, with a secret in its second commit or with none.
pub(super) fn repository(secret: bool) -> Repo {
    let repo = Repo::new();
    let token = if secret { circleci(1) } else { "none".to_owned() };
    repo.write("README", "hello\n".repeat(50)).write("src/a.c", "int main;\n".repeat(30));
    repo.write(".gitignore", "out/\n").stage().commit("one");
    repo.write("deep/er/key.env", format!("TOKEN={token}\n")).stage().commit("two");
    repo.write("src/a.c", "int main;\n".repeat(31)).stage().commit("three");
    repo.git(["tag", "-a", "-m", "t", "v1"]);
    repo.git(["branch", "side"]);
    repo
}

/// The same with all in one pack, refs too.
pub(super) fn packed(secret: bool) -> Repo {
    let repo = repository(secret);
    repo.git(["repack", "-adq"]);
    repo.git(["pack-refs", "--all"]);
    repo
}

fn staged(secret: bool) -> Repo {
    let repo = packed(false);
    let token = if secret { circleci(2) } else { "none".to_owned() };
    repo.write("new.env", format!("TOKEN={token}\n")).write("other", "o\n").stage();
    repo
}

fn plain(secret: bool) -> Repo {
    let repo = repository(secret);
    std::fs::remove_dir_all(repo.path().join(".git")).unwrap();
    repo
}

/// A folder with a compressed file.
fn compressed(secret: bool) -> Repo {
    let repo = plain(false);
    let token = if secret { circleci(3) } else { "none".to_owned() };
    let packed = miniz_oxide::deflate::compress_to_vec(format!("TOKEN={token}\n").as_bytes(), 6);
    repo.write("a.gz", [b"\x1f\x8b\x08\0\0\0\0\0\0\x03", &packed[..], &[0; 8]].concat());
    repo
}

/// A repository that only git itself reads.
fn foreign(secret: bool) -> Repo {
    let repo = Repo::plain();
    repo.git(["init", "-q", "--object-format=sha256", "-b", "main", "."]);
    let token = if secret { circleci(4) } else { "none".to_owned() };
    repo.write("key.env", format!("TOKEN={token}\n")).stage().commit("one");
    repo
}

/// A scan of history that finds an empty cache, and one that finds what the scan before it left.
fn cached(secret: bool) -> [Case; 2] {
    let [mut cold, warm] = ["cold cache", "warm cache"]
        .map(|name| Case::new(name, packed(secret), &["scan", "--history"]));
    cold.cold = true;
    warm.command().output().unwrap();
    [cold, warm]
}

/// What git tells the hook of a push that sends all but the first commit.
fn pushing(secret: bool) -> Case {
    let repo = repository(secret);
    let [from, to] = ["HEAD~2", "HEAD"].map(|commit| repo.git(["rev-parse", commit]));
    repo.git(["update-ref", "refs/remotes/origin/main", &from]);
    repo.git(["remote", "add", "origin", "/nonexistent"]);
    let line = format!("refs/heads/main {to} refs/heads/main {from}\n");
    std::fs::write(repo.beside("input"), line).unwrap();
    let mut case = Case::new("pre-push", repo, &["hook", "pre-push"]);
    case.args.extend(["--", "origin", "/nonexistent"]);
    case.input = true;
    case
}

/// All that the loops go over.
pub(super) fn cases(secret: bool) -> Vec<Case> {
    let configured = repository(secret);
    configured.write(".stanch.toml", "[paths]\nexclude = [\"x/**\"]\n");
    let mut to_file = Case::new("report", plain(secret), &["scan", ".", "--output", "r.jsonl"]);
    to_file.report = Some(to_file.repo.path().join("r.jsonl"));
    let [cold, warm] = cached(secret);
    vec![
        Case::new("folder", plain(secret), &["scan", "."]),
        Case::new("work tree", configured, &["scan", "--worktree"]),
        Case::new("index", staged(secret), &["scan", "--staged"]),
        Case::new("packed", packed(secret), &["scan", "--history", "--no-cache"]),
        Case::new("loose", repository(secret), &["scan", "--history", "--no-cache"]),
        Case::new("range", packed(secret), &["scan", "--range=HEAD~2..HEAD"]),
        Case::new("archive", compressed(secret), &["scan", "."]),
        Case::new("by git", foreign(secret), &["scan", "--history", "--no-cache"]),
        to_file,
        cold,
        warm,
        Case::new("pre-commit", staged(secret), &["hook", "pre-commit"]),
        pushing(secret),
    ]
}
