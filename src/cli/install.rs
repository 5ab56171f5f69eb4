//! `stanch install` and `stanch uninstall`.

use super::{Context, Exit, exit};
use crate::error::{Error, Kind, Result};
use crate::git;
use crate::install::{self, CONFIG_HOOKS_SINCE, Event, Global, How, Plan, Template};
use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const ABOUT: &str = "Put stanch into git's hooks, so that no secret is committed or pushed

Writes hooks for commits, merges, messages and pushes where git looks for them, also with
core.hooksPath, linked work trees and husky; in a bare repository, one for what is pushed to it.
With lefthook, stanch becomes part of its configuration. A hook that is there already is kept, runs
first, and must pass too. `stanch uninstall` puts
everything back as it was; `stanch doctor` shows whether git really calls them.";

const EXAMPLES: &str = "Examples:
  stanch install                 guard commits and pushes of this repository
  stanch install pre-push        guard pushes only
  stanch install --dry-run       show what would be written, and write nothing
  stanch install --global        guard all of your repositories
  stanch install --how manager   let lefthook or pre-commit call it, for the whole team";

const UNDO_ABOUT: &str = "Take stanch out of git's hooks

Removes what `stanch install` wrote, and puts an earlier hook back as it was, byte for byte. A hook
that was edited since stays, and is named.";

const UNDO_EXAMPLES: &str = "Examples:
  stanch uninstall               remove all hooks from this repository
  stanch uninstall pre-push      remove the pre-push hook only
  stanch uninstall --global      remove the hooks for all of your repositories";

/// Put stanch into git's hooks, so that no secret is committed or pushed.
#[derive(Debug, clap::Args)]
#[command(long_about = ABOUT, after_help = help(EXAMPLES))]
pub(super) struct Args {
    #[command(flatten)]
    what: What,
    /// As files, in git's configuration (git 2.54 and later), where no other tool's hooks and no
    /// `core.hooksPath` get in the way, or in the file of a hook manager.
    #[arg(long, value_name = "WAY", default_value = "auto")]
    how: HowName,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum HowName {
    /// In the configuration if git knows that, else in lefthook's file if there is one, else as
    /// files.
    Auto,
    /// As files.
    Files,
    /// In the configuration.
    Config,
    /// In the file of lefthook or of the pre-commit framework, which a team shares.
    Manager,
}

impl HowName {
    fn choose(self) -> How {
        let knows = || git::command::version().is_some_and(|v| v >= CONFIG_HOOKS_SINCE);
        match self {
            Self::Config => How::Config,
            Self::Auto if knows() => How::Config,
            Self::Auto => How::Lasting,
            Self::Files => How::Files,
            Self::Manager => How::Manager,
        }
    }
}

/// Take stanch out of git's hooks.
#[derive(Debug, clap::Args)]
#[command(long_about = UNDO_ABOUT, after_help = help(UNDO_EXAMPLES))]
pub(super) struct UninstallArgs {
    #[command(flatten)]
    what: What,
}

#[derive(Debug, clap::Args)]
struct What {
    /// The hooks meant; all that the kind of repository usually has, unless given.
    #[arg(value_name = "HOOK")]
    events: Vec<EventName>,
    /// For all repositories of this user, by git's global configuration.
    #[arg(long)]
    global: bool,
    /// For all users of this machine, by git's system configuration.
    #[arg(long, conflicts_with = "global")]
    system: bool,
    /// For repositories that this user makes or clones from now on, by git's template folder.
    #[arg(long, conflicts_with_all = ["global", "system"])]
    template: bool,
    /// Show what would be done, and do nothing.
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum EventName {
    /// Before a commit is recorded: checks what is staged.
    PreCommit,
    /// Before a merge without conflicts is recorded: checks what it brings.
    PreMergeCommit,
    /// Once the message of a commit is written: checks the message.
    CommitMsg,
    /// Before commits leave for a remote: checks each commit that it lacks.
    PrePush,
    /// On a server, before a push is taken: checks each commit that is new, for all refs at once.
    PreReceive,
    /// On a server, before a push is taken: the same, ref by ref.
    Update,
}

fn help(examples: &str) -> String {
    format!("{examples}\n\n{}", exit::TABLE)
}

/// Runs `stanch install`.
pub(super) fn run(args: Args, context: &Context) -> Result<Exit> {
    let what = args.what;
    let program = program()?;
    let (events, how) = (what.events(), args.how.choose());
    let plan = match what.whose() {
        Whose::Here => install::install(&events, &program, how)?,
        Whose::User => global()?.install(&events, &program, how)?,
        Whose::New => template()?.install(&events, &program)?,
        Whose::Machine => {
            let mut plan = system().install(&events, &program, how)?;
            plan.notes.push(format!("every user must be able to run {}", program.display()));
            plan
        }
    };
    finish(&plan, what.dry_run, context)
}

/// Runs `stanch uninstall`.
pub(super) fn undo(args: UninstallArgs, context: &Context) -> Result<Exit> {
    let what = args.what;
    let events = what.events();
    let plan = match what.whose() {
        Whose::Here => install::uninstall(&events)?,
        Whose::User => global()?.uninstall(&events, &program()?)?,
        Whose::New => template()?.uninstall(&events)?,
        Whose::Machine => system().uninstall(&events, &program()?)?,
    };
    finish(&plan, what.dry_run, context)
}

/// Whose repositories are meant.
enum Whose {
    /// The one that this was started in.
    Here,
    /// All of this user.
    User,
    /// All of this machine.
    Machine,
    /// Those of this user that do not exist yet.
    New,
}

impl What {
    fn whose(&self) -> Whose {
        match (self.global, self.system, self.template) {
            (true, ..) => Whose::User,
            (_, true, _) => Whose::Machine,
            (.., true) => Whose::New,
            _ => Whose::Here,
        }
    }

    /// The hooks that were named; none means the usual ones.
    fn events(&self) -> Vec<Event> {
        let all = Event::ALL.into_iter().chain(Event::SERVER);
        all.filter(|e| self.events.iter().any(|name| name.event() == *e)).collect()
    }
}

impl EventName {
    fn event(self) -> Event {
        match self {
            Self::PreCommit => Event::PreCommit,
            Self::PreMergeCommit => Event::PreMergeCommit,
            Self::CommitMsg => Event::CommitMsg,
            Self::PrePush => Event::PrePush,
            Self::PreReceive => Event::PreReceive,
            Self::Update => Event::Update,
        }
    }
}

/// Shows the plan or carries it out; what stays against the user's wish makes the exit code.
fn finish(plan: &Plan, dry_run: bool, context: &Context) -> Result<Exit> {
    if dry_run {
        print(&preview(plan));
    } else {
        plan.carry_out(&mut |change| {
            if !context.ui.quiet {
                print(format!("{}\n", change.tell(true)).as_bytes());
            }
        })?;
    }
    plan.notes.iter().for_each(|note| context.ui.say(format!("note: {note}")));
    for left in &plan.left {
        context.ui.error(&Error::new(Kind::Io, left.as_str()));
    }
    Ok(if plan.left.is_empty() { Exit::Clean } else { Exit::Error })
}

fn preview(plan: &Plan) -> Vec<u8> {
    let mut out = Vec::new();
    for change in &plan.changes {
        out.extend(format!("{}\n", change.tell(false)).into_bytes());
        for line in change.text().unwrap_or_default().split_inclusive(|&b| b == b'\n') {
            out.extend_from_slice(b"    ");
            out.extend_from_slice(line);
        }
    }
    out
}

/// A reader that went away is no error.
fn print(text: &[u8]) {
    let _ = io::stdout().lock().write_all(text);
}

/// The stanch that a hook is to call. A link on PATH that leads to it is better than the file
/// itself: it outlives an upgrade.
fn program() -> Result<PathBuf> {
    let here = env::current_exe()
        .map_err(|e| Error::new(Kind::Io, "finding the path of stanch itself").because(e))?;
    Ok(on_path(&here).unwrap_or(here))
}

fn on_path(here: &Path) -> Option<PathBuf> {
    let name = here.file_name()?;
    let same = |p: &PathBuf| p.is_absolute() && p.canonicalize().is_ok_and(|real| real == here);
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(name)).find(same)
}

fn set(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from)
}

/// The home of this user, and where programs keep their configuration in it.
fn homes() -> Result<(PathBuf, PathBuf)> {
    let home = env::home_dir()
        .filter(|h| h.is_absolute())
        .ok_or_else(|| Error::new(Kind::Usage, "there is no home directory").hint("set HOME"))?;
    let xdg = set("XDG_CONFIG_HOME").filter(|p| p.is_absolute()).unwrap_or(home.join(".config"));
    Ok((home, xdg))
}

/// Where git keeps what holds for all repositories of this user.
fn global() -> Result<Global> {
    let (home, xdg) = homes()?;
    let (first, second) = (home.join(".gitconfig"), xdg.join("git/config"));
    let mut also = Vec::new();
    if set("GIT_CONFIG_NOSYSTEM").is_none() {
        also.extend(install::system_config());
    }
    // git writes to the second only where the first is not there, and reads both.
    let config = match set("GIT_CONFIG_GLOBAL") {
        Some(file) => file,
        None if first.exists() || !second.exists() => {
            also.push(second);
            first
        }
        None => second,
    };
    Ok(Global { folder: xdg.join("stanch/hooks"), config, also })
}

/// Where git keeps what holds for all users of this machine.
fn system() -> Global {
    let config = set("GIT_CONFIG_SYSTEM")
        .or_else(git::command::system_config)
        .unwrap_or_else(|| PathBuf::from("/etc/gitconfig"));
    let folder = config.parent().unwrap_or(Path::new("/etc")).join("stanch/hooks");
    Global { folder, config, also: Vec::new() }
}

/// What git copies into new repositories.
fn template() -> Result<Template> {
    let (_, xdg) = homes()?;
    Ok(Template { folder: xdg.join("stanch/template"), config: global()?.config })
}
