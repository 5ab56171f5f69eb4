//! `stanch migrate`: what other scanners were told to pass over, taken over.

use super::baseline::{file, root, scan_here, verdict};
use super::run::{self, Finished, Flags, Run};
use super::stdout::print;
use super::{Context, Exit, exit, output};
use crate::config::{Config, FILES, Whose};
use crate::error::{Error, Kind, Result};
use crate::model::{Confidence, Finding, display_path};
use crate::rule::RuleSet;
use crate::source::{Files, Source};
use crate::suppress::{Baseline, Import, Key, Note, import, imports};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const ABOUT: &str = "Take over what other scanners were told to pass over

Reads .gitleaksignore, .gitleaks.toml, reports of gitleaks, .secrets.baseline, .gitguardian.yaml,
.secretsignore, .talismanrc, .gitallowed and others at the repository's root, and scans. Findings that they name go
to the baseline, with a reason that says where it is from; paths that they pass over become
[[allow]] entries of the configuration. Comments of other tools need no migration: they are
honoured where they stand. Without --write it only tells.";

/// Take over what other scanners were told to pass over.
#[derive(Debug, clap::Args)]
#[command(long_about = ABOUT, after_help = exit::TABLE)]
pub(super) struct Args {
    /// Do it; else it is only told.
    #[arg(long)]
    write: bool,
    /// Read FILE as well, as if it were the file NAME of another scanner; may be given again.
    #[arg(long, value_name = "NAME=FILE", value_parser = named)]
    from: Vec<(String, PathBuf)>,
    /// The baseline to write to, instead of `.stanch-baseline.toml` at the repository's root.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
}

fn named(text: &str) -> std::result::Result<(String, PathBuf), String> {
    let (name, file) = text.split_once('=').ok_or("write it as NAME=FILE")?;
    Ok((name.into(), file.into()))
}

/// Runs the command.
pub(super) fn run(args: Args, context: &Context) -> Result<Exit> {
    let root = root()?;
    let mut found = imports(&root)?;
    let mut files: Vec<PathBuf> = found.iter().map(|import| root.join(&import.file)).collect();
    for (name, file) in args.from {
        found.push(import(&name, &file)?);
        files.push(file);
    }
    if found.is_empty() {
        context.ui.say("there is no file of another scanner at the repository's root");
        return Ok(Exit::Clean);
    }
    let file = file(args.baseline, context)?;
    let mut baseline = Baseline::load(&file)?.unwrap_or_else(|| Baseline::new(Key::generate()));
    let scanned = scan_here(context, &baseline, Some(Confidence::Low))?;
    let id = |rule: usize| &*scanned.rules.get(rule).id;
    let mut text = String::new();
    let mut taken = BTreeSet::new();
    for import in &found {
        let open = scanned.outcome.findings.iter().filter(|f| f.is_open());
        let named: Vec<&Finding> = open
            .filter(|f| names(import, f, &scanned.rules) && taken.insert(f.fingerprint))
            .collect();
        tell(import, named.len(), &mut text);
        let reason = format!("taken over from {} ({})", import.file, import.tool);
        baseline.add(named, id, &Note { reason, ..Note::default() });
    }
    print(masked(&text, &scanned, files, context)?)?;
    let allows = allows(&found, &root)?;
    if args.write {
        baseline.save(&file)?;
        append(&root, &allows)?;
        context.ui.say(format!("wrote {} entries to {}", taken.len(), file.display()));
    } else {
        context.ui.say("nothing was written; `stanch migrate --write` does it");
    }
    Ok(verdict(&scanned.outcome.ledger, context))
}

/// Their files may hold secrets that the scan did not see: where git ignores them, or elsewhere.
fn masked(
    text: &str,
    scanned: &Finished,
    files: Vec<PathBuf>,
    context: &Context,
) -> Result<Vec<u8>> {
    let sources = files.into_iter().map(|file| -> Box<dyn Source> { Box::new(Files::new(file)) });
    let flags = Flags::inner(Some(Confidence::Low));
    let theirs = run::scan_whole(Run::inner(sources.collect(), None, &flags), context)?;
    let text = scanned.redactor().bytes(text.as_bytes()).into_owned();
    Ok(theirs.redactor().bytes(&text).into_owned())
}

fn names(import: &Import, finding: &Finding, rules: &RuleSet) -> bool {
    import.names(finding, rules.get(finding.rule))
}

fn tell(import: &Import, named: usize, text: &mut String) {
    let (file, tool, n) = (display_path(import.file.as_bytes()), import.tool, import.len());
    let paths = import.paths().count();
    let kinds: Vec<String> = import.kinds().iter().map(|(k, n)| format!("{n} {k}")).collect();
    let kinds = if kinds.is_empty() { "none".into() } else { kinds.join(", ") };
    let _ = writeln!(text, "{file} ({tool}): {n} entries: {kinds}");
    let _ = writeln!(text, "  {named} open findings are named by it: to the baseline");
    if paths > 0 {
        let _ = writeln!(text, "  {paths} paths are passed over by it: to the configuration");
    }
    for left in import.left.iter().take(10) {
        let _ = writeln!(text, "  not taken over: {}", display_path(left.as_bytes()));
    }
    if import.left.len() > 10 {
        let _ = writeln!(text, "  not taken over: {} more", import.left.len() - 10);
    }
    if file == ".secretsignore" || file.ends_with(".json") {
        let _ = writeln!(text, "  it may hold secrets in the clear: delete it afterwards");
    }
}

/// The `[[allow]]` entries for paths that the configuration does not have yet.
fn allows(found: &[Import], root: &Path) -> Result<String> {
    let there = std::fs::read_to_string(config_file(root)).unwrap_or_default();
    let mut text = String::new();
    for import in found {
        for path in import.paths() {
            let entry = format!("path = {}\n", toml::Value::String(path.to_owned()));
            if there.contains(&entry) || text.contains(&entry) {
                continue;
            }
            let reason = format!("taken over from {} ({})", import.file, import.tool);
            let reason = toml::Value::String(reason);
            let _ = write!(text, "\n[[allow]]\n{entry}reason = {reason}\n");
        }
    }
    Config::parse(format!("{there}{text}").as_bytes(), &config_file(root), Whose::Repository)?;
    Ok(text)
}

/// The configuration that is there, else the usual one.
fn config_file(root: &Path) -> PathBuf {
    let mut all = FILES.iter().map(|name| root.join(name));
    all.find(|file| file.is_file()).unwrap_or_else(|| root.join(FILES[0]))
}

fn append(root: &Path, text: &str) -> Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let file = config_file(root);
    let now = match std::fs::read_to_string(&file) {
        Ok(now) => now,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(e) => return Err(failed(&file, e)),
    };
    let gap = if now.is_empty() || now.ends_with('\n') { "" } else { "\n" };
    let text = if now.is_empty() { text.trim_start() } else { text };
    output::write(&file, format!("{now}{gap}{text}").as_bytes()).map_err(|e| failed(&file, e))
}

fn failed(file: &Path, cause: std::io::Error) -> Error {
    Error::new(Kind::Io, format!("writing {}", file.display())).because(cause)
}
