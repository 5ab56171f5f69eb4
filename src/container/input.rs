//! The bytes of a container: at hand, or as they come.

use super::meter::{Held, Meter};
use std::borrow::Cow;
use std::io::{self, Read};

/// A container that is larger than this is not read whole.
pub(super) const MOST: u64 = 96 << 20;
/// How much is read and accounted for at a time.
const STEP: u64 = 1 << 20;

/// The bytes of a container.
pub enum Input<'a, 'r> {
    /// All of them.
    Whole(&'a [u8]),
    /// As they come.
    Stream(&'r mut dyn Read),
}

/// Bytes that are held as long as this is.
pub(super) struct All<'a, 'm, 'b> {
    pub(super) bytes: Cow<'a, [u8]>,
    _held: Option<Held<'m, 'b>>,
}

impl<'a> Input<'a, '_> {
    /// Does `work` with it as a stream.
    pub(super) fn with<T>(self, work: impl FnOnce(&mut dyn Read) -> T) -> T {
        match self {
            Self::Whole(mut bytes) => work(&mut bytes),
            Self::Stream(stream) => work(stream),
        }
    }

    /// All of it, if it is not too large.
    pub(super) fn all<'m, 'b>(self, meter: &'m Meter<'b>) -> io::Result<All<'a, 'm, 'b>> {
        let stream = match self {
            Self::Whole(bytes) => return Ok(All { bytes: Cow::Borrowed(bytes), _held: None }),
            Self::Stream(stream) => stream,
        };
        let (all, held) = start(stream, meter)?;
        if all.len() as u64 > MOST {
            let why = format!("it is larger than {} MiB, and is not read whole", MOST >> 20);
            return Err(io::Error::new(io::ErrorKind::OutOfMemory, why));
        }
        Ok(All { bytes: Cow::Owned(all), _held: Some(held) })
    }
}

/// All of a stream, or a little more than [`MOST`].
pub(super) fn start<'m, 'b>(
    stream: &mut dyn Read,
    meter: &'m Meter<'b>,
) -> io::Result<(Vec<u8>, Held<'m, 'b>)> {
    let (mut all, mut held) = (Vec::new(), meter.hold(0)?);
    while all.len() as u64 <= MOST {
        held.grow(STEP)?;
        match (&mut *stream).take(STEP).read_to_end(&mut all) {
            Ok(0) => break,
            Ok(_) => {}
            // Whoever gives it tells that it broke off; what came before is looked at.
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => break,
            Err(e) => return Err(e),
        }
    }
    Ok((all, held))
}
