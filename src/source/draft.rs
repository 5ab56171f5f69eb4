//! The message of a commit that is about to be made.

use super::{Sink, Source};
use crate::error::{Error, Kind, Result};
use crate::model::{Item, Origin, OriginKind, Unit, display_path};
use std::path::PathBuf;

/// What git writes where the message ends and, with `commit -v`, the change begins. What a change
/// takes away would else stop the very commit that takes it away.
const SCISSORS: &[u8] = b"------------------------ >8 ------------------------";

/// The file that git hands to `commit-msg`.
pub struct Draft {
    file: PathBuf,
}

impl Draft {
    /// The message in `file`.
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self { file: file.into() }
    }
}

impl Source for Draft {
    fn scope(&self) -> String {
        "the message of the commit".to_owned()
    }

    /// Lines that git takes for comments are read as well: which these are is a setting, and what
    /// is read too much costs nothing.
    fn read(&self, sink: &dyn Sink) -> Result<()> {
        let text = std::fs::read(&self.file).map_err(|e| {
            let name = display_path(self.file.as_os_str().as_encoded_bytes());
            Error::new(Kind::Io, format!("reading the message in {name}")).because(e)
        })?;
        let _hold = sink.budget().take(text.len() as u64);
        sink.declare(Unit::File, 1);
        sink.scan(Unit::File, Item::new(message(&text), Origin::new(OriginKind::Message)));
        Ok(())
    }
}

/// The text before the line with the scissors.
fn message(text: &[u8]) -> &[u8] {
    let mut end = 0;
    for line in text.split_inclusive(|&b| b == b'\n') {
        // The comment's sign before it may be several characters.
        let cut = memchr::memmem::find(line, SCISSORS).filter(|&at| at <= 8);
        if cut.is_some() && line.trim_ascii_end().ends_with(SCISSORS) {
            return text.get(..end).unwrap_or(text);
        }
        end += line.len();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::message;

    #[test]
    fn ends_at_the_scissors() {
        let line = "------------------------ >8 ------------------------";
        assert_eq!(message(format!("a\nb\n# {line}\ndiff").as_bytes()), b"a\nb\n");
        let other = format!("a\n; {line} no\nb");
        assert_eq!(message(other.as_bytes()), other.as_bytes());
        assert_eq!(message(b"a"), b"a");
    }
}
