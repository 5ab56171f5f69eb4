//! Where a blob stands, and who brought it in.

use super::collect::at;
use super::history::lived_in;
use crate::support::repo::Repo;
use stanch::model::{Budget, ObjectId, Reach};
use stanch::source::{Site, attribute};
use std::collections::HashMap;

fn id(repo: &Repo, rev: &str) -> ObjectId {
    ObjectId::from_hex(repo.git(["rev-parse", rev]).as_bytes()).unwrap()
}

fn sites(repo: &Repo, id: ObjectId) -> Vec<Site> {
    attribute(&at(repo), &[id], &Budget::default()).unwrap().of.remove(&id).unwrap()
}

#[test]
fn head_ref_reflog_and_unreachable() {
    let repo = lived_in();
    let reach = |rev: &str| sites(&repo, id(&repo, rev))[0].reach;
    assert_eq!(reach("HEAD:evil"), Reach::Head);
    assert_eq!(reach("side:a"), Reach::Head);
    assert_eq!(reach("stash:a"), Reach::Ref);
    let gone = repo.git(["log", "-g", "-1", "--format=%H", "--grep-reflog=commit: gone"]);
    assert_eq!(reach(&format!("{gone}:g")), Reach::Reflog);
    repo.write("x", "only staged\n");
    let staged = ObjectId::from_hex(repo.git(["hash-object", "x"]).as_bytes()).unwrap();
    let left = sites(&repo, staged);
    assert_eq!((left.len(), left[0].reach, left[0].path.clone()), (1, Reach::Unreachable, None));
}

#[test]
fn the_first_commit_of_each_path_is_named() {
    let repo = Repo::new();
    repo.write("a/x", "secret").stage();
    repo.git(["commit", "-q", "-m", "brings it\n\nmore", "--author", "Bob <bob@example.org>"]);
    let first = id(&repo, "HEAD");
    repo.write("b/x", "secret").stage().commit("copies it");
    repo.remove("a/x").stage().commit("removes one");
    let found = sites(&repo, id(&repo, "HEAD:b/x"));
    let shown: Vec<_> = found.iter().map(|s| (s.path.clone().unwrap(), s.reach)).collect();
    assert_eq!(shown, [(b"b/x".to_vec(), Reach::Head), (b"a/x".to_vec(), Reach::Ref)]);
    let who = found[1].introduced.as_ref().unwrap();
    assert_eq!((who.commit, who.summary.as_slice()), (first, b"brings it".as_slice()));
    assert_eq!(who.author, b"Bob <bob@example.org>");
    assert_eq!(found[0].introduced.as_ref().unwrap().summary, b"copies it");
}

#[test]
fn tags_of_blobs_and_dropped_stashes() {
    let repo = lived_in();
    repo.write("t", "tagged").git(["hash-object", "-w", "t"]);
    let blob = repo.git(["hash-object", "t"]);
    repo.git(["tag", "blob", &blob]);
    assert_eq!(sites(&repo, id(&repo, "blob"))[0].reach, Reach::Ref);
    repo.remove("t").write("a", "second stash\n").git(["stash", "-q"]);
    assert_eq!(sites(&repo, id(&repo, "stash@{1}:a"))[0].reach, Reach::Reflog);
}

/// What git says of `blob` at `path` in a repository with these diffs: the commits that have it
/// there and whose parents all lack it.
fn introducers(repo: &std::path::Path) -> HashMap<(String, String), Vec<String>> {
    let mut git = crate::support::repo::git_in(repo);
    // One record a parent; a commit of two parents brings in what differs from both.
    git.args(["log", "--all", "--reflog", "-m", "--raw", "-z", "--no-renames", "--no-abbrev"]);
    let out = git.args(["--root", "--format=%x01%H %P%x00"]).output().unwrap();
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let mut seen: HashMap<(String, String, String), usize> = HashMap::new();
    let mut parents: HashMap<String, usize> = HashMap::new();
    let mut commit = String::new();
    let mut words = text.split('\0').map(|w| w.trim_start_matches('\n'));
    while let Some(word) = words.next() {
        if let Some(head) = word.strip_prefix('\u{1}') {
            let ids: Vec<&str> = head.split_whitespace().collect();
            commit = ids[0].to_owned();
            parents.insert(commit.clone(), (ids.len() - 1).max(1));
        } else if word.starts_with(':') {
            let blob = word.split(' ').nth(3).unwrap().to_owned();
            let path = words.next().unwrap().to_owned();
            *seen.entry((commit.clone(), blob, path)).or_default() += 1;
        }
    }
    let mut all: HashMap<(String, String), Vec<String>> = HashMap::new();
    for ((commit, blob, path), count) in seen {
        if parents[&commit] == count {
            all.entry((blob, path)).or_default().push(commit);
        }
    }
    all
}

/// Asks for `count` blobs of the repository at `path` and compares each path's first commit with
/// git: it brings the blob in there, and no commit before it does.
#[track_caller]
fn compare_with_git(path: &std::path::Path, count: usize) -> usize {
    let git = introducers(path);
    let mut blobs: Vec<&String> =
        git.keys().map(|(blob, _)| blob).filter(|b| !b.starts_with("0000000")).collect();
    blobs.sort();
    blobs.dedup();
    let step = (blobs.len() / count).max(1);
    let wanted: Vec<ObjectId> =
        blobs.iter().step_by(step).filter_map(|b| ObjectId::from_hex(b.as_bytes())).collect();
    let found = attribute(&stanch::git::Where::path(path), &wanted, &Budget::default()).unwrap();
    let mut compared = 0;
    for (blob, sites) in &found.of {
        for site in sites {
            let (Some(at), Some(who)) = (&site.path, &site.introduced) else { continue };
            let key = (blob.to_string(), String::from_utf8_lossy(at).into_owned());
            let all = git.get(&key).unwrap_or_else(|| panic!("git knows no {key:?}"));
            let ours = who.commit.to_string();
            assert!(all.contains(&ours), "{key:?}: {ours} does not bring it in");
            for other in all.iter().filter(|c| **c != ours) {
                let mut git = crate::support::repo::git_in(path);
                let before = git.args(["merge-base", "--is-ancestor", other, &ours]).status();
                assert!(!before.unwrap().success(), "{key:?}: {other} is before {ours}");
            }
            compared += 1;
        }
        let of_git = git.keys().filter(|(b, _)| *b == blob.to_string()).count();
        let of_ours = sites.iter().filter(|s| s.path.is_some()).count();
        assert_eq!(of_ours, of_git, "paths of {blob}");
    }
    compared
}

#[test]
fn first_commits_are_those_of_git() {
    let repo = Repo::new();
    repo.write("a", "1").write("d/b", "1").stage().commit("one");
    repo.git(["checkout", "-q", "-b", "side"]);
    repo.write("d/b", "2").write("e/f/g", "3").stage().commit("two");
    repo.git(["checkout", "-q", "main"]);
    repo.write("a", "2").write("h", "3").stage().commit("three");
    repo.git(["merge", "-q", "--no-edit", "side"]);
    repo.git(["mv", "e", "moved"]);
    repo.stage().commit("four");
    repo.remove("a").write("a2", "1").stage().commit("five");
    repo.write("a", "1").stage().commit("six");
    assert_eq!(compare_with_git(repo.path(), 100), 8);
    repo.git(["repack", "-q", "-adf"]);
    assert_eq!(compare_with_git(repo.path(), 100), 8);
}

/// `STANCH_BENCH_REPO=redis.git cargo test --test it first_commits_of_a_large -- --ignored`
#[test]
#[ignore = "needs a large repository"]
fn first_commits_of_a_large_repository() {
    let path = std::env::var("STANCH_BENCH_REPO").unwrap();
    println!("{} places compared", compare_with_git(path.as_ref(), 200));
}
