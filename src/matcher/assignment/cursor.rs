//! A place in a text that moves forward.

/// Some bytes.
pub(super) struct Bytes([bool; 256]);

impl Bytes {
    /// Those in `these`.
    pub(super) const fn of(these: &[u8]) -> Self {
        let mut set = [false; 256];
        let mut i = 0;
        while i < these.len() {
            set[these[i] as usize] = true;
            i += 1;
        }
        Self(set)
    }

    /// Letters, digits and those in `these`.
    pub(super) const fn alnum_and(these: &[u8]) -> Self {
        let mut set = Self::of(these);
        let mut b = 0;
        while b < 128 {
            set.0[b] |= (b as u8).is_ascii_alphanumeric();
            b += 1;
        }
        set
    }

    /// Whether `b` is one of them.
    #[inline]
    pub(super) fn has(&self, b: u8) -> bool {
        self.0[usize::from(b)]
    }
}

/// Reads bytes from `at` on; never beyond the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    /// The text.
    pub(super) text: &'a [u8],
    /// The offset of the next byte.
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    /// Starts at `at`.
    pub(super) fn new(text: &'a [u8], at: usize) -> Self {
        Self { text, at }
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next byte.
    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Steps over `word`, in any case, if it is next.
    #[inline]
    pub(super) fn eat(&mut self, word: &[u8]) -> bool {
        // Most words are told by their first byte.
        let first = self.peek().map(|b| b.to_ascii_lowercase());
        if first != word.first().map(u8::to_ascii_lowercase) {
            return false;
        }
        let next = self.rest().get(..word.len());
        let found = next.is_some_and(|n| n.eq_ignore_ascii_case(word));
        self.at += if found { word.len() } else { 0 };
        found
    }

    /// Steps over the first of `words` that is next.
    pub(super) fn eat_any(&mut self, words: &[&[u8]]) -> bool {
        // Asked once here, for most are told by it.
        let Some(next) = self.peek().map(|b| b.to_ascii_lowercase()) else { return false };
        words
            .iter()
            .any(|w| w.first().is_some_and(|b| b.to_ascii_lowercase() == next) && self.eat(w))
    }

    /// Steps over at most `most` bytes that `is` accepts; answers how many.
    pub(super) fn skip(&mut self, most: usize, is: impl Fn(u8) -> bool) -> usize {
        let n = self.rest().iter().take(most).take_while(|&&b| is(b)).count();
        self.at += n;
        n
    }

    /// Steps over blanks on this line.
    #[inline]
    pub(super) fn blanks(&mut self) -> usize {
        self.skip(16, |b| b == b' ' || b == b'\t')
    }

    /// Steps over blanks and at most a few line breaks.
    pub(super) fn space(&mut self) -> usize {
        self.skip(48, |b| b.is_ascii_whitespace())
    }
}
