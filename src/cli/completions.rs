//! `stanch completions`.

use super::{Cli, Context, Exit, exit, stdout};
use crate::error::Result;
use clap::CommandFactory;
use clap_complete::Shell;

/// Print a completion script for a shell.
///
/// Put it where your shell looks for completions; then Tab completes the commands, options and
/// values of stanch.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::TABLE))]
pub(super) struct Args {
    /// The shell.
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  stanch completions bash > ~/.local/share/bash-completion/completions/stanch
  stanch completions zsh > ~/.zfunc/_stanch
  stanch completions fish > ~/.config/fish/completions/stanch.fish";

/// Runs the command.
pub(super) fn run(args: Args, _context: &Context) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "stanch", &mut script);
    stdout::print(script)?;
    Ok(Exit::Clean)
}
