//! How the program speaks: results to standard output, everything else to standard error.

use super::masked::masked;
use crate::error::Error;
use crate::model::display_path;
use std::error::Error as _;
use std::io::{self, IsTerminal, Write};

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(super) enum ColorWhen {
    /// On a terminal, unless the environment says otherwise.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The program's voice.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ui {
    /// Colour on standard output.
    pub(super) color: bool,
    /// Colour on standard error.
    pub(super) color_err: bool,
    /// Only results and errors.
    pub(super) quiet: bool,
    /// How much more to tell.
    pub(super) verbose: u8,
}

impl Ui {
    /// Decides about colour: the option, then `NO_COLOR`, then `FORCE_COLOR` and
    /// `CLICOLOR_FORCE`, then `CLICOLOR=0`, then the terminal.
    pub(super) fn new(when: ColorWhen, quiet: bool, verbose: u8) -> Self {
        Self {
            color: wants_color(when, io::stdout().is_terminal()),
            color_err: wants_color(when, io::stderr().is_terminal()),
            quiet,
            verbose,
        }
    }

    /// A line for people on standard error, unless quiet.
    pub(super) fn say(&self, line: impl AsRef<str>) {
        if !self.quiet {
            let _ = writeln!(io::stderr(), "{}", line.as_ref());
        }
    }

    /// An error with its causes and its hint, once.
    pub(super) fn error(&self, error: &Error) {
        let mut text = format!("{}: {}", self.bold_red("error"), safe_lines(&error.to_string()));
        let mut cause = error.source();
        while let Some(e) = cause {
            text.push_str("\n  caused by: ");
            text.push_str(&safe_lines(&e.to_string()));
            cause = e.source();
        }
        if let Some(hint) = error.advice() {
            text.push_str("\n\nhint: ");
            text.push_str(&safe_lines(hint));
        }
        let _ = writeln!(io::stderr(), "{}", masked(&text));
    }

    fn bold_red(&self, word: &str) -> String {
        if self.color_err { format!("\x1b[1;31m{word}\x1b[0m") } else { word.to_owned() }
    }
}

/// What clap says, as clap says it unless a word of the command line would drive the terminal or
/// is a secret: it may be the name of a branch.
pub(super) fn usage(said: &clap::Error) {
    let text = said.render().to_string();
    let safe = safe_lines(&text);
    let neutral = if said.use_stderr() { masked(&safe) } else { safe };
    // If it cannot be told, the exit code is what is left.
    let _ = match neutral == text.trim_end_matches('\n') {
        true => said.print(),
        false => writeln!(io::stderr(), "{neutral}"),
    };
}

/// Line breaks stay, as messages have several lines; everything else that could drive a terminal
/// is made visible.
fn safe_lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|l| display_path(l.as_bytes())).collect();
    lines.join("\n")
}

fn wants_color(when: ColorWhen, terminal: bool) -> bool {
    let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty());
    match when {
        ColorWhen::Always => true,
        ColorWhen::Never => false,
        ColorWhen::Auto if set("NO_COLOR").is_some() => false,
        ColorWhen::Auto if set("FORCE_COLOR").or(set("CLICOLOR_FORCE")).is_some() => true,
        ColorWhen::Auto if set("CLICOLOR").is_some_and(|v| v == "0") => false,
        ColorWhen::Auto => terminal && set("TERM").is_some_and(|t| t != "dumb"),
    }
}
