//! Keys in keystores, and keys in DER.

use super::tests::shelf;
use super::*;

/// A field behind its length in so many bytes.
fn sized(len_bytes: usize, field: &[u8]) -> Vec<u8> {
    [&(field.len() as u64).to_be_bytes()[8 - len_bytes..], field].concat()
}

#[test]
fn keys_in_keystores_are_shown_as_pem() {
    let certificate = [sized(2, b"X.509"), sized(4, &[7; 300])].concat();
    let entry =
        |kind: u8, rest: &[u8]| [&[0, 0, 0, kind], &sized(2, b"web")[..], &[1; 8], rest].concat();
    let store = |entries: &[Vec<u8>]| {
        let count = [0, 0, 0, entries.len() as u8];
        [b"\xfe\xed\xfe\xed\0\0\0\x02", &count[..], &entries.concat(), &[5; 20]].concat()
    };
    let trusted = entry(2, &certificate);
    let certificates = shelf(&store(&[trusted.clone(), trusted.clone()]));
    assert!(certificates.parts.is_empty() && certificates.gaps.is_empty(), "they are no secret");
    let private = entry(1, &[&sized(4, &[9; 600])[..], &[0, 0, 0, 1], &certificate].concat());
    let found = shelf(&store(&[trusted.clone(), private.clone()]));
    assert_eq!((found.parts.len(), found.gaps.len()), (1, 0));
    assert_eq!(found.parts[0].0, "/web");
    assert!(found.parts[0].1.starts_with(b"-----BEGIN ENCRYPTED "));
    let secret = store(&[entry(3, b"\xac\xed")]);
    assert_eq!(shelf(&secret).gaps, [(String::from("/"), Reason::Encrypted)]);
    let whole = store(&[private]);
    for cut in [400, whole.len() - 1] {
        assert_eq!(shelf(&whole[..cut]).gaps.len(), 1, "a cut one is told");
    }
}

#[test]
fn keys_in_pkcs12_are_shown_as_pem() {
    let element = |tag: u8, content: &[u8]| [&[tag, 0x82], &sized(2, content)[..]].concat();
    let data = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
    let bag = b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x02";
    let store = |held: &[u8]| {
        let content = element(0x30, &[&data[..], held].concat());
        element(0x30, &[&[2, 1, 3], &content[..]].concat())
    };
    let key = element(0x30, &[3; 700]);
    let found = shelf(&store(&[&bag[..], &element(0xa0, &key)].concat()));
    assert_eq!((found.parts.len(), found.gaps.len()), (1, 0));
    assert!(found.parts[0].1.starts_with(b"-----BEGIN ENCRYPTED "));
    let locked = shelf(&store(&[9; 300]));
    assert_eq!(locked.gaps, [(String::from("/"), Reason::Encrypted)]);
    assert_eq!(shelf(&store(&bag[..])).gaps.len(), 1, "a bag without its key is told");
}

#[test]
fn keys_in_der_are_shown_as_pem() {
    let key =
        [b"\x30\x2e\x02\x01\0\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20", &[7; 32][..]].concat();
    let shelf = shelf(&key);
    let [(_, pem)] = shelf.parts.as_slice() else { panic!("one part") };
    let head = ["-----BEGIN ", "PRIVATE KEY-----\nMC4CAQAw"].concat();
    assert!(pem.starts_with(head.as_bytes()));
    let other = detect(b"0\x82\x01\0\x02\x01\x01 and more", true);
    assert_ne!(other.map(Format::name), Some("der"));
}

/// An element of BER whose length stands in the shortest form, or is not told.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let digits = match content.len() {
        ..0x80 => 0,
        0x80..0x100 => 1,
        0x100..0x1_0000 => 2,
        _ => 3,
    };
    let head = match digits {
        0 => vec![content.len() as u8],
        _ => [&[0x80 | digits as u8][..], &sized(digits, content)[..digits]].concat(),
    };
    [&[tag][..], &head, content].concat()
}

fn open_ended(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag, 0x80][..], content, &[0, 0]].concat()
}

/// A text in pieces, as Bouncy Castle and Firefox write it.
fn pieces(text: &[u8]) -> Vec<u8> {
    let all: Vec<u8> = text.chunks(1000).flat_map(|piece| element(4, piece)).collect();
    open_ended(0x24, &all)
}

const DATA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
const BAG: &[u8] = b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x02";

fn protected_key(len: usize) -> Vec<u8> {
    let algorithm = element(0x30, b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d\x30\0");
    element(0x30, &[algorithm, element(4, &vec![0xd7; len])].concat())
}

#[test]
fn a_keystore_of_any_length_is_opened() {
    for certificates in [0, 100, 50_000, 100_000, 10_000_000] {
        let bag = element(0x30, &[BAG, &element(0xa0, &protected_key(1200))].concat());
        let rest = element(4, &vec![7; certificates]);
        let safe = element(4, &element(0x30, &[bag, rest].concat()));
        let content = element(0x30, &[DATA, &element(0xa0, &safe)].concat());
        let store = element(0x30, &[&[2, 1, 3], &content[..]].concat());
        let found = shelf(&store);
        assert_eq!((found.parts.len(), found.gaps.len()), (1, 0), "{certificates}");
        let cut = shelf(&store[..store.len() - 1]);
        assert_eq!((cut.parts.len(), cut.gaps.len()), (1, 1), "a cut one is told");
    }
}

#[test]
fn a_keystore_in_pieces_that_tells_no_length_is_opened() {
    let key = protected_key(1200);
    let bag = open_ended(0x30, &[BAG, &open_ended(0xa0, &key)].concat());
    let safe = pieces(&open_ended(0x30, &[pieces(&[7; 2500]), bag].concat()));
    let content = open_ended(0x30, &[DATA, &open_ended(0xa0, &safe)].concat());
    let inner = open_ended(0x30, &[DATA, &open_ended(0xa0, &pieces(&content))].concat());
    let store = open_ended(0x30, &[&[2, 1, 3], &inner[..]].concat());
    let found = shelf(&store);
    assert_eq!(found.gaps, []);
    let [(_, text)] = found.parts.as_slice() else { panic!("one part") };
    let start = b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n".len();
    let letters: Vec<u8> = text[start..].iter().copied().filter(|b| *b != b'\n').collect();
    let end = letters.iter().position(|b| *b == b'-').unwrap();
    assert_eq!(data_encoding::BASE64.decode(&letters[..end]).unwrap(), key);
    let none = open_ended(0x30, &[&[2, 1, 3], &open_ended(0x30, DATA)[..]].concat());
    assert_eq!(shelf(&none).gaps, [(String::from("/"), Reason::Encrypted)]);
}

#[test]
fn keys_of_every_kind_in_der_are_shown() {
    let number = |len: usize| element(2, &vec![0x71; len]);
    let version = |n: u8| vec![2, 1, n];
    let numbers = |lens: &[usize]| lens.iter().flat_map(|len| number(*len)).collect::<Vec<u8>>();
    let pkcs8 = |n: u8, oid: &[u8]| {
        [version(n), element(0x30, &element(6, oid)), element(4, &[0x51; 60])].concat()
    };
    let label = |content: &[u8]| {
        let found = detect(&element(0x30, content), true).map(Format::name) == Some("der");
        let parts = if found { shelf(&element(0x30, content)).parts } else { Vec::new() };
        parts.first().map(|(_, pem)| pem.split(|b| *b == b'\n').next().unwrap().to_vec())
    };
    let begin = |what: &str| Some(format!("-----BEGIN {what}-----").into_bytes());
    for exponent in [1, 3] {
        let lens = [257, exponent, 256, 129, 129, 128, 128, 128];
        assert_eq!(label(&[version(0), numbers(&lens)].concat()), begin("RSA PRIVATE KEY"));
    }
    let dsa = [version(0), numbers(&[129, 21, 128, 128, 20])].concat();
    assert_eq!(label(&dsa), begin("DSA PRIVATE KEY"));
    let oids: [&[u8]; 3] =
        [b"\x2b\x65\x70", b"\x2b\x65\x6f", b"\x60\x86\x48\x01\x65\x03\x04\x03\x11"];
    for oid in oids {
        assert_eq!(label(&pkcs8(0, oid)), begin("PRIVATE KEY"));
        assert_eq!(label(&pkcs8(1, oid)), begin("PRIVATE KEY"));
    }
    assert_eq!(label(&pkcs8(0, b"\x60\x86\x48\x01\x65\x03\x04\x01\x02")), None, "AES");
    let key = protected_key(300);
    assert_eq!(label(&key[4..]), begin("ENCRYPTED PRIVATE KEY"));
    assert_eq!(label(&[version(0), numbers(&[20, 20, 20, 20])].concat()), None, "a signature");
}

#[test]
fn a_keystore_of_bouncy_castle_is_read() {
    let certificate = [sized(2, b"X.509"), sized(4, &[7; 300])].concat();
    let entry = |kind: u8, chain: u8, rest: &[u8]| {
        [&[kind][..], &sized(2, b"web"), &[1; 8], &[0, 0, 0, chain], rest].concat()
    };
    let store = |entries: &[Vec<u8>]| {
        let head = [&[0, 0, 0, 2, 0, 0, 0, 20][..], &[9; 20], &[0, 0, 4, 0]].concat();
        [&head[..], &entries.concat(), &[0], &[5; 20]].concat()
    };
    let trusted = entry(1, 0, &certificate);
    let found = shelf(&store(&[trusted.clone(), trusted.clone()]));
    assert!(found.parts.is_empty() && found.gaps.is_empty(), "certificates are no secret");
    let sealed = entry(4, 1, &[&certificate[..], &sized(4, &[3; 700])].concat());
    let plain = [&[0][..], &sized(2, b"PKCS#8"), &sized(2, b"RSA"), &sized(4, &[9; 600])].concat();
    let both = shelf(&store(&[sealed, trusted, entry(2, 0, &plain)]));
    assert_eq!((both.parts.len(), both.parts[0].0.as_str()), (1, "/web"));
    assert_eq!(both.gaps, [(String::from("/"), Reason::Encrypted)]);
}
