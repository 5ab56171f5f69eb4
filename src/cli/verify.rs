//! `stanch verify`, and `--verify` of `stanch scan`: asks the services whether secrets work.

#[cfg(feature = "live")]
mod asking;

#[cfg(not(feature = "live"))]
use super::network::absent;
use super::run::Finished;
use super::{Context, Exit, exit, network};
use crate::error::Result;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  stanch verify                            every finding of this repository
  stanch verify 1f0c9a4be2d37785           one finding
  stanch verify report.json                what a report tells of
  pass show ci/npm | stanch verify --rule npm-access-token -
  stanch verify --list                     which requests would be sent, and where to

A made-up credential of the same form is sent first: if the service does not refuse it, its
answers prove nothing. Whatever is not proof is `unknown`.";

/// Ask the services whether secrets still work. This sends each secret to its own vendor, and to
/// nobody else.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::TABLE))]
pub(super) struct Args {
    /// Fingerprints of findings, a report (`--format json` or `jsonl`), or `-` for one secret on
    /// standard input.
    #[arg(value_name = "WHAT")]
    what: Vec<String>,
    /// The rule of the secret on standard input.
    #[arg(long, value_name = "RULE")]
    rule: Option<String>,
    /// List the requests, and send none.
    #[arg(long)]
    list: bool,
    /// The form of the report.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = super::run::format_names())]
    format: String,
    /// Write the report to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    flags: Flags,
    #[command(flatten)]
    network: network::Flags,
}

/// How to ask.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Live checks")]
pub(super) struct Flags {
    /// Write what was asked, line by line as JSON, to this file; no secret is in it.
    #[arg(long, value_name = "FILE")]
    verify_log: Option<PathBuf>,
    /// Ask also what a secret that works opens: scopes, organisations, groups.
    #[arg(long)]
    reach: bool,
    /// Projects that CircleCI's project tokens may belong to, such as gh/acme/web.
    #[arg(long, value_name = "SLUG")]
    project_slug: Vec<String>,
    /// A part that a secret needs: `account=…` (Twilio), `shop=…` (Shopify), `user=…` (Docker).
    #[arg(long, value_name = "NAME=VALUE", value_parser = part)]
    given: Vec<(String, String)>,
}

/// Reads `NAME=VALUE`.
pub(super) fn part(text: &str) -> std::result::Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(name, value)| !name.is_empty() && !value.is_empty());
    pair.map(|(n, v)| (n.to_owned(), v.to_owned())).ok_or_else(|| "write it as NAME=VALUE".into())
}

/// Runs the command.
#[cfg(feature = "live")]
pub(super) fn run(args: Args, context: &Context) -> Result<Exit> {
    asking::run(&args, context)
}

/// Runs the command.
#[cfg(not(feature = "live"))]
pub(super) fn run(_: Args, _: &Context) -> Result<Exit> {
    Err(absent("verify secrets"))
}

/// Asks about every finding of a scan.
#[cfg(feature = "live")]
pub(super) fn ask(finished: &mut Finished, flags: &Flags, network: &network::Flags) -> Result<()> {
    asking::Asking::new(flags, network)?.ask(&mut finished.outcome.findings, &finished.rules)
}

/// Asks about every finding of a scan.
#[cfg(not(feature = "live"))]
pub(super) fn ask(_: &mut Finished, _: &Flags, _: &network::Flags) -> Result<()> {
    Err(absent("verify secrets"))
}

/// Refuses before anything is scanned, if nothing can be asked.
pub(super) fn ready() -> Result<()> {
    #[cfg(not(feature = "live"))]
    return Err(absent("verify secrets"));
    #[cfg(feature = "live")]
    Ok(())
}
