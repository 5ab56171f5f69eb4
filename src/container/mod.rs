//! Containers: archives, compressed files and documents that hold texts of their own. They are
//! read as streams and never unpacked to disk; names in them are only shown.
//!
//! What is in a container is told by its first bytes. A reader finds its parts one after another,
//! and gives each to a [`Visitor`], which may open it again. What cannot be read is told as a gap.
//! All of it is bounded by a [`Meter`] that nested containers share.
//!
//! To add a format: one file in this folder with a function `is`, which looks at the first bytes,
//! and a function `read`; and a line in the list below, with the bytes that it may begin with.

mod ber;
mod bytes;
mod counted;
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

/// Of a format that may begin with any byte.
const ANY: &[u8] = &{
    let mut all = [0; 256];
    let mut n = 0;
    while n < all.len() {
        all[n] = n as u8;
        n += 1;
    }
    all
};
/// Of one that its first bytes do not tell.
const NONE: &[u8] = b"";

/// Declares the formats, and with which bytes each may begin.
macro_rules! formats {
    ($($module:ident $first:expr,)*) => {
        $(mod $module;)*

        const FORMATS: &[Entry] = &[
            $(Entry { name: stringify!($module), is: $module::is, read: $module::read },)*
        ];
        /// For each byte, a bit for each format that may begin with it. Nearly everything is
        /// text, for which few are asked.
        static MAY_BEGIN: [u64; 256] = may_begin(&[$($first,)*]);
    };
}

formats! {
    zip b"P",
    gzip b"\x1f",
    bzip2 b"B",
    xz b"\xfd",
    lzma_alone b"\x5d",
    lzip b"L",
    zstd b"\x28PQRSTUVWXYZ[\\]^_",
    tar ANY,
    ar b"!",
    cpio b"0\xc7\x71",
    rpm b"\xed",
    sevenz b"7",
    keystore b"\0\x30\xce\xfe",
    foreign ANY,
    brotli NONE,
    woff2 b"w",
    script b"#",
    zlib b"\x08\x18\x28\x38\x48\x58\x68\x78",
    pack b"#P",
    png b"\x89",
    gif b"G",
    exif b"\xffIM",
    class b"\xca",
    pyc ANY,
    pickle b"\x80",
    pdf b"%",
    sqlite b"S\x37",
    notebook b"{",
    office b"<",
    binpatch b"dFcIGS",
    mail b"RDMFXC",
    hexdump b"0:S",
    uuencode ANY,
    base85 ANY,
    yenc b"=",
    ole b"\xd0",
    der b"\x30",
    rtf b"{",
    folded b"Bdv",
    spelled ANY,
    deflate ANY,
    carve NONE,
    misnamed NONE,
}

const fn may_begin(firsts: &[&[u8]]) -> [u64; 256] {
    let mut table = [0; 256];
    let mut format = 0;
    while format < firsts.len() {
        let mut at = 0;
        while at < firsts[format].len() {
            table[firsts[format][at] as usize] |= 1 << format;
            at += 1;
        }
        format += 1;
    }
    table
}

/// Formats that are read as they are.
const DOCUMENTS: [&str; 16] = [
    "png", "gif", "exif", "class", "pyc", "pickle", "pdf", "sqlite", "notebook", "office", "mail",
    "ole", "rtf", "folded", "spelled", "carve",
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
    let mut left = head.first().map_or(0, |first| MAY_BEGIN[usize::from(*first)]);
    let mut formats = std::iter::from_fn(|| {
        let next = left.trailing_zeros() as usize;
        left &= left.wrapping_sub(1);
        FORMATS.get(next).map(|entry| (next, entry))
    });
    let found = formats.find(|(_, f)| (f.is)(head)).map(|(n, _)| Format(n));
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
mod keys_tests;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may")]
mod letters_tests;
#[cfg(test)]
mod samples;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may")]
mod tests;
