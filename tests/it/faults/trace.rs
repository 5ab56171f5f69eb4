//! What a scan asks of the kernel, as `strace` sees it: it starts no program but git, writes nothing
//! but what it was told to write, and opens no connection.

#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

use super::rig::{binary, packed};
use crate::support::repo::{Repo, clean};
use crate::support::samples::circleci;
use std::path::Path;
use std::process::{Command, Stdio};

const CALLS: &str = "trace=execve,execveat,open,openat,creat,rename,renameat,renameat2,unlink,\
    unlinkat,mkdir,mkdirat,link,linkat,symlink,symlinkat,truncate,chmod,fchmodat,mknod,mknodat,\
    socket,connect,bind,ptrace";

/// The calls of a run that are not allowed; nothing without strace.
fn breaches(repo: &Repo, args: &[&str], written: &[&str]) -> Option<Vec<String>> {
    let log = repo.beside("strace.log");
    let mut command = Command::new("strace");
    clean(&mut command);
    command.args(["-f", "-qq", "-e", CALLS, "-o"]).arg(&log).arg(binary()).args(args);
    command.current_dir(repo.path()).stdin(Stdio::null()).stdout(Stdio::null());
    command.stderr(Stdio::null());
    let Ok(status) = command.status() else {
        eprintln!("no strace: what a scan asks of the kernel is not tested");
        return None;
    };
    assert!(matches!(status.code(), Some(0..=3)), "{args:?}: {status}");
    let log = std::fs::read_to_string(log).unwrap();
    Some(log.lines().filter(|line| is_breach(line, written)).map(str::to_owned).collect())
}

fn is_breach(line: &str, written: &[&str]) -> bool {
    let call = line.split_once(' ').map_or(line, |(_, call)| call.trim_start());
    let name = call.split('(').next().unwrap_or_default();
    // A resumed call was told of when it began; signals and exits are no calls; of a thread that
    // strace let go of there is nothing to tell.
    if ["<...", "---", "+++", "???"].iter().any(|mark| call.starts_with(mark)) {
        return false;
    }
    let failed = call.contains(" = -1 E");
    match name {
        "execve" => {
            let program = call.split('"').nth(1).map(Path::new);
            let file = program.and_then(Path::file_name).and_then(|f| f.to_str()).unwrap_or("");
            let ours = program.is_some_and(|p| p == binary());
            !(ours || file == "git" && program.is_some_and(Path::is_absolute))
        }
        "open" | "openat" => {
            let writes = ["O_WRONLY", "O_RDWR", "O_CREAT"].iter().any(|flag| call.contains(flag));
            let fine = ["\"/dev/null\"", "\"/dev/tty\""].iter().chain(written);
            writes && !failed && !fine.into_iter().any(|name| call.contains(name))
        }
        // The C library asks a daemon for user names.
        "socket" | "connect" => !call.contains("AF_UNIX"),
        _ => !written.iter().any(|name| call.contains(name)),
    }
}

fn busy() -> Repo {
    let repo = packed(true);
    repo.write("new.env", format!("T={}\n", circleci(3))).stage();
    repo
}

#[test]
fn nothing_is_started_written_or_asked() {
    let runs: [(&[&str], &[&str]); 9] = [
        (&["scan", "--worktree"], &[]),
        (&["scan", "--staged"], &[]),
        (&["scan", "--history", "--no-cache"], &[]),
        (&["scan", "--range=HEAD~1..HEAD"], &[]),
        (&["scan", "new.env", "--output", "r.json", "--format", "json"], &["r.json"]),
        (&["hook", "pre-commit"], &[]),
        (&["rules", "list"], &[]),
        (&["explain", "circleci-personal-token"], &[]),
        (&["scan", "--history"], &["/stanch/history", "cache-key"]),
    ];
    let repo = busy();
    for (args, written) in runs {
        let Some(found) = breaches(&repo, args, written) else { return };
        assert!(found.is_empty(), "{args:?}: {found:#?}");
    }
}

#[test]
fn formats_that_only_git_reads_are_read_by_git_alone() {
    let repo = Repo::plain();
    repo.git(["init", "-q", "--object-format=sha256", "-b", "main", "."]);
    repo.write("f", circleci(4)).stage().commit("c");
    for program in ["fsmonitor", "sshCommand", "pager", "editor", "askPass"] {
        repo.git(["config", &format!("core.{program}"), "touch /tmp/stanch-was-here; false"]);
    }
    let Some(found) = breaches(&repo, &["scan", "--history", "--no-cache"], &[]) else { return };
    assert!(found.is_empty(), "{found:#?}");
}
