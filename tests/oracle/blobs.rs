//! Real blobs: of the repository that `STANCH_ORACLE_REPO` names, or of those of the bench.
//!
//! `STANCH_ORACLE_BLOBS` is how many are taken of each. Run with `--ignored`.

use crate::compare::Both;
use crate::shrink;
use rayon::prelude::*;
use stanch::rule::{Generator, RuleSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const BENCH: [&str; 3] = ["/work/bench/git.git", "/work/bench/rails.git", "/work/bench/redis.git"];
/// Blobs of each repository, unless the environment says otherwise.
const SAMPLE: usize = 2000;
/// Longer ones are cut: the reference is slow.
const LONGEST: usize = 1 << 18;

#[test]
#[ignore = "needs a repository, and some minutes"]
fn real_blobs_read_the_same() {
    let named = std::env::var_os("STANCH_ORACLE_REPO").map(|p| vec![PathBuf::from(p)]);
    let places = named.unwrap_or_else(|| BENCH.map(PathBuf::from).to_vec());
    let places: Vec<_> = places.into_iter().filter(|p| p.exists()).collect();
    if places.is_empty() {
        eprintln!("no repository is there; name one in STANCH_ORACLE_REPO");
    }
    let rules = RuleSet::builtin();
    let both = Both::new(&rules);
    for place in places {
        let blobs = sample(&place);
        eprintln!("{}: {} blobs", place.display(), blobs.len());
        let told: Vec<String> = blobs
            .par_iter()
            .filter_map(|(id, text)| shrink::check(&both, id, text).err())
            .collect();
        shrink::report(&told);
    }
}

/// Some blobs of the repository, the same ones each time.
fn sample(repo: &Path) -> Vec<(String, Vec<u8>)> {
    let count = std::env::var("STANCH_ORACLE_BLOBS").ok().and_then(|n| n.parse().ok());
    let list = git(repo, &["--batch-all-objects", "--unordered", "--batch-check"], Vec::new());
    let list = String::from_utf8(list).unwrap();
    let mut ids: Vec<&str> = list
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter(|(_, rest)| rest.starts_with("blob "))
        .map(|(id, _)| id)
        .collect();
    ids.sort_unstable();
    let mut random = Generator::new(7);
    (1..ids.len()).rev().for_each(|i| ids.swap(i, random.below(i + 1)));
    ids.truncate(count.unwrap_or(SAMPLE));
    let asked = ids.iter().fold(String::new(), |all, id| all + id + "\n");
    let answer = git(repo, &["--batch"], asked.into_bytes());
    parse(&answer)
}

fn git(repo: &Path, args: &[&str], input: Vec<u8>) -> Vec<u8> {
    let mut child = Command::new("git")
        .arg("-C")
        .arg(repo)
        .arg("cat-file")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let out = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(out.status.success());
    out.stdout
}

/// What `git cat-file --batch` wrote: `<id> blob <size>`, the bytes, a line break.
fn parse(mut answer: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut blobs = Vec::new();
    while let Some(end) = answer.iter().position(|&b| b == b'\n') {
        let head = std::str::from_utf8(&answer[..end]).unwrap();
        let words: Vec<&str> = head.split(' ').collect();
        let size: usize = words[2].parse().unwrap();
        let body = &answer[end + 1..end + 1 + size];
        blobs.push((words[0].to_owned(), body[..size.min(LONGEST)].to_vec()));
        answer = &answer[end + 2 + size..];
    }
    blobs
}
