//! A temporary repository, driven by real git with a clean environment.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder that is removed at the end; mostly a repository.
pub struct Repo {
    top: tempfile::TempDir,
    root: PathBuf,
}

impl Repo {
    /// A new repository on branch `main`.
    pub fn new() -> Self {
        let repo = Self::plain();
        repo.git(["init", "-q", "-b", "main", "."]);
        repo
    }

    /// A folder without git.
    pub fn plain() -> Self {
        let top = tempfile::tempdir().unwrap();
        let root = top.path().canonicalize().unwrap().join("r");
        std::fs::create_dir(&root).unwrap();
        Self { top, root }
    }

    /// A bare repository.
    pub fn bare() -> Self {
        let repo = Self::plain();
        repo.git(["init", "-q", "--bare", "-b", "main", "."]);
        repo
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// A folder beside it that is removed with it, for clones and work trees.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.root.parent().unwrap().join(name)
    }

    /// Writes a file, with its folders. The path may hold any bytes.
    pub fn write(&self, path: impl AsRef<[u8]>, text: impl AsRef<[u8]>) -> &Self {
        let path = self.root.join(OsStr::from_bytes(path.as_ref()));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// Removes a file from the work tree.
    pub fn remove(&self, path: &str) -> &Self {
        std::fs::remove_file(self.root.join(path)).unwrap();
        self
    }

    /// Stages everything.
    pub fn stage(&self) -> &Self {
        self.git(["add", "-A", "."]);
        self
    }

    /// Commits what is staged, without hooks; answers the commit's id.
    pub fn commit(&self, message: &str) -> String {
        self.git(["commit", "-q", "--no-verify", "--allow-empty", "-m", message]);
        self.git(["rev-parse", "HEAD"])
    }

    /// Runs git here, which must succeed; answers its trimmed output.
    pub fn git<I: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = I>) -> String {
        let args: Vec<OsString> = args.into_iter().map(|a| a.as_ref().into()).collect();
        let out = self.try_git(&args);
        assert!(out.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8_lossy(&out.stdout).trim().to_owned()
    }

    /// Runs git here, whatever comes of it.
    pub fn try_git<I: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = I>) -> Output {
        git_in(&self.root).args(args).output().unwrap()
    }

    /// git, ready to run here.
    pub fn git_command(&self) -> Command {
        git_in(&self.root)
    }
}

/// git in `dir` with an environment that nothing of this machine reaches.
pub fn git_in(dir: &Path) -> Command {
    let mut git = Command::new("git");
    clean(&mut git);
    git.current_dir(dir);
    git
}

/// Removes what would make a test depend on the machine or on a hook that it runs under.
pub fn clean(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy().into_owned();
        let ours = ["GIT_", "STANCH_", "CI", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "XDG_"];
        if ours.iter().any(|p| text.starts_with(p)) {
            command.env_remove(&name);
        }
    }
    command.envs([
        ("HOME", "/nonexistent"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_AUTHOR_NAME", "Ann"),
        ("GIT_AUTHOR_EMAIL", "ann@example.org"),
        ("GIT_COMMITTER_NAME", "Ann"),
        ("GIT_COMMITTER_EMAIL", "ann@example.org"),
        ("LC_ALL", "C"),
    ]);
}
