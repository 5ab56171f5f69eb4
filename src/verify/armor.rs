//! Takes the base64 out of an armoured key, in whatever way it was pasted into a file: with
//! escaped line breaks, indented, quoted, commented out, joined with plus signs, or on one line.

use super::locate::base64 as base64_char;
use memchr::memmem;

/// An armoured block.
#[derive(Debug, Default)]
pub(super) struct Armor {
    /// The words between `BEGIN` and the dashes.
    pub label: String,
    /// The base64 of the body, joined.
    pub body: Vec<u8>,
    /// The checksum of OpenPGP armour, four characters.
    pub checksum: Option<Vec<u8>>,
    /// Whether a header line says that it is encrypted.
    pub encrypted: bool,
    /// Whether something stands in the body that stands for more, such as dots.
    pub damaged: bool,
    /// Whether there is an `END` line.
    pub closed: bool,
}

/// Reads the first armoured private key of `text`.
pub(super) fn read(text: &[u8]) -> Option<Armor> {
    let start = memmem::find_iter(text, b"BEGIN ").map(|at| at + 6).find_map(|at| {
        let label = text.get(at..)?;
        let label = label.get(..memmem::find(label.get(..64).unwrap_or(label), b"---")?)?;
        memmem::find(label, b"PRIVATE KEY").map(|_| (at, label))
    });
    let (at, label) = start?;
    let rest = text.get(at + label.len()..)?;
    let rest = rest.get(rest.iter().position(|&b| b != b'-')?..).unwrap_or_default();
    let end = memmem::find(rest, b"-----END").or_else(|| memmem::find(rest, b"---- END"));
    let inner = rest.get(..end.unwrap_or(rest.len()))?;
    let mut armor = Armor {
        label: String::from_utf8_lossy(label).trim().to_string(),
        encrypted: memmem::find(inner, b"ENCRYPTED").is_some(),
        closed: end.is_some(),
        ..Armor::default()
    };
    armor.take(&unescaped(inner));
    Some(armor)
}

impl Armor {
    fn take(&mut self, text: &[u8]) {
        let lines: Vec<&[u8]> =
            text.split(|b| matches!(b, b'\n' | b'\r')).map(<[u8]>::trim_ascii).collect();
        let common = common_prefix(&lines);
        for line in lines {
            let line = without_quotes(line.strip_prefix(common).unwrap_or(line));
            if !is_header(line) {
                self.take_line(line);
            }
        }
    }

    fn take_line(&mut self, line: &[u8]) {
        let mut words = line.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty());
        let first = words.clone().next().map_or(0, <[u8]>::len);
        if first < 40 {
            // A time or a name may stand before it in a log.
            let longest = words.clone().max_by_key(|w| w.len());
            longest.into_iter().for_each(|word| self.take_word(word));
        } else {
            words.by_ref().for_each(|word| self.take_word(word));
        }
    }

    fn take_word(&mut self, word: &[u8]) {
        if let [b'=', sum @ ..] = word
            && sum.len() == 4
        {
            self.checksum = Some(sum.to_vec());
            return;
        }
        let lone_sign = word.len() <= 2 && !word.iter().any(u8::is_ascii_alphanumeric);
        if word.iter().all(|&b| base64_char(b) && b != b'_') {
            if !lone_sign || word.iter().all(|&b| b == b'=') {
                self.body.extend_from_slice(word);
            }
        } else if !lone_sign {
            self.damaged = true;
        }
    }
}

/// Writes escape sequences out: line breaks, slashes, and what URLs write with a per cent sign.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        let (written, next) = match (byte, after) {
            (b'\\', [b'n' | b'r', more @ ..]) => (Some(b'\n'), more),
            (b'\\', [b't', more @ ..]) => (Some(b' '), more),
            (b'\\', [b'u', b'0', b'0', b'0', b'a' | b'A' | b'd' | b'D', more @ ..])
            | (b'&', [b'#', b'1', b'0' | b'3', b';', more @ ..]) => (Some(b'\n'), more),
            (b'\\', more) => (None, more),
            (b'%', [high, low, more @ ..]) => match hex(*high).zip(hex(*low)) {
                Some((h, l)) => (Some(h << 4 | l), more),
                None => (Some(byte), after),
            },
            _ => (Some(byte), after),
        };
        out.extend(written);
        rest = next;
    }
    out
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|d| d as u8)
}

/// A mark that all lines start with, as comments, quotations and patches have.
fn common_prefix(lines: &[&[u8]]) -> &'static [u8] {
    const MARKS: [&[u8]; 8] = [b"//", b"#", b">", b"*", b"+", b"-", b"|", b";"];
    let full = || lines.iter().filter(|l| !l.is_empty());
    let all = |mark: &&[u8]| full().count() >= 2 && full().all(|l| l.starts_with(mark));
    MARKS.into_iter().find(|mark| all(mark)).unwrap_or_default()
}

/// The longest part between quotation marks, without commas and such at its ends.
fn without_quotes(line: &[u8]) -> &[u8] {
    let parts = line.split(|b| matches!(b, b'"' | b'\'' | b'`'));
    let part = parts.max_by_key(|p| p.len()).unwrap_or_default();
    let is_end = |b: &u8| matches!(b, b',' | b';' | b')' | b']' | b'>') || b.is_ascii_whitespace();
    let end = part.iter().rposition(|b| !is_end(b)).map_or(0, |i| i + 1);
    part.get(..end).unwrap_or_default().trim_ascii_start()
}

/// `Name: value`, as the headers of old PEM and of OpenPGP are.
fn is_header(line: &[u8]) -> bool {
    let name = line.split(|&b| b == b':').next().unwrap_or_default();
    name.len() < line.len()
        && name.len() >= 3
        && name.iter().all(|b| b.is_ascii_alphabetic() || *b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The block with `body` between its lines.
    fn block(body: &str) -> Vec<u8> {
        ["-----BEGIN RSA ", "PRIVATE KEY-----", body, "-----END RSA ", "PRIVATE KEY-----"]
            .concat()
            .into_bytes()
    }

    #[test]
    fn every_way_of_pasting_gives_the_same_body() {
        let (a, b) = ("q".repeat(64), "w".repeat(20) + "==");
        for body in [
            format!("\n{a}\n{b}\n"),
            format!("\r\n{a}\r\n{b}\r\n"),
            format!("\\n{a}\\n{b}\\n"),
            format!("\\\\n{a}\\\\n{b}\\\\n"),
            format!("\\r\\n{a}\\r\\n{b}\\r\\n"),
            format!(" {a} {b} "),
            format!("\\n\" +\n  \"{a}\\n\" +\n  \"{b}\\n\" +\n \""),
            format!("',\n  '{a}',\n  '{b}',\n '"),
            format!("\n    {a}\n    {b}\n    "),
            format!("\n# {a}\n# {b}\n# "),
            format!("\n// {a}\n// {b}\n// "),
            format!("\n> {a}\n> {b}\n> "),
            format!("\n+{a}\n+{b}\n+"),
            format!("\nProc-Type: 4,X\nDEK-Info: AES,00\n\n{a}\n{b}\n"),
            format!("%0A{a}%0A{}%3D%3D%0A", "w".repeat(20)),
            format!("\\\n{a}\\\n{b}\\\n"),
        ] {
            let armor = read(&block(&body)).unwrap_or_default();
            let taken = String::from_utf8_lossy(&armor.body);
            assert_eq!(taken, format!("{a}{b}"), "{body}");
            assert!(armor.closed && !armor.damaged && armor.label == "RSA PRIVATE KEY");
        }
    }

    #[test]
    fn what_is_left_out_is_noticed() {
        for body in ["\n...\n", "\n<your key here>\n", "\n${KEY}\n"] {
            assert!(read(&block(body)).unwrap_or_default().damaged, "{body}");
        }
        assert!(read(&block("\nProc-Type: 4,ENCRYPTED\n")).unwrap_or_default().encrypted);
        assert!(read(b"-----BEGIN CERTIFICATE-----").is_none());
        assert!(read(b"BEGIN ").is_none());
    }
}
