//! `stanch doctor`: are the hooks really called for this repository, by this git, in this work
//! tree? A fake secret is committed and pushed in a scratch clone, and must be stopped.

mod rehearsal;

use super::stdout::print;
use super::{Context, Exit, exit};
use crate::error::{Error, Kind, Result};
use crate::git::{self, command};
use crate::install::{self, CONFIG_HOOKS_SINCE, Event};
use crate::model::display_path;
use rehearsal::{Outcome, Rehearsal};
use std::fmt::Write as _;
use std::path::Path;

const ABOUT: &str =
    "Show whether git really calls the hooks here, with a fake secret in a scratch clone

Makes a scratch clone of this repository with the same hooks, and tries to commit and to push a
made-up token there. Each try must be stopped. Then says what goes past the hooks all the same.
Nothing of this repository is changed.";

/// Show whether git really calls the hooks here, with a fake secret in a scratch clone.
#[derive(Debug, clap::Args)]
#[command(long_about = ABOUT, after_help = exit::TABLE)]
pub(super) struct Args {}

/// Runs the command.
pub(super) fn run(_: Args, context: &Context) -> Result<Exit> {
    let top = git::top_of(Path::new("."))?.ok_or_else(|| {
        Error::new(Kind::Git, "there is no repository here").hint("run this inside of one")
    })?;
    let mut page = String::new();
    let version = command::version();
    let shown = version.map_or("not found on PATH".into(), |(a, b)| format!("{a}.{b}"));
    let _ = writeln!(page, "git         {shown}");
    let _ = writeln!(page, "repository  {}", shown_path(&top));
    let (events, folder) = install::guarded()?;
    let _ = writeln!(page, "hooks       {}", shown_path(&folder));
    if version.is_some_and(|v| v < CONFIG_HOOKS_SINCE) && in_config_only(&events, &folder) {
        page.push_str("WRONG       the hooks stand in the configuration, which this git is too old to read\n");
    }
    let rehearsal = Rehearsal::new(&top, &folder)?;
    let mut bad = 0;
    for (event, outcome) in [
        (Event::PreCommit, rehearsal.commit()?),
        (Event::CommitMsg, rehearsal.message()?),
        (Event::PrePush, rehearsal.push()?),
    ] {
        bad += usize::from(!matches!(outcome, Outcome::Stopped));
        line(event, &outcome, &events, &mut page);
    }
    page.push_str(BYPASSES);
    bypasses(&top, &mut page);
    print(&page)?;
    if bad > 0 {
        context.ui.say("some doors are open: `stanch install` closes them");
        return Ok(Exit::Findings(1));
    }
    Ok(Exit::Clean)
}

fn line(event: Event, outcome: &Outcome, events: &[Event], page: &mut String) {
    let name = event.name();
    let text = match outcome {
        Outcome::Stopped => "ok: a fake secret was stopped".to_owned(),
        Outcome::Passed if events.contains(&event) => {
            "OPEN: there is a hook, but git did not call it or it let the secret through"
                .to_owned()
        }
        Outcome::Passed => format!("OPEN: no hook stopped it; stanch install {name}"),
        Outcome::Other(said) => format!(
            "UNCLEAR: git failed, but not because of stanch: {}",
            display_path(said.lines().last().unwrap_or_default().as_bytes())
        ),
    };
    let _ = writeln!(page, "{name:<11} {text}");
}

fn in_config_only(events: &[Event], folder: &Path) -> bool {
    !events.is_empty() && !events.iter().any(|e| folder.join(e.name()).exists())
}

const BYPASSES: &str = "
What goes past every hook on this machine
  git commit --no-verify, git push --no-verify, git -c core.hooksPath=/dev/null
  a clone without hooks: they do not come with a clone, each one needs its `stanch install`
  other programs that write to the repository without git, or with a git that is older or newer
  pushes from another machine, and edits in the pages of a host
";

/// What is true for the tools that are used here only.
fn bypasses(top: &Path, page: &mut String) {
    let has = |names: &[&str]| names.iter().any(|n| top.join(n).exists());
    if has(&[".husky"]) {
        page.push_str("  HUSKY=0 (husky)\n");
    }
    if has(&["lefthook.yml", "lefthook.yaml", ".lefthook.yml"]) {
        page.push_str("  LEFTHOOK=0, LEFTHOOK_EXCLUDE=stanch (lefthook)\n");
    }
    if has(&[".pre-commit-config.yaml"]) {
        page.push_str("  SKIP=stanch (the pre-commit framework)\n");
    }
    page.push_str(
        "So let CI check as well: stanch ci. Or the server: stanch install pre-receive.\n",
    );
}

fn shown_path(path: &Path) -> String {
    display_path(path.as_os_str().as_encoded_bytes())
}
