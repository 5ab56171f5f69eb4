//! Unpacking a folder of a 7z archive.

use super::header::Folder;
use crate::container::inflate::{Deflated, Inflate};
use crate::container::lzma::{Packed, filter};
use crate::container::out::{locked, unknown};
use crate::container::stream::Stream;
use crate::container::window::Window;
use crate::container::{bzip2, zstd};
use lzma_rust2::FilterConfig;
use std::io::{self, Read};

/// How ways of packing are numbered.
const AES: u64 = 0x06f1_0701;
const LZMA: u64 = 0x03_0101;
const LZMA2: u64 = 0x21;
const BZIP2: u64 = 0x04_0202;
const DEFLATE: u64 = 0x04_0108;
const ZSTD: u64 = 0x04f7_1101;

/// The text of `folder`, whose stream is `packed`.
pub(super) fn open<'a>(folder: &Folder, packed: &'a mut &[u8]) -> io::Result<Box<dyn Read + 'a>> {
    let mut filters = Vec::new();
    let mut main = None;
    for (id, properties) in &folder.coders {
        match (*id, filter_of(*id, properties)) {
            (AES, _) => return Err(locked("it is encrypted")),
            (_, Some(filter)) => filters.push(filter),
            _ if main.is_none() => main = Some((*id, properties.as_slice())),
            (other, _) => return Err(unknown(format!("it is packed by {other:#x} of 7z"))),
        }
    }
    let (id, properties) = main.unwrap_or((0, &[]));
    if !filters.is_empty() && !matches!(id, LZMA | LZMA2) {
        return Err(unknown("it is packed by a filter alone"));
    }
    Ok(match id {
        LZMA => {
            let packing = Packed::one(properties, Some(folder.len), &filters)?;
            Box::new(Lzma { packing, source: packed })
        }
        LZMA2 => {
            let size = properties.first().copied().unwrap_or(0);
            Box::new(Lzma { packing: Packed::two(size, &filters)?, source: packed })
        }
        0 => Box::new(packed),
        DEFLATE => Box::new(Inflate::new(packed, Deflated::raw())),
        BZIP2 => Box::new(Single::<bzip2::Blocks>::begin(packed)?),
        ZSTD => Box::new(Single::<zstd::Frame>::begin(packed)?),
        other => return Err(unknown(format!("it is packed by {other:#x} of 7z"))),
    })
}

/// The filter of that number. The old ones of xz have longer numbers here.
fn filter_of(id: u64, properties: &[u8]) -> Option<FilterConfig> {
    let known = match id {
        0x0303_0103 => 4,
        0x0303_0205 => 5,
        0x0303_0401 => 6,
        0x0303_0501 => 7,
        0x0303_0701 => 8,
        0x0303_0805 => 9,
        3..=11 => id,
        _ => return None,
    };
    filter(known, properties)
}

struct Lzma<'a, 'b> {
    packing: Packed,
    source: &'a mut &'b [u8],
}

impl Read for Lzma<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.packing.read(self.source, into)
    }
}

struct Single<'a, S> {
    source: Window<'a>,
    stream: Option<S>,
}

impl<'a, S: Stream> Single<'a, S> {
    fn begin(packed: &'a mut &[u8]) -> io::Result<Self> {
        let mut source = Window::new(packed);
        let stream = S::begin(&mut source)?;
        Ok(Self { source, stream })
    }
}

impl<S: Stream> Read for Single<'_, S> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.stream.as_mut().map_or(Ok(0), |stream| stream.read(&mut self.source, into))
    }
}
