//! Reading and scanning a full history: the repository of `STANCH_BENCH_REPO`, else this one.
//! What was scanned is checked against git's own count of blobs.
//!
//! `cargo bench --bench history`, or `STANCH_BENCH_REPO=../git.git cargo bench --bench history`

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench may")]

use std::process::Command;
use std::time::Instant;

const ROUNDS: usize = 3;

fn main() {
    let repository = std::env::var("STANCH_BENCH_REPO").unwrap_or_else(|_| ".".to_owned());
    let blobs = blobs(&repository);
    let mut times: Vec<f64> = (0..ROUNDS).map(|_| scan(&repository, blobs)).collect();
    times.sort_by(f64::total_cmp);
    println!(
        "{repository}: {blobs} blobs, median {:.2} s, best {:.2} s",
        times[ROUNDS / 2],
        times[0]
    );
}

/// Scans, checks the count of blobs in the ledger, and answers the seconds it took.
fn scan(repository: &str, blobs: u64) -> f64 {
    let started = Instant::now();
    let args = ["scan", "--history", "--format", "jsonl", "--exit-code", "0", repository];
    let out = Command::new(env!("CARGO_BIN_EXE_stanch")).args(args).output().unwrap();
    let seconds = started.elapsed().as_secs_f64();
    let text = String::from_utf8_lossy(&out.stdout);
    let last: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(last["ledger"]["counts"]["blobs"]["scanned"].as_u64(), Some(blobs));
    seconds
}

fn blobs(repository: &str) -> u64 {
    let args = ["-C", repository, "cat-file", "--batch-all-objects", "--unordered"];
    let check = "--batch-check=%(objecttype)";
    let out = Command::new("git").args(args).arg(check).output().unwrap();
    out.stdout.split(|&b| b == b'\n').filter(|line| line == b"blob").count() as u64
}
