//! Every format says what it holds, and what cannot be read is told.

use super::inflate::{Deflated, Inflate};
use super::*;
use crate::model::Budget;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

pub(super) const SENTENCE: &[u8] = b"stanch looks inside\n";

/// All parts by their way, and all gaps, however deep.
#[derive(Default)]
pub(super) struct Shelf {
    pub(super) parts: Vec<(String, Vec<u8>)>,
    pub(super) gaps: Vec<(String, Reason)>,
}

struct Deep<'a, 'm> {
    way: String,
    depth: usize,
    meter: &'a Meter<'m>,
    shelf: &'a mut Shelf,
}

impl Visitor for Deep<'_, '_> {
    fn part(&mut self, name: &[u8], text: &mut dyn Read) {
        let mut all = Vec::new();
        let _ = text.read_to_end(&mut all);
        let way = format!("{}/{}", self.way, String::from_utf8_lossy(name));
        if let Some(format) = detect(&all, true).filter(|_| self.depth < LIMITS.depth) {
            let (depth, meter, shelf) = (self.depth + 1, self.meter, &mut *self.shelf);
            let mut deep = Deep { way: way.clone(), depth, meter, shelf };
            open(format, Input::Whole(&all), self.meter, &mut deep);
        }
        self.shelf.parts.push((way, all));
    }

    fn gap(&mut self, name: &[u8], reason: Reason, _: String) {
        self.shelf.gaps.push((format!("{}/{}", self.way, String::from_utf8_lossy(name)), reason));
    }
}

/// Everything in a container, which must be the same whole and as it comes.
#[track_caller]
pub(super) fn shelf(bytes: &[u8]) -> Shelf {
    let format = detect(bytes, true).expect("a container");
    let (stop, budget) = (AtomicBool::new(false), Budget::default());
    let look = |input: Input<'_, '_>| {
        let meter = Meter::new(bytes.len() as u64, &stop, &budget);
        let mut shelf = Shelf::default();
        let mut deep = Deep { way: String::new(), depth: 1, meter: &meter, shelf: &mut shelf };
        open(format, input, &meter, &mut deep);
        shelf
    };
    let whole = look(Input::Whole(bytes));
    let mut stream = bytes;
    let streamed = look(Input::Stream(&mut stream));
    assert_eq!(whole.parts, streamed.parts);
    assert_eq!(whole.gaps, streamed.gaps);
    whole
}

#[track_caller]
pub(super) fn holds(bytes: &[u8]) {
    let shelf = shelf(bytes);
    let says = |(_, text): &(String, Vec<u8>)| {
        memchr::memmem::find(text, SENTENCE.trim_ascii()).is_some()
    };
    assert!(shelf.parts.iter().any(says), "{:?}", shelf.parts);
    assert_eq!(shelf.gaps, []);
}

pub(super) fn decoded(sample: &str) -> Vec<u8> {
    data_encoding::BASE64.decode(sample.as_bytes()).unwrap()
}

fn unpacked(sample: &str) -> Vec<u8> {
    let mut text = Vec::new();
    let packed = decoded(sample);
    Inflate::new(&mut packed.as_slice(), Deflated::zlib()).read_to_end(&mut text).unwrap();
    text
}

pub(super) fn deflated(text: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec(text, 6)
}

pub(super) fn gzip(text: &[u8]) -> Vec<u8> {
    let (sum, len) = (crc32fast::hash(text).to_le_bytes(), (text.len() as u32).to_le_bytes());
    [b"\x1f\x8b\x08\0\0\0\0\0\0\x03", &deflated(text)[..], &sum, &len].concat()
}

pub(super) fn tar(name: &str, text: &[u8]) -> Vec<u8> {
    let mut head = vec![0; 512];
    let field = |head: &mut Vec<u8>, at: usize, text: &[u8]| {
        head[at..at + text.len()].copy_from_slice(text);
    };
    field(&mut head, 0, name.as_bytes());
    field(&mut head, 124, format!("{:011o}", text.len()).as_bytes());
    field(&mut head, 148, b"        ");
    field(&mut head, 156, b"0");
    let sum: u32 = head.iter().map(|b| u32::from(*b)).sum();
    field(&mut head, 148, format!("{sum:06o}\0 ").as_bytes());
    head.extend_from_slice(text);
    head.resize(head.len().next_multiple_of(512), 0);
    head
}

pub(super) fn zip(name: &str, text: &[u8], flags: u16, method: u16) -> Vec<u8> {
    let packed = if method == 8 { deflated(text) } else { text.to_vec() };
    let sizes = [packed.len() as u32, text.len() as u32].map(u32::to_le_bytes).concat();
    let two = |n: usize| (n as u16).to_le_bytes();
    let told = [
        &flags.to_le_bytes()[..],
        &method.to_le_bytes(),
        &[0; 4],
        &crc32fast::hash(text).to_le_bytes(),
        &sizes,
        &two(name.len()),
        &[0; 2],
    ];
    let told = told.concat();
    let mut all = [b"PK\x03\x04\x14\0", &told[..], name.as_bytes(), &packed].concat();
    let start = all.len();
    all.extend([b"PK\x01\x02\x14\0\x14\0", &told[..], &[0; 14], name.as_bytes()].concat());
    let (len, start) = ((all.len() - start) as u32, start as u32);
    all.extend(
        [b"PK\x05\x06\0\0\0\0\x01\0\x01\0", &len.to_le_bytes()[..], &start.to_le_bytes(), &[0; 2]]
            .concat(),
    );
    all
}

#[test]
fn packed_samples_say_the_sentence() {
    for sample in [
        samples::BZIP2,
        samples::XZ,
        samples::XZ_X86,
        samples::LZMA_ALONE,
        samples::LZIP,
        samples::ZSTD,
        samples::SEVENZ,
        samples::SEVENZ_X86,
        samples::ZIP_LZMA,
        samples::ZIP_BZIP2,
    ] {
        holds(&decoded(sample));
    }
    holds(&unpacked(samples::SQLITE));
    holds(&unpacked(samples::SQLITE_DELETED));
}

#[test]
fn several_streams_are_one_text() {
    for (sample, times) in [(samples::BZIP2, 3), (samples::XZ, 3), (samples::ZSTD, 3)] {
        let shelf = shelf(&decoded(sample));
        assert_eq!(shelf.parts, [("/".to_owned(), SENTENCE.repeat(times))]);
    }
    let (a, b) = SENTENCE.split_at(7);
    holds(&[gzip(a), gzip(b), b"\0rest".to_vec()].concat());
}

#[test]
fn archives_in_archives() {
    let inner = zip("x/.env", SENTENCE, 0, 8);
    holds(&inner);
    holds(&zip("a.tgz", &gzip(&tar("b.zip", &inner)), 0, 0));
    holds(&[tar("first", b"a"), vec![0; 1024], tar("second", &inner)].concat());
    holds(&[b"#!/bin/sh\nexit\n".to_vec(), inner].concat());
}

#[test]
fn what_the_directory_of_a_zip_lacks_is_read() {
    let hidden = zip("hidden", SENTENCE, 0, 8);
    let cut = memchr::memmem::find(&hidden, b"PK\x01\x02").unwrap();
    let other = zip("y", b"y", 0, 0);
    let shelf = shelf(&[&hidden[..cut], &other].concat());
    assert!(shelf.parts.iter().any(|(way, text)| way == "/hidden" && text == SENTENCE));
}

#[test]
fn an_entry_that_ends_before_its_told_length_hides_no_other() {
    let (first, hidden) = (zip("a", b"first", 0, 8), zip("hidden", SENTENCE, 0, 8));
    let local = |zip: &[u8]| zip[..memchr::memmem::find(zip, b"PK\x01\x02").unwrap()].to_vec();
    let (mut one, other) = (local(&first), local(&hidden));
    let packed = u32::try_from(one.len() - 31 + other.len()).unwrap();
    one[18..22].copy_from_slice(&packed.to_le_bytes());
    let shelf = shelf(&[one, other, zip("y", b"y", 0, 0)].concat());
    let has = |way: &str, text: &[u8]| shelf.parts.iter().any(|p| p.0 == way && p.1 == text);
    assert!(has("/a", b"first") && has("/hidden", SENTENCE), "{:?}", shelf.parts);
}

#[test]
fn what_cannot_be_read_is_told() {
    let told = |bytes: &[u8]| shelf(bytes).gaps;
    assert_eq!(told(&zip("a", SENTENCE, 1, 8)), [("/a".to_owned(), Reason::Encrypted)]);
    assert_eq!(told(&zip("a", SENTENCE, 0, 99)), [("/a".to_owned(), Reason::Unsupported)]);
    let long: Vec<u8> = (0..3000_u32).flat_map(|n| (n * n).to_le_bytes()).collect();
    let cut = |bytes: Vec<u8>| bytes[..bytes.len() / 2].to_vec();
    assert_eq!(told(&cut(gzip(&long)))[0].1, Reason::Corrupt);
    assert_eq!(told(&cut(tar("a", &long)))[0].1, Reason::Corrupt);
    assert_eq!(told(&cut(zip("a", &long, 0, 8)))[0].1, Reason::Corrupt);
    for sample in [samples::BZIP2, samples::XZ_X86, samples::SEVENZ] {
        let bytes = decoded(sample);
        assert!(!told(&bytes[..bytes.len() - 30]).is_empty(), "{sample}");
    }
    for archive in
        [&b"Rar!\x1a\x07\x01\0..."[..], b"MSCF\0\0\0\0..", b"\x1f\x9d\x90..", b"hsqs...."]
    {
        assert_eq!(told(archive), [("/".to_owned(), Reason::Unsupported)]);
    }
    assert_eq!(detect(b"\x1f\x9d\xff", true), None, "no number of bits");
    let mut lying = tar("a", SENTENCE);
    lying[124..136].copy_from_slice(&[0xff; 12]);
    assert_ne!(detect(&lying, true).map(Format::name), Some("tar"), "the sum is wrong now");
}

#[test]
fn bombs_are_cut_short() {
    let zeros = deflated(&vec![0; 32 << 20]);
    let member = [b"\x1f\x8b\x08\0\0\0\0\0\0\x03", &zeros[..], &[0; 8]].concat();
    let (stop, budget) = (AtomicBool::new(false), Budget::default());
    let bomb = member.repeat(8);
    let meter = Meter::new(bomb.len() as u64, &stop, &budget);
    let mut sink = Sunk::default();
    open(detect(&bomb, true).unwrap(), Input::Whole(&bomb), &meter, &mut sink);
    assert_eq!(sink.gaps, [Reason::Capped]);
    assert!(sink.bytes <= LIMITS.bytes + LIMITS.ratio * bomb.len() as u64);
    let onion = (0..40).fold(SENTENCE.to_vec(), |text, _| gzip(&text));
    assert!(shelf(&onion).parts.len() <= LIMITS.depth);
}

#[derive(Default)]
struct Sunk {
    bytes: u64,
    gaps: Vec<Reason>,
}

impl Visitor for Sunk {
    fn part(&mut self, _: &[u8], text: &mut dyn Read) {
        let mut bite = [0; 8192];
        while let Ok(n @ 1..) = text.read(&mut bite) {
            self.bytes += n as u64;
        }
    }

    fn gap(&mut self, _: &[u8], reason: Reason, _: String) {
        self.gaps.push(reason);
    }
}

#[test]
fn documents_say_what_they_hold() {
    let mail = "From: a@b\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"q\"\n\n\
        --q\nContent-Transfer-Encoding: quoted-printable\n\nstanch l=6Foks ins=\nide\n--q--\n";
    holds(mail.as_bytes());
    holds(format!("From a@b Thu Jan 1 00:00:00 2026\n{mail}").as_bytes());
    let book = r#"{"cells": [{"source": ["stanch looks ", "inside\n"]}], "nbformat": 4}"#;
    holds(book.as_bytes());
    let class = b"\xca\xfe\xba\xbe\0\0\0\x34\0\x02\x01\0\x13stanch looks inside\0";
    holds(class);
    let page = deflated(b"BT [(stanch )-2(looks)3( inside)] TJ ET");
    let page = [
        b"%PDF-1.4\n1 0 obj<</Filter/FlateDecode>>stream\n\x78\x9c",
        &page[..],
        &[0; 4],
        b"\nendstream",
    ];
    holds(&page.concat());
    let cpio = |name: &str, text: &[u8]| {
        let numbers = [0, 0, 0, 0, 0, 0, text.len(), 0, 0, 0, 0, name.len() + 1, 0];
        let numbers: String = numbers.iter().map(|n| format!("{n:08x}")).collect();
        let mut all = format!("070701{numbers}{name}\0").into_bytes();
        all.resize(all.len().next_multiple_of(4), 0);
        all.extend_from_slice(text);
        all.resize(all.len().next_multiple_of(4), 0);
        all
    };
    holds(&[cpio("etc/x", SENTENCE), cpio("TRAILER!!!", b"")].concat());
    let words =
        "<w:t>stanch l</w:t></w:r><w:r w:rsidR='1'><w:t>ooks</w:t><w:tab/><w:t>inside</w:t>";
    holds(format!("<?xml version='1.0'?><w:document><w:body><w:p>{words}</w:p>").as_bytes());
    let ar = format!("!<arch>\n{:<48}{:<10}`\n", "name/", SENTENCE.len());
    holds(&[ar.as_bytes(), SENTENCE].concat());
}

#[test]
fn what_is_written_as_text_is_read_as_bytes() {
    let patch = "diff --git a/x.bin b/x.bin\nindex 1..2\nGIT binary patch\n";
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(SENTENCE, 6);
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let line = format!("{}{}\n", char::from(letters[packed.len() - 1]), base85(&packed));
    holds(format!("{patch}literal 20\n{line}\n").as_bytes());
    let uu = "begin 644 x\n4<W1A;F-H(&QO;VMS(&EN<VED90H`\n`\nend\n";
    let shelf = shelf(uu.as_bytes());
    assert_eq!(shelf.parts, [("/x".to_owned(), SENTENCE.to_vec())]);
    let mail = format!("MIME-Version: 1.0\nFrom: a\n\n{uu}");
    holds(mail.as_bytes());
    let twice = [SENTENCE, SENTENCE].concat();
    holds(format!("data = \"{}\"\n", base85(&twice)).as_bytes());
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!(" {b:02x}")).collect::<String>();
    let (one, two) = SENTENCE.split_at(16);
    holds(format!("00000000 {}  |x|\n00000010 {}  |y|\n", hex(one), hex(two)).as_bytes());
    let pairs = hex(one).replace(' ', "");
    let pairs: Vec<&str> = (0..8).map(|n| &pairs[4 * n..4 * n + 4]).collect();
    let xxd = format!("00000000: {}  x\n00000010: {}  y\n", pairs.join(" "), hex(two).trim());
    holds(xxd.as_bytes());
}

fn base85(bytes: &[u8]) -> String {
    let letters =
        b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
    let group = |four: &[u8]| {
        let n = (0..4).fold(0u32, |n, i| n << 8 | u32::from(four.get(i).copied().unwrap_or(0)));
        (0..5).rev().map(move |i| char::from(letters[(n / 85u32.pow(i) % 85) as usize]))
    };
    bytes.chunks(4).flat_map(group).collect()
}

#[test]
fn what_is_known_and_not_opened_is_told() {
    let dmg = [&[1; 700][..], b"koly\0\0\0\x04", &[0; 504]].concat();
    let vdi = [&b"<<< a disk >>>\n"[..], &[0; 49], b"\x7f\x10\xda\xbe"].concat();
    for bytes in [dmg.as_slice(), &vdi, b"MSWIM\0\0\0\0", b"..-lh5-..", b"CWS\x0a....\x78"] {
        let format = detect(bytes, true).expect("told");
        assert_eq!(format.name(), "foreign");
    }
    assert_eq!(at_end(&dmg), Some("an image of a disk (DMG)"));
    let named = |name: &[u8], text: &[u8]| detect_named(name, text, true).map(Format::name);
    assert_eq!(named(b"a/x.js.br", b"\x1b\x0f\0\xf8"), Some("brotli"));
    assert_eq!(named(b"notes.br", b"just text"), None);
    let script = [b"#!/bin/sh\nexit\n", gzip_head().as_slice()].concat();
    assert_eq!(named(b"x.run", &script), Some("script"));
}

/// The beginning of something packed.
fn gzip_head() -> Vec<u8> {
    [&b"\x1f\x8b\x08\0"[..], &[0xee; 80]].concat()
}

#[test]
fn every_format_is_in_the_table_and_no_other() {
    let page = include_str!("../../docs/containers.md");
    let rows = page.lines().filter_map(|l| l.strip_prefix("| `")?.split('`').next());
    let rows: BTreeMap<&str, ()> = rows.map(|name| (name, ())).collect();
    let formats: BTreeMap<&str, ()> = Format::all().map(|f| (f.name(), ())).collect();
    assert_eq!(rows, formats);
    for number in [
        format!("{} MiB", LIMITS.bytes >> 20),
        format!("{} for each byte", LIMITS.ratio),
        format!("{} containers deep", LIMITS.depth),
        format!("{} parts", LIMITS.entries),
        format!("{} seconds", LIMITS.seconds),
    ] {
        assert!(page.contains(&number), "{number}");
    }
}

#[test]
fn what_a_fuzzer_made_is_survived() {
    assert_eq!(shelf(&decoded(samples::BZIP2_ODD)).gaps, [("/".to_owned(), Reason::Corrupt)]);
}

proptest::proptest! {
    #[test]
    fn a_format_begins_with_what_it_says(head in proptest::collection::vec(proptest::num::u8::ANY, 0..700), first in proptest::num::u8::ANY) {
        let head = [[first].as_slice(), &head].concat();
        let may = |(n, f): (usize, &Entry)| !(f.is)(&head) || MAY_BEGIN[usize::from(first)] >> n & 1 == 1;
        proptest::prop_assert!(FORMATS.iter().enumerate().all(may));
    }
}

#[test]
fn text_is_no_container() {
    for text in ["From here on", "{\"a\": 1}", "x^2 + 1", "PK", "BZh", "070701", "PACK of dogs"] {
        assert_eq!(detect(text.as_bytes(), true), None, "{text}");
    }
}
