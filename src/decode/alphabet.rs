//! Characters that stand for a fixed number of bits each.

use crate::model::Span;

/// An alphabet: the value of each byte, or [`NONE`].
pub(super) type Values = [u8; 256];

/// Not in the alphabet.
pub(super) const NONE: u8 = 0xFF;

/// The alphabet in which the nth of `letters` is worth n.
pub(super) const fn values(letters: &[u8]) -> Values {
    let mut table = [NONE; 256];
    let mut n = 0;
    while n < letters.len() {
        table[letters[n] as usize] = n as u8;
        n += 1;
    }
    table
}

/// The bytes for which the characters in `lines` stand, each for `bits` bits.
pub(super) fn decode(text: &[u8], lines: &[Span], values: &Values, bits: u32) -> Vec<u8> {
    let chars: usize = lines.iter().map(|l| l.len()).sum();
    let mut out = Vec::with_capacity(chars * bits as usize / 8 + 1);
    let (mut held, mut have) = (0u32, 0);
    for &b in lines.iter().flat_map(|l| l.of(text)) {
        held = held << bits | u32::from(values[usize::from(b)]);
        have += bits;
        if have >= 8 {
            have -= 8;
            out.push((held >> have) as u8);
        }
    }
    out
}

/// Whether text may hold `b`. Bytes beyond ASCII are no help to tell text from noise.
pub(super) fn is_text(b: u8) -> bool {
    matches!(b, b' '..=b'~' | b'\t' | b'\n' | b'\r')
}

/// Whether `bytes` are the beginning of text, in one byte or two bytes a character.
pub(super) fn looks_like_text(bytes: &[u8]) -> bool {
    bytes.iter().all(|&b| is_text(b)) || wide(bytes).is_some()
}

/// If `bytes` are ASCII text in UTF-16: whether its NUL bytes come first.
pub(super) fn wide(bytes: &[u8]) -> Option<bool> {
    let all = |zero: usize| {
        let mut bytes = bytes.iter().enumerate();
        bytes.all(|(i, &b)| if i % 2 == zero { b == 0 } else { is_text(b) })
    };
    if bytes.len() < 4 {
        return None;
    }
    [true, false].into_iter().find(|big| all(usize::from(!big)))
}
