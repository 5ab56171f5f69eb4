//! What stands amid other bytes is found, and what only looks like it is not told.

use super::tests::{SENTENCE, decoded, deflated, gzip, holds, shelf, zip};
use super::*;

/// Bytes of a program, with so many blanks as are asked for.
fn program(blanks: usize) -> Vec<u8> {
    [b"\x7fELF\x02\x01\x01\0", &vec![0xc3; blanks][..]].concat()
}

fn zlib(text: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec_zlib(text, 6)
}

#[test]
fn packed_things_amid_other_bytes_are_unpacked() {
    let long = SENTENCE.repeat(9000);
    let packed = [
        gzip(SENTENCE),
        gzip(&long),
        zlib(SENTENCE),
        zlib(&long),
        zip("a", SENTENCE, 0, 8),
        decoded(samples::XZ),
        decoded(samples::BZIP2),
        decoded(samples::SEVENZ),
    ];
    for (n, packed) in packed.iter().enumerate() {
        for blanks in [0, 3, 65_530, 70_000] {
            assert!(shelf(&program(blanks)).parts.is_empty());
            holds(&[program(blanks), packed.clone()].concat());
            if n < 4 {
                holds(&[program(blanks), packed.clone(), vec![0xc3; 40], gzip(b"x")].concat());
            }
        }
    }
}

#[test]
fn what_follows_a_picture_or_a_stream_is_opened() {
    let jpeg = b"\xff\xd8\xff\xfe\0\x04ab\xff\xda\0\x02\x01\x02\xff\xd9".to_vec();
    holds(&[jpeg.clone(), zip("a", SENTENCE, 0, 8)].concat());
    holds(&[jpeg, gzip(SENTENCE)].concat());
    holds(&[gzip(b"x"), b"junk".to_vec(), gzip(SENTENCE)].concat());
    holds(&[gzip(b"x"), vec![0; 600], gzip(SENTENCE)].concat());
}

#[test]
fn chance_and_pieces_are_not_told() {
    let broken = gzip(&SENTENCE.repeat(900));
    for tail in [
        &b"\x1f\x8b\x08\0rest"[..],
        b"\x78\x01\x3b\x3d\0\0\x01S!",
        b"PK\x03\x04\xff",
        &broken[..60],
    ] {
        let shelf = shelf(&[program(100), tail.to_vec(), vec![7; 5000]].concat());
        assert_eq!(shelf.gaps, [], "{tail:?}");
    }
}

#[test]
fn a_bare_deflated_text_is_read_and_other_bytes_are_not() {
    let packed = deflated(&SENTENCE.repeat(9));
    assert_eq!(detect(&packed, true).map(Format::name), Some("deflate"), "{packed:x?}");
    holds(&packed);
    assert!(
        detect("d\u{e9}j\u{e0} vu, d\u{e9}j\u{e0} vu, and so on and on and on".as_bytes(), true)
            .is_none()
    );
}

#[test]
fn yenc_is_read() {
    let letters: Vec<u8> = SENTENCE
        .iter()
        .flat_map(|b| match b.wrapping_add(42) {
            b @ (0 | b'\n' | b'\r' | b'=') => vec![b'=', b.wrapping_add(64)],
            b => vec![b],
        })
        .collect();
    holds(
        &[b"=ybegin line=128 size=20 name=a\r\n", &letters[..], b"\r\n=yend size=20\r\n"].concat(),
    );
}

#[test]
fn what_is_encrypted_is_told_so() {
    let heads: [&[u8]; 9] = [
        b"age-encryption.org/v1\n-> X25519 a",
        b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5\x01\0\x04\0",
        b"Salted__12345678",
        b"\0GITCRYPT\0abc",
        b"\x85\x01\x0c\x03abcdefgh",
        b"\x8c\x0d\x04\x09\x03\x02abcdefg",
        b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x80",
        b"\x30\x82\x09\xf8\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06\xa0\x82",
        b"\x30\x82\x09\xf8\x02\x01\x03\x30\x82\x09\xa4\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01",
    ];
    for head in heads {
        assert_eq!(shelf(head).gaps, [("/".to_owned(), Reason::Encrypted)], "{head:?}");
    }
}

/// A compound file with one stream, whose sectors lie in the wrong order.
fn compound(name: &str, data: &[u8]) -> Vec<u8> {
    let mut sectors: Vec<Vec<u8>> = data.chunks(512).map(<[u8]>::to_vec).collect();
    let many = sectors.len();
    sectors.reverse();
    let end = u32::MAX - 1;
    let after = |n: usize| if n == 0 { end } else { n as u32 - 1 };
    let table: Vec<u32> = (0..many).map(after).chain([end, u32::MAX - 2]).collect();
    let entry = |name: &str, kind: u8, start: usize, len: usize| {
        let mut units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let len_of_name = units.len() as u16 + 2;
        units.resize(64, 0);
        units.extend(len_of_name.to_le_bytes());
        units.extend([kind, 1]);
        units.resize(116, 0xff);
        units.extend((start as u32).to_le_bytes());
        units.extend((len as u64).to_le_bytes());
        units
    };
    sectors.push([entry("Root Entry", 5, 0, 0), entry(name, 2, many - 1, data.len())].concat());
    sectors.push(table.into_iter().flat_map(u32::to_le_bytes).collect());
    let mut head = decoded("0M8R4KGxGuE=");
    head.resize(512, 0xff);
    let mut put = |at: usize, bytes: &[u8]| head[at..at + bytes.len()].copy_from_slice(bytes);
    put(30, &9u16.to_le_bytes());
    put(32, &6u16.to_le_bytes());
    put(48, &(many as u32).to_le_bytes());
    put(56, &4096u32.to_le_bytes());
    put(76, &(many as u32 + 1).to_le_bytes());
    sectors.iter_mut().for_each(|s| s.resize(512, 0xff));
    [head, sectors.concat()].concat()
}

#[test]
fn streams_of_compound_files_are_put_together_and_macros_unpacked() {
    let text = [&[b'.'; 500][..], SENTENCE, &[b'.'; 5000]].concat();
    holds(&compound("WordDocument", &text));
    // `Attribute`, then "stanch " once more by a token: 7 back from place 23, 7 long.
    let start = b"Attribute x = stanch ";
    let mut chunk = Vec::new();
    for letters in start.chunks(8) {
        chunk.push(0);
        chunk.extend(letters);
    }
    // The last flags speak of five letters; the next is a token.
    let at = chunk.len() - 6;
    chunk[at] = 0b0010_0000;
    chunk.extend((6u16 << 11 | 4).to_le_bytes());
    chunk.extend(b"lo");
    chunk.push(0);
    chunk.extend(b"oks insi");
    chunk.push(0);
    chunk.extend(b"de");
    let head = 0xb000 | (chunk.len() as u16 + 2 - 3);
    let packed = [&[9; 5000][..], b"\x01", &head.to_le_bytes(), &chunk].concat();
    holds(&compound("Module1", &packed));
    let shelf = shelf(&compound("EncryptedPackage", &[5; 6000]));
    assert_eq!(shelf.gaps, [("/EncryptedPackage".to_owned(), Reason::Encrypted)]);
}
