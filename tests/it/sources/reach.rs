//! Where a blob stands, and who brought it in.

use super::collect::at;
use super::history::lived_in;
use crate::support::repo::Repo;
use stanch::model::{ObjectId, Reach};
use stanch::source::{Site, attribute};

fn id(repo: &Repo, rev: &str) -> ObjectId {
    ObjectId::from_hex(repo.git(["rev-parse", rev]).as_bytes()).unwrap()
}

fn sites(repo: &Repo, id: ObjectId) -> Vec<Site> {
    attribute(&at(repo), &[id]).unwrap().remove(&id).unwrap()
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
