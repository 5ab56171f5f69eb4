//! The commands that tell about rules and about the program itself.

use crate::support::repo::Repo;
use crate::support::tool::{Run, stanch};
use std::path::Path;

fn run(args: &[&str]) -> Run {
    stanch(Path::new("/"), args)
}

const RULE: &str = "circleci-personal-token";

/// A file of one rule; `more` are its further lines.
fn rule_file(id: &str, shape: &str, more: &str) -> String {
    format!(
        "[provider]\nid = \"acme\"\nname = \"Acme\"\n\n[[rule]]\nid = \"{id}\"\n\
         name = \"Acme key\"\nrisk = \"All.\"\nseverity = \"high\"\nshape = '{shape}'\n{more}\n"
    )
}

#[test]
fn rules_are_listed() {
    let table = run(&["rules", "list", "circleci"]).code(0).out;
    assert!(table.lines().next().unwrap().starts_with("ID "));
    let row = table.lines().find(|l| l.starts_with(RULE)).unwrap();
    let words: Vec<&str> = row.split_whitespace().collect();
    assert!(words.join(" ").ends_with("CircleCI personal API token critical high"), "{row}");
    let json = run(&["rules", "list", "--format", "json"]).code(0).out;
    let list: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(list.as_array().unwrap().iter().any(|r| r["id"] == RULE));
}

#[test]
fn a_rule_is_shown_with_its_anatomy() {
    let out = run(&["rules", "show", RULE]).code(0).out;
    for words in ["ccipat_", "version-4 UUID", "length", "loss", "of 16 and more", "reach"] {
        assert!(out.contains(words), "{words} in {out}");
    }
}

#[test]
fn an_unknown_name_gets_a_hint() {
    for args in [["rules", "show"], ["rules", "list"]] {
        let run = stanch(Path::new("/"), [args[0], args[1], "circlecy-personal-tokn"]).code(2);
        assert!(run.err.contains("there is no"), "{}", run.err);
        assert!(run.err.contains("hint: "), "{}", run.err);
    }
    let run = run(&["explain", "circleci-personal-tokn"]).code(2);
    assert!(run.err.contains(&format!("did you mean `{RULE}`")), "{}", run.err);
}

#[test]
fn explain_says_what_to_do() {
    let out = run(&["explain", RULE]).code(0).out;
    for words in ["What to do now", "Was it misused?", "Vault", "Conjur", "context", "AWS"] {
        assert!(out.contains(words), "{words} in {out}");
    }
    let run = run(&["explain", &"0f".repeat(16)]).code(2);
    assert!(run.err.contains("fingerprint"), "{}", run.err);
}

#[test]
fn rule_files_are_checked() {
    let dir = Repo::plain();
    dir.write("good.toml", rule_file("acme-key", "acme_[0-9a-f]{32}", ""));
    let fine = stanch(dir.path(), ["rules", "check", "good.toml"]).code(0);
    assert_eq!(fine.out, "good.toml: 1 rule, fine\n");

    let wrong = [
        (
            "unbounded",
            rule_file("acme-key", "acme_[0-9a-f]+", ""),
            "wrong.toml:10:23: rule `acme-key`: `+` repeats",
        ),
        ("taken", rule_file(RULE, "acme_[0-9a-f]{32}", ""), "wrong.toml:6:6: rule `circleci"),
        (
            "sample beside the shape",
            rule_file("acme-key", "acme_[0-9a-f]{32}", "sample = 'acme_[g-z]{32}'"),
            "wrong.toml:11:10: rule `acme-key`: 16 of 16",
        ),
        (
            "entropy out of reach",
            rule_file("acme-key", "acme_[0-9a-f]{32}", "entropy = 7.5"),
            "wrong.toml:11:11: rule `acme-key`: its own checks",
        ),
        ("no rule file", "[provider]\nid = 3\n".into(), "wrong.toml:2:6: `id` is a string"),
    ];
    for (what, text, message) in wrong {
        dir.write("wrong.toml", text);
        let run = stanch(dir.path(), ["rules", "check", "wrong.toml", "good.toml"]).code(2);
        assert!(run.err.contains(message), "{what}: {}", run.err);
    }
    stanch(dir.path(), ["rules", "check", "missing.toml"]).code(2);
}

#[test]
fn rules_of_the_configuration_are_known_to_every_command() {
    let repo = Repo::new();
    repo.write("ours.toml", rule_file("acme-key", "acme_[0-9a-f]{32}", "near = ['vault']"));
    repo.write(".stanch.toml", "[rules]\nfiles = ['ours.toml']\ndisable = ['circleci-*']\n");
    let show = |args: &[&str]| stanch(repo.path(), args).code(0).out;
    let shown = show(&["rules", "show", "acme-key"]);
    for words in ["acme_", "37 to 37 bytes", "within 64 bytes after one of: vault", "reach"] {
        assert!(shown.contains(words), "{words} in {shown}");
    }
    let json = show(&["rules", "show", "--format", "json", "acme-key"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["max_length"], &json["mask"]), (&37.into(), &json["mask"]), "{json}");
    assert!(show(&["rules", "list", "acme"]).contains("acme-key"));
    let off = show(&["rules", "list", "circleci"]);
    assert!(off.lines().skip(1).all(|l| l.ends_with("  (off)")), "{off}");
    assert!(show(&["rules", "show", RULE]).contains("switched off by the configuration"));
    assert!(show(&["explain", "acme-key"]).contains("Acme key"));
    let profile = show(&["rules", "profile", "."]);
    assert!(profile.contains("candidates"), "{profile}");
    repo.write("deep/own.toml", "[rules]\nfiles = ['../ours.toml']\n");
    let named = ["--config", "deep/own.toml", "rules", "show", "acme-key"];
    assert!(show(&named).contains("Acme key"));
}

#[test]
fn every_shell_gets_completions() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let out = run(&["completions", shell]).code(0).out;
        assert!(out.contains("stanch") && out.contains("explain"), "{shell}");
    }
    run(&["completions", "tcsh"]).code(2);
}

#[test]
fn every_command_gets_a_page() {
    let page = run(&["man"]).code(0).out;
    assert!(page.starts_with(".ie") || page.contains(".TH"), "{page}");
    let dir = Repo::plain();
    let said = stanch(dir.path(), ["man", "--out", "a/b"]).code(0);
    assert!(said.err.contains("wrote"), "{}", said.err);
    for name in ["stanch", "stanch-scan", "stanch-rules", "stanch-rules-show", "stanch-man"] {
        let path = dir.path().join(format!("a/b/{name}.1"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(text.contains("could not be read, and is named"), "{name}: {text}");
    }
}

#[test]
fn help_has_examples_and_exit_codes() {
    let commands = ["rules", "rules list", "rules show", "rules check", "rules new", "rules test"];
    for command in commands.iter().chain(&["explain", "completions", "man"]) {
        let args: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        let out = run(&args).code(0).out;
        let examples = out.split("Examples:").nth(1).unwrap_or_else(|| panic!("{command}: {out}"));
        let count = examples.lines().filter(|l| l.starts_with("  stanch ")).count();
        assert!(count >= 3, "{command}: {out}");
        assert!(out.contains("Exit codes:"), "{command}");
    }
}
