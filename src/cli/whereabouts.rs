//! `stanch where`: everything that is known of one finding.

use super::explain::one;
use super::run::{self, Flags, Run, now};
use super::{Context, Exit, exit, scan, stdout};
use crate::error::{Error, Kind, Result};
use crate::git::{Where, top_of};
use crate::model::{Budget, Confidence, ObjectId, Trail};
use crate::report;
use crate::source;
use std::path::Path;

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
    let finished = run::scan_whole(Run::inner(sources, root, &flags), context)?;
    let finding = one(&finished, &args.fingerprint)?;
    let objects = finished.outcome.objects.get(&finding.fingerprint);
    let objects: Vec<ObjectId> = objects.into_iter().flatten().copied().collect();
    let trail = match top_of(Path::new("."))? {
        Some(top) => source::trace(
            &Where::path(top),
            &objects,
            &Budget::new(flags.memory, rayon::current_num_threads()),
        )?,
        None => Trail::default(),
    };
    let complete = finished.outcome.ledger.is_complete() && trail.gaps.is_empty();
    let redactor = finished.redactor();
    let rule = finished.rules.get(finding.rule);
    let told = report::Told { rule, finding, trail: &trail, now: now() };
    let mut out = Vec::new();
    let written = match args.json {
        true => report::trail_json(&told, &redactor, &mut out),
        false => report::trail_text(&told, &redactor, &mut out),
    };
    written.map_err(|e| Error::new(Kind::Internal, "writing what was found").because(e))?;
    stdout::print(out)?;
    Ok(if complete { Exit::Clean } else { Exit::Incomplete })
}

fn digits(word: &str) -> std::result::Result<String, String> {
    let fits = (8..=32).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_hexdigit());
    let digits = fits.then(|| word.to_ascii_lowercase());
    digits.ok_or_else(|| "it is 8 to 32 hexadecimal digits".into())
}
