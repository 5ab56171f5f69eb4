//! A real Dask scheduler with three workers, of which one is killed half-way. Skipped, with a
//! word, where Dask is not installed; `STANCH_PYTHON` names a Python that has it.

use super::lists::organisation;
use super::*;
use crate::support::repo::{Repo, clean};
use crate::support::tool::{program, stanch_with};
use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const REPOSITORIES: u64 = 12;

/// A process that is killed at the end.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A Python that has Dask.
fn python() -> Option<String> {
    let python = std::env::var("STANCH_PYTHON").unwrap_or_else(|_| "python3".into());
    let mut has = Command::new(&python);
    has.args(["-c", "import distributed"]).stderr(Stdio::null());
    has.status().is_ok_and(|s| s.success()).then_some(python)
}

/// `python ARGS` in the folder of `top`.
fn start(python: &str, top: &Repo, args: &[&str]) -> Running {
    let mut command = Command::new(python);
    clean(&mut command);
    command.args(args).current_dir(top.path()).env("PYTHONWARNINGS", "ignore");
    command.stdin(Stdio::null()).stdout(Stdio::null());
    Running(command.stderr(fs::File::create(top.beside("said")).unwrap()).spawn().unwrap())
}

fn wait_for<T>(what: impl Fn() -> Option<T>) -> T {
    for _ in 0..2400 {
        if let Some(it) = what() {
            return it;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("waited for too long");
}

#[test]
fn a_lost_worker_loses_nothing() {
    let Some(python) = python() else {
        eprintln!("skipped: there is no Dask here (pip install 'dask[distributed]')");
        return;
    };
    let top = organisation(REPOSITORIES);
    let list: Vec<String> = (0..REPOSITORIES).map(|n| format!("r{n}.git")).collect();
    top.write("list", list.join("\n"));
    let args = ["scan", "--repos-from", "list", "--format", "json"];
    let whole = report(&stanch_with(top.path(), args, b"", &[]).code(1).out);
    // Notes every scan, and takes its time.
    let stanch = top.path().join("stanch");
    let text = format!(
        "#!/bin/sh\ncase $* in *'from -'*) echo $$ >> scans; sleep 0.3;; esac\nexec {} \"$@\"\n",
        program().display()
    );
    fs::write(&stanch, text).unwrap();
    fs::set_permissions(&stanch, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let usual = ["--scheduler-file", "scheduler.json", "--no-dashboard"];
    let server = ["-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"];
    let _server = start(&python, &top, &[&server[..], &usual].concat());
    let address = wait_for(|| {
        let text = fs::read_to_string(top.path().join("scheduler.json")).ok()?;
        let told: Value = serde_json::from_str(&text).ok()?;
        Some(told["address"].as_str()?.to_owned())
    });
    let worker = ["-m", "distributed.cli.dask_worker", "--no-nanny", "--nthreads", "1"];
    let worker = [&worker[..], &usual].concat();
    let mut workers: Vec<_> = (0..3).map(|_| start(&python, &top, &worker)).collect();
    let driver = concat!(env!("CARGO_MANIFEST_DIR"), "/hooks/dask/stanch_dask.py");
    let args = [driver, "--scheduler", &address, "--stanch", stanch.to_str().unwrap()];
    let more = ["--output", "dask.json", "--repos-from", "list"];
    let mut driver = start(&python, &top, &[&args[..], &more].concat());
    let scans =
        || fs::read_to_string(top.path().join("scans")).unwrap_or_default().lines().count();
    wait_for(|| (scans() as u64 >= REPOSITORIES / 2).then_some(()));
    drop(workers.remove(0));
    let ended = driver.0.wait().unwrap();
    let said = fs::read_to_string(top.beside("said")).unwrap();
    assert_eq!(ended.code(), Some(1), "{said}");
    let told = report(&fs::read_to_string(top.path().join("dask.json")).unwrap());
    assert_eq!(told, whole);
    assert!(scans() as u64 >= REPOSITORIES, "{}", scans());
}
