//! Base64 in both alphabets, with or without padding; and what is packed in base64: gzip as Helm
//! stores it, zlib, archives.

use super::alphabet::{self, NONE, Values, values};
use super::coded::{Code, Progress};
use super::layer::Build;
use super::{Decoder, Layers, Packed, packed, wrap};
use crate::model::Span;
use crate::prefilter::Run;
use crate::rule::REACH;
use libdeflater::Decompressor;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Both alphabets at once.
const VALUES: Values = {
    let mut table = values(STANDARD);
    table[b'-' as usize] = 62;
    table[b'_' as usize] = 63;
    table
};

/// How text starts that is the base64 of gzip.
const GZIP: &[u8] = b"H4sI";
/// How text starts that is the base64 of zlib, by how hard it was packed: two letters, and the range
/// of the third.
const ZLIB: [(&[u8], u8, u8); 3] = [(b"eJ", b'w', b'z'), (b"eN", b'o', b'r'), (b"eA", b'E', b'H')];
/// How much larger than its gzip a text may be; more is a bomb.
const INFLATION: usize = 64;

static CODE: Code<6, 4> = Code {
    values: VALUES,
    phases: 4,
    least: 16,
    gate: may_be_text,
    look: 24,
    names: [&["base64"], &["base64", "utf-16le"], &["base64", "utf-16be"]],
};

/// What is looked at in one step.
const STEP: usize = 8;
/// How far apart the steps are in a long run.
const STRIDE: usize = 32;
/// Longest name before a `=`.
const NAME: usize = 48;
/// A longer run is long.
const LONG: usize = 512;

/// Bits of a character that text forbids, by the character's place in its group of four: bytes
/// of ASCII have no high bit. And a bit that no place allows, for what is not in the alphabet.
const FORBIDDEN: [u8; 256] = {
    let mut table = [0; 256];
    let mut b = 0;
    while b < 256 {
        let value = VALUES[b];
        table[b] = match value {
            NONE => 8,
            _ => value >> 5 & 1 | value >> 2 & 2 | value << 1 & 4,
        };
        b += 1;
    }
    table
};

/// The forbidden bits of the four places.
const PLACES: u32 = u32::from_le_bytes([8 | 1, 8 | 2, 8 | 4, 8]);

/// Whether the first characters of `part` may be text at one of the four phases.
#[inline]
fn may_be_text(part: &[u8]) -> bool {
    let Some(step) = part.first_chunk::<STEP>() else { return true };
    let mut places = [0; 4];
    for at in 0..4 {
        let (one, other) = (usize::from(step[at]), usize::from(step[at + 4]));
        places[at] = FORBIDDEN[one] | FORBIDDEN[other];
    }
    let places = u32::from_le_bytes(places);
    (0..4).any(|phase| places & PLACES.rotate_left(8 * phase) == 0)
}

/// Whether text may show anywhere in `run`.
#[inline]
fn is_worth_a_look(run: &[u8]) -> bool {
    let stride = if run.len() > LONG { STRIDE } else { STEP };
    run.chunks(stride).any(|part| part.len() >= STEP && may_be_text(part))
}

/// The decoder.
#[derive(Debug, Default)]
pub(super) struct Base64 {
    seen: Progress,
    packed: usize,
}

impl Decoder for Base64 {
    fn at_run(&mut self, text: &[u8], run: Run, out: &mut Layers) {
        if is_worth_a_look(run.span.of(text)) {
            CODE.at_run(text, run, &mut self.seen, out);
        }
        let whole = run.span;
        let begins = |way: Way| (whole.start, way);
        if let Some((start, way)) = way(whole.of(text)).map(begins).or_else(|| assigned(text, run))
            && start >= self.packed
        {
            self.unpack(text, Span::new(start, whole.end), way, out);
        }
    }
}

impl Base64 {
    fn unpack(&mut self, text: &[u8], run: Span, (names, inflate): Way, out: &mut Layers) {
        let chars = run.of(text).iter().rev().take_while(|&&b| b == b'=').count();
        let letters = run.of(text).iter().take_while(|b| CODE.values[usize::from(**b)] != NONE);
        let first = Span::new(run.start, (run.end - chars).min(run.start + letters.count()));
        let lines = wrap::lines_of_any(text, first, &CODE);
        let span = Span::new(first.start, lines.last().map_or(first.end, |l| l.end));
        self.packed = span.end;
        let bytes = alphabet::decode(text, &lines, &CODE.values, 6);
        let Some(inflated) = inflate.and_then(|inflate| inflate(&bytes, out)) else {
            if packed::is(&bytes) {
                out.add_packed(Packed { span, bytes });
            }
            return;
        };
        let mut build = Build::default();
        build.atom(&inflated, span);
        out.wide |= lines.len() > 1 && span.len() > REACH / 2;
        out.add(Some(build.done(names)));
        if memchr::memchr(0, &inflated).is_some() {
            out.add_packed(Packed { span, bytes: inflated });
        }
    }
}

/// The names of a way to pack, and what unpacks it, if that is done here.
type Way = (&'static [&'static str], Option<fn(&[u8], &mut Layers) -> Option<Vec<u8>>>);

/// How text starts that is the base64 of something else packed: zip, xz, bzip2, zstd, 7z, RAR,
/// SQLite, PDF, LZMA.
const OTHERS: [&[u8]; 11] = [
    b"UEsDB",
    b"/Td6WFoA",
    b"_Td6WFoA",
    b"QlpoO",
    b"KLUv/",
    b"KLUv_",
    b"N3q8ryc",
    b"UmFyIRoH",
    b"U1FMaXRlIGZv",
    b"JVBERi0",
    b"XQAAgAD",
];

/// A run that may be deflated without any mark has at least so many characters.
const BARE: usize = 96;

/// Whether a long run begins as a bare deflated text does, one with tables of its own: so diagrams
/// and requests to sign in are kept. Nearly everything else is told from it by these bits or
/// by the tables.
fn is_deflated(run: &[u8]) -> bool {
    let [a, b, ..] = run else { return false };
    let [a, b] = [a, b].map(|b| VALUES[usize::from(*b)]);
    // The kind of the first block stands in bits 1 and 2 of the first byte.
    let first = a << 2 | b >> 4;
    if run.len() < BARE || a == NONE || b == NONE || first & 6 != 4 {
        return false;
    }
    let head = Span::new(0, run.len().min(BARE));
    let mut text = [0; 64];
    let packed = alphabet::decode(run, &[head], &VALUES, 6);
    let mut state = DecompressorOxide::new();
    let flags = inflate_flags::TINFL_FLAG_HAS_MORE_INPUT
        | inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let (_, _, got) = decompress(&mut state, &packed, &mut text, 0, flags);
    got >= 24 && text.iter().take(got).all(|b| alphabet::is_text(*b) || *b >= 0x80)
}

fn inflate_bare(packed: &[u8], out: &mut Layers) -> Option<Vec<u8>> {
    let most = packed.len().saturating_mul(INFLATION).min(out.room);
    let inflated = miniz_oxide::inflate::decompress_to_vec_with_limit(packed, most);
    if inflated.as_ref().is_err_and(|e| e.status == TINFLStatus::HasMoreOutput) {
        (out.cut, out.wide) = (true, true);
    }
    // What came before it breaks off is text as well.
    Some(inflated.unwrap_or_else(|e| e.output))
}

/// What `run` is packed with, if it is the base64 of something packed.
#[inline]
fn way(run: &[u8]) -> Option<Way> {
    let &[first, second, third, ..] = run else { return None };
    let is = |(head, from, to): &(&[u8], u8, u8)| {
        head == &[first, second] && (*from..=*to).contains(&third)
    };
    match first {
        b'H' if run.starts_with(GZIP) => Some((&["base64", "gzip"], Some(gunzip))),
        b'e' if ZLIB.iter().any(is) => Some((&["base64", "zlib"], Some(inflate))),
        b'U' | b'/' | b'_' | b'Q' | b'K' | b'N' | b'J' | b'X'
            if OTHERS.iter().any(|h| run.starts_with(h)) =>
        {
            Some((&["base64"], None))
        }
        _ if run.len() >= BARE && is_deflated(run) => {
            Some((&["base64", "deflate"], Some(inflate_bare)))
        }
        _ => None,
    }
}

/// The same of what stands behind `name=` in a long run: where it begins, too.
#[inline]
fn assigned(text: &[u8], run: Run) -> Option<(usize, Way)> {
    let all = run.span.of(text);
    let name = all.get(..NAME).filter(|_| all.len() > LONG / 4)?;
    let at = memchr::memchr(b'=', name)? + 1;
    way(all.get(at..)?).map(|way| (run.span.start + at, way))
}

fn inflate(packed: &[u8], out: &mut Layers) -> Option<Vec<u8>> {
    let most = packed.len().saturating_mul(INFLATION).min(out.room);
    let inflated = miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(packed, most);
    if inflated.as_ref().is_err_and(|e| e.status == TINFLStatus::HasMoreOutput) {
        (out.cut, out.wide) = (true, true);
    }
    inflated.ok()
}

fn gunzip(packed: &[u8], out: &mut Layers) -> Option<Vec<u8>> {
    let size = u32::from_le_bytes(*packed.last_chunk()?) as usize;
    // Readers of containers have bounds of their own.
    if size > packed.len().saturating_mul(INFLATION) || size > out.room {
        return None;
    }
    let mut bytes = vec![0; size];
    let len = Decompressor::new().gzip_decompress(packed, &mut bytes).ok()?;
    // It may be the last of several members that tells its size.
    (len == size).then_some(bytes)
}

/// Adds the layer of a short value and the name before it, if it is text.
pub(super) fn add_value(text: &[u8], name: Span, value: Span, out: &mut Layers) {
    if CODE.is_textual(text, value) {
        CODE.push(text, name, &[value], out);
    }
}
