//! `stanch ci` from end to end: real repositories, variables as the systems set them.

use super::Clone;
use crate::support::repo::{Repo, git_in};
use crate::support::samples;
use crate::support::tool::{Run, stanch_with};
use serde_json::{Value, json};
use std::fs;

fn ci(repo: &Repo, args: &[&str], env: &[(&str, &str)]) -> Run {
    let all: Vec<&str> = ["ci"].iter().chain(args).copied().collect();
    stanch_with(repo.path(), all, b"", env)
}

/// A clone with a secret that `t3` adds and `t4` takes away again.
fn leaking() -> (Clone, String) {
    let mut clone = Clone::new();
    let secret = samples::circleci(1);
    clone.repo.git(["checkout", "-q", "--detach", &clone.ids["t2"]]);
    clone.ids.insert("t3", clone.repo.write("leak.env", &secret).stage().commit("t3"));
    clone.repo.remove("leak.env");
    clone.ids.insert("t4", clone.repo.stage().commit("t4"));
    (clone, secret)
}

#[test]
fn circleci_gets_junit_and_artifacts() {
    let (clone, secret) = leaking();
    let (base, head) = (clone.ids["t2"].as_str(), clone.ids["t4"].as_str());
    let env = [("CIRCLECI", "true"), ("CIRCLE_SHA1", head), ("STANCH_BASE", base)];
    let run = ci(&clone.repo, &[], &env).code(1);
    assert!(run.err.contains("CircleCI, a push"), "{}", run.err);
    assert!(run.err.contains("range:  2 commits"), "{}", run.err);
    assert!(run.out.contains("leak.env"), "{}", run.out);
    let folder = clone.repo.path().join("stanch-reports");
    let junit = fs::read_to_string(folder.join("stanch.xml")).unwrap();
    assert!(junit.contains("<failure"), "{junit}");
    for entry in fs::read_dir(&folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(!text.contains(&secret));
    }
    assert!(!run.out.contains(&secret) && !run.err.contains(&secret));
    let clean = [("CIRCLECI", "true"), ("CIRCLE_SHA1", base), ("STANCH_BASE", &clone.ids["t1"])];
    ci(&clone.repo, &[], &clean).code(0);
}

#[test]
fn github_gets_annotations_a_summary_and_sarif() {
    let (clone, _) = leaking();
    let top = clone.repo.beside("x");
    fs::create_dir(&top).unwrap();
    let (event, summary) = (top.join("event.json"), top.join("summary.md"));
    fs::write(&event, json!({"before": clone.ids["t2"]}).to_string()).unwrap();
    fs::write(&summary, "before\n").unwrap();
    let env = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "push"),
        ("GITHUB_SHA", &clone.ids["t4"]),
        ("GITHUB_EVENT_PATH", event.to_str().unwrap()),
        ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap()),
    ];
    let run = ci(&clone.repo, &["--reports", "out/r"], &env).code(1);
    let orders: Vec<&str> = run.out.lines().filter(|l| l.starts_with("::")).collect();
    assert!(orders[0].starts_with("::error file=leak.env,line=1"), "{orders:?}");
    let summary = fs::read_to_string(&summary).unwrap();
    assert!(summary.starts_with("before\n## stanch: "), "{summary}");
    let sarif = fs::read_to_string(clone.repo.path().join("out/r/stanch.sarif")).unwrap();
    let sarif: Value = serde_json::from_str(&sarif).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 1);
    fs::write(&event, "no json").unwrap();
    ci(&clone.repo, &[], &env).code(2);
}

#[test]
fn gitlab_gets_both_reports() {
    let (clone, _) = leaking();
    let env = [
        ("GITLAB_CI", "true"),
        ("CI_COMMIT_SHA", clone.ids["t4"].as_str()),
        ("CI_COMMIT_BEFORE_SHA", &clone.ids["t2"]),
    ];
    ci(&clone.repo, &["--exit-code", "0"], &env).code(0);
    let folder = clone.repo.path().join("stanch-reports");
    for name in ["gl-secret-detection-report.json", "gl-code-quality-report.json"] {
        let report: Value =
            serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap();
        assert!(report.to_string().contains("leak.env"), "{name}");
    }
}

#[test]
fn the_gate_can_be_set() {
    let (clone, _) = leaking();
    let env = [("STANCH_BASE", clone.ids["t2"].as_str())];
    for (gate, code) in [("low,low", 1), ("critical,high", 1), ("critical", 1), ("none", 0)] {
        ci(&clone.repo, &["--fail-on", gate, "--no-reports"], &env).code(code);
    }
    ci(&clone.repo, &["--fail-on", "bad"], &env).code(2);
    assert!(!clone.repo.path().join("stanch-reports").exists());
    let run = ci(&clone.repo, &["--explain"], &env).code(0);
    assert!(run.out.is_empty() && run.err.contains("why:"), "{}", run.err);
}

#[test]
fn a_shallow_clone_is_refused_with_the_line_that_mends_it() {
    let (clone, _) = leaking();
    clone.repo.git(["update-ref", "refs/heads/main", &clone.ids["t4"]]);
    let to = clone.repo.beside("shallow");
    let from = format!("file://{}", clone.repo.path().display());
    let done = git_in(clone.repo.path().parent().unwrap())
        .args(["clone", "-q", "--depth", "1", "-b", "main", &from, to.to_str().unwrap()])
        .status();
    assert!(done.unwrap().success());
    for (marker, line) in [
        ("CIRCLECI", "- checkout: {method: full}"),
        ("GITHUB_ACTIONS", "fetch-depth: 0"),
        ("GITLAB_CI", "GIT_DEPTH: \"0\""),
    ] {
        let run = stanch_with(&to, ["ci"], b"", &[(marker, "true")]).code(2);
        assert!(run.err.contains(line), "{}", run.err);
        assert!(run.err.contains("shallow"), "{}", run.err);
    }
    stanch_with(&to, ["ci", "--accept", "shallow", "--no-reports"], b"", &[]).code(0);
}

/// The change brings its own allowance in every form; none of it counts if it is a stranger's.
#[test]
fn a_strangers_change_cannot_allow_itself() {
    let clone = Clone::new();
    let repo = &clone.repo;
    let secret = samples::circleci(2);
    repo.git(["checkout", "-q", "--detach", &clone.ids["t2"]]);
    repo.write("leak.env", format!("{secret} # stanch:allow circleci-personal-token -- fine\n"));
    repo.write(".stanch.toml", "[paths]\nexclude = [\"*\"]\n");
    let head = repo.stage().commit("allow myself");
    let event = json!({"pull_request": {
        "head": {"sha": head, "repo": {"full_name": "stranger/r"}},
        "base": {"sha": clone.ids["m2"], "repo": {"full_name": "o/r"}}}});
    let file = repo.beside("event.json");
    fs::write(&file, event.to_string()).unwrap();
    let env = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_BASE_REF", "main"),
        ("GITHUB_EVENT_PATH", file.to_str().unwrap()),
    ];
    let run = ci(repo, &["--no-reports"], &env).code(1);
    assert!(run.err.contains("policy: of "), "{}", run.err);
    ci(repo, &["--no-reports", "--trust", "head"], &env).code(0);
    ci(repo, &["--no-reports", "--trust", "base"], &env).code(1);

    // What the base allows holds.
    repo.git(["checkout", "-q", "--detach", &clone.ids["m2"]]);
    repo.write(".stanch.toml", "[paths]\nexclude = [\"leak.env\"]\n");
    let base = repo.stage().commit("allow by the base");
    repo.git(["update-ref", "refs/remotes/origin/main", &base]);
    repo.git(["checkout", "-q", "--detach", &head]);
    ci(repo, &["--no-reports"], &env).code(0);
}

#[test]
fn a_hostile_name_gives_no_order() {
    let clone = Clone::new();
    let repo = &clone.repo;
    repo.git(["checkout", "-q", "--detach", &clone.ids["t2"]]);
    let secret = samples::circleci(3);
    repo.write("a/\n::error::owned", &secret);
    repo.write("##vso[task.complete]", &secret);
    repo.stage().commit("hostile");
    let env = [("STANCH_BASE", clone.ids["t2"].as_str()), ("TF_BUILD", "True")];
    let run = ci(repo, &[], &env).code(1);
    let orders: Vec<&str> =
        run.out.lines().filter(|l| l.contains("##") || l.starts_with("::")).collect();
    assert_eq!(orders.len(), 1, "only our own: {orders:?}");
    assert!(orders[0].starts_with("##vso[task.uploadsummary]"));
}

#[test]
fn without_a_repository_it_fails() {
    let dir = Repo::plain();
    ci(&dir, &[], &[]).code(2);
    let empty = Repo::new();
    ci(&empty, &[], &[]).code(2);
}
