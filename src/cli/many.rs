//! `stanch scan` of many repositories: those of an organisation, of a list, or several on the
//! command line. Each is scanned by itself, and the reports are joined: so it makes no difference
//! which process scanned which, or when.

mod entry;
mod forge;
mod list;
mod state;

pub(super) use list::wanted;

use super::interrupt::Interrupt;
use super::network;
use super::run::{self, Run, deliver};
use super::scan::{self, Args, Found};
use super::shard;
use super::{Context, Exit};
use crate::error::{Error, Kind, Result};
use crate::model::{Ledger, Part, Reason, Shard, Skipped, Unit};
use crate::pipeline;
use crate::report::{self, Past};
use crate::rule::RuleSet;
use crate::source::{HistoryOptions, Remote};
use entry::Entry;
use list::List;
use state::State;
use std::error::Error as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

/// Options of a scan of many repositories.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Many repositories")]
#[group(skip)]
pub(super) struct Flags {
    /// Scan the repositories that FILE names (`-`: standard input), one a line: paths, addresses,
    /// or what `--list` prints.
    #[arg(long, value_name = "FILE")]
    repos_from: Option<PathBuf>,
    /// Print the repositories instead of scanning them, as JSON Lines.
    #[arg(long)]
    list: bool,
    /// Only repositories whose name (`host/owner/name`) has this form, such as `api-*` or
    /// `github.com/acme/*`.
    #[arg(long, value_name = "GLOB")]
    include: Vec<String>,
    /// No repositories whose name has this form.
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Forks: with them, without, or nothing else.
    #[arg(long, value_name = "WHICH", default_value = "with")]
    forks: Which,
    /// Archived repositories: with them, without, or nothing else.
    #[arg(long, value_name = "WHICH", default_value = "with")]
    archived: Which,
    /// Only repositories that changed on this day or later (`2026-01-31`).
    #[arg(long, value_name = "DATE", value_parser = date)]
    since: Option<String>,
    /// What else is to be scanned besides repositories.
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    with: Vec<More>,
    /// A file that holds the token for the service. Without it the token is taken from the
    /// environment (`GITHUB_TOKEN`, `GITLAB_TOKEN`, `BITBUCKET_TOKEN`, `GITEA_TOKEN`).
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Keep the reports of finished repositories in this folder, and pass over those that have not
    /// changed since: a scan that was ended goes on.
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    #[command(flatten)]
    pub(super) network: network::Flags,
}

/// Which of two sorts are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Which {
    /// Both.
    With,
    /// Not these.
    Without,
    /// These alone.
    Only,
}

/// What an organisation has besides its repositories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum More {
    /// Issues and pull or merge requests.
    Issues,
    /// What people wrote below them.
    Comments,
    /// Wikis, which are repositories.
    Wikis,
    /// Gists of a user.
    Gists,
    /// Snippets of a project.
    Snippets,
}

/// Scans every repository of `list`, or its shard.
pub(super) fn run(list: List, args: &Args, context: &Context) -> Result<Exit> {
    let shard = shard::of_list(args.shard, context)?;
    let mine = |e: &&Entry| shard.is_none_or(|shard| shard.holds(&e.repository));
    let entries: Vec<&Entry> = list.entries.iter().filter(mine).collect();
    if args.many.list {
        return list::print(&entries, &list.gaps);
    }
    scan::check_for_many(args)?;
    let state = args.many.state.as_deref().map(State::open).transpose()?;
    let interrupt = Interrupt::listen()?;
    let work = Work { args, context, state, interrupt, list: &list };
    let mut reports = Vec::new();
    for (nth, entry) in entries.iter().enumerate() {
        if context.ui.verbose > 0 {
            let name = crate::model::display_path(entry.repository.as_bytes());
            context.ui.say(format!("[{}/{}] {name}", nth + 1, entries.len()));
        }
        reports.extend(work.reports_of(entry));
    }
    let stopped = work.is_stopped();
    let past = finished(reports, &list, shard, args.flags.exit_code);
    let exit = match past.exit_code {
        _ if stopped => Exit::Interrupted,
        0 => Exit::Clean,
        2 => Exit::Error,
        3 => Exit::Incomplete,
        code => Exit::Findings(code),
    };
    write(&past, exit, args, context, &work.interrupt)?;
    work.interrupt.arm();
    Ok(exit)
}

/// The report of all.
fn finished(reports: Vec<Past>, list: &List, shard: Option<Shard>, code: u8) -> Past {
    let joined = pipeline::join(reports, code).map(|(past, _)| past);
    let mut past = joined.unwrap_or_else(|| Past::new(RuleSet::builtin()));
    past.scope = list.scope();
    past.ledger.skipped.extend(list.gaps.iter().cloned());
    past.ledger.skipped.sort();
    past.ledger.notes.extend(list.notes.iter().cloned());
    if let Some(shard) = shard {
        let listed = list.entries.iter().map(|e| e.repository.clone()).collect();
        let part = Part { shard, whole: list.whole(), listed };
        past.ledger.notes.push(part.note());
        past.part = Some(part);
    }
    past.ledger.notes.sort();
    past.exit_code = match past.exit_code {
        0 if !past.ledger.is_complete() => 3,
        code => code,
    };
    past
}

fn write(
    past: &Past,
    exit: Exit,
    args: &Args,
    context: &Context,
    interrupt: &Interrupt,
) -> Result<()> {
    let format = report::find(&args.flags.format)
        .ok_or_else(|| Error::new(Kind::Usage, "there is no such format"))?;
    let mut report = past.report(exit.code(), run::now());
    report.color = context.ui.color && args.flags.output.is_none();
    report.verbose = context.ui.verbose;
    interrupt.undisturbed(|| deliver(format, &report, args.flags.output.as_deref()))?;
    if args.flags.format != "text" || args.flags.output.is_some() {
        run::warn_of_gaps(&past.ledger, context);
    }
    Ok(())
}

/// A scan of many repositories under way.
struct Work<'a> {
    args: &'a Args,
    context: &'a Context,
    state: Option<State>,
    interrupt: Interrupt,
    list: &'a List,
}

impl Work<'_> {
    fn is_stopped(&self) -> bool {
        self.interrupt.stop().load(Ordering::Relaxed)
    }

    /// What is found in one repository, and in what people wrote beside it.
    fn reports_of(&self, entry: &Entry) -> Vec<Past> {
        let mut reports = vec![self.report_of(entry)];
        if !self.is_stopped()
            && let Some(source) = self.list.texts_of(entry)
        {
            let found: Result<Found> = Ok((vec![source], None));
            let texts = found.and_then(|found| self.scan(entry, found));
            reports.push(texts.unwrap_or_else(|e| lost(entry, &e, None)));
        }
        reports
    }

    fn report_of(&self, entry: &Entry) -> Past {
        if self.is_stopped() {
            let ended = Error::new(Kind::Interrupted, "the scan was interrupted");
            return lost(entry, &ended, Some(Unit::Repository));
        }
        match self.known_or_scanned(entry) {
            // The service says of every repository that it may have one.
            Err(e) if entry.optional && is_absent(&e) => note(entry, &e),
            Err(e) => lost(entry, &e, Some(Unit::Repository)),
            Ok(mut past) => {
                count(&mut past.ledger, |count| count.scanned += 1);
                past
            }
        }
    }

    /// Its report, from an earlier run if nothing changed since.
    fn known_or_scanned(&self, entry: &Entry) -> Result<Past> {
        let found = self.sources(entry)?;
        let Some(state) = self.state.as_ref().filter(|_| self.may_keep(entry)) else {
            return self.scan(entry, found);
        };
        let key = state::key(entry, self.list.secret(entry), self.args, self.context)?;
        if let Some(text) = state.get(&entry.repository, &key) {
            return self.read(entry, &text);
        }
        let text = self.report(found)?;
        let past = self.read(entry, &text)?;
        if state::is_worth_keeping(&past) && !self.is_stopped() {
            state.put(&entry.repository, &key, &text)?;
        }
        Ok(past)
    }

    /// A work tree may change, and nothing tells.
    fn may_keep(&self, entry: &Entry) -> bool {
        entry.path().is_none_or(|path| scan::is_history(path, self.args).unwrap_or(false))
    }

    fn sources(&self, entry: &Entry) -> Result<Found> {
        if let Some(path) = entry.path() {
            return scan::whole_of(path, self.args);
        }
        let options = HistoryOptions { reachable: self.args.reachable, share: None };
        let address = entry.with_secret(self.list.secret(entry));
        let remote = Remote::new(&address, &std::env::temp_dir(), options)?;
        Ok((vec![Box::new(remote)], None))
    }

    fn scan(&self, entry: &Entry, found: Found) -> Result<Past> {
        let text = self.report(found)?;
        self.read(entry, &text)
    }

    /// Scans, and answers the report as JSON: what is kept and what is joined are the same.
    fn report(&self, (sources, root): Found) -> Result<Vec<u8>> {
        let flags = &self.args.flags;
        let one = Run::inner(sources, root, flags);
        let finished = run::scan_until(one, &self.interrupt, self.context)?;
        let exit = run::verdict(&finished, run::Gate::Reported, flags.exit_code);
        let json = report::find("json").ok_or_else(|| Error::new(Kind::Internal, "no JSON"))?;
        let mut text = Vec::new();
        json.write(&finished.report(exit, flags, self.context), &mut text)
            .map_err(|e| Error::new(Kind::Io, "writing a report").because(e))?;
        Ok(text)
    }

    /// The report with the repository's name on everything in it.
    fn read(&self, entry: &Entry, text: &[u8]) -> Result<Past> {
        let mut past = report::read(text, &entry.repository, RuleSet::builtin())?;
        let name = &entry.repository;
        for place in past.findings.iter_mut().flat_map(|f| &mut f.places) {
            place.origin.repository = Some(name.clone());
        }
        for skipped in &mut past.ledger.skipped {
            skipped.what = format!("{name}: {}", skipped.what);
        }
        for note in &mut past.ledger.notes {
            *note = format!("{name}: {note}");
        }
        Ok(past)
    }
}

/// Counts one repository in the ledger, as `what` says.
fn count(ledger: &mut Ledger, what: impl Fn(&mut crate::model::Count)) {
    let count = ledger.count_mut(Unit::Repository);
    count.scope += 1;
    what(count);
}

/// The report of a repository that could not be read, as a whole or in part.
fn lost(entry: &Entry, error: &Error, unit: Option<Unit>) -> Past {
    let mut past = Past::new(RuleSet::builtin());
    let reason = match error.kind() {
        Kind::Interrupted => Reason::Interrupted,
        _ => Reason::Repository,
    };
    if unit.is_some() {
        count(&mut past.ledger, |count| count.skipped += 1);
    }
    let skipped = Skipped { reason, unit, what: entry.repository.clone(), detail: words(error) };
    past.ledger.skipped.push(skipped);
    past.exit_code = 3;
    past
}

fn note(entry: &Entry, error: &Error) -> Past {
    let mut past = Past::new(RuleSet::builtin());
    past.ledger.notes.push(format!("{} is not there: {}", entry.repository, words(error)));
    past
}

fn words(error: &Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(e) = cause {
        words = format!("{words}: {e}");
        cause = e.source();
    }
    words
}

/// Whether git says that there is no such repository, and not that it cannot be read.
fn is_absent(error: &Error) -> bool {
    let said = words(error);
    ["not found", "does not exist", "does not appear to be a git repository"]
        .iter()
        .any(|absent| said.contains(absent))
}

/// A day, in the one form that sorts as days follow one another.
fn date(text: &str) -> std::result::Result<String, String> {
    let form = |(b, as_in): (u8, u8)| match as_in {
        b'-' => b == b'-',
        _ => b.is_ascii_digit(),
    };
    let fits = text.len() == 10 && text.bytes().zip(*b"2026-01-31").all(form);
    if fits { Ok(text.to_owned()) } else { Err("write it as 2026-01-31".into()) }
}

/// Whether a WHERE is a repository by itself: an address, or the top of one.
fn is_repository(place: &Path) -> Result<bool> {
    if place.symlink_metadata().is_err() {
        return Ok(place.to_str().is_some_and(Remote::is_address));
    }
    let top = crate::git::top_of(place)?;
    Ok(top.is_some() && top == place.canonicalize().ok())
}
