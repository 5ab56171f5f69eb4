//! HTML and XML entities: `&#45;`, `&#x2d;`, `&amp;`.

use super::stretch::{Escape, Escapes, Kind};
use super::{Decoder, Layers};
use crate::model::Span;
use crate::prefilter::Run;

static KIND: Kind = Kind { names: &["html"], lead: b'&', read, longest: LONGEST };

const LONGEST: usize = 12;

/// The entities by name that stand in or beside credentials.
const NAMED: [(&[u8], u8); 20] = [
    (b"amp", b'&'),
    (b"lt", b'<'),
    (b"gt", b'>'),
    (b"quot", b'"'),
    (b"apos", b'\''),
    (b"nbsp", b' '),
    (b"equals", b'='),
    (b"plus", b'+'),
    (b"sol", b'/'),
    (b"lowbar", b'_'),
    (b"hyphen", b'-'),
    (b"dash", b'-'),
    (b"period", b'.'),
    (b"colon", b':'),
    (b"commat", b'@'),
    (b"semi", b';'),
    (b"num", b'#'),
    (b"dollar", b'$'),
    (b"percnt", b'%'),
    (b"excl", b'!'),
];

/// The decoder.
#[derive(Debug, Default)]
pub(super) struct Entity(Escapes);

impl Decoder for Entity {
    fn at_run(&mut self, text: &[u8], run: Run, out: &mut Layers) {
        self.0.at_run(&KIND, text, run, out);
    }

    fn at_dense(&mut self, text: &[u8], stretch: Span, out: &mut Layers) {
        self.0.at_dense(&KIND, text, stretch, out);
    }
}

fn read(text: &[u8]) -> Option<Escape> {
    let text = &text[..text.len().min(LONGEST)];
    let Some(end) = memchr::memchr(b';', text).filter(|end| whole(text, *end)) else {
        return open(text);
    };
    let taken = end + 1;
    match text.get(1..end)? {
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16, taken),
        [b'#', digits @ ..] => number(digits, 10, taken),
        name => {
            let known = NAMED.iter().find(|(n, _)| *n == name)?;
            Some(Escape::byte(known.1, taken))
        }
    }
}

/// Whether nothing else begins before the end at `end`.
fn whole(text: &[u8], end: usize) -> bool {
    memchr::memchr(b'&', text.get(1..end).unwrap_or_default()).is_none()
}

/// A number whose end is not marked, which browsers take as well.
fn open(text: &[u8]) -> Option<Escape> {
    let (head, radix) = match text {
        [b'&', b'#', b'x' | b'X', ..] => (3, 16),
        [b'&', b'#', ..] => (2, 10),
        _ => return None,
    };
    let digits = text.get(head..)?;
    let is = |b: &&u8| char::from(**b).is_digit(radix);
    let many = digits.iter().take_while(is).count();
    if many < 2 { None } else { number(&digits[..many], radix, head + many) }
}

fn number(digits: &[u8], radix: u32, taken: usize) -> Option<Escape> {
    let value = u32::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()?;
    Some(Escape::char(char::from_u32(value)?, taken))
}
