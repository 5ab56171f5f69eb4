//! Text in a wide encoding amid other bytes: strings of programs, records of databases, a file of
//! which only a part is in UTF-16. Such text is a row of characters with as many NULs between any
//! two of them.

use memchr::{memchr, memchr_iter};

/// Fewer characters in a row are chance.
const SHORTEST: usize = 8;
/// NULs between two characters of UTF-32.
const MOST: usize = 3;

/// Collects such texts from bytes that come in parts of any size.
#[derive(Debug, Default)]
pub struct Islands {
    /// The characters of the present row.
    row: Vec<u8>,
    /// NULs between any two of them.
    stride: usize,
    /// NULs since the last of them.
    nuls: usize,
}

impl Islands {
    /// Appends to `text` what the next `bytes` say. Between two texts stands a NUL, and each line
    /// break of the bytes is one of the text, so that lines keep their numbers.
    pub fn push(&mut self, bytes: &[u8], text: &mut Vec<u8>) {
        let mut rest = bytes;
        loop {
            rest = self.follow(rest, text);
            if rest.is_empty() {
                return;
            }
            // Nearly all bytes are in no row that counts, and are passed over at once.
            let sure = find(rest);
            let from = row_start(rest, sure.unwrap_or(rest.len()));
            let (passed, left) = rest.split_at(from);
            let breaks = memchr_iter(b'\n', passed).count();
            text.resize(text.len() + breaks, b'\n');
            let near = sure.map_or(left.len(), |at| at + 1 - from);
            let (near, left) = left.split_at(near);
            near.iter().for_each(|b| self.take(*b, text));
            rest = left;
        }
    }

    /// Goes on with the row that has begun; answers what comes after its end.
    fn follow<'b>(&mut self, bytes: &'b [u8], text: &mut Vec<u8>) -> &'b [u8] {
        let mut rest = bytes;
        while !self.row.is_empty()
            && let Some((b, left)) = rest.split_first()
        {
            self.take(*b, text);
            rest = left;
        }
        rest
    }

    /// Takes the next byte.
    fn take(&mut self, b: u8, text: &mut Vec<u8>) {
        if !self.row.is_empty() && !self.takes(b) && !self.turns(b, text) {
            self.end(text);
        }
        if self.row.is_empty() && b != 0 {
            self.takes(b);
        }
    }

    /// Begins the row with its second character if that alone goes on with `b`: the first stood
    /// before it by chance.
    fn turns(&mut self, b: u8, text: &mut Vec<u8>) -> bool {
        if self.row.len() != 2 || b == 0 {
            return false;
        }
        let first = self.row.remove(0);
        text.extend(Some(first).filter(|b| *b == b'\n'));
        self.takes(b)
    }

    /// The bytes have ended.
    pub fn finish(&mut self, text: &mut Vec<u8>) {
        self.end(text);
    }

    /// Takes the next byte into the row, if it goes on with it.
    fn takes(&mut self, b: u8) -> bool {
        if b == 0 {
            self.nuls += 1;
            return self.nuls <= MOST;
        }
        let fits = match self.row.len() {
            0 => true,
            1 => matches!(self.nuls, 1 | MOST),
            _ => self.nuls == self.stride,
        };
        if !fits || !(b.is_ascii_graphic() || b.is_ascii_whitespace()) {
            return false;
        }
        self.stride = self.nuls;
        self.row.push(b);
        self.nuls = 0;
        true
    }

    fn end(&mut self, text: &mut Vec<u8>) {
        if self.row.len() >= SHORTEST {
            text.extend_from_slice(&self.row);
            text.push(0);
        } else {
            text.extend(self.row.iter().filter(|b| **b == b'\n'));
        }
        self.row.clear();
        self.nuls = 0;
    }
}

/// Where the first word of eight bytes stands that may be of a row. Wherever one begins to count,
/// every row of [`SHORTEST`] characters holds a whole one.
fn find(bytes: &[u8]) -> Option<usize> {
    let words = bytes.as_chunks::<8>().0;
    words.iter().position(is_of_row).map(|nth| nth * 8)
}

/// Whether a row may hold these bytes: characters with a NUL or three between any two.
fn is_of_row(word: &[u8; 8]) -> bool {
    const LOW: u64 = 0x00ff_00ff_00ff_00ff;
    const MARKS: u64 = 0x0100_0100_0100_0100;
    const ODD: u64 = 0x0000_ffff_0000_ffff;
    let word = u64::from_le_bytes(*word);
    let lanes = match (word & LOW, word >> 8 & LOW) {
        (lanes, 0) | (0, lanes) => lanes,
        _ => return false,
    };
    // No character is below 9, the tab.
    let marks = (lanes + 0x00f7_00f7_00f7_00f7) & MARKS;
    marks == MARKS
        || lanes & ODD == 0 && marks == MARKS & !ODD
        || lanes & !ODD == 0 && marks == MARKS & ODD
}

/// The last place up to `at` before which no row of `bytes` can have begun that goes on there.
fn row_start(bytes: &[u8], at: usize) -> usize {
    let mut nuls = 0;
    let mut before = bytes.get(at).is_some_and(|b| *b != 0);
    for (here, b) in bytes.get(..at).unwrap_or_default().iter().enumerate().rev() {
        match (*b, before) {
            (0, _) if nuls == MOST => return here + 1 + nuls,
            (0, _) => (nuls, before) = (nuls + 1, false),
            (_, true) => return here + 1,
            (_, false) => (nuls, before) = (0, true),
        }
    }
    0
}

/// All such texts in `bytes`; `None` if there are none.
pub(super) fn all(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut islands = Islands::default();
    let mut text = Vec::new();
    memchr(0, bytes)?;
    islands.push(bytes, &mut text);
    islands.finish(&mut text);
    text.contains(&0).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_by_chance_takes_nothing_away() {
        for (unit, nuls) in [(2, &b"\0\0\0"[..]), (4, b"\0"), (4, b"\0\0"), (2, b"\0\0")] {
            let wide: Vec<u8> = b"stanch-looks"
                .iter()
                .flat_map(|b| (0..unit).map(|n| if n == 0 { *b } else { 0 }))
                .collect();
            for before in [&b"x"[..], b"\x91x", b"\n"] {
                let text = all(&[before, nuls, &wide].concat()).unwrap_or_default();
                let found = memchr::memmem::find(&text, b"stanch-looks").is_some();
                assert!(found, "{before:?} {nuls:?} {unit}");
            }
        }
    }
    use proptest::prelude::*;

    fn wide(text: &str, unit: usize, big: bool) -> Vec<u8> {
        let one = |b: u8| {
            let mut all = vec![0; unit];
            all[if big { unit - 1 } else { 0 }] = b;
            all
        };
        text.bytes().flat_map(one).collect()
    }

    #[test]
    fn wide_text_is_found_amid_others() {
        for (unit, big) in [(2, false), (2, true), (4, false), (4, true)] {
            let raw = [b"MZ\x90\n\x01\xff".to_vec(), wide("key = abcdef", unit, big), vec![7, 0]];
            let text = all(&raw.concat()).unwrap_or_default();
            assert_eq!(String::from_utf8_lossy(&text), "\nkey = abcdef\0", "{unit} {big}");
        }
        assert_eq!(all(b"plain text\n"), None);
        assert_eq!(all(&[0; 999]), None);
        assert_eq!(all(b"a\0b\0\0c\0d\0e"), None);
    }

    proptest! {
        /// What is passed over at once is what byte by byte would come to nothing.
        #[test]
        fn the_short_way_is_the_long_way(
            pieces in prop::collection::vec(
                (prop::sample::select(vec![0u8, 0, 0, b'a', b'b', b'\n', 7, 0xff]), 0usize..6, 0usize..12),
                0..60,
            ),
            size in 1usize..200,
        ) {
            let row = |(b, nuls, times): (u8, usize, usize)| {
                [&[b][..], &vec![0; nuls]].concat().repeat(times)
            };
            let raw: Vec<u8> = pieces.into_iter().flat_map(row).collect();
            let (mut short, mut long) = (Islands::default(), Islands::default());
            let (mut said, mut due) = (Vec::new(), Vec::new());
            raw.chunks(size).for_each(|part| short.push(part, &mut said));
            raw.iter().for_each(|b| long.take(*b, &mut due));
            short.finish(&mut said);
            long.finish(&mut due);
            prop_assert_eq!(said, due);
        }
    }

    #[test]
    fn parts_of_any_size_say_the_same() {
        let raw = [b"one\ntwo\n".to_vec(), wide("three\nfour five", 2, false), b"six\n".to_vec()];
        let raw = raw.concat().repeat(3);
        let whole = all(&raw);
        for size in 1..40 {
            let (mut islands, mut text) = (Islands::default(), Vec::new());
            raw.chunks(size).for_each(|part| islands.push(part, &mut text));
            islands.finish(&mut text);
            assert_eq!(Some(text), whole, "{size}");
        }
    }
}
