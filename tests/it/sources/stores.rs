//! Object stores in odd states: the fast reader gives what `git cat-file` lists, and names the rest.

use super::collect::{Read, at, read_within, stored};
use crate::support::repo::Repo;
use stanch::model::{Budget, Reason, USUAL_MEMORY, Unit};
use stanch::source::{History, HistoryOptions as Options};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

/// Long texts in many versions, so that git makes deltas, in folders that change as well.
fn lived() -> Repo {
    let repo = Repo::new();
    for version in 0..30 {
        for file in 0..3 {
            let lines = (0..400).map(|n| match n {
                n if n == version * 7 % 400 => format!("changed {version} {file}\n"),
                n => format!("line {n} of file {file}\n"),
            });
            repo.write(format!("d{file}/e/f{file}"), lines.collect::<String>());
        }
        repo.write(format!("d0/n{version}"), format!("{version}")).stage();
        repo.commit(&format!("version {version}"));
    }
    repo
}

fn packs(repo: &Repo, extension: &str) -> Vec<PathBuf> {
    let folder = std::fs::read_dir(repo.path().join(".git/objects/pack")).unwrap();
    let files = folder.map(|f| f.unwrap().path());
    files.filter(|f| f.extension().is_some_and(|e| e == extension)).collect()
}

/// All that git lists is read, with whatever memory.
#[track_caller]
fn agrees(repo: &Repo) {
    for memory in [USUAL_MEMORY, 200_000, 0] {
        let read = history(repo, memory);
        assert_eq!(read.blobs(), stored(repo, "blob"), "memory {memory}");
        for (unit, kind) in [(Unit::Commit, "commit"), (Unit::Tree, "tree")] {
            assert_eq!(read.count(unit).scanned as usize, stored(repo, kind).len(), "{kind}");
        }
        assert!(read.ledger.is_complete(), "{:?}", read.ledger.skipped);
        for (unit, origin, text) in &read.items {
            let id = origin.object.filter(|_| *unit == Unit::Blob);
            assert!(id.is_none_or(|id| hash(text) == id.to_string()), "{id:?}");
        }
    }
}

fn hash(blob: &[u8]) -> String {
    git2::Oid::hash_object(git2::ObjectType::Blob, blob).unwrap().to_string()
}

fn history(repo: &Repo, memory: u64) -> Read {
    read_within(&History::new(&at(repo), Options::default()), Budget::new(memory, 2))
}

#[test]
fn every_way_of_packing_reads_the_same() {
    let repo = lived();
    agrees(&repo);
    for config in [
        &["repack", "-q", "-adf", "--depth=100"][..],
        &["-c", "repack.useDeltaBaseOffset=false", "repack", "-q", "-adf"],
        &["-c", "pack.indexVersion=1", "repack", "-q", "-adf"],
        &["repack", "-q", "-adf", "--max-pack-size=1m"],
    ] {
        repo.git(config.iter().copied());
        assert!(packs(&repo, "pack").len() == 1, "{config:?}");
        agrees(&repo);
    }
    // A second pack, loose objects, an index over all packs, and objects that are in both.
    repo.write("d0/later", "later").stage().commit("later");
    repo.git(["repack", "-q", "-d"]);
    repo.write("d0/last", "last").stage().commit("last");
    repo.git(["multi-pack-index", "write"]);
    agrees(&repo);
    let list = repo.git(["rev-list", "--objects", "--no-object-names", "HEAD~3..HEAD"]);
    let name = repo.path().join(".git/objects/pack/pack");
    let mut git = repo.git_command();
    git.args(["pack-objects", "-q"]).arg(name).stdin(std::process::Stdio::piped());
    let mut child = git.stdout(std::process::Stdio::null()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), format!("{list}\n").as_bytes())
        .unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(packs(&repo, "pack").len(), 3);
    agrees(&repo);
    // A clone that borrows all of it.
    let borrowed = Repo::new();
    let objects = repo.path().join(".git/objects");
    borrowed.write(".git/objects/info/alternates", format!("{}\n", objects.display()));
    borrowed.git(["fetch", "-q", repo.path().to_str().unwrap(), "main:main2"]);
    borrowed.write("own", "own").stage().commit("own");
    agrees(&borrowed);
}

/// Damages one pack in many places: what git reads is read, what it does not is named.
#[test]
fn damage_in_a_pack_is_named_and_the_rest_is_read() {
    let repo = lived();
    repo.git(["repack", "-q", "-adf", "--depth=100"]);
    let pack = packs(&repo, "pack").remove(0);
    let whole = std::fs::read(&pack).unwrap();
    std::fs::set_permissions(&pack, PermissionsExt::from_mode(0o644)).unwrap();
    let all = stored(&repo, "blob");
    for nth in 1..12 {
        let mut bad = whole.clone();
        let spot = whole.len() * nth / 12;
        bad[spot] ^= 0x55;
        std::fs::write(&pack, &bad).unwrap();
        let read = history(&repo, USUAL_MEMORY);
        assert!(!read.ledger.is_complete(), "byte {spot}");
        assert!(read.reasons().is_subset(&[Reason::Corrupt, Reason::Missing].into()));
        for (unit, origin, text) in read.items.iter().filter(|i| i.0 == Unit::Blob) {
            let id = origin.object.unwrap().to_string();
            assert!(all.contains(&id) && *unit == Unit::Blob);
            // Bytes are not compared with names; deflate's checksum stands for that.
            assert_eq!(hash(text), id, "byte {spot}");
        }
        let named: Vec<_> = read.ledger.skipped.iter().map(|s| s.what.clone()).collect();
        let lost = all.difference(&read.blobs()).filter(|id| !named.contains(id)).count();
        assert_eq!(lost, 0, "byte {spot}: {named:?}");
    }
    for keep in [0, 11, 12, whole.len() / 2, whole.len() - 30] {
        std::fs::write(&pack, &whole[..keep]).unwrap();
        let read = history(&repo, USUAL_MEMORY);
        assert!(!read.ledger.is_complete(), "{keep} bytes are left");
    }
}
