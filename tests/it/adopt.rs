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

const GITLEAKS: &str = "[[allowlists]]
condition = \"AND\"
paths = ['^a\\.env$', '^b']
regexTarget = \"line\"
regexes = ['^first']
";

#[test]
fn an_allowlist_of_gitleaks_keeps_its_scope() {
    let (one, two) = (samples::circleci(1), samples::circleci(2));
    let repo =
        with(&[("a.env", &format!("first: {one}\n")), ("b.env", &format!("second: {two}\n"))]);
    let head = repo.git(["rev-parse", "HEAD"]);
    let taken = |text: &str| {
        let file = repo.beside("theirs.toml");
        fs::write(&file, text).unwrap();
        let from = format!(".gitleaks.toml={}", file.display());
        let run = stanch(repo.path(), ["migrate", "--from", &from]).code(0);
        let line = run.out.lines().find(|l| l.contains("open findings")).unwrap().trim();
        (line.split(' ').next().unwrap().parse::<usize>().unwrap(), run.out)
    };
    let rule = |id: &str, list: &str| format!("[[rules]]\nid = '{id}'\nregex = 'x'\n{list}\n");
    let word = &one[one.len() - 6..];
    for (text, count) in [
        ("[allowlist]\npaths = ['env']".to_owned(), 2),
        ("[allowlist]\nregexes = ['first']".to_owned(), 0),
        (format!("[allowlist]\nstopwords = ['{}']", word.to_uppercase()), 1),
        (format!("[allowlist]\ncommits = ['{head}']\npaths = ['none']"), 2),
        (format!("[allowlist]\ncondition = 'AND'\ncommits = ['{head}']\npaths = ['a']"), 1),
        ("[[allowlists]]\ntargetRules = ['theirs']\npaths = ['env']".to_owned(), 0),
        (rule("theirs", "[[rules.allowlists]]\npaths = ['env']"), 0),
        (rule("circleci-personal-token", "[rules.allowlist]\npaths = ['env']"), 2),
        ("[allowlist]\nregexes = ['(?<!x)y']".to_owned(), 0),
    ] {
        let (named, said) = taken(&text);
        assert_eq!(named, count, "{text}\n{said}");
        assert_eq!(said.contains("rules of its own"), text.contains("regex = 'x'"), "{said}");
        assert_eq!(said.contains("not taken over: (?<!x)y"), text.contains("(?<!x)y"), "{said}");
    }
    assert!(taken("[allowlist]\n").1.contains("1 entries: 1 allowlists"));
    let run = stanch(repo.path(), ["migrate", "--from", "nobodys=x"]).code(2);
    assert!(run.err.contains(".secrets.baseline"), "{}", run.err);
    stanch(repo.path(), ["migrate", "--from", ".gitleaks.toml=missing"]).code(2);
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
    let files: [(&str, String); 13] = [
        (".gitleaksignore", "# c\na.env:rule:1\nb.env:rule:9\nno sense\n".into()),
        (".infisicalignore", format!("{}:a.env:rule:1\n", "c".repeat(40))),
        ("gitleaks-report.json", report.to_string()),
        (".secrets.baseline", baseline.to_string()),
        (".gitguardian.yaml", guardian),
        (".secretsignore", format!("docs/\n[secrets]\n{one}\n")),
        (".gitallowed", "^first:\n".into()),
        (".talismanrc", "fileignoreconfig:\n- filename: a.env\n  checksum: x\n".into()),
        (".trufflehogignore", "^a\\.env$\n".into()),
        (".gitleaks.toml", GITLEAKS.into()),
        (
            "kingfisher-baseline.yml",
            "ExactFindings:\n  matches:\n  - filepath: a.env\n    fingerprint: 1\n    linenum: 1\n"
                .into(),
        ),
        (
            "kingfisher-baseline.yaml",
            "version: 2\nrepositories:\n  - id: x\n    findings:\n      - path: \"a.env\"\n        \
             line: 1\n      - path: b.env\n        line: 9\n"
                .into(),
        ),
        (".github/secret_scanning.yml", "paths-ignore:\n  - 'a.env'\nother:\n  - b.env\n".into()),
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
