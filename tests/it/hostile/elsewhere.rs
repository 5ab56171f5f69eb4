//! What is fetched before it is scanned: by ssh, by git's own protocol, from docker. The other side
//! is played by small programs, and nothing of it is left behind.

#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

use crate::support::repo::{Repo, clean};
use crate::support::samples::circleci;
use crate::support::tool::program;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A folder with programs that come first on PATH, and one for temporary files.
struct Stage {
    repo: Repo,
    bin: PathBuf,
    tmp: PathBuf,
}

impl Stage {
    fn new(programs: &[(&str, String)]) -> Self {
        let repo = Repo::new();
        repo.write("f", circleci(1)).stage().commit("c");
        let (bin, tmp) = (repo.beside("bin"), repo.beside("tmp"));
        std::fs::create_dir(&bin).unwrap();
        std::fs::create_dir(&tmp).unwrap();
        for (name, script) in programs {
            let file = bin.join(name);
            std::fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
            std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        Self { repo, bin, tmp }
    }

    fn scan(&self, place: &str) -> Command {
        let mut command = Command::new(program());
        clean(&mut command);
        let path = std::env::var("PATH").unwrap();
        command.env("PATH", format!("{}:{path}", self.bin.display())).env("TMPDIR", &self.tmp);
        command.args(["scan", "--format", "jsonl", place]).current_dir(&self.tmp);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// A scan that finds the secret, once the other side is up.
    #[track_caller]
    fn finds(&self, place: &str) {
        let out = self.scan(place).output().unwrap();
        assert_eq!(out.status.code(), Some(1), "{}", text(&out));
        assert!(text(&out).contains("circleci-personal-token"), "{}", text(&out));
        assert!(self.is_tidy());
    }

    fn is_tidy(&self) -> bool {
        self.tmp.read_dir().unwrap().next().is_none()
    }
}

fn text(out: &Output) -> String {
    String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr)
}

/// Waits until `done`, not for ever.
#[track_caller]
fn until(mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < Duration::from_secs(60), "nothing happened");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// What ssh would run on the other side is run here.
const SSH: &str = "for last; do :; done\nexec sh -c \"$last\"";

#[test]
fn a_repository_is_fetched_by_ssh() {
    let stage = Stage::new(&[("ssh", SSH.to_owned())]);
    stage.finds(&format!("git@host.invalid:{}", stage.repo.path().display()));
    stage.finds(&format!("ssh://git@host.invalid{}", stage.repo.path().display()));
    let out = stage.scan("git@host.invalid:/no/such").output().unwrap();
    assert_eq!(out.status.code(), Some(2), "{}", text(&out));
    assert!(stage.is_tidy());
}

#[test]
fn an_interrupt_while_it_is_fetched_leaves_nothing() {
    for script in ["exec sleep 60", "trap '' INT TERM; sleep 60 & wait; wait"] {
        let stage = Stage::new(&[("ssh", format!("echo $$ > '{{}}'\n{script}"))]);
        let pid = stage.repo.beside("pid");
        let ssh = stage.bin.join("ssh");
        let text = std::fs::read_to_string(&ssh).unwrap().replace("{}", pid.to_str().unwrap());
        std::fs::write(&ssh, text).unwrap();
        let mut scan = stage.scan("git@host.invalid:/r").spawn().unwrap();
        until(|| std::fs::read_to_string(&pid).is_ok_and(|text| text.ends_with('\n')));
        assert!(!stage.is_tidy());
        let id = scan.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        until(|| scan.try_wait().unwrap().is_some());
        assert_ne!(scan.wait().unwrap().code(), Some(0));
        assert!(stage.is_tidy(), "{script}");
        // The other side may be deaf; it is ours to end here.
        let ssh = std::fs::read_to_string(&pid).unwrap();
        let _ = Command::new("kill").args(["-KILL", ssh.trim()]).stderr(Stdio::null()).status();
    }
}

#[test]
fn an_interrupt_while_it_is_scanned_leaves_nothing() {
    let stage = Stage::new(&[("ssh", SSH.to_owned())]);
    let many: String =
        (0..4000).map(|n| format!("a line, the {n}th of many, about nothing\n")).collect();
    for n in 0..40 {
        stage.repo.write(format!("f{n}"), format!("{n}\n{many}"));
    }
    stage.repo.stage().commit("more");
    let mut scan =
        stage.scan(&format!("git@host.invalid:{}", stage.repo.path().display())).spawn().unwrap();
    until(|| !stage.is_tidy());
    std::thread::sleep(Duration::from_millis(150));
    let id = scan.id().to_string();
    let _ = Command::new("kill").args(["-INT", &id]).status();
    scan.wait().unwrap();
    assert!(stage.is_tidy());
}

/// git's own server, ended at the end.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_repository_is_fetched_by_gits_own_protocol() {
    let stage = Stage::new(&[]);
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let mut git = stage.repo.git_command();
    git.args(["daemon", "--listen=127.0.0.1", "--export-all", "--reuseaddr"]);
    git.arg(format!("--port={port}")).arg(stage.repo.path());
    let daemon = git.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut daemon = Daemon(daemon.unwrap());
    let mut up = false;
    until(|| {
        up = std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
        up || daemon.0.try_wait().unwrap().is_some()
    });
    if !up {
        eprintln!("there is no git daemon here");
        return;
    }
    stage.finds(&format!("git://127.0.0.1:{port}{}", stage.repo.path().display()));
}

#[test]
fn an_image_is_taken_from_docker() {
    let stage = Stage::new(&[(
        "docker",
        "[ \"$1 $2 $3\" = 'image save --' ] || exit 9\n\
        [ \"$4\" = shop:1 ] || { echo no such image >&2; exit 1; }\ncat \"${0%/*}/../image.tar\""
            .to_owned(),
    )]);
    let tar = |out: &str, of: &[&str]| {
        let out = stage.repo.beside(out);
        let mut tar = Command::new("tar");
        tar.arg("-cf").arg(out).args(of).current_dir(stage.repo.path());
        assert!(tar.status().unwrap().success());
    };
    tar("r/layer.tar", &["f"]);
    stage.repo.write(
        "manifest.json",
        r#"[{"Config":"c.json","RepoTags":["shop:1"],"Layers":["layer.tar"]}]"#,
    );
    stage.repo.write("c.json", r#"{"rootfs":{"type":"layers","diff_ids":[]},"history":[]}"#);
    tar("image.tar", &["manifest.json", "c.json", "layer.tar"]);
    stage.finds("docker:shop:1");
    let out = stage.scan("docker:none:1").output().unwrap();
    assert_eq!(out.status.code(), Some(3), "{}", text(&out));
    assert!(text(&out).contains("no such image"), "{}", text(&out));
}
