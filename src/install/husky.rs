//! Hooks under husky: shell files that a team shares. stanch adds a few marked lines at the top
//! and takes exactly these out again.

use super::marked::{edited, find, read};
use super::{Change, Event, Plan, show};
use crate::error::Result;
use std::path::Path;

const BEGIN: &[u8] = b"# stanch begin: ";
const SHEBANG: &[u8] = b"#!/usr/bin/env sh\n";

/// No path of this machine may stand in a shared file, so stanch comes from PATH; without it
/// the line fails, and with it the hook.
const PRE_COMMIT: &str = "\
# stanch begin: added by `stanch install`, taken out by `stanch uninstall`
stanch hook pre-commit || exit
# stanch end
";

const PRE_MERGE_COMMIT: &str = "\
# stanch begin: added by `stanch install`, taken out by `stanch uninstall`
stanch hook pre-merge-commit || exit
# stanch end
";

const COMMIT_MSG: &str = "\
# stanch begin: added by `stanch install`, taken out by `stanch uninstall`
stanch hook commit-msg \"$1\" || exit
# stanch end
";

/// What follows in the file must find standard input as git gave it.
const PRE_PUSH: &str = "\
# stanch begin: added by `stanch install`, taken out by `stanch uninstall`
pushed=$(cat) || exit
if [ -n \"$pushed\" ]; then
  printf '%s\\n' \"$pushed\" | stanch hook pre-push \"$@\" || exit
  exec <<PUSHED
$pushed
PUSHED
fi
# stanch end
";

fn block(event: Event) -> &'static [u8] {
    match event {
        Event::PreCommit => PRE_COMMIT.as_bytes(),
        Event::PreMergeCommit => PRE_MERGE_COMMIT.as_bytes(),
        Event::CommitMsg => COMMIT_MSG.as_bytes(),
        // husky has no hooks for servers.
        Event::PrePush | Event::PreReceive | Event::Update => PRE_PUSH.as_bytes(),
    }
}

/// Plans the lines for `event` in husky's folder `dir`.
pub(super) fn install(dir: &Path, event: Event, plan: &mut Plan) -> Result<()> {
    let path = dir.join(event.name());
    let Some(now) = read(&path)? else {
        plan.changes.push(Change::Text { path, text: [SHEBANG, block(event)].concat() });
        return Ok(());
    };
    if find(&now, block(event)).is_some() {
        plan.notes.push(format!("{} is installed already", show(&path)));
        return Ok(());
    }
    if find(&now, BEGIN).is_some() {
        return Err(edited(&path));
    }
    let (before, after) = now.split_at(top(&now));
    plan.changes.push(Change::Text { path, text: [before, block(event), after].concat() });
    Ok(())
}

/// Plans the way back.
pub(super) fn uninstall(dir: &Path, event: Event, plan: &mut Plan) -> Result<()> {
    let path = dir.join(event.name());
    let Some(now) = read(&path)? else { return Ok(()) };
    let block = block(event);
    let Some(at) = find(&now, block) else {
        if find(&now, BEGIN).is_some() {
            plan.left.push(format!(
                "stanch's lines in {} were edited, so they stay; take them out by hand",
                show(&path)
            ));
        }
        return Ok(());
    };
    let (before, rest) = now.split_at(at);
    let after = rest.get(block.len()..).unwrap_or_default();
    plan.changes.push(match (before, after) {
        (SHEBANG, b"") => Change::Remove { path },
        _ => Change::Text { path, text: [before, after].concat() },
    });
    Ok(())
}

/// Where lines run first: after `#!` and after the line by which old husky starts itself.
fn top(text: &[u8]) -> usize {
    let mut at = 0;
    let mut top = 0;
    for line in text.split_inclusive(|&b| b == b'\n').take(10) {
        at += line.len();
        let starts =
            (at == line.len() && line.starts_with(b"#!")) || find(line, b"/husky.sh").is_some();
        if starts && line.ends_with(b"\n") {
            top = at;
        }
    }
    top
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn lines_go_below_what_starts_the_file() {
        assert_eq!(top(b"npm test\n"), 0);
        assert_eq!(top(b"#!/bin/sh\nnpm test\n"), 10);
        let old = b"#!/bin/sh\n. \"$(dirname -- \"$0\")/_/husky.sh\"\n\nnpm test\n";
        assert_eq!(&old[top(old)..], b"\nnpm test\n");
        assert_eq!(top(b"#!/bin/sh"), 0);
    }

    #[test]
    fn the_ready_hooks_are_up_to_date() {
        for event in Event::ALL {
            let root = Path::new(env!("CARGO_MANIFEST_DIR"));
            let (file, text) =
                (root.join("hooks/husky").join(event.name()), [SHEBANG, block(event)].concat());
            if std::env::var_os("STANCH_BLESS").is_some() {
                fs::write(&file, &text).unwrap();
            }
            assert_eq!(fs::read(&file).unwrap(), text, "{}", file.display());
        }
    }
}
