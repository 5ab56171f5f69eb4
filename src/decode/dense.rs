//! Stretches in which characters of escapes, or commas, are frequent: wholly escaped text, arrays
//! of bytes.

use crate::model::Span;

/// A text is counted in blocks of this many bytes.
const BLOCK: usize = 64;
/// A block with so many is dense. A credential of 16 characters that is all escapes makes one,
/// wherever the blocks' borders fall.
const LEAST: u8 = 7;

/// Tells `each` the dense stretches of `text`, each with the block before and after it.
pub(super) fn stretches(text: &[u8], mut each: impl FnMut(Span)) {
    let mut open: Option<Span> = None;
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    let counts = blocks.iter().map(|b| count(b)).chain([count(rest)]);
    for (n, _) in counts.enumerate().filter(|(_, count)| *count >= LEAST) {
        let at = n * BLOCK;
        let found = Span::new(at.saturating_sub(BLOCK), text.len().min(at + 2 * BLOCK));
        match &mut open {
            Some(last) if found.start <= last.end => last.end = found.end,
            _ => {
                if let Some(done) = open.replace(found) {
                    each(done);
                }
            }
        }
    }
    open.into_iter().for_each(each);
}

/// Adds up lanes of fixed width without a branch, so that the compiler makes vector code of it.
#[inline]
fn count(block: &[u8]) -> u8 {
    let is = |b: u8| u8::from((b == b'\\') | (b == b'%') | (b == b'&') | (b == b','));
    let mut lanes = [0u8; 16];
    let (parts, rest) = block.as_chunks::<16>();
    for part in parts {
        for (lane, b) in lanes.iter_mut().zip(part) {
            *lane += is(*b);
        }
    }
    rest.iter().map(|b| is(*b)).sum::<u8>() + lanes.iter().sum::<u8>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_of_escapes_is_dense_at_every_offset() {
        for form in ["%41", "\\x41", "\\u0041", "\\u{0041}", "&#103;", "0x41, ", "103, "] {
            for before in 0..130 {
                let text = [" ".repeat(before), form.repeat(16), " ".repeat(200)].concat();
                let token = Span::new(before, before + form.len() * 16);
                let mut found = Vec::new();
                stretches(text.as_bytes(), |s| found.push(s));
                assert!(found.iter().any(|s| s.contains(token)), "{form} {before} {found:?}");
            }
        }
    }
}
