//! `stanch incident`.

use super::baseline::day;
use super::pages::{self, Form};
use super::run::{self, Finished, Flags, Run};
use super::{Context, Exit, exit, stdout};
use crate::config::Date;
use crate::error::{Error, Kind, Result};
use crate::git::{Repo, Where, top_of};
use crate::incident::{
    Catalog, Event, Evidence, FOLDER, Incident, Inventory, Ledger, Scope, State, Verdict,
    audit_log, page,
};
use crate::model::{Confidence, display_path};
use crate::source::{History, HistoryOptions};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  stanch incident circleci --incident 2023-01
  stanch incident circleci --from 2022-12-21 --to 2023-01-04 ../web ../api --format markdown
  stanch incident circleci --incident 2023-01 --save      keep what is done, in .stanch-incident
  stanch incident status
  stanch incident done variable:web:NPM_TOKEN --by ann --evidence 'rotated, ticket 12'
  stanch incident verify circleci-data.json audit-log.csv

Nothing is asked of any service: all comes from the repositories and from files that you name.";

/// Tell what of yours was inside when a CI system was broken into, and lead through the repair.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::TABLE))]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Circleci(Circleci),
    Status(Status),
    Done(Done),
    Verify(Verify),
}

/// Take stock of what CircleCI had on some days: from the configurations as they were then, on
/// every branch, and from the secrets in the history that it checked out.
#[derive(Debug, clap::Args)]
#[command(after_help = exit::TABLE)]
struct Circleci {
    /// Repositories to look at.
    #[arg(value_name = "REPOSITORY", default_value = ".")]
    repositories: Vec<PathBuf>,
    /// An incident that is known by name (`2013-10`, `2023-01`), or a file of that form.
    #[arg(long, value_name = "ID", required_unless_present_all = ["from", "to"])]
    incident: Option<String>,
    /// The first day, `YYYY-MM-DD`.
    #[arg(long, value_name = "DATE", value_parser = day)]
    from: Option<Date>,
    /// The last day.
    #[arg(long, value_name = "DATE", value_parser = day)]
    to: Option<Date>,
    /// Leave the history's secrets out, and look at configurations only.
    #[arg(long)]
    no_secrets: bool,
    /// Keep the plan, and what is done of it, in a folder that git can merge.
    #[arg(long)]
    save: bool,
    #[command(flatten)]
    place: Place,
    /// The form of the answer.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_enum)]
    format: Form,
}

#[derive(Debug, clap::Args)]
struct Place {
    /// The folder that keeps what is done.
    #[arg(long, value_name = "FOLDER", default_value = FOLDER)]
    state: PathBuf,
}

/// Show what is open, done and verified.
#[derive(Debug, clap::Args)]
#[command(after_help = exit::TABLE)]
struct Status {
    #[command(flatten)]
    place: Place,
}

/// Say that an item is done.
#[derive(Debug, clap::Args)]
#[command(after_help = exit::TABLE)]
struct Done {
    /// Items, by their ids.
    #[arg(value_name = "ITEM", required = true)]
    items: Vec<String>,
    /// Who says so; $USER unless given.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// What speaks for it: a ticket, a log line.
    #[arg(long, value_name = "TEXT", default_value = "")]
    evidence: String,
    #[command(flatten)]
    place: Place,
}

/// Verify items by evidence: the JSON of `stanch circleci inventory` or of CircleCI-Env-Inspector, or
/// an exported audit log.
///
/// An item is verified if a file shows that it was set after the window. What a file shows not to
/// have been set since is told, and stays open.
#[derive(Debug, clap::Args)]
#[command(after_help = exit::TABLE)]
struct Verify {
    /// Files with evidence.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
pub(super) fn run(args: Args, context: &Context) -> Result<Exit> {
    match args.command {
        Command::Circleci(args) => circleci(&args, context),
        Command::Status(args) => status(&Ledger::open(&args.place.state)?),
        Command::Done(args) => done(&args, context),
        Command::Verify(args) => verify(&args, context),
    }
}

fn circleci(args: &Circleci, context: &Context) -> Result<Exit> {
    let catalog = Catalog::load()?;
    let incident = incident(args, &catalog)?;
    let mut repos = Vec::new();
    for place in &args.repositories {
        let top = top_of(place)?.ok_or_else(|| {
            Error::new(Kind::Git, format!("{} is not a git repository", place.display()))
        })?;
        let repo = Repo::open(&top)?;
        repos.push((name_of(&repo, &top), repo, scanned(&top, args, context)?));
    }
    let scopes: Vec<Scope<'_>> = repos
        .iter()
        .map(|(name, repo, finished)| Scope {
            name: name.clone(),
            repo,
            findings: &finished.outcome.findings,
            rules: &finished.rules,
        })
        .collect();
    let mut inventory = Inventory::take(&scopes, &incident, &catalog)?;
    let gaps =
        repos.iter().flat_map(|(name, _, f)| f.outcome.ledger.gaps().map(move |g| (name, g)));
    inventory.gaps.extend(
        gaps.map(|(name, g)| format!("{name}: {} {} ({})", g.reason.as_str(), g.what, g.detail)),
    );
    if args.save {
        Ledger::keep(&args.place.state, &incident, &inventory)?;
    }
    if args.place.state.join("incident.toml").exists() {
        Ledger::open(&args.place.state)?.apply(&mut inventory.items);
    }
    // What is printed passes every repository's redactor: names in it come from their files.
    let mut out = pages::written(&page(&inventory, &incident, &catalog), &inventory, args.format)?;
    for (_, _, finished) in &repos {
        out = finished.redactor().bytes(&out).into_owned();
    }
    stdout::print(out)?;
    Ok(exit_of(inventory.items.iter().any(|i| i.is_open()), inventory.gaps.is_empty()))
}

fn exit_of(open: bool, complete: bool) -> Exit {
    match (open, complete) {
        (true, _) => Exit::Findings(1),
        (false, false) => Exit::Incomplete,
        (false, true) => Exit::Clean,
    }
}

fn incident(args: &Circleci, catalog: &Catalog) -> Result<Incident> {
    let mut incident = match (&args.incident, args.from, args.to) {
        (Some(name), ..) => catalog.incident(name)?,
        (None, Some(from), Some(to)) => Incident::between(from, to),
        _ => {
            return Err(Error::new(Kind::Usage, "say which days: --from and --to, or --incident"));
        }
    };
    incident.from = args.from.unwrap_or(incident.from);
    incident.to = args.to.unwrap_or(incident.to);
    if incident.from > incident.to {
        return Err(Error::new(Kind::Usage, "the first day comes after the last one"));
    }
    Ok(incident)
}

/// What a repository is called: as its remote `origin` is (`acme/web`), so that it is the same in
/// every clone; else as its folder.
fn name_of(repo: &Repo, top: &Path) -> String {
    let config = std::fs::read_to_string(repo.common_dir().join("config")).unwrap_or_default();
    let origin = config.lines().skip_while(|l| l.trim() != "[remote \"origin\"]").skip(1);
    let section = origin.take_while(|l| !l.trim_start().starts_with('['));
    let url =
        section.filter_map(|l| l.trim().strip_prefix("url")?.trim().strip_prefix('=')).next();
    let folder =
        || top.file_name().map_or("repository".into(), |n| n.to_string_lossy().into_owned());
    let named = url.and_then(|url| {
        // A URL may hold a password; the last two parts of its path never do.
        let path = url.trim().trim_end_matches('/').trim_end_matches(".git");
        let mut parts = path.rsplit(['/', ':']).filter(|p| !p.is_empty());
        let (name, owner) = (parts.next()?, parts.next()?);
        (!owner.contains('@')).then(|| format!("{owner}/{name}"))
    });
    display_path(named.unwrap_or_else(folder).trim_end_matches(".git").as_bytes())
}

fn scanned(top: &Path, args: &Circleci, context: &Context) -> Result<Finished> {
    let history = History::new(&Where::path(top), HistoryOptions::default());
    let sources: Vec<Box<dyn crate::source::Source>> =
        if args.no_secrets { Vec::new() } else { vec![Box::new(history)] };
    let flags = Flags::inner(Some(Confidence::Medium));
    let root = Some(top.to_owned());
    run::scan_whole(Run::inner(sources, root, &flags), context)
}

fn status(ledger: &Ledger) -> Result<Exit> {
    let mut out = format!("{} ({} to {})\n\n", ledger.title, ledger.window.0, ledger.window.1);
    let mut counts = [0_usize; 3];
    for kept in ledger.ordered() {
        let state = ledger.state(&kept.item);
        if let Some(count) = counts.get_mut(state as usize) {
            *count += 1;
        }
        out.push_str(&format!("  {:9} {:7} {}\n", state.as_str(), kept.action, kept.item));
        for event in ledger.events.get(&kept.item).into_iter().flatten() {
            let by = format!("{} {} by {}", event.state.as_str(), event.day, event.by);
            out.push_str(&format!("            {by}: {}\n", event.evidence));
        }
    }
    let [open, done, verified] = counts;
    out.push_str(&format!("\n{open} open, {done} done, {verified} verified\n"));
    let lines: Vec<String> = out.lines().map(|l| display_path(l.as_bytes())).collect();
    stdout::print(format!("{}\n", lines.join("\n")))?;
    Ok(exit_of(open > 0, true))
}

fn done(args: &Done, context: &Context) -> Result<Exit> {
    let mut ledger = Ledger::open(&args.place.state)?;
    let who = || std::env::var("USER").ok().filter(|u| !u.is_empty());
    let by = args.by.clone().or_else(who).ok_or_else(|| {
        Error::new(Kind::Usage, "it is not known who says so").hint("name yourself with --by")
    })?;
    for name in &args.items {
        let item = ledger.find(name)?.item.clone();
        let event = Event {
            item: item.clone(),
            state: State::Done,
            day: Date::today().to_string(),
            by: by.clone(),
            evidence: args.evidence.clone(),
        };
        ledger.record(event)?;
        context.ui.say(format!("{item} is done"));
    }
    Ok(Exit::Clean)
}

fn verify(args: &Verify, context: &Context) -> Result<Exit> {
    let mut ledger = Ledger::open(&args.place.state)?;
    let mut evidence = Evidence::default();
    let mut names = Vec::new();
    for file in &args.files {
        take(file, &mut evidence)?;
        names.push(file.file_name().map_or(String::new(), |n| n.to_string_lossy().into_owned()));
    }
    let mut out = String::new();
    let (mut proved, mut refuted) = (0, 0);
    let last = ledger.window.1.clone();
    let items: Vec<_> = ledger.ordered().into_iter().cloned().collect();
    for kept in items {
        match evidence.of(&kept, &last) {
            Verdict::Silent => {}
            Verdict::Refuted(why) => {
                refuted += 1;
                out.push_str(&format!("not yet   {}: {why}\n", kept.item));
            }
            Verdict::Proved(why) => {
                proved += 1;
                out.push_str(&format!("verified  {}: {why}\n", kept.item));
                let by = format!("stanch, from {}", names.join(", "));
                let day = Date::today().to_string();
                ledger.record(Event {
                    item: kept.item,
                    state: State::Verified,
                    day,
                    by,
                    evidence: why,
                })?;
            }
        }
    }
    let lines: Vec<String> = out.lines().map(|l| display_path(l.as_bytes())).collect();
    stdout::print(lines.into_iter().map(|l| l + "\n").collect::<String>())?;
    context.ui.say(format!("{proved} verified, {refuted} not replaced yet"));
    Ok(exit_of(refuted > 0, true))
}

fn take(file: &Path, evidence: &mut Evidence) -> Result<()> {
    let failed =
        |e: std::io::Error| Error::new(Kind::Io, format!("reading {}", file.display())).because(e);
    let raw = std::fs::read(file).map_err(failed)?;
    let text = String::from_utf8_lossy(&raw);
    let document = serde_json::from_str(&text).ok();
    if document.is_some_and(|document| evidence.take_inspector(&document)) {
        return Ok(());
    }
    evidence.take_log(&audit_log::read(&text, &file.display().to_string())?);
    Ok(())
}
