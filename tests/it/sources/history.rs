//! The whole store, and what refs reach.

use super::collect::{at, read, stored};
use crate::support::repo::Repo;
use stanch::model::{Origin, OriginKind, Reason, Unit};
use stanch::source::{History, HistoryOptions as Options};
use std::collections::BTreeSet;

fn whole(repo: &Repo) -> super::collect::Read {
    read(&History::new(&at(repo), Options::default()))
}

fn reachable(repo: &Repo) -> super::collect::Read {
    read(&History::new(&at(repo), Options { reachable: true, share: None }))
}

/// A repository with what people leave behind: a stash, an amended commit, a deleted branch, a
/// blob that was only staged, tags, and a merge.
pub fn lived_in() -> Repo {
    let repo = Repo::new();
    repo.write("a", "one\n").write("d/b", "two\n").stage().commit("first");
    repo.write("a", "amended away\n").stage().commit("wrong");
    repo.write("a", "amended\n").stage().git(["commit", "-q", "--amend", "-m", "right"]);
    repo.git(["switch", "-q", "-c", "side"]);
    repo.write("s", "side\n").stage().commit("side");
    repo.git(["switch", "-q", "main"]);
    repo.write("m", "main\n").stage().commit("main");
    repo.git(["merge", "-q", "--no-ff", "--no-commit", "side"]);
    repo.write("evil", "only in the merge\n").stage().commit("merge");
    repo.git(["switch", "-q", "-c", "gone"]);
    repo.write("g", "deleted branch\n").stage().commit("gone");
    repo.git(["switch", "-q", "main"]);
    repo.git(["branch", "-q", "-D", "gone"]);
    repo.write("a", "stashed\n").git(["stash", "-q"]);
    repo.write("x", "only staged\n").stage().git(["rm", "-q", "-f", "x"]);
    repo.git(["tag", "-a", "-m", "words of the tag", "v1"]);
    repo
}

#[test]
fn every_object_of_the_store_is_read() {
    let repo = lived_in();
    let read = whole(&repo);
    assert_eq!(read.blobs(), stored(&repo, "blob"));
    assert_eq!(read.count(Unit::Commit).scanned as usize, stored(&repo, "commit").len());
    assert_eq!(read.count(Unit::Tree).scanned as usize, stored(&repo, "tree").len());
    for text in ["amended away", "deleted branch", "stashed", "only staged", "only in the merge"] {
        assert!(read.has(OriginKind::History, text), "{text}");
    }
    assert!(read.has(OriginKind::Message, "words of the tag"));
    assert!(read.has(OriginKind::Message, "author Ann <ann@example.org>"));
    assert!(read.has(OriginKind::Name, "evil"));
    assert!(read.ledger.is_complete(), "{:?}", read.ledger.skipped);
}

type Items = Vec<(Unit, Origin, Vec<u8>)>;

/// What is read, without the trees that the names of files are told with: each name counts once,
/// with one of the trees that hold it.
fn items_and_names(repo: &Repo) -> (Items, BTreeSet<Vec<u8>>) {
    let (trees, items): (Vec<_>, Vec<_>) =
        whole(repo).items.into_iter().partition(|(unit, ..)| *unit == Unit::Tree);
    let names = trees.iter().flat_map(|(.., text)| text.split(|&b| b == b'\n'));
    (items, names.filter(|n| !n.is_empty()).map(<[u8]>::to_vec).collect())
}

#[test]
fn packs_alternates_and_threads_change_nothing() {
    let repo = lived_in();
    for n in 0..200 {
        repo.write(format!("many/{n}"), format!("line\n{n}\n"));
    }
    repo.stage().commit("many");
    let loose = items_and_names(&repo);
    repo.git(["repack", "-q", "-a", "-d", "-k"]);
    assert_eq!(items_and_names(&repo), loose);
    repo.git(["multi-pack-index", "write"]);
    assert_eq!(items_and_names(&repo), loose);
    let other = repo.beside("borrower");
    repo.git(["clone", "-q", "--shared", ".", other.to_str().unwrap()]);
    let read = read(&History::new(&stanch::git::Where::path(other), Options::default()));
    assert_eq!(read.blobs(), stored(&repo, "blob"));
}

#[test]
fn reachable_is_what_rev_list_gives() {
    let repo = lived_in();
    repo.git(["worktree", "add", "-q", "--detach", repo.beside("w").to_str().unwrap(), "HEAD~1"]);
    let read = reachable(&repo);
    assert_eq!(read.blobs(), super::collect::listed(&repo, &["--all", "HEAD"]));
    assert!(!read.has(OriginKind::History, "amended away"));
    assert!(read.ledger.is_complete());
}

#[test]
fn bare_and_empty_repositories_are_complete() {
    let empty = Repo::bare();
    assert!(whole(&empty).ledger.is_complete() && reachable(&empty).items.is_empty());
    let repo = lived_in();
    let bare = repo.beside("bare");
    repo.git(["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    let read = read(&History::new(&stanch::git::Where::path(bare), Options::default()));
    assert!(read.has(OriginKind::History, "only in the merge") && read.ledger.is_complete());
}

#[test]
fn a_shallow_clone_is_told() {
    let repo = lived_in();
    let clone = repo.beside("shallow");
    let url = format!("file://{}", repo.path().display());
    repo.git(["clone", "-q", "--depth", "1", &url, clone.to_str().unwrap()]);
    for reachable in [false, true] {
        let place = stanch::git::Where::path(&clone);
        let read = read(&History::new(&place, Options { reachable, share: None }));
        assert_eq!(read.reasons(), [Reason::Shallow].into(), "{:?}", read.ledger.skipped);
        assert_eq!(read.ledger.skipped.len(), 1);
    }
}

#[test]
fn a_forged_border_hides_nothing() {
    let repo = lived_in();
    let head = repo.git(["rev-parse", "HEAD"]);
    repo.write(".git/shallow", format!("{head}\n"));
    for read in [whole(&repo), reachable(&repo)] {
        assert!(read.has(OriginKind::History, "one\n") && read.ledger.is_complete());
    }
}

#[test]
fn a_partial_clone_is_told_and_fetches_nothing() {
    let repo = lived_in();
    repo.git(["config", "uploadpack.allowFilter", "true"]);
    let clone = repo.beside("partial");
    let url = format!("file://{}", repo.path().display());
    let target = clone.to_str().unwrap();
    repo.git(["clone", "-q", "--no-checkout", "--filter=blob:none", &url, target]);
    let read = read(&History::new(&stanch::git::Where::path(&clone), Options::default()));
    assert_eq!(read.reasons(), [Reason::Partial].into());
    assert!(read.blobs().is_empty());
}

#[test]
fn a_missing_object_is_a_gap() {
    let repo = lived_in();
    let id = repo.git(["rev-parse", "HEAD:evil"]);
    remove(&repo, &id);
    for read in [whole(&repo), reachable(&repo)] {
        let skipped = &read.ledger.skipped;
        assert_eq!(skipped.len(), 1, "{skipped:?}");
        assert_eq!((skipped[0].reason, skipped[0].what.as_str()), (Reason::Missing, id.as_str()));
    }
}

#[test]
fn what_only_leftovers_name_may_be_missing() {
    let repo = lived_in();
    let id = repo.git(["rev-parse", "stash@{0}:a"]);
    repo.git(["stash", "drop", "-q"]);
    remove(&repo, &id);
    assert!(whole(&repo).ledger.is_complete());
}

#[test]
fn a_damaged_object_is_a_gap() {
    let repo = lived_in();
    let id = repo.git(["rev-parse", "HEAD:evil"]);
    remove(&repo, &id);
    repo.write(format!(".git/objects/{}/{}", &id[..2], &id[2..]), "garbage");
    for read in [whole(&repo), reachable(&repo)] {
        assert_eq!(read.reasons(), [Reason::Corrupt].into(), "{:?}", read.ledger.skipped);
        assert!(!read.ledger.is_complete());
    }
}

#[test]
fn an_object_under_a_wrong_name_is_a_gap() {
    let repo = lived_in();
    let [a, b] = ["HEAD:evil", "HEAD:a"].map(|r| repo.git(["rev-parse", r]));
    let file = |id: &str| repo.path().join(format!(".git/objects/{}/{}", &id[..2], &id[2..]));
    remove(&repo, &a);
    std::fs::copy(file(&b), file(&a)).unwrap();
    assert_eq!(whole(&repo).reasons(), [Reason::Corrupt].into());
}

#[test]
fn replace_refs_and_grafts_hide_nothing() {
    let repo = lived_in();
    let head = repo.git(["rev-parse", "HEAD"]);
    let expected = super::collect::listed(&repo, &["main"]);
    let tree = repo.git(["rev-parse", "HEAD~3^{tree}"]);
    let fake = repo.git(["commit-tree", "-m", "fake", &tree]);
    repo.git(["replace", &head, &fake]);
    repo.write(".git/info/grafts", format!("{head}\n"));
    let read = reachable(&repo);
    assert!(
        read.blobs().is_superset(&expected) && read.has(OriginKind::History, "only in the merge")
    );
}

#[test]
fn submodules_and_lfs_pointers_are_named() {
    let repo = Repo::new();
    let head = repo.write("a", "x").stage().commit("c");
    repo.git(["update-index", "--add", "--cacheinfo", &format!("160000,{head},sub")]);
    repo.write("big", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
    repo.git(["add", "big"]);
    repo.commit("s");
    let read = whole(&repo);
    assert_eq!(read.reasons(), [Reason::Submodule, Reason::Lfs].into());
    assert!(read.ledger.is_complete());
}

/// Takes a loose object out of the store.
pub fn remove(repo: &Repo, id: &str) {
    std::fs::remove_file(repo.path().join(format!(".git/objects/{}/{}", &id[..2], &id[2..])))
        .unwrap();
}
