//! Writing a command's result to standard output.

use crate::error::{Error, Kind, Result};
use std::io::{self, Write};

/// Writes `text`. A reader that has seen enough and closed the pipe is no error.
pub(super) fn print(text: impl AsRef<[u8]>) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_ref()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::new(Kind::Io, "writing to standard output").because(e))
        }
        _ => Ok(()),
    }
}
