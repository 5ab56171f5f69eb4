//! What is staged, also from inside real hooks.

use super::collect::{at, before, read};
use crate::support::repo::Repo;
use stanch::git::Where;
use stanch::model::{OriginKind, Reason, Unit};
use stanch::source::Index;

fn staged(repo: &Repo) -> super::collect::Read {
    read(&Index::staged(&at(repo)))
}

/// Installs a pre-commit hook that runs [`in_a_hook`] of this very program.
fn hooked() -> Repo {
    let repo = Repo::new();
    let program = std::env::current_exe().unwrap();
    let test = "sources::index::in_a_hook";
    let script = format!(
        "#!/bin/sh\nSTANCH_SEEN={}/seen exec {} --exact {test} --nocapture >/dev/null\n",
        repo.path().parent().unwrap().display(),
        program.display()
    );
    repo.write(".git/hooks/pre-commit", script);
    let hook = repo.path().join(".git/hooks/pre-commit");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(hook, mode).unwrap();
    repo
}

/// Not a test by itself: what the hook runs. It writes down what it read.
#[test]
fn in_a_hook() {
    let Some(seen) = std::env::var_os("STANCH_SEEN") else { return };
    let texts = read(&Index::staged(&Where::Env)).texts();
    std::fs::write(seen, format!("{texts:?}")).unwrap();
}

fn seen(repo: &Repo) -> String {
    std::fs::read_to_string(repo.beside("seen")).unwrap_or_default()
}

#[test]
fn hooks_read_the_index_that_git_is_about_to_commit() {
    let repo = hooked();
    repo.write("a", "1").write("b", "0").git(["add", "."]);
    repo.git(["commit", "-q", "-m", "first"]);
    assert_eq!(seen(&repo), r#"{"a": "1", "b": "0"}"#);
    repo.write("a", "2").git(["commit", "-q", "-a", "-m", "all"]);
    assert_eq!(seen(&repo), r#"{"a": "2"}"#);
    repo.write("a", "3").write("b", "5").git(["add", "a"]);
    repo.git(["commit", "-q", "-m", "only b", "--", "b"]);
    assert_eq!(seen(&repo), r#"{"b": "5"}"#);
    repo.write("c", "4").git(["add", "c"]);
    repo.git(["commit", "-q", "--amend", "-m", "more"]);
    assert_eq!(seen(&repo), r#"{"a": "3", "c": "4"}"#);
}

#[test]
fn hooks_of_linked_work_trees_read_their_own_index() {
    let repo = hooked();
    repo.write("a", "1").git(["add", "."]);
    repo.git(["commit", "-q", "-m", "first"]);
    let tree = repo.beside("tree");
    repo.git(["worktree", "add", "-q", "-b", "side", tree.to_str().unwrap()]);
    std::fs::write(tree.join("w"), "linked").unwrap();
    let git = |args: &[&str]| {
        let out = crate::support::repo::git_in(&tree).args(args).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    };
    git(&["add", "w"]);
    assert_eq!(read(&Index::staged(&Where::path(&tree))).texts().len(), 1);
    git(&["commit", "-q", "-m", "w"]);
    assert_eq!(seen(&repo), r#"{"w": "linked"}"#);
}

#[test]
fn before_the_first_commit_everything_is_new() {
    let repo = Repo::new();
    assert_eq!(staged(&repo).items, []);
    let read = repo.write("a", "x").stage().pipe(staged);
    assert_eq!(read.texts().len(), 1);
    assert_eq!(read.ledger.notes.len(), 1);
}

#[test]
fn unchanged_and_unstaged_files_are_out_of_scope() {
    let repo = Repo::new();
    repo.write("same", "s").write("d/changed", "old").write("gone", "removed").stage().commit("c");
    repo.write("d/changed", "new").remove("gone").stage().write("same", "not staged");
    assert_eq!(staged(&repo).texts(), [("d/changed".into(), "new".into())].into());
    assert_eq!(before(&Index::staged(&at(&repo)), &[]), ["old", "removed"]);
    assert_eq!(read(&Index::all(&at(&repo))).count(Unit::Blob).scope, 2);
}

#[test]
fn a_rename_is_a_new_path_with_old_content() {
    let repo = Repo::new();
    repo.write("a", "text").stage().commit("c");
    repo.git(["mv", "a", "b"]);
    let read = staged(&repo);
    assert_eq!(read.texts(), [("b".into(), "text".into())].into());
    assert!(read.has(OriginKind::Name, "b"));
    assert_eq!(before(&Index::staged(&at(&repo)), &[]), ["text"]);
}

#[test]
fn a_file_in_place_of_a_link_and_back() {
    let repo = Repo::new();
    std::os::unix::fs::symlink("target", repo.path().join("l")).unwrap();
    repo.stage().commit("c");
    repo.remove("l").write("l", "was a link").stage();
    assert_eq!(staged(&repo).texts(), [("l".into(), "was a link".into())].into());
    repo.commit("file");
    repo.remove("l");
    std::os::unix::fs::symlink("other", repo.path().join("l")).unwrap();
    repo.stage();
    assert_eq!(staged(&repo).texts(), [("l".into(), "other".into())].into());
}

#[test]
fn all_sides_of_a_conflict_are_read() {
    let repo = Repo::new();
    repo.write("a", "base\n").stage().commit("base");
    repo.git(["switch", "-q", "-c", "side"]);
    repo.write("a", "theirs\n").stage().commit("theirs");
    repo.git(["switch", "-q", "main"]);
    repo.write("a", "ours\n").stage().commit("ours");
    assert!(!repo.try_git(["merge", "-q", "side"]).status.success());
    let read = staged(&repo);
    for text in ["base", "theirs"] {
        assert!(read.has(OriginKind::Index, text));
    }
    assert_eq!(read.count(Unit::Blob).scope, 2, "ours is in HEAD");
}

#[test]
fn intents_submodules_and_missing_blobs() {
    let repo = Repo::new();
    let head = repo.write("a", "x").stage().commit("c");
    repo.write("later", "not staged").git(["add", "-N", "later"]);
    assert_eq!(staged(&repo).items, []);
    repo.git(["update-index", "--add", "--cacheinfo", &format!("160000,{head},sub")]);
    assert_eq!(staged(&repo).reasons(), [Reason::Submodule].into());
    let id = "12".repeat(20);
    repo.git(["update-index", "--add", "--cacheinfo", &format!("100644,{id},lost")]);
    assert_eq!(staged(&repo).reasons(), [Reason::Submodule, Reason::Missing].into());
}

#[test]
fn attributes_and_odd_names_change_nothing() {
    let repo = Repo::new();
    repo.write(".gitattributes", "* -diff binary filter=x\n").stage().commit("c");
    let names: [&[u8]; 4] = [b"a b", b"new\nline", b"quo\"te", b"not\xffutf8"];
    names.iter().for_each(|name| _ = repo.write(name, "t"));
    repo.stage();
    let escaped = names.map(|name| (name.escape_ascii().to_string(), "t".to_owned()));
    // The same blob four times: read once, known three times.
    let read = staged(&repo);
    assert_eq!((read.count(Unit::Blob).scanned, read.count(Unit::Blob).known), (1, 3));
    names.iter().for_each(|name| _ = repo.write(name, name));
    let paths: Vec<String> = repo.stage().pipe(staged).texts().into_keys().collect();
    let mut expected = escaped.map(|(name, _)| name).to_vec();
    expected.sort();
    assert_eq!(paths, expected);
}

#[test]
fn indexes_that_libgit2_cannot_read_are_read_by_git() {
    let repo = Repo::new();
    repo.write("d/a", "x").write("b", "y").stage().commit("c");
    repo.write("b", "z").stage();
    for setting in
        [["index.skipHash", "true"], ["index.version", "4"], ["core.splitIndex", "true"]]
    {
        repo.git(["-c", &setting.join("="), "update-index", "--force-write-index"]);
        assert_eq!(staged(&repo).texts(), [("b".into(), "z".into())].into(), "{setting:?}");
    }
}

trait Pipe {
    fn pipe<T>(&self, f: impl Fn(&Self) -> T) -> T {
        f(self)
    }
}

impl Pipe for Repo {}
