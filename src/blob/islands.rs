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
        let mut at = 0;
        while let Some(&b) = bytes.get(at) {
            if !self.row.is_empty() {
                match self.takes(b) {
                    true => at += 1,
                    false => self.end(text),
                }
                continue;
            }
            let rest = bytes.get(at..).unwrap_or_default();
            // What has no NUL behind it is passed over at the speed of memory, NULs as well.
            let passed = match memchr(0, rest).unwrap_or(rest.len()) {
                0 => rest.iter().position(|b| *b != 0).unwrap_or(rest.len()),
                next => next - 1,
            };
            let breaks = memchr_iter(b'\n', rest.get(..passed).unwrap_or_default());
            text.extend(breaks.map(|_| b'\n'));
            at += passed;
            if passed == 0 {
                self.takes(b);
                at += 1;
            }
        }
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
