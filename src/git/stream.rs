//! Blobs that are too large to hold, as they come out of the store.

use super::command::Git;
use super::open::Backend;
use super::read::Read as Outcome;
use super::{Gap, Repo};
use crate::model::{ObjectId, Reason};
use std::io::{self, Read};

/// What is done with the stream of a blob.
pub type Take<'a> = &'a mut dyn FnMut(&mut dyn Read) -> io::Result<()>;

impl Repo {
    /// Hands the blob `id`, of which the store says that it has `size` bytes, over to `take`. Its
    /// content is not compared with its name: that would need all of it.
    ///
    /// # Errors
    /// If there is no way to read it piece by piece, or it ends early.
    pub fn stream(&self, id: ObjectId, size: u64, take: Take<'_>) -> Outcome<()> {
        if let Backend::Library(_) = &self.backend
            && let Some(Ok(((_, said), mut content))) = self.single().map(|store| store.open(id))
            && said == size
        {
            return poured(&mut content, size, take);
        }
        // What stands in a pack: git knows no way but whole unless it is told so, or what is
        // stored as a delta.
        let git = match &self.git {
            Some(git) => git.clone(),
            None => Git::find(self.place()).map_err(|e| no_way(&e.to_string()))?,
        };
        let name = id.to_string();
        let mut child = git
            .start(&["-c", "core.bigFileThreshold=1m", "cat-file", "blob", &name])
            .map_err(|e| no_way(&e.to_string()))?;
        drop(child.stdin.take());
        let done = match child.stdout.take() {
            Some(mut out) => poured(&mut out, size, take),
            None => Err(no_way("git gave no output")),
        };
        // Nobody reads what it may still have to say.
        let _ = child.kill();
        let _ = child.wait();
        done
    }
}

fn no_way(why: &str) -> Gap {
    Gap::new(Reason::Memory, format!("too large to hold, and not to be had piece by piece: {why}"))
}

/// Hands `from` over, and sees to it that it has `size` bytes.
fn poured(from: &mut dyn Read, size: u64, take: Take<'_>) -> Outcome<()> {
    let mut counted = Counted { from, left: size };
    take(&mut counted).map_err(|e| Gap::new(Reason::Corrupt, e.to_string()))
}

/// A stream that fails if it ends before its time.
struct Counted<'a> {
    from: &'a mut dyn Read,
    left: u64,
}

impl Read for Counted<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(into.len());
        let Some(into) = into.get_mut(..most).filter(|into| !into.is_empty()) else {
            return Ok(0);
        };
        let n = self.from.read(into)?;
        if n == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= n as u64;
        Ok(n)
    }
}
