//! `stanch baseline`: what was looked at is filed away, and only that.

use super::*;
use std::fs;

const FILE: &str = ".stanch-baseline.toml";

#[test]
fn create_scan_update_prune() {
    let repo = leaky();
    let made = stanch(repo.path(), ["baseline", "create", "--reason", "revoked"]).code(0);
    assert!(made.err.contains("added 1 entries"), "{}", made.err);
    assert_eq!(jsonl(repo.path(), &["scan"]).code, 0);
    repo.write("b", planted(2)).stage().commit("second");
    let run = jsonl(repo.path(), &["scan"]);
    assert_eq!(run.code, 1);
    let open: Vec<_> = run.findings().into_iter().filter(|f| f["status"] == "open").collect();
    assert!(open.iter().all(|f| f["path"] == "b"), "{open:#?}");
    let more = stanch(repo.path(), ["baseline", "update", "--reason", "test data"]).code(0);
    assert!(more.err.contains("added 1 entries, 2 in"), "{}", more.err);
    assert_eq!(jsonl(repo.path(), &["scan"]).code, 0);
    let shown = stanch(repo.path(), ["baseline", "show"]).code(0).out;
    assert!(shown.contains("revoked") && shown.contains("test data"), "{shown}");
    assert!(!shown.contains(&samples::circleci(1)));
}

#[test]
fn an_unchanged_update_rewrites_no_byte() {
    let repo = leaky();
    stanch(repo.path(), ["baseline", "create"]).code(0);
    let file = repo.path().join(FILE);
    let by_hand = format!("# by hand\n{}", fs::read_to_string(&file).unwrap());
    fs::write(&file, &by_hand).unwrap();
    let before = fs::metadata(&file).unwrap().modified().unwrap();
    stanch(repo.path(), ["baseline", "update", "--reason", "other"]).code(0);
    stanch(repo.path(), ["baseline", "prune"]).code(0);
    assert_eq!(fs::read_to_string(&file).unwrap(), by_hand);
    assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), before);
}

#[test]
fn prune_drops_what_is_gone_for_good() {
    let repo = Repo::new();
    repo.write("a", planted(1)).write("b", planted(2));
    stanch(repo.path(), ["baseline", "create", "--reason", "x"]).code(0);
    repo.write("b", "clean\n");
    let dry = stanch(repo.path(), ["baseline", "prune", "--dry-run"]).code(0);
    assert!(dry.err.contains("1 entries would be dropped, 1 stay"), "{}", dry.err);
    let done = stanch(repo.path(), ["baseline", "prune"]).code(0);
    assert!(done.err.contains("1 entries dropped, 1 stay"), "{}", done.err);
    assert!(done.out.contains("b") && done.out.lines().count() == 1, "{}", done.out);
    assert_eq!(jsonl(repo.path(), &["scan"]).code, 0);
    repo.write("b", planted(2));
    assert_eq!(jsonl(repo.path(), &["scan"]).code, 1);
}

#[test]
fn prune_keeps_what_history_still_holds() {
    let repo = leaky();
    stanch(repo.path(), ["baseline", "create", "--reason", "x"]).code(0);
    repo.write("a", "clean\n").stage().commit("removed");
    let done = stanch(repo.path(), ["baseline", "prune"]).code(0);
    assert!(done.err.contains("0 entries dropped, 1 stay"), "{}", done.err);
}

#[test]
fn prune_refuses_what_it_cannot_see_in_full() {
    let repo = leaky();
    repo.write("a", "clean\n").stage().commit("second");
    let clone = repo.beside("shallow");
    let url = format!("file://{}", repo.path().display());
    repo.git(["clone", "-q", "--depth", "1", &url, clone.to_str().unwrap()]);
    stanch(repo.path(), ["baseline", "create", "--reason", "x"]).code(0);
    let text = fs::read(repo.path().join(FILE)).unwrap();
    fs::write(clone.join(FILE), &text).unwrap();
    stanch(&clone, ["baseline", "prune"]).code(2);
    assert_eq!(fs::read(clone.join(FILE)).unwrap(), text);
}

#[test]
fn it_works_from_a_folder_inside_and_with_another_file() {
    let repo = leaky();
    repo.write("sub/x", "");
    let inside = repo.path().join("sub");
    stanch(&inside, ["baseline", "create", "--reason", "x"]).code(0);
    assert!(repo.path().join(FILE).exists());
    assert_eq!(jsonl(repo.path(), &["scan"]).code, 0);
    stanch(repo.path(), ["baseline", "create", "--baseline", "other.toml"]).code(0);
    let other = fs::read_to_string(repo.path().join("other.toml")).unwrap();
    assert_eq!(other.matches("[[finding]]").count(), 1, "made as if there were no other: {other}");
    fs::remove_file(repo.path().join(FILE)).unwrap();
    assert_eq!(jsonl(repo.path(), &["scan"]).code, 1);
    assert_eq!(jsonl(repo.path(), &["scan", "--baseline", "other.toml"]).code, 0);
}
