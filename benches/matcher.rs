//! Throughput of the stages on real text: the files of `STANCH_BENCH_DIR`, else of this
//! repository. Each bench checks its count of matches, so that a fast wrong matcher fails.
//!
//! `cargo bench --bench matcher`, or `STANCH_BENCH_DIR=../rails cargo bench --bench matcher`

#![allow(clippy::unwrap_used, reason = "a bench may")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use stanch::matcher::{Matcher, Scratch};
use stanch::rule::{Generator, RuleSet};
use std::hint::black_box;
use std::path::{Path, PathBuf};

/// At least this much text, made by repeating what there is.
const SIZE: usize = 16 << 20;

fn corpus() -> Vec<u8> {
    let dir =
        std::env::var_os("STANCH_BENCH_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from);
    let files = ignore::WalkBuilder::new(&dir).sort_by_file_path(Path::cmp).build();
    let files =
        files.filter_map(Result::ok).filter(|e| e.file_type().is_some_and(|t| t.is_file()));
    let text: Vec<u8> = files.filter_map(|e| std::fs::read(e.path()).ok()).flatten().collect();
    assert!(!text.is_empty(), "no text in {}", dir.display());
    text.iter().copied().cycle().take(SIZE.max(text.len())).collect()
}

fn candidates(matcher: &Matcher<'_>, text: &[u8]) -> usize {
    let mut found = Vec::new();
    matcher.find(text, &mut Scratch::default(), &mut found);
    found.len()
}

fn whole_matcher(c: &mut Criterion) {
    let rules = RuleSet::builtin();
    let matcher = Matcher::new(&rules);
    let text = corpus();
    let count = candidates(&matcher, &text);
    let mut group = c.benchmark_group("matcher");
    group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(10);
    group.bench_function("whole", |b| {
        b.iter(|| assert_eq!(candidates(&matcher, black_box(&text)), count));
    });
    let line: Vec<u8> = text.iter().map(|&b| if b == b'\n' { b' ' } else { b }).collect();
    let count = candidates(&matcher, &line);
    group.bench_function("one long line", |b| {
        b.iter(|| assert_eq!(candidates(&matcher, black_box(&line)), count));
    });
    let noise = Generator::new(1)
        .text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", SIZE);
    let count = candidates(&matcher, &noise);
    group.bench_function("one endless run", |b| {
        b.iter(|| assert_eq!(candidates(&matcher, black_box(&noise)), count));
    });
    group.finish();
}

fn setup(c: &mut Criterion) {
    c.bench_function("rules and matcher from nothing", |b| {
        b.iter(|| Matcher::new(black_box(&RuleSet::builtin())).compiled());
    });
}

criterion_group!(benches, whole_matcher, setup);
criterion_main!(benches);
