//! Objects through `git cat-file --batch`: slow, but git reads every format.

use super::Kind;
use super::command::Git;
use crate::error::{Error, Kind as Trouble, Result};
use crate::model::ObjectId;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout};

/// The answer to a question about one object.
pub enum Answer {
    /// It is there.
    Found(Kind, u64),
    /// It is not, or git cannot read it.
    Missing,
}

/// A running `git cat-file` for headers and one for contents.
pub struct Batch {
    headers: Talk,
    contents: Talk,
}

impl Batch {
    /// Starts both.
    ///
    /// # Errors
    /// If git cannot be started.
    pub fn start(git: &Git) -> Result<Self> {
        let headers = Talk::start(git, "--batch-check")?;
        Ok(Self { headers, contents: Talk::start(git, "--batch")? })
    }

    /// Kind and size of `id`.
    ///
    /// # Errors
    /// If git ended or answered nonsense.
    pub fn header(&mut self, id: ObjectId) -> Result<Answer> {
        self.headers.ask(id)
    }

    /// The content of `id`, which has at most `limit` bytes.
    ///
    /// # Errors
    /// If git ended or answered nonsense; then this batch is of no more use.
    pub fn read(&mut self, id: ObjectId, limit: u64) -> Result<Option<(Kind, Vec<u8>)>> {
        match self.contents.ask(id)? {
            Answer::Found(kind, size) if size <= limit => {
                Ok(Some((kind, self.contents.content(size)?)))
            }
            Answer::Found(..) => Err(broken()),
            Answer::Missing => Ok(None),
        }
    }
}

/// One running process that answers a line for each line.
struct Talk {
    child: Child,
    ask: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Talk {
    fn start(git: &Git, mode: &str) -> Result<Self> {
        let mut child = git.start(&["cat-file", mode])?;
        let ask = child.stdin.take();
        let answers = child.stdout.take().ok_or_else(broken)?;
        Ok(Self { child, ask, answers: BufReader::with_capacity(1 << 16, answers) })
    }

    fn ask(&mut self, id: ObjectId) -> Result<Answer> {
        let ask = self.ask.as_mut().ok_or_else(broken)?;
        let question = format!("{id}\n");
        ask.write_all(question.as_bytes()).and_then(|()| ask.flush()).map_err(died)?;
        let mut line = Vec::new();
        // No answer is longer than an id, a word and a number.
        self.answers.by_ref().take(256).read_until(b'\n', &mut line).map_err(died)?;
        answer(&line).ok_or_else(broken)
    }

    fn content(&mut self, size: u64) -> Result<Vec<u8>> {
        let mut content = Vec::new();
        self.answers.by_ref().take(size).read_to_end(&mut content).map_err(died)?;
        let mut end = [0];
        self.answers.read_exact(&mut end).map_err(died)?;
        if content.len() as u64 != size || end != *b"\n" {
            return Err(broken());
        }
        Ok(content)
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        // The end of its input ends git; it may still be writing what nobody reads.
        drop(self.ask.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads `ID KIND SIZE` or `ID missing`.
fn answer(line: &[u8]) -> Option<Answer> {
    let line = line.strip_suffix(b"\n")?;
    let mut words = line.split(|&b| b == b' ').skip(1);
    let kind = words.next()?;
    let Some(size) = words.next() else {
        return (kind == b"missing").then_some(Answer::Missing);
    };
    let size = std::str::from_utf8(size).ok()?.parse().ok()?;
    Some(Answer::Found(Kind::parse(kind)?, size))
}

fn broken() -> Error {
    Error::new(Trouble::Git, "git cat-file gave an answer that makes no sense")
}

fn died(e: std::io::Error) -> Error {
    Error::new(Trouble::Git, "git cat-file ended early").because(e)
}
