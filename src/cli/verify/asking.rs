//! Asking, in a build that can.

use super::super::policy::Policy;
use super::super::run::{self, Finished, Flags as RunFlags, Gate, Run, now};
use super::super::{Context, Exit, explain, network, scan, stdout};
use super::{Args, Flags};
use crate::error::{Error, Kind, Result};
use crate::git::{Repo, top_of};
use crate::live::Log;
use crate::live::http::Client;
use crate::live::probe::{Asker, Parts, Table, ask_about, host_and_path, of_remote};
use crate::model::{Asked, Confidence, Finding, Fingerprint, Ledger, Secret, Severity};
use crate::pipeline::Outcome;
use crate::report;
use crate::rule::RuleSet;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::Path;
use std::time::Instant;

/// Everything that is needed to ask.
pub(super) struct Asking {
    client: Client,
    log: Option<Log>,
    reach: bool,
    parts: Parts,
    slugs: Vec<String>,
    public: BTreeSet<String>,
}

impl Asking {
    /// By the options, and by what the repository here says about itself.
    pub(super) fn new(flags: &Flags, network: &network::Flags) -> Result<Self> {
        let circle = network::circle_host()?;
        let client = network
            .client_with(circle.map(|url| ("circleci.com".into(), url)).into_iter().collect())?;
        let log = flags.verify_log.as_deref().map(Log::open).transpose()?;
        let remote = origin();
        let mut slugs = flags.project_slug.clone();
        slugs.extend(remote.as_deref().and_then(of_remote));
        let parts = flags.given.iter().fold(Parts::default(), |p, (n, v)| p.with(n, v.as_str()));
        let mut public = BTreeSet::new();
        if let Some((host, _)) = remote.as_deref().and_then(host_and_path) {
            if ["github.com", "gitlab.com", "bitbucket.org"].contains(&host.as_str()) {
                public.extend(["circleci.com", "sonarcloud.io"].map(String::from));
            }
            public.insert(host);
        }
        Ok(Self { client, log, reach: flags.reach, parts, slugs, public })
    }

    /// Asks about all of `findings`.
    pub(super) fn ask(&self, findings: &mut [Finding], rules: &RuleSet) -> Result<()> {
        let log = self.log.as_ref();
        let seed = seed();
        let mut asker = Asker::new(&self.client, log, self.reach, self.public.clone(), seed)?;
        ask_about(findings, rules, &mut asker, &self.parts, &self.slugs)
    }
}

/// Something that nobody can foresee: hash maps have it from the operating system.
fn seed() -> u64 {
    use std::hash::{BuildHasher as _, Hasher as _};
    std::collections::hash_map::RandomState::new().build_hasher().finish()
}

fn origin() -> Option<String> {
    let top = top_of(Path::new(".")).ok()??;
    Repo::open(top).ok()?.remote_url("origin")
}

/// Runs the command.
pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    if args.list {
        return list();
    }
    let mut flags = RunFlags::inner(Some(Confidence::Low));
    flags.format.clone_from(&args.format);
    flags.output.clone_from(&args.output);
    flags.no_cache = false;
    let first = args.what.first().map(String::as_str);
    let mut finished = match first {
        Some("-") => on_stdin(args, &flags, context)?,
        Some(path) if Path::new(path).is_file() => return of_report(path, args, context),
        _ => of_repository(args, &flags, context)?,
    };
    Asking::new(&args.flags, &args.network)?
        .ask(&mut finished.outcome.findings, &finished.rules)?;
    let exit = run::verdict(&finished, Gate::Reported, 1);
    run::tell(&finished, exit, &flags, context)?;
    Ok(exit)
}

fn list() -> Result<Exit> {
    let table = Table::builtin()?;
    let mut text = String::new();
    for rule in RuleSet::builtin().iter() {
        for probe in table.of(rule) {
            let what = match probe.unknown.as_str() {
                "" => format!("{} {}", probe.method, probe.url),
                why => format!("none: {why}"),
            };
            text.push_str(&format!("{:<44} {what}\n", rule.id));
        }
    }
    stdout::print(text)?;
    Ok(Exit::Clean)
}

/// The findings of the repository here, or those that were named.
fn of_repository(args: &Args, flags: &RunFlags, context: &Context) -> Result<Finished> {
    let (sources, root) = scan::usual_sources()?;
    let mut flags = flags.clone();
    // Without a name, those that a scan would tell.
    if args.what.is_empty() {
        flags.min_confidence = None;
    }
    let mut finished = run::scan_whole(Run::inner(sources, root, &flags), context)?;
    if args.what.is_empty() {
        return Ok(finished);
    }
    let named = args.what.iter().map(|name| explain::one(&finished, name).map(|f| f.fingerprint));
    let named: Vec<Fingerprint> = named.collect::<Result<_>>()?;
    finished.outcome.findings.retain(|f| named.contains(&f.fingerprint));
    Ok(finished)
}

fn on_stdin(args: &Args, flags: &RunFlags, context: &Context) -> Result<Finished> {
    let hint = "stanch rules list shows the rules";
    let lacks = || Error::new(Kind::Usage, "which rule is the secret of? Give --rule").hint(hint);
    let id = args.rule.as_deref().ok_or_else(lacks)?;
    let in_force = Policy::OnDisk.in_force(top_of(Path::new("."))?.as_deref(), flags, context)?;
    let rules = in_force.rules;
    let nth = rules.iter().position(|r| *r.id == *id);
    let none = || Error::new(Kind::Usage, format!("there is no rule {id}")).hint(hint);
    let nth = nth.ok_or_else(none)?;
    let mut secret = String::new();
    std::io::stdin()
        .take(1 << 20)
        .read_to_string(&mut secret)
        .map_err(|e| Error::new(Kind::Io, "reading the secret on standard input").because(e))?;
    let finding = bare(nth, secret.trim_end_matches(['\r', '\n']));
    let outcome = Outcome {
        findings: vec![finding],
        ledger: Ledger::default(),
        below: 0,
        unsure: Vec::new(),
        whole: Vec::new(),
        scope: "standard input".into(),
        objects: BTreeMap::new(),
        interrupted: false,
    };
    Ok(Finished::new(outcome, rules, &in_force.config, Instant::now()))
}

/// A finding of which nothing is known but the secret.
fn bare(rule: usize, secret: &str) -> Finding {
    use crate::model::{Excerpt, Origin, OriginKind, Place, Status};
    let place = Place {
        origin: Origin::new(OriginKind::Stdin),
        line: 1,
        end_line: 1,
        column: 1,
        end_column: 1,
        excerpt: Excerpt::default(),
        introduced: None,
        reach: None,
        status: Status::Open,
        decoded: Vec::new(),
    };
    Finding {
        rule,
        secret: Secret::new(secret),
        fingerprint: Fingerprint([0; 16]),
        confidence: Confidence::Medium,
        severity: Severity::High,
        evidence: Vec::new(),
        traits: None,
        asked: None,
        places: vec![place],
        more: 0,
        beside: Vec::new(),
    }
}

/// What a report tells of; its secrets are those of the repository here, if it holds masks only.
fn of_report(path: &str, args: &Args, context: &Context) -> Result<Exit> {
    let text = std::fs::read(path)
        .map_err(|e| Error::new(Kind::Io, format!("reading {path}")).because(e))?;
    let mut past = report::read(&text, path, RuleSet::builtin())?;
    let (sources, root) = scan::usual_sources()?;
    let mut flags = RunFlags::inner(Some(Confidence::Low));
    flags.no_cache = false;
    let here = run::scan_whole(Run::inner(sources, root, &flags), context)?;
    let known: BTreeMap<Fingerprint, Secret> =
        here.outcome.findings.into_iter().map(|f| (f.fingerprint, f.secret)).collect();
    for finding in &mut past.findings {
        if let Some(secret) = known.get(&finding.fingerprint) {
            finding.secret = secret.clone();
        }
    }
    Asking::new(&args.flags, &args.network)?.ask(&mut past.findings, &past.rules)?;
    let is_open = past.findings.iter().any(Finding::is_open);
    let exit = if is_open { Exit::Findings(1) } else { Exit::Clean };
    let format = report::find(&args.format)
        .ok_or_else(|| Error::new(Kind::Usage, format!("there is no format {}", args.format)))?;
    run::deliver(format, &past.report(exit.code(), now()), args.output.as_deref())?;
    let asked = past.findings.iter().filter_map(|f| f.asked.as_deref());
    let open = asked.filter(|a: &&Asked| a.host.is_empty()).count();
    if open > 0 {
        context.ui.say(format!("{open} could not be asked about"));
    }
    Ok(exit)
}
