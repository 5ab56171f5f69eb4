//! Files: of a work tree, outside git, and on standard input.

use super::collect::{Read, at, read};
use crate::support::repo::Repo;
use stanch::git::Where;
use stanch::model::{Reason, Unit};
use stanch::source::{Files, Stdin, Worktree};
use std::os::unix::fs::symlink;

fn tree(repo: &Repo) -> Read {
    read(&Worktree::new(&at(repo)))
}

fn paths(read: &Read) -> Vec<String> {
    read.texts().into_keys().collect()
}

#[test]
fn tracked_and_not_ignored_files_are_in_scope() {
    let repo = Repo::new();
    repo.write(".gitignore", "*.log\nbuild/\n").write("tracked.log", "t").write("build/kept", "k");
    repo.git(["add", "-f", "."]);
    repo.commit("c");
    repo.write("untracked.log", "u").write("build/new", "n").write(".env", "e").write("d/x", "x");
    let read = tree(&repo);
    assert_eq!(paths(&read), [".env", ".gitignore", "build/kept", "d/x", "tracked.log"]);
    repo.write(".git/info/exclude", "d\n").remove("tracked.log");
    assert_eq!(paths(&tree(&repo)), [".env", ".gitignore", "build/kept"]);
    assert!(read.ledger.is_complete());
}

#[test]
fn the_whole_work_tree_is_read_from_below() {
    let repo = Repo::new();
    repo.write("a", "1").write("d/b", "2");
    let read = read(&Worktree::new(&Where::path(repo.path().join("d"))));
    assert_eq!(paths(&read), ["a", "d/b"]);
}

#[test]
fn equal_files_are_scanned_once() {
    let repo = Repo::new();
    repo.write("a", "same").write("b", "same").write("c", "other");
    let count = tree(&repo).count(Unit::File);
    assert_eq!((count.scope, count.scanned, count.known), (3, 2, 1));
    let read = tree(&repo);
    let ids: Vec<String> = read.items.iter().map(|i| i.1.object.unwrap().to_string()).collect();
    assert!(ids.contains(&repo.git(["hash-object", "a"])));
}

#[test]
fn links_are_read_as_links() {
    let repo = Repo::new();
    let outside = repo.beside("outside");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("f"), "not ours").unwrap();
    repo.write("d/f", "ours").stage().commit("c");
    std::fs::remove_dir_all(repo.path().join("d")).unwrap();
    symlink(&outside, repo.path().join("d")).unwrap();
    symlink("gone", repo.path().join("dangling")).unwrap();
    let texts = tree(&repo).texts();
    assert_eq!(texts.get("dangling").unwrap(), "gone");
    assert_eq!(texts.get("d").unwrap(), &outside.display().to_string());
    assert_eq!(texts.len(), 2);
}

#[test]
fn pipes_and_nested_repositories_are_named() {
    let repo = Repo::new();
    assert!(
        std::process::Command::new("mkfifo")
            .arg(repo.path().join("p"))
            .status()
            .unwrap()
            .success()
    );
    repo.git(["init", "-q", "inner"]);
    repo.write("inner/f", "another repository")
        .write("odd/.git/x", "no repository")
        .write("odd/f", "f");
    let read = tree(&repo);
    assert_eq!(paths(&read), ["inner/f", "odd/f"]);
    assert_eq!(read.reasons(), [Reason::Special].into());
    assert_eq!(read.ledger.notes.len(), 1);
    assert!(read.ledger.is_complete());
    std::fs::rename(repo.path().join("p"), repo.path().join("odd/.gitignore")).unwrap();
    assert!(!tree(&repo).ledger.is_complete());
}

#[test]
fn odd_names_are_kept_raw() {
    let repo = Repo::new();
    let names: [&[u8]; 4] = [b"a b", b"new\nline", b"not\xffutf8", b"quo\"te"];
    names.iter().for_each(|name| _ = repo.write(name, name));
    assert_eq!(paths(&tree(&repo)), names.map(|n| n.escape_ascii().to_string()));
    repo.stage().git(["commit", "-q", "-m", "c"]);
    assert_eq!(paths(&tree(&repo)), names.map(|n| n.escape_ascii().to_string()));
}

#[test]
fn bare_repositories_have_no_work_tree() {
    let read = tree(&Repo::bare());
    assert!(read.items.is_empty() && read.ledger.notes.len() == 1);
}

#[test]
fn outside_git_everything_is_in_scope() {
    let folder = Repo::plain();
    folder
        .write(".gitignore", "*")
        .write(".hidden", "h")
        .write("d/x", "x")
        .write("r/.git/HEAD", "");
    folder.write("r/f", "f");
    let read = read(&Files::new(folder.path()));
    let prefix = format!("{}/", folder.path().display());
    let names: Vec<_> = paths(&read).iter().map(|p| p.replace(&prefix, "")).collect();
    assert_eq!(names, [".gitignore", ".hidden", "d/x", "r/f"]);
    assert_eq!(read.ledger.notes.len(), 1);
}

#[test]
fn one_file_also_by_a_link() {
    let folder = Repo::plain();
    folder.write("f", "text");
    symlink("f", folder.path().join("l")).unwrap();
    for name in ["f", "l"] {
        let read = read(&Files::new(folder.path().join(name)));
        assert_eq!(read.texts().into_values().collect::<Vec<_>>(), ["text"]);
    }
    let sink = super::collect::Collect::default();
    use stanch::source::Source;
    assert!(Files::new(folder.path().join("none")).read(&sink).is_err());
}

#[test]
fn standard_input_is_one_text() {
    let read = read(&Stdin::new(&b"text"[..]));
    assert_eq!((read.count(Unit::File).scanned, read.items[0].2.as_slice()), (1, &b"text"[..]));
}
