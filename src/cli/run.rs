//! One run of the street, from options to exit code: what `scan`, the hooks and `baseline` share.

use super::progress::Progress;
use super::{Context, Exit};
use crate::config::Config;
use crate::error::{Error, Kind, Result};
use crate::lint;
use crate::matcher::Matcher;
use crate::model::{Confidence, Finding, Ledger, Reason};
use crate::pipeline::{self, Outcome, Setup};
use crate::report::{self, Format, Report};
use crate::rule::{self, RuleSet};
use crate::source::Source;
use crate::suppress::{BASELINE_FILE, Baseline, Chain, Options as ChainOptions};
use crate::verify;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Options of everything that scans.
#[derive(Debug, clap::Args)]
pub(super) struct Flags {
    /// The form of the report.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = format_names())]
    format: String,
    /// Write the report to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Use this baseline instead of `.stanch-baseline.toml` at the repository's root.
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Show the secrets themselves.
    #[arg(long)]
    show_secrets: bool,
    /// Report findings from this confidence on: low, medium or high.
    #[arg(long, value_name = "LEVEL", value_parser = confidence)]
    pub(super) min_confidence: Option<Confidence>,
    /// Exit code for open findings.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) exit_code: u8,
    /// Honour nothing of the scanned repository: no configuration, baseline or inline comment.
    #[arg(long)]
    pub(super) untrusted: bool,
    /// Accept gaps of these kinds, which then do not make the scan incomplete (`shallow`, …).
    #[arg(long, value_name = "REASON", value_delimiter = ',', value_parser = reason)]
    accept: Vec<Reason>,
}

impl Flags {
    /// Those of a scan that another command makes for itself, from `least` on.
    pub(super) fn inner(least: Option<Confidence>) -> Self {
        Self {
            format: "text".into(),
            output: None,
            baseline: None,
            show_secrets: false,
            min_confidence: least,
            exit_code: 1,
            untrusted: false,
            accept: Vec::new(),
        }
    }
}

/// When findings change the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gate {
    /// Every finding that is reported.
    Reported,
    /// Only those that the configuration lets hooks block on.
    Hook,
}

/// What to run.
pub(super) struct Run<'a> {
    pub(super) sources: Vec<Box<dyn Source>>,
    /// The repository's root, for configuration and baseline.
    pub(super) root: Option<PathBuf>,
    pub(super) flags: &'a Flags,
    pub(super) gate: Gate,
    /// The baseline in force, if not the one that is on disk.
    pub(super) baseline: Option<Baseline>,
}

/// Everything that a run decided, before it is reported.
pub(super) struct Finished {
    pub(super) outcome: Outcome,
    pub(super) rules: RuleSet,
    pub(super) block: Confidence,
    pub(super) seconds: f64,
}

/// Scans, reports, and answers the exit code.
pub(super) fn run(run: Run<'_>, context: &Context) -> Result<Exit> {
    let flags = run.flags;
    let gate = run.gate;
    let finished = scan(run, context)?;
    let exit = verdict(&finished, gate, flags.exit_code);
    // A hook that has nothing to say says nothing.
    let silent = gate == Gate::Hook && exit == Exit::Clean && finished.outcome.findings.is_empty();
    if silent && context.ui.verbose == 0 && flags.format == "text" {
        return Ok(exit);
    }
    write_report(&finished, exit, flags, context)?;
    if flags.format != "text" || flags.output.is_some() {
        warn_of_gaps(&finished.outcome.ledger, context);
    }
    Ok(exit)
}

/// Scans, and leaves the rest to the caller.
pub(super) fn scan(run: Run<'_>, context: &Context) -> Result<Finished> {
    let started = Instant::now();
    let config = load_config(run.root.as_deref(), run.flags, context)?;
    let rules = rules_of(&config)?;
    let matcher = Matcher::new(&rules);
    let baseline = match run.baseline {
        Some(given) => Some(given),
        None => load_baseline(&config, run.root.as_deref(), run.flags)?,
    };
    let options = ChainOptions { untrusted: run.flags.untrusted, ..ChainOptions::default() };
    let chain = Chain::new(&config, baseline, options);
    let least =
        run.flags.min_confidence.or(config.report.min_confidence).unwrap_or(Confidence::Medium);
    let progress = Progress::new(&context.ui);
    let setup = Setup {
        matcher: &matcher,
        chain: &chain,
        min_confidence: least,
        accepted: &run.flags.accept,
        progress: &|bytes, done, scope| progress.show(bytes, done, scope),
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(context.global.jobs.unwrap_or(0));
    let pool =
        pool.build().map_err(|e| Error::new(Kind::Internal, "starting threads").because(e))?;
    let outcome = pool.install(|| pipeline::run(&run.sources, &setup));
    progress.clear();
    let outcome = outcome?;
    drop(matcher);
    let seconds = started.elapsed().as_secs_f64();
    Ok(Finished { outcome, rules, block: config.hook.block.unwrap_or(Confidence::High), seconds })
}

pub(super) fn load_config(
    root: Option<&Path>,
    flags: &Flags,
    context: &Context,
) -> Result<Config> {
    if let Some(file) = &context.global.config {
        return Config::load(file);
    }
    let root = root.filter(|_| !flags.untrusted);
    Config::discover(root, user_config().as_deref())
}

/// `$XDG_CONFIG_HOME/stanch/config.toml`, or the same below `~/.config`.
pub(super) fn user_config() -> Option<PathBuf> {
    let absolute = |p: PathBuf| p.is_absolute().then_some(p);
    let xdg = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).and_then(absolute);
    let home = || std::env::var_os("HOME").map(PathBuf::from).map(|h| h.join(".config"));
    Some(xdg.or_else(home)?.join("stanch").join("config.toml"))
}

/// The built-in rules and the user's, without those that are switched off.
pub(super) fn rules_of(config: &Config) -> Result<RuleSet> {
    let mut rules = RuleSet::builtin();
    for file in config.rule_files() {
        rules.add(rule::load_file(&file, &verify::exists)?.rules)?;
    }
    let ids: Vec<&str> = rules.iter().map(|r| &*r.id).collect();
    config.check_rules(&|id| rules.find(id).is_some() || lint::is_rule(id), &ids)?;
    rules.retain(|r| config.keeps(&r.id, &r.aliases));
    config.check_left(rules.len())?;
    Ok(rules)
}

pub(super) fn load_baseline(
    config: &Config,
    root: Option<&Path>,
    flags: &Flags,
) -> Result<Option<Baseline>> {
    let named = flags.baseline.as_deref();
    let Some(file) = baseline_file(config, root, named) else { return Ok(None) };
    let found = Baseline::load(&file)?;
    if found.is_none() && named.is_some() {
        let none = format!("there is no baseline {}", file.display());
        return Err(Error::new(Kind::Config, none).hint("`stanch baseline create` makes one"));
    }
    Ok(found)
}

/// The baseline: as named on the command line, else by the configuration, else the usual file.
pub(super) fn baseline_file(
    config: &Config,
    root: Option<&Path>,
    named: Option<&Path>,
) -> Option<PathBuf> {
    let usual = || Some(root?.join(BASELINE_FILE));
    named.map(Path::to_owned).or_else(|| config.baseline_file()).or_else(usual)
}

pub(super) fn verdict(finished: &Finished, gate: Gate, code: u8) -> Exit {
    let outcome = &finished.outcome;
    let counts = |f: &&Finding| gate == Gate::Reported || f.confidence >= finished.block;
    if outcome.findings.iter().filter(counts).any(Finding::is_open) {
        Exit::Findings(code)
    } else if !outcome.ledger.unbalanced().is_empty() {
        Exit::Error
    } else if outcome.ledger.is_complete() {
        Exit::Clean
    } else {
        Exit::Incomplete
    }
}

pub(super) fn write_report(
    finished: &Finished,
    exit: Exit,
    flags: &Flags,
    context: &Context,
) -> Result<()> {
    let format = report::find(&flags.format)
        .ok_or_else(|| Error::new(Kind::Usage, format!("there is no format {}", flags.format)))?;
    let report = Report {
        findings: &finished.outcome.findings,
        rules: &finished.rules,
        ledger: &finished.outcome.ledger,
        scope: &finished.outcome.scope,
        exit_code: exit.code(),
        below: finished.outcome.below,
        show_secrets: flags.show_secrets,
        color: context.ui.color && flags.output.is_none(),
        verbose: context.ui.verbose,
        seconds: finished.seconds,
    };
    match &flags.output {
        Some(path) => to_file(format, &report, path),
        None => to_stdout(format, &report),
    }
}

/// Says on standard error that the scan was not whole, where the report is for a program. What
/// was not read is named in the report only: a name may hold a secret.
fn warn_of_gaps(ledger: &Ledger, context: &Context) {
    let count = |reason| ledger.gaps().filter(|s| s.reason == reason).count();
    let gaps = Reason::ALL.map(|reason| (reason, count(reason)));
    let gaps = gaps.into_iter().filter(|(_, n)| *n > 0);
    let gaps: Vec<String> = gaps.map(|(reason, n)| format!("{n} {}", reason.as_str())).collect();
    if !gaps.is_empty() {
        let gaps = gaps.join(", ");
        context
            .ui
            .say(format!("warning: incomplete, not everything was read: {gaps} (see the report)"));
    }
}

fn to_file(format: &dyn Format, report: &Report<'_>, path: &Path) -> Result<()> {
    let failed = |e: io::Error| {
        Error::new(Kind::Io, format!("writing the report to {}", path.display())).because(e)
    };
    let mut out = io::BufWriter::new(File::create(path).map_err(failed)?);
    format.write(report, &mut out).and_then(|()| out.flush()).map_err(failed)
}

/// A reader that has seen enough is no error; a full disk is.
fn to_stdout(format: &dyn Format, report: &Report<'_>) -> Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match format.write(report, &mut out).and_then(|()| out.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::new(Kind::Io, "writing the report to standard output").because(e))
        }
        _ => Ok(()),
    }
}

fn format_names() -> clap::builder::PossibleValuesParser {
    report::ALL
        .iter()
        .map(|f| clap::builder::PossibleValue::new(f.name()).help(f.about()))
        .collect::<Vec<_>>()
        .into()
}

fn confidence(word: &str) -> std::result::Result<Confidence, String> {
    match word {
        "low" => Ok(Confidence::Low),
        "medium" => Ok(Confidence::Medium),
        "high" => Ok(Confidence::High),
        _ => Err("it is low, medium or high".into()),
    }
}

fn reason(word: &str) -> std::result::Result<Reason, String> {
    let known = || Reason::ALL.map(Reason::as_str).join(", ");
    Reason::parse(word).ok_or_else(|| format!("the kinds are {}", known()))
}
