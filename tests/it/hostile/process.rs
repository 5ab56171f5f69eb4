//! Streams, limits and signals: a run that could not do its work never looks clean.

use crate::support::repo::{Repo, clean};
use crate::support::samples::circleci;
use crate::support::tool::program;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::time::Duration;

fn scan(repo: &Repo, args: &[&str]) -> Command {
    let mut command = Command::new(program());
    clean(&mut command);
    command.arg("scan").args(args).current_dir(repo.path());
    command
}

#[test]
fn a_full_disk_is_an_error() {
    let repo = Repo::plain();
    repo.write("f", "nothing");
    let full = || std::fs::File::options().write(true).open("/dev/full").unwrap();
    let status = scan(&repo, &["."]).stdout(full()).stderr(Stdio::null()).status().unwrap();
    assert_eq!(status.code(), Some(2));
    let status = scan(&repo, &[".", "--output", "/dev/full"]).stderr(Stdio::null()).status();
    assert_eq!(status.unwrap().code(), Some(2));
}

#[test]
fn a_reader_that_goes_away_hides_no_finding() {
    let repo = Repo::plain();
    repo.write("f", circleci(1));
    let mut child = scan(&repo, &["."]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn an_interrupt_ends_it_at_once() {
    let repo = Repo::plain();
    let mut child = scan(&repo, &["-"]).stdin(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let status = child.wait().unwrap();
    assert!(status.signal() == Some(2) || status.code() == Some(130), "{status:?}");
}

#[test]
fn a_secret_without_end_of_copies_takes_no_time() {
    let repo = Repo::plain();
    repo.write("f", format!("{}\n", circleci(2)).repeat(20_000));
    let started = std::time::Instant::now();
    let status = scan(&repo, &["."]).stdout(Stdio::null()).status().unwrap();
    assert_eq!(status.code(), Some(1));
    assert!(started.elapsed() < Duration::from_secs(30));
}
