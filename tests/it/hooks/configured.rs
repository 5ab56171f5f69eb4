//! Hooks in git's configuration (git 2.54 and later). `STANCH_NEW_GIT` names a folder with such a
//! git, if the usual one is older; without one, only what is written is looked at.

use super::*;
use crate::support::samples;

#[test]
fn the_configuration_gets_one_block_and_loses_it_without_a_trace() {
    let repo = Repo::new();
    let config = repo.path().join(".git/config");
    repo.git(["config", "user.name", "Ann"]);
    let (before, files) = (fs::read(&config).unwrap(), state(&hooks_dir(&repo)));
    stanch(repo.path(), ["install", "--how", "config", "pre-push"]).code(0);
    stanch(repo.path(), ["install", "--how", "config"]).code(0);
    assert_eq!(state(&hooks_dir(&repo)), files, "no file is written");
    let again = stanch(repo.path(), ["install", "--how", "config"]).code(0);
    assert!(again.out.is_empty() && again.err.contains("already"), "{}", again.err);
    for event in ["pre-commit", "pre-merge-commit", "commit-msg", "pre-push"] {
        assert_eq!(repo.git(["config", &format!("hook.stanch.{event}.event")]), event);
        let command = repo.git(["config", &format!("hook.stanch.{event}.command")]);
        assert!(command.ends_with(&format!("' hook {event}")), "{command}");
    }
    // What others write later stays.
    repo.git(["config", "alias.x", "status"]);
    stanch(repo.path(), ["uninstall", "pre-commit"]).code(0);
    assert!(!repo.try_git(["config", "hook.stanch.pre-commit.event"]).status.success());
    assert_eq!(repo.git(["config", "hook.stanch.pre-push.event"]), "pre-push");
    stanch(repo.path(), ["uninstall"]).code(0);
    repo.git(["config", "--remove-section", "alias"]);
    assert_eq!(fs::read(&config).unwrap(), before);
}

#[test]
fn an_edited_block_stays() {
    let repo = Repo::new();
    stanch(repo.path(), ["install", "--how", "config"]).code(0);
    let config = repo.path().join(".git/config");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(
        &config,
        text.replace("\tevent = pre-push", "\tenabled = false\n\tevent = pre-push"),
    )
    .unwrap();
    stanch(repo.path(), ["install", "--how", "config"]).code(2);
    stanch(repo.path(), ["uninstall"]).code(2);
    assert!(fs::read_to_string(&config).unwrap().contains("enabled = false"));
}

/// A folder with a git that reads hooks from its configuration.
fn new_git() -> Option<String> {
    let folder = std::env::var("STANCH_NEW_GIT").ok();
    let program = folder.as_ref().map_or("git".into(), |f| format!("{f}/git"));
    let out = std::process::Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let mut numbers =
        text.strip_prefix("git version ")?.split('.').map_while(|n| n.parse::<u32>().ok());
    let version = (numbers.next()?, numbers.next()?);
    (version >= (2, 54)).then(|| folder.unwrap_or_else(|| "/usr/bin".into()))
}

#[test]
fn a_git_that_knows_them_calls_them_beside_other_hooks() {
    let Some(folder) = new_git() else {
        eprintln!("skipped: no git 2.54 or later here; STANCH_NEW_GIT names its folder");
        return;
    };
    let (repo, _remote) = with_remote();
    let run = |args: &[&str]| {
        let mut command = std::process::Command::new(format!("{folder}/git"));
        clean(&mut command);
        let ours = program().parent().unwrap().display();
        command.env("PATH", format!("{folder}:{ours}:{}", std::env::var("PATH").unwrap()));
        let out = command.args(args).current_dir(repo.path()).output().unwrap();
        (
            out.status.code().unwrap(),
            String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned(),
        )
    };
    let mut install = std::process::Command::new(program());
    clean(&mut install);
    install.env("PATH", format!("{folder}:{}", std::env::var("PATH").unwrap()));
    assert!(install.arg("install").current_dir(repo.path()).status().unwrap().success());
    assert!(!hooks_dir(&repo).join("pre-commit").exists(), "the configuration is preferred");
    script(&hooks_dir(&repo).join("pre-push"), "#!/bin/sh\ncat > seen\n");

    repo.write("leak.env", samples::circleci(1)).stage();
    let (code, said) = run(&["commit", "-m", "leak"]);
    assert!(code != 0 && said.contains("stanch stopped this commit"), "{said}");
    let (code, said) = run(&["commit", "--allow-empty", "-m", &samples::circleci(2)]);
    assert!(code != 0, "{said}");
    repo.commit("leak");
    repo.git(["branch", "other"]);
    repo.remove("leak.env").stage().commit("away");
    let (code, said) = run(&["push", "origin", "main", "other"]);
    assert!(code != 0 && said.contains("stanch stopped this push"), "{said}");
    repo.git(["reset", "-q", "--hard", "HEAD~2"]);
    repo.git(["branch", "-q", "-D", "other"]);
    repo.write("b", "clean\n").stage();
    assert_eq!(run(&["commit", "-m", "clean"]).0, 0);
    let (code, said) = run(&["push", "origin", "main"]);
    assert_eq!(code, 0, "{said}");
    let seen = fs::read_to_string(repo.path().join("seen")).unwrap();
    assert!(seen.contains("refs/heads/main"), "the other hook gets the refs too: {seen}");
}
