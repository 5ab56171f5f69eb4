//! Where git looks for the hooks of a repository: the answer of `git rev-parse --git-path hooks`.

use super::{Event, script, show};
use crate::error::{Error, Kind, Result};
use git2::{ConfigLevel, ErrorCode, Repository};
use std::fs;
use std::path::{Path, PathBuf};

/// How hooks are written at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// One executable file an event, as git has it.
    Native,
    /// Files of husky, which a team shares: stanch adds lines to them.
    Husky,
}

/// A folder of hooks.
#[derive(Debug)]
pub(super) struct Place {
    /// The folder that the files stand in.
    pub(super) dir: PathBuf,
    /// How they are written.
    pub(super) layout: Layout,
    /// The repository's own configuration file.
    pub(super) config: PathBuf,
    /// The work tree, if there is one.
    workdir: Option<PathBuf>,
    /// Whether the folder serves every repository of this user or machine.
    shared: bool,
}

/// The folder that git uses here.
pub(super) fn effective() -> Result<Place> {
    effective_in(&open()?)
}

/// The top of the work tree, if there is one.
pub(super) fn top() -> Result<Option<PathBuf>> {
    Ok(open()?.workdir().map(Path::to_path_buf))
}

/// The folder that git uses here, and the one that it would use without `core.hooksPath`.
pub(super) fn all() -> Result<Vec<Place>> {
    let repo = open()?;
    let own = Place {
        dir: repo.commondir().join("hooks"),
        layout: Layout::Native,
        config: repo.commondir().join("config"),
        workdir: None,
        shared: false,
    };
    let effective = effective_in(&repo)?;
    // A folder for every repository belongs to `uninstall --global`.
    if effective.shared || effective.dir == own.dir {
        return Ok(vec![own]);
    }
    Ok(vec![effective, own])
}

fn open() -> Result<Repository> {
    // As git does: a hook manager may name the repository in the environment.
    Repository::open_from_env().map_err(|e| {
        let error = Error::new(Kind::Git, "finding the repository to guard");
        match e.code() {
            ErrorCode::NotFound => error
                .because(e)
                .hint("run this inside a repository, or use --global to guard all of yours"),
            _ => error.because(e).hint(
                "to guard it all the same, call `stanch hook pre-commit` and `stanch hook \
                 pre-push \"$@\"` from its hooks",
            ),
        }
    })
}

fn effective_in(repo: &Repository) -> Result<Place> {
    let workdir = repo.workdir().map(Path::to_path_buf);
    let own = repo.commondir().join("config");
    let reading = |e| Error::new(Kind::Git, "reading core.hooksPath").because(e);
    let config = repo.config().map_err(reading)?;
    let shared = match config.get_entry("core.hookspath") {
        Err(e) if e.code() == ErrorCode::NotFound => {
            let dir = repo.commondir().join("hooks");
            return Ok(Place { dir, layout: Layout::Native, config: own, workdir, shared: false });
        }
        Err(e) => return Err(reading(e)),
        Ok(entry) => {
            !matches!(entry.level(), ConfigLevel::Local | ConfigLevel::Worktree | ConfigLevel::App)
        }
    };
    let path = config.get_path("core.hookspath").map_err(reading)?;
    if path.as_os_str().is_empty() {
        return Err(Error::new(Kind::Git, "core.hooksPath is empty, so git runs no hooks here")
            .hint("remove the setting: git config --unset core.hooksPath"));
    }
    // git resolves it where it runs hooks: at the top of the work tree, or in a bare repository.
    let dir = tidy(&workdir.as_deref().unwrap_or(repo.path()).join(path));
    Ok(match husky(&dir) {
        Some(dir) => Place { dir, layout: Layout::Husky, config: own, workdir, shared },
        None => Place { dir, layout: Layout::Native, config: own, workdir, shared },
    })
}

/// The folder of the hooks that people write under husky. From version 9 on, `core.hooksPath`
/// names a folder `_` in it, which git ignores and husky makes anew; before, the folder itself.
fn husky(dir: &Path) -> Option<PathBuf> {
    let named = |path: &Path, name: &str| path.file_name().is_some_and(|n| n == name);
    if named(dir, ".husky") {
        return Some(dir.to_path_buf());
    }
    let parent = dir.parent()?;
    let made = named(parent, ".husky") || dir.join("h").exists() || dir.join("husky.sh").exists();
    (named(dir, "_") && made).then(|| parent.to_path_buf())
}

/// The path without `.` and a slash at its end.
fn tidy(path: &Path) -> PathBuf {
    path.components().collect()
}

impl Place {
    /// The top of the work tree.
    pub(super) fn top(&self) -> Option<&Path> {
        self.workdir.as_deref()
    }

    /// The hooks that such a repository usually has.
    pub(super) fn usual(&self) -> &'static [Event] {
        match self.workdir {
            Some(_) => &Event::ALL,
            // The other one would check the same once more.
            None => &[Event::PreReceive],
        }
    }

    /// Whether hooks of `stanch install --global` stand guard here for all these events.
    pub(super) fn guarded_globally(&self, events: &[Event]) -> bool {
        let guards = |e: &Event| {
            fs::read(self.dir.join(e.name())).is_ok_and(|text| script::is_guard(&text))
        };
        self.shared && events.iter().all(guards)
    }

    /// Refuses a folder that is not this repository's own.
    pub(super) fn check(&self) -> Result<()> {
        let dir = show(&self.dir);
        if self.shared {
            return Err(Error::new(
                Kind::Git,
                format!("core.hooksPath, set for all repositories, sends git to {dir}"),
            )
            .hint(
                "add `stanch hook pre-commit || exit` and `stanch hook pre-push \"$@\" || exit` \
                 to the hooks there; or give this repository its own folder: \
                 git config core.hooksPath .githooks",
            ));
        }
        if self.dir.components().any(|c| c.as_os_str() == "node_modules") {
            return Err(Error::new(
                Kind::Git,
                format!("core.hooksPath names {dir}, which a package manager owns and overwrites"),
            )
            .hint("call `stanch hook pre-commit` and `stanch hook pre-push \"$@\"` from the tool that put its hooks there"));
        }
        if self.dir.exists() && !self.dir.is_dir() {
            return Err(Error::new(
                Kind::Git,
                format!("{dir} is no folder, so git runs no hooks"),
            )
            .hint("remove the setting: git config --unset core.hooksPath"));
        }
        self.stays_inside(&dir)
    }

    /// A folder that comes with the work tree may be a link that somebody else made.
    fn stays_inside(&self, shown: &str) -> Result<()> {
        let Some(top) = self.workdir.as_deref().filter(|top| self.dir.starts_with(top)) else {
            return Ok(());
        };
        let real = |path: &Path| path.canonicalize().ok();
        let outside = match (real(top), real(&self.dir)) {
            (Some(top), Some(dir)) => !dir.starts_with(&top) && !self.in_git_dir(),
            _ => false,
        };
        if outside {
            return Err(Error::new(Kind::Git, format!("{shown} leads out of the repository"))
                .hint(
                    "look where the link goes; install the hooks there by hand if you trust it",
                ));
        }
        Ok(())
    }

    /// `.git/hooks` is never part of what a clone brings, so a link there is its owner's doing.
    fn in_git_dir(&self) -> bool {
        self.workdir.as_ref().is_some_and(|top| self.dir.starts_with(top.join(".git")))
    }

    /// What a person may want to know about the folder.
    pub(super) fn remarks(&self) -> Vec<String> {
        let mut out = Vec::new();
        if let Ok(target) = fs::read_link(&self.dir) {
            out.push(format!("{} is a link to {}", show(&self.dir), show(&target)));
        }
        let inside = self.workdir.as_ref().is_some_and(|top| self.dir.starts_with(top));
        if self.layout == Layout::Native && inside && !self.in_git_dir() {
            out.push(format!(
                "{} is part of the work tree; whoever gets the hooks from you needs stanch on PATH",
                show(&self.dir)
            ));
        }
        if self.layout == Layout::Husky {
            out.push("husky runs the hooks here; whoever shares them needs stanch on PATH".into());
        }
        out
    }
}
