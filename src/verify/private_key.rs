//! Is there a private key in the armour, and is it protected?

use super::armor::{self, Armor};
use super::base::base64;
use super::contents::{self, Contents};
use super::key_sample;
use super::placeholder::placeholder;
use super::random::entropy;
use super::{Check, Token, Verdict};
use crate::model::Severity;
use crate::rule::Generator;
use memchr::memmem;

/// The check `private-key`.
pub(super) struct PrivateKey;

/// The shortest key that there is (32 bytes, with a little around them).
const SHORTEST: usize = 36;
/// Bytes of base64 from which on a body of noise can only be meant as a key.
const LONG: usize = 200;

impl Check for PrivateKey {
    fn name(&self) -> &'static str {
        "private-key"
    }

    fn about(&self) -> &'static str {
        "the armour holds a private key that parses, and whether a passphrase protects it"
    }

    fn check(&self, token: &Token<'_>) -> Verdict {
        let texts = [token.secret(), token.matched()];
        if let Some(putty) = texts.into_iter().find_map(putty) {
            return putty;
        }
        match texts.into_iter().find_map(armor::read) {
            Some(armor) => judge(&armor),
            None => Verdict::Rejected("no key in the armour"),
        }
    }

    fn mend(&self, sample: &mut Vec<u8>, random: &mut Generator) {
        let Some(armor) = armor::read(sample) else { return };
        let Some(begin) = memmem::find(sample, b"BEGIN ") else { return };
        let Some(start) = memmem::find(&sample[begin..], b"KEY").map(|at| begin + at) else {
            return;
        };
        let is_dash = |b: &u8| *b == b'-' || b.is_ascii_uppercase() || *b == b' ';
        let Some(len) = sample[start..].iter().position(|b| !is_dash(b)) else { return };
        let start = start + len;
        let end = memmem::find(&sample[start..], b"-----END").map_or(sample.len(), |e| start + e);
        let escaped = memmem::find(&sample[start..end], b"\\n").is_some();
        let newline: &[u8] = if escaped { b"\\n" } else { b"\n" };
        let lines = key_sample::body(&armor.label, random);
        let body = [newline, &lines.join(newline), newline].concat();
        sample.splice(start..end, body);
    }
}

fn judge(armor: &Armor) -> Verdict {
    // A body with a character too few or too many is still read as far as it goes.
    let spare = usize::from(without_padding(&armor.body) % 4 == 1);
    let end = without_padding(&armor.body) - spare;
    let raw = armor.body.get(..end).and_then(base64).unwrap_or_default();
    if armor.body.is_empty() || raw.len() < SHORTEST && armor.body.len() < SHORTEST * 4 / 3 {
        return Verdict::Rejected("no key in the armour");
    }
    if entropy(&armor.body) < 3.5 || placeholder(&armor.body).is_some() {
        return Verdict::Rejected("a placeholder is in the armour");
    }
    let protected = Verdict::Lesser(Severity::Medium, "passphrase protected".into());
    if armor.encrypted {
        return protected;
    }
    match parse(armor, &raw) {
        Contents::Key(what) => Verdict::Proven(what),
        Contents::Encrypted => protected,
        Contents::Cut if !armor.closed => Verdict::Agrees("the beginning of a private key".into()),
        Contents::Unknown if armor.damaged => Verdict::Rejected("what is in the armour is no key"),
        _ if raw.len() >= LONG && entropy(&armor.body) > 5.0 => Verdict::Silent,
        Contents::Cut => Verdict::Odd(Severity::Medium, "the key is cut short".into()),
        Contents::Unknown => {
            Verdict::Odd(Severity::Medium, "what is in the armour does not parse".into())
        }
    }
}

/// The length of `body` before its padding.
fn without_padding(body: &[u8]) -> usize {
    body.iter().rposition(|&b| b != b'=').map_or(0, |i| i + 1)
}

fn parse(armor: &Armor, raw: &[u8]) -> Contents {
    if armor.label.contains("PGP") {
        let sum = armor.checksum.as_deref().and_then(base64);
        if sum.is_some_and(|sum| sum != contents::crc24(raw)) {
            return Contents::Unknown;
        }
        return contents::openpgp(raw);
    }
    if raw.starts_with(b"openssh-key-v1") {
        return contents::openssh(raw);
    }
    if armor.label.contains("SSH2") {
        // Tectia's own format: a magic number, and nearly always a passphrase.
        return match raw {
            [0x3F, 0x6F, 0xF9, 0xEB, ..] => Contents::Encrypted,
            _ => Contents::Unknown,
        };
    }
    // Sigstore's own: what `cosign` makes, with how the passphrase is stretched.
    if raw.starts_with(b"{\"kdf\"") {
        return Contents::Encrypted;
    }
    contents::der(raw)
}

/// PuTTY's format, which is plain text: `None` if it is not that.
fn putty(text: &[u8]) -> Option<Verdict> {
    let start = memmem::find(text, b"PuTTY-User-Key-File-")?;
    let text = text.get(start..)?;
    let value = |name: &[u8]| {
        let at = memmem::find(text, name)? + name.len();
        let rest = text.get(at..)?;
        let end = rest.iter().position(|b| matches!(b, b'\n' | b'\r' | b'\\'));
        Some(rest.get(..end.unwrap_or(rest.len()))?.trim_ascii())
    };
    let Some(lines) =
        value(b"Private-Lines:").filter(|n| n.iter().any(|b| (b'1'..=b'9').contains(b)))
    else {
        return Some(Verdict::Rejected("no key in the armour"));
    };
    Some(match value(b"Encryption:") {
        Some(b"none") => Verdict::Proven("a PuTTY key without a passphrase".into()),
        Some(_) => Verdict::Lesser(Severity::Medium, "passphrase protected".into()),
        None => Verdict::Odd(
            Severity::Medium,
            format!("a PuTTY key cut short ({} lines)", lines.len()),
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{mended, rejected, verdict};
    use super::*;

    fn armoured(label: &str, newline: &str) -> String {
        let dashes = "-".repeat(5);
        format!(
            "{dashes}BEGIN {label}{dashes}{newline}[A-Za-z0-9+/]{{64}}{newline}{dashes}END {label}{dashes}"
        )
    }

    #[test]
    fn made_keys_parse() {
        for (label, says) in [
            ("RSA PRIVATE KEY", "parses as an RSA key of 2048 bits"),
            ("PRIVATE KEY", "parses as an RSA key of 2048 bits"),
            ("EC PRIVATE KEY", "parses as an EC key of 256 bits"),
            ("DSA PRIVATE KEY", "parses as a DSA key of 2048 bits"),
            ("OPENSSH PRIVATE KEY", "parses as an OpenSSH key (ssh-ed25519)"),
            ("PGP PRIVATE KEY BLOCK", "parses as an OpenPGP secret key"),
        ] {
            for newline in ["\n", "\\\\n"] {
                let sample = mended("private-key", &armoured(label, newline), 5);
                let shown = String::from_utf8_lossy(&sample);
                assert_eq!(
                    verdict("private-key", &sample),
                    Verdict::Proven(says.into()),
                    "{shown}"
                );
            }
        }
        let sample = mended("private-key", &armoured("ENCRYPTED PRIVATE KEY", "\n"), 5);
        assert!(matches!(verdict("private-key", &sample), Verdict::Lesser(Severity::Medium, _)));
    }

    #[test]
    fn a_key_that_is_none_is_told() {
        let whole = mended("private-key", &armoured("RSA PRIVATE KEY", "\n"), 5);
        let text = String::from_utf8_lossy(&whole).into_owned();
        let lines: Vec<&str> = text.lines().collect();
        let cut = [&lines[..3], &lines[lines.len() - 1..]].concat().join("\n");
        assert!(matches!(verdict("private-key", cut.as_bytes()), Verdict::Odd(..)));
        let open = lines[..4].join("\n");
        assert!(matches!(verdict("private-key", open.as_bytes()), Verdict::Agrees(_)));
        for body in ["", "...", "MIIE...", "your private key here", &"x".repeat(300)] {
            let text = format!("{}\n{body}\n{}", lines[0], lines[lines.len() - 1]);
            assert!(rejected("private-key", text.as_bytes()), "{body}");
        }
        let locked = text.replacen('\n', "\nProc-Type: 4,ENCRYPTED\nDEK-Info: X,0\n\n", 1);
        assert!(matches!(verdict("private-key", locked.as_bytes()), Verdict::Lesser(..)));
    }

    #[test]
    fn keys_of_cosign_are_encrypted() {
        let json = "{\"kdf\":{\"name\":\"scrypt\",\"params\":{\"N\":65536,\"r\":8,\"p\":1}}}";
        let body = data_encoding::BASE64.encode(json.as_bytes());
        let label = "ENCRYPTED SIGSTORE PRIVATE KEY";
        let dashes = "-".repeat(5);
        let text = format!("{dashes}BEGIN {label}{dashes}\n{body}\n{dashes}END {label}{dashes}");
        assert!(matches!(verdict("private-key", text.as_bytes()), Verdict::Lesser(..)));
    }

    #[test]
    fn putty_keys_are_read() {
        let file = |encryption: &str, lines: u8| {
            format!(
                "PuTTY-User-Key-File-3: ssh-rsa\nEncryption: {encryption}\nPrivate-Lines: {lines}\n"
            )
        };
        assert!(matches!(verdict("private-key", file("none", 8).as_bytes()), Verdict::Proven(_)));
        let locked = file("aes256-cbc", 8);
        assert!(matches!(verdict("private-key", locked.as_bytes()), Verdict::Lesser(..)));
        assert!(rejected("private-key", file("none", 0).as_bytes()));
    }
}
