//! `stanch ci`: what is new in a build, scanned and reported in the way that its system shows.

mod output;

use super::policy::Policy;
use super::run::{self, Flags, Gate, Run};
use super::{Context, Exit, exit};
use crate::ci::{self, Change, Choice, Surroundings, System};
use crate::error::{Error, Kind, Result};
use crate::git::{self, Repo, Where};
use crate::model::{Confidence, Reason, Severity};
use crate::source::Range;
use std::path::{Path, PathBuf};

const ABOUT: &str =
    "Scan what is new in a CI build, and report it in the way that its system shows

Reads what the CI system says about the build, picks the commits that are new, and says which and
why. In doubt it scans more. A shallow clone is refused, with the line that mends it. For a change
from a fork, configuration and baseline are those of the branch that it is to go into, and comments
count for nothing: a change cannot allow itself. docs/ci.md shows what is picked when.";

const EXAMPLES: &str = "\
Examples:
  stanch ci                                 the range that the CI system tells of
  stanch ci --explain                       only say which range, and why
  stanch ci --fail-on high,medium           fail from that severity and confidence on
  stanch ci --base origin/main              against a commit of your choice";

/// Scan what is new in a CI build, and report it in the way that its system shows.
#[derive(Debug, clap::Args)]
#[command(long_about = ABOUT, after_help = help())]
pub(super) struct Args {
    /// The commit before the change, instead of the one that the system tells.
    #[arg(long, value_name = "REVISION")]
    base: Option<String>,
    /// The newest commit of the change, instead of the one that the system tells.
    #[arg(long, value_name = "REVISION")]
    head: Option<String>,
    /// The CI system, if it is not recognised.
    #[arg(long, value_name = "NAME", value_parser = names())]
    provider: Option<String>,
    /// The folder to write reports to.
    #[arg(long, value_name = "FOLDER", default_value = "stanch-reports")]
    reports: PathBuf,
    /// Write no reports but the one on standard output.
    #[arg(long)]
    no_reports: bool,
    /// Fail from this severity and confidence on, such as `high,medium`; `none` never fails for a
    /// finding.
    #[arg(long, value_name = "SEVERITY,CONFIDENCE", default_value = "low,low", value_parser = gate)]
    fail_on: FailOn,
    /// Whose configuration, baseline and comments hold: those of the change, or those of the
    /// commit before it.
    #[arg(long, value_name = "WHO", default_value = "auto")]
    trust: Trust,
    /// Say which range would be scanned, and why, and scan nothing.
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    flags: Flags,
}

fn help() -> String {
    format!("{EXAMPLES}\n\n{}", exit::TABLE)
}

fn names() -> clap::builder::PossibleValuesParser {
    ci::ALL.iter().map(|s| s.id).collect::<Vec<_>>().into()
}

/// Whose policy holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Trust {
    /// The base's for a change from a fork, else the change's.
    Auto,
    /// The base's.
    Base,
    /// The change's own.
    Head,
}

/// From where on a finding fails the build.
#[derive(Debug, Clone, Copy)]
struct FailOn(Option<(Severity, Confidence)>);

fn gate(text: &str) -> std::result::Result<FailOn, String> {
    if text == "none" {
        return Ok(FailOn(None));
    }
    let (severity, confidence) = text.split_once(',').unwrap_or((text, "low"));
    let severity = match severity.trim() {
        "low" | "any" => Severity::Low,
        "medium" => Severity::Medium,
        "high" => Severity::High,
        "critical" => Severity::Critical,
        _ => return Err("the severity is low, medium, high or critical".into()),
    };
    Ok(FailOn(Some((severity, run::confidence(confidence.trim())?))))
}

/// Runs the command.
pub(super) fn run(args: Args, context: &Context) -> Result<Exit> {
    let around = surroundings()?;
    let system = match &args.provider {
        Some(id) => ci::find(id).unwrap_or_else(|| ci::detect(&around)),
        None => ci::detect(&around),
    };
    let mut change = ci::change(system, &around);
    change.base = args.base.clone().or(change.base);
    change.head = args.head.clone().or(change.head);
    let top = git::top_of(Path::new("."))?.ok_or_else(|| {
        Error::new(Kind::Git, "there is no repository here").hint("check it out before this step")
    })?;
    let repo = Repo::open(&top)?;
    let shallow_is_fine = args.flags.accept.contains(&Reason::Shallow);
    let choice = ci::choose(&repo, system, &change, shallow_is_fine)?;
    let policy = policy(&args, &change, &choice, &repo, context)?;
    tell(system, &change, &choice, &policy, context);
    if args.explain {
        return Ok(Exit::Clean);
    }
    scan(&args, system, choice, (top, policy), &around, context)
}

fn scan(
    args: &Args,
    system: &System,
    choice: Choice,
    (top, policy): (PathBuf, Policy),
    around: &Surroundings,
    context: &Context,
) -> Result<Exit> {
    let range = Range::new(&Where::path(&top), choice.tips, choice.shown);
    let gate = match args.fail_on.0 {
        Some((severity, confidence)) => Gate::From(severity, confidence),
        None => Gate::Never,
    };
    let run = Run {
        sources: vec![Box::new(range)],
        root: Some(top),
        flags: &args.flags,
        gate,
        policy,
        shard: None,
    };
    let finished = run::scan(run, context)?;
    let exit = run::verdict(&finished, gate, args.flags.exit_code);
    let report = finished.report(exit, &args.flags, context);
    if args.flags.output.is_some() {
        finished.undisturbed(|| output::standard(&report, &args.flags))?;
    } else {
        output::standard(&report, &args.flags)?;
    }
    if !args.no_reports {
        let all = || output::all(&report, system, &args.reports, around, context);
        finished.undisturbed(all)?;
    }
    let lacks = [Reason::Partial, Reason::Missing, Reason::Shallow];
    if finished.outcome.ledger.gaps().any(|s| lacks.contains(&s.reason)) {
        context.ui.say(format!(
            "stanch: parts of the history are not in this clone. On {} all of it is fetched with\n\n    {}\n",
            system.name, system.mend
        ));
    }
    Ok(exit)
}

/// The policy: the base's if the change is not to be trusted.
fn policy(
    args: &Args,
    change: &Change,
    choice: &Choice,
    repo: &Repo,
    context: &Context,
) -> Result<Policy> {
    let from_base = match args.trust {
        Trust::Auto => change.untrusted,
        Trust::Base => true,
        Trust::Head => false,
    };
    if !from_base || args.flags.untrusted {
        return Ok(Policy::OnDisk);
    }
    Policy::of(repo, choice.policy, &args.flags, context)
}

/// Says what is scanned and why, and by whose rules.
fn tell(system: &System, change: &Change, choice: &Choice, policy: &Policy, context: &Context) {
    let ui = &context.ui;
    ui.say(format!("stanch ci: {}, {}", system.name, change.what.words()));
    ui.say(format!("  range:  {}", choice.shown));
    ui.say(format!("  why:    {}", choice.why));
    let policy = match (policy, choice.policy) {
        (Policy::OfCommit(_), Some(id)) => {
            format!("of {}, as the change is not to be trusted; no comments", id.short())
        }
        (Policy::OfCommit(_), None) => "none: nothing of the change is to be trusted".into(),
        _ => "of the change".to_owned(),
    };
    ui.say(format!("  policy: {policy}"));
}

/// The environment, and the event that GitHub tells of in a file.
fn surroundings() -> Result<Surroundings> {
    let text = |v: std::ffi::OsString| v.to_string_lossy().into_owned();
    let mut around = Surroundings::new(std::env::vars_os().map(|(k, v)| (text(k), text(v))));
    let is_github = around.get("GITHUB_ACTIONS").is_some();
    if let Some(file) = around.get("GITHUB_EVENT_PATH").filter(|_| is_github) {
        let wrong = format!("reading the event that GitHub tells of, {file}");
        let bytes =
            std::fs::read(file).map_err(|e| Error::new(Kind::Io, wrong.clone()).because(e))?;
        around.event =
            serde_json::from_slice(&bytes).map_err(|e| Error::new(Kind::Io, wrong).because(e))?;
    }
    Ok(around)
}
