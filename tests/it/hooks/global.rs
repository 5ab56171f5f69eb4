//! One folder of hooks for every repository, which still runs each repository's own hooks.

use super::*;
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
    assert!(state(&home.folder()).is_empty());
    let after = fs::read_to_string(&home.config).unwrap();
    assert!(after.as_bytes().starts_with(&before) && !after.contains("hooksPath"), "{after}");
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
    assert!(state(&home.folder()).is_empty());
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
