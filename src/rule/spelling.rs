//! Where each byte of a TOML string stands in its source: `'…'`, `"…"` with escapes, and both in
//! their forms of several lines.

/// For each byte of the string's value its offset in `raw`, the string as it is written with its
/// quotes, and last the offset of the closing quote. `None` if `raw` does not spell `value`.
pub(super) fn offsets(raw: &str, value: &str) -> Option<Vec<usize>> {
    let (quote, escapes) = ["'''", "\"\"\"", "'", "\""]
        .into_iter()
        .find(|q| raw.starts_with(q) && raw.len() >= 2 * q.len())
        .map(|q| (q, q.starts_with('"')))?;
    let inner = raw.get(quote.len()..)?.strip_suffix(quote)?;
    // A line break right behind three quotes is no part of the value.
    let skipped = match quote.len() {
        3 if inner.starts_with("\r\n") => 2,
        3 if inner.starts_with('\n') => 1,
        _ => 0,
    };
    let mut reader = Reader { rest: inner.get(skipped..)?, at: quote.len() + skipped };
    let (mut text, mut places) = (String::new(), Vec::new());
    while !reader.rest.is_empty() {
        let at = reader.at;
        if let Some(c) = reader.next(escapes)? {
            text.push(c);
            places.resize(text.len(), at);
        }
    }
    places.push(reader.at);
    (text == value).then_some(places)
}

struct Reader<'a> {
    rest: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn skip(&mut self, bytes: usize) -> Option<()> {
        self.rest = self.rest.get(bytes..)?;
        self.at += bytes;
        Some(())
    }

    /// The next character of the value; the inner `None` if what was read adds none.
    #[expect(clippy::option_option, reason = "read nothing, or could not read")]
    fn next(&mut self, escapes: bool) -> Option<Option<char>> {
        let c = self.rest.chars().next()?;
        if c == '\r' && self.rest.starts_with("\r\n") {
            self.skip(2)?;
            return Some(Some('\n'));
        }
        self.skip(c.len_utf8())?;
        if c != '\\' || !escapes {
            return Some(Some(c));
        }
        self.escaped()
    }

    /// What stands behind a backslash.
    #[expect(clippy::option_option, reason = "as for `next`")]
    fn escaped(&mut self) -> Option<Option<char>> {
        let c = self.rest.chars().next()?;
        if c.is_ascii_whitespace() {
            let blank =
                self.rest.len() - self.rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
            self.skip(blank)?;
            return Some(None);
        }
        self.skip(c.len_utf8())?;
        let plain = match c {
            'b' => '\u{8}',
            't' => '\t',
            'n' => '\n',
            'f' => '\u{c}',
            'r' => '\r',
            'e' => '\u{1b}',
            'x' => self.hex(2)?,
            'u' => self.hex(4)?,
            'U' => self.hex(8)?,
            c => c,
        };
        Some(Some(plain))
    }

    fn hex(&mut self, digits: usize) -> Option<char> {
        let code = u32::from_str_radix(self.rest.get(..digits)?, 16).ok()?;
        self.skip(digits)?;
        char::from_u32(code)
    }
}

#[cfg(test)]
mod tests {
    use super::offsets;

    #[test]
    fn every_form_of_string_is_mapped() {
        let map = |raw: &str, value: &str| offsets(raw, value).unwrap_or_default();
        assert_eq!(map("'a+'", "a+"), [1, 2, 3]);
        assert_eq!(map("\"a\\\\d+\"", "a\\d+"), [1, 2, 4, 5, 6]);
        assert_eq!(map("\"\\u0041+\"", "A+"), [1, 7, 8]);
        assert_eq!(map("'''\na+'''", "a+"), [4, 5, 6]);
        assert_eq!(map("\"\"\"a\\\n   b+\"\"\"", "ab+"), [3, 9, 10, 11]);
        assert_eq!(map("'ö+'", "ö+"), [1, 1, 3, 4]);
        assert!(offsets("'a'", "b").is_none());
        assert!(offsets("'", "").is_none());
        assert!(offsets("\"\\u00\"", "").is_none());
    }
}
