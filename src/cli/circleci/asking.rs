//! `stanch circleci inventory`, `rotate` and `logs`, in a build that can ask.

use super::super::network::{self, variable};
use super::super::run::{self, Gate, Run, now};
use super::super::{Context, Exit, output, stdout};
use super::merged::merge;
use super::service::{Access, Inventory, LogsArgs, Rotate, What};
use crate::error::{Error, Kind, Result};
use crate::live::circle::{
    Change, Circle, Logs, Origin, Rotation, State, Thing, Wanted, read_plan, take_stock,
};
use crate::live::{Hidden, Log};
use crate::model::{Finding, display_path};
use crate::report;
use crate::rule::RuleSet;
use crate::source::Source;
use std::io::{BufRead as _, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where CircleCI's own tools look for a token.
const TOKENS: [&str; 5] = [
    "CIRCLECI_TOKEN",
    "CIRCLE_TOKEN",
    "CIRCLECI_CLI_TOKEN",
    "CIRCLE_CLI_TOKEN",
    "CIRCLECI_API_TOKEN",
];

/// Builds whose logs make one report.
const CHUNK: usize = 20;

fn circle(access: &Access) -> Result<Circle> {
    let from_file = |file: &PathBuf| {
        let doing = format!("reading the token in {}", file.display());
        std::fs::read_to_string(file).map_err(|e| Error::new(Kind::Io, doing).because(e))
    };
    let token = match &access.token_file {
        Some(file) => Some(from_file(file)?.trim().to_owned()),
        None => TOKENS.iter().find_map(|name| variable(name)),
    };
    let lacks = || {
        Error::new(Kind::Usage, "there is no token for CircleCI")
            .hint("put a personal API token into CIRCLECI_TOKEN, or name a file with --token-file")
    };
    let token = token.filter(|t| !t.is_empty()).ok_or_else(lacks)?;
    let mut more = Vec::new();
    if let Some(url) = network::circle_host()? {
        more.extend(["circleci.com", "runner.circleci.com"].map(|h| (h.to_owned(), url.clone())));
    }
    Ok(Circle::new(access.network.client_with(more)?, Hidden::new(token)))
}

/// Runs `stanch circleci inventory`.
pub(super) fn inventory(args: &Inventory, context: &Context) -> Result<Exit> {
    let wanted =
        Wanted { orgs: &args.org, projects: &args.project_slug, namespaces: &args.namespace };
    let mut stock = take_stock(&circle(&args.access)?, &wanted)?;
    let merged = args.incident.as_deref().map(|folder| merge(&stock, folder)).transpose()?;
    let last = merged.as_ref().map(|merged| merged.last.clone());
    let since = args.since.map(|day| day.to_string()).or(last);
    let mut lines = stock.lines(since.as_deref());
    let mut old = lines.iter().filter(|l| l.starts_with("OLD")).count();
    if let Some(merged) = merged {
        old += merged.open;
        lines.extend(merged.lines);
        if let Some(document) = stock.document.as_object_mut() {
            document.insert("incident".into(), merged.document);
        }
    }
    let text = match args.json {
        true => format!("{:#}\n", stock.document),
        false => lines.iter().map(|l| display_path(l.as_bytes()) + "\n").collect(),
    };
    stdout::print(text)?;
    for gap in &stock.gaps {
        context.ui.say(format!("not listed: {}", display_path(gap.as_bytes())));
    }
    for note in &stock.notes {
        context.ui.say(display_path(note.as_bytes()));
    }
    Ok(match (old, stock.gaps.is_empty()) {
        (1.., _) => Exit::Findings(1),
        (0, false) => Exit::Incomplete,
        (0, true) => Exit::Clean,
    })
}

/// Runs `stanch circleci rotate`.
pub(super) fn rotate(args: &Rotate, context: &Context) -> Result<Exit> {
    let changes = changes(&args.what, args.apply)?;
    let circle = circle(&args.access)?;
    let mut state = State::open(&args.state)?;
    let open = changes.iter().filter(|c| !state.is_done(&c.id())).count();
    if !args.apply {
        let quiet = Path::new(if cfg!(unix) { "/dev/null" } else { "NUL" });
        let log = Log::open(quiet)?;
        let rotation = Rotation { circle: &circle, state: &mut state, log: &log };
        for change in &changes {
            say(&rotation.preview(change)?)?;
        }
        context.ui.say("nothing was changed: give --apply");
        return Ok(Exit::Clean);
    }
    if open > 0 && !args.yes {
        confirm("rotate", open)?;
    }
    let usual = || PathBuf::from(format!("{}.log", args.state.display()));
    let log = Log::open(&args.log.clone().unwrap_or_else(usual))?;
    let mut rotation = Rotation { circle: &circle, state: &mut state, log: &log };
    let mut failed = 0;
    for change in &changes {
        match rotation.make(change) {
            Ok(line) => say(&line)?,
            Err(e) => {
                failed += 1;
                context.ui.error(&e);
            }
        }
    }
    if failed > 0 {
        let what = format!("{failed} of {} changes are not known to be done", changes.len());
        return Err(Error::new(Kind::Network, what).hint("run the same command again"));
    }
    Ok(Exit::Clean)
}

fn say(line: &str) -> Result<()> {
    stdout::print(format!("{}\n", display_path(line.as_bytes())))
}

/// Has the user type what is going to happen.
pub(in crate::cli) fn confirm(verb: &str, count: usize) -> Result<()> {
    let phrase = format!("{verb} {count}");
    stdout::print(format!("type `{phrase}` to go on: "))?;
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    read.map_err(|e| Error::new(Kind::Io, "reading your answer").because(e))?;
    match line.trim() == phrase {
        true => Ok(()),
        false => Err(Error::new(Kind::Usage, "not confirmed: nothing was changed")
            .hint("a program confirms with --yes")),
    }
}

fn changes(what: &What, apply: bool) -> Result<Vec<Change>> {
    Ok(match what {
        What::Plan { file } => {
            let doing = format!("reading the plan {}", file.display());
            let text = std::fs::read_to_string(file)
                .map_err(|e| Error::new(Kind::Io, doing).because(e))?;
            read_plan(&text, &file.display().to_string())?
        }
        What::Variable { name, project, context, org, value_file, command } => {
            let name = name.clone();
            let thing = match (project, context, org) {
                (Some(slug), _, _) => Thing::Project { slug: slug.clone(), name },
                (None, Some(context), Some(org)) => {
                    Thing::Context { org: org.clone(), context: context.clone(), name }
                }
                _ => {
                    let what = "whose variable is it? Give --project, or --context and --org";
                    return Err(Error::new(Kind::Usage, what));
                }
            };
            let value = match value_file {
                Some(path) if path == Path::new("-") && apply => Some(Origin::Given(stdin()?)),
                Some(path) => Some(Origin::File(path.clone())),
                None if command.is_empty() && !apply => None,
                None if command.is_empty() => {
                    let what = "where is the new value? Give --value-file, or a command after --";
                    return Err(Error::new(Kind::Usage, what));
                }
                None => Some(Origin::Command(command.clone())),
            };
            vec![Change { thing, value }]
        }
        What::CheckoutKey { project, kind } => {
            let thing = Thing::CheckoutKey { slug: project.clone(), kind: kind.clone() };
            vec![Change { thing, value: None }]
        }
        What::RunnerToken { class, nickname, output, remove_old } => {
            let (class, nickname) = (class.clone(), nickname.clone());
            let (to, remove_old) = (output.clone(), *remove_old);
            let thing = Thing::RunnerToken { class, nickname, to, remove_old };
            vec![Change { thing, value: None }]
        }
    })
}

fn stdin() -> Result<Hidden> {
    let mut text = String::new();
    let read = std::io::stdin().take(1 << 20).read_to_string(&mut text);
    read.map_err(|e| Error::new(Kind::Io, "reading the new value on standard input").because(e))?;
    Ok(Hidden::new(text))
}

/// Runs `stanch circleci logs`. Each chunk of builds makes a report of its own, which is kept, and
/// all of them make the one that is told.
pub(super) fn logs(args: &LogsArgs, context: &Context) -> Result<Exit> {
    let circle = Arc::new(circle(&args.access)?);
    let builds: Vec<u64> = match (args.from, args.to) {
        (Some(from), Some(to)) => (from..=to).collect(),
        _ => Logs::last(&circle, &args.project, args.last.unwrap_or(0))?,
    };
    if let Some(folder) = &args.state {
        let doing = format!("making the folder {}", folder.display());
        std::fs::create_dir_all(folder).map_err(|e| Error::new(Kind::Io, doing).because(e))?;
    }
    let mut all: Option<report::Past> = None;
    for chunk in builds.chunks(CHUNK) {
        let text = chunk_report(args, &circle, chunk, context)?;
        let past = report::read(&text, "the report of a chunk", RuleSet::builtin())?;
        match &mut all {
            None => all = Some(past),
            Some(all) => all.merge(past),
        }
    }
    let Some(mut past) = all else {
        context.ui.say("there are no builds");
        return Ok(Exit::Clean);
    };
    past.scope = format!("logs of {} builds of {}", builds.len(), args.project);
    let exit = match past.findings.iter().any(Finding::is_open) {
        true => Exit::Findings(args.flags.exit_code),
        false if past.ledger.is_complete() => Exit::Clean,
        false => Exit::Incomplete,
    };
    let format = report::find(&args.flags.format).ok_or_else(|| {
        Error::new(Kind::Usage, format!("there is no format {}", args.flags.format))
    })?;
    run::deliver(format, &past.report(exit.code(), now()), args.flags.output.as_deref())?;
    Ok(exit)
}

fn chunk_report(
    args: &LogsArgs,
    circle: &Arc<Circle>,
    builds: &[u64],
    context: &Context,
) -> Result<Vec<u8>> {
    let (first, last) = (builds.first().unwrap_or(&0), builds.last().unwrap_or(&0));
    let name =
        format!("builds-{first}-{last}{}.json", if args.artifacts { "-artifacts" } else { "" });
    let kept = args.state.as_ref().map(|folder| folder.join(name));
    if let Some(text) = kept.as_ref().and_then(|path| std::fs::read(path).ok()) {
        // Half a report is none; what was not complete is fetched again.
        let past = report::read(&text, "a kept report", RuleSet::builtin());
        if past.is_ok_and(|p| p.ledger.is_complete()) {
            return Ok(text);
        }
    }
    let slug = &args.project;
    let logs = Logs::new(Arc::clone(circle), slug, builds.to_vec(), args.artifacts);
    let sources: Vec<Box<dyn Source>> = vec![Box::new(logs)];
    let mut flags = args.flags.clone();
    flags.output = None;
    let finished = run::scan_whole(Run::inner(sources, None, &flags), context)?;
    let exit = run::verdict(&finished, Gate::Reported, args.flags.exit_code);
    let json = report::find("json").ok_or_else(|| Error::new(Kind::Internal, "no format json"))?;
    let mut text = Vec::new();
    let written = json.write(&finished.report(exit, &flags, context), &mut text);
    written.map_err(|e| Error::new(Kind::Internal, "writing a report").because(e))?;
    if let Some(path) = kept {
        let doing = format!("keeping {}", path.display());
        output::write(&path, &text).map_err(|e| Error::new(Kind::Io, doing).because(e))?;
    }
    Ok(text)
}
