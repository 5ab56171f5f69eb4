//! The bytes of a container: at hand, or as they come.

use super::meter::{Held, Meter};
use std::borrow::Cow;
use std::io::{self, Read};

/// A container that is larger than this is not read whole.
pub(super) const MOST: u64 = 96 << 20;

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
        let held = Some(meter.hold(MOST)?);
        let mut all = Vec::new();
        stream.take(MOST + 1).read_to_end(&mut all)?;
        if all.len() as u64 > MOST {
            let why = format!("it is larger than {} MiB, and is not read whole", MOST >> 20);
            return Err(io::Error::new(io::ErrorKind::OutOfMemory, why));
        }
        Ok(All { bytes: Cow::Owned(all), _held: held })
    }
}
