//! The program under test.

use super::repo::clean;
use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a run of the program gave.
pub struct Run {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Run {
    /// Asserts the exit code.
    #[track_caller]
    pub fn code(self, expected: i32) -> Self {
        assert_eq!(self.code, expected, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    /// The records of a JSON Lines report.
    pub fn records(&self) -> Vec<serde_json::Value> {
        self.out.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    }

    /// The last record of a JSON Lines report. Its account must balance, and agree with the exit
    /// code: whatever a test is about, nothing may be lost without a word.
    #[track_caller]
    pub fn summary(&self) -> serde_json::Value {
        let summary = self.records().pop().unwrap_or_else(|| panic!("no records: {}", self.err));
        assert_eq!(summary["type"], "summary");
        assert_eq!(summary["exit_code"], self.code);
        let ledger = &summary["ledger"];
        assert_eq!(ledger["unbalanced"], serde_json::json!([]), "{ledger}");
        for (unit, count) in ledger["counts"].as_object().unwrap() {
            let n = |key: &str| count[key].as_u64().unwrap();
            assert_eq!(n("scope"), n("scanned") + n("known") + n("skipped"), "{unit}: {ledger}");
        }
        assert!(self.code != 0 || ledger["gaps"] == 0, "{ledger}");
        summary
    }

    /// The findings of a JSON Lines report, whose summary is checked as well.
    #[track_caller]
    pub fn findings(&self) -> Vec<serde_json::Value> {
        self.summary();
        self.records().into_iter().filter(|r| r["type"] == "finding").collect()
    }

    /// Rule ids of all findings in a JSON Lines report, sorted.
    pub fn rules(&self) -> Vec<String> {
        let mut ids: Vec<String> = self
            .records()
            .iter()
            .filter_map(|r| Some(r.get("rule_id")?.as_str()?.to_owned()))
            .collect();
        ids.sort();
        ids
    }
}

/// The path of the program.
pub fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_stanch"))
}

/// Runs `stanch ARGS` in `dir`.
pub fn stanch<I: AsRef<OsStr>>(dir: &Path, args: impl IntoIterator<Item = I>) -> Run {
    stanch_with(dir, args, b"", &[])
}

/// Runs `stanch ARGS` in `dir` with this standard input and these variables.
pub fn stanch_with<I: AsRef<OsStr>>(
    dir: &Path,
    args: impl IntoIterator<Item = I>,
    input: &[u8],
    env: &[(&str, &str)],
) -> Run {
    let mut command = Command::new(program());
    clean(&mut command);
    command.args(args).current_dir(dir).envs(env.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let out = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Run {
        code: out.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&out.stdout).into_owned(),
        err: String::from_utf8_lossy(&out.stderr).into_owned(),
    }
}
