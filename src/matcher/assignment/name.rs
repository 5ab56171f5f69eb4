//! The whole name around a word in it.

use super::cursor::Bytes;

static NAME: Bytes = Bytes::alnum_and(b"_-.$");

/// Longest part of a name before and after the word.
const LONGEST: usize = 48;

/// Where the name begins that holds a word at `start`.
pub(super) fn start_of(text: &[u8], start: usize) -> usize {
    let from = start.saturating_sub(LONGEST);
    start - text[from..start].iter().rev().take_while(|&&b| NAME.has(b)).count()
}

/// Where the name ends that holds a word before `end`.
pub(super) fn end_of(text: &[u8], end: usize) -> usize {
    let rest = &text[end..text.len().min(end + LONGEST)];
    let mut after = 0;
    while let Some(&b) = rest.get(after) {
        after += match b {
            _ if NAME.has(b) => 1,
            // A Latin letter with a sign has two bytes.
            0xC3..=0xC5 if matches!(rest.get(after + 1), Some(0x80..=0xBF)) => 2,
            _ => break,
        };
    }
    let tail = rest[..after].iter().rev().take_while(|&&b| b == b'-' || b == b'.').count();
    end + after - tail
}

/// Whether a name that begins with another word says password as well (`KEYSTORE_PASSWORD`,
/// `AUTH_PASS`).
pub(super) fn says_password(name: &[u8]) -> bool {
    if ends_with_pass(name) {
        return true;
    }
    let says = |at: usize, word: &[u8]| {
        name.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word))
    };
    let begins = name.iter().enumerate().filter(|(_, b)| b.eq_ignore_ascii_case(&b'p'));
    begins.map(|(at, _)| at).any(|at| says(at, b"passw") || says(at, b"passp") || says(at, b"pwd"))
}

/// Whether the last word of a name is `pass`.
fn ends_with_pass(name: &[u8]) -> bool {
    let Some((before, end)) = name.len().checked_sub(4).map(|at| name.split_at(at)) else {
        return false;
    };
    let hump = || end.starts_with(b"P") && before.last().is_some_and(u8::is_ascii_lowercase);
    let apart = || matches!(before.last(), Some(b'_' | b'-' | b'.'));
    end.eq_ignore_ascii_case(b"pass") && (apart() || hump())
}

#[cfg(test)]
mod tests {
    use super::end_of;

    #[test]
    fn a_letter_with_a_sign_goes_on_a_name_and_half_of_one_does_not() {
        assert_eq!(end_of("contrase\u{f1}a=x".as_bytes(), 8), 11);
        assert_eq!(end_of(b"contrase\xC3=x", 8), 8);
        assert_eq!(end_of(b"contrase\xC3", 8), 8);
    }
}
