//! `stanch hook`: what the installed hooks call.
//!
//! A hook lets through only what was read in full and is clean. Whatever else comes of a check
//! stops git, and a short message says how to go on.

mod advice;
mod order;
mod server;

use super::policy::Policy;
use super::run::{self, Finished, Flags, Gate, Run};
use super::{Context, Exit, exit};
use crate::error::{Error, Kind, Result};
use crate::git::{Repo, Where};
use crate::source::{self, Draft, Index, Source};
use advice::{Act, COMMIT, MERGE, MESSAGE, PUSH};
use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

const ABOUT: &str = "Check what git is about to record, send or take (called by the installed hooks)

`pre-commit` and `pre-merge-commit` check what is staged, in the index that git names; `commit-msg`
the message. `pre-push` reads from standard input which refs are pushed, and checks each commit that
the remote does not have. On a server, `pre-receive` and `update` check what a push brings. Anything
but a clean result stops git.";

const EXAMPLES: &str = "Examples:
  stanch install                       let git call these hooks by itself
  stanch hook pre-commit               check what is staged now
  stanch hook pre-push origin URL      check the refs on standard input, as git calls it";

/// Check what git is about to record, send or take (called by the installed hooks).
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
    /// Before a merge without conflicts: check what is staged.
    #[command(after_help = exit::TABLE)]
    PreMergeCommit(Flags),
    /// Once the message is written: check the message.
    #[command(after_help = exit::TABLE)]
    CommitMsg(Message),
    /// Before a push: check what the remote does not have.
    #[command(after_help = exit::TABLE)]
    PrePush(Push),
    /// On a server: check what a push brings, all refs at once.
    #[command(after_help = exit::TABLE)]
    PreReceive(server::Args),
    /// On a server: check what a push brings to one ref.
    #[command(after_help = exit::TABLE)]
    Update(server::UpdateArgs),
}

#[derive(Debug, clap::Args)]
struct Message {
    /// The file with the message.
    file: PathBuf,
    #[command(flatten)]
    flags: Flags,
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
        Event::PreMergeCommit(flags) => (scan_index(&flags, context), &MERGE),
        Event::CommitMsg(message) => (scan_message(&message, context), &MESSAGE),
        Event::PrePush(push) => (pre_push(&push, context), &PUSH),
        Event::PreReceive(args) => return server::pre_receive(args, context),
        Event::Update(args) => return server::update(args, context),
    };
    Ok(conclude(result, act, context))
}

/// Says how to go on if git is stopped.
fn conclude(result: Result<(Exit, Option<Finished>)>, act: &Act, context: &Context) -> Exit {
    let (exit, finished) = result.unwrap_or_else(|error| {
        context.ui.error(&error);
        (Exit::of(&error), None)
    });
    let exit = blocking(exit);
    if let Some(advice) = act.advice(exit, finished.as_ref()) {
        context.ui.say(advice);
    }
    exit
}

/// Whoever sets `--exit-code 0` still wants the hook to stop a secret.
fn blocking(exit: Exit) -> Exit {
    match exit {
        Exit::Findings(0) => Exit::Findings(1),
        other => other,
    }
}

type Checked = Result<(Exit, Option<Finished>)>;

fn pre_push(push: &Push, context: &Context) -> Checked {
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
fn scan_index(flags: &Flags, context: &Context) -> Checked {
    gate(Box::new(Index::staged(&Where::Env)), flags, context)
}

fn scan_message(message: &Message, context: &Context) -> Checked {
    gate(Box::new(Draft::new(&message.file)), &message.flags, context)
}

/// Scans the commits that the pushed refs would bring to `remote`; `input` is what git writes to
/// its pre-push hook.
fn scan_push(push: &Push, remote: &OsStr, url: &OsStr, context: &Context) -> Checked {
    let input = refs_on_stdin()?;
    let (remote, url) = (remote.to_string_lossy(), url.to_string_lossy());
    let source = source::Push::parse(&Where::Env, &remote, &url, &input)?;
    gate(Box::new(source), &push.flags, context)
}

/// Scans every commit of a local branch, of a tag and of HEAD that `remote` is not known to have:
/// rather too much than a ref that was not told.
fn scan_unpushed(push: &Push, remote: Option<&OsStr>, context: &Context) -> Checked {
    let remote = remote.map(OsStr::to_string_lossy).unwrap_or_default();
    let source = source::Push::everything(&Where::Env, &remote)?;
    gate(Box::new(source), &push.flags, context)
}

fn gate(source: Box<dyn Source>, flags: &Flags, context: &Context) -> Checked {
    let repo = Repo::open_from_env()?;
    let root = repo.work_dir().or(Some(repo.git_dir())).map(Path::to_owned);
    let gate = Gate::Hook;
    let run =
        Run { sources: vec![source], root, flags, gate, policy: Policy::OnDisk, shard: None };
    let finished = run::scan(run, context)?;
    let exit = run::verdict(&finished, gate, flags.exit_code);
    // A hook that has nothing to say says nothing.
    let silent = exit == Exit::Clean && finished.outcome.findings.is_empty();
    if !silent || context.ui.verbose > 0 || flags.format != "text" {
        run::tell(&finished, exit, flags, context)?;
    }
    Ok((exit, Some(finished)))
}
