//! What a repository says about itself counts, unless `--untrusted` is given.

use super::*;

#[track_caller]
fn hidden_by(repo: &Repo, by: &str) {
    let run = jsonl(repo.path(), &["scan", "--worktree"]);
    assert_eq!(run.code, 0, "{}", run.out);
    let hidden = run.findings();
    assert!(!hidden.is_empty() && hidden.iter().all(|f| f["suppressed_by"] == by), "{hidden:#?}");
    let run = jsonl(repo.path(), &["scan", "--worktree", "--untrusted"]);
    assert_eq!(run.code, 1, "{}", run.out);
}

#[test]
fn a_comment_is_ignored_in_an_untrusted_repository() {
    let repo = Repo::new();
    let comment = "# stanch:allow circleci-personal-token -- revoked";
    repo.write("a", format!("{} {comment}\n", planted(1).trim())).stage();
    hidden_by(&repo, "stanch:allow");
}

#[test]
fn a_configuration_is_ignored_in_an_untrusted_repository() {
    let repo = leaky();
    repo.write(".stanch.toml", "[[allow]]\npath = 'a'\nreason = 'sample'\n").stage();
    hidden_by(&repo, "config");
    repo.write(".stanch.toml", "[paths]\nexclude = ['a']\n");
    hidden_by(&repo, "config");
    repo.write(".stanch.toml", "[rules]\ndisable = ['circleci-personal-token']\n");
    let rule = "circleci-personal-token".to_owned();
    assert!(!jsonl(repo.path(), &["scan"]).rules().contains(&rule));
    assert!(jsonl(repo.path(), &["scan", "--untrusted"]).rules().contains(&rule));
    repo.write(".stanch.toml", "broken = = 1");
    assert_eq!(jsonl(repo.path(), &["scan", "--untrusted"]).code, 1, "not even read");
}

#[test]
fn a_baseline_is_ignored_in_an_untrusted_repository() {
    let repo = leaky();
    stanch(repo.path(), ["baseline", "create", "--reason", "known"]).code(0);
    hidden_by(&repo, "baseline");
}
