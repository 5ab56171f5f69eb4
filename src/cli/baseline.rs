//! `stanch baseline`: keeps the file of findings that were looked at and filed away.

use super::policy::Policy;
use super::run::{self, Finished, Flags, Gate, Run};
use super::{Context, Exit, exit, scan};
use crate::config::{Config, Date};
use crate::error::{Error, Kind, Result};
use crate::model::{Confidence, Ledger, display_path};
use crate::suppress::{BASELINE_FILE, Baseline, Entry, Key, Note};
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// File findings away that are known and accepted, so that only new ones are reported.
///
/// A baseline is a file in the repository, `.stanch-baseline.toml`, with one entry for every
/// accepted secret: its fingerprint, which does not reveal it, the rule, and why it may stay.
/// Every scan and hook reads it. A secret that is still valid does not belong in it: revoke it.
#[derive(Debug, clap::Args)]
#[command(after_help = help())]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
    /// The baseline file, if not `.stanch-baseline.toml` at the repository's root.
    #[arg(long, global = true, value_name = "FILE")]
    baseline: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  Start with what is there today, and say why:
    stanch baseline create --reason 'revoked before 2026, see SEC-12'
  Accept what a scan found since then, until the end of the year:
    stanch baseline update --reason 'test data' --expires 2026-12-31
  See which entries nothing matches any more, without dropping them:
    stanch baseline prune --dry-run";

fn help() -> String {
    format!("{EXAMPLES}\n\n{}", exit::TABLE)
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Make a baseline of all open findings of this repository.
    Create {
        #[command(flatten)]
        note: NoteArgs,
        /// Replace the baseline that is there, with its reasons.
        #[arg(long)]
        force: bool,
    },
    /// Add open findings that are not in the baseline; nothing that is in it changes.
    Update(NoteArgs),
    /// Drop entries that no finding matches any more, and list them.
    Prune {
        /// Only list them.
        #[arg(long)]
        dry_run: bool,
    },
    /// Print the entries.
    Show,
}

/// What new entries say.
#[derive(Debug, clap::Args)]
struct NoteArgs {
    /// Why the findings may stay.
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    /// Who says so.
    #[arg(long, value_name = "NAME", default_value = "")]
    by: String,
    /// The last day on which the entries hide their findings.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    expires: Option<Date>,
}

impl From<NoteArgs> for Note {
    fn from(args: NoteArgs) -> Self {
        Self { reason: args.reason, by: args.by, expires: args.expires }
    }
}

pub(super) fn day(text: &str) -> std::result::Result<Date, String> {
    Date::parse(text).ok_or_else(|| "this is not a day; write it as YYYY-MM-DD".into())
}

/// Scans this repository as `stanch scan` does, with `baseline` in force.
pub(super) fn scan_here(
    context: &Context,
    baseline: &Baseline,
    least: Option<Confidence>,
) -> Result<Finished> {
    let (sources, root) = scan::usual_sources()?;
    let flags = Flags::inner(least);
    let policy = Policy::WithBaseline(baseline.clone());
    let run = Run { sources, root, flags: &flags, gate: Gate::Reported, policy, shard: None };
    run::scan_whole(run, context)
}

/// Runs the command.
pub(super) fn run(args: Args, context: &Context) -> Result<Exit> {
    let file = file(args.baseline, context)?;
    match args.action {
        Action::Create { note, force } => create(&file, &note.into(), force, context),
        Action::Update(note) => update(&file, &note.into(), context),
        Action::Prune { dry_run } => prune(&file, dry_run, context),
        Action::Show => show(&load(&file)?),
    }
}

fn create(file: &Path, note: &Note, force: bool, context: &Context) -> Result<Exit> {
    if !force && file.symlink_metadata().is_ok() {
        let there = format!("there is a baseline already: {}", file.display());
        return Err(Error::new(Kind::Usage, there).hint(
            "`stanch baseline update` adds to it; `create --force` begins anew and loses the \
             reasons in it",
        ));
    }
    let mut baseline = Baseline::new(Key::generate());
    let scanned = scan_here(context, &baseline, None)?;
    add(&mut baseline, &scanned, note, file, context)
}

fn update(file: &Path, note: &Note, context: &Context) -> Result<Exit> {
    let mut baseline = load(file)?;
    let scanned = scan_here(context, &baseline, None)?;
    add(&mut baseline, &scanned, note, file, context)
}

fn add(
    baseline: &mut Baseline,
    scanned: &Finished,
    note: &Note,
    file: &Path,
    context: &Context,
) -> Result<Exit> {
    let known: Vec<&Entry> = expired(baseline);
    if !known.is_empty() {
        context.ui.say(format!("note: {} entries have expired: edit them by hand", known.len()));
    }
    let added = baseline.add(&scanned.outcome.findings, |i| &scanned.rules.get(i).id, note);
    baseline.made_with(scanned.rules.version());
    baseline.save(file)?;
    let all = baseline.entries().len();
    context.ui.say(format!("added {added} entries, {all} in {}", file.display()));
    if note.reason.is_empty() && added > 0 {
        context.ui.say("note: the new entries give no reason: fill `reason` in before you commit");
    }
    Ok(verdict(&scanned.outcome.ledger, context))
}

/// A baseline of half a scan is worth having, but must not look like one of all.
pub(super) fn verdict(ledger: &Ledger, context: &Context) -> Exit {
    if ledger.is_complete() {
        return Exit::Clean;
    }
    for gap in ledger.gaps() {
        let what = display_path(gap.what.as_bytes());
        context.ui.say(format!("not read ({}): {what}", gap.reason.as_str()));
    }
    Exit::Incomplete
}

fn prune(file: &Path, dry_run: bool, context: &Context) -> Result<Exit> {
    let mut baseline = load(file)?;
    // Whatever an entry could stand for counts as there.
    let scanned = scan_here(context, &baseline, Some(Confidence::Low))?;
    if verdict(&scanned.outcome.ledger, context) == Exit::Incomplete {
        let what = "not everything could be read, so an entry may seem unmatched that is not";
        return Err(Error::new(Kind::Usage, what).hint("nothing was dropped; scan it complete"));
    }
    let alive = scanned.outcome.findings.iter().map(|f| f.fingerprint).collect();
    let stale = baseline.prune(&alive);
    print(&table(stale.iter()))?;
    if !dry_run {
        baseline.made_with(scanned.rules.version());
        baseline.save(file)?;
    }
    let done = if dry_run { "would be dropped" } else { "dropped" };
    let left = baseline.entries().len();
    context.ui.say(format!("{} entries {done}, {left} stay", stale.len()));
    Ok(Exit::Clean)
}

fn show(baseline: &Baseline) -> Result<Exit> {
    let mut entries: Vec<&Entry> = baseline.entries().collect();
    entries.sort_by_key(|e| (&e.path, &e.rule, e.fingerprint));
    print(&table(entries.into_iter()))?;
    Ok(Exit::Clean)
}

/// Entries as aligned lines: fingerprint, rule, path, and what is said about them.
fn table<'a>(entries: impl Iterator<Item = &'a Entry>) -> String {
    let safe = |text: &str| display_path(text.as_bytes());
    let rows: Vec<[String; 4]> = entries
        .map(|e| [e.fingerprint.to_string(), safe(&e.rule), safe(&e.path), safe(&said(e))])
        .collect();
    let wide = |i: usize| rows.iter().filter_map(|r| Some(r.get(i)?.chars().count())).max();
    let (rule, path) = (wide(1).unwrap_or(0), wide(2).unwrap_or(0));
    let mut out = String::new();
    for [print, id, place, about] in &rows {
        let line = format!("{print}  {id:rule$}  {place:path$}  {about}");
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}

fn said(entry: &Entry) -> String {
    let reason = if entry.reason.is_empty() { "(no reason)" } else { &entry.reason };
    let by = if entry.by.is_empty() { String::new() } else { format!(", by {}", entry.by) };
    let until = match entry.expires {
        Some(day) if entry.is_expired(Date::today()) => format!(", EXPIRED on {day}"),
        Some(day) => format!(", until {day}"),
        None => String::new(),
    };
    format!("{reason}{by}{until}")
}

/// A closed pipe is the reader's choice, not a failure.
fn print(text: &str) -> Result<()> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done.map_err(|e| Error::new(Kind::Io, "writing the entries").because(e)),
    }
}

fn expired(baseline: &Baseline) -> Vec<&Entry> {
    let today = Date::today();
    baseline.entries().filter(|e| e.is_expired(today)).collect()
}

fn load(file: &Path) -> Result<Baseline> {
    Baseline::load(file)?.ok_or_else(|| {
        let none = format!("there is no baseline {}", file.display());
        Error::new(Kind::Usage, none).hint("`stanch baseline create` makes one")
    })
}

/// The baseline: the one named here, else in the configuration, else at the repository's root.
pub(super) fn file(named: Option<PathBuf>, context: &Context) -> Result<PathBuf> {
    if let Some(file) = named {
        return Ok(file);
    }
    let root = root()?;
    let config = match &context.global.config {
        Some(path) => Config::load(path)?,
        None => Config::discover(Some(&root), run::user_config().as_deref())?,
    };
    Ok(run::baseline_file(&config, Some(&root), None).unwrap_or_else(|| root.join(BASELINE_FILE)))
}

/// The root of the repository around the current directory, else that directory.
pub(super) fn root() -> Result<PathBuf> {
    let here = std::env::current_dir()
        .map_err(|e| Error::new(Kind::Io, "asking for the current directory").because(e))?;
    let root = here.ancestors().find(|dir| dir.join(".git").exists());
    Ok(root.unwrap_or(&here).to_owned())
}
