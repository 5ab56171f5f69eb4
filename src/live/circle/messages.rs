//! The text of a step's log: CircleCI hands it out as a JSON list of objects with a `message`
//! each. They are read as one text, however long, and a secret may go over the border of two.

use std::io::{self, Read};

const BITE: usize = 64 << 10;

/// Reads the messages out of JSON, or the text itself if it is none.
pub(super) struct Messages<R> {
    inner: R,
    raw: Vec<u8>,
    at: usize,
    out: Vec<u8>,
    given: usize,
    mode: Mode,
    name: Vec<u8>,
    code: Vec<u8>,
    high: Option<u32>,
    is_message: bool,
    is_escaped: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Start,
    Plain,
    Between,
    Name,
    Text,
    Code,
}

impl<R: Read> Messages<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            raw: Vec::new(),
            at: 0,
            out: Vec::new(),
            given: 0,
            mode: Mode::Start,
            name: Vec::new(),
            code: Vec::new(),
            high: None,
            is_message: false,
            is_escaped: false,
        }
    }

    fn fill(&mut self) -> io::Result<bool> {
        self.raw.resize(BITE, 0);
        let n = loop {
            match self.inner.read(&mut self.raw) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.raw.truncate(n);
        self.at = 0;
        if n == 0 && !matches!(self.mode, Mode::Start | Mode::Plain | Mode::Between) {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the log ends in the middle",
            ));
        }
        Ok(n > 0)
    }

    fn take(&mut self, b: u8) {
        match self.mode {
            Mode::Start if b.is_ascii_whitespace() => {}
            Mode::Start if b == b'[' => self.mode = Mode::Between,
            Mode::Start | Mode::Plain => {
                self.mode = Mode::Plain;
                self.out.push(b);
            }
            Mode::Between => match b {
                b'"' if self.is_message => self.mode = Mode::Text,
                b'"' => {
                    self.name.clear();
                    self.mode = Mode::Name;
                }
                b':' => self.is_message = self.name == b"message",
                b',' | b'{' | b'}' => self.is_message = false,
                _ => {}
            },
            Mode::Name | Mode::Text => self.in_string(b),
            Mode::Code => {
                self.code.push(b);
                if self.code.len() == 4 {
                    self.mode = if self.is_message { Mode::Text } else { Mode::Name };
                    self.unit();
                }
            }
        }
    }

    fn in_string(&mut self, b: u8) {
        match (self.is_escaped, b) {
            (false, b'\\') => self.is_escaped = true,
            (false, b'"') => {
                self.mode = Mode::Between;
                self.is_message = false;
            }
            (false, b) => self.put(&[b]),
            (true, b'u') => {
                self.is_escaped = false;
                self.code.clear();
                self.mode = Mode::Code;
            }
            (true, b) => {
                self.is_escaped = false;
                let plain = match b {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 8,
                    b'f' => 12,
                    other => other,
                };
                self.put(&[plain]);
            }
        }
    }

    /// A `\uXXXX`, which may be half of a character.
    fn unit(&mut self) {
        let text = std::str::from_utf8(&self.code).ok();
        let unit = text.and_then(|t| u32::from_str_radix(t, 16).ok()).unwrap_or(0xfffd);
        let whole = match (self.high.take(), unit) {
            (_, 0xd800..=0xdbff) => {
                self.high = Some(unit);
                return;
            }
            (Some(high), 0xdc00..=0xdfff) => 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00),
            (_, unit) => unit,
        };
        let c = char::from_u32(whole).unwrap_or('\u{fffd}');
        let mut buffer = [0; 4];
        let bytes = c.encode_utf8(&mut buffer).as_bytes().to_vec();
        self.put(&bytes);
    }

    fn put(&mut self, bytes: &[u8]) {
        match self.is_message {
            true => self.out.extend_from_slice(bytes),
            false if self.name.len() < 16 => self.name.extend_from_slice(bytes),
            false => {}
        }
    }
}

impl<R: Read> Read for Messages<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given == self.out.len() {
            self.out.clear();
            self.given = 0;
            if self.at == self.raw.len() && !self.fill()? {
                return Ok(0);
            }
            while let Some(&b) = self.raw.get(self.at) {
                self.at += 1;
                self.take(b);
            }
        }
        let ready = self.out.get(self.given..).unwrap_or_default();
        let n = ready.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..n), ready.get(..n)) {
            to.copy_from_slice(from);
        }
        self.given += n;
        Ok(n)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    fn read(text: &str) -> io::Result<String> {
        // One byte at a time: every border is met.
        struct Slow<'a>(&'a [u8]);
        impl Read for Slow<'_> {
            fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
                self.0.read(into.get_mut(..1).unwrap_or_default())
            }
        }
        let mut out = String::new();
        Messages::new(Slow(text.as_bytes())).read_to_string(&mut out).map(|_| out)
    }

    #[test]
    fn messages_become_one_text() {
        let log = r#" [{"type":"out","message":"A=\"b\\n\"\n\u00e9\ud83d\ude00/","time":"t"}, {"message":"next"}]"#;
        assert_eq!(read(log).unwrap(), "A=\"b\\n\"\né😀/next");
        assert_eq!(read("plain [log]").unwrap(), "plain [log]");
        assert_eq!(read("").unwrap(), "");
        assert_eq!(read(r#"[{"x":"message","y":"no"}]"#).unwrap(), "");
        assert!(read(r#"[{"message":"cut"#).is_err());
    }
}
