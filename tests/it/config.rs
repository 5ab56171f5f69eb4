//! The configuration: what it can say, and what is said about mistakes in it.

use crate::support::repo::Repo;
use stanch::config::{Config, Whose};
use stanch::error::{Error, Kind};
use stanch::model::Confidence;
use std::path::Path;

fn parse(text: &str) -> Result<Config, Error> {
    Config::parse(text.as_bytes(), Path::new("/r/.stanch.toml"), Whose::Repository)
}

/// The message for a wrong file, and its hint.
fn wrong(text: &str) -> (String, String) {
    let error = parse(text).expect_err(text);
    assert_eq!(error.kind(), Kind::Config);
    (error.to_string(), error.advice().unwrap_or_default().to_owned())
}

#[track_caller]
fn says(text: &str, message: &str, hint: &str) {
    assert_eq!(wrong(text), (format!("/r/.stanch.toml:{message}"), hint.to_owned()), "{text}");
}

#[track_caller]
fn mentions(text: &str, line: u32, words: &str) {
    let (message, _) = wrong(text);
    assert!(message.starts_with(&format!("/r/.stanch.toml:{line}: ")), "{message}");
    assert!(message.contains(words), "{message}");
    assert!(!message.contains('\n'), "{message}");
}

#[test]
fn the_documented_example_is_valid() {
    let page = include_str!("../../docs/configuration.md");
    let start = page.find("```toml\n# .stanch.toml").unwrap() + "```toml\n".len();
    let end = start + page[start..].find("```").unwrap();
    let config = parse(&page[start..end]).unwrap();
    assert!(config.paths.exclude.matches(b"vendor/lib/a.c"));
    assert_eq!(config.report.min_confidence, Some(Confidence::Medium));
    assert_eq!(config.hook.block, Some(Confidence::High));
    assert_eq!(config.allow.len(), 4);
    let files: Vec<_> = config.rule_files().collect();
    assert_eq!(files, [Path::new("/r/ci/our-rules.toml")]);
    assert_eq!(config.baseline_file().as_deref(), Some(Path::new("/r/.stanch-baseline.toml")));
    for table in ["[paths]", "[rules]", "[report]", "[hook]", "[baseline]", "[[allow]]"] {
        assert!(page[start..end].contains(table), "{table}");
    }
}

#[test]
fn an_empty_file_says_nothing() {
    for text in ["", "\u{feff}# nothing\n", "[paths]\n[rules]\n[report]\n[hook]\n[baseline]\n"] {
        let config = parse(text).unwrap();
        assert!(config.paths.exclude.is_empty() && config.allow.is_empty());
        assert!(config.keeps("any", &[""; 0]));
    }
}

#[test]
fn unknown_keys_have_a_line_and_a_suggestion() {
    says("\n[path]\nexclude = []\n", "2: unknown key `path`", "did you mean `paths`?");
    says("[paths]\n\nexcludes = []", "3: unknown key `excludes`", "did you mean `exclude`?");
    says(
        "[report]\nmin-confidence = 'low'",
        "2: unknown key `min-confidence`",
        "did you mean `min_confidence`?",
    );
    says("exclude = ['a']", "1: unknown key `exclude`", "`exclude` belongs in [paths]");
    says(
        "[hook]\nmin_confidence = 'low'",
        "2: unknown key `min_confidence`",
        "`min_confidence` belongs in [report]",
    );
    says(
        "[[allow]]\nrule = 'a'\nreason = 'b'\nexpire = '2027-01-01'",
        "4: unknown key `expire`",
        "did you mean `expires`?",
    );
    says(
        "zzzzzz = 1",
        "1: unknown key `zzzzzz`",
        "one of paths, rules, report, hook, baseline, allow can stand here",
    );
}

#[test]
fn wrong_values_have_a_line() {
    says("[hook]\nblock = 'hihg'", "2: unknown word `hihg`", "did you mean `high`?");
    mentions("[paths]\nexclude = 'a'", 2, "expected a sequence");
    mentions("[paths]\nexclude = [\n  'a',\n  'b/[c',\n]", 2, "b/[c");
    mentions("[paths]\nexclude = [\n  '',\n]", 2, "empty pattern");
    mentions("\n\n[rules\n", 3, "");
    mentions("a = 1\na = 2", 2, "duplicate key");
    mentions("[rules]\ndisable = [1]", 2, "expected a string");
    mentions("[[allow]]\nreason = 'a'\npattern = '('", 3, "unclosed group");
    mentions("[[allow]]\nreason = 'a'\npattern = ''", 3, "every secret");
    mentions("[[allow]]\nreason = 'a'\nfingerprint = 'beef'", 3, "32 hexadecimal digits");
    mentions("[[allow]]\nreason = 'a'\nrule = 'a'\nexpires = '2027-02-30'", 4, "YYYY-MM-DD");
    mentions("[[allow]]\nreason = 'a'\nrule = 'a'\nexpires = 2027-02-28", 4, "expected a string");
}

#[test]
fn an_allow_says_what_and_why() {
    mentions("\n[[allow]]\nrule = 'a'\n", 2, "missing field `reason`");
    says(
        "\n[[allow]]\nreason = 'because'\n",
        "2: this [[allow]] would allow everything",
        "add `rule`, `path`, `fingerprint` or `pattern`",
    );
    says("[[allow]]\nrule = 'a'\nreason = ' '", "1: this [[allow]] gives no reason", "");
}

#[test]
fn bytes_that_are_no_text_have_a_line() {
    let bytes = b"# fine\n# \xff\n";
    let error = Config::parse(bytes, Path::new("c"), Whose::User).unwrap_err();
    assert_eq!(error.to_string(), "c:2: this line is not UTF-8");
}

#[test]
fn rules_are_switched_by_name_alias_and_prefix() {
    let config = parse("[rules]\ndisable = ['a-*', 'old']\nenable = ['a-keep']").unwrap();
    let keeps = |id: &str| config.keeps(id, &[""; 0]);
    assert!(!keeps("a-x") && !keeps("old") && !config.keeps("new", &["old"]));
    assert!(keeps("a-keep") && keeps("b"));
}

#[test]
fn names_that_no_rule_has_are_errors() {
    let ids = ["acme-token", "acme-key", "other-token"];
    let known = |id: &str| ids.contains(&id) || id == "old-name";
    let check = |text: &str| {
        let done = parse(text).unwrap().check_rules(&known, &ids);
        done.map_err(|e| (e.to_string(), e.advice().unwrap_or_default().to_owned()))
    };
    assert_eq!(check("[rules]\ndisable = ['acme-*', 'old-name']\nenable = ['acme-key']"), Ok(()));
    assert_eq!(check("[[allow]]\nrule = 'old-name'\nreason = 'x'"), Ok(()));
    let err =
        |message: &str, hint: &str| Err((format!("/r/.stanch.toml:{message}"), hint.to_owned()));
    assert_eq!(
        check("[rules]\ndisable = [\n'acme-key',\n'acme-tokn']"),
        err("4: there is no rule `acme-tokn`", "did you mean `acme-token`?")
    );
    assert_eq!(
        check("[rules]\nenable = ['nothing-like-it']"),
        err("2: there is no rule `nothing-like-it`", "`stanch rules list` shows them")
    );
    assert_eq!(
        check("[rules]\ndisable = ['zzz*']"),
        err("2: there is no rule `zzz*`", "`stanch rules list` shows them")
    );
    assert_eq!(
        check("[[allow]]\nreason = 'x'\nrule = 'acme_token'"),
        err("3: there is no rule `acme_token`", "did you mean `acme-token`?")
    );
}

#[test]
fn switching_every_rule_off_is_an_error() {
    let config = parse("[rules]\n\ndisable = ['*']").unwrap();
    let error = config.check_left(0).unwrap_err();
    assert_eq!(error.to_string(), "/r/.stanch.toml:3: this switches every rule off");
    assert!(config.check_left(1).is_ok());
}

#[test]
fn the_repository_comes_before_the_user() {
    let repo = Repo::plain();
    let user = repo.beside("user.toml");
    let find = || Config::discover(Some(repo.path()), Some(&user)).unwrap();
    assert_eq!(find().whose(), Whose::Nobody);
    std::fs::write(&user, "[report]\nmin_confidence = 'low'").unwrap();
    assert_eq!(
        (find().whose(), find().report.min_confidence),
        (Whose::User, Some(Confidence::Low))
    );
    repo.write(".config/stanch.toml", "[rules]\nfiles = ['r.toml']");
    assert_eq!(find().whose(), Whose::Repository);
    let file = find().rule_files().next().unwrap();
    assert_eq!(file, repo.path().join(".config/r.toml"));
    repo.write(".stanch.toml", "");
    assert_eq!(find().rule_files().count(), 0);
}

#[test]
fn what_is_there_and_unreadable_is_not_absent() {
    let repo = Repo::plain();
    let find = || Config::discover(Some(repo.path()), None).map_err(|e| e.kind());
    std::os::unix::fs::symlink("gone", repo.path().join(".stanch.toml")).unwrap();
    assert_eq!(find().err(), Some(Kind::Config));
    repo.remove(".stanch.toml");
    std::fs::create_dir(repo.path().join(".stanch.toml")).unwrap();
    assert_eq!(find().err(), Some(Kind::Config));
    std::fs::remove_dir(repo.path().join(".stanch.toml")).unwrap();
    repo.write(".config", "a file where the folder would be");
    assert!(find().is_ok());
    assert!(Config::load(&repo.path().join("none.toml")).is_err());
}
