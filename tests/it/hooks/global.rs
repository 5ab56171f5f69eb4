//! One folder of hooks for every repository, which still runs each repository's own hooks.

use super::*;
use crate::support::samples;
use crate::support::tool::stanch_with;

/// A home with its own git configuration, and a repository that sees it.
struct Home {
    repo: Repo,
    config: PathBuf,
    home: PathBuf,
}

impl Home {
    fn new() -> Self {
        let repo = Repo::new();
        let home = repo.beside("home of ann");
        fs::create_dir(&home).unwrap();
        let config = home.join(".gitconfig");
        fs::write(&config, "# mine\n[user]\n\tname = Ann\n").unwrap();
        Self { repo, config, home }
    }

    fn stanch<const N: usize>(&self, args: [&str; N]) -> Run {
        let env = [
            ("HOME", self.home.to_str().unwrap()),
            ("GIT_CONFIG_GLOBAL", self.config.to_str().unwrap()),
        ];
        stanch_with(self.repo.path(), args, b"", &env)
    }

    fn commit(&self) -> (i32, String) {
        let mut git = self.repo.git_command();
        git.env("HOME", &self.home).env("GIT_CONFIG_GLOBAL", &self.config);
        let out = git.args(["commit", "--allow-empty", "-m", "x"]).output().unwrap();
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        (out.status.code().unwrap(), said)
    }

    fn folder(&self) -> PathBuf {
        self.home.join(".config/stanch/hooks")
    }
}

#[test]
fn every_own_hook_still_runs_and_can_stop_git() {
    let home = Home::new();
    let own = home.repo.path().join(".git/hooks");
    script(&own.join("pre-commit"), "#!/bin/sh\necho own pre-commit >&2\n");
    script(&own.join("commit-msg"), "#!/bin/sh\necho own commit-msg $1 >&2\nexit 5\n");
    home.stanch(["install", "--how", "files", "--global"]).code(0);
    assert!(home.folder().join("pre-push").exists());
    let (code, said) = home.commit();
    assert!(said.contains("own pre-commit"), "{said}");
    assert!(said.contains("own commit-msg .git/COMMIT_EDITMSG"), "{said}");
    assert_ne!(code, 0, "{said}");
    fs::remove_file(own.join("commit-msg")).unwrap();
    let (code, said) = home.commit();
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_second_install_and_the_way_back() {
    let home = Home::new();
    let before = fs::read(&home.config).unwrap();
    home.stanch(["install", "--how", "files", "--global"]).code(0);
    let (files, config) = (state(&home.folder()), fs::read(&home.config).unwrap());
    home.stanch(["install", "--how", "files", "--global"]).code(0);
    assert_eq!((state(&home.folder()), fs::read(&home.config).unwrap()), (files, config));
    home.stanch(["uninstall", "--global"]).code(0);
    assert!(!home.folder().exists());
    assert_eq!(fs::read(&home.config).unwrap(), before);
}

#[test]
fn one_event_can_be_taken_out() {
    let home = Home::new();
    home.stanch(["install", "--how", "files", "--global"]).code(0);
    home.stanch(["uninstall", "--global", "pre-commit"]).code(0);
    let text = |name: &str| fs::read_to_string(home.folder().join(name)).unwrap();
    assert!(!text("pre-commit").contains("stanch="));
    assert!(text("pre-push").contains("stanch="));
    for event in ["pre-push", "commit-msg", "pre-merge-commit"] {
        home.stanch(["uninstall", "--global", event]).code(0);
    }
    assert!(!home.folder().exists());
}

#[test]
fn a_configuration_without_a_last_newline_or_behind_a_link_comes_back_as_it_was() {
    let home = Home::new();
    let real = home.home.join("dotfiles");
    fs::write(&real, "[user]\n\tname = Ann").unwrap();
    fs::remove_file(&home.config).unwrap();
    std::os::unix::fs::symlink(&real, &home.config).unwrap();
    for how in ["files", "config"] {
        home.stanch(["install", "--how", how, "--global"]).code(0);
        assert!(home.config.is_symlink());
        let path = home.repo.path();
        let run = stanch_with(path, ["scan", "--staged"], b"", &[]);
        assert_eq!(run.code, 0, "{}", run.err);
        assert_eq!(home.commit().0, 0, "git reads what was written");
        home.stanch(["uninstall", "--global"]).code(0);
        assert!(home.config.is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"[user]\n\tname = Ann", "{how}");
    }
}

#[test]
fn the_whole_machine_is_guarded_by_its_own_configuration() {
    let (repo, etc) = (Repo::new(), Repo::plain());
    let config = etc.path().join("gitconfig");
    let before = "[color]\n\tui = never\n";
    fs::write(&config, before).unwrap();
    let env = [("GIT_CONFIG_SYSTEM", config.to_str().unwrap())];
    let run =
        stanch_with(repo.path(), ["install", "--system", "--how", "files"], b"", &env).code(0);
    assert!(run.err.contains("every user must be able to run"), "{}", run.err);
    repo.write("leak.env", samples::circleci(1)).stage();
    let commit = || {
        let mut git = repo.git_command();
        git.env_remove("GIT_CONFIG_NOSYSTEM").env("GIT_CONFIG_SYSTEM", &config);
        git.args(["commit", "-m", "x"]).output().unwrap()
    };
    let out = commit();
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(!out.status.success() && said.contains("stanch stopped this commit"), "{said}");
    stanch_with(repo.path(), ["uninstall", "--system"], b"", &env).code(0);
    assert_eq!(fs::read_to_string(&config).unwrap(), before);
    assert!(!etc.path().join("stanch/hooks").exists());
    assert!(commit().status.success());
}

#[test]
fn a_template_reaches_what_is_made_from_then_on() {
    let home = Home::new();
    let before = fs::read(&home.config).unwrap();
    let run = home.stanch(["install", "--template"]).code(0);
    for limit in
        ["made or cloned from now on", "core.hooksPath", "do not change with the template"]
    {
        assert!(run.err.contains(limit), "{}", run.err);
    }
    let make = |name: &str| {
        let mut git = home.repo.git_command();
        git.env("HOME", &home.home).env("GIT_CONFIG_GLOBAL", &home.config);
        let folder = home.repo.beside(name);
        assert!(git.args(["init", "-q"]).arg(&folder).output().unwrap().status.success());
        folder.join(".git/hooks/pre-commit").exists()
    };
    assert!(make("new"));
    let leak = home.repo.beside("new/leak.env");
    fs::write(leak, samples::circleci(2)).unwrap();
    let sh = |args: &[&str]| {
        let mut git = home.repo.git_command();
        git.current_dir(home.repo.beside("new")).args(args).output().unwrap().status.success()
    };
    assert!(sh(&["add", "."]) && !sh(&["commit", "-m", "leak"]));
    assert!(
        !home.repo.path().join(".git/hooks/pre-commit").exists(),
        "older ones are not reached"
    );
    home.stanch(["uninstall", "--template"]).code(0);
    assert_eq!(fs::read(&home.config).unwrap(), before);
    assert!(!home.home.join(".config/stanch/template").exists());
    assert!(!make("later"));
}

#[test]
fn a_template_that_is_there_is_added_to() {
    let home = Home::new();
    let template = home.home.join("mine");
    script(&template.join("hooks/pre-commit"), "#!/bin/sh\necho mine >&2\n");
    fs::write(&home.config, format!("[init]\n\ttemplateDir = {:?}\n", template)).unwrap();
    let (config, hooks) = (fs::read(&home.config).unwrap(), state(&template.join("hooks")));
    home.stanch(["install", "--template"]).code(0);
    assert!(template.join("hooks/pre-push").exists());
    home.stanch(["uninstall", "--template"]).code(0);
    assert_eq!((fs::read(&home.config).unwrap(), state(&template.join("hooks"))), (config, hooks));
}

#[test]
fn a_local_install_then_has_nothing_to_do() {
    let home = Home::new();
    home.stanch(["install", "--how", "files", "--global"]).code(0);
    let run = home.stanch(["install", "--how", "files"]).code(0);
    assert!(run.err.contains("already guarded"), "{}", run.err);
    assert!(!home.repo.path().join(".git/hooks/pre-commit").exists());
}

#[test]
fn another_hooks_path_is_not_replaced() {
    let home = Home::new();
    fs::write(&home.config, "[core]\n\thooksPath = ~/hooks\n").unwrap();
    let before = fs::read(&home.config).unwrap();
    let run = home.stanch(["install", "--how", "files", "--global"]).code(2);
    assert!(run.err.contains("hint:"), "{}", run.err);
    assert_eq!(fs::read(&home.config).unwrap(), before);
    assert!(!home.folder().exists());
}

#[test]
fn a_configuration_that_is_switched_off_is_not_written_to() {
    let repo = Repo::new();
    let home = repo.beside("h");
    let env = [("HOME", home.to_str().unwrap()), ("GIT_CONFIG_GLOBAL", "/dev/null")];
    stanch_with(repo.path(), ["install", "--how", "files", "--global"], b"", &env).code(2);
    stanch_with(repo.path(), ["install", "--how", "files", "--global", "--dry-run"], b"", &env)
        .code(2);
    assert!(!Path::new("/dev/null").is_file());
}

#[test]
fn all_that_git_does_day_by_day_still_works() {
    let home = Home::new();
    home.stanch(["install", "--how", "files", "--global"]).code(0);
    let script = "git init -q -b main g && cd g
        git commit -q --allow-empty -m a && git branch b
        echo x > f && git add f && git stash -q && git stash pop -q && git commit -qm f
        git worktree add -q ../w b && git tag -m t t
        git clone -q . ../c && cd ../c
        echo '#!/bin/sh\ncat >> ../seen' > .git/hooks/reference-transaction
        chmod +x .git/hooks/reference-transaction
        git commit -q --allow-empty -m c && git fetch -q
        git -c protocol.file.allow=always submodule --quiet add \"$PWD/../g\" s && git commit -qm s
        git push -q origin HEAD:refs/heads/new && git rebase -q HEAD~1 && git gc -q
        grep -q refs/heads/main ../seen";
    let mut sh = std::process::Command::new("sh");
    clean(&mut sh);
    sh.env("HOME", &home.home).env("GIT_CONFIG_GLOBAL", &home.config);
    let out = sh.args(["-euc", script]).current_dir(&home.home).output().unwrap();
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success() && said.is_empty(), "{said}");
}
