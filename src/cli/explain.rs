//! `stanch explain`.

mod why;

use super::pages::{self, Form};
use super::run::{self, Flags, Run};
use super::{Context, Exit, exit, rules, scan};
use crate::advice::{Advice, Explanation, Used};
use crate::circle::{self, Facts};
use crate::error::{Error, Kind, Result};
use crate::git::files::Listing;
use crate::git::{self, Commit, Repo};
use crate::incident;
use crate::model::{Confidence, Finding, display_path};
use crate::rule::{Rule, RuleSet};
use crate::usage::{Finder, MAX_FILE};
use std::collections::BTreeSet;
use std::path::Path;

/// Explain what a kind of secret opens, and what to do when it has leaked.
///
/// Tells what it is, what whoever holds it can do, how it usually leaks, how to see whether it was
/// misused, how to revoke and replace it, what stops working then (from where its name is used in
/// this repository), and where to keep it instead of in code, with a snippet in the language of the
/// file. Given a fingerprint, it looks for that finding in this repository first.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::TABLE))]
pub(super) struct Args {
    /// Id of a rule, as reports show it in brackets (an id of another tool is understood too), or
    /// a finding's fingerprint, or its first eight digits or more.
    #[arg(value_name = "RULE|FINGERPRINT")]
    what: String,
    /// The form of the answer.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_enum)]
    format: Form,
    /// Snippets in this language only (`python`, `go`, …; `all` for every one). Without it, those
    /// of the finding's file or of this repository.
    #[arg(long, value_name = "LANGUAGE", value_delimiter = ',')]
    language: Vec<String>,
    /// Tell instead what speaks for the finding of that fingerprint and against it, and by how
    /// much. Nothing of the secret is shown.
    #[arg(long)]
    why: bool,
}

const EXAMPLES: &str = "\
Examples:
  stanch explain circleci-personal-token
  stanch explain circleci-personal-token --language all --format markdown
  stanch explain 0123456789abcdef --why   what speaks for a finding and against it
  stanch rules list circleci      the ids of one provider
  stanch rules show RULE          how a rule finds and checks";

/// What is told if nothing says which languages are spoken here.
const USUAL: [&str; 5] = ["python", "javascript", "go", "java", "shell"];

/// Runs the command.
pub(super) fn run(args: Args, context: &Context) -> Result<Exit> {
    let advice = Advice::load()?;
    let (_, set) = rules::here(context)?;
    let (explanation, redactor) = if is_fingerprint(&args.what) && set.find(&args.what).is_none() {
        let finished = everything(context)?;
        let finding = one(&finished, &args.what)?;
        if args.why {
            super::stdout::print(why::told(finding, &finished.rules))?;
            return Ok(Exit::Clean);
        }
        let explanation = of_finding(finding, &finished.rules, &advice, &args)?;
        (explanation, finished.redactor())
    } else if args.why {
        let rule = "`--why` is about one finding, so it wants a fingerprint";
        return Err(Error::new(Kind::Usage, rule)
            .hint("`stanch scan --min-confidence low --format json` shows all fingerprints"));
    } else {
        let rule = rules::find(&set, &args.what)?;
        (of_rule(rule, &advice, &args)?, pages::nothing())
    };
    pages::print(&explanation.page(), &explanation, args.format, &redactor)?;
    Ok(Exit::Clean)
}

/// Whether it is meant as a fingerprint or its beginning.
fn is_fingerprint(text: &str) -> bool {
    (8..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// All that is found here, however unsure.
///
/// Only in a repository: a fingerprint says nothing of which folder is meant, and the one we stand
/// in may hold a whole machine.
pub(super) fn everything(context: &Context) -> Result<run::Finished> {
    if git::top_of(Path::new("."))?.is_none() {
        let none = "a fingerprint is looked for in a git repository, and here is none";
        return Err(Error::new(Kind::Usage, none).hint("go to the repository of the finding"));
    }
    let (sources, root) = scan::usual_sources()?;
    let flags = Flags::inner(Some(Confidence::Low));
    let run = Run::inner(sources, root, &flags);
    run::scan_whole(run, context)
}

/// The finding with that fingerprint or beginning of one.
pub(super) fn one<'f>(finished: &'f run::Finished, name: &str) -> Result<&'f Finding> {
    let outcome = &finished.outcome;
    let name = name.to_ascii_lowercase();
    let mut found =
        outcome.findings.iter().filter(|f| f.fingerprint.to_string().starts_with(&name));
    let rest = if outcome.ledger.is_complete() { "" } else { ", but not all could be read" };
    let none =
        || Error::new(Kind::Usage, format!("no finding here has the fingerprint {name}{rest}"));
    let first = found.next().ok_or_else(|| {
        none().hint("`stanch scan --min-confidence low --format json` shows all fingerprints")
    })?;
    match found.next() {
        None => Ok(first),
        Some(_) => Err(Error::new(Kind::Usage, format!("several fingerprints begin with {name}"))
            .hint("give more digits of it")),
    }
}

fn of_finding(
    finding: &Finding,
    rules: &RuleSet,
    advice: &Advice,
    args: &Args,
) -> Result<Explanation> {
    let rule = rules.get(finding.rule);
    let name = finding.places.iter().find_map(|p| name_before(&p.excerpt));
    let paths = finding.places.iter().filter_map(|p| p.origin.path.as_deref());
    let spoken: Vec<&str> =
        paths.filter_map(|p| advice.language_of(p)).map(|l| l.id.as_str()).collect();
    let languages = languages(advice, args, spoken)?;
    let mut explanation = Explanation::of(rule, advice, name.as_deref(), &languages);
    explanation.fingerprint = Some(finding.fingerprint.to_string());
    if let Some(found) = used(&explanation.env)? {
        explanation.services = found.services;
        explanation.used = Some(found.used);
    }
    Ok(explanation)
}

fn of_rule(rule: &Rule, advice: &Advice, args: &Args) -> Result<Explanation> {
    let names: Vec<String> = rule.env.iter().map(ToString::to_string).collect();
    let found = used(&names)?;
    let paths = found.iter().flat_map(|found| &found.paths);
    let spoken = paths.filter_map(|p| advice.language_of(p)).map(|l| l.id.as_str());
    let languages = languages(advice, args, spoken.collect())?;
    let mut explanation = Explanation::of(rule, advice, None, &languages);
    if let Some(found) = found {
        explanation.services = found.services;
        explanation.used = Some(found.used);
    }
    Ok(explanation)
}

/// The ids of the languages to show snippets in.
fn languages<'a>(
    advice: &'a Advice,
    args: &'a Args,
    spoken: Vec<&'a str>,
) -> Result<Vec<&'a str>> {
    let all = || advice.languages.iter().map(|l| l.id.as_str());
    if args.format == Form::Json || args.language.iter().any(|l| l == "all") {
        return Ok(all().collect());
    }
    if let Some(unknown) = args.language.iter().find(|l| all().all(|id| id != **l)) {
        let known: Vec<&str> = all().collect();
        let error = Error::new(Kind::Usage, format!("there is no language `{unknown}`"));
        return Err(error.hint(format!("there are: {}", known.join(", "))));
    }
    if !args.language.is_empty() {
        return Ok(args.language.iter().map(String::as_str).collect());
    }
    let spoken: BTreeSet<&str> = spoken.into_iter().collect();
    Ok(if spoken.is_empty() { USUAL.to_vec() } else { spoken.into_iter().collect() })
}

/// The name that the secret is assigned to: the last word of capitals before it on its line.
pub(super) fn name_before(excerpt: &crate::model::Excerpt) -> Option<String> {
    let before = excerpt.text.get(..excerpt.secret?.start)?;
    let word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    let words = before.split(|b| !word(b)).filter(|w| w.len() >= 3);
    let mut named = words.filter(|w| {
        w.first().is_some_and(u8::is_ascii_alphabetic)
            && w.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_')
    });
    Some(String::from_utf8_lossy(named.next_back()?).into_owned())
}

/// Where names are used in the files of HEAD.
struct Uses {
    used: Vec<Used>,
    /// The files.
    paths: BTreeSet<Vec<u8>>,
    /// What may stop.
    services: Vec<String>,
}

/// `None` outside of git or before the first commit.
fn used(names: &[String]) -> Result<Option<Uses>> {
    let Some(top) = git::top_of(Path::new("."))? else { return Ok(None) };
    let repo = Repo::open(top)?;
    let Some(head) = repo.head()? else { return Ok(None) };
    let unread = |gap: git::Gap| Error::new(Kind::Git, "reading HEAD").because(gap.detail);
    let commit = Commit::parse(&repo.read_kind(head, git::Kind::Commit).map_err(unread)?);
    let Some(tree) = commit.tree else { return Ok(None) };
    let finder = Finder::new(names);
    let (mut uses, mut configs) = (Vec::new(), Vec::new());
    for (path, id) in Listing::of(&repo, tree, &|_| true).files {
        let small = repo.header(id).is_ok_and(|(_, size)| size <= MAX_FILE as u64);
        if small && let Ok(text) = repo.read_kind(id, git::Kind::Blob) {
            finder.find(&path, &text, &mut uses);
            configs.extend(config(&path, &text));
        }
    }
    let paths: BTreeSet<Vec<u8>> = uses.iter().map(|u| u.path.clone()).collect();
    let (mut used, mut services) = (Vec::new(), BTreeSet::new());
    for one in uses {
        let (path, line, name) = (display_path(&one.path), one.line, one.name);
        services.extend(incident::services(&configs, one.kind, &path, line, &name));
        used.push(Used { kind: one.kind.as_str(), path, line, name });
    }
    used.sort();
    Ok(Some(Uses { used, paths, services: services.into_iter().collect() }))
}

/// What CircleCI's configuration at `path` says.
fn config(path: &[u8], text: &[u8]) -> Option<(String, Facts)> {
    let text = circle::is_config(path).then(|| String::from_utf8_lossy(text))?;
    let path = display_path(path);
    let root = circle::unpacked(circle::parse(&text).ok()?, &path);
    Some((path, circle::facts(&root)))
}
