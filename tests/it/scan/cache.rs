//! What a scan leaves in the user's cache makes the next one cheap, and never blind.

use super::*;
use crate::support::tool::stanch_with;
use std::collections::BTreeSet;
use std::path::PathBuf;

fn scan(repo: &Repo, args: &[&str]) -> Run {
    let state = repo.beside("state");
    let all =
        [&["scan", "--history", "--min-confidence", "low", "--format", "jsonl"], args].concat();
    let state = state.to_str().unwrap();
    let env = [("XDG_STATE_HOME", state), ("XDG_CACHE_HOME", state)];
    let run = stanch_with(repo.path(), all, b"", &env);
    run.summary();
    run
}

fn file(repo: &Repo) -> PathBuf {
    let folder = repo.beside("state").join("stanch/history");
    let first = folder.read_dir().ok().and_then(|mut all| all.next());
    first.map_or(folder.join("none"), |f| f.unwrap().path())
}

/// All of each finding, but what tells of the run.
fn findings(run: &Run) -> BTreeSet<String> {
    run.findings().iter().map(ToString::to_string).collect()
}

/// With the cache the same is found as without.
#[track_caller]
fn agree(repo: &Repo) -> Run {
    let (with, without) = (scan(repo, &[]), scan(repo, &["--no-cache"]));
    assert_eq!(findings(&with), findings(&without));
    assert_eq!(with.code, without.code);
    let scope = |run: &Run| {
        let counts = run.summary()["ledger"]["counts"].clone();
        counts.as_object().unwrap().iter().map(|(u, c)| format!("{u} {}", c["scope"])).collect()
    };
    let (a, b): (Vec<String>, Vec<String>) = (scope(&with), scope(&without));
    assert_eq!(a, b);
    with
}

fn known(run: &Run, unit: &str) -> u64 {
    run.summary()["ledger"]["counts"][unit]["known"].as_u64().unwrap()
}

fn lived() -> Repo {
    let repo = Repo::new();
    repo.write("a", planted(1)).stage().commit("one");
    repo.write("d/b", planted(2)).write("a", "gone\n").stage().commit("two");
    repo.git(["checkout", "-q", "-b", "side", "HEAD~1"]);
    repo.write("c", planted(3)).stage().commit(&format!("words {}", samples::circleci(9)));
    repo.git(["checkout", "-q", "main"]);
    repo.git(["merge", "-q", "--no-edit", "side"]);
    repo
}

#[test]
fn the_second_scan_reads_only_what_is_new() {
    let repo = lived();
    for pack in [false, true] {
        if pack {
            repo.git(["repack", "-q", "-ad"]);
        }
        assert_eq!(scan(&repo, &[]).code, 1);
        let second = agree(&repo);
        assert!(known(&second, "trees") > 0 && known(&second, "blobs") > 0, "pack {pack}");
        assert_eq!(second.summary()["ledger"]["counts"]["trees"]["scanned"], 0);
    }
    // New commits, then in a pack of their own, then all in one again.
    repo.write("d/new", planted(4)).git(["mv", "d/b", "moved"]);
    repo.stage().commit("three");
    let third = agree(&repo);
    assert!(known(&third, "commits") >= 3, "{}", third.out);
    repo.write("d/newer", planted(5)).stage().commit("four");
    repo.git(["repack", "-q", "-d"]);
    assert!(known(&agree(&repo), "commits") >= 4);
    assert_eq!(agree(&repo).summary()["ledger"]["counts"]["trees"]["scanned"], 0);
    repo.git(["branch", "-q", "-D", "side"]);
    repo.git(["gc", "-q", "--prune=now"]);
    agree(&repo);
    assert!(known(&agree(&repo), "commits") > 0);
}

#[test]
fn it_holds_no_secret_and_only_its_user_reads_it() {
    let repo = lived();
    scan(&repo, &[]);
    let raw = std::fs::read(file(&repo)).unwrap();
    for seed in [1, 2, 3, 9] {
        let token = samples::circleci(seed);
        assert!(!raw.windows(12).any(|w| token.as_bytes()[8..].windows(12).any(|t| t == w)));
    }
    let mode =
        std::os::unix::fs::PermissionsExt::mode(&file(&repo).metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    // A name that is a secret keeps the file from being written at all.
    std::fs::remove_file(file(&repo)).unwrap();
    repo.write(samples::circleci(7), "x").stage().commit("name");
    assert_eq!(scan(&repo, &[]).code, 1);
    assert!(!file(&repo).exists());
}

#[test]
fn what_is_not_ours_or_broken_is_not_believed() {
    let repo = lived();
    scan(&repo, &[]);
    let whole = std::fs::read(file(&repo)).unwrap();
    let mut flipped = whole.clone();
    flipped[100] ^= 1;
    for bad in [b"".to_vec(), b"nonsense".to_vec(), whole[..whole.len() - 1].to_vec(), flipped] {
        std::fs::write(file(&repo), bad).unwrap();
        let run = agree(&repo);
        assert!(run.summary()["ledger"]["notes"].to_string().contains("cache"), "{}", run.out);
        assert_eq!(known(&run, "blobs"), 0);
    }
    // Of another user.
    let state = repo.beside("state");
    std::fs::remove_dir_all(&state).unwrap();
    assert_eq!(known(&agree(&repo), "blobs"), 0);
    assert!(known(&agree(&repo), "blobs") > 0);
}

#[test]
fn a_lost_object_is_a_gap_also_with_a_cache() {
    let repo = lived();
    scan(&repo, &[]);
    let id = repo.git(["rev-parse", "main~1:d/b"]);
    std::fs::remove_file(repo.path().join(format!(".git/objects/{}/{}", &id[..2], &id[2..])))
        .unwrap();
    let run = agree(&repo);
    assert!(run.out.contains(&id), "{}", run.out);
}

#[test]
fn a_pack_cut_short_later_is_a_gap_also_with_a_cache() {
    let repo = lived();
    repo.git(["repack", "-q", "-ad"]);
    scan(&repo, &[]);
    let folder = repo.path().join(".git/objects/pack");
    let mut files = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path());
    let pack = files.find(|f| f.extension().is_some_and(|e| e == "pack")).unwrap();
    let bytes = std::fs::read(&pack).unwrap();
    std::fs::remove_file(&pack).unwrap();
    std::fs::write(&pack, &bytes[..bytes.len() - 60]).unwrap();
    assert!(agree(&repo).summary()["ledger"]["gaps"].as_u64() > Some(0));
}

#[test]
fn hooks_and_no_cache_leave_nothing_behind() {
    let repo = lived();
    scan(&repo, &["--no-cache"]);
    let state = repo.beside("state");
    let state = state.to_str().unwrap();
    let env = [("XDG_STATE_HOME", state), ("XDG_CACHE_HOME", state)];
    stanch_with(repo.path(), ["hook", "pre-commit"], b"", &env);
    assert!(!file(&repo).exists() && !repo.path().join(".git/stanch").exists());
}

/// A blob of which nothing was found but that a part cannot be read is told of, and not read.
#[test]
fn a_gap_within_a_blob_is_told_again_without_a_scan() {
    let repo = lived();
    let broken = [b"\x1f\x8b\x08\0\0\0\0\0\0\x03".as_slice(), &[0x4b, 0x4c]].concat();
    repo.write("broken.gz", &broken).stage().commit("three");
    let first = scan(&repo, &[]);
    assert_eq!(first.summary()["ledger"]["gaps"], 1, "{}", first.out);
    for _ in 0..2 {
        let run = agree(&repo);
        let gaps = |run: &Run| run.summary()["ledger"]["skipped"].clone();
        assert_eq!(gaps(&run), gaps(&first));
        // Three blobs hold secrets.
        assert_eq!(run.summary()["ledger"]["counts"]["blobs"]["scanned"], 3, "{}", run.out);
    }
    // After a commit that changes nothing of it as well.
    repo.write("more", "words\n").stage().commit("four");
    assert_eq!(agree(&repo).summary()["ledger"]["gaps"], 1);
    assert_eq!(agree(&repo).summary()["ledger"]["gaps"], 1);
}

/// A text that only its path makes a secret is not scanned again, and found when it comes to stand
/// at such a path.
#[test]
fn a_text_that_only_its_path_makes_a_secret_is_settled_from_the_cache() {
    let repo = lived();
    let text = hex(41);
    repo.write("notes/one", &text).write("notes/two", hex(42)).stage().commit("three");
    let first = scan(&repo, &[]);
    assert!(!first.out.contains("generic-secret-file"), "{}", first.out);
    for _ in 0..2 {
        let counts = agree(&repo).summary()["ledger"]["counts"]["blobs"].clone();
        // Three blobs hold secrets.
        assert_eq!(counts["scanned"], 3, "{counts}");
    }
    // The same blob at another path, once more elsewhere, and a pack of all.
    repo.write("secrets/db_password.txt", &text).stage().commit("four");
    let found = |run: &Run| run.out.contains("generic-secret-file");
    assert!(found(&agree(&repo)));
    assert!(found(&agree(&repo)));
    repo.write("words", "more\n").stage().commit("five");
    repo.git(["repack", "-q", "-ad"]);
    assert!(found(&agree(&repo)));
    // A like text in a new blob: where both stand is told.
    repo.write("other_password.txt", format!("{}\n", hex(42))).stage().commit("six");
    assert!(found(&agree(&repo)));
    let last = agree(&repo);
    assert!(found(&last) && last.out.contains("other_password.txt"), "{}", last.out);
}

/// A value of 32 hexadecimal digits.
fn hex(seed: u64) -> String {
    let made = stanch::rule::Generator::new(seed).matching("[0-9a-f]{32}");
    String::from_utf8(made.unwrap()).unwrap()
}
