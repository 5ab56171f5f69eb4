//! `stanch doctor` sees which doors are open.

use super::*;

fn doctor(repo: &Repo) -> Run {
    let mut command = std::process::Command::new(program());
    clean(&mut command);
    let folder = program().parent().unwrap().display();
    command.env("PATH", format!("{folder}:{}", std::env::var("PATH").unwrap()));
    let out = command.arg("doctor").current_dir(repo.path()).output().unwrap();
    Run {
        code: out.status.code().unwrap(),
        out: String::from_utf8_lossy(&out.stdout).into_owned(),
        err: String::from_utf8_lossy(&out.stderr).into_owned(),
    }
}

fn doors(run: &Run) -> Vec<&str> {
    let names = ["pre-commit", "commit-msg", "pre-push"];
    let line = |n: &&str| run.out.lines().find(|l| l.starts_with(n)).unwrap().contains("ok: ");
    names.into_iter().filter(line).collect()
}

#[test]
fn open_doors_are_named_and_closed_ones_proved() {
    let (repo, _remote) = with_remote();
    let before = (repo.git(["count-objects", "-v"]), repo.git(["status", "--porcelain"]));
    let run = doctor(&repo).code(1);
    assert!(doors(&run).is_empty() && run.out.contains("stanch install pre-push"), "{}", run.out);
    stanch(repo.path(), ["install", "--how", "files", "pre-push"]).code(0);
    assert_eq!(doors(&doctor(&repo).code(1)), ["pre-push"]);
    installed(&repo);
    let run = doctor(&repo).code(0);
    assert_eq!(doors(&run).len(), 3, "{}", run.out);
    assert!(run.out.contains("--no-verify"), "{}", run.out);
    let after = (repo.git(["count-objects", "-v"]), repo.git(["status", "--porcelain"]));
    assert_eq!(before, after, "nothing of the repository is changed");
}

#[test]
fn a_hook_that_is_there_but_not_called_is_seen() {
    let (repo, _remote) = with_remote();
    installed(&repo);
    mode(&hooks_dir(&repo).join("pre-commit"), 0o644);
    let run = doctor(&repo).code(1);
    assert!(run.out.contains("OPEN: there is a hook, but git did not call it"), "{}", run.out);
    script(&hooks_dir(&repo).join("pre-commit"), "#!/bin/sh\n# stanch hook pre-commit\nexit 0\n");
    let run = doctor(&repo).code(1);
    assert_eq!(doors(&run), ["commit-msg", "pre-push"], "{}", run.out);
    let elsewhere = Repo::plain();
    doctor(&elsewhere).code(2);
}
