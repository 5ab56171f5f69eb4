//! A stream that can be looked ahead in, and that knows how far it has been read.

use std::io::{self, BufRead, Read};

/// How much is read at a time, and how far one can look ahead.
pub(super) const AHEAD: usize = 64 << 10;

/// A reader with a buffer of bytes that nobody has taken yet.
pub(super) struct Window<'a> {
    stream: &'a mut dyn Read,
    held: Vec<u8>,
    at: usize,
    /// How many bytes were taken.
    pub(super) taken: u64,
}

impl<'a> Window<'a> {
    pub(super) fn new(stream: &'a mut dyn Read) -> Self {
        Self { stream, held: Vec::new(), at: 0, taken: 0 }
    }

    /// The next `n` bytes, or as many as there are before the end.
    pub(super) fn peek(&mut self, n: usize) -> io::Result<&[u8]> {
        while self.held.len() - self.at < n {
            if self.at > 0 {
                self.held.drain(..self.at);
                self.at = 0;
            }
            let old = self.held.len();
            // More than is asked for, so that what was taken need not be moved away each time.
            let want = n + AHEAD;
            let got = self.stream.take((want - old) as u64).read_to_end(&mut self.held)?;
            if got == 0 {
                break;
            }
        }
        let rest = self.held.get(self.at..).unwrap_or_default();
        Ok(rest.get(..n).unwrap_or(rest))
    }

    /// The next `n` bytes, which must be there.
    pub(super) fn grab(&mut self, n: usize) -> io::Result<Vec<u8>> {
        let found = self.peek(n)?.to_vec();
        if found.len() < n {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.consume(n);
        Ok(found)
    }

    /// The next bytes as an array.
    pub(super) fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut all = [0; N];
        self.read_exact(&mut all)?;
        Ok(all)
    }

    /// Passes over `n` bytes; answers whether so many were there.
    pub(super) fn skip(&mut self, n: u64) -> io::Result<bool> {
        let passed = io::copy(&mut Read::take(&mut *self, n), &mut io::sink())?;
        Ok(passed == n)
    }

    /// Whether nothing is left.
    pub(super) fn is_done(&mut self) -> io::Result<bool> {
        Ok(self.peek(1)?.is_empty())
    }

    /// Goes on to the next of `marks`, all of the same length; answers whether there is one.
    pub(super) fn find(&mut self, marks: &[&[u8]]) -> io::Result<bool> {
        let len = marks.first().map_or(1, |m| m.len());
        let (first, two) = (marks.first().and_then(|m| m.first()).copied(), len - 1);
        loop {
            let ahead = self.peek(AHEAD)?;
            let starts = memchr::memchr_iter(first.unwrap_or(0), ahead);
            let is = |at: &usize| marks.iter().any(|m| ahead[*at..].starts_with(m));
            if let Some(at) = starts.into_iter().find(is) {
                self.consume(at);
                return Ok(true);
            }
            let whole = ahead.len() < AHEAD;
            let pass = if whole { ahead.len() } else { ahead.len() - two };
            self.consume(pass);
            if whole {
                return Ok(false);
            }
        }
    }
}

impl Read for Window<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let ready = self.held.get(self.at..).unwrap_or_default();
        if ready.is_empty() {
            let n = self.stream.read(into)?;
            self.taken += n as u64;
            return Ok(n);
        }
        let n = ready.len().min(into.len());
        into.iter_mut().zip(ready).for_each(|(to, from)| *to = *from);
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for Window<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.held.len() == self.at {
            self.peek(1)?;
        }
        Ok(self.held.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, n: usize) {
        let n = n.min(self.held.len() - self.at);
        self.at += n;
        self.taken += n as u64;
    }
}
