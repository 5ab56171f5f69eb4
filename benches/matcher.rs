//! Throughput of the stages on real blobs, with all built-in rules, on one core: an even sample of
//! the blobs of each repository that `STANCH_BENCH_REPOS` names (paths with `:` between them),
//! else of this one. Each bench checks its count of what it found, so that a fast wrong stage
//! fails. Hostile texts follow, which a scan must not take much longer for.
//!
//! `STANCH_BENCH_REPOS=../git.git:../rails.git cargo bench --bench matcher`

#![allow(clippy::unwrap_used, reason = "a bench may")]

mod hostile;
mod scanned;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use stanch::blob::Shortened;
use stanch::decode;
use stanch::matcher::{Matcher, Scratch};
use stanch::prefilter::Survey;
use stanch::rule::RuleSet;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Text taken of each repository, in bytes.
const SIZE: usize = 64 << 20;

/// An even sample of the blobs of a repository.
fn blobs(repo: &Path) -> Vec<Vec<u8>> {
    let git = |args: &[&str]| {
        let mut git = Command::new("git");
        git.arg("-C").arg(repo).arg("cat-file").args(args);
        git.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
    };
    let list = git(&["--batch-all-objects", "--batch-check"]).wait_with_output().unwrap().stdout;
    let list = String::from_utf8(list).unwrap();
    let all: Vec<(&str, usize)> = list
        .lines()
        .filter_map(|line| line.split_once(" blob "))
        .map(|(id, size)| (id, size.parse().unwrap()))
        .collect();
    let step = all.iter().map(|(_, size)| size).sum::<usize>().div_ceil(SIZE).max(1);
    let ids: String = all.iter().step_by(step).map(|(id, _)| format!("{id}\n")).collect();
    let mut reader = git(&["--batch"]);
    let mut stdin = reader.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(ids.as_bytes()).unwrap());
    let mut stdout = BufReader::new(reader.stdout.take().unwrap());
    let mut texts = Vec::new();
    let mut head = String::new();
    while stdout.read_line(&mut head).unwrap() > 0 {
        let size: usize = head.rsplit(' ').next().unwrap().trim().parse().unwrap();
        let mut text = vec![0; size + 1];
        stdout.read_exact(&mut text).unwrap();
        text.pop();
        texts.push(text);
        head.clear();
    }
    writer.join().unwrap();
    reader.wait().unwrap();
    texts
}

/// Everything found in `text` and in what is encoded in it.
fn found(matcher: &Matcher<'_>, text: &[u8], scratch: &mut Scratch, depth: usize) -> usize {
    let mut out = Vec::new();
    matcher.find(text, scratch, &mut out);
    let layers = decode::layers(text, scratch.survey(), None, decode::room(text.len()));
    let inner = layers.found.iter().filter(|_| depth < decode::DEPTH);
    out.len() + inner.map(|l| found(matcher, &l.text, scratch, depth + 1)).sum::<usize>()
}

fn real(c: &mut Criterion) {
    let repos = std::env::var_os("STANCH_BENCH_REPOS");
    let repos: Vec<PathBuf> =
        repos.map_or_else(|| vec![".".into()], |r| std::env::split_paths(&r).collect());
    let rules = RuleSet::builtin();
    let matcher = Matcher::new(&rules);
    for repo in repos {
        let texts = blobs(&repo);
        let name = repo.file_name().unwrap_or("here".as_ref()).to_string_lossy();
        let mut group = c.benchmark_group(name);
        let bytes: usize = texts.iter().map(Vec::len).sum();
        group.throughput(Throughput::Bytes(bytes as u64)).sample_size(10);
        let mut survey = Survey::default();
        let mut runs = || {
            texts.iter().fold(0, |count, text| {
                survey.read(black_box(text));
                count + survey.runs().len()
            })
        };
        let count = runs();
        group.bench_function("runs", |b| b.iter(|| assert_eq!(runs(), count)));
        let (mut scratch, mut out) = (Scratch::default(), Vec::new());
        let mut plain = || {
            out.clear();
            for text in &texts {
                matcher.find(black_box(text), &mut scratch, &mut out);
            }
            out.len()
        };
        let count = plain();
        group.bench_function("matcher", |b| b.iter(|| assert_eq!(plain(), count)));
        let mut scratch = Scratch::default();
        let mut whole =
            || texts.iter().map(|t| found(&matcher, black_box(t), &mut scratch, 1)).sum::<usize>();
        let count = whole();
        group.bench_function("matcher and decoders", |b| b.iter(|| assert_eq!(whole(), count)));
        group.finish();
    }
}

fn worst(c: &mut Criterion) {
    let rules = RuleSet::builtin();
    let matcher = Matcher::new(&rules);
    let mut scratch = Scratch::default();
    let texts = hostile::texts(&rules);
    let mut group = c.benchmark_group("hostile");
    group.sample_size(10);
    for (name, text) in &texts {
        group.throughput(Throughput::Bytes(text.len() as u64));
        let mut run = || {
            let short = Shortened::of(black_box(text), || matcher.reach());
            found(&matcher, short.as_ref().map_or(text, |s| &s.text), &mut scratch, 1)
        };
        group.bench_function(*name, |b| {
            let count = run();
            b.iter(|| assert_eq!(run(), count));
        });
    }
    group.finish();
    let mut group = c.benchmark_group("hostile, with judging");
    group.sample_size(10);
    for (name, text) in &texts {
        group.throughput(Throughput::Bytes(text.len() as u64));
        let text = String::from_utf8_lossy(text);
        group.bench_function(*name, |b| {
            let count = hostile::scan(&matcher, &text);
            b.iter(|| assert_eq!(hostile::scan(&matcher, &text), count));
        });
    }
    group.finish();
}

fn setup(c: &mut Criterion) {
    c.bench_function("rules and matcher from nothing", |b| {
        b.iter(|| Matcher::new(black_box(&RuleSet::builtin())).compiled());
    });
}

criterion_group!(benches, real, worst, setup);
criterion_main!(benches);
