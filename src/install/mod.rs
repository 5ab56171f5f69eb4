//! Puts stanch into git's hooks, and takes it out again without a trace.
//!
//! Everything is planned first: a [`Plan`] is a list of [`Change`]s that can be shown (a dry run)
//! or made. A hook that is there already is kept and goes on running; what a person has edited is
//! never overwritten or removed.

mod change;
mod config;
mod framework;
mod global;
mod husky;
mod lefthook;
mod managers;
mod marked;
mod native;
mod place;
mod script;
mod template;

pub use change::Change;
pub use config::SINCE as CONFIG_HOOKS_SINCE;
pub use global::{Global, system_config};
pub use template::Template;

use crate::error::Result;
use crate::model::display_path;
use place::{Layout, Place};
use std::path::{Path, PathBuf};

/// A moment of git at which stanch can stand guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Before a commit is recorded.
    PreCommit,
    /// Before a merge without conflicts is recorded.
    PreMergeCommit,
    /// Once the message of a commit is written.
    CommitMsg,
    /// Before commits leave for a remote.
    PrePush,
    /// In a server's repository: before a push is taken, once for all its refs.
    PreReceive,
    /// In a server's repository: before a push is taken, once for each ref.
    Update,
}

impl Event {
    /// Those of a repository that people work in.
    pub const ALL: [Self; 4] =
        [Self::PreCommit, Self::PreMergeCommit, Self::CommitMsg, Self::PrePush];
    /// Those of a repository on a server.
    pub const SERVER: [Self; 2] = [Self::PreReceive, Self::Update];

    /// git's name for it, which is also the name of the hook's file.
    pub fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PreMergeCommit => "pre-merge-commit",
            Self::CommitMsg => "commit-msg",
            Self::PrePush => "pre-push",
            Self::PreReceive => "pre-receive",
            Self::Update => "update",
        }
    }

    /// What the hook stops, for messages.
    fn act(self) -> &'static str {
        match self {
            Self::PreCommit | Self::CommitMsg => "commit",
            Self::PreMergeCommit => "merge",
            Self::PrePush | Self::PreReceive | Self::Update => "push",
        }
    }

    /// Whether git tells it something on standard input.
    fn takes_input(self) -> bool {
        matches!(self, Self::PrePush | Self::PreReceive)
    }

    /// Whether it stands on a server, where nobody can skip it.
    fn is_server(self) -> bool {
        Self::SERVER.contains(&self)
    }
}

/// In which way hooks are installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// As files where git looks for them.
    Files,
    /// In git's configuration; see [`CONFIG_HOOKS_SINCE`].
    Config,
    /// In the file of the hook manager that is used here.
    Manager,
    /// As files; but with lefthook, which puts aside whatever files it finds, in its own file.
    Lasting,
}

/// The events that are guarded here by git's configuration or by files that stanch wrote, and the
/// folder in which git looks for files.
///
/// # Errors
/// If there is no repository, or where it looks cannot be told.
pub fn guarded() -> Result<(Vec<Event>, PathBuf)> {
    let place = place::effective()?;
    let mut events = config::guarded(&place.config);
    let has = |e: &Event| {
        let text = std::fs::read(place.dir.join(e.name())).unwrap_or_default();
        script::is_guard(&text) || memchr::memmem::find(&text, b"stanch hook").is_some()
    };
    let every = Event::ALL.into_iter().chain(Event::SERVER);
    events.extend(every.filter(has));
    Ok((events, place.dir))
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
/// Without `events` it is those that the kind of repository usually has.
///
/// # Errors
/// If there is no repository, or its hooks are not ours to add to.
pub fn install(events: &[Event], program: &Path, how: How) -> Result<Plan> {
    let mut plan = Plan::default();
    let place = place::effective()?;
    let named = !events.is_empty();
    let events = if named { events } else { place.usual() };
    if place.guarded_globally(events) {
        plan.notes.push(
            "already guarded: `stanch install --global` or `--system` covers this repository"
                .into(),
        );
        return Ok(plan);
    }
    if how == How::Config {
        config::install(&place.config, events, program, &mut plan)?;
        return Ok(plan);
    }
    let managed = match how {
        How::Manager => true,
        How::Lasting => !named,
        _ => false,
    };
    if managed && place.layout == Layout::Native && managers::install(place.top(), how, &mut plan)?
    {
        return Ok(plan);
    }
    place.check()?;
    plan.notes.extend(place.remarks());
    plan.notes.extend(place.top().and_then(managers::note));
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
    let every: Vec<Event> = Event::ALL.into_iter().chain(Event::SERVER).collect();
    let events = if events.is_empty() { &every[..] } else { events };
    let places = place::all()?;
    if let Some(place) = places.first() {
        config::uninstall(&place.config, events, &mut plan)?;
    }
    for place in &places {
        for &event in events {
            take_out(place, event, &mut plan)?;
        }
    }
    // There the hooks of all events come and go together.
    if let Some(top) = place::top()?.filter(|_| events.len() == every.len()) {
        managers::uninstall(&top, &mut plan)?;
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
