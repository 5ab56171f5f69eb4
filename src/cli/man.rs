//! `stanch man`.

use super::{Cli, Context, Exit, exit, stdout};
use crate::error::{Error, Kind, Result};
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use std::fs;
use std::path::{Path, PathBuf};

/// Print the manual page, or write a page for each command.
///
/// Without --out the page of stanch itself goes to standard output. With it, that page and one
/// for each command are written into a folder, as stanch.1, stanch-scan.1 and so on.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::TABLE))]
pub(super) struct Args {
    /// Write all pages into this folder, which is made if need be.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  stanch man | man -l -
  stanch man --out ~/.local/share/man/man1
  stanch man --out dist/man";

/// Runs the command.
pub(super) fn run(args: Args, context: &Context) -> Result<Exit> {
    let mut root = Cli::command().disable_help_subcommand(true);
    // Built, a command knows the global options and its full name.
    root.build();
    match args.out {
        None => stdout::print(page(&root)?)?,
        Some(dir) => {
            fs::create_dir_all(&dir).map_err(|e| trouble(&dir, e))?;
            let written = write_all(&root, &dir, "stanch")?;
            context.ui.say(format!("wrote {written} pages to {}", dir.display()));
        }
    }
    Ok(Exit::Clean)
}

/// Writes the pages of `command` and of all below it; answers how many.
fn write_all(command: &Command, dir: &Path, name: &str) -> Result<usize> {
    let path = dir.join(format!("{name}.1"));
    fs::write(&path, page(command)?).map_err(|e| trouble(&path, e))?;
    let shown = command.get_subcommands().filter(|c| !c.is_hide_set());
    let mut written = 1;
    for sub in shown {
        written += write_all(sub, dir, &format!("{name}-{}", sub.get_name()))?;
    }
    Ok(written)
}

fn page(command: &Command) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    Man::new(with_exit_codes(command))
        .source(concat!("stanch ", env!("CARGO_PKG_VERSION")))
        .render(&mut text)
        .map_err(|e| Error::new(Kind::Internal, "writing a manual page").because(e))?;
    Ok(text)
}

/// Every page tells the exit codes, whether or not the command's help does.
fn with_exit_codes(command: &Command) -> Command {
    let help = command.get_after_long_help().or(command.get_after_help());
    let help = help.map(ToString::to_string).unwrap_or_default();
    if help.contains(exit::TABLE) {
        return command.clone();
    }
    command.clone().after_help(format!("{help}\n\n{}", exit::TABLE).trim_start().to_owned())
}

fn trouble(path: &Path, cause: std::io::Error) -> Error {
    Error::new(Kind::Io, format!("writing {}", path.display())).because(cause)
}
