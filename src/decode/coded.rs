//! What base64, base32 and hexadecimal have in common: each character stands for a fixed number
//! of bits. A stretch is decoded only if a look at some of it shows text.

use super::alphabet::{self, NONE, Values};
use super::layer::Build;
use super::{Layers, stretch, wrap};
use crate::model::Span;
use crate::prefilter::Run;
use crate::rule::REACH;

/// How far apart the looks at a long stretch are, in characters.
const STRIDE: usize = 32;
/// Lines at least this long are wrapped text, shorter ones may be values of their own.
const WRAPPED: usize = 60;
/// Longest decoded value that is shown with its name.
const VALUE: usize = 160;

/// An encoding in which a character stands for `BITS` bits, and `GROUP` characters make whole bytes.
pub(super) struct Code<const BITS: usize, const GROUP: usize> {
    /// Its alphabet.
    pub(super) values: Values,
    /// At how many places in a group the encoded text may begin: text may be glued before it.
    pub(super) phases: usize,
    /// Shortest stretch.
    pub(super) least: usize,
    /// Whether text may show in these characters: a quick no for most.
    pub(super) gate: fn(&[u8]) -> bool,
    /// How many characters of it are looked at at once.
    pub(super) look: usize,
    /// Its name; and with the names of UTF-16, little and big endian.
    pub(super) names: [&'static [&'static str]; 3],
}

/// How far a text has been decoded.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Up to here, all is done.
    done: usize,
    /// Up to here, lines are part of a wrapped text that is done.
    chained: usize,
}

impl<const BITS: usize, const GROUP: usize> Code<BITS, GROUP> {
    /// Decodes what is encoded in `run` and the lines after it.
    pub(super) fn at_run(&self, text: &[u8], run: Run, seen: &mut Progress, out: &mut Layers) {
        let mut at = run.span.start.max(seen.done);
        while let Some(part) = self.part(text, Span::new(at, run.span.end)) {
            at = part.end + 1;
            if let Some(hit) = self.hit(text, part) {
                let value = Span::new(self.start(text, part, hit), part.end);
                at = at.max(self.add(text, value, seen, out));
            }
        }
    }

    /// The next part of `within` that is of the alphabet and long enough. It must cover one of
    /// the places that are looked at first.
    fn part(&self, text: &[u8], within: Span) -> Option<Span> {
        let is = |at: &usize| self.values[usize::from(text[*at])] != NONE;
        let mut at = within.start;
        loop {
            let probe = at + self.least - 1;
            if probe >= within.end {
                return None;
            }
            if !is(&probe) {
                at = probe + 1;
                continue;
            }
            let start = (at..probe).rev().find(|i| !is(i)).map_or(at, |i| i + 1);
            let end = (probe..within.end).find(|i| !is(i)).unwrap_or(within.end);
            if end - start >= self.least {
                return Some(Span::new(start, end));
            }
            at = end + 1;
        }
    }

    /// Where text shows in `part`.
    fn hit(&self, text: &[u8], part: Span) -> Option<usize> {
        let look = self.look.min(part.len() / GROUP * GROUP);
        let last = part.end - look;
        let mut at = part.start;
        loop {
            let mut phases = 0..if (self.gate)(&text[at..at + look]) { self.phases } else { 0 };
            if let Some(p) = phases.find(|p| self.shows(text, Span::new(at + p, at + look))) {
                return Some(at + p);
            }
            if at >= last {
                return None;
            }
            at = last.min(at + STRIDE);
        }
    }

    /// Whether the whole groups in `span` decode to text, or to text with NUL bytes.
    fn shows(&self, text: &[u8], span: Span) -> bool {
        let mut bytes = [0; 32];
        let mut count = 0;
        for group in span.of(text).chunks_exact(GROUP) {
            let value = group
                .iter()
                .fold(0u64, |n, &b| n << BITS | u64::from(self.values[usize::from(b)]));
            for byte in value.to_be_bytes().into_iter().skip(8 - GROUP * BITS / 8) {
                if (byte != 0 && !alphabet::is_text(byte)) || count == bytes.len() {
                    return false;
                }
                bytes[count] = byte;
                count += 1;
            }
        }
        count > 0 && alphabet::looks_like_text(&bytes[..count])
    }

    /// Where the text that shows at `hit` begins: with `part`, or behind what is glued before it.
    fn start(&self, text: &[u8], part: Span, hit: usize) -> usize {
        let textual = |at: usize| self.is_textual(text, Span::new(at, at + GROUP));
        if (hit - part.start).is_multiple_of(GROUP) && textual(part.start) {
            return part.start;
        }
        let groups = (hit - part.start) / GROUP;
        let back = (1..=groups).take_while(|n| textual(hit - n * GROUP)).count();
        hit - back * GROUP
    }

    /// Whether `span`, whole groups, has no byte that is not text or NUL.
    pub(super) fn is_textual(&self, text: &[u8], span: Span) -> bool {
        let bytes = alphabet::decode(text, &[span], &self.values, BITS as u32);
        bytes.iter().all(|&b| b == 0 || alphabet::is_text(b))
    }

    /// Adds the layer of `value` and the lines after it, and answers how far it went.
    fn add(&self, text: &[u8], value: Span, seen: &mut Progress, out: &mut Layers) -> usize {
        let before = Span::new(seen.done.min(value.start), value.start);
        seen.done = value.end;
        let lines = wrap::lines(text, value, self);
        if lines.len() > 1 && value.start >= seen.chained {
            seen.chained = lines.last().map_or(value.end, |l| l.end);
            out.wide |= seen.chained - value.start > REACH / 2;
            self.push(text, before, &lines, out);
            if value.len() >= WRAPPED {
                seen.done = seen.chained;
            }
        }
        // A single line that is no longer than a group may be a word of its own.
        let alone = match lines.as_slice() {
            [_] => true,
            [_, next] => next.len() <= GROUP,
            _ => false,
        };
        if alone || value.len() < WRAPPED {
            self.push(text, before, &[value], out);
        }
        seen.done
    }

    /// Adds the layer of `lines`, with what stands in `before` if they are one short value.
    pub(super) fn push(&self, text: &[u8], before: Span, lines: &[Span], out: &mut Layers) {
        let mut bytes = alphabet::decode(text, lines, &self.values, BITS as u32);
        let (mut rate, mut names) = (BITS, self.names[0]);
        let probe = bytes.get(..bytes.len().min(24) & !1).unwrap_or_default();
        if let Some(big) = alphabet::wide(probe) {
            bytes = narrow(&bytes, big);
            (rate, names) = (rate / 2, self.names[if big { 2 } else { 1 }]);
        }
        let code = |build: &mut Build| build.coded(&bytes, lines, rate);
        let layer = match lines {
            [value] if is_value(&bytes) => stretch::named(text, before, *value, code, names),
            _ => {
                let mut build = Build::default();
                code(&mut build);
                build.done(names)
            }
        };
        out.add(Some(layer));
    }
}

/// Whether `bytes` can stand where their encoded form stood, without confusing a reader.
fn is_value(bytes: &[u8]) -> bool {
    bytes.len() <= VALUE && bytes.iter().all(|&b| b.is_ascii_graphic() && !b"\"'`\\".contains(&b))
}

/// UTF-16 as bytes; what is not ASCII becomes a question mark.
fn narrow(bytes: &[u8], big: bool) -> Vec<u8> {
    let unit = |u: &[u8; 2]| if big { u16::from_be_bytes(*u) } else { u16::from_le_bytes(*u) };
    let ascii = |n: u16| u8::try_from(n).ok().filter(u8::is_ascii).unwrap_or(b'?');
    bytes.as_chunks().0.iter().map(|u| ascii(unit(u))).collect()
}
