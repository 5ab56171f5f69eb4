//! A history of which the reading is ended early: it ends soon, accounts for the rest, and leaves
//! nothing behind for the next run.

use super::collect::{at, stored};
use crate::support::repo::Repo;
use crate::support::samples;
use stanch::config::Config;
use stanch::matcher::Matcher;
use stanch::model::{Budget, Confidence, Reason, Unit};
use stanch::pipeline::{self, Outcome, Setup};
use stanch::rule::RuleSet;
use stanch::source::{Cache, History, HistoryOptions, Source};
use stanch::suppress::{Chain, Options};
use std::sync::atomic::{AtomicBool, Ordering};

/// Scans the history of `repo`, and ends that once `most` units are done. A cache may be written.
fn scan(repo: &Repo, most: u64) -> Outcome {
    let rules = RuleSet::builtin();
    let stop = AtomicBool::new(false);
    let setup = Setup {
        matcher: &Matcher::new(&rules),
        chain: &Chain::new(&Config::default(), None, Options::default()),
        min_confidence: Confidence::Low,
        keep_unsure: false,
        accepted: &[],
        cache: Some(Cache { key: [7; 32], folder: repo.beside("cache") }),
        budget: &Budget::default(),
        stop: &stop,
        progress: &|_, done, _| stop.store(done >= most, Ordering::Relaxed),
    };
    let history = History::new(&at(repo), HistoryOptions::default());
    let sources: Vec<Box<dyn Source>> = vec![Box::new(history)];
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let outcome = pool.install(|| pipeline::run(&sources, &setup)).unwrap();
    assert_eq!(outcome.ledger.unbalanced(), [], "{:?}", outcome.ledger.counts);
    outcome
}

fn has_cache(repo: &Repo) -> bool {
    repo.beside("cache").exists()
}

/// One file in many versions, with a secret in some of them.
fn lived() -> Repo {
    let repo = Repo::new();
    let lines: Vec<String> = (0..200).map(|n| format!("line {n} of the file\n")).collect();
    for version in 0..40 {
        let mut lines = lines.clone();
        lines[version * 5] = format!("changed in {version}\n");
        if version % 10 == 3 {
            lines.push(format!("token = \"{}\"\n", samples::circleci(version as u64)));
        }
        repo.write("file", lines.concat()).stage().commit(&format!("version {version}"));
    }
    repo
}

#[test]
fn it_ends_soon_and_its_account_balances_and_no_cache_is_written() {
    let repo = lived();
    for packed in [false, true] {
        if packed {
            repo.git(["repack", "-q", "-ad", "--depth=50", "--window=50"]);
        }
        // Blobs and commits; trees are counted when all have been read.
        for most in (1..80).step_by(7) {
            let outcome = scan(&repo, most);
            assert!(outcome.interrupted && !has_cache(&repo), "packed {packed}, after {most}");
            let told = outcome.ledger.skipped.iter().any(|s| s.reason == Reason::Interrupted);
            assert!(told && !outcome.ledger.is_complete(), "packed {packed}, after {most}");
            let counts = outcome.ledger.counts.values().map(|count| count.scanned);
            // Each of the two threads may be in the middle of one text.
            assert!(
                counts.sum::<u64>() <= most + 2,
                "packed {packed}: {:?}",
                outcome.ledger.counts
            );
        }
    }
    let whole = scan(&repo, u64::MAX);
    assert!(!whole.interrupted && whole.ledger.is_complete() && has_cache(&repo));
    assert_eq!(whole.findings.len(), 4);
    assert_eq!(whole.ledger.count(Unit::Blob).scanned as usize, stored(&repo, "blob").len());
}

#[test]
fn a_cache_stays_what_it_was() {
    let repo = lived();
    let whole = scan(&repo, u64::MAX);
    let file = repo.beside("cache").read_dir().unwrap().next().unwrap().unwrap().path();
    let before = std::fs::read(&file).unwrap();
    repo.write("new", format!("token = \"{}\"\n", samples::circleci(77))).stage().commit("new");
    let known = whole.ledger.counts.values().map(|count| count.scope).sum::<u64>();
    for most in [1, known, known + 1] {
        assert!(scan(&repo, most).interrupted);
        assert_eq!(std::fs::read(&file).unwrap(), before, "after {most}");
    }
    let again = scan(&repo, u64::MAX);
    assert_eq!(again.findings.len(), whole.findings.len() + 1);
    assert!(again.ledger.count(Unit::Blob).known > 0);
    assert_ne!(std::fs::read(&file).unwrap(), before);
}
