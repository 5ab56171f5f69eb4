//! A value that stands before its name: `if ("v" == password)`, `"v".equals(password)`.

use crate::model::Span;

/// Longest value.
const LONGEST: usize = 240;

/// How the two are compared.
const COMPARES: [&[u8]; 4] = [b"===", b"!==", b"==", b"!="];

/// The same as a call of the value: `"v".equals(password)`.
const CALLS: [&[u8]; 3] = [b".equals(", b".equalsIgnoreCase(", b".contentEquals("];

/// The quoted value that is compared with the name at `name`, if one is.
pub(super) fn value_of(text: &[u8], name: Span) -> Option<Span> {
    let from = name.start.saturating_sub(LONGEST);
    let before = text[from..name.start].trim_ascii_end();
    let signs: &[&[u8]] = match before.last()? {
        b'=' => &COMPARES,
        b'(' => &CALLS,
        _ => return None,
    };
    let left = signs.iter().find_map(|sign| before.strip_suffix(*sign))?.trim_ascii_end();
    let (quote, inside) = left.split_last()?;
    if !matches!(quote, b'"' | b'\'' | b'`') {
        return None;
    }
    let start = memchr::memrchr2(*quote, b'\n', inside).filter(|at| inside[*at] == *quote)? + 1;
    (start < inside.len()).then(|| Span::new(from + start, from + inside.len()))
}
