//! The hooks of a server: what a push brings is checked before any ref moves.
//!
//! The policy is that of the branch that HEAD names, as it is before the push: what is pushed
//! cannot switch the guard off, and its comments count for nothing.

use super::super::policy::Policy;
use super::super::run::{self, Finished, Flags, Gate, Run};
use super::super::stdout::print;
use super::super::{Context, Exit};
use super::advice::RECEIVED;
use super::{blocking, refs_on_stdin};
use crate::error::{Error, Kind, Result};
use crate::git::{Repo, Where};
use crate::model::display_path;
use crate::source::Push;
use std::sync::mpsc;
use std::time::Duration;

/// What the hook answers if time is up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum OnTimeout {
    /// The push is refused.
    Block,
    /// The push is let through, with a warning.
    Pass,
}

#[derive(Debug, Clone, clap::Args)]
pub(super) struct Args {
    /// Give up after so many seconds. Some hosts end all hooks after five.
    #[arg(long, value_name = "SECONDS")]
    budget: Option<f64>,
    /// What to do then.
    #[arg(long, value_name = "WHAT", default_value = "block")]
    on_timeout: OnTimeout,
    /// Let findings through if the pusher says why: `git push -o stanch.bypass=REASON`. It is said
    /// in the server's log.
    #[arg(long)]
    allow_bypass: bool,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Debug, clap::Args)]
pub(super) struct UpdateArgs {
    /// The ref.
    name: String,
    /// What it is now.
    old: String,
    /// What it is to become.
    new: String,
    #[command(flatten)]
    args: Args,
}

/// Runs `stanch hook pre-receive`.
pub(super) fn pre_receive(args: Args, context: &Context) -> Result<Exit> {
    match refs_on_stdin() {
        Ok(input) => Ok(check(args, input, context)),
        Err(error) => Ok(stopped(&error, context)),
    }
}

/// Runs `stanch hook update`.
pub(super) fn update(update: UpdateArgs, context: &Context) -> Result<Exit> {
    let line = format!("{} {} {}\n", update.old, update.new, update.name);
    Ok(check(update.args, line.into_bytes(), context))
}

fn check(args: Args, input: Vec<u8>, context: &Context) -> Exit {
    let budget = args.budget.filter(|s| *s > 0.0).map(Duration::from_secs_f64);
    let (on_timeout, allow_bypass) = (args.on_timeout, args.allow_bypass);
    let inside = context.clone();
    let done = within(budget, move || scan(&args, &input, &inside));
    let exit = match done {
        Some(Ok(exit)) => blocking(exit),
        Some(Err(error)) => return stopped(&error, context),
        None if on_timeout == OnTimeout::Pass => {
            say(
                "stanch: warning: the check was NOT FINISHED in the time given; not known to be clean",
                context,
            );
            return Exit::Clean;
        }
        None => {
            let what = "the check was not finished in the time given, so this push is refused";
            let hint = "push fewer commits at a time, or ask for a larger --budget";
            return stopped(&Error::new(Kind::Io, what).hint(hint), context);
        }
    };
    match bypass().filter(|_| allow_bypass && matches!(exit, Exit::Findings(_))) {
        Some(reason) => {
            let reason = display_path(reason.as_bytes());
            say(&format!("stanch: warning: let through by a push option: {reason}"), context);
            Exit::Clean
        }
        None => exit,
    }
}

/// Runs `work`, but waits no longer than `budget`. What goes on after that ends with the process.
fn within<T: Send + 'static>(
    budget: Option<Duration>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let Some(budget) = budget else { return Some(work()) };
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || send.send(work()));
    receive.recv_timeout(budget).ok()
}

fn scan(args: &Args, input: &[u8], context: &Context) -> Result<Exit> {
    let repo = Repo::open_from_env()?;
    let policy = Policy::of(&repo, repo.head()?, &args.flags, context)?;
    let source = Push::received(&Where::Env, input)?;
    let gate = Gate::Hook;
    let root = Some(repo.git_dir().to_owned());
    let run = Run {
        sources: vec![Box::new(source)],
        root,
        flags: &args.flags,
        gate,
        policy,
        shard: None,
    };
    let finished = run::scan(run, context)?;
    let exit = run::verdict(&finished, gate, args.flags.exit_code);
    if exit != Exit::Clean || !finished.outcome.findings.is_empty() {
        tell(&finished, exit, args, context)?;
    }
    Ok(exit)
}

/// The pusher reads this behind `remote: `; in GitLab's web pages only lines with its own mark.
fn tell(finished: &Finished, exit: Exit, args: &Args, context: &Context) -> Result<()> {
    if !is_web() {
        run::tell(finished, exit, &args.flags, context)?;
    }
    let mut lines = Vec::new();
    if is_web() {
        for finding in finished.outcome.findings.iter().filter(|f| f.is_open()).take(20) {
            let rule = finished.rules.get(finding.rule);
            let place = finding.places.first();
            let path = place.and_then(|p| p.origin.path.as_deref()).unwrap_or(b"a message");
            let line = place.map_or(0, |p| p.line);
            let path = finished.redactor().line(path);
            lines.push(format!("{} at {path}:{line}", rule.name));
        }
    }
    lines.extend(RECEIVED.advice(exit, Some(finished)));
    say(&lines.join("\n"), context);
    Ok(())
}

fn stopped(error: &Error, context: &Context) -> Exit {
    if is_web() {
        say(&format!("stanch: {error}"), context);
    }
    context.ui.error(error);
    if let Some(advice) = RECEIVED.advice(Exit::Error, None) {
        say(&advice, context);
    }
    Exit::Error
}

fn say(text: &str, context: &Context) {
    if !is_web() {
        return context.ui.say(text);
    }
    let lines: Vec<String> = text
        .lines()
        .filter(|l| !l.trim().is_empty())
        .map(|l| format!("GL-HOOK-ERR: {l}\n"))
        .collect();
    // A pusher who went away reads nothing.
    let _ = print(lines.concat());
}

/// Whether the push comes from GitLab's web pages.
fn is_web() -> bool {
    std::env::var_os("GL_PROTOCOL").is_some_and(|v| v == "web")
}

/// The reason that a pusher gave, by `-o stanch.bypass=REASON`.
fn bypass() -> Option<String> {
    let text = |name: String| std::env::var(name).ok();
    let count: usize = text("GIT_PUSH_OPTION_COUNT".into())?.parse().ok()?;
    let options = (0..count.min(1000)).filter_map(|n| text(format!("GIT_PUSH_OPTION_{n}")));
    let reasons =
        options.filter_map(|o| Some(o.strip_prefix("stanch.bypass=")?.trim().to_owned()));
    reasons.into_iter().find(|reason| !reason.is_empty())
}
