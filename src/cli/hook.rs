//! `stanch hook`: what the installed hooks call.
//!
//! A hook lets through only what was read in full and is clean. Whatever else comes of a check
//! stops git, and a short message says how to go on.

use super::policy::Policy;
use super::run::{self, Flags, Gate, Run};
use super::{Context, Exit, exit};
use crate::error::{Error, Kind, Result};
use crate::git::{Repo, Where};
use crate::source::{self, Index, Source};
use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal, Read};
use std::path::Path;

const ABOUT: &str = "Check what git is about to record or send (called by the installed hooks)

`pre-commit` checks what is staged, in the index that git names. `pre-push` reads from standard
input which refs are pushed, and checks each commit that the remote does not have. Anything but a
clean result stops git.";

const EXAMPLES: &str = "Examples:
  stanch install                       let git call these hooks by itself
  stanch hook pre-commit               check what is staged now
  stanch hook pre-push origin URL      check the refs on standard input, as git calls it";

/// Check what git is about to record or send (called by the installed hooks).
#[derive(Debug, clap::Args)]
#[command(long_about = ABOUT, after_help = help())]
pub(super) struct Args {
    #[command(subcommand)]
    event: Event,
}

#[derive(Debug, clap::Subcommand)]
enum Event {
    /// Before a commit: check what is staged.
    #[command(after_help = exit::TABLE)]
    PreCommit(Flags),
    /// Before a push: check what the remote does not have.
    #[command(after_help = exit::TABLE)]
    PrePush(Push),
}

#[derive(Debug, clap::Args)]
struct Push {
    /// The remote's name, or its URL if it has none.
    remote: Option<OsString>,
    /// The remote's URL.
    url: Option<OsString>,
    #[command(flatten)]
    flags: Flags,
}

fn help() -> String {
    format!("{EXAMPLES}\n\n{}", exit::TABLE)
}

/// Runs the command.
pub(super) fn run(args: Args, context: &Context) -> Result<Exit> {
    let (result, act) = match args.event {
        Event::PreCommit(flags) => (scan_index(&flags, context), &COMMIT),
        Event::PrePush(push) => (pre_push(&push, context), &PUSH),
    };
    let exit = blocking(result.unwrap_or_else(|error| {
        context.ui.error(&error);
        Exit::Error
    }));
    if let Some(advice) = act.advice(exit) {
        context.ui.say(advice);
    }
    Ok(exit)
}

/// Whoever sets `--exit-code 0` still wants the hook to stop a secret.
fn blocking(exit: Exit) -> Exit {
    match exit {
        Exit::Findings(0) => Exit::Findings(1),
        other => other,
    }
}

fn pre_push(push: &Push, context: &Context) -> Result<Exit> {
    // The pre-commit framework and prek tell of one ref only, and not on standard input.
    if push.remote.is_none() && std::env::var_os("PRE_COMMIT").is_some_and(|v| v == "1") {
        let remote = std::env::var_os("PRE_COMMIT_REMOTE_NAME");
        return scan_unpushed(push, remote.as_deref(), context);
    }
    let (Some(remote), Some(url)) = (&push.remote, &push.url) else {
        return Err(Error::new(Kind::Usage, "the remote's name and URL are missing")
            .hint("git gives both to its pre-push hook: stanch hook pre-push \"$@\""));
    };
    scan_push(push, remote, url, context)
}

/// The lines that git writes, one a ref.
fn refs_on_stdin() -> Result<Vec<u8>> {
    let mut stdin = io::stdin().lock();
    if stdin.is_terminal() {
        return Err(Error::new(
            Kind::Usage,
            "standard input is a terminal, and should be git's list of refs",
        )
        .hint("to check what you are about to push: stanch scan @{upstream}..HEAD"));
    }
    let mut input = Vec::new();
    stdin
        .read_to_end(&mut input)
        .map_err(|e| Error::new(Kind::Io, "reading the refs on standard input").because(e))?;
    Ok(input)
}

/// Scans what is staged, in the index that git names in the environment.
fn scan_index(flags: &Flags, context: &Context) -> Result<Exit> {
    gate(Box::new(Index::staged(&Where::Env)), flags, context)
}

/// Scans the commits that the pushed refs would bring to `remote`; `input` is what git writes to
/// its pre-push hook.
fn scan_push(push: &Push, remote: &OsStr, url: &OsStr, context: &Context) -> Result<Exit> {
    let input = refs_on_stdin()?;
    let (remote, url) = (remote.to_string_lossy(), url.to_string_lossy());
    let source = source::Push::parse(&Where::Env, &remote, &url, &input)?;
    gate(Box::new(source), &push.flags, context)
}

/// Scans every commit of a local branch, of a tag and of HEAD that `remote` is not known to have:
/// rather too much than a ref that was not told.
fn scan_unpushed(push: &Push, remote: Option<&OsStr>, context: &Context) -> Result<Exit> {
    let remote = remote.map(OsStr::to_string_lossy).unwrap_or_default();
    let source = source::Push::everything(&Where::Env, &remote)?;
    gate(Box::new(source), &push.flags, context)
}

fn gate(source: Box<dyn Source>, flags: &Flags, context: &Context) -> Result<Exit> {
    let repo = Repo::open_from_env()?;
    let root = repo.work_dir().or(Some(repo.git_dir())).map(Path::to_owned);
    run::run(
        Run { sources: vec![source], root, flags, gate: Gate::Hook, policy: Policy::OnDisk },
        context,
    )
}

/// What a hook says when it stops git.
struct Act {
    /// What is stopped.
    name: &'static str,
    /// How to get a real secret out.
    mend: &'static str,
}

const COMMIT: Act = Act {
    name: "commit",
    mend: "\
take it out of the file, `git add` the file, and commit again.
                If it was ever shared or deployed, revoke it as well.",
};

const PUSH: Act = Act {
    name: "push",
    mend: "\
take it out of the commit that brought it; one more commit on top
                leaves it in the history. Newest commit: `git commit --amend`. Older:
                `git rebase -i` to the commit before it, and `edit`. If in doubt, revoke it.",
};

impl Act {
    /// How to go on after `exit`; nothing to say if git was let through.
    fn advice(&self, exit: Exit) -> Option<String> {
        let (name, mend) = (self.name, self.mend);
        let pass = format!("  Go on anyway  git {name} --no-verify (skips every hook)");
        let text = match exit {
            Exit::Clean => return None,
            Exit::Findings(_) => format!(
                "stanch stopped this {name}: it carries what looks like a secret.
  Real secret   {mend}
  False alarm   say so on the line: `stanch:allow RULE -- reason`; or for good:
                `stanch baseline update`"
            ),
            Exit::Error => format!(
                "stanch stopped this {name}: the check could not be made; the error is above.
  Mend it       and {name} again; nothing was lost"
            ),
            Exit::Incomplete => format!(
                "stanch stopped this {name}: not all of it could be read; what is named above.
  Make it       readable, or leave it out, and {name} again; nothing was lost"
            ),
        };
        Some(format!("\n{text}\n{pass}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clean_result_is_silent_and_passes() {
        assert!(COMMIT.advice(Exit::Clean).is_none());
        for exit in [Exit::Findings(1), Exit::Error, Exit::Incomplete] {
            let text = PUSH.advice(exit).unwrap_or_default();
            assert!(text.contains("git push --no-verify"), "{text}");
            assert_ne!(blocking(exit).code(), 0);
        }
        assert_eq!(blocking(Exit::Findings(0)).code(), 1);
    }
}
