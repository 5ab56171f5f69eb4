//! Every credential of CircleCI is found and labelled; what only looks like one is not.

use super::*;
use stanch::rule::{Rule, RuleSet};
use std::collections::BTreeSet;

const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// A file in which a sample of `rule` stands as it would in life.
fn file(rule: &Rule, seed: u64) -> String {
    let word = rule.near.first().map_or("x", |w| w);
    format!("# settings\n{word} = \"{}\"\nend\n", samples::token(&rule.id, seed))
}

fn write_all(repo: &Repo, rules: &[&Rule], seed: u64) {
    // Rules of one family would claim the same secret as one finding.
    for (at, rule) in rules.iter().enumerate() {
        repo.write(format!("{}.txt", rule.id), file(rule, seed * 1000 + at as u64));
    }
    repo.stage();
}

/// Rule and file of what was found, all of which must be labelled.
fn found(run: &Run) -> BTreeSet<(String, String)> {
    run.findings()
        .iter()
        .filter(|f| f["kind"] != "message")
        .map(|f| {
            assert_eq!(f["provider"], "circleci", "{f}");
            (f["rule_id"].as_str().unwrap().into(), f["path"].as_str().unwrap().into())
        })
        .collect()
}

#[test]
fn every_kind_is_found_when_staged_and_in_history() {
    let set = RuleSet::builtin();
    let rules: Vec<&Rule> = set.iter().filter(|r| r.provider == "circleci").collect();
    assert!(rules.len() >= 19, "{}", rules.len());
    let expected: BTreeSet<_> =
        rules.iter().map(|r| (r.id.to_string(), format!("{}.txt", r.id))).collect();
    for seed in [3, 5] {
        let repo = Repo::new();
        repo.write("README", "clean\n").stage().commit("first");
        write_all(&repo, &rules, seed);
        let low = ["--min-confidence", "low"];
        let hook = jsonl(repo.path(), &[&["hook", "pre-commit"], &low[..]].concat());
        assert_eq!(hook.code, 1);
        assert_eq!(found(&hook), expected);
        repo.commit("all kinds");
        for rule in &rules {
            repo.remove(&format!("{}.txt", rule.id));
        }
        repo.stage().commit("gone again");
        assert_eq!(jsonl(repo.path(), &["scan", "--worktree"]).code, 0);
        let history = jsonl(repo.path(), &[&["scan", "--history"], &low[..]].concat());
        assert_eq!(found(&history), expected);
        let range = jsonl(repo.path(), &[&["scan", "HEAD~2..HEAD"], &low[..]].concat());
        assert_eq!(found(&range), expected);
    }
}

#[test]
fn what_only_looks_like_one_is_not_found() {
    let mut random = stanch::rule::Generator::new(9);
    let digest = String::from_utf8(random.text(BASE64, 43)).unwrap();
    let mut hex = |n| String::from_utf8(random.text(b"0123456789abcdef", n)).unwrap();
    let pairs = |digits: &str| -> String {
        let two: Vec<&str> = (0..16).map(|i| &digits[2 * i..2 * i + 2]).collect();
        two.join(":")
    };
    let uuid = |d: &str| {
        format!("{}-{}-4{}-a{}-{}", &d[..8], &d[8..12], &d[13..16], &d[17..20], &d[20..32])
    };
    let text = [
        format!("image: cimg/base@sha256:{}", hex(64)),
        format!("  node: circleci/node@5.2.0 # sha256:{}", hex(64)),
        format!("CIRCLE_SHA1={}", hex(40)),
        format!("export CIRCLE_SHA1=\"{}\"", hex(40)),
        format!("uses: circleci/checkout@{}", hex(40)),
        format!("https://github.com/CircleCI-Public/orb/commit/{}", hex(40)),
        format!("circleci-commit: {}", hex(40)),
        format!("CIRCLE_WORKFLOW_ID={}", uuid(&hex(32))),
        format!("circleci project id {}", uuid(&hex(32))),
        format!("fingerprints: [\"{}\"]", pairs(&hex(32))),
        format!("add_ssh_keys: SHA256:{}", digest),
        format!("circleci-signature: v1={}", hex(64)),
        format!("circleci-signature: v1={},v2={}", hex(64), hex(64)),
    ];
    let repo = Repo::new();
    repo.write(".circleci/config.yml", text.join("\n")).stage().commit("clean");
    let run = jsonl(repo.path(), &["scan", "--min-confidence", "low"]);
    let ours: Vec<_> =
        run.findings().into_iter().filter(|f| f["provider"] == "circleci").collect();
    assert!(ours.is_empty(), "{ours:#?}");
    assert_eq!(jsonl(repo.path(), &["scan"]).code, 0, "{}", run.out);
}
