//! One folder of hooks for every repository of a user or a machine, by `core.hooksPath`.
//!
//! git then looks nowhere else, so every hook in the folder runs the repository's own one too. A
//! repository that sets `core.hooksPath` itself (husky does) is out of reach.

use super::config::{self, Setting};
use super::script::{self, Author, Previous};
use super::{Change, Event, How, Plan, show};
use crate::error::{Error, Kind, Result};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Hooks that only pass on to the repository's own. Left out are `push-to-checkout` and
/// `proc-receive`: that a file of this name exists changes what git does.
const PASSED_ON: [&str; 21] = [
    "applypatch-msg",
    "pre-applypatch",
    "post-applypatch",
    "prepare-commit-msg",
    "post-commit",
    "pre-rebase",
    "post-checkout",
    "post-merge",
    "pre-receive",
    "update",
    "post-receive",
    "post-update",
    "reference-transaction",
    "pre-auto-gc",
    "post-rewrite",
    "post-index-change",
    "sendemail-validate",
    "p4-changelist",
    "p4-prepare-changelist",
    "p4-post-changelist",
    "p4-pre-submit",
];

/// Where the hooks of all repositories go.
#[derive(Debug, Clone)]
pub struct Global {
    /// The folder of hooks.
    pub folder: PathBuf,
    /// git's configuration of this user or of the machine, which is written to.
    pub config: PathBuf,
    /// Other configuration that holds for all repositories, which is only read.
    pub also: Vec<PathBuf>,
}

impl Global {
    /// Plans hooks for every repository; `program` is the stanch they call.
    ///
    /// # Errors
    /// If `core.hooksPath` is taken, or something there is not ours.
    pub fn install(&self, events: &[Event], program: &Path, how: How) -> Result<Plan> {
        let events = if events.is_empty() { &Event::ALL } else { events };
        if events.iter().any(|e| e.is_server()) {
            return Err(Error::new(
                Kind::Usage,
                "hooks of a server are installed in its repository",
            )
            .hint("run `stanch install` there, without --global"));
        }
        let mut plan = Plan::default();
        if how == How::Config {
            config::install(&self.config, events, program, &mut plan)?;
            return Ok(plan);
        }
        let set = self.hooks_path_is_ours()?;
        for event in Event::ALL {
            let guard = events.contains(&event) || self.guards(event)?;
            self.put(event.name(), self.text(event, guard, program), &mut plan)?;
        }
        for name in PASSED_ON {
            self.put(name, script::pass_on(name), &mut plan)?;
        }
        if !set {
            self.setting().install(&self.config, &mut plan)?;
        }
        if plan.changes.is_empty() {
            plan.notes.push("installed already for every repository".into());
        }
        plan.notes.push(
            "a repository that sets core.hooksPath itself, as husky does, needs its own \
             `stanch install`"
                .into(),
        );
        Ok(plan)
    }

    /// Plans the way back; the folder goes when nothing is left to guard.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn uninstall(&self, events: &[Event], program: &Path) -> Result<Plan> {
        let events = if events.is_empty() { &Event::ALL } else { events };
        let mut plan = Plan::default();
        config::uninstall(&self.config, events, &mut plan)?;
        let mut guarded = Vec::new();
        for event in Event::ALL {
            if !events.contains(&event) && self.guards(event)? {
                guarded.push(event);
            }
        }
        if guarded.is_empty() {
            self.take_all(&mut plan)?;
        } else {
            for &event in events {
                self.put(event.name(), self.text(event, false, program), &mut plan)?;
            }
        }
        if plan.changes.is_empty() && plan.left.is_empty() {
            plan.notes.push("there is no global hook of stanch to remove".into());
        }
        Ok(plan)
    }

    fn take_all(&self, plan: &mut Plan) -> Result<()> {
        // First git stops looking here, then the files go.
        if hooks_path(&self.config)?.is_some_and(|value| value == self.folder) {
            self.setting().uninstall(&self.config, plan)?;
        }
        let guards = Event::ALL.iter().map(|e| e.name());
        for name in guards.chain(PASSED_ON) {
            let path = self.folder.join(name);
            match self.read(name)?.as_deref().map(script::author) {
                Some(Author::Stanch) => plan.changes.push(Change::Remove { path }),
                Some(_) => plan.left.push(format!("{} is not as stanch wrote it", show(&path))),
                None => {}
            }
        }
        if self.folder.is_dir() {
            plan.changes.push(Change::Folder { path: self.folder.clone() });
        }
        Ok(())
    }

    fn setting(&self) -> Setting<'_> {
        Setting { section: "core", key: "hooksPath", path: &self.folder }
    }

    fn text(&self, event: Event, guard: bool, program: &Path) -> Vec<u8> {
        if guard {
            script::guard(event, program, Previous::Own)
        } else {
            script::pass_on(event.name())
        }
    }

    fn put(&self, name: &str, text: Vec<u8>, plan: &mut Plan) -> Result<()> {
        let path = self.folder.join(name);
        match self.read(name)? {
            Some(now) if now == text => return Ok(()),
            Some(now) if script::author(&now) != Author::Stanch => {
                return Err(Error::new(
                    Kind::Io,
                    format!("{} is not as stanch wrote it", show(&path)),
                )
                .hint("it stays as it is; move it away to install it anew"));
            }
            _ => plan.changes.push(Change::Hook { path, text, keep: None }),
        }
        Ok(())
    }

    fn guards(&self, event: Event) -> Result<bool> {
        Ok(self.read(event.name())?.is_some_and(|text| script::is_guard(&text)))
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let path = self.folder.join(name);
        match fs::read(&path) {
            Ok(text) => Ok(Some(text)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(Error::new(Kind::Io, format!("reading {}", show(&path))).because(e)),
        }
    }

    /// Whether git looks into our folder: yes, or nowhere yet. Anything else is refused.
    fn hooks_path_is_ours(&self) -> Result<bool> {
        for file in self.also.iter().chain([&self.config]) {
            match hooks_path(file)? {
                Some(value) if value != self.folder => return Err(taken(file, &value)),
                _ => {}
            }
        }
        Ok(hooks_path(&self.config)?.is_some())
    }
}

/// git's configuration of the whole machine, if there is one.
pub fn system_config() -> Option<PathBuf> {
    git2::Config::find_system().ok()
}

/// `core.hooksPath` in one configuration file.
fn hooks_path(file: &Path) -> Result<Option<PathBuf>> {
    path_in(file, "core.hookspath")
}

/// A path that one configuration file sets.
pub(super) fn path_in(file: &Path, key: &str) -> Result<Option<PathBuf>> {
    let reading = |e| Error::new(Kind::Git, format!("reading {}", show(file))).because(e);
    if !file.exists() {
        return Ok(None);
    }
    if !file.is_file() {
        return Err(Error::new(Kind::Git, format!("{} is not a plain file", show(file)))
            .hint("git's configuration was sent elsewhere: see GIT_CONFIG_GLOBAL"));
    }
    let config = git2::Config::open(file).map_err(reading)?;
    match config.get_path(key) {
        Ok(path) => Ok(Some(path)),
        Err(e) if e.code() == git2::ErrorCode::NotFound => Ok(None),
        Err(e) => Err(reading(e)),
    }
}

fn taken(file: &Path, value: &Path) -> Error {
    Error::new(
        Kind::Git,
        format!("core.hooksPath is {} already, by {}", show(value), show(file)),
    )
    .hint(
        "add `stanch hook pre-commit || exit` and `stanch hook pre-push \"$@\" || exit` to the \
         hooks there",
    )
}
