//! lefthook: stanch's commands go into a file of their own, which the team's file is made to extend.
//! A hook file would not last: `lefthook install` puts those that it finds aside.

use super::marked::{self, Found, List};
use super::{Change, Plan, show};
use crate::error::{Error, Kind, Result};
use std::path::{Path, PathBuf};

const FILES: [&str; 4] = ["lefthook.yml", "lefthook.yaml", ".lefthook.yml", ".lefthook.yaml"];
const OWN: &str = "lefthook-stanch.yml";
/// Also the ready file.
const COMMANDS: &str = include_str!("../../hooks/lefthook.yml");
const ITEM: &str = "- lefthook-stanch.yml\n";
const KEY: &str = "extends:\n  - lefthook-stanch.yml\n";

/// The file of lefthook in the work tree `top`.
fn file(top: &Path) -> Option<PathBuf> {
    FILES.iter().map(|name| top.join(name)).find(|path| path.is_file())
}

/// Plans stanch as part of lefthook's hooks, if lefthook is used here.
pub(super) fn install(top: &Path, plan: &mut Plan) -> Result<bool> {
    let Some(path) = file(top) else { return Ok(false) };
    let own = top.join(OWN);
    let has_own = match marked::read(&own)? {
        None => false,
        Some(text) if text == COMMANDS.as_bytes() => true,
        Some(_) => return Err(marked::edited(&own)),
    };
    let now = marked::read(&path)?.unwrap_or_default();
    let found = [ITEM, KEY].map(|lines| marked::look(&now, lines));
    if !has_own {
        plan.changes.push(Change::Text { path: own, text: COMMANDS.into() });
    }
    match found {
        [Found::Ours(_), _] | [_, Found::Ours(_)] => {
            plan.notes.push(format!("{} names stanch already", show(&path)));
        }
        [Found::Nothing, _] => extend(&path, &now, plan)?,
        _ => return Err(marked::edited(&path)),
    }
    plan.notes.push(
        "lefthook calls stanch for everybody who uses it here and has stanch on PATH; commit the \
         two files, and run `lefthook install`"
            .into(),
    );
    Ok(true)
}

fn extend(path: &Path, now: &[u8], plan: &mut Plan) -> Result<()> {
    let (place, lines) = match marked::list(now, "extends") {
        List::At(at, indent) => (Some((at, indent)), ITEM),
        List::Missing => (marked::top(now).map(|at| (at, String::new())), KEY),
        List::Other => (None, KEY),
    };
    let Some((at, indent)) = place else {
        return Err(Error::new(
            Kind::Io,
            format!("{} is written in a way that stanch does not change", show(path)),
        )
        .hint(format!("copy hooks/lefthook.yml to {OWN}, and add it to `extends` by hand")));
    };
    marked::put(path, now, (at, &indent), lines, plan);
    Ok(())
}

/// Plans the way back.
pub(super) fn uninstall(top: &Path, plan: &mut Plan) -> Result<()> {
    for name in FILES {
        let path = top.join(name);
        if path.is_file() {
            marked::take_out(path, &[ITEM, KEY], plan)?;
        }
    }
    let path = top.join(OWN);
    match marked::read(&path)? {
        None => {}
        Some(text) if text == COMMANDS.as_bytes() => plan.changes.push(Change::Remove { path }),
        Some(_) => plan.left.push(format!("{} was edited, so it stays", show(&path))),
    }
    Ok(())
}
