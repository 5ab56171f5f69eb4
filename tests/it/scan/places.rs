//! All the things that a WHERE may be, and odd names.

use super::*;
use crate::support::tool::stanch_with;

const ODD: &[u8] = b"new\nline \xff\x1b[31m";

#[test]
fn a_path_of_any_bytes_is_found_and_told() {
    let repo = Repo::new();
    repo.write(ODD, planted(1)).stage().commit("odd");
    let shown = data_encoding::BASE64.encode(ODD);
    for part in [&["scan"][..], &["scan", "--history"], &["scan", "--worktree"]] {
        let run = jsonl(repo.path(), part);
        assert_eq!(run.code, 1);
        let found = run.findings();
        assert!(found.iter().all(|f| f["path_base64"] == *shown), "{found:#?}");
    }
    for format in ["text", "json", "sarif"] {
        let run = stanch(repo.path(), ["scan", "--format", format]).code(1);
        assert!(!run.out.contains('\u{1b}') && !run.err.contains('\u{1b}'), "{format}");
    }
}

#[test]
fn a_linked_work_tree() {
    let repo = leaky();
    let linked = repo.beside("linked");
    repo.git(["worktree", "add", "-q", linked.to_str().unwrap()]);
    std::fs::write(linked.join("b"), planted(2)).unwrap();
    assert_eq!(paths(&jsonl(&linked, &["scan"])), ["a", "b"]);
    assert_eq!(paths(&jsonl(&linked, &["scan", "--worktree"])), ["a", "b"]);
    assert_eq!(paths(&jsonl(repo.path(), &["scan"])), ["a"]);
    assert_eq!(paths(&jsonl(&linked, &["scan", "--history"])), ["a"]);
}

#[test]
fn a_bare_repository() {
    let repo = leaky();
    repo.remove("a").stage().commit("gone");
    let bare = repo.beside("bare.git");
    repo.git(["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    assert_eq!(paths(&jsonl(&bare, &["scan"])), ["a"]);
    assert_eq!(paths(&jsonl(repo.path(), &["scan", bare.to_str().unwrap()])), ["a"]);
    assert_eq!(jsonl(&bare, &["scan", "--worktree"]).code, 0);
}

#[test]
fn standard_input() {
    let plain = Repo::plain();
    let args = ["scan", "-", "--format", "jsonl"];
    let run = stanch_with(plain.path(), args, planted(1).as_bytes(), &[]).code(1);
    assert_eq!(run.findings()[0]["kind"], "stdin");
    let run = stanch_with(plain.path(), args, b"", &[]).code(0);
    assert_eq!(run.summary()["ledger"]["counts"]["files"]["scanned"], 1);
    let wide: Vec<u8> = planted(1).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let run = stanch_with(plain.path(), args, &[b"\xff\xfe", &wide[..]].concat(), &[]).code(1);
    assert_eq!(run.findings()[0]["decoded"][0], "utf-16le");
}

#[test]
fn several_places_at_once() {
    let (one, two) = (leaky(), Repo::plain());
    two.write("dir/b", planted(2)).write("c", planted(3)).write("d", planted(4));
    let dir = two.path().join("dir");
    let file = two.path().join("c");
    let args =
        ["scan", one.path().to_str().unwrap(), dir.to_str().unwrap(), file.to_str().unwrap()];
    let run = jsonl(two.path(), &args);
    let names: Vec<String> =
        paths(&run).iter().map(|p| p.rsplit('/').next().unwrap().to_owned()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(["a", "b", "c"].iter().all(|n| names.iter().any(|m| m == n)), "{names:?}");
}

#[test]
fn a_folder_without_git_and_one_inside_a_repository() {
    let plain = Repo::plain();
    plain.write("x/y", planted(1));
    assert_eq!(jsonl(plain.path(), &["scan"]).findings().len(), 1);
    let repo = leaky();
    repo.write("sub/b", planted(2)).stage().commit("second");
    assert_eq!(jsonl(repo.path(), &["scan", "sub"]).findings().len(), 1);
    assert_eq!(jsonl(&repo.path().join("sub"), &["scan"]).findings().len(), 2, "the repository");
}

#[test]
fn what_is_staged_and_what_a_range_adds() {
    let repo = leaky();
    repo.write("b", planted(2)).stage().commit("second");
    repo.write("b", "clean\n").stage().commit("third");
    repo.write("c", planted(3)).stage().write("c", "clean\n");
    assert_eq!(paths(&jsonl(repo.path(), &["scan", "--staged"])), ["c"]);
    assert_eq!(paths(&jsonl(repo.path(), &["scan", "HEAD~2..HEAD"])), ["b"]);
    assert_eq!(paths(&jsonl(repo.path(), &["scan", "--range", "HEAD ^HEAD~2"])), ["b"]);
    assert_eq!(jsonl(repo.path(), &["scan", "HEAD~1..HEAD"]).code, 0);
    assert_eq!(paths(&jsonl(repo.path(), &["scan", "--worktree"])), ["a"]);
    assert_eq!(paths(&jsonl(repo.path(), &["scan"])), ["a", "b", "c"]);
}

/// However the store is packed and read.
#[test]
fn messages_are_told_of_in_one_order() {
    let repo = Repo::new();
    for n in 0..12 {
        repo.commit(&format!("change {n}: {}", samples::circleci(1)));
    }
    let told = || {
        let args = ["scan", "--history", "--no-cache", "--format", "jsonl"];
        let found = stanch(repo.path(), args).findings();
        found.iter().map(|f| f["commit"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let loose = told();
    assert_eq!(loose.len(), 12);
    repo.git(["repack", "-q", "-ad"]);
    assert_eq!(told(), loose);
}
