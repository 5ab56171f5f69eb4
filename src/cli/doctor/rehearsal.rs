//! A scratch clone with the hooks of a repository, in which a fake secret is committed and pushed.

use crate::error::{Error, Kind, Result};
use crate::git::command::rehearse;
use crate::rule::{Generator, RuleSet};
use crate::verify;
use std::fs;
use std::path::{Path, PathBuf};

/// What came of a try.
pub(super) enum Outcome {
    /// stanch stopped it.
    Stopped,
    /// Nothing did.
    Passed,
    /// Something else did.
    Other(String),
}

/// The scratch clone. It is removed at the end.
pub(super) struct Rehearsal {
    folder: PathBuf,
    hooks: String,
    canary: String,
}

/// Files of the work tree that decide what a hook does.
const NEEDED: [&str; 13] = [
    ".stanch.toml",
    ".config/stanch.toml",
    ".stanch-baseline.toml",
    ".pre-commit-config.yaml",
    "lefthook.yml",
    "lefthook.yaml",
    ".lefthook.yml",
    ".lefthook.yaml",
    "lefthook-local.yml",
    "lefthook-stanch.yml",
    "lefthook.toml",
    "package.json",
    ".husky",
];

impl Rehearsal {
    /// Clones `top`, whose hooks git looks for in `hooks`. The hooks that git reads from the
    /// repository's configuration are copied.
    pub(super) fn new(top: &Path, hooks: &Path) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("stanch-doctor-{}", std::process::id()));
        let failed = |e| Error::new(Kind::Io, format!("making {}", folder.display())).because(e);
        // A folder of this name that somebody else made is not used.
        fs::create_dir(&folder).map_err(failed)?;
        let rehearsal = Self {
            folder: folder.clone(),
            hooks: format!("core.hooksPath={}", hooks.display()),
            canary: canary()?,
        };
        let work = rehearsal.work();
        must(&folder, &["init", "-q", "--bare", "remote"])?;
        must(&folder, &["init", "-q", "work"])?;
        must(&work, &["remote", "add", "origin", "../remote"])?;
        must(&work, &["config", "user.name", "stanch doctor"])?;
        must(&work, &["config", "user.email", "doctor@localhost"])?;
        must(&work, &["config", "commit.gpgsign", "false"])?;
        for name in NEEDED {
            copy(&top.join(name), &work.join(name)).map_err(failed)?;
        }
        copy_config(top, &work)?;
        must(&work, &["commit", "-q", "--no-verify", "--allow-empty", "-m", "begin"])?;
        must(&work, &["tag", "begin"])?;
        Ok(rehearsal)
    }

    fn work(&self) -> PathBuf {
        self.folder.join("work")
    }

    fn git(&self, args: &[&str]) -> Result<Outcome> {
        let with: Vec<&str> = ["-c", &self.hooks].iter().chain(args).copied().collect();
        let (done, said) = rehearse(&self.work(), &with)?;
        Ok(match done {
            true => Outcome::Passed,
            false if said.contains("stanch") && !said.contains("not found") => Outcome::Stopped,
            false => Outcome::Other(said),
        })
    }

    fn plant(&self) -> Result<()> {
        let file = self.work().join("stanch-canary.txt");
        fs::write(&file, format!("token: {}\n", self.canary))
            .map_err(|e| Error::new(Kind::Io, format!("writing {}", file.display())).because(e))?;
        must(&self.work(), &["add", "-f", "stanch-canary.txt"])
    }

    /// Tries to commit a file with the fake secret.
    pub(super) fn commit(&self) -> Result<Outcome> {
        self.plant()?;
        let outcome = self.git(&["commit", "-q", "-m", "canary"])?;
        must(&self.work(), &["reset", "-q", "--hard", "begin"])?;
        Ok(outcome)
    }

    /// Tries to commit with the fake secret in the message.
    pub(super) fn message(&self) -> Result<Outcome> {
        let message = format!("canary\n\n{}", self.canary);
        let outcome = self.git(&["commit", "-q", "--allow-empty", "-m", &message])?;
        must(&self.work(), &["reset", "-q", "--hard", "begin"])?;
        Ok(outcome)
    }

    /// Tries to push a commit with the fake secret.
    pub(super) fn push(&self) -> Result<Outcome> {
        self.plant()?;
        must(&self.work(), &["commit", "-q", "--no-verify", "-m", "canary"])?;
        self.git(&["push", "-q", "origin", "HEAD:refs/heads/canary"])
    }
}

impl Drop for Rehearsal {
    fn drop(&mut self) {
        // What is left of it is a scratch clone without a real secret.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A token that is made up, so that a scanner believes in it.
fn canary() -> Result<String> {
    let rules = RuleSet::builtin();
    let wrong = |what: &str| Error::new(Kind::Internal, format!("making a fake token: {what}"));
    let rule = rules.find("circleci-personal-token").ok_or_else(|| wrong("no rule"))?;
    let shape = if rule.sample.is_empty() { &rule.shape } else { &rule.sample };
    let seed = u64::from(std::process::id());
    let mut random = Generator::new(seed);
    let mut sample = random.matching(shape).map_err(|e| wrong(&e))?;
    verify::mend(&rule.checks, &mut sample, &mut random);
    String::from_utf8(sample).map_err(|_| wrong("no text"))
}

fn must(dir: &Path, args: &[&str]) -> Result<()> {
    match rehearse(dir, args)? {
        (true, _) => Ok(()),
        (false, said) => {
            Err(Error::new(Kind::Git, format!("git {} failed", args.join(" "))).because(said))
        }
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    let Ok(meta) = fs::symlink_metadata(from) else { return Ok(()) };
    if meta.is_dir() {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
    } else if meta.is_file() {
        to.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::copy(from, to)?;
    }
    Ok(())
}

/// Hooks in the repository's own configuration; those of the user and of the machine hold in the
/// clone by themselves.
fn copy_config(top: &Path, work: &Path) -> Result<()> {
    let (_, said) = rehearse(top, &["config", "--local", "--null", "--get-regexp", r"^hook\."])?;
    for entry in said.split('\0').filter(|e| !e.is_empty()) {
        let Some((key, value)) = entry.split_once('\n') else { continue };
        must(work, &["config", "--add", key, value])?;
    }
    Ok(())
}
