//! `stanch fix`.

use super::explain::{everything, name_before, one};
use super::{Context, Exit, exit, output, stdout};
use crate::advice::Advice;
use crate::circle;
use crate::error::{Error, Kind, Result};
use crate::git::top_of;
use crate::model::{Finding, OriginKind, display_path};
use crate::repair;
use crate::rule::Rule;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  stanch fix 0f3a9c21             show the change
  stanch fix 0f3a9c21 --apply     make it
  stanch fix 0f3a9c21 --name BUILD_TOKEN
  stanch fix 0f3a9c21 --manager vault --app web

The secret is masked in what is shown. Revoke it all the same: the history keeps it.";

/// Replace a secret in files by a read of an environment variable or a secret manager, in the
/// file's language.
///
/// Shows the change first; --apply makes it. Python, JavaScript, TypeScript, Go, Java, Ruby, Rust,
/// C#, PHP, shell and YAML are known. Where the secret is not a plain string, or the result would
/// not parse, the file is left alone and named. Where a language needs more than one expression to
/// ask the manager, the file reads a variable, and what fills that is told.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::TABLE))]
pub(super) struct Args {
    /// Fingerprints of findings, or their first eight digits or more.
    #[arg(value_name = "FINDING", required = true)]
    findings: Vec<String>,
    /// The variable's name; taken from the code or the rule unless given.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Where the value is kept: `env`, `aws` (Secrets Manager), `vault` (HashiCorp), `conjur`
    /// (CyberArk), `circleci` (a context).
    #[arg(long, value_name = "MANAGER", default_value = "env",
        value_parser = ["env", "aws", "vault", "conjur", "circleci"])]
    manager: String,
    /// What the value is filed under at the manager.
    #[arg(long, value_name = "NAME", default_value = "my-app", value_parser = app)]
    app: String,
    /// Change the files.
    #[arg(long)]
    apply: bool,
}

/// Runs the command.
pub(super) fn run(args: Args, context: &Context) -> Result<Exit> {
    if let Some(name) = args.name.as_ref().filter(|n| !is_variable(n)) {
        return Err(Error::new(Kind::Usage, format!("`{name}` is no name of a variable")));
    }
    let advice = Advice::load()?;
    let finished = everything(context)?;
    let redactor = finished.redactor();
    let top = top_of(Path::new("."))?.unwrap_or_default();
    let (mut out, mut left) = (String::new(), 0);
    for wanted in &args.findings {
        let finding = one(&finished, wanted)?;
        let rule = finished.rules.get(finding.rule);
        let name = args.name.clone().unwrap_or_else(|| variable(finding, rule));
        for path in paths(finding) {
            let shown = display_path(&path);
            match change(&top, &path, finding, &advice, &name, &args)? {
                Ok(patch) => out.push_str(&patch),
                Err(why) => {
                    left += 1;
                    context
                        .ui
                        .say(redactor.line(format!("{shown} is left alone: {why}").as_bytes()));
                }
            }
            if circle::is_config(&path) {
                context.ui.say(format!("{shown}: CircleCI reads no variables in `environment`; delete the line there, and set {name} in a context"));
            }
        }
        tell_manager(&advice, &args, &name, context);
        if paths(finding).is_empty() {
            left += 1;
            context.ui.say(format!(
                "{wanted} is in no file of the work tree: see `stanch clean {wanted}`"
            ));
        }
    }
    let masked: Vec<String> = out.lines().map(|l| redactor.line(l.as_bytes())).collect();
    stdout::print(masked.into_iter().map(|l| l + "\n").collect::<String>())?;
    let did = if args.apply {
        "changed; set the variable, and revoke the secret"
    } else {
        "--apply makes the change"
    };
    if !out.is_empty() {
        context.ui.say(did);
    }
    Ok(if left > 0 { Exit::Incomplete } else { Exit::Clean })
}

/// Says how the value gets to where it is read from.
fn tell_manager(advice: &Advice, args: &Args, name: &str, context: &Context) {
    let Some(manager) = advice.managers.iter().find(|m| m.id == args.manager) else { return };
    let filled = |text: &str| text.trim().replace("@NAME@", name).replace("@APP@", &args.app);
    context.ui.say(format!(
        "keep the new value there ({}):\n{}",
        manager.name,
        filled(&manager.store)
    ));
    if !manager.fill.is_empty() {
        let fill = filled(&manager.fill);
        context.ui.say(format!("what reads the variable {name} is started with it:\n{fill}"));
    }
}

/// The name that values are filed under: it stands in code and in shell text.
fn app(text: &str) -> std::result::Result<String, String> {
    let fine = |b: u8| b.is_ascii_alphanumeric() || b"-_./".contains(&b);
    match !text.is_empty() && text.bytes().all(fine) {
        true => Ok(text.to_owned()),
        false => Err("only letters, digits and -_./ may stand in it".into()),
    }
}

/// Files of the work tree that hold the finding.
fn paths(finding: &Finding) -> BTreeSet<Vec<u8>> {
    let here = finding.places.iter().filter(|p| {
        matches!(
            p.origin.kind,
            OriginKind::WorkTree | OriginKind::File | OriginKind::Index | OriginKind::History
        )
    });
    let paths: BTreeSet<Vec<u8>> = here.filter_map(|p| p.origin.path.clone()).collect();
    paths.into_iter().collect()
}

type Outcome = std::result::Result<String, String>;

/// The patch for one file, made if asked.
fn change(
    top: &Path,
    path: &[u8],
    finding: &Finding,
    advice: &Advice,
    name: &str,
    args: &Args,
) -> Result<Outcome> {
    let file = top.join(os(path));
    // What stands in the history only needs no change here.
    let Ok(raw) = std::fs::read(&file) else { return Ok(Ok(String::new())) };
    let Ok(text) = String::from_utf8(raw) else { return Ok(Err("it is no UTF-8 text".into())) };
    let Some(language) = advice.language_of(path) else {
        return Ok(Err("its language is not known: do it by hand".into()));
    };
    let reading = language.reading(&args.manager, name, &args.app);
    let fixed = match repair::fix(&text, finding, language, &reading) {
        Ok(fixed) => fixed,
        // An older state of the file had it.
        Err(_) if !has_here(finding, path) => return Ok(Ok(String::new())),
        Err(why) => return Ok(Err(why)),
    };
    if args.apply {
        output::write(&file, fixed.as_bytes())
            .map_err(|e| Error::new(Kind::Io, format!("writing {}", file.display())).because(e))?;
    }
    Ok(Ok(repair::diff(&display_path(path), &text, &fixed)))
}

/// Whether the work tree has the finding at that path.
fn has_here(finding: &Finding, path: &[u8]) -> bool {
    finding.places.iter().any(|p| {
        matches!(p.origin.kind, OriginKind::WorkTree | OriginKind::File)
            && p.origin.path.as_deref() == Some(path)
    })
}

fn os(path: &[u8]) -> PathBuf {
    #[cfg(unix)]
    let name = <OsString as std::os::unix::ffi::OsStringExt>::from_vec(path.to_vec());
    #[cfg(not(unix))]
    let name = OsString::from(String::from_utf8_lossy(path).into_owned());
    PathBuf::from(name)
}

/// The name that the code gives it, else the usual one, else one after its rule.
fn variable(finding: &Finding, rule: &Rule) -> String {
    let named = finding.places.iter().find_map(|p| name_before(&p.excerpt));
    let usual = || rule.env.first().map(ToString::to_string);
    let own = || rule.id.to_ascii_uppercase().replace('-', "_");
    named.filter(|n| is_variable(n)).or_else(usual).unwrap_or_else(own)
}

fn is_variable(name: &str) -> bool {
    name.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
