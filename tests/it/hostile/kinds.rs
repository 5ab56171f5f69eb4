//! Where else a secret can lie: names of refs, wide text amid bytes, beyond the longest path,
//! behind holes, in the repository's own settings.

use crate::support::repo::{Repo, git_in};
use crate::support::samples::circleci;
use crate::support::tool::{Run, stanch, stanch_with};
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};

fn jsonl(repo: &Repo, args: &[&str]) -> Run {
    stanch(repo.path(), [&["scan", "--format", "jsonl"], args].concat())
}

#[test]
fn the_name_of_a_ref_is_read_and_masked() {
    let repo = Repo::new();
    repo.write("f", "x").stage().commit("c");
    let secret = circleci(1);
    repo.git(["branch", &format!("try-{secret}")]);
    for args in [&["--history"][..], &["--history", "--reachable"]] {
        assert_eq!(jsonl(&repo, args).code(1).findings().len(), 1);
    }
    let text = stanch(repo.path(), ["scan", "--history"]).code(1);
    assert!(!text.out.contains(&secret) && !text.err.contains(&secret));
}

#[test]
fn the_name_that_a_ref_gets_elsewhere_is_read() {
    let repo = Repo::new();
    let id = repo.write("f", "x").stage().commit("c");
    let (zero, secret) = ("0".repeat(40), circleci(2));
    let line = format!("HEAD {id} refs/heads/{secret} {zero}\n");
    let push = ["hook", "pre-push", "origin", "file:///nowhere"];
    stanch_with(repo.path(), push, line.as_bytes(), &[]).code(1);
    // A ref that is deleted has that name already.
    let line = format!("(delete) {zero} refs/heads/{secret} {id}\n");
    stanch_with(repo.path(), push, line.as_bytes(), &[]).code(0);
    let bare = Repo::bare();
    let object = bare.path().join("objects");
    git_in(repo.path())
        .args(["push", "-q"])
        .arg(bare.path())
        .arg("HEAD:refs/heads/main")
        .status()
        .unwrap();
    assert!(object.is_dir());
    let line = format!("{zero} {id} refs/heads/{secret}\n");
    stanch_with(bare.path(), ["hook", "pre-receive"], line.as_bytes(), &[]).code(1);
}

#[test]
fn wide_text_amid_bytes_is_read_everywhere() {
    let repo = Repo::new();
    for (n, big) in [(3, false), (4, true)] {
        let text = format!("\nkey = {}\n", circleci(n));
        let wide: Vec<u8> = text
            .encode_utf16()
            .flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() })
            .collect();
        let bytes = [b"MZ\x90\n".to_vec(), vec![0; 101], wide, vec![0xff; 9]].concat();
        repo.write(format!("{n}.bin"), bytes);
    }
    repo.stage();
    for args in [&["--staged"][..], &["--worktree"]] {
        let found = jsonl(&repo, args).code(1).findings();
        let lines: Vec<_> = found.iter().map(|f| f["line"].as_u64()).collect();
        assert_eq!(lines, [Some(3), Some(3)], "{args:?}");
    }
    repo.commit("c");
    assert_eq!(jsonl(&repo, &["--history"]).code(1).findings().len(), 2);
}

#[test]
fn a_file_beyond_the_longest_path_is_read() {
    let repo = Repo::plain();
    let mut folder = repo.path().to_owned();
    // The first part is short enough to be made at once; the rest is moved below it.
    for part in 0..6 {
        let deep = repo.beside(&format!("part{part}"));
        std::fs::create_dir_all(deep.join("d/".repeat(400))).unwrap();
        let bottom = std::path::PathBuf::from("d/".repeat(400));
        if part == 0 {
            std::fs::write(deep.join(&bottom).join("f.env"), circleci(5)).unwrap();
        } else {
            let last = repo.beside(&format!("part{}", part - 1));
            std::fs::rename(last, deep.join(&bottom).join("e")).unwrap();
        }
        folder = deep;
    }
    std::fs::rename(folder, repo.path().join("top")).unwrap();
    let found = jsonl(&repo, &["."]).code(1).findings();
    assert!(found[0]["path"].as_str().unwrap().ends_with("/d/f.env"));
}

#[test]
fn what_stands_behind_a_hole_is_read() {
    let repo = Repo::plain();
    let mut file = File::create(repo.path().join("hole")).unwrap();
    file.write_all(b"one\ntwo\n").unwrap();
    file.seek(SeekFrom::Start(48 << 20)).unwrap();
    file.write_all(format!("\nk = {}\n", circleci(6)).as_bytes()).unwrap();
    let found = jsonl(&repo, &["--memory", "16M", "."]).code(1).findings();
    assert_eq!((found.len(), found[0]["line"].as_u64()), (1, Some(4)));
    assert_eq!(found[0]["column"].as_u64(), Some(5));
}

#[test]
fn a_credential_in_the_url_of_a_remote_is_told() {
    let repo = Repo::new();
    repo.write("f", "x").stage().commit("c");
    jsonl(&repo, &["--worktree"]).code(0);
    let secret = circleci(7);
    repo.git(["remote", "add", "o", &format!("https://me:{secret}@git.acme.test/r.git")]);
    let found = jsonl(&repo, &["--worktree"]).code(1).findings();
    assert_eq!(found[0]["path"], ".git/config");
    // What a CI system puts there ends with the job.
    let job = format!("https://gitlab-ci-token:{secret}@git.acme.test/r.git");
    repo.git(["remote", "set-url", "o", &job]);
    jsonl(&repo, &["--worktree"]).code(0);
}
