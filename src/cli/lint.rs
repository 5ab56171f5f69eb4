//! `stanch lint`.

use super::run::{self, Finished, Flags, Gate, Run};
use super::{Context, Exit, exit, policy};
use crate::circle;
use crate::error::{Error, Kind, Result};
use crate::git::top_of;
use crate::lint;
use crate::model::{
    Confidence, Excerpt, Finding, Ledger, Reason, Skipped, Status, Unit, display_path,
};
use crate::pipeline::Outcome;
use crate::rule::RuleSet;
use crate::source::{Files, Source};
use crate::suppress::{Case, Chain, Options};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Longest configuration that is read.
const LONGEST: u64 = 4 << 20;

/// Look for habits in CI configuration that give secrets away.
#[derive(Debug, clap::Args)]
#[command(after_help = exit::TABLE)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Circleci(Circleci),
}

const EXAMPLES: &str = "\
Examples:
  stanch lint circleci                    every configuration below .circleci
  stanch lint circleci config.yml --format sarif

A finding is let pass like that of a scan: `# stanch:allow circleci-lint-xtrace -- reason` on its
line, or an [[allow]] of the configuration.";

/// Lint CircleCI's configuration: literals in `environment` and `auth`, `set -x`, `env`, echo of
/// secrets, files of secrets in workspaces, caches and artifacts, build arguments, orbs without a
/// fixed version, contexts on every branch, secrets in jobs for forks.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::TABLE))]
struct Circleci {
    /// Files or folders; those of this repository unless given.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    flags: Flags,
}

/// Runs the command.
pub(super) fn run(args: Args, context: &Context) -> Result<Exit> {
    let Command::Circleci(args) = args.command;
    let started = Instant::now();
    let flags = &args.flags;
    let root = top_of(args.paths.first().map_or(Path::new("."), PathBuf::as_path))?;
    let config = policy::load_config(root.as_deref(), flags, context)?;
    policy::rules_of(&config)?;
    let baseline = policy::load_baseline(&config, root.as_deref(), flags)?;
    let options = Options { untrusted: flags.untrusted, ..Options::default() };
    let chain = Chain::new(&config, baseline, options);
    let mut rules = RuleSet::builtin();
    rules.retain(|_| false);
    rules.add(lint::rules()?)?;
    rules.retain(|r| config.keeps(&r.id, &r.aliases));
    let files = files(&args.paths, root.as_deref())?;
    let mut reading =
        Reading { chain: &chain, rules: &rules, ledger: Ledger::default(), findings: Vec::new() };
    files.iter().for_each(|file| reading.file(file, root.as_deref()));
    let (mut findings, mut ledger) = (reading.findings, reading.ledger);
    mask(&mut findings, &files, context)?;
    let least =
        flags.min_confidence.or(config.report.min_confidence).unwrap_or(Confidence::Medium);
    let all = findings.len();
    findings.retain(|f| f.confidence >= least);
    ledger.notes.extend(chain.notes());
    let below = all - findings.len();
    let scope = "CircleCI configuration".into();
    let objects = BTreeMap::new();
    let outcome = Outcome {
        findings,
        ledger,
        below,
        unsure: Vec::new(),
        scope,
        whole: Vec::new(),
        objects,
        interrupted: false,
    };
    let finished = Finished::new(outcome, rules, &config, started);
    let exit = run::verdict(&finished, Gate::Reported, flags.exit_code);
    run::tell(&finished, exit, flags, context)?;
    Ok(exit)
}

/// Masks secrets that stand on the lines of findings: a lint does not know them, a scan does.
fn mask(findings: &mut [Finding], files: &[PathBuf], context: &Context) -> Result<()> {
    let sources = files.iter().map(|file| -> Box<dyn Source> { Box::new(Files::new(file)) });
    let flags = Flags::inner(Some(Confidence::Low));
    let run = Run::inner(sources.collect(), None, &flags);
    let redactor = run::scan_whole(run, context)?.redactor();
    for place in findings.iter_mut().flat_map(|f| &mut f.places) {
        let masked = redactor.bytes(&place.excerpt.text).into_owned();
        if masked != place.excerpt.text {
            // Where its own secret stands is not known any more; it was masked as well, or is none.
            place.excerpt = Excerpt { text: masked, secret: None };
        }
    }
    Ok(())
}

/// The files to read: those that are named, and the configurations in folders.
fn files(paths: &[PathBuf], root: Option<&Path>) -> Result<Vec<PathBuf>> {
    let here = root.unwrap_or(Path::new(".")).to_owned();
    let usual = [here.join(".circleci"), here.join("circle.yml")];
    let named = !paths.is_empty();
    let mut found = Vec::new();
    for path in if named { paths } else { &usual[..] } {
        if path.is_file() {
            found.push(path.clone());
        } else if path.is_dir() {
            let inside = ignore::WalkBuilder::new(path).standard_filters(false).build();
            let inside =
                inside.filter_map(std::result::Result::ok).map(ignore::DirEntry::into_path);
            let is_config = |p: &PathBuf| circle::is_config(p.as_os_str().as_encoded_bytes());
            found.extend(inside.filter(|p| p.is_file() && is_config(p)));
        } else if named {
            let none = format!("there is no file {}", path.display());
            return Err(Error::new(Kind::Usage, none));
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

struct Reading<'a> {
    chain: &'a Chain,
    rules: &'a RuleSet,
    ledger: Ledger,
    findings: Vec<Finding>,
}

impl Reading<'_> {
    fn file(&mut self, file: &Path, root: Option<&Path>) {
        self.ledger.count_mut(Unit::File).scope += 1;
        let real = file.canonicalize().unwrap_or_else(|_| file.to_owned());
        let shown = root.and_then(|r| real.strip_prefix(r).ok()).unwrap_or(file);
        let path = shown.as_os_str().as_encoded_bytes().to_vec();
        match read(file) {
            Err((reason, detail)) => self.skip(reason, &path, detail),
            Ok(text) => self.text(&path, &text),
        }
    }

    fn text(&mut self, path: &[u8], text: &str) {
        let print =
            |rule: &crate::rule::Rule, secret: &_| self.chain.fingerprint(rule.family(), secret);
        let beside = |text: &[u8], span, rule: &_| self.chain.inline(text, span, rule);
        match lint::findings(path, text, self.rules, &print, &beside) {
            Err(broken) => {
                let detail = format!("line {}: {}", broken.line, broken.why);
                self.skip(Reason::Unsupported, path, detail);
            }
            Ok(mut found) => {
                self.ledger.count_mut(Unit::File).scanned += 1;
                self.ledger.bytes += text.len() as u64;
                found.iter_mut().for_each(|finding| self.file_away(finding));
                self.findings.extend(found);
            }
        }
    }

    /// Lets baseline and configuration file a finding away.
    fn file_away(&self, finding: &mut Finding) {
        let rule = self.rules.get(finding.rule);
        for place in finding.places.iter_mut().filter(|p| p.status == Status::Open) {
            place.status = self.chain.file(&Case {
                rule,
                fingerprint: finding.fingerprint,
                secret: &finding.secret,
                path: place.origin.path.as_deref(),
            });
        }
    }

    fn skip(&mut self, reason: Reason, path: &[u8], detail: String) {
        self.ledger.count_mut(Unit::File).skipped += 1;
        let what = display_path(path);
        self.ledger.skipped.push(Skipped { reason, unit: Some(Unit::File), what, detail });
    }
}

fn read(file: &Path) -> std::result::Result<String, (Reason, String)> {
    let failed = |e: std::io::Error| (Reason::Unreadable, e.to_string());
    let size = std::fs::metadata(file).map_err(failed)?.len();
    if size > LONGEST {
        return Err((Reason::Unsupported, "the file is too long for a configuration".into()));
    }
    Ok(String::from_utf8_lossy(&std::fs::read(file).map_err(failed)?).into_owned())
}
