//! Where a new value comes from: a file, standard input, or a program such as a secret manager's.

use crate::error::{Error, Kind, Result};
use crate::live::Hidden;
use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// CircleCI's limit for a value.
const LONGEST: usize = 32_000;

/// Variables that no program gets to see: they hold the token that we work with.
const OURS: [&str; 6] = [
    "CIRCLECI_TOKEN",
    "CIRCLE_TOKEN",
    "CIRCLECI_CLI_TOKEN",
    "CIRCLE_CLI_TOKEN",
    "CIRCLECI_API_TOKEN",
    "CIRCLE_API_TOKEN",
];

/// Where a value comes from.
#[derive(Debug, Clone)]
pub enum Origin {
    /// A file.
    File(PathBuf),
    /// What this program prints. It is run without a shell.
    Command(Vec<String>),
    /// A value at hand.
    Given(Hidden),
}

impl Origin {
    /// The value, without the line break at its end.
    ///
    /// # Errors
    /// If there is none, or it is longer than CircleCI takes.
    pub(super) fn value(&self) -> Result<Hidden> {
        let raw = match self {
            Self::File(path) => std::fs::read(path).map_err(|e| {
                Error::new(Kind::Io, format!("reading the value in {}", path.display())).because(e)
            })?,
            Self::Command(words) => output(words)?,
            Self::Given(value) => value.reveal().as_bytes().to_vec(),
        };
        let wrong = |what| Error::new(Kind::Usage, format!("the new value {what}"));
        let text = String::from_utf8(raw).map_err(|_| wrong("is not text"))?;
        let text = text.strip_suffix('\n').unwrap_or(&text);
        match text.strip_suffix('\r').unwrap_or(text) {
            "" => Err(wrong("is empty")),
            long if long.len() > LONGEST => Err(wrong("is longer than CircleCI takes")),
            text => Ok(Hidden::new(text)),
        }
    }
}

fn output(words: &[String]) -> Result<Vec<u8>> {
    let Some((program, args)) = words.split_first() else {
        return Err(Error::new(Kind::Usage, "the command for the new value is empty"));
    };
    let failed =
        |what: &str| Error::new(Kind::Usage, format!("{program}, for the new value, {what}"));
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    OURS.iter().for_each(|name| {
        command.env_remove(name);
    });
    let mut child = command.spawn().map_err(|e| failed("cannot be started").because(e))?;
    let mut out = Vec::new();
    let pipe = child.stdout.take();
    if let Some(pipe) = pipe {
        pipe.take(LONGEST as u64 + 3)
            .read_to_end(&mut out)
            .map_err(|e| failed("cannot be read").because(e))?;
    }
    let status = child.wait().map_err(|e| failed("cannot be waited for").because(e))?;
    if status.success() { Ok(out) } else { Err(failed("failed")) }
}
