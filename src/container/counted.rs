//! Texts that stand behind their lengths, as Python writes them: each on a line of its own.

use super::bytes::part;

/// Shorter texts are no secrets, and would be met by chance.
const LEAST: usize = 6;

/// The texts of `bytes` from `at` on. `place` tells where the text begins that is counted at a place,
/// and how long it is said to be.
pub(super) fn texts(
    bytes: &[u8],
    mut at: usize,
    place: impl Fn(&[u8], usize) -> Option<(usize, usize)>,
) -> Vec<u8> {
    let mut all = Vec::new();
    while at < bytes.len() {
        match place(bytes, at).filter(|found| is_text(bytes, *found)) {
            Some((from, len)) => {
                all.extend_from_slice(part(bytes, from, len));
                all.push(b'\n');
                at = from + len;
            }
            None => at += 1,
        }
    }
    all
}

fn is_text(bytes: &[u8], (from, len): (usize, usize)) -> bool {
    let text = from.checked_add(len).and_then(|end| bytes.get(from..end));
    let odd = |b: &u8| *b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r');
    len >= LEAST && text.is_some_and(|text| !text.iter().any(odd))
}
