//! `stanch integrity` notices every way in which a history is changed behind one's back.

use crate::support::repo::Repo;
use crate::support::tool::{Run, stanch};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

/// A repository with a branch and a tag, and a record of it beside it.
fn recorded() -> (Repo, String) {
    let repo = Repo::new();
    repo.write("a", "one").stage().commit("one");
    repo.write("a", "two").stage().commit("two");
    repo.git(["tag", "-a", "-m", "v1", "v1"]);
    repo.git(["branch", "side", "HEAD~1"]);
    let file = repo.beside("record").display().to_string();
    stanch(repo.path(), ["integrity", "record", &file]).code(0);
    (repo, file)
}

fn check(repo: &Repo, file: &str, code: i32) -> Run {
    stanch(repo.path(), ["integrity", "check", file]).code(code)
}

#[test]
fn nothing_changed_and_usual_work_is_no_alarm() {
    let (repo, file) = recorded();
    check(&repo, &file, 0);
    repo.write("b", "three").stage().commit("three");
    repo.git(["branch", "new"]);
    let out = check(&repo, &file, 0).out;
    assert!(
        out.contains("moved refs/heads/main: 1 commits") && out.contains("new refs/heads/new"),
        "{out}"
    );
}

#[test]
fn each_change_is_noticed() {
    type Shape = (&'static str, fn(&Repo), &'static str);
    let shapes: &[Shape] = &[
        (
            "forced",
            |r| {
                r.git(["commit", "-q", "--amend", "-m", "other"]);
            },
            "forced refs/heads/main",
        ),
        (
            "rewritten tag",
            |r| {
                r.git(["tag", "-f", "v1", "HEAD~1"]);
            },
            "tag refs/tags/v1",
        ),
        (
            "deleted branch",
            |r| {
                r.git(["branch", "-D", "side"]);
            },
            "gone refs/heads/side",
        ),
        (
            "old date",
            |r| {
                let mut git = r.git_command();
                git.env("GIT_COMMITTER_DATE", "2020-01-01T00:00:00Z")
                    .env("GIT_AUTHOR_DATE", "2020-01-01T00:00:00Z");
                assert!(
                    git.args(["commit", "-q", "--allow-empty", "-m", "x"])
                        .status()
                        .unwrap()
                        .success()
                );
            },
            "old-date ",
        ),
        (
            "hook",
            |r| {
                let hook = r.path().join(".git/hooks/post-checkout");
                std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
                std::fs::write(hook, "#!/bin/sh\n").unwrap();
            },
            "hook hooks/post-checkout",
        ),
        (
            "setting",
            |r| {
                r.git(["config", "core.hooksPath", "/tmp/x"]);
            },
            "hook config",
        ),
        (
            "replace",
            |r| {
                r.git(["replace", "HEAD", "HEAD~1"]);
            },
            "replace refs/replace/",
        ),
        (
            "graft",
            |r| {
                let head = r.git(["rev-parse", "HEAD"]);
                std::fs::write(r.path().join(".git/info/grafts"), format!("{head}\n")).unwrap();
            },
            "graft info/grafts",
        ),
        (
            "ci file",
            |r| {
                r.write(".circleci/config.yml", "version: 2\n").stage().commit("ci");
            },
            ".circleci changed",
        ),
        (
            "object",
            |r| {
                let id = r.git(["rev-parse", "HEAD:a"]);
                let other = r.git(["rev-parse", "HEAD~1:a"]);
                let path = |id: &str| r.path().join(".git/objects").join(&id[..2]).join(&id[2..]);
                let stolen = std::fs::read(path(&other)).unwrap();
                std::fs::set_permissions(path(&id), std::fs::Permissions::from_mode(0o644))
                    .unwrap();
                std::fs::write(path(&id), stolen).unwrap();
            },
            "object ",
        ),
    ];
    for (name, change, words) in shapes {
        let (repo, file) = recorded();
        change(&repo);
        let out = check(&repo, &file, 1).out;
        let alarms = &out[out.find("What needs an explanation").unwrap()..];
        assert!(alarms.contains(words), "{name}: {out}");
    }
}

#[test]
fn a_signature_holds_until_the_record_changes() {
    let (repo, file) = recorded();
    let key = repo.beside("key");
    let mut keygen = Command::new("ssh-keygen");
    keygen.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key);
    assert!(keygen.status().unwrap().success());
    let (private, public) =
        (key.display().to_string(), key.with_extension("pub").display().to_string());
    stanch(repo.path(), ["integrity", "record", &file, "--key", &private]).code(0);
    let out = stanch(repo.path(), ["integrity", "check", &file, "--key", &public]).code(0).out;
    assert!(out.contains("the signature of the record is that of"), "{out}");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("time ", "time 1")).unwrap();
    stanch(repo.path(), ["integrity", "check", &file, "--key", &public]).code(2);
}

#[test]
fn commits_that_a_trusted_copy_lacks_are_told() {
    let (repo, file) = recorded();
    let copy = repo.beside("copy.git").display().to_string();
    repo.git(["clone", "-q", "--mirror", ".", &copy]);
    let args =
        |copy: &str| ["integrity", "check", &file, "--trusted", copy].map(str::to_owned).to_vec();
    stanch(repo.path(), args(&copy)).code(0);
    let id = repo.commit("after");
    let out = stanch(repo.path(), args(&copy)).code(1).out;
    assert!(out.contains(&format!("unknown {id}")), "{out}");
}
