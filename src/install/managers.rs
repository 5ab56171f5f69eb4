//! Other tools that put hooks into a repository, known by the files that their users write.

use super::{How, Plan, framework, lefthook};
use crate::error::{Error, Kind, Result};
use std::path::Path;

/// A tool: its name, its files, and what its users should know.
struct Manager {
    name: &'static str,
    files: &'static [&'static str],
    advice: &'static str,
}

const MANAGERS: [Manager; 2] = [
    Manager {
        name: "lefthook",
        files: &[
            "lefthook.yml",
            "lefthook.yaml",
            ".lefthook.yml",
            ".lefthook.yaml",
            "lefthook.toml",
        ],
        advice: "`lefthook install` puts other hooks aside, stanch's too: better let lefthook call \
                 stanch, with `stanch install --how manager`",
    },
    Manager {
        name: "the pre-commit framework",
        files: &[".pre-commit-config.yaml"],
        advice: "both hooks run; to let the framework call stanch for everybody who uses it, \
                 `stanch install --how manager` adds it to the framework's file",
    },
];

/// What is to be said about the tools that the work tree `top` is set up for.
pub(super) fn note(top: &Path) -> Option<String> {
    let used = |m: &&Manager| m.files.iter().any(|file| top.join(file).is_file());
    let notes: Vec<String> = MANAGERS
        .iter()
        .filter(used)
        .map(|m| format!("{} is used here: {}", m.name, m.advice))
        .collect();
    (!notes.is_empty()).then(|| notes.join("\nnote: "))
}

/// Plans stanch as part of what the tools of `top` run; answers whether that is all.
pub(super) fn install(top: Option<&Path>, how: How, plan: &mut Plan) -> Result<bool> {
    let mut any = match top {
        Some(top) => lefthook::install(top, plan)?,
        None => false,
    };
    if how == How::Manager {
        any |= top.map_or(Ok(false), |top| framework::install(top, plan))?;
        if !any {
            return Err(Error::new(Kind::Usage, "no hook manager is used here").hint(
                "husky, lefthook (in YAML) and the pre-commit framework are known by their files",
            ));
        }
    }
    Ok(any)
}

/// Plans the way back.
pub(super) fn uninstall(top: &Path, plan: &mut Plan) -> Result<()> {
    lefthook::uninstall(top, plan)?;
    framework::uninstall(top, plan)
}
