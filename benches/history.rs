//! A full history beside its floor: whole processes, interleaved, CPU and wall. The floor is to
//! decode every blob once with the reader of stanch and do nothing with it. The repository is that
//! of `STANCH_BENCH_REPO`, else this one; what was scanned is checked against git's own count.
//!
//! `cargo bench --bench history`, or `STANCH_BENCH_REPO=../git.git cargo bench --bench history`

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench may")]

use stanch::git::pack::{Limits, Object, Pack, Trouble, Visitor};
use stanch::git::{Kind, Repo};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

const ROUNDS: usize = 3;
/// Makes this program the floor of the repository that follows.
const FLOOR: &str = "--floor";

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let Some(at) = args.iter().position(|a| a == FLOOR) {
        return floor(&args[at + 1]);
    }
    let repository = std::env::var("STANCH_BENCH_REPO").unwrap_or_else(|_| ".".to_owned());
    check(&repository);
    let own = args[0].as_str();
    let (stanch, at) = (env!("CARGO_BIN_EXE_stanch"), repository.as_str());
    let cat = ["-C", at, "cat-file", "--batch-all-objects", "--batch", "--unordered", "--buffer"];
    let rows: [(&str, &str, &[&str]); 3] = [
        ("every blob decoded", own, &[FLOOR, at]),
        ("stanch", stanch, &["scan", "--history", "--no-cache", "--exit-code", "0", at]),
        ("git cat-file", "git", &cat),
    ];
    let mut times = vec![Vec::new(); rows.len()];
    for _ in 0..ROUNDS {
        for ((_, program, args), times) in rows.iter().zip(&mut times) {
            times.push(run(program, args));
        }
    }
    for ((name, ..), times) in rows.iter().zip(&mut times) {
        times.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (cpu, wall) = times[ROUNDS / 2];
        println!("{name:20} CPU {cpu:7.2} s, wall {wall:7.2} s");
    }
}

/// Decodes every blob in the packs of a repository.
fn floor(repository: &str) {
    struct Count(AtomicU64);
    impl Visitor for Count {
        type Memo = ();

        fn visit(&self, object: &Object<'_>, _: Option<&()>, (): &mut ()) {
            self.0.fetch_add(object.data.len() as u64, Ordering::Relaxed);
        }

        fn trouble(&self, trouble: Trouble) {
            println!("{trouble:?}");
        }
    }
    let bytes = Count(AtomicU64::new(0));
    for index in Repo::open(repository).unwrap().pack_indexes().unwrap() {
        let limits = Limits { held: 256 << 20, alone: u64::MAX };
        Pack::open(&index).unwrap().walk(&[Kind::Blob], limits, &bytes);
    }
    println!("{} bytes of blobs", bytes.0.into_inner());
}

/// CPU and wall time of a process, in seconds.
fn run(program: &str, args: &[&str]) -> (f64, f64) {
    let (before, started) = (cpu_of_children(), Instant::now());
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().unwrap();
    (cpu_of_children() - before, started.elapsed().as_secs_f64())
}

/// User and system time of all children that have ended, in seconds, from Linux's `/proc`.
fn cpu_of_children() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    // Fields 16 and 17 of proc_pid_stat(5), in ticks of a hundredth of a second.
    fields.skip(13).take(2).filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Checks the count of blobs in the ledger against git's.
fn check(repository: &str) {
    let args =
        ["scan", "--history", "--no-cache", "--format", "jsonl", "--exit-code", "0", repository];
    let out = Command::new(env!("CARGO_BIN_EXE_stanch")).args(args).output().unwrap();
    let text = String::from_utf8_lossy(&out.stdout);
    let last: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(last["ledger"]["counts"]["blobs"]["scanned"].as_u64(), Some(blobs(repository)));
}

fn blobs(repository: &str) -> u64 {
    let args = ["-C", repository, "cat-file", "--batch-all-objects", "--unordered"];
    let check = "--batch-check=%(objecttype)";
    let out = Command::new("git").args(args).arg(check).output().unwrap();
    out.stdout.split(|&b| b == b'\n').filter(|line| line == b"blob").count() as u64
}
