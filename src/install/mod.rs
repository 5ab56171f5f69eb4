//! Puts stanch into git's hooks, and takes it out again without a trace.
//!
//! Everything is planned first: a [`Plan`] is a list of [`Change`]s that can be shown (a dry run)
//! or made. A hook that is there already is kept and goes on running; what a person has edited is
//! never overwritten or removed.

mod change;
mod global;
mod husky;
mod native;
mod place;
mod script;

pub use change::Change;
pub use global::{Global, system_config};

use crate::error::Result;
use crate::model::display_path;
use place::{Layout, Place};
use std::path::{Path, PathBuf};

/// A moment of git at which stanch can stand guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Before a commit is recorded.
    PreCommit,
    /// Before commits leave for a remote.
    PrePush,
}

impl Event {
    /// Every event.
    pub const ALL: [Self; 2] = [Self::PreCommit, Self::PrePush];

    /// git's name for it, which is also the name of the hook's file.
    pub fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PrePush => "pre-push",
        }
    }

    /// What the hook stops, for messages.
    fn act(self) -> &'static str {
        match self {
            Self::PreCommit => "commit",
            Self::PrePush => "push",
        }
    }
}

/// What is to be done, and what there is to say about it.
#[derive(Debug, Default)]
pub struct Plan {
    /// What would change, in order.
    pub changes: Vec<Change>,
    /// Worth knowing.
    pub notes: Vec<String>,
    /// What was asked for and cannot be done, as a person's work would be lost.
    pub left: Vec<String>,
}

impl Plan {
    /// Makes all changes, in order; tells of each that is done.
    ///
    /// # Errors
    /// At the first change that fails. The ones before it stay.
    pub fn carry_out(&self, done: &mut dyn FnMut(&Change)) -> Result<()> {
        for change in &self.changes {
            change.apply()?;
            done(change);
        }
        Ok(())
    }
}

/// Plans the hooks of the repository that git would use here; `program` is the stanch they call.
///
/// # Errors
/// If there is no repository, or its hooks are not ours to add to.
pub fn install(events: &[Event], program: &Path) -> Result<Plan> {
    let mut plan = Plan::default();
    let place = place::effective()?;
    if place.guarded_globally(events) {
        plan.notes
            .push("already guarded: `stanch install --global` covers this repository".into());
        return Ok(plan);
    }
    place.check()?;
    plan.notes.extend(place.remarks());
    for &event in events {
        match place.layout {
            Layout::Native => native::install(&place.dir, event, program, &mut plan)?,
            Layout::Husky => husky::install(&place.dir, event, &mut plan)?,
        }
    }
    Ok(plan)
}

/// Plans the removal of this repository's hooks, also of those that git no longer looks at.
///
/// # Errors
/// If there is no repository, or a hook cannot be read.
pub fn uninstall(events: &[Event]) -> Result<Plan> {
    let mut plan = Plan::default();
    for place in place::all()? {
        for &event in events {
            take_out(&place, event, &mut plan)?;
        }
    }
    if plan.changes.is_empty() && plan.left.is_empty() {
        plan.notes.push("there is no hook of stanch to remove".into());
    }
    Ok(plan)
}

fn take_out(place: &Place, event: Event, plan: &mut Plan) -> Result<()> {
    match place.layout {
        Layout::Native => native::uninstall(&place.dir, event, plan),
        Layout::Husky => husky::uninstall(&place.dir, event, plan),
    }
}

/// The name under which a hook that was there before goes on living.
fn kept(dir: &Path, event: Event) -> PathBuf {
    dir.join(format!("{}.stanch-kept", event.name()))
}

/// A path for a message.
fn show(path: &Path) -> String {
    display_path(path.as_os_str().as_encoded_bytes())
}
