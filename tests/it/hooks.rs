//! Hooks in real repositories, called by real git: installed, chained, removed.

mod blocking;
mod chain;
mod ci;
mod configured;
mod doctor;
mod global;
mod history;
mod husky;
mod managers;
mod message;
mod native;
mod server;

use crate::support::repo::{Repo, clean};
use crate::support::tool::{Run, program, stanch};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Installs the hooks of `repo`, which must work.
fn installed(repo: &Repo) -> Run {
    stanch(repo.path(), ["install", "--how", "files"]).code(0)
}

/// Where git itself looks for hooks.
fn hooks_dir(repo: &Repo) -> PathBuf {
    repo.path().join(repo.git(["rev-parse", "--git-path", "hooks"]))
}

/// Writes an executable script.
fn script(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    mode(path, 0o755);
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Everything about a folder that an uninstall must bring back: names, modes, links, bytes.
fn state(dir: &Path) -> Vec<(String, u32, Vec<u8>)> {
    let mut out: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let meta = fs::symlink_metadata(&path).unwrap();
            let bytes = if meta.is_symlink() {
                fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes()
            } else if meta.is_dir() {
                Vec::new()
            } else {
                fs::read(&path).unwrap()
            };
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, meta.permissions().mode(), bytes)
        })
        .collect();
    out.sort();
    out
}

/// git in `repo`, with the program under test on PATH; answers the exit code and what was said.
fn git<I: AsRef<OsStr>>(repo: &Repo, args: impl IntoIterator<Item = I>) -> (i32, String) {
    let mut command = repo.git_command();
    clean(&mut command);
    let folder = program().parent().unwrap().display();
    command.env("PATH", format!("{folder}:{}", std::env::var("PATH").unwrap()));
    let out = command.args(args).output().unwrap();
    let text = [out.stdout, out.stderr].concat();
    (out.status.code().unwrap(), String::from_utf8_lossy(&text).into_owned())
}

/// A repository with one commit, and a bare remote `origin` that has it.
fn with_remote() -> (Repo, Repo) {
    let (repo, remote) = (Repo::new(), Repo::bare());
    repo.git(["remote", "add", "origin", remote.path().to_str().unwrap()]);
    repo.write("a", "one\n").stage().commit("first");
    repo.git(["push", "-q", "--no-verify", "-u", "origin", "main"]);
    (repo, remote)
}
