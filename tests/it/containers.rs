//! What is in archives, images and repositories elsewhere is found, named by the way to it, and
//! accounted for.

use crate::support::repo::Repo;
use crate::support::samples::circleci;
use crate::support::tool::{Run, stanch, stanch_with};
use std::path::Path;

fn gzip(text: &[u8]) -> Vec<u8> {
    let packed = miniz_oxide::deflate::compress_to_vec(text, 6);
    let (sum, len) = (crc32fast::hash(text).to_le_bytes(), (text.len() as u32).to_le_bytes());
    [b"\x1f\x8b\x08\0\0\0\0\0\0\x03", &packed[..], &sum, &len].concat()
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    files.iter().flat_map(|(name, text)| entry(name, text)).chain([0; 1024]).collect()
}

fn entry(name: &str, text: &[u8]) -> Vec<u8> {
    let mut head = vec![0; 512];
    let mut field = |at: usize, text: &[u8]| head[at..at + text.len()].copy_from_slice(text);
    field(0, name.as_bytes());
    field(124, format!("{:011o}", text.len()).as_bytes());
    field(148, b"        ");
    let sum: u32 = head.iter().map(|b| u32::from(*b)).sum();
    head[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    head.extend_from_slice(text);
    head.resize(head.len().next_multiple_of(512), 0);
    head
}

/// A zip with one entry, stored; encrypted if it says so.
fn zip(name: &str, text: &[u8], encrypted: bool) -> Vec<u8> {
    let (sum, len) = (crc32fast::hash(text).to_le_bytes(), (text.len() as u32).to_le_bytes());
    let two = |n: usize| (n as u16).to_le_bytes();
    let told = [
        &[u8::from(encrypted), 0, 0, 0][..],
        &[0; 4],
        &sum,
        &len,
        &len,
        &two(name.len()),
        &[0; 2],
    ]
    .concat();
    let mut all = [b"PK\x03\x04\x14\0", &told[..], name.as_bytes(), text].concat();
    let start = all.len();
    all.extend([b"PK\x01\x02\x14\0\x14\0", &told[..], &[0; 14], name.as_bytes()].concat());
    let (len, start) = ((all.len() - start) as u32, start as u32);
    let places = [len.to_le_bytes(), start.to_le_bytes()].concat();
    all.extend([b"PK\x05\x06\0\0\0\0\x01\0\x01\0", &places[..], &[0; 2]].concat());
    all
}

fn env(seed: u64) -> Vec<u8> {
    format!("A=1\nTOKEN={}\n", circleci(seed)).into_bytes()
}

#[track_caller]
fn place(run: &Run) -> (String, u64) {
    let findings = run.findings();
    let [finding] = findings.as_slice() else { panic!("one finding: {}", run.out) };
    (finding["path"].as_str().unwrap().to_owned(), finding["line"].as_u64().unwrap())
}

fn scan(dir: &Path, args: &[&str]) -> Run {
    stanch(dir, [&["scan", "--format", "jsonl"], args].concat())
}

#[test]
fn the_path_names_the_way_in() {
    let repo = Repo::plain();
    let inner = zip("c.env", &env(1), false);
    repo.write("a.tgz", gzip(&tar(&[("x", b"x"), ("b.zip", &inner)])));
    let run = scan(repo.path(), &["."]).code(1);
    assert_eq!(place(&run), ("a.tgz!/b.zip!/c.env".to_owned(), 2));
    // In every format, and to the configuration.
    for format in ["text", "json", "sarif", "csv", "markdown", "html", "junit", "gitlab"] {
        let run = stanch(repo.path(), ["scan", "--format", format, "."]).code(1);
        assert!(run.out.contains("c.env"), "{format}: {}", run.out);
        assert!(!run.out.contains(&circleci(1)), "{format}");
    }
    let input = gzip(&env(1));
    let run = stanch_with(repo.path(), ["scan", "--format", "jsonl", "-"], &input, &[]).code(1);
    assert_eq!(place(&run), ("<stdin>!/content".to_owned(), 2));
}

#[test]
fn long_streams_are_opened_as_they_come() {
    let repo = Repo::plain();
    let pad: Vec<u8> =
        (0..2_400_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    repo.write("long.tar", tar(&[("pad", &pad), ("deep.gz", &gzip(&env(2)))]));
    let run = scan(repo.path(), &["long.tar"]).code(1);
    assert_eq!(place(&run), ("long.tar!/deep.gz!/content".to_owned(), 2));
}

#[test]
fn history_and_hooks_look_inside() {
    let repo = Repo::new();
    repo.write("a.zip", gzip(&env(3))).stage();
    let run = scan(repo.path(), &["--staged"]).code(1);
    assert_eq!(place(&run).0, "a.zip!/content");
    repo.commit("add");
    repo.remove("a.zip").stage().commit("remove");
    let run = scan(repo.path(), &["--history"]).code(1);
    assert_eq!(place(&run).0, "a.zip!/content");
    assert!(run.findings()[0]["commit"].is_string());
}

#[test]
fn what_is_not_read_makes_the_scan_incomplete() {
    let repo = Repo::plain();
    repo.write("e.zip", zip("secret.env", b"0123456789abcdef", true));
    let run = scan(repo.path(), &["."]).code(3);
    let skipped = run.summary()["ledger"]["skipped"][0].clone();
    assert_eq!(
        (skipped["reason"].as_str(), skipped["what"].as_str()),
        (Some("encrypted"), Some("e.zip!/secret.env"))
    );
    scan(repo.path(), &["--accept", "encrypted", "."]).code(0);
    let repo = Repo::plain();
    let bomb = gzip(&vec![0; 100 << 20]);
    repo.write("b.gz", bomb);
    let run = scan(repo.path(), &["."]).code(3);
    assert_eq!(run.summary()["ledger"]["skipped"][0]["reason"], "capped");
}

#[test]
fn a_file_that_a_later_layer_deletes_is_found() {
    let repo = Repo::plain();
    let (one, two) = (tar(&[("app/.env", &env(4))]), tar(&[("app/.wh..env", b"")]));
    let manifest = br#"[{"Config":"c.json","Layers":["1/layer.tar","2/layer.tar"]}]"#;
    let config =
        br#"{"history":[{"created_by":"COPY . /app"},{"created_by":"RUN rm /app/.env"}]}"#;
    let image = tar(&[
        ("1/layer.tar", &one),
        ("2/layer.tar", &two),
        ("c.json", config),
        ("manifest.json", manifest),
    ]);
    repo.write("image.tar", image);
    let run = scan(repo.path(), &["image.tar"]).code(1);
    assert_eq!(place(&run), ("image.tar!/1/layer.tar!/app/.env".to_owned(), 2));
    let evidence = run.findings()[0]["evidence"].to_string();
    assert!(
        evidence.contains(
            "in layer 1 of 2 of the image, made by `COPY . /app`; layer 2 deletes the file"
        ),
        "{evidence}"
    );
}

#[test]
fn an_image_in_a_folder_is_read() {
    let repo = Repo::plain();
    repo.write("oci-layout", "{}");
    repo.write("index.json", r#"{"manifests":[{"digest":"sha256:m"}]}"#);
    let manifest = r#"{"config":{"digest":"sha256:c"},"layers":[{"digest":"sha256:l"}]}"#;
    repo.write("blobs/sha256/m", manifest);
    repo.write("blobs/sha256/c", r#"{"history":[{"created_by":"ADD x"}]}"#);
    repo.write("blobs/sha256/l", gzip(&tar(&[("etc/x", &env(5))])));
    let run = scan(repo.path(), &["oci:."]).code(1);
    assert_eq!(place(&run), ("oci:.!/blobs/sha256/l!/etc/x".to_owned(), 2));
    assert!(run.findings()[0]["evidence"].to_string().contains("made by `ADD x`"));
    scan(repo.path(), &["oci:blobs"]).code(2);
    scan(repo.path(), &["docker:-v"]).code(2);
}

#[test]
fn several_places_and_lists_make_one_report() {
    let repo = Repo::plain();
    repo.write("a.env", env(6)).write("b b.env", env(7)).write("c.env", env(8));
    assert_eq!(scan(repo.path(), &["a.env", "b b.env"]).code(1).findings().len(), 2);
    let list = |input: &[u8]| {
        let args = ["scan", "--format", "jsonl", "--files-from", "-"];
        stanch_with(repo.path(), args, input, &[])
    };
    assert_eq!(list(b"a.env\nb b.env\n").code(1).findings().len(), 2);
    assert_eq!(list(b"a.env\0b b.env\0c.env").code(1).findings().len(), 3);
    assert_eq!(list(b"").code(0).findings().len(), 0);
    list(b"missing\n").code(3);
    repo.write("list", "c.env\n");
    let run = scan(repo.path(), &["--files-from", "list", "a.env"]).code(1);
    assert_eq!(run.findings().len(), 2);
}

#[test]
fn a_repository_elsewhere_is_cloned_scanned_and_removed() {
    let repo = Repo::new();
    repo.write("a.env", env(9)).stage().commit("add");
    repo.remove("a.env").stage().commit("remove");
    let other = Repo::plain();
    let temporary = other.beside("temporary");
    std::fs::create_dir(&temporary).unwrap();
    let variables = [("TMPDIR", temporary.to_str().unwrap())];
    let address = format!("file://{}", repo.path().display());
    let args = ["scan", "--format", "jsonl", &address];
    let run = stanch_with(other.path(), args, b"", &variables).code(1);
    assert_eq!(place(&run).0, "a.env");
    assert!(run.findings()[0]["commit"].is_string());
    let gone = format!("file://{}/none", repo.path().display());
    stanch_with(other.path(), ["scan", &gone], b"", &variables).code(2);
    assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 0);
    for word in ["ssh://-oProxyCommand=x/r", "git@host:-x", "ext::sh -c x"] {
        stanch_with(other.path(), ["scan", word], b"", &variables).code(2);
    }
}

#[test]
fn what_is_packed_in_letters_is_opened_and_its_line_named() {
    let repo = Repo::plain();
    let letters = data_encoding::BASE64.encode(&zip("x.env", &env(20), false));
    repo.write("values.yaml", format!("a: 1\nb: {letters}\n"));
    let run = scan(repo.path(), &["values.yaml"]).code(1);
    assert_eq!(place(&run), ("values.yaml!/line 2!/x.env".to_owned(), 2));
    // A zip in base64, in gzip, in base64.
    let inner = format!("data: {letters}\n");
    let twice = data_encoding::BASE64.encode(&gzip(inner.as_bytes()));
    repo.write("twice.txt", format!("{twice}\n"));
    let run = scan(repo.path(), &["twice.txt"]).code(1);
    assert_eq!(place(&run), ("twice.txt!/line 1!/x.env".to_owned(), 2));
    // What is encrypted there is told; what is only cut short is words.
    let locked =
        data_encoding::BASE64.encode(&zip("x.env", b"letters that nobody can read", true));
    repo.write("locked.txt", format!("{locked}\n"));
    scan(repo.path(), &["locked.txt"]).code(3);
    repo.write("cut.txt", "UEsDBBQAAAAIAAAAIQAabcdefghijklmnopqrstuvwxyzABCDEFGH0123456789+/\n");
    scan(repo.path(), &["cut.txt"]).code(0);
}

/// Letters that say nothing and that deflate makes little of.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 7u64;
    let letter = |_| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        b"0123456789abcdef"[(state >> 60) as usize]
    };
    (0..len).map(letter).collect()
}

#[test]
fn what_is_packed_in_letters_is_never_too_long_in_silence() {
    let repo = Repo::plain();
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    let wrapped = |bytes: &[u8]| {
        let letters = data_encoding::BASE64.encode(bytes).into_bytes();
        let lines: Vec<&[u8]> = letters.chunks(76).collect();
        String::from_utf8(lines.join(&b'\n')).unwrap()
    };
    let packed = gzip(&[noise(12 << 20), b"\n".to_vec(), env(21)].concat());
    for text in [hex(&packed), wrapped(&packed)] {
        // Read in pieces, of which none has all of it.
        repo.write("big.txt", format!("data: {text}\n"));
        let run = scan(repo.path(), &["big.txt"]);
        assert!([1, 3].contains(&run.code), "{}", run.code);
    }
    let within = gzip(format!("a\nb: {}\n", hex(&gzip(&noise(3 << 20)))).as_bytes());
    std::fs::write(repo.path().join("in.gz"), within).unwrap();
    assert_eq!(scan(repo.path(), &["in.gz"]).code, 3);
}
