//! `stanch rules new`, `test`, `docs` and `import`, end to end.

use super::support::samples::{circleci, token};
use super::support::{repo::Repo, tool::stanch};

#[test]
fn a_new_rule_is_a_file_that_passes_its_check() {
    let dir = Repo::plain();
    let new = ["rules", "new", "acme-key", "--prefix", "acme_", "--length", "36"];
    let more = ["--checksum", "crc32-base62", "--out", "acme.toml"];
    stanch(dir.path(), [&new[..], &more].concat()).code(0);
    stanch(dir.path(), ["rules", "check", "acme.toml"]).code(0);
    // It does not write over a file, and there is no such check.
    stanch(dir.path(), [&new[..], &more].concat()).code(2);
    stanch(dir.path(), [&new[..], &["--checksum", "none-such"]].concat()).code(2);
}

#[test]
fn a_test_tells_what_is_found_and_why_not() {
    let dir = Repo::plain();
    let token = ["shp", "at_", "0f8b2c9d7e6a5b4c", "9c1d3e5f7a8b6042"].concat();
    let said = stanch(dir.path(), ["rules", "test", "shopify", &token]).code(1);
    assert!(said.out.contains("a finding of"), "{}", said.out);
    let said = stanch(dir.path(), ["rules", "test", "clearbit", "sk_0f8b"]).code(0);
    assert!(said.out.contains("matches nowhere"), "{}", said.out);
}

#[test]
fn every_rule_gets_a_page() {
    let dir = Repo::plain();
    stanch(dir.path(), ["rules", "docs", "--out", "pages"]).code(0);
    let page =
        std::fs::read_to_string(dir.path().join("pages/circleci-personal-token.md")).unwrap();
    assert!(page.contains("## When it has leaked") && page.contains("base58-uuid4"), "{page}");
    let index = std::fs::read_to_string(dir.path().join("pages/README.md")).unwrap();
    assert!(index.contains("(circleci-personal-token.md)"));
}

#[test]
fn rules_of_other_tools_are_carried_over_as_far_as_they_go() {
    let dir = Repo::plain();
    let toml = "[[rules]]\nid = 'acme-key'\ndescription = 'Acme'\nregex = '''\\bacme_[0-9a-f]{32,}\\b'''\n\
                entropy = 3\npath = 'x'\n[[rules]]\nid = 'none'\nregex = '''(?:x'''\n";
    std::fs::write(dir.path().join("theirs.toml"), toml).unwrap();
    let said =
        stanch(dir.path(), ["rules", "import", "theirs.toml", "--out", "ours.toml"]).code(0);
    assert!(said.err.contains("1 rules carried over"), "{}", said.err);
    assert!(said.err.contains("`path` has no counterpart"), "{}", said.err);
    stanch(dir.path(), ["rules", "check", "ours.toml"]).code(0);
    let yaml = "rules:\n  - name: Acme\n    id: np.acme.2\n    pattern: '(?x) (acmetoken_[a-z0-9]{20})'\n";
    std::fs::write(dir.path().join("theirs.yml"), yaml).unwrap();
    let said = stanch(dir.path(), ["rules", "import", "theirs.yml"]).code(0);
    assert!(said.out.contains("id = \"np-acme-2\""), "{}", said.out);
}

#[test]
fn an_id_of_gitleaks_names_the_rule_of_the_same_meaning() {
    let dir = Repo::plain();
    let said = stanch(dir.path(), ["rules", "show", "postman-api-token"]).code(0);
    assert!(said.out.contains("postman-api-key"), "{}", said.out);
    // A word of theirs files a finding of ours away.
    let token = token("stripe-secret-key", 5);
    dir.write("a.env", format!("KEY={token}\n"));
    let config = "[[allow]]\nrule = 'stripe-access-token'\nreason = 'a test'\n";
    dir.write(".stanch.toml", config);
    stanch(dir.path(), ["--config", ".stanch.toml", "scan", "a.env"]).code(0);
}

#[test]
fn a_check_tells_which_rules_are_taken_for_others_or_too_broad() {
    let dir = Repo::plain();
    let head = "[provider]\nid = 'acme'\nname = 'Acme'\n";
    let rule = |id: &str, shape: &str| {
        format!(
            "[[rule]]\nid = '{id}'\nname = 'x'\nrisk = 'x'\nseverity = 'high'\nshape = '{shape}'\n"
        )
    };
    let file = [
        head,
        &rule("acme-own", "acmekey_[A-Za-z0-9]{32}"),
        &rule("acme-same", "CCIPAT_[1-9A-HJ-NP-Za-km-z]{22}_[0-9a-f]{40}"),
        &rule("acme-broad", "commit [0-9a-f]{40}"),
    ]
    .concat();
    dir.write("acme.toml", file);
    let said = stanch(dir.path(), ["rules", "check", "acme.toml"]).code(0);
    assert!(said.err.contains("note: acme-broad: too broad"), "{}", said.err);
    assert!(!said.err.contains("acme-own"), "{}", said.err);
}

#[test]
fn reports_and_baselines_name_the_rules_they_were_made_with() {
    let repo = Repo::new();
    repo.write("a.env", format!("TOKEN={}\n", circleci(3))).stage().commit("a");
    let report = stanch(repo.path(), ["scan", "--format", "json", "--worktree", "."]).code(1);
    let report: serde_json::Value = serde_json::from_str(&report.out).unwrap();
    let version = report["tool"]["rule_set"].as_str().unwrap().to_owned();
    assert_eq!(version.len(), 12, "{version}");
    for format in ["jsonl", "sarif", "html", "markdown", "junit"] {
        let said = stanch(repo.path(), ["scan", "--format", format, "--worktree", "."]).code(1);
        assert!(said.out.contains(&version), "{format}");
    }
    stanch(repo.path(), ["baseline", "create", "--reason", "a test"]).code(0);
    let file = repo.path().join(".stanch-baseline.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(&format!("rules = \"{version}\"\n")), "{text}");
    let said = stanch(repo.path(), ["scan", "--worktree", "."]).code(0);
    assert!(!said.out.contains("was made with"), "{}", said.out);
    // One of other rules holds all the same, with a word about it.
    std::fs::write(&file, text.replace(&version, "000000000000")).unwrap();
    let said = stanch(repo.path(), ["scan", "--worktree", "."]).code(0);
    assert!(said.out.contains("was made with the rules 000000000000"), "{}", said.out);
}
