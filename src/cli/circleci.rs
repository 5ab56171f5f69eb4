//! `stanch circleci`: what it exports, and what its interfaces tell.

#[cfg(not(feature = "live"))]
mod absent;
#[cfg(feature = "live")]
mod asking;
#[cfg(feature = "live")]
mod merged;
mod service;

use super::baseline::day;
use super::pages::{self, Form};
use super::run::{self, Flags as RunFlags, Run};
use super::{Context, Exit, exit};
use crate::config::Date;
use crate::error::{Error, Kind, Result};
use crate::git::{Where, top_of};
use crate::incident::{Flags, Frame, LogReport, audit_log};
use crate::model::Confidence;
use crate::source::{Files, History, HistoryOptions, Source};
#[cfg(not(feature = "live"))]
use absent as asked;
#[cfg(feature = "live")]
use asking as asked;
#[cfg(feature = "live")]
pub(super) use asking::confirm;
use std::path::PathBuf;

/// Read what CircleCI exports, or ask the service itself (builds with the feature `live`).
#[derive(Debug, clap::Args)]
#[command(after_help = exit::TABLE)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    AuditLog(AuditLog),
    Inventory(service::Inventory),
    Rotate(service::Rotate),
    Logs(service::LogsArgs),
}

const EXAMPLES: &str = "\
Examples:
  stanch circleci audit-log log.csv --from 2022-12-21 --to 2023-01-04
  stanch circleci audit-log log.csv --address 203.0.113. --hours 7-19
  stanch circleci audit-log *.json --repository ../web --format markdown

Events outside of the window teach what is usual: from which addresses, and at which hours, each
actor works. So export more than the window.";

/// Look through exported audit logs (CSV or JSON): what happened in the window to contexts,
/// variables, keys, tokens and settings; actors of unknown kind; unusual addresses and hours.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::TABLE))]
struct AuditLog {
    /// Exported logs.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The first day of the window.
    #[arg(long, value_name = "DATE", value_parser = day)]
    from: Option<Date>,
    /// The last day of the window.
    #[arg(long, value_name = "DATE", value_parser = day)]
    to: Option<Date>,
    /// The beginning of addresses that are yours; then every other one is told.
    #[arg(long, value_name = "PREFIX")]
    address: Vec<String>,
    /// Your hours of work in UTC, as `7-19`; then every other hour is told.
    #[arg(long, value_name = "HOURS", value_parser = hours)]
    hours: Option<(u8, u8)>,
    /// Repositories whose CircleCI credentials are joined with the log.
    #[arg(long, value_name = "REPOSITORY")]
    repository: Vec<PathBuf>,
    /// The form of the answer.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_enum)]
    format: Form,
}

/// Runs the command.
pub(super) fn run(args: Args, context: &Context) -> Result<Exit> {
    match &args.command {
        Command::AuditLog(args) => audit(args, context),
        Command::Inventory(args) => asked::inventory(args, context),
        Command::Rotate(args) => asked::rotate(args, context),
        Command::Logs(args) => asked::logs(args, context),
    }
}

fn audit(args: &AuditLog, context: &Context) -> Result<Exit> {
    let mut entries = Vec::new();
    for file in &args.files {
        let raw = std::fs::read(file)
            .map_err(|e| Error::new(Kind::Io, format!("reading {}", file.display())).because(e))?;
        entries
            .extend(audit_log::read(&String::from_utf8_lossy(&raw), &file.display().to_string())?);
    }
    let mut seen = std::collections::HashSet::new();
    entries.retain(|e| e.id.is_empty() || seen.insert(e.id.clone()));
    entries.sort_by(|a, b| (&a.time, &a.id).cmp(&(&b.time, &b.id)));
    let text = |day: Option<Date>| day.map(|d| d.to_string()).unwrap_or_default();
    let frame = Frame {
        from: text(args.from),
        to: text(args.to),
        addresses: args.address.clone(),
        hours: args.hours,
    };
    let flags = Flags::of(&entries, &frame)?;
    let mut sources: Vec<Box<dyn Source>> = Vec::new();
    for place in &args.repository {
        let none =
            || Error::new(Kind::Git, format!("{} is not a git repository", place.display()));
        let top = Where::path(top_of(place)?.ok_or_else(none)?);
        sources.push(Box::new(History::new(&top, HistoryOptions::default())));
    }
    let found = RunFlags::inner(Some(Confidence::Medium));
    let mut finished = run::scan_whole(Run::inner(sources, None, &found), context)?;
    let report = LogReport::new(flags, &finished.outcome.findings, &finished.rules);
    // A log holds a secret where somebody typed it into the wrong field; it is masked too.
    let logs = args.files.iter().map(|f| -> Box<dyn Source> { Box::new(Files::new(f)) });
    let typed = run::scan_whole(Run::inner(logs.collect(), None, &found), context)?;
    finished.outcome.findings.extend(typed.outcome.findings);
    pages::print(&report.page(), &report, args.format, &finished.redactor())?;
    Ok(if report.has_news() { Exit::Findings(1) } else { Exit::Clean })
}

fn hours(text: &str) -> std::result::Result<(u8, u8), String> {
    let parsed = text.split_once('-').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    parsed.filter(|(a, b)| *a < 24 && *b <= 24).ok_or_else(|| "write hours as 7-19".into())
}
