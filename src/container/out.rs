//! Where readers put the parts that they find: each is counted while it is read.

use super::{Meter, Visitor};
use crate::model::Reason;
use std::io::{self, ErrorKind, Read};

/// What a reader writes to.
pub(super) struct Out<'v, 'a> {
    pub(super) visitor: &'v mut dyn Visitor,
    pub(super) meter: &'v Meter<'a>,
}

impl Out<'_, '_> {
    /// One part, as it comes. What is wrong with it is told, and ends nothing but the part.
    ///
    /// # Errors
    /// If nothing more is to be unpacked.
    pub(super) fn part(&mut self, name: &[u8], text: &mut dyn Read) -> io::Result<()> {
        self.meter.entry()?;
        if let Some(e) = self.shown(name, text) {
            self.trouble(name, &e);
        }
        self.goes_on()
    }

    /// The same of what may be no part at all: that it breaks off is not told.
    ///
    /// # Errors
    /// If nothing more is to be unpacked.
    pub(super) fn guess(&mut self, name: &[u8], text: &mut dyn Read) -> io::Result<()> {
        self.meter.entry()?;
        if let Some(e) = self.shown(name, text).filter(|e| {
            use ErrorKind::{OutOfMemory, PermissionDenied, QuotaExceeded, Unsupported};
            matches!(e.kind(), OutOfMemory | PermissionDenied | QuotaExceeded | Unsupported)
        }) {
            self.trouble(name, &e);
        }
        self.goes_on()
    }

    /// Shows a part; answers what was wrong with it.
    fn shown(&mut self, name: &[u8], text: &mut dyn Read) -> Option<io::Error> {
        let mut counted = Counted { text, meter: self.meter, failed: None };
        self.visitor.part(name, &mut counted);
        counted.failed.take()
    }

    fn goes_on(&self) -> io::Result<()> {
        if self.meter.is_over() { Err(ErrorKind::QuotaExceeded.into()) } else { Ok(()) }
    }

    /// One part that is at hand.
    ///
    /// # Errors
    /// If nothing more is to be unpacked.
    pub(super) fn bytes(&mut self, name: &[u8], mut text: &[u8]) -> io::Result<()> {
        if text.is_empty() { Ok(()) } else { self.part(name, &mut text) }
    }

    /// Something of the part `name`, or of the container if that is empty, is not read.
    pub(super) fn gap(&mut self, name: &[u8], reason: Reason, why: impl Into<String>) {
        self.visitor.gap(name, reason, why.into());
    }

    /// Tells why reading has failed.
    pub(super) fn trouble(&mut self, name: &[u8], e: &io::Error) {
        if e.kind() == ErrorKind::QuotaExceeded {
            if let Some(why) = self.meter.to_tell() {
                self.gap(name, Reason::Capped, why);
            }
            return;
        }
        let reason = match e.kind() {
            ErrorKind::Unsupported => Reason::Unsupported,
            ErrorKind::PermissionDenied => Reason::Encrypted,
            ErrorKind::OutOfMemory => Reason::Capped,
            _ => Reason::Corrupt,
        };
        let why = match e.kind() {
            ErrorKind::UnexpectedEof => "it ends in the middle".to_owned(),
            _ => e.to_string(),
        };
        self.gap(name, reason, why);
    }
}

/// A part that is being read.
struct Counted<'r, 'a> {
    text: &'r mut dyn Read,
    meter: &'r Meter<'a>,
    failed: Option<io::Error>,
}

impl Read for Counted<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.failed.is_some() {
            return Ok(0);
        }
        let read = match self.text.read(into) {
            Ok(n) => self.meter.made(n as u64).map(|()| n),
            Err(e) if e.kind() == ErrorKind::Interrupted => return Err(e),
            Err(e) => Err(e),
        };
        read.map_err(|e| {
            // Told by whoever gave the part. What came until now counts as all there is, or else
            // what is nested in it would complain as well.
            self.failed = Some(e);
            ErrorKind::BrokenPipe.into()
        })
    }
}

/// What is told of a text whose sum is wrong.
pub(super) const WRONG: &str = "its checksum is wrong: it was damaged or changed";

/// An error that says that something is not of its format.
pub(super) fn bad(why: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, why)
}

/// An error that says that something cannot be read yet.
pub(super) fn unknown(why: impl Into<String>) -> io::Error {
    io::Error::new(ErrorKind::Unsupported, why.into())
}

/// An error that says that something is encrypted.
pub(super) fn locked(why: &str) -> io::Error {
    io::Error::new(ErrorKind::PermissionDenied, why)
}
