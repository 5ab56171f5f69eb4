//! EBCDIC, as mainframes write text: code pages 037, 500, 1047 and 1140 agree in letters, digits and
//! nearly all signs.

/// Texts that are shorter are not judged.
const LEAST: usize = 16;

/// What each byte from 0x40 on is, two rows of code page 037 to a line; a dot is what is not ASCII.
/// Brackets stand as in 1047, too.
const SIGNS: &[u8; 192] = b"\
\x20.........[.<(+|&.........!$*);.\
-/.........,%_>?.........`:#@'=\"\
.abcdefghi.......jklmnopqr......\
.~stuvwxyz...[..^.........[].]..\
{ABCDEFGHI......}JKLMNOPQR......\
\\.STUVWXYZ......0123456789......";

/// What `byte` says, in ASCII; a question mark if it is not in ASCII.
pub(super) fn ascii(byte: u8) -> u8 {
    match byte {
        0 => 0,
        0x05 => b'\t',
        0x0d => b'\r',
        // The ends of lines of text and of records.
        0x15 | 0x25 => b'\n',
        0x4b => b'.',
        _ => match byte.checked_sub(0x40).and_then(|at| SIGNS.get(usize::from(at))) {
            None | Some(b'.') => b'?',
            Some(sign) => *sign,
        },
    }
}

/// Whether `probe` is text in EBCDIC: mostly its letters, digits and blanks, of many kinds, and no
/// UTF-8.
pub(super) fn is(probe: &[u8]) -> bool {
    // Told by the first bytes, for nearly all text begins with ASCII.
    let known =
        |b: &&u8| matches!(ascii(**b), b' '..=b'~' | b'\n' | b'\t' | b'\r') && ascii(**b) != b'?';
    let high = |b: &&u8| **b >= 0x80;
    let head = probe.get(..LEAST).unwrap_or_default();
    if head.iter().filter(high).count() * 2 < LEAST
        || head.iter().filter(known).count() + 2 < LEAST
    {
        return false;
    }
    let blanks = probe.iter().filter(|b| matches!(**b, 0x40 | 0x15 | 0x25)).count();
    let mut kinds = [false; 256];
    probe.iter().for_each(|b| kinds[usize::from(*b)] = true);
    probe.iter().filter(known).count() * 100 >= probe.len() * 95
        && probe.iter().filter(high).count() * 2 >= probe.len()
        && blanks * 40 >= probe.len()
        && kinds.iter().filter(|k| **k).count() >= 8
        && std::str::from_utf8(probe).is_err()
}
