//! `stanch scan` and `stanch baseline` from end to end. Every report of these tests goes through
//! [`jsonl`], and so has its account checked.

mod baseline;
mod cache;
mod circleci;
mod decoding;
mod exits;
mod nested;
mod packs;
mod places;
mod redaction;
mod streams;
mod trust;
mod unread;
mod whereabouts;

use crate::support::repo::Repo;
use crate::support::samples;
use crate::support::tool::{Run, stanch};
use serde_json::Value;
use std::path::Path;

/// `stanch ARGS` with a report as JSON Lines, whose account is checked.
#[track_caller]
fn jsonl(dir: &Path, args: &[&str]) -> Run {
    let run = stanch(dir, [args, &["--format", "jsonl"]].concat());
    run.summary();
    run
}

/// The paths of all places.
fn paths(run: &Run) -> Vec<String> {
    let mut paths: Vec<String> =
        run.findings().iter().map(|f| f["path"].as_str().unwrap_or("-").to_owned()).collect();
    paths.sort();
    paths
}

/// A line with a planted secret.
fn planted(seed: u64) -> String {
    format!("token: {}\n", samples::circleci(seed))
}

/// A repository with a planted secret in the file `a`.
fn leaky() -> Repo {
    let repo = Repo::new();
    repo.write("a", planted(1)).stage().commit("first");
    repo
}
