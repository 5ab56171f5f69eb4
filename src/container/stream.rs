//! What compressed files have in common: one stream after another, which together are one text.

use super::Input;
use super::meter::{Held, Meter};
use super::out::{Out, WRONG, bad};
use super::window::Window;
use crate::model::Reason;
use std::io::{self, Read};

/// One stream that is being unpacked.
pub(super) trait Stream: Sized {
    /// How each one begins.
    const MARK: &'static [u8];

    /// Reads the head of a stream; `None` if what comes is no stream.
    fn begin(source: &mut Window<'_>) -> io::Result<Option<Self>>;

    /// How much memory it takes.
    fn memory(&self) -> u64 {
        0
    }

    /// Unpacks some more; nothing if the stream is at its end.
    fn read(&mut self, source: &mut Window<'_>, into: &mut [u8]) -> io::Result<usize>;

    /// Whether a sum in what was read of it so far is wrong.
    fn is_wrong(&self) -> bool {
        false
    }
}

/// Shows what all streams in `input` say as one part.
pub(super) fn read<S: Stream>(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let meter = out.meter;
    input.with(|stream| {
        let mut source = Window::new(stream);
        out.part(b"", &mut Unpacked::<S>::new(&mut source, meter))?;
        if source.is_done()? {
            return Ok(());
        }
        if resembles(source.peek(S::MARK.len())?, S::MARK) {
            out.gap(b"", Reason::Corrupt, "the head of another stream in it is damaged");
        }
        // What stands behind it may be a container again.
        out.part(b"trailer", &mut source)
    })
}

/// Whether most of `bytes` is as in `mark`: they were one before they were damaged or cut off.
fn resembles(bytes: &[u8], mark: &[u8]) -> bool {
    let same = bytes.iter().zip(mark).filter(|(a, b)| a == b).count();
    same * 2 > bytes.len()
}

/// All streams that come next in a source, as one text.
pub(super) struct Unpacked<'w, 'r, 'm, 'a, S> {
    source: &'w mut Window<'r>,
    stream: Option<S>,
    meter: &'m Meter<'a>,
    held: Option<Held<'m, 'a>>,
    ended: bool,
    /// A sum was wrong. All the same the streams behind it are read, and so it is told at the end.
    wrong: bool,
}

impl<'w, 'r, 'm, 'a, S> Unpacked<'w, 'r, 'm, 'a, S> {
    pub(super) fn new(source: &'w mut Window<'r>, meter: &'m Meter<'a>) -> Self {
        Self { source, stream: None, meter, held: None, ended: false, wrong: false }
    }
}

impl<S: Stream> Read for Unpacked<'_, '_, '_, '_, S> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while !self.ended && !into.is_empty() {
            let Some(stream) = &mut self.stream else {
                self.meter.entry()?;
                self.stream = S::begin(self.source)?;
                self.ended = self.stream.is_none();
                let memory = self.stream.as_ref().map_or(0, S::memory);
                self.held = None;
                self.held = Some(self.meter.hold(memory)?);
                continue;
            };
            match stream.read(self.source, into)? {
                0 => {
                    self.wrong |= stream.is_wrong();
                    self.stream = None;
                }
                n => return Ok(n),
            }
        }
        match std::mem::take(&mut self.wrong) {
            true => Err(bad(WRONG)),
            false => Ok(0),
        }
    }
}
