//! `stanch clean`.

use super::explain::{everything, one};
use super::pages::{self, Form};
use super::run::{self, Finished, Flags, Run};
use super::{Context, Exit, exit, stdout};
use crate::error::{Error, Kind, Result};
use crate::git::rewrite::rewrite;
use crate::git::{Repo, Where, top_of};
use crate::model::{Confidence, Finding, display_path};
use crate::repair::{self, Case, Held, Replacer};
use crate::source::{History, HistoryOptions};
use serde_json::json;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  stanch clean 0f3a9c21                              where it can be reached, and the plan
  stanch clean 0f3a9c21 --replacements ../repl.txt   the file that git-filter-repo needs
  stanch clean 0f3a9c21 --apply ../clean.git         write a cleaned clone, and prove it
  stanch clean 0f3a9c21 --prove --replacements ../repl.txt   nothing of it is left here, in any form

Revoke the secret first: taking it out of a history mends nothing for whoever has a copy.";

/// Plan how to take a secret out of the history, and prove afterwards that it is gone.
///
/// Tells every branch, tag, stash, note, remote-tracking ref and reflog that still leads to it, and
/// the exact steps. This repository is never changed: --apply writes a new one beside it.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::TABLE))]
pub(super) struct Args {
    /// Fingerprints of findings, or their first eight digits or more.
    #[arg(value_name = "FINDING", required = true)]
    findings: Vec<String>,
    /// Write the file of replacements for git-filter-repo. It holds the secrets; only you may read
    /// it, and it must not be there yet. With --prove it is read, and every form in it is looked
    /// for.
    #[arg(long, value_name = "FILE")]
    replacements: Option<PathBuf>,
    /// Write a fresh bare clone into this folder, with the secrets replaced in every file and
    /// message that a ref reaches, and look through it afterwards.
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["prove", "replacements"])]
    apply: Option<PathBuf>,
    /// Look through everything here, and say whether anything is left.
    #[arg(long)]
    prove: bool,
    /// The form of the answer.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_enum)]
    format: Form,
}

/// Runs the command.
pub(super) fn run(args: Args, context: &Context) -> Result<Exit> {
    let finished = everything(context)?;
    if args.prove {
        return prove(&args.findings, &finished, &left_in(&args)?);
    }
    let mut findings: Vec<&Finding> = Vec::new();
    for name in &args.findings {
        findings.push(one(&finished, name)?);
    }
    if let Some(file) = &args.replacements {
        write(file, &Replacer::new(&findings)?.file())?;
        context.ui.say(format!("wrote {}: it holds the secrets", file.display()));
        return Ok(Exit::Clean);
    }
    let top = top_of(Path::new("."))?
        .ok_or_else(|| Error::new(Kind::Git, "this is not a git repository"))?;
    if let Some(into) = &args.apply {
        return apply(&args, &top, into, &findings, context);
    }
    let repo = Repo::open(top)?;
    let held = Replacer::new(&findings)?.held(&repo)?;
    let reached = repair::reached(&repo, &findings, &held)?;
    let pairs = findings.iter().map(|f| (*f, finished.rules.get(f.rule))).collect();
    let page = repair::page(&Case { findings: pairs, reached: &reached }, &args.findings);
    let data = json!({"schema": "stanch-clean/1", "findings": args.findings, "reached": reached});
    pages::print(&page, &data, args.format, &finished.redactor())?;
    Ok(Exit::Findings(1))
}

/// Writes the cleaned clone, and looks through it.
fn apply(
    args: &Args,
    top: &Path,
    into: &Path,
    findings: &[&Finding],
    context: &Context,
) -> Result<Exit> {
    let replacer = Replacer::new(findings)?;
    let replace = |text: &[u8]| replacer.replaced(text);
    let done = rewrite(&Repo::open(top)?, into, &replace)?;
    context.ui.say(format!(
        "wrote {}: {} of {} commits and {} of {} refs are new, {} files were changed",
        into.display(),
        done.commits.1,
        done.commits.0,
        done.refs.1,
        done.refs.0,
        done.blobs
    ));
    // The same key makes the same fingerprints: that of the old repository's baseline.
    let history = History::new(&Where::path(into), HistoryOptions::default());
    let flags = Flags::inner(Some(Confidence::Low));
    let run = Run::inner(vec![Box::new(history)], Some(top.to_owned()), &flags);
    let held = replacer.held(&Repo::open(into)?)?;
    prove(&args.findings, &run::scan_whole(run, context)?, &held)
}

/// What holds a form that stands in the file of replacements, if one is named.
fn left_in(args: &Args) -> Result<Held> {
    let Some(file) = &args.replacements else { return Ok(Held::default()) };
    let failed =
        |e: std::io::Error| Error::new(Kind::Io, format!("reading {}", file.display())).because(e);
    let replacer = Replacer::read(&std::fs::read(file).map_err(failed)?)?;
    let top = top_of(Path::new("."))?
        .ok_or_else(|| Error::new(Kind::Git, "this is not a git repository"))?;
    replacer.held(&Repo::open(top)?)
}

/// Says whether anything of the findings is left.
fn prove(names: &[String], finished: &Finished, held: &Held) -> Result<Exit> {
    let outcome = &finished.outcome;
    let is_wanted = |f: &&Finding| {
        let print = f.fingerprint.to_string();
        names.iter().any(|name| print.starts_with(&name.to_ascii_lowercase()))
    };
    let left: Vec<&Finding> = outcome.findings.iter().filter(is_wanted).collect();
    let mut out = String::new();
    for (finding, place) in left.iter().flat_map(|f| f.places.iter().map(move |p| (f, p))) {
        let path = place.origin.path.as_deref().map(display_path).unwrap_or_default();
        let reach = place.reach.map_or("here", |r| r.as_str());
        out.push_str(&format!(
            "left: {} {} {path} ({reach})\n",
            finding.fingerprint,
            place.origin.kind.as_str()
        ));
    }
    for id in held.blobs.iter().chain(&held.said) {
        out.push_str(&format!("left: object {id} holds it, or an encoded form of it\n"));
    }
    let clean = left.is_empty() && held.blobs.is_empty() && held.said.is_empty();
    let counts = outcome
        .ledger
        .counts
        .iter()
        .map(|(unit, n)| format!("{} {}", n.scanned + n.known, unit.plural()));
    let counts: Vec<String> = counts.collect();
    let gaps = outcome.ledger.gaps().count() + held.unread;
    if clean {
        out.push_str(&format!("nothing is left: {} were looked through\n", counts.join(", ")));
    }
    if gaps > 0 {
        out.push_str(&format!("but {gaps} things could not be read (`stanch scan` names them)\n"));
    }
    stdout::print(finished.redactor().bytes(out.as_bytes()))?;
    Ok(match (clean, gaps) {
        (false, _) => Exit::Findings(1),
        (true, 0) => Exit::Clean,
        (true, _) => Exit::Incomplete,
    })
}

/// Writes a file that only its owner may read and that was not there.
fn write(path: &Path, text: &[u8]) -> Result<()> {
    let failed =
        |e: std::io::Error| Error::new(Kind::Io, format!("writing {}", path.display())).because(e);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(failed)?;
    file.write_all(text).map_err(failed)
}
