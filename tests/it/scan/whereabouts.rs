//! `stanch where`, with git as the oracle.

use super::*;

/// The fingerprint of the only finding.
fn print_of(repo: &Repo) -> String {
    let run = stanch(repo.path(), ["scan", "--format", "jsonl"]);
    let found: std::collections::BTreeSet<String> =
        run.findings().iter().map(|f| f["fingerprint"].as_str().unwrap().to_owned()).collect();
    assert_eq!(found.len(), 1, "{}", run.out);
    found.into_iter().next().unwrap()
}

fn where_is(repo: &Repo) -> Value {
    let run = stanch(repo.path(), ["where", "--json", &print_of(repo)]).code(0);
    serde_json::from_str(&run.out).unwrap()
}

/// Commits with clocks as told, in hours.
fn commit_at(repo: &Repo, hours: i64, message: &str) -> String {
    let date = format!("{} +0000", 1_700_000_000 + hours * 3600);
    let mut git = repo.git_command();
    git.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
    git.args(["commit", "-q", "--allow-empty", "-m", message]);
    assert!(git.status().unwrap().success());
    repo.git(["rev-parse", "HEAD"])
}

#[test]
fn from_first_to_last_day() {
    let repo = Repo::new();
    commit_at(&repo, 0, "zero");
    let first = commit_at(repo.write("a", planted(1)).stage(), 24, "brings it");
    commit_at(repo.write("a", format!("# more\n{}", planted(1))).stage(), 48, "edits");
    repo.git(["mv", "a", "b"]);
    let moved = commit_at(&repo, 72, "moves it");
    let removed = commit_at(repo.write("b", "clean\n").stage(), 96, "removes it");
    repo.git(["tag", "v1", "HEAD~1"]);
    repo.git(["update-ref", "refs/remotes/origin/main", "HEAD"]);
    let found = where_is(&repo);
    assert_eq!(found["introduced"]["commit"], first);
    assert_eq!(found["removed"]["commit"], removed);
    assert_eq!(
        (&found["at_head"], &found["exposed_seconds"]),
        (&false.into(), &(72 * 3600).into())
    );
    assert_eq!(found["commits"], 3);
    assert_eq!(found["paths"][0]["path"], "a");
    assert_eq!(
        (&found["paths"][1]["path"], &found["paths"][1]["introduced"]["commit"]),
        (&"b".into(), &moved.into())
    );
    assert_eq!(found["remotes"], serde_json::json!(["origin"]));
    let refs = found["refs"].as_array().unwrap();
    let at_tip = |name: &str| refs.iter().find(|r| r["name"] == name).unwrap()["at_tip"].clone();
    assert_eq!((at_tip("refs/heads/main"), at_tip("refs/tags/v1")), (false.into(), true.into()));
    let text = stanch(repo.path(), ["where", &print_of(&repo)[..8]]).code(0).out;
    assert!(
        text.contains("3 days") && text.contains("origin") && text.contains("brings it"),
        "{text}"
    );
    assert!(!text.contains(&samples::circleci(1)[10..]), "{text}");
}

/// A commit that was written first and came in last, as after a rebase.
#[test]
fn reports_tell_of_the_first_commit_not_of_the_first_author() {
    let repo = Repo::new();
    commit_at(repo.write("x", "x\n").stage(), 0, "base");
    let first = commit_at(repo.write("s", planted(1)).stage(), 50, "brings it");
    repo.write("s", format!("# more\n{}", planted(1))).stage();
    let mut git = repo.git_command();
    git.env("GIT_AUTHOR_DATE", "1700000100 +0000").env("GIT_COMMITTER_DATE", "1800000000 +0000");
    assert!(git.args(["commit", "-q", "-m", "written earlier"]).status().unwrap().success());
    for scan in ["--no-cache", "--reachable"] {
        let run = stanch(repo.path(), ["scan", "--history", scan, "--format", "jsonl"]);
        let place = &run.findings()[0];
        assert_eq!((&place["subject"], &place["order"]), (&"brings it".into(), &1.into()));
    }
    assert_eq!(where_is(&repo)["introduced"]["commit"], first);
}

/// Two branches that merge one another, with clocks that run backwards.
#[test]
fn criss_cross_with_skewed_clocks() {
    let repo = Repo::new();
    let base = commit_at(repo.write("x", "x\n").stage(), 500, "base");
    let first = commit_at(repo.write("s", planted(1)).stage(), 300, "brings it");
    repo.git(["checkout", "-q", "-b", "side", &base]);
    commit_at(repo.write("y", "y\n").stage(), 200, "beside");
    repo.git(["merge", "-q", "--no-edit", "main"]);
    repo.git(["checkout", "-q", "main"]);
    repo.git(["merge", "-q", "--no-edit", "side~1"]);
    repo.git(["merge", "-q", "--no-edit", "side"]);
    commit_at(repo.write("t/s", planted(1)).stage(), 100, "copies it");
    let found = where_is(&repo);
    assert_eq!(found["introduced"]["commit"], first);
    let blob = repo.git(["rev-parse", "HEAD:s"]);
    let object = format!("--find-object={blob}");
    let log =
        repo.git(["log", "--all", "--reverse", "--topo-order", "--format=%H", &object, "--", "s"]);
    assert_eq!(log.lines().next(), Some(&*first));
    assert_eq!((&found["at_head"], &found["removed"]), (&true.into(), &Value::Null));
    let carrying =
        repo.git(["rev-list", "--all", "--count", "--ancestry-path", &format!("{first}..")]);
    let carrying: u64 = carrying.parse().unwrap();
    assert_eq!(found["commits"].as_u64(), Some(carrying + 1));
}

#[test]
fn a_secret_that_only_a_merge_brought_and_one_that_no_commit_has() {
    let repo = Repo::new();
    repo.write("x", "1\n").stage().commit("base");
    repo.git(["checkout", "-q", "-b", "side"]);
    repo.write("y", "1\n").stage().commit("side");
    repo.git(["checkout", "-q", "main"]);
    repo.git(["merge", "-q", "--no-ff", "--no-commit", "side"]);
    let merge = repo.write("m", planted(1)).stage().commit("evil merge");
    assert_eq!(where_is(&repo)["introduced"]["commit"], merge);
    let repo = Repo::new();
    repo.commit("empty");
    repo.write("only", planted(2));
    let found = where_is(&repo);
    assert_eq!((&found["commits"], &found["introduced"]), (&0.into(), &Value::Null));
    assert_eq!(found["also_in"], serde_json::json!(["the work tree: only:1"]));
}

#[test]
fn a_fingerprint_that_is_none_or_nowhere() {
    let repo = leaky();
    assert!(stanch(repo.path(), ["where", "zz"]).code(2).err.contains("hexadecimal"));
    assert!(
        stanch(repo.path(), ["where", "0123456789abcdef"]).code(2).err.contains("stanch scan")
    );
}
