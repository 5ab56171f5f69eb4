//! Compares stanch with whichever of gitleaks, betterleaks and kingfisher is on the PATH, on a
//! repository given: whole process, full history, CPU and wall, interleaved, as ratios to stanch.
//!
//! `cargo bench --bench compare -- /path/to/repository [rounds]`

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench may")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// A tool and its arguments; `{}` stands for the repository. None asks the network.
const TOOLS: [(&str, &[&str]); 5] = [
    ("stanch", &["scan", "--history", "--no-cache", "-q", "{}"]),
    ("gitleaks", &["git", "--no-banner", "--exit-code=0", "--redact", "{}"]),
    ("betterleaks", &["git", "--no-banner", "--exit-code=0", "{}"]),
    ("kingfisher", &["scan", "--no-validate", "--no-update-check", "{}"]),
    (
        "git",
        &["-C", "{}", "cat-file", "--batch-all-objects", "--batch", "--unordered", "--buffer"],
    ),
];

struct Time {
    wall: f64,
    cpu: f64,
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let Some(repository) = args.first() else {
        println!("compare: name a repository: cargo bench --bench compare -- PATH [rounds]");
        return;
    };
    let rounds = args.get(1).and_then(|n| n.parse().ok()).unwrap_or(3);
    let tools: Vec<_> = TOOLS.iter().filter(|t| program(t.0).is_some()).collect();
    let mut times: Vec<Vec<Time>> = tools.iter().map(|_| Vec::new()).collect();
    for _ in 0..rounds {
        for (tool, times) in tools.iter().zip(&mut times) {
            times.push(run(tool.0, tool.1, repository));
        }
    }
    let median = |of: fn(&Time) -> f64, t: &[Time]| {
        let mut all: Vec<f64> = t.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    let own = (median(|t| t.wall, &times[0]), median(|t| t.cpu, &times[0]));
    println!("{repository}, {rounds} rounds, medians");
    for (tool, times) in tools.iter().zip(&times) {
        let (wall, cpu) = (median(|t| t.wall, times), median(|t| t.cpu, times));
        let (by_wall, by_cpu) = (wall / own.0, cpu / own.1);
        println!(
            "{:12} wall {wall:8.2} s ({by_wall:6.1}x)  CPU {cpu:8.2} s ({by_cpu:6.1}x)",
            tool.0
        );
    }
}

fn program(name: &str) -> Option<String> {
    if name == "stanch" {
        return Some(env!("CARGO_BIN_EXE_stanch").to_owned());
    }
    let path = std::env::var("PATH").ok()?;
    let at = |dir: &str| Path::new(dir).join(name);
    path.split(':').map(at).find(|p| p.is_file()).map(|p| p.to_string_lossy().into_owned())
}

fn run(name: &str, args: &[&str], repository: &str) -> Time {
    let before = cpu_of_children();
    let started = Instant::now();
    let args = args.iter().map(|a| a.replace("{}", repository));
    let mut command = Command::new(program(name).unwrap());
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().unwrap();
    Time { wall: started.elapsed().as_secs_f64(), cpu: cpu_of_children() - before }
}

/// User and system time of all children that have ended, in seconds, from Linux's `/proc`.
fn cpu_of_children() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    // Fields 16 and 17 of proc_pid_stat(5), in ticks of a hundredth of a second.
    fields.skip(13).take(2).filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / 100.0
}
