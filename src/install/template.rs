//! Hooks in the folder that git copies into each repository that is made or cloned from then on.

use super::config::Setting;
use super::global::path_in;
use super::{Change, Event, Plan, native};
use crate::error::Result;
use std::path::{Path, PathBuf};

/// Where the template is, or would be.
#[derive(Debug, Clone)]
pub struct Template {
    /// The folder that is used if none is set yet.
    pub folder: PathBuf,
    /// git's configuration of this user.
    pub config: PathBuf,
}

impl Template {
    /// Plans hooks in the template; `program` is the stanch they call.
    ///
    /// # Errors
    /// If the configuration or a hook cannot be read, or a hook there was edited.
    pub fn install(&self, events: &[Event], program: &Path) -> Result<Plan> {
        let mut plan = Plan::default();
        let set = path_in(&self.config, KEY)?;
        let folder = set.as_deref().unwrap_or(&self.folder).join("hooks");
        for &event in if events.is_empty() { &Event::ALL } else { events } {
            native::install(&folder, event, program, &mut plan)?;
        }
        if set.is_none() {
            self.setting().install(&self.config, &mut plan)?;
            plan.notes.push("git's own template, with sample hooks, is not used any more".into());
        }
        plan.notes.extend(LIMITS.map(String::from));
        Ok(plan)
    }

    /// Plans the way back. What was copied into repositories stays there.
    ///
    /// # Errors
    /// If the configuration or a hook cannot be read.
    pub fn uninstall(&self, events: &[Event]) -> Result<Plan> {
        let mut plan = Plan::default();
        let Some(set) = path_in(&self.config, KEY)? else {
            plan.notes.push("git's configuration names no template folder".into());
            return Ok(plan);
        };
        let events = if events.is_empty() { &Event::ALL } else { events };
        for &event in events {
            native::uninstall(&set.join("hooks"), event, &mut plan)?;
        }
        if set == self.folder && events.len() == Event::ALL.len() {
            self.setting().uninstall(&self.config, &mut plan)?;
            let folders = [set.join("hooks"), set];
            plan.changes.extend(folders.into_iter().map(|path| Change::Folder { path }));
        }
        plan.notes.push(
            "repositories made since then keep their hooks: `stanch uninstall` there".into(),
        );
        Ok(plan)
    }

    fn setting(&self) -> Setting<'_> {
        Setting { section: "init", key: "templateDir", path: &self.folder }
    }
}

const KEY: &str = "init.templatedir";

const LIMITS: [&str; 3] = [
    "this reaches repositories that are made or cloned from now on, and older ones in which \
     somebody runs `git init` again; never a hook that is there already",
    "a repository that sets core.hooksPath, as husky does, does not look there",
    "the copies do not change with the template: `stanch install --global` guards all repositories \
     from one place",
];
