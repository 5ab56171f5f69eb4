//! One run of the street, from options to exit code: what `scan`, the hooks and `baseline` share.

use super::interrupt::Interrupt;
use super::policy::{InForce, Policy, made_with_others};
use super::progress::Progress;
use super::{Context, Exit, cache, memory, output};
use crate::config::Config;
use crate::error::{Error, Kind, Result};
use crate::matcher::Matcher;
use crate::model::{
    Budget, Confidence, Finding, Ledger, Part, Reason, Severity, Shard, USUAL_MEMORY,
};
use crate::pipeline::{self, Outcome, Setup};
use crate::report::{self, Format, Report};
use crate::rule::RuleSet;
use crate::source::Source;
use crate::suppress::{BASELINE_FILE, Chain, Options as ChainOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Instant;

/// Options of everything that scans.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Flags {
    /// The form of the report.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = format_names())]
    pub(super) format: String,
    /// Write the report to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Use this baseline instead of `.stanch-baseline.toml` at the repository's root.
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Show the secrets themselves.
    #[arg(long)]
    pub(super) show_secrets: bool,
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
    pub(super) accept: Vec<Reason>,
    /// Scan all of the history, also what an earlier scan has left in the user's cache.
    #[arg(long)]
    pub(super) no_cache: bool,
    /// How much memory the texts that are being scanned may take at a time, with K, M or G.
    #[arg(long, value_name = "SIZE", default_value = "512M", value_parser = memory::size)]
    pub(super) memory: u64,
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
            no_cache: true,
            memory: USUAL_MEMORY,
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
    /// Only those at least that bad and that sure.
    From(Severity, Confidence),
    /// None; only gaps and errors change it.
    Never,
}

/// What to run.
pub(super) struct Run<'a> {
    pub(super) sources: Vec<Box<dyn Source>>,
    /// The repository's root, for configuration and baseline.
    pub(super) root: Option<PathBuf>,
    pub(super) flags: &'a Flags,
    pub(super) gate: Gate,
    /// What may be left out or filed away.
    pub(super) policy: Policy,
    /// The share that the sources read, if not all is read.
    pub(super) shard: Option<Shard>,
}

impl<'a> Run<'a> {
    /// A scan that another command makes for itself.
    pub(super) fn inner(
        sources: Vec<Box<dyn Source>>,
        root: Option<PathBuf>,
        flags: &'a Flags,
    ) -> Self {
        let (gate, policy) = (Gate::Reported, Policy::OnDisk);
        Self { sources, root, flags, gate, policy, shard: None }
    }
}

/// Everything that a run decided, before it is reported.
pub(super) struct Finished {
    pub(super) outcome: Outcome,
    pub(super) rules: RuleSet,
    pub(super) block: Confidence,
    /// Whom to ask.
    pub(super) contact: Option<String>,
    /// Of which shard it is.
    part: Option<Part>,
    /// How sure a finding had to be.
    least: Confidence,
    interrupt: Interrupt,
    seconds: f64,
    when: i64,
}

/// Scans, reports, and answers the exit code.
pub(super) fn run(run: Run<'_>, context: &Context) -> Result<Exit> {
    let flags = run.flags;
    let gate = run.gate;
    let finished = scan(run, context)?;
    let exit = verdict(&finished, gate, flags.exit_code);
    tell(&finished, exit, flags, context)?;
    Ok(exit)
}

/// Writes the report that was asked for.
pub(super) fn tell(
    finished: &Finished,
    exit: Exit,
    flags: &Flags,
    context: &Context,
) -> Result<()> {
    write_report(finished, exit, flags, context)?;
    if flags.format != "text" || flags.output.is_some() {
        warn_of_gaps(&finished.outcome.ledger, context);
    }
    Ok(())
}

/// Scans, and leaves the rest to the caller.
pub(super) fn scan(run: Run<'_>, context: &Context) -> Result<Finished> {
    let interrupt = Interrupt::listen()?;
    let finished = scan_until(run, &interrupt, context);
    interrupt.arm();
    finished
}

/// As [`scan`], for one of several scans that a signal ends together.
pub(super) fn scan_until(
    run: Run<'_>,
    interrupt: &Interrupt,
    context: &Context,
) -> Result<Finished> {
    let started = Instant::now();
    let in_force = run.policy.in_force(run.root.as_deref(), run.flags, context)?;
    let InForce { config, rules, baseline, no_inline } = in_force;
    let other_rules = baseline.as_ref().and_then(|b| made_with_others(b, &rules));
    let matcher = Matcher::new(&rules);
    let untrusted = run.flags.untrusted;
    let options = ChainOptions { untrusted, no_inline, ..ChainOptions::default() };
    let chain = Chain::new(&config, baseline, options);
    let least =
        run.flags.min_confidence.or(config.report.min_confidence).unwrap_or(Confidence::Medium);
    let progress = Progress::new(&context.ui);
    let may_cache = run.gate == Gate::Reported && !run.flags.no_cache && run.shard.is_none();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(context.global.jobs.unwrap_or(0));
    let pool =
        pool.build().map_err(|e| Error::new(Kind::Internal, "starting threads").because(e))?;
    let setup = Setup {
        matcher: &matcher,
        chain: &chain,
        min_confidence: least,
        keep_unsure: run.shard.is_some(),
        accepted: &run.flags.accept,
        cache: may_cache.then(|| cache::place(&rules)).flatten(),
        budget: &Budget::new(run.flags.memory, pool.current_num_threads()),
        stop: interrupt.stop(),
        progress: &|bytes, done, scope| progress.show(bytes, done, scope),
    };
    let outcome = pool.install(|| pipeline::run(&run.sources, &setup));
    // What they have fetched is removed before one more signal may end the process.
    drop(run.sources);
    progress.clear();
    let mut outcome = outcome?;
    // This thread takes the signal, maybe when all is read: the input may have ended by it.
    outcome.interrupted |= interrupt.stop().load(Ordering::Relaxed);
    outcome.ledger.notes.extend(other_rules);
    let part = run.shard.map(|shard| part(shard, &mut outcome));
    drop(matcher);
    let finished = Finished::new(outcome, rules, &config, started);
    Ok(Finished { interrupt: interrupt.clone(), part, least, ..finished })
}

/// Says in the report that it is of a part only.
fn part(shard: Shard, outcome: &mut Outcome) -> Part {
    let part = Part { shard, whole: outcome.whole.join(", "), listed: Vec::new() };
    outcome.ledger.notes.push(part.note());
    part
}

/// Scans, for a command that is worth nothing if it is done by half.
pub(super) fn scan_whole(run: Run<'_>, context: &Context) -> Result<Finished> {
    let finished = scan(run, context)?;
    if finished.outcome.interrupted {
        return Err(Error::new(Kind::Interrupted, "interrupted before everything was read"));
    }
    Ok(finished)
}

/// Seconds since 1970.
pub(super) fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |d| d.as_secs().try_into().unwrap_or(0))
}

/// `$XDG_CONFIG_HOME/stanch/config.toml`, or the same below `~/.config`.
pub(super) fn user_config() -> Option<PathBuf> {
    let absolute = |p: PathBuf| p.is_absolute().then_some(p);
    let xdg = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).and_then(absolute);
    let home = || std::env::var_os("HOME").map(PathBuf::from).map(|h| h.join(".config"));
    Some(xdg.or_else(home)?.join("stanch").join("config.toml"))
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
    let counts = |f: &&Finding| match gate {
        Gate::Reported => true,
        Gate::Hook => f.confidence >= finished.block,
        Gate::Never => false,
        Gate::From(severity, sure) => f.severity >= severity && f.confidence >= sure,
    };
    if outcome.interrupted {
        Exit::Interrupted
    } else if outcome.findings.iter().filter(counts).any(Finding::is_open) {
        Exit::Findings(code)
    } else if !outcome.ledger.unbalanced().is_empty() {
        Exit::Error
    } else if outcome.ledger.is_complete() {
        Exit::Clean
    } else {
        Exit::Incomplete
    }
}

fn write_report(finished: &Finished, exit: Exit, flags: &Flags, context: &Context) -> Result<()> {
    let format = report::find(&flags.format)
        .ok_or_else(|| Error::new(Kind::Usage, format!("there is no format {}", flags.format)))?;
    let report = finished.report(exit, flags, context);
    match &flags.output {
        Some(path) => finished.undisturbed(|| to_file(format, &report, path)),
        None => to_stdout(format, &report),
    }
}

impl Finished {
    /// What came of a run that began at `started`.
    pub(super) fn new(
        outcome: Outcome,
        rules: RuleSet,
        config: &Config,
        started: Instant,
    ) -> Self {
        let seconds = started.elapsed().as_secs_f64();
        Self {
            outcome,
            rules,
            block: config.hook.block.unwrap_or(Confidence::High),
            contact: config.hook.contact.clone(),
            part: None,
            least: Confidence::Medium,
            interrupt: Interrupt::default(),
            seconds,
            when: now() - seconds as i64,
        }
    }

    /// Does `work`, in the middle of which a signal does not end the process.
    pub(super) fn undisturbed<T>(&self, work: impl FnOnce() -> T) -> T {
        self.interrupt.undisturbed(work)
    }

    /// What masks its secrets.
    pub(super) fn redactor(&self) -> report::Redactor {
        report::Redactor::new(&self.outcome.findings, &self.rules, false)
    }

    /// The report of it.
    pub(super) fn report(&self, exit: Exit, flags: &Flags, context: &Context) -> Report<'_> {
        Report {
            findings: &self.outcome.findings,
            rules: &self.rules,
            // The text for people names no rules, and a hook has no time to spare.
            rule_set: if flags.format == "text" { String::new() } else { self.rules.version() },
            ledger: &self.outcome.ledger,
            part: self.part.as_ref(),
            unsure: &self.outcome.unsure,
            least: self.least,
            scope: &self.outcome.scope,
            exit_code: exit.code(),
            below: self.outcome.below,
            show_secrets: flags.show_secrets,
            color: context.ui.color && flags.output.is_none(),
            verbose: context.ui.verbose,
            seconds: self.seconds,
            when: self.when,
        }
    }
}

/// Writes `report` to a file or to standard output.
pub(super) fn deliver(
    format: &dyn Format,
    report: &Report<'_>,
    output: Option<&Path>,
) -> Result<()> {
    match output {
        Some(path) => to_file(format, report, path),
        None => to_stdout(format, report),
    }
}

/// Says on standard error that the scan was not whole, where the report is for a program. What
/// was not read is named in the report only: a name may hold a secret.
pub(super) fn warn_of_gaps(ledger: &Ledger, context: &Context) {
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
    let mut text = Vec::new();
    format.write(report, &mut text).and_then(|()| output::write(path, &text)).map_err(failed)
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

pub(super) fn format_names() -> clap::builder::PossibleValuesParser {
    report::ALL
        .iter()
        .map(|f| clap::builder::PossibleValue::new(f.name()).help(f.about()))
        .collect::<Vec<_>>()
        .into()
}

pub(super) fn confidence(word: &str) -> std::result::Result<Confidence, String> {
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
