//! What is damaged is read all the same, or told.

use super::tests::{SENTENCE, Shelf, decoded, deflated, gzip, holds, shelf, tar, zip};
use super::*;

/// Containers that have a sum of what they hold.
fn summed() -> Vec<(&'static str, Vec<u8>)> {
    let zlib = miniz_oxide::deflate::compress_to_vec_zlib(SENTENCE, 6);
    let mut all = vec![
        ("gzip", gzip(SENTENCE)),
        ("zip", zip("a", SENTENCE, 0, 8)),
        ("zip stored", zip("a", SENTENCE, 0, 0)),
        ("zlib", zlib),
    ];
    let samples = [
        ("bzip2", samples::BZIP2),
        ("xz", samples::XZ),
        ("lzip", samples::LZIP),
        ("zstd", samples::ZSTD),
        ("7z", samples::SEVENZ),
        ("zip of bzip2", samples::ZIP_BZIP2),
    ];
    all.extend(samples.map(|(name, sample)| (name, decoded(sample))));
    all
}

fn says(shelf: &Shelf) -> bool {
    let has = |text: &[u8]| memchr::memmem::find(text, SENTENCE.trim_ascii()).is_some();
    shelf.parts.iter().any(|(_, text)| has(text))
}

/// Which of `odd` are neither read nor told. What is not even known by its beginning does not count.
fn silent(whole: &[u8], odd: impl Iterator<Item = (usize, Vec<u8>)>) -> Vec<usize> {
    let format = detect(whole, true).unwrap();
    let is_known = |bytes: &[u8]| detect(bytes, true) == Some(format);
    let known = odd.filter(|(_, bytes)| is_known(bytes));
    let quiet = |bytes: &[u8]| {
        let shelf = shelf(bytes);
        !says(&shelf) && shelf.gaps.is_empty()
    };
    known.filter(|(_, bytes)| quiet(bytes)).map(|(at, _)| at).collect()
}

#[test]
fn every_byte_that_changes_is_noticed() {
    for (name, bytes) in summed() {
        assert!(says(&shelf(&bytes)), "{name}");
        assert_eq!(shelf(&bytes).gaps, [], "{name}");
        let odd = (0..bytes.len()).flat_map(|at| [0xff, 1].map(|mask| (at, mask)));
        let odd = odd.map(|(at, mask)| {
            let mut odd = bytes.clone();
            odd[at] ^= mask;
            (at, odd)
        });
        assert_eq!(silent(&bytes, odd), [0; 0], "{name}");
    }
}

#[test]
fn every_cut_is_noticed() {
    for (name, bytes) in summed() {
        let cuts = (1..bytes.len()).map(|at| (at, bytes[..at].to_vec()));
        // These begin with a stream of nothing, which is whole by itself.
        let empty = match name {
            "bzip2" => vec![14],
            "zstd" => vec![10],
            _ => Vec::new(),
        };
        assert_eq!(silent(&bytes, cuts), empty, "{name}");
    }
}

#[test]
fn a_wrong_sum_does_not_hide_what_follows() {
    let mut first = gzip(b"first");
    let at = first.len() - 6;
    first[at] ^= 1;
    let shelf = shelf(&[first, gzip(SENTENCE)].concat());
    assert!(says(&shelf));
    assert_eq!(shelf.gaps, [("/".to_owned(), Reason::Corrupt)]);
}

#[test]
fn a_file_that_is_not_what_its_name_says_is_told() {
    let named = |name: &[u8], text: &[u8]| detect_named(name, text, true).map(Format::name);
    let mut odd = gzip(SENTENCE);
    odd[0] = 0xe1;
    assert_eq!(named(b"a/x.tar.GZ", &odd), Some("misnamed"));
    assert_eq!(named(b"a/x.bin", &odd), Some("carve"));
    assert_eq!(named(b"x.zip", b"just text"), None);
    assert_eq!(named(b"a/~$x.docx", b"\x05alice\0\0"), Some("carve"));
    assert_eq!(named(b"x.zip", b""), None);
    assert_eq!(named(b"zip", b"\xff\x01\0"), Some("carve"));
}

#[test]
fn what_stands_before_and_behind_a_zip_is_opened() {
    let other = zip("y", b"y", 0, 0);
    let behind = [&other[..], &decoded(samples::BZIP2)].concat();
    let before = [b"MZ\0\0", &gzip(&SENTENCE.repeat(3))[..], &other].concat();
    assert!(says(&shelf(&behind)));
    assert!(says(&shelf(&before)));
}

#[test]
fn zlib_with_a_smaller_window_is_read() {
    let head = [0x58, 0x85];
    let sum = SENTENCE.iter().fold((1, 0), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65521;
        (a, (b + a) % 65521)
    });
    let sum = (sum.1 << 16 | sum.0).to_be_bytes();
    assert!(says(&shelf(&[&head[..], &deflated(SENTENCE), &sum].concat())));
    assert_eq!(detect(b"hb and so on, and so on", true), None);
}

#[test]
fn comments_of_gif_are_put_together() {
    let (a, b) = SENTENCE.split_at(9);
    let comment = [b"!\xfe\x09", a, &[b.len() as u8], b, b"\0"].concat();
    let picture = b",\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
    let gif = [b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff", &picture[..], &comment, b";"];
    assert!(says(&shelf(&gif.concat())));
    assert!(says(&shelf(&[&gif.concat()[..], &zip("a", SENTENCE, 0, 8)].concat())));
}

/// A tar whose only head is of this kind and says `target` for where it leads.
fn link(kind: u8, target: &[u8], text: &[u8]) -> Vec<u8> {
    let mut whole = tar("a", text);
    whole[156] = kind;
    whole[157..157 + target.len()].copy_from_slice(target);
    whole[148..156].copy_from_slice(b"        ");
    let sum: u32 = whole[..512].iter().map(|b| u32::from(*b)).sum();
    whole[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    whole
}

#[test]
fn what_a_tar_tells_of_a_file_is_read() {
    let sentence = SENTENCE.trim_ascii();
    holds(&gzip(&link(b'2', sentence, b"")));
    holds(&gzip(&[link(b'K', b"", sentence), link(b'2', b"short", b"")].concat()));
    for (key, kind) in [("linkpath", b'x'), ("SCHILY.xattr.user.a", b'x'), ("comment", b'g')] {
        let rest = format!(" {key}={}\n", String::from_utf8_lossy(sentence));
        let record = format!("{}{rest}", rest.len() + 2);
        holds(&gzip(&[link(kind, b"", record.as_bytes()), link(b'2', b"", b"")].concat()));
    }
    let times = link(b'x', b"", b"20 mtime=1234567890\n");
    assert_eq!(shelf(&[times, tar("a", b"text")].concat()).parts.len(), 1);
}
