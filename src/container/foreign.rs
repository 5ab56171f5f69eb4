//! Archives and images of disks that are known and not opened: what is in them is told to be unread.

use super::Input;
use super::out::{Out, locked, unknown};
use std::io::{self, Read};

/// How they begin, and what they are called.
const KNOWN: [(&[u8], &str); 29] = [
    (b"Rar!\x1a\x07", "RAR"),
    (b"MSCF\0\0\0\0", "a cabinet"),
    (b"\x04\x22\x4d\x18", "LZ4"),
    (b"\x02\x21\x4c\x18", "LZ4"),
    (b"mozLz40\0", "LZ4"),
    (b"hsqs", "SquashFS"),
    (b"sqsh", "SquashFS"),
    (b"xar!\0\x1c", "xar"),
    (b"\xff\x06\0\0sNaPpY", "Snappy"),
    (b"LRZI\0", "lrzip"),
    (b"\x89LZO\0\r\n\x1a\n", "lzop"),
    (b"MSWIM\0\0\0", "an image of Windows"),
    (b"ITSF\x03\0\0\0", "compiled help"),
    (b"7kSt\xa01\x83\xd3", "zpaq"),
    (b"zPQ\x01", "zpaq"),
    (b"zPQ\x02", "zpaq"),
    (b"StuffIt (c)", "StuffIt"),
    (b"(This file must be converted with BinHex", "BinHex"),
    (b"\x45\x3d\xcd\x28", "cramfs"),
    (b"\x28\xcd\x3d\x45", "cramfs"),
    (b"encrcdsa", "an encrypted image of a disk"),
    (b"QFI\xfb", "an image of a disk (qcow)"),
    (b"KDMV\x01\0\0\0", "an image of a disk (VMDK)"),
    (b"KDMV\x02\0\0\0", "an image of a disk (VMDK)"),
    (b"KDMV\x03\0\0\0", "an image of a disk (VMDK)"),
    (b"vhdxfile", "an image of a disk (VHDX)"),
    (b"\x3a\xff\x26\xed\x01\0\0\0", "a sparse image of Android"),
    (b"bvx2", "LZFSE"),
    (b"conectix\0\0\0\x02", "an image of a disk (VHD)"),
];
/// The same, of what they say further on.
const WITHIN: [(usize, &[u8], &str); 6] = [
    (7, b"**ACE**", "ACE"),
    (20, b"\xdc\xa7\xc4\xfd", "zoo"),
    (10, b"rLau", "StuffIt"),
    (64, b"\x7f\x10\xda\xbe", "an image of a disk (VDI)"),
    (1024, b"\xe2\xe1\xf5\xe0", "EROFS"),
    (0, b"PAR1\x15", "Parquet"),
];
/// What is encrypted: how it begins, and what it is called.
const LOCKED: [(&[u8], &str); 11] = [
    (b"age-encryption.org/v", "a file that age encrypted"),
    (b"-----BEGIN AGE ENCRYPTED FILE-----", "a file that age encrypted"),
    (b"-----BEGIN PGP MESSAGE-----", "a message of OpenPGP"),
    (b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5", "a vault of KeePass"),
    (b"\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5", "a vault of KeePass"),
    (b"Salted__", "a file that openssl encrypted"),
    (b"U2FsdGVkX1", "a file that openssl encrypted"),
    (b"\0GITCRYPT\0", "a file that git-crypt encrypted"),
    (b"$ANSIBLE_VAULT;", "a vault of Ansible"),
    (b"VimCrypt~0", "a file that Vim encrypted"),
    (b"LUKS\xba\xbe", "an encrypted disk (LUKS)"),
];
/// What CMS calls data in an envelope, data encrypted by what both know, and the former with a sum.
const ENVELOPES: [&[u8]; 3] = [
    b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03",
    b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06",
    b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17",
];
/// How the last 512 bytes of an image of a disk begin that is one of macOS.
const DMG: &[u8] = b"koly\0\0\0\x04";
/// All of that stands in so many bytes.
const HEAD: u64 = 2048;
/// A file of compress(1): its third byte tells how long codes get, from 9 to 16 bits.
const COMPRESS: &[u8] = b"\x1f\x9d";

/// The bytes with which [`KNOWN`] and [`LOCKED`] begin.
static FIRSTS: [bool; 256] = {
    let mut table = [false; 256];
    let mut n = 0;
    while n < KNOWN.len() {
        table[KNOWN[n].0[0] as usize] = true;
        n += 1;
    }
    n = 0;
    while n < LOCKED.len() {
        table[LOCKED[n].0[0] as usize] = true;
        n += 1;
    }
    table
};

pub(super) fn is(head: &[u8]) -> bool {
    name(head).is_some() || locked_name(head).is_some()
}

/// What stands at the end of `tail`, the last bytes of something, and is not told by its first.
pub(super) fn at_end(tail: &[u8]) -> Option<&'static str> {
    let last = tail.len().checked_sub(512).and_then(|at| tail.get(at..))?;
    last.starts_with(DMG).then_some("an image of a disk (DMG)")
}

/// To compare one byte takes no call.
fn begins(text: &[u8], magic: &[u8]) -> bool {
    text.first() == magic.first() && text.starts_with(magic)
}

fn name(head: &[u8]) -> Option<&'static str> {
    let first = *head.first().filter(|b| !matches!(b, b'/' | b'#' | b'i' | b'{'))?;
    let known = || KNOWN.iter().find(|(magic, _)| begins(head, magic)).map(|k| k.1);
    let within = |(at, magic, _): &&(usize, &[u8], _)| {
        head.get(*at..).is_some_and(|rest| begins(rest, magic))
    };
    let says = || WITHIN.iter().find(within).map(|k| k.2);
    FIRSTS[usize::from(first)].then(known).flatten().or_else(says).or_else(|| by_form(head))
}

/// What is encrypted.
fn locked_name(head: &[u8]) -> Option<&'static str> {
    let known = || LOCKED.iter().find(|(magic, _)| begins(head, magic)).map(|k| k.1);
    let first = usize::from(*head.first()?);
    FIRSTS[first].then(known).flatten().or_else(|| locked_by_form(head))
}

fn locked_by_form(head: &[u8]) -> Option<&'static str> {
    match head {
        // Packets that hold the key of the session: for a person's key, or for a password.
        [0x84, 40..=0x7f, 3, ..] | [0x85, 1..=4, _, 3, ..] => Some("a message of OpenPGP"),
        [0x8c | 0xc3, 4..=64, 4 | 5, 7..=13, 0..=3, ..] => Some("a message of OpenPGP"),
        [0xc1, 40..=0xc4, 3, ..] | [0xc1, 0xc0..=0xc8, _, 3, ..] => Some("a message of OpenPGP"),
        // Packed, to an end that is not told.
        [0xa3, 1..=3, ..] if head.len() > 32 && !head.is_ascii() => Some("a message of OpenPGP"),
        [0x30, ..] => {
            let held = super::ber::inside(head, 0x30)?;
            ENVELOPES.iter().any(|told| held.starts_with(told)).then_some("a message of S/MIME")
        }
        _ => None,
    }
}

/// What is told by more than a word.
fn by_form(head: &[u8]) -> Option<&'static str> {
    let compress = head.strip_prefix(COMPRESS).and_then(<[u8]>::first);
    if compress.is_some_and(|bits| bits & 0x60 == 0 && (9..=16).contains(&(bits & 0x1f))) {
        return Some("compress");
    }
    match head {
        // The length of the first head, the version, and that it is the head of an archive.
        [0x60, 0xea, low, high @ 0..=10, 30..=60, _, _, _, _, _, 2, ..] if low | high > 0 => {
            Some("ARJ")
        }
        // The version, the length, and how zlib begins; later ones took LZMA.
        [b'C', b'W', b'S', 6..=60, _, _, _, _, 0x78, ..] => Some("packed Flash"),
        [b'Z', b'W', b'S', 13..=31, ..] => Some("packed Flash"),
        [_, _, b'-', b'l', b'h' | b'z', _, b'-', ..] => Some("LHA"),
        [b'O', b'b', b'j', 1, ..] => {
            let head = head.get(..512).unwrap_or(head);
            let packed = [&b"deflate"[..], b"snappy", b"zstandard", b"bzip2", b"xz"];
            let has = |word: &&[u8]| memchr::memmem::find(head, word).is_some();
            (has(&&b"avro.codec"[..]) && packed.iter().any(has)).then_some("packed Avro")
        }
        _ => None,
    }
}

pub(super) fn read(input: Input<'_, '_>, _: &mut Out<'_, '_>) -> io::Result<()> {
    let told = |bytes: &[u8]| match locked_name(bytes) {
        Some(what) => locked(&format!("{what} cannot be read")),
        None => {
            let what = name(bytes).or_else(|| at_end(bytes)).unwrap_or("such an archive");
            unknown(format!("{what} is not unpacked here"))
        }
    };
    Err(match input {
        Input::Whole(bytes) => told(bytes),
        Input::Stream(stream) => {
            let mut head = Vec::new();
            stream.take(HEAD).read_to_end(&mut head)?;
            told(&head)
        }
    })
}
