//! What is lost in one place and can be read in another; and what a change removes and is still there.

use crate::support::repo::Repo;
use crate::support::samples::circleci;
use crate::support::tool::{Run, stanch};

fn scan(repo: &Repo, args: &[&str]) -> Run {
    stanch(repo.path(), [&["scan", "--format", "jsonl"], args].concat())
}

/// A repository with a secret in its newest commit, and the loose file of that blob.
fn leaky() -> (Repo, std::path::PathBuf) {
    let repo = Repo::new();
    repo.write("a.env", "A=1\n").stage().commit("one");
    repo.write("d/b.env", format!("T={}\n", circleci(1))).stage().commit("two");
    let id = repo.git(["rev-parse", "HEAD:d/b.env"]);
    let (folder, file) = id.split_at(2);
    let loose = repo.path().join(".git/objects").join(folder).join(file);
    (repo, loose)
}

#[test]
fn what_the_store_lacks_is_read_in_the_work_tree_and_stays_a_gap() {
    for damage in ["gone", "swapped", "cut"] {
        let (repo, loose) = leaky();
        let bytes = std::fs::read(&loose).unwrap();
        std::fs::remove_file(&loose).unwrap();
        match damage {
            "swapped" => {
                let other = repo.git(["rev-parse", "HEAD:a.env"]);
                let (folder, file) = other.split_at(2);
                let other = repo.path().join(".git/objects").join(folder).join(file);
                std::fs::copy(other, &loose).unwrap();
            }
            "cut" => std::fs::write(&loose, &bytes[..bytes.len() / 2]).unwrap(),
            _ => {}
        }
        let run = scan(&repo, &["--history"]).code(1);
        assert_eq!(run.findings()[0]["path"], "d/b.env", "{damage}");
        assert_eq!(run.summary()["complete"], false, "{damage}");
        // A file that is something else by now says nothing of what is lost.
        repo.write("d/b.env", format!("T={} \n", circleci(2)));
        assert!(scan(&repo, &["--history"]).code(3).findings().is_empty(), "{damage}");
    }
}

#[cfg(unix)]
#[test]
fn no_link_leads_out_of_the_work_tree_then() {
    let (repo, loose) = leaky();
    std::fs::remove_file(loose).unwrap();
    let outside = repo.beside("outside");
    std::fs::rename(repo.path().join("d"), &outside).unwrap();
    std::os::unix::fs::symlink(&outside, repo.path().join("d")).unwrap();
    assert!(scan(&repo, &["--history"]).code(3).findings().is_empty());
}

#[test]
fn a_range_whose_beginning_is_not_here_takes_all_and_says_so() {
    let (repo, _) = leaky();
    let gone = "de".repeat(20);
    for range in [format!("{gone}..HEAD"), format!("{gone}...HEAD"), format!("^{gone} HEAD")] {
        let run = scan(&repo, &["--range", &range]).code(1);
        assert_eq!(run.findings()[0]["path"], "d/b.env", "{range}");
        assert!(run.summary()["ledger"]["skipped"].to_string().contains(&gone), "{range}");
        assert_eq!(run.summary()["complete"], false, "{range}");
    }
    let clean = Repo::new();
    clean.write("a", "1").stage().commit("one");
    scan(&clean, &["--range", &format!("{gone}..HEAD")]).code(3);
    // A word is a mistake, and so is an end that is not here.
    scan(&repo, &["--range", "deadbeef..HEAD"]).code(2);
    scan(&repo, &["--range", &format!("HEAD..{gone}")]).code(2);
}

#[test]
fn a_shallow_clone_without_the_beginning_is_read_to_its_border() {
    let (repo, _) = leaky();
    repo.write("c", "3").stage().commit("three");
    let base = repo.git(["rev-parse", "HEAD~2"]);
    let clone = repo.beside("shallow");
    let url = format!("file://{}", repo.path().display());
    repo.git(["clone", "-q", "--depth=2", &url, clone.to_str().unwrap()]);
    let range = format!("{base}..HEAD");
    let run = stanch(&clone, ["scan", "--format", "jsonl", "--range", &range]).code(1);
    assert_eq!(run.findings()[0]["path"], "d/b.env");
    assert_eq!(run.summary()["ledger"]["skipped"][0]["reason"], "shallow");
}

/// What is staged to go is still there, in HEAD and for everybody who has it.
#[test]
fn a_secret_that_is_staged_to_go_is_not_old_news_to_a_whole_scan() {
    let (repo, _) = leaky();
    repo.git(["rm", "-q", "d/b.env"]);
    for args in [&[][..], &["--recurse-submodules"], &["--history"]] {
        assert_eq!(scan(&repo, args).code(1).findings()[0]["path"], "d/b.env", "{args:?}");
    }
}
