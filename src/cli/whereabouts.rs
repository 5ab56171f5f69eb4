//! `stanch where`: everything that is known of one finding.

use super::run::{self, Flags, Gate, Run};
use super::{Context, Exit, exit, scan, stdout};
use crate::error::{Error, Kind, Result};
use crate::git::{Where, top_of};
use crate::model::{Budget, Confidence, Finding, ObjectId, Trail};
use crate::report::{self, Redactor};
use crate::source;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

const EXAMPLES: &str = "\
Examples:
  stanch where 1f0c9a4be2d37785
  stanch where --json FINGERPRINT | jq .exposed_seconds

The fingerprint stands in every report; its first eight digits are enough.";

/// Tell all that the repository knows of one finding: where it stands and stood, who brought it
/// in, who took it out, for how long it was there, and which branches, tags and remotes have it.
///
/// Remotes are judged by the remote-tracking refs of this clone: a push that this clone did not
/// make or fetch is not known here.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::TABLE))]
pub(super) struct Args {
    /// Fingerprint of the finding, or its beginning.
    #[arg(value_name = "FINGERPRINT", value_parser = digits)]
    fingerprint: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(args: Args, context: &Context) -> Result<Exit> {
    let (sources, root) = scan::usual_sources()?;
    let mut flags = Flags::inner(Some(Confidence::Low));
    flags.no_cache = false;
    let run = Run { sources, root, flags: &flags, gate: Gate::Reported, baseline: None };
    let finished = run::scan(run, context)?;
    if finished.outcome.interrupted {
        return Err(Error::new(Kind::Interrupted, "interrupted: not everything was read"));
    }
    let complete = finished.outcome.ledger.is_complete();
    let finding = chosen(&finished.outcome.findings, &args.fingerprint, complete)?;
    let objects = finished.outcome.objects.get(&finding.fingerprint);
    let objects: Vec<ObjectId> = objects.into_iter().flatten().copied().collect();
    let trail = match top_of(Path::new(".")) {
        Some(top) => source::trace(
            &Where::path(top),
            &objects,
            &Budget::new(flags.memory, rayon::current_num_threads()),
        )?,
        None => Trail::default(),
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs() as i64);
    let redactor = Redactor::new(&finished.outcome.findings, &finished.rules, false);
    let rule = finished.rules.get(finding.rule);
    let told = report::Told { rule, finding, trail: &trail, now };
    let mut out = Vec::new();
    let written = match args.json {
        true => report::trail_json(&told, &redactor, &mut out),
        false => report::trail_text(&told, &redactor, &mut out),
    };
    written.map_err(|e| Error::new(Kind::Internal, "writing what was found").because(e))?;
    stdout::print(out)?;
    Ok(if complete { Exit::Clean } else { Exit::Incomplete })
}

fn chosen<'f>(findings: &'f [Finding], digits: &str, complete: bool) -> Result<&'f Finding> {
    let mut fit = findings.iter().filter(|f| f.fingerprint.to_string().starts_with(digits));
    match (fit.next(), fit.next()) {
        (Some(finding), None) => Ok(finding),
        (Some(_), Some(_)) => {
            let many = format!("several findings have fingerprints that begin with {digits}");
            Err(Error::new(Kind::Usage, many).hint("give more digits"))
        }
        (None, _) => {
            let rest = if complete { "" } else { ", and not all of it could be read" };
            let none = format!("nothing in this repository has the fingerprint {digits}{rest}");
            Err(Error::new(Kind::Usage, none).hint("`stanch scan` lists all findings"))
        }
    }
}

fn digits(word: &str) -> std::result::Result<String, String> {
    let fits = (8..=32).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_hexdigit());
    let digits = fits.then(|| word.to_ascii_lowercase());
    digits.ok_or_else(|| "it is 8 to 32 hexadecimal digits".into())
}
