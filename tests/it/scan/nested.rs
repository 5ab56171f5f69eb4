//! Submodules and what Git LFS keeps, as far as it is on disk.

use super::*;

/// A repository with a submodule at `libs/inner` that once held a secret.
fn with_submodule() -> (Repo, Repo) {
    let inner = Repo::new();
    inner.write("conf/old.env", planted(1)).stage().commit("one");
    inner.write("conf/old.env", "gone\n").write("now.env", planted(2)).stage().commit("two");
    let outer = Repo::new();
    outer.write("a", "x\n").stage().commit("first");
    let from = inner.path().to_str().unwrap();
    outer.git(["-c", "protocol.file.allow=always", "submodule", "-q", "add", from, "libs/inner"]);
    outer.stage().commit("with a submodule");
    (outer, inner)
}

fn distinct(run: &Run) -> Vec<String> {
    let mut all: Vec<String> =
        run.findings().iter().map(|f| f["path"].as_str().unwrap_or("-").to_owned()).collect();
    all.sort();
    all.dedup();
    all
}

#[test]
fn submodules_are_named_or_read() {
    let (outer, _inner) = with_submodule();
    let plain = jsonl(outer.path(), &["scan", "--no-cache"]);
    assert_eq!((plain.code, distinct(&plain).len()), (0, 0), "{}", plain.out);
    assert!(plain.summary()["ledger"]["skipped"].to_string().contains("submodule"));
    for cache in [&["--no-cache"][..], &[], &[]] {
        let run = jsonl(outer.path(), &[&["scan", "--recurse-submodules"], cache].concat());
        assert_eq!(run.code, 1, "{}", run.err);
        assert_eq!(distinct(&run), ["libs/inner/conf/old.env", "libs/inner/now.env"]);
        let ledger = run.summary()["ledger"].clone();
        assert!(!ledger["skipped"].to_string().contains("\"submodule\""), "{ledger}");
        assert!(ledger["notes"].to_string().contains("libs/inner was read as well"), "{ledger}");
    }
    let files = jsonl(outer.path(), &["scan", "--worktree", "--recurse-submodules"]);
    assert_eq!(distinct(&files), ["libs/inner/now.env"]);
    // What is no longer checked out is still in the store.
    outer.git(["submodule", "-q", "deinit", "-f", "libs/inner"]);
    let run = jsonl(outer.path(), &["scan", "--recurse-submodules"]);
    assert_eq!(distinct(&run), ["libs/inner/conf/old.env", "libs/inner/now.env"]);
}

#[test]
fn the_content_of_lfs_pointers_is_read_where_it_is() {
    let repo = Repo::new();
    let name = "ab".repeat(32);
    let pointer =
        format!("version https://git-lfs.github.com/spec/v1\noid sha256:{name}\nsize 90\n");
    repo.write("big.bin", pointer).stage().commit("a pointer");
    let first = jsonl(repo.path(), &["scan", "--history"]);
    assert_eq!(first.code, 0, "{}", first.out);
    assert!(first.summary()["ledger"]["skipped"].to_string().contains("content is not here"));
    // It comes later: the cache must not hide it.
    repo.write(format!(".git/lfs/objects/ab/ab/{name}"), planted(3));
    for _ in 0..2 {
        let run = jsonl(repo.path(), &["scan", "--history"]);
        assert_eq!((run.code, distinct(&run)), (1, vec!["big.bin".to_owned()]), "{}", run.out);
        let ledger = run.summary()["ledger"].clone();
        assert!(ledger["notes"].to_string().contains("was read from the disk"), "{ledger}");
        assert_eq!(ledger["counts"]["files"]["scanned"], 1);
    }
}
