//! A rotation: changes one after the other, each exactly once.
//!
//! Before a change is sent, the state file says how the thing looks; after it, that it is done.
//! If the process dies in between, the next run looks at the thing again: if it changed since, the
//! change is done, else it is sent again. What no program can tell apart is somebody else's
//! change of the same thing in that very moment, and a request that CircleCI carries out only
//! after the next run has looked.

use super::api::Circle;
use super::state::State;
use super::value::Origin;
use super::{keys, variable};
use crate::error::{Error, Kind, Result};
use crate::live::Log;
use serde::Deserialize;
use serde_json::json;
use std::path::PathBuf;

/// What is changed.
#[allow(missing_docs, reason = "the names of the fields say what they are")]
#[derive(Debug, Clone)]
pub enum Thing {
    /// A variable of a project.
    Project { slug: String, name: String },
    /// A variable of a context (its id or name) of an organisation.
    Context { org: String, context: String, name: String },
    /// The checkout keys of a project of one type.
    CheckoutKey { slug: String, kind: String },
    /// The tokens of a class of runners; the new one goes to a file.
    RunnerToken { class: String, nickname: String, to: PathBuf, remove_old: bool },
}

/// A change.
#[derive(Debug, Clone)]
pub struct Change {
    /// Of what.
    pub thing: Thing,
    /// The new value, where we choose it.
    pub value: Option<Origin>,
}

impl Change {
    /// Its name in the state file and the log.
    pub fn id(&self) -> String {
        match &self.thing {
            Thing::Project { slug, name } => format!("variable:{slug}:{name}"),
            Thing::Context { org, context, name } => {
                format!("context-variable:{org}:{context}:{name}")
            }
            Thing::CheckoutKey { slug, kind } => format!("checkout-key:{slug}:{kind}"),
            Thing::RunnerToken { class, nickname, .. } => {
                format!("runner-token:{class}:{nickname}")
            }
        }
    }
}

/// Everything that a rotation needs.
pub struct Rotation<'a> {
    /// CircleCI.
    pub circle: &'a Circle,
    /// How far it is.
    pub state: &'a mut State,
    /// What was done.
    pub log: &'a Log,
}

impl Rotation<'_> {
    /// What would be done, in a line; nothing is changed, and no value is fetched.
    ///
    /// # Errors
    /// If the thing cannot be looked at.
    pub fn preview(&self, change: &Change) -> Result<String> {
        if self.state.is_done(&change.id()) {
            return Ok(format!("done already  {}", change.id()));
        }
        let look = match &change.thing {
            Thing::Project { .. } | Thing::Context { .. } => variable::look(self.circle, change)?,
            Thing::CheckoutKey { .. } | Thing::RunnerToken { .. } => {
                Some(keys::look(self.circle, &change.thing)?)
            }
        };
        let now = match look {
            None => "is not there yet".to_owned(),
            Some(mark) if !mark.set.is_empty() => format!("last set {}", mark.set),
            Some(mark) => format!("now {}", mark.shown.join(", ")),
        };
        Ok(format!("would change  {} ({now})", change.id()))
    }

    /// Makes one change, unless it is done already. Answers what there is to tell.
    ///
    /// # Errors
    /// If it is not known to be done. The state then says so, and another run goes on.
    pub fn make(&mut self, change: &Change) -> Result<String> {
        if self.state.is_done(&change.id()) {
            return Ok(format!("done already  {}", change.id()));
        }
        match &change.thing {
            Thing::Project { .. } | Thing::Context { .. } => variable::make(self, change),
            Thing::CheckoutKey { slug, kind } => keys::checkout(self, change, slug, kind),
            Thing::RunnerToken { class, nickname, to, remove_old } => {
                keys::runner(self, change, class, nickname, to, *remove_old)
            }
        }
    }

    pub(super) fn tell(&self, change: &Change, step: &str, more: &str) -> Result<()> {
        self.log.add(json!({ "change": change.id(), "step": step, "more": more }))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Plan {
    change: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    project: Option<String>,
    context: Option<String>,
    org: Option<String>,
    file: Option<PathBuf>,
    command: Option<Vec<String>>,
}

/// Reads a plan: TOML with a table `[[change]]` for each variable, which has `name`, `project` or
/// `context` with `org`, and `file` or `command`.
///
/// # Errors
/// If it is no such plan, or names a variable twice.
pub fn read_plan(text: &str, name: &str) -> Result<Vec<Change>> {
    let wrong = |what: String| Error::new(Kind::Usage, format!("the plan {name}: {what}"));
    let plan: Plan =
        toml::from_str(text).map_err(|e| wrong("it cannot be read".into()).because(e))?;
    let mut changes: Vec<Change> = Vec::new();
    for entry in plan.change {
        let thing = match (entry.project, entry.context, entry.org) {
            (Some(slug), None, None) => Thing::Project { slug, name: entry.name.clone() },
            (None, Some(context), Some(org)) => {
                Thing::Context { org, context, name: entry.name.clone() }
            }
            _ => {
                return Err(wrong(format!(
                    "{} needs `project`, or `context` and `org`",
                    entry.name
                )));
            }
        };
        let value = match (entry.file, entry.command) {
            (Some(file), None) => Origin::File(file),
            (None, Some(command)) => Origin::Command(command),
            _ => return Err(wrong(format!("{} needs `file` or `command`", entry.name))),
        };
        let change = Change { thing, value: Some(value) };
        if changes.iter().any(|c| c.id() == change.id()) {
            return Err(wrong(format!("{} is there twice", change.id())));
        }
        changes.push(change);
    }
    Ok(changes)
}
