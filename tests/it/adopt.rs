//! A repository with a past: findings are audited one by one, and what other tools were told to pass
//! over is taken over.

use crate::support::repo::Repo;
use crate::support::samples;
use crate::support::tool::{Run, stanch, stanch_with};
use serde_json::json;
use std::fs;
use std::process::{Command, Stdio};

/// A committed repository with these files.
fn with(files: &[(&str, &str)]) -> Repo {
    let repo = Repo::new();
    for (path, text) in files {
        repo.write(path, text);
    }
    repo.stage().commit("all");
    repo
}

fn open(repo: &Repo) -> usize {
    let run = stanch(repo.path(), ["scan", "--format", "json", "."]);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    report["open"]["findings"].as_u64().unwrap() as usize
}

fn sum(program: &str, text: &str) -> String {
    let mut child =
        Command::new(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), text.as_bytes()).unwrap();
    let out = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    out.split_whitespace().next().unwrap().to_owned()
}

fn migrate(repo: &Repo) -> Run {
    let told = stanch(repo.path(), ["migrate"]).code(0);
    assert!(!repo.path().join(".stanch-baseline.toml").exists(), "it only tells");
    assert!(told.err.contains("nothing was written"), "{}", told.err);
    stanch(repo.path(), ["migrate", "--write"]).code(0)
}

#[test]
fn each_file_of_another_tool_is_taken_over_by_its_own_scope() {
    let (one, two) = (samples::circleci(1), samples::circleci(2));
    let report = json!([{"RuleID": "x", "File": "a.env", "StartLine": 1, "Secret": one},
        {"RuleID": "x", "File": "b.env", "StartLine": 9, "Secret": "REDACTED"}]);
    let baseline = json!({"version": "1.5.0", "results": {"a.env": [
        {"type": "x", "hashed_secret": sum("sha1sum", &one), "line_number": 77}],
        "b.env": [{"type": "x", "hashed_secret": sum("sha1sum", &two), "is_secret": true}]}});
    let guardian = format!(
        "version: 2\nsecret:\n  ignored_matches:\n    - name: x\n      match: {}\n",
        sum("sha256sum", &one)
    );
    let files: [(&str, String); 9] = [
        (".gitleaksignore", "# c\na.env:rule:1\nb.env:rule:9\nno sense\n".into()),
        (".infisicalignore", format!("{}:a.env:rule:1\n", "c".repeat(40))),
        ("gitleaks-report.json", report.to_string()),
        (".secrets.baseline", baseline.to_string()),
        (".gitguardian.yaml", guardian),
        (".secretsignore", format!("docs/\n[secrets]\n{one}\n")),
        (".gitallowed", "^first:\n".into()),
        (".talismanrc", "fileignoreconfig:\n- filename: a.env\n  checksum: x\n".into()),
        (".trufflehogignore", "^a\\.env$\n".into()),
    ];
    for (name, text) in files {
        // The files of others hold secrets or hashes; they are no part of the scan.
        let repo =
            with(&[("a.env", &format!("first: {one}\n")), ("b.env", &format!("second: {two}\n"))]);
        repo.write(name, &text).write(".git/info/exclude", name);
        assert!(open(&repo) >= 2, "{name}");
        let run = migrate(&repo);
        assert!(run.out.starts_with(name), "{}", run.out);
        assert!(!run.out.contains(&one) && !run.err.contains(&one), "{name}");
        fs::remove_file(repo.path().join(name)).unwrap();
        assert_eq!(open(&repo), 1, "{name}: one is named, the other is not\n{}", run.out);
        let again = stanch(repo.path(), ["scan", "."]).code(1);
        assert!(again.out.contains("hidden: 1 by"), "{name}: {}", again.out);
    }
}

#[test]
fn nothing_to_migrate_is_no_error() {
    let repo = with(&[("a", "x")]);
    let run = stanch(repo.path(), ["migrate"]).code(0);
    assert!(run.err.contains("no file of another scanner"), "{}", run.err);
}

#[test]
fn an_audit_keeps_each_answer_and_goes_on_where_it_ended() {
    let (one, two, three) = (samples::circleci(1), samples::circleci(2), samples::circleci(3));
    let repo = with(&[("a.env", &one), ("b.env", &two), ("c.env", &three)]);
    let audit = |input: &str| {
        let run = stanch_with(repo.path(), ["audit", "--by", "Ann"], input.as_bytes(), &[]);
        for secret in [&one, &two, &three] {
            assert!(!run.out.contains(secret.as_str()));
        }
        run
    };
    // A false alarm, with a day that is no day and one that is past; then the input ends.
    let run = audit("?\nf\n\nfor the docs\nsoon\n2001-01-01\n2999-12-31\n").code(1);
    assert!(run.out.contains("1 of 3") && run.out.contains("a.env"), "{}", run.out);
    assert!(run.err.contains("2 left to look at"), "{}", run.err);
    let baseline = fs::read_to_string(repo.path().join(".stanch-baseline.toml")).unwrap();
    for words in ["for the docs", "by = \"Ann\"", "2999-12-31"] {
        assert!(baseline.contains(words), "{words} in {baseline}");
    }
    // The next walk begins with the second; it is real. The third is for later.
    let run = audit("r\nZoe\nl\n").code(1);
    assert!(run.out.contains("1 of 2") && !run.out.contains("a.env"), "{}", run.out);
    assert!(run.err.contains("1 known to be real, 1 left"), "{}", run.err);
    let kept = fs::read_to_string(repo.path().join(".git/stanch-audit.tsv")).unwrap();
    assert!(kept.ends_with("\tZoe\n"), "{kept}");
    let run = audit("q\n").code(1);
    assert!(run.out.contains("1 of 1") && run.out.contains("c.env"), "{}", run.out);
    let run = audit("f\nsample\n\n").code(1);
    assert!(run.err.contains("1 known to be real, 0 left"), "{}", run.err);
    assert_eq!(open(&repo), 1, "what is real stays open");
    stanch(Repo::plain().path(), ["audit"]).code(2);
}

#[test]
fn going_back_asks_again() {
    let repo = with(&[("a.env", &samples::circleci(1)), ("b.env", &samples::circleci(2))]);
    let run = stanch_with(repo.path(), ["audit"], b"l\nb\nq\n", &[]).code(1);
    assert_eq!(run.out.matches("── 1 of 2").count(), 2, "{}", run.out);
}
