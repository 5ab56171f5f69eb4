//! The pre-commit framework: stanch's hooks as an item of the list in the team's file.

use super::marked::{self, Found, List};
use super::{Plan, show};
use crate::error::{Error, Kind, Result};
use std::path::Path;

const FILE: &str = ".pre-commit-config.yaml";

/// As in the ready file, with the stanch on PATH.
const LINES: &str = "\
- repo: local
  hooks:
    - id: stanch
      name: stanch (no secret in a commit)
      entry: stanch hook pre-commit
      language: system
      stages: [pre-commit, pre-merge-commit, manual]
      pass_filenames: false
      always_run: true
      require_serial: true
    - id: stanch-push
      name: stanch (no secret in a push)
      entry: stanch hook pre-push
      language: system
      stages: [pre-push]
      pass_filenames: false
      always_run: true
      require_serial: true
    - id: stanch-message
      name: stanch (no secret in a message)
      entry: stanch hook commit-msg
      language: system
      stages: [commit-msg]
      always_run: true
      require_serial: true
";

/// Plans stanch as part of the framework's hooks, if it is used here.
pub(super) fn install(top: &Path, plan: &mut Plan) -> Result<bool> {
    let path = top.join(FILE);
    let Some(now) = marked::read(&path)? else { return Ok(false) };
    match marked::look(&now, LINES) {
        Found::Ours(_) => {
            plan.notes.push(format!("{} names stanch already", show(&path)));
            return Ok(true);
        }
        Found::Edited => return Err(marked::edited(&path)),
        Found::Nothing => {}
    }
    let List::At(at, indent) = marked::list(&now, "repos") else {
        return Err(Error::new(
            Kind::Io,
            format!("{} has no list of repositories that stanch can add to", show(&path)),
        )
        .hint("add the hooks of .pre-commit-hooks.yaml by hand"));
    };
    marked::put(&path, &now, (at, &indent), LINES, plan);
    plan.notes.push(
        "the pre-commit framework calls stanch for everybody who uses it here and has stanch on \
         PATH; commit the file, and run `pre-commit install -t pre-commit -t pre-merge-commit -t \
         commit-msg -t pre-push`"
            .into(),
    );
    Ok(true)
}

/// Plans the way back.
pub(super) fn uninstall(top: &Path, plan: &mut Plan) -> Result<()> {
    marked::take_out(top.join(FILE), &[LINES], plan)
}
