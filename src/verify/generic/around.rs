//! What stands around a candidate, other lines too.

use super::super::holds::{holds, places};
use super::line::Line;
use super::sheet::Sheet;
use super::traits::Trait;

/// What a line that gives a secret says.
const TELLING: [&[u8]; 6] = [b"secret", b"token", b"key", b"pass", b"auth", b"cred"];

/// Notes what stands around `line`, on which `value` was found.
pub(super) fn measure(value: &[u8], line: &Line<'_>, sheet: &mut Sheet) {
    let sides = line.around.map(<[u8]>::to_ascii_lowercase);
    let count = |word: &[u8]| sides.iter().map(|s| count(s, word)).sum();
    sheet.put(Trait::Same, if value.len() > 2 { count(&value.to_ascii_lowercase()) } else { 0 });
    let name = line.name.to_ascii_lowercase();
    sheet.put(Trait::SameName, if name.len() > 2 { count(&name) } else { 0 });
    let all = sides.iter().map(Vec::len).sum();
    let prose = |s: &Vec<u8>| s.iter().filter(|b| b.is_ascii_lowercase() || **b == b' ').count();
    sheet.share(Trait::Prose, sides.iter().map(prose).sum(), all);
    sheet.flag(Trait::Alike, are_alike(line));
    // What a signed request carries so that it is taken once only.
    let signed = [b"timestamp".as_slice(), b"signature"];
    let signed = signed.iter().all(|word| sides.iter().any(|side| holds(side, word)));
    if name == b"token" && signed {
        sheet.flag(Trait::About, true);
    }
    if value.iter().all(u8::is_ascii_hexdigit) {
        let lines = sides.iter().flat_map(|s| s.split(|b| *b == b'\n'));
        sheet.put(Trait::Siblings, lines.filter(|l| is_sibling(l, value)).count());
    }
}

/// Whether a line, in lower case, holds other hexadecimal digits, as many as `value` has, and
/// does not speak of a secret.
fn is_sibling(line: &[u8], value: &[u8]) -> bool {
    let mut words = line.split(|b| !b.is_ascii_alphanumeric());
    let like = |w: &[u8]| w.len() == value.len() && w.iter().all(u8::is_ascii_hexdigit);
    let telling = || TELLING.iter().any(|w| holds(line, w));
    words.any(|w| like(w) && !w.eq_ignore_ascii_case(value)) && !telling()
}

/// How often `word` stands in `text`, side by side.
fn count(text: &[u8], word: &[u8]) -> usize {
    let mut end = 0;
    let apart = |at: &usize| {
        let apart = *at >= end;
        end = if apart { at + word.len() } else { end };
        apart
    };
    places(text, word).filter(apart).count()
}

/// Whether the lines before and after begin as the line of the candidate does.
fn are_alike(line: &Line<'_>) -> bool {
    let head = |text: &[u8]| text.trim_ascii_start().iter().take(4).copied().collect::<Vec<u8>>();
    let before = line.around[0];
    let own_start = memchr::memrchr(b'\n', before).map_or(0, |i| i + 1);
    let own: Vec<u8> = [&before[own_start..], line.name].concat();
    let last = &before[..own_start.saturating_sub(1)];
    let last = &last[memchr::memrchr(b'\n', last).map_or(0, |i| i + 1)..];
    let after = line.around[1];
    let next = memchr::memchr(b'\n', after).map_or(&after[..0], |i| &after[i + 1..]);
    let own = head(&own);
    own.len() == 4 && head(last) == own && head(next) == own
}
