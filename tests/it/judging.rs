//! What the generic tier says, why, and how verdicts leave for training.

mod recall;

use crate::support::repo::Repo;
use crate::support::samples;
use crate::support::tool::stanch;

/// A repository with one random password and one plain word.
fn repo(secret: &str) -> Repo {
    let repo = Repo::new();
    let words = ["db_password = \"", secret, "\"\nadmin_password = \"fluffy\"\n"].concat();
    repo.write("settings.py", words);
    repo.commit("settings");
    repo
}

fn password(seed: u64) -> String {
    let mut random = stanch::rule::Generator::new(seed);
    String::from_utf8(random.matching("[a-z][A-Z][0-9][a-zA-Z0-9]{9}").unwrap()).unwrap()
}

#[test]
fn reasons_are_told_in_words_and_without_the_secret() {
    let secret = password(3);
    let repo = repo(&secret);
    let found = stanch(repo.path(), ["scan", "--worktree", "--format", "jsonl"]).code(1);
    let finding = found.findings().into_iter().find(|f| f["line"] == 1).unwrap();
    let print = finding["fingerprint"].as_str().unwrap();
    let out = stanch(repo.path(), ["explain", print, "--why"]).code(0).out;
    for part in ["speaks for it", "speaks against it", "score ", "generic-password"] {
        assert!(out.contains(part), "{part}: {out}");
    }
    assert!(!out.contains(&secret), "{out}");
    stanch(repo.path(), ["explain", "generic-password", "--why"]).code(2);
}

#[test]
fn an_exact_find_is_explained_by_what_was_proven() {
    let repo = Repo::new();
    repo.write("ci.sh", format!("TOKEN={}\n", samples::circleci(4)));
    repo.commit("ci");
    let found = stanch(repo.path(), ["scan", "--worktree", "--format", "jsonl"]).code(1);
    let print = found.findings()[0]["fingerprint"].as_str().unwrap().to_owned();
    let out = stanch(repo.path(), ["explain", &print, "--why"]).code(0).out;
    assert!(out.contains("no score is made"), "{out}");
}

#[test]
fn verdicts_leave_as_numbers() {
    let secret = password(5);
    let repo = repo(&secret);
    stanch(repo.path(), ["baseline", "create", "--reason", "test data"]).code(0);
    stanch(repo.path(), ["audit", "--export", "verdicts.jsonl"]).code(0);
    let text = std::fs::read_to_string(repo.path().join("verdicts.jsonl")).unwrap();
    let first: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!((&first["secret"], &first["class"]), (&false.into(), &"password".into()));
    assert!(first["traits"]["Length"].as_i64().unwrap() > 3);
    assert!(!text.contains(&secret) && !text.contains("settings"), "{text}");
}

#[test]
fn versions_and_paths_behind_a_variable_are_no_secrets() {
    let repo = Repo::new();
    let lines = [
        "  minipass: \"npm:^7.1.2\"",
        "\"getpass\": \">=0.1.1\",",
        "fs_pass = '~3.0.x'",
        "GIT_ASKPASS=\"$PWD/askpass\"",
    ];
    repo.write("all.txt", lines.join("\n"));
    repo.commit("all");
    let all = ["scan", "--worktree", "--min-confidence", "low"];
    stanch(repo.path(), all).code(0);
}
