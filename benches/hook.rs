//! Wall time of the pre-commit hook as a person feels it: whole process, a usual commit (3 files
//! of 400 lines staged in a repository of 50). `git diff --cached` and `stanch --version` stand
//! beside it.
//!
//! `cargo bench --bench hook`

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench may")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

const ROUNDS: usize = 60;

fn main() {
    let dir = tempfile::tempdir().unwrap();
    repository(dir.path());
    let stanch = env!("CARGO_BIN_EXE_stanch");
    let rows: [(&str, &str, &[&str]); 3] = [
        ("stanch hook pre-commit", stanch, &["hook", "pre-commit"]),
        ("stanch --version", stanch, &["--version"]),
        ("git diff --cached", "git", &["diff", "--cached"]),
    ];
    let mut times = vec![Vec::new(); rows.len()];
    for _ in 0..ROUNDS {
        for ((_, program, args), times) in rows.iter().zip(&mut times) {
            times.push(run(dir.path(), program, args));
        }
    }
    for ((name, ..), times) in rows.iter().zip(&mut times) {
        times.sort_by(f64::total_cmp);
        let at = |q: usize| times[(times.len() - 1) * q / 100];
        println!("{name:24} median {:6.2} ms  best {:6.2}  95 % {:6.2}", at(50), at(0), at(95));
    }
}

fn run(dir: &Path, program: &str, args: &[&str]) -> f64 {
    let started = Instant::now();
    let mut command = Command::new(program);
    command.args(args).current_dir(dir).stdout(Stdio::null()).stderr(Stdio::null());
    assert!(command.status().unwrap().success(), "{program} {args:?}");
    started.elapsed().as_secs_f64() * 1e3
}

fn repository(dir: &Path) {
    git(dir, &["init", "-q"]);
    for i in 0..50 {
        std::fs::write(dir.join(format!("file{i}.py")), text(i)).unwrap();
    }
    git(dir, &["add", "."]);
    git(dir, &["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "first"]);
    for i in 0..3 {
        std::fs::write(dir.join(format!("file{i}.py")), text(i + 100)).unwrap();
    }
    git(dir, &["add", "."]);
}

fn git(dir: &Path, args: &[&str]) {
    assert!(Command::new("git").args(args).current_dir(dir).status().unwrap().success());
}

/// 400 lines that look like code.
fn text(seed: usize) -> String {
    (0..400).fold(String::new(), |mut out, i| {
        let _ = writeln!(
            out,
            "def handler_{seed}_{i}(request, token=None):  # reads config.section_{i}.key"
        );
        out
    })
}
