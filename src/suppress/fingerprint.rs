//! The identity of a finding: a keyed, slow hash of the rule's family and the secret.

use super::Key;
use crate::model::{Fingerprint, Secret};
use std::borrow::Cow;

/// How often the hash is repeated. It makes every guess at a short secret that much dearer for
/// whoever reads a baseline, and costs a scan well under 0.2 ms a secret.
const ROUNDS: usize = 512;

/// The fingerprint of `secret`, found by a rule of `family`. Where it was found is no part of it.
pub fn fingerprint(key: &Key, family: &str, secret: &Secret) -> Fingerprint {
    let first = hash(key, family, secret);
    half((0..ROUNDS).fold(first, |hash, _| blake3::keyed_hash(&key.0, hash.as_bytes())))
}

/// The same without what makes it slow.
pub(super) fn provisional(key: &Key, family: &str, secret: &Secret) -> Fingerprint {
    half(hash(key, family, secret))
}

fn hash(key: &Key, family: &str, secret: &Secret) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new_keyed(&key.0);
    hasher.update(family.as_bytes()).update(&[0]).update(&normal(secret.expose()));
    hasher.finalize()
}

fn half(hash: blake3::Hash) -> Fingerprint {
    let mut half = [0; 16];
    half.iter_mut().zip(hash.as_bytes()).for_each(|(to, from)| *to = *from);
    Fingerprint(half)
}

/// A key block is the same however its lines are broken, indented, quoted or escaped: of it only
/// the base64 characters between its borders count. Any other secret counts as it stands.
fn normal(secret: &[u8]) -> Cow<'_, [u8]> {
    let Some(body) = pem_body(secret) else { return Cow::Borrowed(secret) };
    let mut kept = Vec::with_capacity(body.len());
    let mut escaped = false;
    for &byte in body {
        let dropped = escaped && matches!(byte, b'n' | b'r' | b't');
        escaped = byte == b'\\';
        if !dropped && is_base64(byte) {
            kept.push(byte);
        }
    }
    if kept.is_empty() { Cow::Borrowed(secret) } else { Cow::Owned(kept) }
}

/// What stands between the first `-----BEGIN …-----` and the next `-----`.
fn pem_body(secret: &[u8]) -> Option<&[u8]> {
    const DASHES: &[u8] = b"-----";
    let begin = memchr::memmem::find(secret, b"-----BEGIN ")? + DASHES.len();
    let head = secret.get(begin..)?;
    let body = head.get(memchr::memmem::find(head, DASHES)? + DASHES.len()..)?;
    let end = memchr::memmem::find(body, DASHES).unwrap_or(body.len());
    body.get(..end)
}

fn is_base64(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(family: &str, secret: &str) -> Fingerprint {
        fingerprint(&Key::default(), family, &Secret::new(secret))
    }

    /// A key block with `body`, put together here.
    fn block(body: &str) -> String {
        format!("{0}BEGIN PRIVATE KEY{0}{body}{0}END PRIVATE KEY{0}", "-----")
    }

    #[test]
    fn family_secret_and_key_all_count() {
        let one = print("a", "secret");
        assert_eq!(one, print("a", "secret"));
        assert_ne!(one, print("b", "secret"));
        assert_ne!(one, print("a", "secreT"));
        assert_ne!(print("ab", "c"), print("a", "bc"));
        assert_ne!(one, fingerprint(&Key([7; 32]), "a", &Secret::new("secret")));
    }

    #[test]
    fn a_fingerprint_is_the_same_in_every_version() {
        let halves = ["c870f5c6c64b773f", "dccf43e27c676b6c"];
        assert_eq!(print("family", "value").to_string(), halves.concat());
    }

    /// Not a check of speed on a busy machine, but of the order of magnitude.
    #[test]
    fn a_fingerprint_is_cheap_enough_for_thousands() {
        let start = std::time::Instant::now();
        for i in 0..100 {
            print("family", &i.to_string());
        }
        let each = start.elapsed() / 100;
        assert!(each.as_millis() < 10, "{each:?}");
    }

    #[test]
    fn a_key_block_is_the_same_however_it_is_written() {
        let plain = print("k", &block("\nABCDnrt+\nEFGH/A==\n"));
        let same = [
            "\r\nABCDnrt+\r\nEFGH/A==\r\n",
            "\\nABCDnrt+\\nEFGH/A==\\n",
            "\\\\r\\\\nABCDnrt+\\\\r\\\\nEFGH/A==",
            "\n    ABCDnrt+\n    EFGH/A==\n    ",
            " ABCDnrt+ EFGH\\/A== ",
            "\\n\",\n \"ABCDnrt+\\n\",\n \"EFGH/A==\\n\",\n\"",
        ];
        same.iter().for_each(|body| assert_eq!(plain, print("k", &block(body)), "{body}"));
        assert_ne!(plain, print("k", &block("\nABCDnrt+\nEFGH/B==\n")));
        assert_ne!(plain, print("k", "ABCDnrt+\nEFGH/A=="));
        assert_ne!(print("k", &block("")), print("k", "-----BEGIN X"));
    }
}
