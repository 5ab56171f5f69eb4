//! Hooks as git has them: one executable file an event.

use super::script::{self, Author, Previous};
use super::{Change, Event, Plan, kept, show};
use crate::error::{Error, Kind, Result};
use std::fs::{self, Metadata};
use std::io;
use std::path::Path;

/// What stands at a hook's place.
enum State {
    Nothing,
    /// A hook of stanch, and whether git would run it.
    Ours(Vec<u8>, bool),
    /// A hook of stanch that a person has changed.
    Edited,
    /// Another hook.
    Other,
}

/// Plans the hook for `event` in `dir`.
pub(super) fn install(dir: &Path, event: Event, program: &Path, plan: &mut Plan) -> Result<()> {
    let text = script::guard(event, program, Previous::Beside);
    let path = dir.join(event.name());
    let mut keep = None;
    match state(&path)? {
        State::Ours(now, true) if now == text => {
            plan.notes.push(format!("{} is installed already", show(&path)));
            return Ok(());
        }
        State::Nothing | State::Ours(..) => {}
        State::Edited => return Err(edited(&path)),
        State::Other if chained_by_pre_commit(dir, event) => {
            plan.notes.push(format!("{} runs stanch already, as its legacy hook", show(&path)));
            return Ok(());
        }
        State::Other => keep = Some(free(kept(dir, event), &path)?),
    }
    plan.changes.push(Change::Hook { path, text, keep });
    Ok(())
}

/// Plans the way back.
pub(super) fn uninstall(dir: &Path, event: Event, plan: &mut Plan) -> Result<()> {
    let path = dir.join(event.name());
    let kept = kept(dir, event);
    let was_kept = stat(&kept)?.is_some();
    match state(&path)? {
        State::Nothing | State::Ours(..) if was_kept => {
            plan.changes.push(Change::Restore { from: kept, to: path });
        }
        State::Ours(..) => plan.changes.push(Change::Remove { path }),
        State::Edited => plan.left.push(format!(
            "{} was edited after `stanch install`, so it stays; take stanch out of it by hand",
            show(&path)
        )),
        State::Other if was_kept => plan.left.push(format!(
            "{} is not stanch's any more, so it stays; the hook before it is {}",
            show(&path),
            show(&kept)
        )),
        State::Other if chained_by_pre_commit(dir, event) => plan.left.push(format!(
            "{} of pre-commit runs stanch as its legacy hook; run `pre-commit uninstall` first",
            show(&path)
        )),
        State::Nothing | State::Other => {}
    }
    Ok(())
}

fn state(path: &Path) -> Result<State> {
    let Some(meta) = stat(path)? else { return Ok(State::Nothing) };
    if meta.is_dir() {
        return Err(Error::new(Kind::Io, format!("{} is a folder", show(path)))
            .hint("move it away: git expects a hook there"));
    }
    // A link is somebody's work whatever it leads to, and other things cannot be read.
    if !meta.is_file() {
        return Ok(State::Other);
    }
    let text = fs::read(path).map_err(|e| reading(path, e))?;
    Ok(match script::author(&text) {
        Author::Stanch => State::Ours(text, executable(&meta)),
        Author::Edited => State::Edited,
        Author::Other => State::Other,
    })
}

/// What is there, links not followed.
fn stat(path: &Path) -> Result<Option<Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(meta) => Ok(Some(meta)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(reading(path, e)),
    }
}

#[cfg(unix)]
fn executable(meta: &Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&meta.permissions()) & 0o111 != 0
}

#[cfg(not(unix))]
fn executable(_: &Metadata) -> bool {
    true
}

/// The pre-commit framework, installed after us, keeps our hook under this name and runs it.
/// Were we to keep its hook in turn, the two would call one another for ever.
fn chained_by_pre_commit(dir: &Path, event: Event) -> bool {
    let legacy = dir.join(format!("{}.legacy", event.name()));
    matches!(state(&legacy), Ok(State::Ours(_, true)))
}

fn free(kept: std::path::PathBuf, path: &Path) -> Result<std::path::PathBuf> {
    if stat(&kept)?.is_none() {
        return Ok(kept);
    }
    Err(Error::new(
        Kind::Io,
        format!("{} is in the way: it holds the hook before an earlier install", show(&kept)),
    )
    .hint(format!("decide which of it and {} you need, and remove the other", show(path))))
}

fn edited(path: &Path) -> Error {
    Error::new(Kind::Io, format!("{} was edited after `stanch install`", show(path)))
        .hint("it stays as it is; move it away to install it anew")
}

fn reading(path: &Path, cause: io::Error) -> Error {
    Error::new(Kind::Io, format!("reading {}", show(path))).because(cause)
}
