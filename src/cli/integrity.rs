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
  stanch integrity check refs.txt --trusted ../mirror.git --from 2022-12-21 --to 2023-01-04

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
    /// The repository.
    #[arg(long, value_name = "REPOSITORY", default_value = ".")]
    repository: PathBuf,
}

/// Compare this repository with a record, and look at its store: forced and rewritten refs, commits
/// with old dates, changed hooks and CI files, replace refs, grafts, damaged objects.
#[derive(Debug, clap::Args)]
#[command(after_help = exit::TABLE)]
struct Check {
    /// The record.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The public key that its signature must be of.
    #[arg(long, value_name = "KEY")]
    key: Option<PathBuf>,
    /// A copy that you trust (a mirror, a backup): commits that it lacks are told.
    #[arg(long, value_name = "REPOSITORY")]
    trusted: Option<PathBuf>,
    /// The first day for which commits are compared with the trusted copy.
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

#[derive(Serialize)]
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
    match &args.key {
        Some(key) => {
            let signature = integrity::sign(&args.file, key)?;
            context.ui.say(format!("signed: {}", signature.display()));
        }
        None => context.ui.say("not signed: whoever can write the record can change it (--key)"),
    }
    Ok(Exit::Clean)
}

fn check(args: &Check) -> Result<Exit> {
    let repo = open(&args.repository)?;
    let text = std::fs::read_to_string(&args.file).map_err(|e| {
        Error::new(Kind::Io, format!("reading {}", args.file.display())).because(e)
    })?;
    let mut compared = Vec::new();
    if let Some(key) = &args.key {
        integrity::verify(&args.file, key)?;
        compared.push(format!("the signature of the record is that of {}", key.display()));
    } else {
        compared.push("the record's signature was not checked (--key)".into());
    }
    let then = Record::parse(&text)?;
    let now = Record::of(&repo, now())?;
    let mut changes = integrity::compare(&repo, &then, &now);
    compared.push(format!(
        "{} refs and {} hooks with the record",
        now.refs.len(),
        now.hooks.len()
    ));
    changes.extend(integrity::tricks(&repo)?);
    let (objects, damaged) = integrity::damage(&repo)?;
    compared.push(format!(
        "the ids of {objects} objects with their content, by a SHA-1 that notices known collisions"
    ));
    changes.extend(damaged);
    if let Some(place) = &args.trusted {
        let window = Window::new(
            args.from.unwrap_or(Date::after_epoch(0)),
            args.to.unwrap_or(Date::today()),
        );
        let trusted = open(place)?;
        changes.extend(integrity::unknown_there(&repo, &trusted, window.from, window.end)?);
        compared.push(format!("the commits of the window with {}", place.display()));
    }
    changes.sort_by_key(|c| !c.alarm);
    let alarm = changes.iter().any(|c| c.alarm);
    let answer = Answer { compared, changes };
    pages::print(&page(&answer), &answer, args.format, &pages::nothing())?;
    Ok(if alarm { Exit::Findings(1) } else { Exit::Clean })
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
