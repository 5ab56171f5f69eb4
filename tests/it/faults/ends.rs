//! The process is killed: no file is left behind, and a report is there whole or not at all.

use super::rig::{Case, cases};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Sends `signal` to a run of `case` after `wait`, and answers what is wrong then.
fn killed(case: &Case, signal: &str, wait: Duration) -> Option<String> {
    let report = case.report.as_ref()?;
    std::fs::write(report, "before\n").unwrap();
    let mut child = case.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(wait);
    // It may have ended by then.
    let _ = Command::new("kill").args([signal, &child.id().to_string()]).output();
    child.wait().unwrap();
    let text = std::fs::read_to_string(report).unwrap_or_default();
    let whole = text.lines().last().is_some_and(|line| line.contains("\"type\":\"summary\""));
    let mut left: Vec<_> =
        case.repo.path().read_dir().unwrap().map(|e| e.unwrap().file_name()).collect();
    // Nobody can clean up after -KILL; such a file never has the report's name.
    let ours = |name: &str| name.starts_with(".r.jsonl.");
    left.retain(|name| name.to_str().is_some_and(ours));
    left.iter().for_each(|name| std::fs::remove_file(case.repo.path().join(name)).unwrap());
    match () {
        () if text != "before\n" && !whole => Some(format!("{signal} {wait:?}: half a report")),
        () if !left.is_empty() && signal != "-KILL" => {
            Some(format!("{signal} {wait:?}: {left:?}"))
        }
        () => None,
    }
}

fn kills(waits: impl Iterator<Item = u64>) {
    let mut case = cases(true).into_iter().find(|case| case.name == "report").unwrap();
    for n in 0..300 {
        case.repo.write(format!("many/{n}"), "words and more words\n".repeat(200));
    }
    case.args.push("--memory=64M");
    let mut wrong = Vec::new();
    for wait in waits {
        for signal in ["-KILL", "-TERM", "-INT"] {
            wrong.extend(killed(&case, signal, Duration::from_millis(wait)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_few_moments() {
    kills([5, 60, 120].into_iter());
}

#[test]
#[ignore = "hundreds of runs"]
fn many_moments() {
    kills((0..150).map(|n| n * 2));
}
