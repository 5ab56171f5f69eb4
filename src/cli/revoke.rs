//! `stanch revoke`: has vendors revoke what leaked, where they have an interface for that.

#[cfg(feature = "live")]
mod asking;

use super::{Context, Exit, exit, network};
use crate::error::Result;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  stanch revoke 1f0c9a4be2d37785              what would be done
  stanch revoke 1f0c9a4be2d37785 --apply      do it

Whatever used the credential stops working: put a new one in its place first. Where a vendor has no
interface, the page to go to is told.";

/// Revoke the secrets of findings at their vendors.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::TABLE))]
pub(super) struct Args {
    /// Fingerprints of findings of this repository.
    #[arg(value_name = "FINGERPRINT", required = true)]
    what: Vec<String>,
    /// Do it. Without it nothing is sent.
    #[arg(long)]
    apply: bool,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
    /// Write what was done, a line of JSON each, to this file; no secret is in it.
    #[arg(long, value_name = "FILE", default_value = "stanch-revoke.log")]
    log: PathBuf,
    /// A part that is needed and was not found near the secret: `id=…` for AWS.
    #[arg(long, value_name = "NAME=VALUE", value_parser = super::verify::part)]
    given: Vec<(String, String)>,
    #[command(flatten)]
    network: network::Flags,
}

/// Runs the command.
#[cfg(feature = "live")]
pub(super) fn run(args: Args, context: &Context) -> Result<Exit> {
    asking::run(&args, context)
}

/// Runs the command.
#[cfg(not(feature = "live"))]
pub(super) fn run(_: Args, _: &Context) -> Result<Exit> {
    Err(network::absent("revoke secrets"))
}
