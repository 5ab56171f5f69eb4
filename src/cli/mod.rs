//! The command line: the only place that knows clap, the environment and the standard streams.
//!
//! One file a command: its `Args` with help written for a person, and `run`.

mod audit;
mod baseline;
mod cache;
mod ci;
mod circleci;
mod clean;
mod completions;
mod crash;
mod doctor;
mod exit;
mod explain;
mod fix;
mod hook;
mod incident;
mod install;
mod integrity;
mod interrupt;
mod lint;
mod man;
mod many;
mod masked;
mod memory;
mod migrate;
mod network;
mod output;
mod pages;
mod policy;
mod progress;
mod report;
mod revoke;
mod rules;
mod run;
mod scan;
mod shard;
mod stdout;
mod ui;
mod verify;
mod whereabouts;

pub use exit::Exit;

use crate::error::Result;
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use ui::{ColorWhen, Ui};

/// Finds secrets in work trees and git history, and stops commits and pushes that carry one.
#[derive(Debug, Parser)]
#[command(name = "stanch", version, after_help = exit::TABLE, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, clap::Args)]
struct Global {
    /// Read this configuration file instead of `.stanch.toml` at the repository's root.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// When to use colour.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: ColorWhen,
    /// Print results and errors only.
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Tell more: what hid a finding, what was skipped.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Threads to use; all cores unless given.
    #[arg(long, global = true, value_name = "N")]
    jobs: Option<usize>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Scan(Box<scan::Args>),
    Ci(ci::Args),
    Install(install::Args),
    Uninstall(install::UninstallArgs),
    Doctor(doctor::Args),
    Hook(hook::Args),
    Rules(rules::Args),
    Explain(explain::Args),
    Incident(incident::Args),
    Lint(lint::Args),
    Circleci(circleci::Args),
    Integrity(integrity::Args),
    Clean(clean::Args),
    Fix(fix::Args),
    Baseline(baseline::Args),
    Audit(audit::Args),
    Migrate(migrate::Args),
    Report(report::Args),
    Verify(verify::Args),
    Revoke(revoke::Args),
    Where(whereabouts::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// What every command is handed.
#[derive(Clone)]
struct Context {
    global: Global,
    ui: Ui,
}

/// Runs the program on the process's arguments.
pub fn main() -> ExitCode {
    crash::guard(guarded)
}

fn guarded() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            ui::usage(&e);
            return if e.use_stderr() { Exit::Error.into() } else { Exit::Clean.into() };
        }
    };
    let ui = Ui::new(cli.global.color, cli.global.quiet, cli.global.verbose);
    let context = Context { global: cli.global, ui };
    match run(cli.command, &context) {
        Ok(exit) => exit.into(),
        Err(error) => {
            ui.error(&error);
            Exit::of(&error).into()
        }
    }
}

fn run(command: Command, context: &Context) -> Result<Exit> {
    match command {
        Command::Scan(args) => scan::run(*args, context),
        Command::Ci(args) => ci::run(args, context),
        Command::Install(args) => install::run(args, context),
        Command::Uninstall(args) => install::undo(args, context),
        Command::Doctor(args) => doctor::run(args, context),
        Command::Hook(args) => hook::run(args, context),
        Command::Rules(args) => rules::run(args, context),
        Command::Explain(args) => explain::run(args, context),
        Command::Incident(args) => incident::run(args, context),
        Command::Lint(args) => lint::run(args, context),
        Command::Circleci(args) => circleci::run(args, context),
        Command::Integrity(args) => integrity::run(args, context),
        Command::Clean(args) => clean::run(args, context),
        Command::Fix(args) => fix::run(args, context),
        Command::Baseline(args) => baseline::run(args, context),
        Command::Audit(args) => audit::run(args, context),
        Command::Migrate(args) => migrate::run(args, context),
        Command::Report(args) => report::run(args, context),
        Command::Verify(args) => verify::run(args, context),
        Command::Revoke(args) => revoke::run(args, context),
        Command::Where(args) => whereabouts::run(args, context),
        Command::Completions(args) => completions::run(args, context),
        Command::Man(args) => man::run(args, context),
    }
}
