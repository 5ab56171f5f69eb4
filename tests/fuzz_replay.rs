//! Runs the fuzz targets without a fuzzer: over seeds made here, over what lies in `fuzz/corpus`
//! and `fuzz/artifacts`, and over mutations of them, the same ones each time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may")]

use stanch::fuzzing::{TARGETS, Target};
use stanch::rule::{Generator, RuleSet};
use std::path::Path;
use std::time::{Duration, Instant};

/// Time for the mutations of one target; `STANCH_FUZZ_SECONDS` sets another.
const USUAL: u64 = 1;
/// Most mutations of one target.
const MOST: usize = 20_000;
/// Longest mutant.
const LONGEST: usize = 8192;

const RULE_FILE: &str = "[provider]\nid = \"acme\"\nname = \"Acme\"\n\n[[rule]]\nid = \"acme-key\"\n\
    name = \"Acme key\"\nrisk = \"All.\"\nseverity = \"high\"\nshape = '(?i)acme_(?P<secret>[0-9a-f]{16,32})'\n\
    near = [\"acme\"]\nwithin = 80\nchecks = [\"random\"]\nentropy = 3\nboundary = \"left\"\n\
    live = { method = \"GET\", url = \"https://a/{secret}\", success = \"200\" }\n";
const CONFIG: &str = "[paths]\nexclude = [\"vendor/**\", \"!a\"]\n[rules]\ndisable = [\"generic-*\"]\n\
    enable = [\"a\"]\nfiles = [\"b.toml\"]\n[report]\nmin_confidence = \"low\"\n[hook]\nblock = \"high\"\n\
    [[allow]]\nrule = \"a\"\npath = \"t/*\"\npattern = '^x{1,3}$'\nreason = \"r\"\nexpires = \"2027-01-01\"\n";

const PACKED_REFS: &str = "# pack-refs with: peeled fully-peeled sorted \n@ refs/heads/main\n\
    @ refs/tags/v1\n^@\n";
/// "blob 5", a zero byte, "hello".
const ZLIB: &[u8] = &[
    0x78, 0x9c, 0x4b, 0xca, 0xc9, 0x4f, 0x52, 0x30, 0x65, 0xc8, 0x48, 0xcd, 0xc9, 0xc9, 0x07,
    0x00, 0x19, 0xaa, 0x04, 0x09,
];

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let mut random = Generator::new(5);
    match target {
        "matcher" => tokens(&mut random),
        "views" => wide(),
        "rule_file" => vec![RULE_FILE.into(), RULE_FILE.replace("{16,32}", "+").into()],
        "config_file" => vec![CONFIG.into()],
        "baseline_file" => vec![baseline().into()],
        "pack_entry" => vec![vec![0x95, 0x0a, 1], vec![0, 0x65, 0x81, 0x02], vec![0x75; 24]],
        "pack_index" => vec![pack_index()],
        "pack_delta" => vec![delta()],
        "pack_walk" => vec![pack(false), pack(true)],
        "alternates" => vec![b"# c\n/a/objects\n../b\n\"q\"\n".to_vec()],
        "history_cache" => vec![cache()],
        "tree_object" => vec![tree()],
        "commit_object" => vec![commit().into()],
        "index_file" => vec![index(2), index(4)],
        "ewah_set" => vec![ewah()],
        "zlib_stream" => vec![ZLIB.into()],
        "packed_refs" => vec![PACKED_REFS.replace('@', &"1".repeat(40)).into()],
        "neutral_text" => vec!["a\u{1b}[31m\u{202e}\u{9b}\r\n::error::x".into()],
        "container" => containers(),
        other => panic!("no seeds for {other}"),
    }
}

fn tokens(random: &mut Generator) -> Vec<Vec<u8>> {
    let rules = RuleSet::builtin();
    let some = rules.iter().filter(|r| !r.shape.is_empty()).step_by(17);
    let mut all: Vec<Vec<u8>> = some
        .map(|rule| {
            let word = rule.near.first().map_or("key", |w| w);
            let sample = random.matching(&rule.shape).unwrap();
            [word.as_bytes(), b" = \"", &sample, b"\"\n"].concat()
        })
        .collect();
    let key = ["-----BEGIN RSA ", "PRIVATE KEY-----\nMIIE\n-----END RSA ", "PRIVATE KEY-----"];
    all.push(key.concat().into());
    let word = "hunter12";
    let assigned =
        format!("password: \"{word}\" postgres://user:{word}@host/db curl -u a:{word} x");
    all.push(assigned.into_bytes());
    all
}

fn wide() -> Vec<Vec<u8>> {
    let text = "token: abcdefgh\nline two \u{1f511}\n";
    let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let four: Vec<u8> = text.chars().flat_map(|c| (c as u32).to_le_bytes()).collect();
    vec![text.into(), [b"\xff\xfe".to_vec(), le.clone()].concat(), le, be, four]
}

fn baseline() -> String {
    let key = stanch::suppress::Key::from_hex(&"0a".repeat(32)).unwrap();
    let empty = stanch::suppress::Baseline::new(key).render();
    format!(
        "{empty}\n[[finding]]\nfingerprint = \"{}\"\nrule = \"a\"\npath = \"b\"\nreason = \"c\"\nby = \"d\"\n",
        "0f".repeat(16)
    )
}

fn pack_index() -> Vec<u8> {
    let mut data = vec![0xff, b't', b'O', b'c', 0, 0, 0, 2];
    (0..256u32).for_each(|i| data.extend(u32::from(i >= 0x22).to_be_bytes()));
    data.extend([0x22; 20]);
    data.extend([0; 4]);
    data.extend(12u32.to_be_bytes());
    data.extend([0; 40]);
    data
}

fn delta() -> Vec<u8> {
    let base = b"0123456789";
    let mut data = vec![10];
    data.extend(base);
    data.extend([10, 9, 0x90, 4, 2, b'a', b'b', 0x91, 7, 3]);
    data
}

/// A text, a delta of it, and a delta of that one, which names it by its place or by its name.
fn pack(by_name: bool) -> Vec<u8> {
    let mut body = [b"PACK".as_slice(), &2u32.to_be_bytes(), &3u32.to_be_bytes()].concat();
    let mut offsets = vec![12];
    let mut add = |head: &[u8], text: &[u8]| {
        let mut deflated = [0; 100];
        let mut deflater = libdeflater::Compressor::new(libdeflater::CompressionLvl::default());
        let len = deflater.zlib_compress(text, &mut deflated).unwrap();
        body.extend(head);
        body.extend(&deflated[..len]);
        offsets.push(body.len() as u16);
        offsets[offsets.len() - 1] - offsets[offsets.len() - 2]
    };
    let first = add(&[0x3a], b"0123456789");
    let second = add(&[0x67, first as u8], &[10, 6, 0x90, 4, 2, b'a', b'b']);
    let by_place = [0x68, second as u8];
    let by_its_name = [[0x78].as_slice(), &[2; 20]].concat();
    add(if by_name { &by_its_name } else { &by_place }, &[6, 7, 0x91, 1, 5, 2, b'c', b'd']);
    let offsets = offsets.iter().take(3).flat_map(|o: &u16| o.to_be_bytes());
    [3].into_iter().chain(offsets).chain(body).collect()
}

/// Two objects, no counts, and empty lists.
fn cache() -> Vec<u8> {
    let mut data = b"stanch history cache 2\n".to_vec();
    data.extend(40u32.to_le_bytes());
    data.extend([[1; 20], [2; 20]].concat());
    data.extend([0; 4 * 8 + 7 * 4 + 32 + 4]);
    data
}

fn tree() -> Vec<u8> {
    [b"100644 a.txt\0".as_slice(), &[1; 20], b"40000 dir\0", &[2; 20]].concat()
}

fn commit() -> String {
    let (a, b) = ("1".repeat(40), "2".repeat(40));
    format!(
        "tree {a}\nparent {b}\nauthor A <a@b> 1700000000 +0100\ncommitter A <a@b> 1700000000 +0100\n\nsubject\n\nbody\n"
    )
}

fn index(version: u32) -> Vec<u8> {
    let mut data = [b"DIRC".as_slice(), &version.to_be_bytes(), &1u32.to_be_bytes()].concat();
    data.extend([0; 24]);
    data.extend(0o100_644u32.to_be_bytes());
    data.extend([0; 12]);
    data.extend([7; 20]);
    data.extend(5u16.to_be_bytes());
    data.extend(if version == 4 { b"\0a.txt\0".as_slice() } else { b"a.txt\0\0\0\0\0" });
    data.extend([0; 20]);
    data
}

fn ewah() -> Vec<u8> {
    let mut data = [64u32.to_be_bytes(), 2u32.to_be_bytes()].concat();
    data.extend((1u64 << 33).to_be_bytes());
    data.extend(5u64.to_be_bytes());
    data.extend(0u32.to_be_bytes());
    data
}

/// The beginning of each format, behind the number of its reader.
fn containers() -> Vec<Vec<u8>> {
    let page = include_str!("../docs/containers.md");
    let packed =
        "QlpoORdyRThQkAAAAABCWmg5MUFZJlNZFVZKfwAAHFGAABBAAC5tjAAgACK/1VNGRtHqhAAAw49RxSlMtI6bZdoj";
    let packed = data_encoding::BASE64.decode(packed.as_bytes()).unwrap();
    let heads: [&[u8]; 12] = [
        b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\0\0\0\x02\0\0\0\x01\0\0\0abcPK\x01\x02",
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x4c\x4a\x06\0\xc2\x41\x24\x35\x03\0\0\0",
        &packed,
        b"\xfd7zXZ\0\0\x01i\x22\xde6\x02\0\x21\x01\x16\0\0\0t/\xe5\xa3\x01\0\x02abc\0",
        b"\x28\xb5\x2f\xfd\x24\x03\x19\0\0abc\xca\x8f\x3d\x5d",
        b"!<arch>\nname/           0           0     0     100644  3         `\nabc\n",
        b"7z\xbc\xaf\x27\x1c\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0\0\0\0\0\x01\0",
        b"\x89PNG\r\n\x1a\n\0\0\0\x05tEXta\0bcd\0\0\0\0",
        b"II*\0\x08\0\0\0\x01\0\x9c\x9c\x01\0\x06\0\0\0\x1a\0\0\0\0\0\0\0abcdef",
        b"PACK\0\0\0\x02\0\0\0\x01\x33\x78\x9c\x4b\x4c\x4a\x06\0\x02\x4d\x01\x27",
        b"From: a\nContent-Type: multipart/x; boundary=q\n\n--q\n\nabc\n--q--\n",
        b"SQLite format 3\0\x02\0\x01\x01\0\x40\x20\x20",
    ];
    let formats = page.lines().filter(|l| l.starts_with("| `")).count();
    let all = (0..formats as u8).flat_map(|n| heads.iter().map(move |h| [&[n][..], h].concat()));
    all.collect()
}

/// What a fuzzer left behind.
fn stored(target: &str) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let folders = ["corpus", "artifacts"].map(|f| root.join(f).join(target));
    let files = folders.iter().filter_map(|f| std::fs::read_dir(f).ok()).flatten();
    files.filter_map(|f| std::fs::read(f.unwrap().path()).ok()).collect()
}

fn mutant(seeds: &[Vec<u8>], random: &mut Generator) -> Vec<u8> {
    let mut data = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(4) {
        let at = random.below(data.len() + 1);
        let end = data.len().min(at + random.below(24));
        match random.below(6) {
            0 => data.truncate(at),
            1 => data.drain(at..end).for_each(drop),
            2 => {
                let copy = data[at..end].to_vec();
                let to = random.below(data.len() + 1);
                data.splice(to..to, copy);
            }
            3 => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len() + 1);
                data.splice(at.., other[from..].iter().copied());
            }
            _ => {
                let odd = [0, 0xff, 0x7f, 0x80, b'\n', (random.next_u64() & 0xff) as u8];
                let byte = odd[random.below(odd.len())];
                data.get_mut(at).into_iter().for_each(|b| *b = byte);
            }
        }
    }
    data.truncate(LONGEST);
    data
}

fn replay((name, run): Target) {
    let seconds = std::env::var("STANCH_FUZZ_SECONDS").ok().and_then(|n| n.parse().ok());
    let mut all = seeds(name);
    all.extend(stored(name));
    all.iter().for_each(|data| run(data));
    let mut random = Generator::new(99);
    let until = Instant::now() + Duration::from_secs(seconds.unwrap_or(USUAL));
    let most = if seconds.is_some() { usize::MAX } else { MOST };
    for _ in 0..most {
        if Instant::now() >= until {
            break;
        }
        let data = mutant(&all, &mut random);
        let fine = std::panic::catch_unwind(|| run(&data)).is_ok();
        assert!(fine, "{name} fails on {:?}", String::from_utf8_lossy(&data));
    }
}

#[test]
fn every_target_withstands_mutations_of_its_seeds() {
    TARGETS.iter().for_each(|target| replay(*target));
}

/// Writes the seeds where `STANCH_SEEDS` says, for a fuzzer to start from.
#[test]
fn seeds_are_good_for_something() {
    for (name, run) in TARGETS {
        for (nth, data) in seeds(name).iter().enumerate() {
            run(data);
            if let Some(folder) = std::env::var_os("STANCH_SEEDS") {
                let folder = Path::new(&folder).join(name);
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(folder.join(format!("seed-{nth}")), data).unwrap();
            }
        }
    }
}

/// Each target has its file, so that none is forgotten.
#[test]
fn every_target_has_its_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
    for (name, _) in TARGETS {
        let text = std::fs::read_to_string(folder.join(format!("{name}.rs"))).unwrap();
        assert!(text.contains(&format!("run(\"{name}\"")), "{name}");
    }
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), TARGETS.len());
}
