//! `stanch integrity`.

use super::baseline::day;
use super::pages::{self, Form};
use super::run::now;
use super::{Context, Exit, exit, output};
use crate::config::Date;
use crate::error::{Error, Kind, Result};
use crate::git::{Repo, top_of};
use crate::incident::Window;
use crate::integrity::{self, Change, Record};
use crate::page::{Block, Page};
use serde::Serialize;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  stanch integrity record refs.txt --key ~/.ssh/id_ed25519
  stanch integrity check refs.txt --key ~/.ssh/id_ed25519.pub
  stanch integrity check refs.txt --gpg 0123456789ABCDEF0123456789ABCDEF01234567
  stanch integrity check --trusted ../mirror.git --from 2022-12-21 --to 2023-01-04
  git ls-remote origin > remote.txt && stanch integrity check refs.txt --remote remote.txt

Keep the record and its signature away from the repository and from CI.";

/// Check that every object id is as expected: record refs and hooks, signed; compare later.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::TABLE))]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Record(RecordArgs),
    Check(Check),
}

/// Record all refs and hooks of this repository in a file.
#[derive(Debug, clap::Args)]
#[command(after_help = exit::TABLE)]
struct RecordArgs {
    /// The file to write.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Sign it with this SSH key; the signature stands beside it in FILE.sig.
    #[arg(long, value_name = "KEY")]
    key: Option<PathBuf>,
    /// Sign it with this GPG key; the signature stands beside it in FILE.asc.
    #[arg(long, value_name = "KEY", conflicts_with = "key")]
    gpg: Option<String>,
    /// The repository.
    #[arg(long, value_name = "REPOSITORY", default_value = ".")]
    repository: PathBuf,
}

/// Compare this repository with a record, a trusted copy, a remote's list of refs and the reflogs,
/// and look at its store: forced and rewritten refs, commits with old dates, changed hooks and CI
/// files, replace refs, grafts, damaged objects.
#[derive(Debug, clap::Args)]
#[command(after_help = exit::TABLE)]
struct Check {
    /// The record. Without one, only what stands here and elsewhere is compared.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// The public SSH key that its signature must be of.
    #[arg(long, value_name = "KEY", requires = "file")]
    key: Option<PathBuf>,
    /// The fingerprint of the GPG key that its signature must be of.
    #[arg(long, value_name = "FINGERPRINT", requires = "file", conflicts_with = "key")]
    gpg: Option<String>,
    /// A copy that you trust (a mirror, a backup): its refs are compared, and commits that it lacks
    /// are told.
    #[arg(long, value_name = "REPOSITORY")]
    trusted: Option<PathBuf>,
    /// What `git ls-remote` printed of a remote, in a file: stanch asks no remote itself.
    #[arg(long, value_name = "FILE")]
    remote: Option<PathBuf>,
    /// The first day: of its commits those are told that change CI, and that the copy lacks.
    #[arg(long, value_name = "DATE", value_parser = day)]
    from: Option<Date>,
    /// The last day.
    #[arg(long, value_name = "DATE", value_parser = day)]
    to: Option<Date>,
    /// The repository.
    #[arg(long, value_name = "REPOSITORY", default_value = ".")]
    repository: PathBuf,
    /// The form of the answer.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_enum)]
    format: Form,
}

/// What was compared with what, and what came of it.
#[derive(Default, Serialize)]
struct Answer {
    compared: Vec<String>,
    changes: Vec<Change>,
}

/// Runs the command.
pub(super) fn run(args: Args, context: &Context) -> Result<Exit> {
    match args.command {
        Command::Record(args) => record(&args, context),
        Command::Check(args) => check(&args),
    }
}

fn open(place: &Path) -> Result<Repo> {
    let none = || Error::new(Kind::Git, format!("{} is not a git repository", place.display()));
    Repo::open(top_of(place)?.ok_or_else(none)?)
}

fn record(args: &RecordArgs, context: &Context) -> Result<Exit> {
    let record = Record::of(&open(&args.repository)?, now())?;
    output::write(&args.file, record.text().as_bytes()).map_err(|e| {
        Error::new(Kind::Io, format!("writing {}", args.file.display())).because(e)
    })?;
    let (refs, hooks) = (record.refs.len(), record.hooks.len());
    context.ui.say(format!("{refs} refs and {hooks} files of hooks and settings are recorded"));
    let signature = match (&args.key, &args.gpg) {
        (Some(key), _) => Some(integrity::sign(&args.file, key)?),
        (None, Some(key)) => Some(integrity::sign_gpg(&args.file, key)?),
        (None, None) => None,
    };
    context.ui.say(match signature {
        Some(file) => format!("signed: {}", file.display()),
        None => {
            "not signed: whoever can write the record can change it (--key or --gpg)".to_owned()
        }
    });
    Ok(Exit::Clean)
}

fn check(args: &Check) -> Result<Exit> {
    let repo = open(&args.repository)?;
    let now = Record::of(&repo, now())?;
    let window =
        Window::new(args.from.unwrap_or(Date::after_epoch(0)), args.to.unwrap_or(Date::today()));
    let mut answer = Answer::default();
    if let Some(file) = &args.file {
        answer.record(args, file, &repo, &now)?;
    }
    answer.changes.extend(integrity::tricks(&repo)?);
    let (objects, damaged) = integrity::damage(&repo)?;
    answer.take(
        format!("the ids of {objects} objects with their content, by a SHA-1 that notices collisions (libgit2's sha1dc)"),
        damaged,
    );
    let (updates, forced) = integrity::forced_in_logs(&repo, window.from, window.end);
    answer.take(
        format!("{updates} updates in the reflogs here with the commits they threw away"),
        forced,
    );
    if args.from.is_some() || args.to.is_some() {
        let changed = integrity::decisive_in(&repo, window.from, window.end)?;
        answer.take(
            "the commits of the window with the CI, hook and submodule files before them".into(),
            changed,
        );
    }
    if let Some(place) = &args.trusted {
        answer.trusted(place, &repo, &now, window)?;
    }
    if let Some(file) = &args.remote {
        let theirs = integrity::listed(&read(file)?)?;
        let changes = integrity::differ(&repo, &now.refs, &theirs, "the remote");
        answer.take(
            format!("branches and tags with the {} refs in {}", theirs.len(), file.display()),
            changes,
        );
    }
    answer.finish(args.format)
}

fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file)
        .map_err(|e| Error::new(Kind::Io, format!("reading {}", file.display())).because(e))
}

impl Answer {
    fn take(&mut self, compared: String, changes: Vec<Change>) {
        self.compared.push(compared);
        self.changes.extend(changes);
    }

    /// Compares with a record, once its signature is good.
    fn record(&mut self, args: &Check, file: &Path, repo: &Repo, now: &Record) -> Result<()> {
        let text = read(file)?;
        self.compared.push(match (&args.key, &args.gpg) {
            (Some(key), _) => {
                integrity::verify(file, key)?;
                format!("the signature of the record is that of {}", key.display())
            }
            (None, Some(key)) => {
                integrity::verify_gpg(file, key)?;
                format!("the signature of the record is that of {key}")
            }
            (None, None) => "the record's signature was not checked (--key or --gpg)".into(),
        });
        let then = Record::parse(&text)?;
        let what =
            format!("{} refs and {} hooks with the record", now.refs.len(), now.hooks.len());
        self.take(what, integrity::compare(repo, &then, now));
        Ok(())
    }

    /// Compares with a copy that is trusted.
    fn trusted(&mut self, place: &Path, repo: &Repo, now: &Record, window: Window) -> Result<()> {
        let trusted = open(place)?;
        let theirs = Record::of(&trusted, 0)?;
        let shown = place.display();
        let differ = integrity::differ(repo, &now.refs, &theirs.refs, "the copy");
        self.take(format!("branches and tags with those of {shown}"), differ);
        let unknown = integrity::unknown_there(repo, &trusted, window.from, window.end)?;
        self.take(format!("the commits of the window with {shown}"), unknown);
        Ok(())
    }

    fn finish(mut self, format: Form) -> Result<Exit> {
        self.changes.sort_by_key(|c| !c.alarm);
        self.changes.dedup();
        let alarm = self.changes.iter().any(|c| c.alarm);
        pages::print(&page(&self), &self, format, &pages::nothing())?;
        Ok(if alarm { Exit::Findings(1) } else { Exit::Clean })
    }
}

fn page(answer: &Answer) -> Page {
    let mut page = Page::new("Integrity");
    page.add("What was compared", answer.compared.iter().cloned().map(Block::Item).collect());
    let shown = |alarm: bool| -> Vec<Block> {
        let changes = answer.changes.iter().filter(|c| c.alarm == alarm);
        changes.map(|c| Block::Item(format!("{} {}: {}", c.kind, c.what, c.detail))).collect()
    };
    let alarms = shown(true);
    let none = vec![Block::Text("Nothing needs an explanation.".into())];
    page.add("What needs an explanation", if alarms.is_empty() { none } else { alarms });
    page.add("What else changed", shown(false));
    page
}
