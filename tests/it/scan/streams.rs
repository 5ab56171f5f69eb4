//! Texts of any length: long files, one long line, a stream without end, and Ctrl-C.

use super::{Repo, planted};
use crate::support::repo::clean;
use crate::support::tool::{Run, program};
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Tests of debug builds are slow; this is several times what is held at a time.
const LONG: usize = 24 << 20;

/// A child that is ended with its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    fn start(dir: &Path, args: &[&str]) -> Self {
        let mut command = Command::new(program());
        clean(&mut command);
        command.args(args).args(["--format", "jsonl"]).current_dir(dir);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self(command.spawn().unwrap())
    }

    fn signal(&self, name: &str) {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    /// The most memory that it has held so far, in bytes.
    fn peak(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap();
        let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
    }

    fn end(mut self) -> Run {
        drop(self.0.stdin.take());
        let read = |from: &mut dyn std::io::Read| {
            let mut text = String::new();
            from.read_to_string(&mut text).unwrap();
            text
        };
        let out = read(self.0.stdout.as_mut().unwrap());
        let err = read(self.0.stderr.as_mut().unwrap());
        Run { code: self.0.wait().unwrap().code().unwrap_or(-1), out, err }
    }
}

/// A text of about `len` bytes with planted secrets at its start, its end, and about every
/// `step` bytes; and the line numbers of them.
fn long(len: usize, step: usize) -> (Vec<u8>, Vec<u64>) {
    let filler = "some words of a log line, and nothing more than that\n".repeat(1000);
    let (mut text, mut lines, mut line) = (Vec::with_capacity(len), Vec::new(), 1);
    let mut due = 0;
    while text.len() < len {
        if text.len() >= due {
            text.extend(planted(lines.len() as u64 + 1).bytes());
            lines.push(line);
            line += 1;
            due += step;
        }
        text.extend(filler.bytes());
        line += 1000;
    }
    text.extend(planted(lines.len() as u64 + 1).bytes());
    lines.push(line);
    (text, lines)
}

fn lines_of(run: &Run) -> Vec<u64> {
    let mut lines: Vec<u64> = run.findings().iter().map(|f| f["line"].as_u64().unwrap()).collect();
    lines.sort_unstable();
    lines
}

#[test]
fn a_long_file_is_one_file_and_gives_all_its_secrets() {
    let dir = Repo::plain();
    let (text, lines) = long(LONG, 5 << 20);
    dir.write("long.log", &text);
    let run = Running::start(dir.path(), &["scan", "long.log", "--memory", "16M"]).end();
    assert_eq!(run.code, 1, "{}", run.err);
    assert_eq!(lines_of(&run), lines);
    let summary = run.summary();
    assert_eq!(summary["ledger"]["counts"]["files"]["scanned"], 1);
    assert_eq!(summary["ledger"]["bytes"], text.len() as u64);
}

#[test]
fn one_long_line_is_scanned_in_bounded_memory() {
    let dir = Repo::plain();
    let (mut text, lines) = long(LONG, 4 << 20);
    text.iter_mut().filter(|b| **b == b'\n').for_each(|b| *b = b' ');
    let mut running = Running::start(dir.path(), &["scan", "-", "--memory", "16M"]);
    let mut stdin = running.0.stdin.take().unwrap();
    stdin.write_all(&text).unwrap();
    let peak = running.peak();
    drop(stdin);
    let run = running.end();
    assert_eq!(run.findings().len(), lines.len());
    assert!(lines_of(&run).iter().all(|line| *line == 1));
    // Without a bound it would hold at least the text.
    assert!(peak < 120 << 20, "{peak}");
}

#[test]
fn a_stream_without_end_is_told_of_when_interrupted() {
    let dir = Repo::plain();
    for signal in ["-INT", "-TERM"] {
        let mut running = Running::start(dir.path(), &["scan", "-"]);
        let mut stdin = running.0.stdin.take().unwrap();
        stdin.write_all(planted(1).as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(700));
        running.signal(signal);
        let run = running.end();
        assert_eq!(run.code, 130, "{}", run.err);
        assert_eq!(run.findings().len(), 1);
        let ledger = &run.summary()["ledger"];
        assert_eq!(ledger["skipped"][0]["reason"], "interrupted");
        assert_eq!(ledger["counts"]["files"]["skipped"], 1);
        drop(stdin);
    }
}

#[test]
fn an_endless_stream_of_one_secret_takes_bounded_memory() {
    let dir = Repo::plain();
    let mut running = Running::start(dir.path(), &["scan", "-", "--memory", "16M"]);
    let mut stdin = running.0.stdin.take().unwrap();
    let lines = planted(1).repeat(2000);
    let writer = std::thread::spawn(move || while stdin.write_all(lines.as_bytes()).is_ok() {});
    std::thread::sleep(Duration::from_secs(3));
    let peak = running.peak();
    running.signal("-INT");
    let run = running.end();
    writer.join().unwrap();
    assert_eq!(run.code, 130);
    // The token at the end may be cut, and look like another.
    assert!(run.findings().len() <= 1001);
    assert!(peak < 150 << 20, "{peak}");
}

#[test]
fn an_interrupted_scan_of_files_counts_what_is_left() {
    let dir = Repo::plain();
    let (text, _) = long(3 << 20, 1 << 20);
    (0..60).for_each(|i| {
        dir.write(format!("f{i}"), &text);
    });
    let report = dir.beside("report.jsonl");
    let args = ["scan", ".", "-o", report.to_str().unwrap(), "--jobs", "1"];
    let running = Running::start(dir.path(), &args);
    std::thread::sleep(Duration::from_millis(700));
    let asked = Instant::now();
    running.signal("-INT");
    let Run { code, err, .. } = running.end();
    assert!(asked.elapsed() < Duration::from_secs(20));
    assert_eq!(code, 130, "{err}");
    let out = std::fs::read_to_string(&report).unwrap();
    let run = Run { code, out, err };
    let summary = run.summary();
    assert_eq!(summary["complete"], false);
    let files = &summary["ledger"]["counts"]["files"];
    assert_eq!(files["scope"], 60);
    assert!(files["skipped"].as_u64().unwrap() > 0, "{files}");
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let dir = Repo::plain();
    // Enough for a piece that takes a while after the first signal.
    let (text, _) = long(3 << 20, 1 << 20);
    let mut running = Running::start(dir.path(), &["scan", "-"]);
    let mut stdin = running.0.stdin.take().unwrap();
    stdin.write_all(&text).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    running.signal("-INT");
    std::thread::sleep(Duration::from_millis(20));
    running.signal("-INT");
    let run = running.end();
    assert_eq!(run.code, 130, "{}", run.err);
}

#[test]
fn long_blobs_are_read_piece_by_piece() {
    let repo = Repo::new();
    let (text, lines) = long(9 << 20, 2 << 20);
    repo.write("long.log", &text).stage().commit("long");
    let scan = || Running::start(repo.path(), &["scan", "--memory", "16M"]).end();
    let loose = scan();
    assert_eq!(lines_of(&loose), lines);
    repo.git(["repack", "-adq"]);
    let reachable = ["scan", "--reachable", "--memory", "16M"];
    let packed = Running::start(repo.path(), &reachable).end();
    assert_eq!(lines_of(&packed), lines);
    assert_eq!(lines_of(&scan()), lines);
    let history = ["scan", "--history", "--memory", "16M", "--no-cache"];
    let history = Running::start(repo.path(), &history).end();
    assert_eq!(lines_of(&history), lines);
    assert!(history.findings().iter().all(|f| f["path"] == "long.log"), "{}", history.out);
}

#[test]
fn too_little_memory_is_a_mistake() {
    let dir = Repo::plain();
    let run = Running::start(dir.path(), &["scan", ".", "--memory", "1M"]).end();
    assert_eq!(run.code, 2);
    assert!(run.err.contains("at least 16M"), "{}", run.err);
}
