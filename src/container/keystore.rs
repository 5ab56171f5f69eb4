//! Keystores of Java (JKS, JCEKS), of Bouncy Castle (BKS), and PKCS #12. Their private keys, which a
//! password protects, are shown as the PEM of the same bytes, which rules know; certificates are for
//! everybody.
//!
//! Formats: `sun.security.provider.JavaKeyStore` and `com.sun.crypto.provider.JceKeyStore` of
//! OpenJDK, `org.bouncycastle.jcajce.provider.keystore.bc.BcKeyStoreSpi`, and RFC 7292.

use super::bytes::{be, be_size};
use super::der::{PROTECTED, head, pem};
use super::out::{Out, bad, locked};
use super::{Input, ber};
use memchr::memmem;
use std::io;

const JKS: &[u8] = b"\xfe\xed\xfe\xed\0\0\0";
const JCEKS: &[u8] = b"\xce\xce\xce\xce\0\0\0";
/// A keystore has fewer entries.
const ENTRIES: u64 = 1 << 16;

/// The digest behind the entries, in bytes.
const DIGEST: usize = 20;

/// What an entry of a keystore of Java is.
const PRIVATE: u64 = 1;
const TRUSTED: u64 = 2;

/// What an entry of a keystore of Bouncy Castle is, where they are others.
const END: u64 = 0;
const CERTIFICATE: u64 = 1;
const KEY: u64 = 2;
const SEALED: u64 = 4;
/// Where it says how often the salt is mixed in.
const MIXED: usize = 28;

/// That PKCS #12 holds data, and not something signed.
const DATA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07";
/// What a bag holds: a key in the clear, or one that a password protects.
const BAGS: [(&[u8], &str); 2] = [
    (b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x01", "PRIVATE KEY"),
    (b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x02", PROTECTED),
];

pub(super) fn is(head: &[u8]) -> bool {
    is_java(head) || is_bouncy_castle(head) || is_pkcs12(head)
}

fn is_java(head: &[u8]) -> bool {
    (head.starts_with(JKS) || head.starts_with(JCEKS))
        && matches!(head.get(JKS.len()), Some(1 | 2))
        && be::<4>(head, 8).is_some_and(|count| count < ENTRIES)
}

/// The version, salt of as many bytes as the digest has, how often it is mixed, and an entry.
fn is_bouncy_castle(head: &[u8]) -> bool {
    matches!(head, [0, 0, 0, 1 | 2, 0, 0, 0, 20, ..])
        && be::<4>(head, MIXED).is_some_and(|times| (1..=1_000_000).contains(&times))
        && head.get(MIXED + 4).is_some_and(|kind| u64::from(*kind) <= SEALED)
}

/// Version 3, and what it holds is data.
fn is_pkcs12(head: &[u8]) -> bool {
    let held = ber::inside(head, 0x30).and_then(|inner| inner.strip_prefix(&[2, 1, 3]));
    held.and_then(|held| ber::inside(held, 0x30)).is_some_and(|held| held.starts_with(DATA))
}

pub(super) fn read(input: Input<'_, '_>, out: &mut Out<'_, '_>) -> io::Result<()> {
    let all = input.all(out.meter)?;
    match &*all.bytes {
        store if is_java(store) => java(store, out),
        store if is_bouncy_castle(store) => bouncy_castle(store, out),
        store => pkcs12(store, out),
    }
}

fn java(store: &[u8], out: &mut Out<'_, '_>) -> io::Result<()> {
    let typed = store.get(JKS.len()) == Some(&2);
    let mut fields = Fields { store, at: 8 };
    for _ in 0..fields.number()? {
        let kind = fields.number()?;
        let alias = fields.text()?;
        fields.take(8)?;
        match kind {
            PRIVATE => {
                let key = fields.long()?;
                out.bytes(alias, &pem(PROTECTED, key))?;
                for _ in 0..fields.number()? {
                    fields.certificate(typed)?;
                }
            }
            TRUSTED => fields.certificate(typed)?,
            // An object of Java, which does not say where it ends.
            _ => return Err(locked("a keystore of Java with a secret key cannot be read")),
        }
    }
    fields.take(DIGEST).map(drop)
}

fn bouncy_castle(store: &[u8], out: &mut Out<'_, '_>) -> io::Result<()> {
    let mut fields = Fields { store, at: MIXED + 4 };
    let mut is_sealed = false;
    loop {
        let kind = fields.byte()?;
        if kind == END {
            break;
        }
        let alias = fields.text()?;
        fields.take(8)?;
        for _ in 0..fields.number()? {
            fields.certificate(true)?;
        }
        match kind {
            CERTIFICATE => fields.certificate(true)?,
            KEY => {
                let is_private = fields.byte()? == 0;
                fields.text()?;
                fields.text()?;
                let key = fields.long()?;
                out.bytes(alias, &if is_private { pem("PRIVATE KEY", key) } else { key.into() })?;
            }
            _ => {
                fields.long()?;
                is_sealed = true;
            }
        }
    }
    fields.take(DIGEST)?;
    if is_sealed { Err(locked("a key in a keystore (BKS) cannot be read")) } else { Ok(()) }
}

/// Fields of a keystore of Java, one after the other.
struct Fields<'s> {
    store: &'s [u8],
    at: usize,
}

impl<'s> Fields<'s> {
    fn take(&mut self, len: usize) -> io::Result<&'s [u8]> {
        let end = self.at.checked_add(len);
        let field = end.and_then(|end| self.store.get(self.at..end));
        self.at = self.at.saturating_add(len);
        field.ok_or_else(|| bad("the keystore is cut"))
    }

    fn byte(&mut self) -> io::Result<u64> {
        Ok(be::<1>(self.take(1)?, 0).unwrap_or_default())
    }

    fn number(&mut self) -> io::Result<u64> {
        Ok(be::<4>(self.take(4)?, 0).unwrap_or_default())
    }

    /// What follows its length in two bytes.
    fn text(&mut self) -> io::Result<&'s [u8]> {
        let len = be_size::<2>(self.take(2)?, 0).unwrap_or_default();
        self.take(len)
    }

    /// What follows its length in four bytes.
    fn long(&mut self) -> io::Result<&'s [u8]> {
        let len = be_size::<4>(self.take(4)?, 0).unwrap_or_default();
        self.take(len)
    }

    /// Steps over a certificate, which says its type if they are `typed`.
    fn certificate(&mut self, typed: bool) -> io::Result<()> {
        if typed {
            self.text()?;
        }
        self.long().map(drop)
    }
}

/// The keys stand in bags of their own; what else there is, is encrypted as a whole.
fn pkcs12(store: &[u8], out: &mut Out<'_, '_>) -> io::Result<()> {
    let _held = out.meter.hold(3 * store.len() as u64)?;
    let whole = ber::der(store);
    let is_cut = whole.is_none();
    let store = whole.as_deref().unwrap_or(store);
    let mut any = false;
    for (bag, label) in BAGS {
        for at in memmem::find_iter(store, bag) {
            let held = store.get(at + bag.len()..).and_then(|rest| element(rest, 0xa0));
            let key = held.and_then(|(_, held)| element(held, 0x30));
            let (key, _) = key.ok_or_else(|| bad("the keystore is cut"))?;
            out.bytes(b"key", &pem(label, key))?;
            any = true;
        }
    }
    match any {
        true if is_cut => Err(bad("the keystore is cut")),
        true => Ok(()),
        false => Err(locked("a keystore (PKCS #12) cannot be read")),
    }
}

/// The element of kind `tag` at the start of `bytes`, and what it holds, if all of it is there.
fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (head, len) = head(bytes, tag)?;
    let whole = bytes.get(..head + len)?;
    Some((whole, &whole[head..]))
}
