//! Exit codes: one table for the code, the help and the man page.

use crate::error::{Error, Kind};

/// A meaning of an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything in scope was read, and nothing open was found.
    Clean,
    /// Open findings; `--exit-code` may change the number.
    Findings(u8),
    /// Usage, configuration or internal error: the run did not come to a verdict.
    Error,
    /// Nothing open was found, but something in scope could not be read.
    Incomplete,
    /// The user ended the run; what was found until then is reported.
    Interrupted,
}

impl Exit {
    /// What an error ends with.
    pub(super) fn of(error: &Error) -> Self {
        match error.kind() {
            Kind::Interrupted => Self::Interrupted,
            _ => Self::Error,
        }
    }

    /// The number for the shell.
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings(code) => code,
            Self::Error => 2,
            Self::Incomplete => 3,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// The table as help shows it.
pub(super) const TABLE: &str = "\
Exit codes:
  0    clean: everything in scope was read, nothing open was found
  1    open findings (--exit-code changes this number)
  2    usage, configuration or internal error
  3    incomplete: something in scope could not be read, and is named
  130  interrupted: what was found until then is reported";
