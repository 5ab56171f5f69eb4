//! Settings of a received repository that say that its files are elsewhere.

use crate::support::repo::Repo;
use crate::support::samples::circleci;
use crate::support::tool::stanch;

#[test]
fn no_setting_hides_the_files_beside_it() {
    let elsewhere = Repo::plain();
    elsewhere.write("other", "words\n");
    let away = elsewhere.path().to_str().unwrap();
    let settings =
        [&["core.bare", "true"], &["core.worktree", away], &["core.worktree", "/nonexistent/x"]];
    for format in ["sha1", "sha256"] {
        for setting in settings {
            let repo = Repo::plain();
            repo.git(["init", "-q", "-b", "main", &format!("--object-format={format}"), "."]);
            repo.write("a", "words\n").stage().commit("one");
            repo.write("key.env", format!("TOKEN={}\n", circleci(1)));
            repo.write("tracked", circleci(2)).git(["add", "tracked"]);
            repo.write(".gitignore", "tracked\n");
            repo.git([&["config"], &setting[..]].concat());
            for args in [&["."][..], &["--worktree"], &[]] {
                let args = [&["scan", "--format", "jsonl"], args].concat();
                let run = stanch(repo.path(), &args);
                let told = format!("{setting:?} {args:?}: {}{}", run.out, run.err);
                assert!(matches!(run.code, 1..=3), "{told}");
                if run.code != 2 {
                    assert!(run.out.contains("key.env"), "{told}");
                    assert!(run.out.contains("tracked"), "{told}");
                }
            }
        }
    }
}

/// A bare repository inside of a work tree is not that work tree.
#[test]
fn a_bare_repository_among_files_stays_bare() {
    let repo = Repo::new();
    repo.write("key.env", circleci(1)).stage().commit("one");
    let bare = repo.path().join("copy.git");
    repo.git(["init", "-q", "--bare", "-b", "main", bare.to_str().unwrap()]);
    let run = stanch(repo.path(), ["scan", "copy.git", "--format", "jsonl"]).code(0);
    assert_eq!(run.findings().len(), 0);
}
