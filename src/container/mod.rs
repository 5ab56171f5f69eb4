//! Containers: archives, compressed files and documents that hold texts of their own. They are
//! read as streams and never unpacked to disk; names in them are only shown.
//!
//! What is in a container is told by its first bytes. A reader finds its parts one after another,
//! and gives each to a [`Visitor`], which may open it again. What cannot be read is told as a gap.
//! All of it is bounded by a [`Meter`] that nested containers share.
//!
//! To add a format: one file in this folder with a function `is`, which looks at the first bytes,
//! and a function `read`; and a line in the list below.

mod bytes;
mod image;
mod inflate;
mod input;
mod lzma;
mod meter;
mod out;
mod stream;
mod sums;
mod window;

pub use image::Image;
pub use input::Input;
pub use meter::{Limits, Meter, SLOW};

use crate::model::Reason;
use out::Out;
use std::io::{ErrorKind, Read};

/// How many of a text's first bytes [`detect`] wants to see.
pub const HEAD: usize = 4096;

/// The bounds on what comes of one text.
pub const LIMITS: Limits = Limits {
    depth: 12,
    bytes: 64 << 20,
    ratio: 40,
    entries: 1_000_000,
    memory: 192 << 20,
    seconds: 60,
};

/// Who looks at the parts of a container.
pub trait Visitor {
    /// One part. It is unnamed if it is all there is: what a compressed file says. Errors of
    /// `text` are told afterwards by [`Visitor::gap`]; what came before them is to be used.
    fn part(&mut self, name: &[u8], text: &mut dyn Read);

    /// The part `name`, or something in the container if that is empty, is not read.
    fn gap(&mut self, name: &[u8], reason: Reason, why: String);
}

/// A kind of container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format(usize);

/// What is known of a format.
struct Entry {
    name: &'static str,
    is: fn(&[u8]) -> bool,
    read: fn(Input<'_, '_>, &mut Out<'_, '_>) -> std::io::Result<()>,
}

/// Declares the formats.
macro_rules! formats {
    ($($module:ident)*) => {
        $(mod $module;)*

        const FORMATS: &[Entry] = &[
            $(Entry { name: stringify!($module), is: $module::is, read: $module::read },)*
        ];
    };
}

formats! {
    zip
    gzip
    bzip2
    xz
    lzma_alone
    lzip
    zstd
    tar
    ar
    cpio
    rpm
    sevenz
    foreign
    brotli
    script
    zlib
    pack
    png
    gif
    exif
    class
    pyc
    pdf
    sqlite
    notebook
    office
    binpatch
    mail
    hexdump
    uuencode
    base85
    yenc
    ole
    der
    rtf
    folded
    spelled
    deflate
    carve
    misnamed
}

/// Formats that are read as they are.
const DOCUMENTS: [&str; 15] = [
    "png", "gif", "exif", "class", "pyc", "pdf", "sqlite", "notebook", "office", "mail", "ole",
    "rtf", "folded", "spelled", "carve",
];

impl Format {
    /// What it is called.
    pub fn name(self) -> &'static str {
        FORMATS.get(self.0).map_or("", |f| f.name)
    }

    /// Whether it is read as it is, by people or by programs, and not unpacked.
    pub fn is_document(self) -> bool {
        DOCUMENTS.contains(&self.name())
    }

    /// All that there are.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..FORMATS.len()).map(Self)
    }
}

/// The container that begins with `head`, or that is `whole` if that is all of it.
pub fn detect(head: &[u8], whole: bool) -> Option<Format> {
    known(head, whole).or_else(|| amid(head, whole))
}

/// The same of a file called `name`, where nothing else tells.
pub fn detect_named(name: &[u8], head: &[u8], whole: bool) -> Option<Format> {
    let start = head.get(..HEAD).unwrap_or(head);
    let brotli = || brotli::is_named(name, start).then_some("brotli");
    let misnamed = || misnamed::is_named(name, start).then_some("misnamed");
    let named = || brotli().or_else(misnamed).and_then(called);
    known(head, whole).or_else(named).or_else(|| amid(head, whole))
}

fn known(head: &[u8], whole: bool) -> Option<Format> {
    // Nearly everything is text, and text begins with none of this.
    let found = FORMATS.iter().position(|f| (f.is)(head)).map(Format);
    let appended = || (whole && zip::is_appended(head)).then_some("zip").and_then(called);
    let ended = || (whole && foreign::at_end(head).is_some()).then_some("foreign");
    found.or_else(appended).or_else(|| ended().and_then(called))
}

fn amid(head: &[u8], whole: bool) -> Option<Format> {
    carve::may_hold(head, whole).then_some("carve").and_then(called)
}

/// What is packed in something that is too long to be read whole, as its last bytes, `tail`, say.
pub fn at_end(tail: &[u8]) -> Option<&'static str> {
    foreign::at_end(tail)
        .or_else(|| zip::is_appended(tail).then_some("a zip behind something else"))
}

fn called(name: &str) -> Option<Format> {
    FORMATS.iter().position(|f| f.name == name).map(Format)
}

/// Shows every part of a container to `visitor`.
pub fn open(format: Format, input: Input<'_, '_>, meter: &Meter<'_>, visitor: &mut dyn Visitor) {
    let Some(entry) = FORMATS.get(format.0) else { return };
    let mut out = Out { visitor, meter };
    match (entry.read)(input, &mut out) {
        // Whoever gives us the bytes knows that they broke off.
        Err(e) if e.kind() == ErrorKind::BrokenPipe => {}
        Err(e) => out.trouble(b"", &e),
        Ok(()) => {}
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may")]
mod amid_tests;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may")]
mod damage_tests;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may")]
mod letters_tests;
#[cfg(test)]
mod samples;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may")]
mod tests;
