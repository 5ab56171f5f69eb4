//! What compressed files have in common: one stream after another, which together are one text.

use super::Input;
use super::meter::{Held, Meter};
use super::out::Out;
use super::window::Window;
use std::io::{self, Read};

/// One stream that is being unpacked.
pub(super) trait Stream: Sized {
    /// Reads the head of a stream; `None` if what comes is no stream.
    fn begin(source: &mut Window<'_>) -> io::Result<Option<Self>>;

    /// How much memory it takes.
    fn memory(&self) -> u64 {
        0
    }

    /// Unpacks some more; nothing if the stream is at its end.
    fn read(&mut self, source: &mut Window<'_>, into: &mut [u8]) -> io::Result<usize>;
}

/// Shows what all streams in `input` say as one part.
pub(super) fn read<S: Stream>(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let meter = out.meter;
    input.with(|stream| {
        let mut source = Window::new(stream);
        out.part(b"", &mut Unpacked::<S>::new(&mut source, meter))?;
        // What stands behind it may be a container again.
        if source.is_done()? { Ok(()) } else { out.part(b"trailer", &mut source) }
    })
}

/// All streams that come next in a source, as one text.
pub(super) struct Unpacked<'w, 'r, 'm, 'a, S> {
    source: &'w mut Window<'r>,
    stream: Option<S>,
    meter: &'m Meter<'a>,
    held: Option<Held<'m, 'a>>,
    ended: bool,
}

impl<'w, 'r, 'm, 'a, S> Unpacked<'w, 'r, 'm, 'a, S> {
    pub(super) fn new(source: &'w mut Window<'r>, meter: &'m Meter<'a>) -> Self {
        Self { source, stream: None, meter, held: None, ended: false }
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
                0 => self.stream = None,
                n => return Ok(n),
            }
        }
        Ok(0)
    }
}
