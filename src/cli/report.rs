//! `stanch report`: another form for a report, one of several, or what changed between two.

use super::run::{deliver, format_names, now};
use super::{Context, Exit, exit};
use crate::error::{Error, Kind, Result};
use crate::lint;
use crate::pipeline;
use crate::report::{self, Past};
use crate::rule::RuleSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  stanch report convert scan.json --format html --output scan.html
  stanch report merge api.json web.jsonl --format json --output all.json
  stanch report diff before.json after.json        what is new, what is gone";

/// Write a JSON report in another form, join several, or compare two.
#[derive(Debug, clap::Args)]
#[command(after_help = help())]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

fn help() -> String {
    format!("{EXAMPLES}\n\n{}", exit::TABLE)
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Write a report of `--format json` or `jsonl` in another form.
    Convert {
        /// The report; `-` for standard input.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        to: To,
    },
    /// Join several reports: one secret of several is one, with all its places. Reports of shards
    /// become that of the whole, with its exit code; a shard that is missing or there twice makes
    /// it incomplete.
    Merge {
        /// The reports.
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
        /// Exit code for open findings in the reports of shards.
        #[arg(long, value_name = "N", default_value_t = 1)]
        exit_code: u8,
        #[command(flatten)]
        to: To,
    },
    /// Tell what is new in the second report, and what is gone; exit with 1 if something is new.
    Diff {
        /// The earlier report.
        before: PathBuf,
        /// The later report.
        after: PathBuf,
        #[command(flatten)]
        to: To,
    },
}

#[derive(Debug, clap::Args)]
struct To {
    /// The form of the report.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = format_names())]
    format: String,
    /// Write it to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Runs the command.
pub(super) fn run(args: Args, context: &Context) -> Result<Exit> {
    match args.action {
        Action::Convert { file, to } => {
            let (past, when) = read(&file)?;
            write(&past, past.exit_code, when, &to, context)?;
            Ok(Exit::Clean)
        }
        Action::Merge { files, exit_code, to } => merge(&files, exit_code, &to, context),
        Action::Diff { before, after, to } => diff(&before, &after, &to, context),
    }
}

/// Reports of shards are judged anew: together they are one run.
fn merge(files: &[PathBuf], code: u8, to: &To, context: &Context) -> Result<Exit> {
    let (mut all, mut when) = (Vec::new(), i64::MAX);
    for file in files {
        let (past, made) = read(file)?;
        all.push(past);
        when = when.min(made);
    }
    let Some((past, sharded)) = pipeline::join(all, code) else { return Ok(Exit::Clean) };
    write(&past, past.exit_code, when, to, context)?;
    Ok(match past.exit_code {
        _ if !sharded => Exit::Clean,
        0 => Exit::Clean,
        2 => Exit::Error,
        3 => Exit::Incomplete,
        code => Exit::Findings(code),
    })
}

fn diff(before: &Path, after: &Path, to: &To, context: &Context) -> Result<Exit> {
    let (before, _) = read(before)?;
    let (mut after, when) = read(after)?;
    let (new, gone) = after.compare(&before);
    let exit = if new > 0 { Exit::Findings(1) } else { Exit::Clean };
    let gone_note = |what: &String| format!("gone: {what}");
    after.ledger.notes.extend(gone.iter().map(gone_note));
    write(&after, exit.code(), when, to, context)?;
    context.ui.say(format!("{new} new, {} gone", gone.len()));
    Ok(exit)
}

fn write(past: &Past, exit_code: u8, when: i64, to: &To, context: &Context) -> Result<()> {
    let format = report::find(&to.format)
        .ok_or_else(|| Error::new(Kind::Usage, format!("there is no format {}", to.format)))?;
    let mut report = past.report(exit_code, when);
    report.color = context.ui.color && to.output.is_none();
    report.verbose = context.ui.verbose;
    deliver(format, &report, to.output.as_deref())
}

/// A report, and when it was made as far as the file tells.
fn read(file: &Path) -> Result<(Past, i64)> {
    let failed =
        |e: io::Error| Error::new(Kind::Io, format!("reading {}", file.display())).because(e);
    let (text, time) = if file == Path::new("-") {
        let mut text = Vec::new();
        io::stdin().lock().read_to_end(&mut text).map_err(failed)?;
        (text, None)
    } else {
        let time = fs::metadata(file).and_then(|m| m.modified()).ok();
        (fs::read(file).map_err(failed)?, time)
    };
    let since = time.and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok());
    let when = since.map_or_else(now, |d| d.as_secs().try_into().unwrap_or(0));
    let mut rules = RuleSet::builtin();
    rules.add(lint::rules()?)?;
    Ok((report::read(&text, &file.display().to_string(), rules)?, when))
}
