//! `stanch integrity` notices every way in which a history is changed behind one's back.

use crate::support::repo::Repo;
use crate::support::tool::{Run, stanch, stanch_with};
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

/// With a real gpg and a key that lives for this test only.
#[test]
fn a_gpg_signature_holds_until_the_record_changes() {
    let (repo, file) = recorded();
    let home = repo.beside("gnupg");
    std::fs::create_dir(&home).unwrap();
    std::fs::set_permissions(&home, std::fs::Permissions::from_mode(0o700)).unwrap();
    let gpg = |args: &[&str]| Command::new("gpg").arg("--homedir").arg(&home).args(args).output();
    let made = gpg(&[
        "--batch",
        "--passphrase",
        "",
        "--quick-gen-key",
        "ann@example.org",
        "ed25519",
        "sign",
    ]);
    let Ok(made) = made else { return };
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let listed = gpg(&["--list-keys", "--with-colons"]).unwrap();
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let print =
        listed.lines().find_map(|l| l.strip_prefix("fpr:")).unwrap().trim_matches(':').to_owned();
    let home = home.display().to_string();
    let run = |args: &[&str]| stanch_with(repo.path(), args, b"", &[("GNUPGHOME", home.as_str())]);
    run(&["integrity", "record", &file, "--gpg", "ann@example.org"]).code(0);
    let out = run(&["integrity", "check", &file, "--gpg", &print]).code(0).out;
    assert!(out.contains("the signature of the record is that of"), "{out}");
    run(&["integrity", "check", &file, "--gpg", &"A".repeat(40)]).code(2);
    run(&["integrity", "check", &file, "--gpg", "ann"]).code(2);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("time ", "time 1")).unwrap();
    run(&["integrity", "check", &file, "--gpg", &print]).code(2);
}

/// Without any record: a mirror, the remote's own list, and the reflog of what was fetched.
#[test]
fn others_tell_of_what_a_record_would_have() {
    let (repo, _) = recorded();
    let copy = repo.beside("mirror.git").display().to_string();
    repo.git(["clone", "-q", "--mirror", ".", &copy]);
    repo.git(["remote", "add", "origin", &copy]);
    repo.git(["fetch", "-q", "origin"]);
    let list = repo.beside("remote.txt").display().to_string();
    let told = |args: &[&str], code: i32| {
        std::fs::write(&list, repo.git(["ls-remote", "origin"]) + "\n").unwrap();
        stanch(repo.path(), [&["integrity", "check"], args].concat()).code(code).out
    };
    told(&["--trusted", &copy, "--remote", &list], 0);
    // Somebody rewrites the branch and the tag at the remote.
    repo.git(["-C", &copy, "update-ref", "refs/heads/side", "refs/heads/main"]);
    repo.git(["-C", &copy, "update-ref", "refs/heads/main", "refs/heads/main~1"]);
    let other = repo.git(["commit-tree", "-m", "slipped in", "HEAD^{tree}"]);
    repo.git(["push", "-q", "-f", "origin", &format!("{other}:refs/heads/main")]);
    repo.git(["-C", &copy, "update-ref", "refs/tags/v1", &other]);
    let out = told(&["--remote", &list], 1);
    assert!(
        out.contains("diverged refs/heads/main") && out.contains("tag-differs refs/tags/v1"),
        "{out}"
    );
    assert!(out.contains("behind refs/heads/side"), "{out}");
    let out = told(&["--trusted", &copy], 1);
    assert!(out.contains("diverged refs/heads/main"), "{out}");
    repo.git(["update-ref", "refs/remotes/origin/main", "main"]);
    repo.git(["fetch", "-q", "origin"]);
    let out = told(&[], 1);
    assert!(out.contains("forced refs/remotes/origin/main"), "{out}");
    // What of a window changed which jobs run.
    let (quiet, _) = recorded();
    quiet.write(".circleci/config.yml", "version: 2\n").write(".gitmodules", "x").stage();
    let id = quiet.commit("ci");
    let args = ["integrity", "check", "--from", "2001-01-01"];
    let out = stanch(quiet.path(), args).code(1).out;
    assert!(
        out.contains(&format!("ci {id}: it changed .circleci")) && out.contains(".gitmodules"),
        "{out}"
    );
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
