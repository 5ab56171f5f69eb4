//! Formats that libgit2 does not open: the same results through git.

use super::collect::{Read, at, before, listed, read, stored};
use crate::support::repo::{Repo, git_in};
use stanch::git::Where;
use stanch::model::{Budget, OriginKind, Reach, Reason, Unit};
use stanch::source::{
    History, HistoryOptions as Options, Index, Push, Range, Worktree, attribute,
};

/// The same history in each format.
fn formats() -> Vec<Repo> {
    [&[][..], &["--ref-format=reftable"], &["--object-format=sha256"]]
        .into_iter()
        .map(|format| {
            let repo = Repo::plain();
            repo.git([&["init", "-q", "-b", "main", "."], format].concat());
            repo.write("a", "one").write("d/b", "two").stage().commit("first");
            repo.write("a", "three").stage().commit("second");
            repo.git(["tag", "-a", "-m", "tag words", "v1"]);
            repo.write("a", "amended away").stage().commit("third");
            repo.write("a", "four").stage().git(["commit", "-q", "--amend", "-m", "fourth"]);
            repo.write("s", "staged").write("d/b", "changed").stage();
            repo
        })
        .collect()
}

/// Everything but object ids, which differ by format.
fn shape(read: &Read) -> Vec<(Unit, OriginKind, Option<Vec<u8>>, String)> {
    // Of a message only its last line: the others hold ids and times.
    let text = |kind, t: &[u8]| match (kind, String::from_utf8_lossy(t).into_owned()) {
        (OriginKind::Message, all) => all.lines().last().unwrap_or_default().to_owned(),
        (_, all) => all,
    };
    let mut all: Vec<_> = read
        .items
        .iter()
        .filter(|(unit, ..)| *unit != Unit::Tree)
        .map(|(unit, o, t)| (*unit, o.kind, o.path.clone(), text(o.kind, t)))
        .collect();
    all.sort();
    all
}

#[test]
fn all_sources_give_the_same() {
    let all: Vec<_> = formats()
        .iter()
        .map(|repo| {
            let place = at(repo);
            let range = Range::parse(&place, &["HEAD~2..HEAD"]).unwrap();
            let history = read(&History::new(&place, Options::default()));
            assert_eq!(history.blobs(), stored(repo, "blob"));
            assert!(history.ledger.is_complete());
            let ranged = read(&range);
            assert_eq!(ranged.blobs(), listed(repo, &["HEAD~2..HEAD"]));
            let shapes = [
                shape(&history),
                shape(&read(&History::new(&place, Options { reachable: true, share: None }))),
                shape(&ranged),
                shape(&read(&Index::staged(&place))),
                shape(&read(&Index::all(&place))),
                shape(&read(&Worktree::new(&place))),
                shape(&read(&Push::everything(&place, "origin").unwrap())),
            ];
            (shapes, before(&range, &["a"]), before(&Index::staged(&place), &[]))
        })
        .collect();
    assert_eq!(all[0], all[1], "reftable");
    assert_eq!(all[0], all[2], "sha256");
    assert!(all[0].0.iter().all(|shape| !shape.is_empty()));
}

#[test]
fn attribution_works_in_all_formats() {
    for repo in formats() {
        let id = |rev: &str| {
            stanch::model::ObjectId::from_hex(repo.git(["rev-parse", rev]).as_bytes()).unwrap()
        };
        let [four, one, lost] = ["HEAD:a", "HEAD~2:a", "HEAD@{1}:a"].map(id);
        let sites = attribute(&at(&repo), &[four, one, lost], &Budget::default()).unwrap();
        assert_eq!(sites.of[&four][0].reach, Reach::Head);
        assert_eq!(sites.of[&one][0].reach, Reach::Ref);
        assert_eq!(sites.of[&lost][0].reach, Reach::Reflog);
        assert_eq!(sites.of[&one][0].introduced.as_ref().unwrap().commit, id("HEAD~2"));
    }
}

#[test]
fn missing_objects_are_gaps_in_all_formats() {
    for repo in formats() {
        let id = repo.git(["rev-parse", "HEAD~2:a"]);
        super::history::remove(&repo, &id);
        let history = read(&History::new(&at(&repo), Options::default()));
        assert_eq!(history.reasons(), [Reason::Missing].into());
        let range = read(&Range::parse(&at(&repo), &["HEAD"]).unwrap());
        assert_eq!(range.reasons(), [Reason::Missing].into());
    }
}

#[test]
fn damaged_objects_are_gaps_in_all_formats() {
    for repo in formats() {
        let id = repo.git(["rev-parse", "HEAD~2:a"]);
        super::history::remove(&repo, &id);
        repo.write(format!(".git/objects/{}/{}", &id[..2], &id[2..]), "garbage");
        let history = read(&History::new(&at(&repo), Options::default()));
        assert_eq!(history.reasons(), [Reason::Corrupt].into());
    }
}

#[test]
fn linked_work_trees_of_all_formats() {
    for repo in formats() {
        let tree = repo.beside("tree");
        repo.git(["worktree", "add", "-q", "--detach", tree.to_str().unwrap(), "HEAD~1"]);
        std::fs::write(tree.join("w"), "linked").unwrap();
        assert!(git_in(&tree).args(["add", "w"]).status().unwrap().success());
        let place = Where::path(&tree);
        assert_eq!(read(&Index::staged(&place)).texts().len(), 1);
        assert!(read(&Worktree::new(&place)).texts().contains_key("w"));
        let reachable = History::new(&place, Options { reachable: true, share: None });
        assert_eq!(read(&reachable).blobs(), listed(&repo, &["--all"]));
    }
}

/// A configuration that names programs, and no program that runs.
#[test]
fn nothing_that_the_repository_configures_runs() {
    for repo in formats() {
        let mark = repo.beside("ran");
        let script = repo.beside("evil");
        std::fs::write(&script, format!("#!/bin/sh\ntouch {}\n", mark.display())).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&script, mode).unwrap();
        let evil = script.to_str().unwrap();
        for key in [
            "core.fsmonitor",
            "core.sshCommand",
            "filter.x.clean",
            "filter.x.smudge",
            "diff.x.textconv",
            "diff.external",
            "core.pager",
            "gpg.program",
            "core.editor",
        ] {
            repo.git(["config", key, evil]);
        }
        repo.write(".git/info/attributes", "* filter=x diff=x\n");
        let place = at(&repo);
        read(&Index::staged(&place));
        read(&Index::all(&place));
        read(&Worktree::new(&place));
        read(&History::new(&place, Options::default()));
        read(&Range::parse(&place, &["HEAD"]).unwrap());
        assert!(!mark.exists());
    }
}
