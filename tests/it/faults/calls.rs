//! One call of the C library fails: whatever it is, the exit is not 0, or the report is the one of a
//! run in which nothing failed.

#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

use super::rig::{Case, Outcome, cases};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// How calls fail; see the shim.
const WAYS: [&str; 7] = ["eio", "eacces", "emfile", "eintr", "enospc", "short", "shrink"];

/// The shim, made by the C compiler that libgit2 needs too.
fn shim() -> Option<&'static Path> {
    static SHIM: OnceLock<Option<PathBuf>> = OnceLock::new();
    SHIM.get_or_init(|| {
        let made = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/shim.c");
        let mut cc = Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()));
        cc.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&made).arg(source).arg("-ldl");
        let done = cfg!(all(target_os = "linux", target_env = "gnu"))
            && cc.status().is_ok_and(|status| status.success());
        if !done {
            eprintln!("no glibc or no C compiler: calls that fail are not tested");
        }
        done.then_some(made)
    })
    .as_deref()
}

/// Runs `case` with the `nth` call failing in `way`, and answers how many calls could have.
fn disturbed(case: &Case, way: &str, nth: u64, shim: &Path) -> (Outcome, u64, String) {
    let log = case.repo.beside("log");
    let _ = std::fs::remove_file(&log);
    case.report.iter().for_each(|file| drop(std::fs::remove_file(file)));
    let mut command = case.command();
    command.env("LD_PRELOAD", shim).env("FAULT_LOG", &log);
    command.env("FAULT_WITH", way).env("FAULT_NTH", nth.to_string());
    let out = command.output().unwrap();
    let log = std::fs::read_to_string(log).unwrap_or_default();
    let calls = log.lines().find_map(|line| line.strip_prefix("calls ")?.parse().ok());
    let which = log.lines().next().unwrap_or_default().to_owned();
    (case.outcome(&out), calls.unwrap_or(0), which)
}

/// The names of what lies in the folder that is scanned.
fn names(case: &Case) -> Vec<std::ffi::OsString> {
    let mut names: Vec<_> =
        case.repo.path().read_dir().unwrap().map(|e| e.unwrap().file_name()).collect();
    names.retain(|name| name != "r.jsonl");
    names.sort();
    names
}

/// Lets calls of `case` fail, at most `most` for each way, and answers how many did.
fn fail(case: &Case, ways: &[&str], most: u64, shim: &Path, wrong: &mut Vec<String>) -> u64 {
    let (fine, ..) = disturbed(case, "eio", 0, shim);
    let before = names(case);
    let mut runs = 0;
    for way in ways {
        let (same, calls, _) = disturbed(case, way, 0, shim);
        assert_eq!(same.records, fine.records, "{}", case.name);
        for nth in (1..=calls).step_by((calls / most).max(1) as usize) {
            let (run, _, which) = disturbed(case, way, nth, shim);
            runs += 1;
            let what = run.wrong(&fine).or((names(case) != before).then_some("a file is left"));
            wrong.extend(what.map(|what| format!("{}: {way} {nth} {which}: {what}", case.name)));
        }
    }
    runs
}

#[test]
fn some_calls_fail() {
    let Some(shim) = shim() else { return };
    let mut wrong = Vec::new();
    for case in cases(true).iter().filter(|c| matches!(c.name, "work tree" | "index" | "report")) {
        fail(case, &["eio", "shrink"], 6, shim, &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
#[ignore = "thousands of runs"]
fn every_call_fails() {
    let Some(shim) = shim() else { return };
    let (mut runs, mut wrong) = (0, Vec::new());
    let only = std::env::var("STANCH_CASE").ok();
    let is_wanted = |case: &&Case| only.as_ref().is_none_or(|name| name == case.name);
    for case in [cases(true), cases(false)].iter().flatten().filter(is_wanted) {
        runs += fail(case, &WAYS, u64::MAX, shim, &mut wrong);
        eprintln!("{}: {runs} runs so far, {} wrong", case.name, wrong.len());
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
