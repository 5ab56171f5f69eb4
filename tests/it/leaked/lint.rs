//! `stanch lint circleci`: each habit is found where it stands, and nothing in a clean file.

use crate::support::repo::Repo;
use crate::support::samples;
use crate::support::tool::stanch;

const PATH: &str = ".circleci/config.yml";

/// A value that no rule of a scan knows; put together here.
fn value() -> String {
    ["hunter", "2", "correct", "horse"].join("-")
}

fn bad() -> String {
    format!(
        "version: 2.1
orbs:
  node: circleci/node@5
  aws: circleci/aws-cli@volatile
jobs:
  build:
    docker:
      - image: acme/app
        auth:
          username: bot
          password: {0}
    environment:
      API_TOKEN: {0}
      MODE: test
    steps:
      - checkout
      - run: |
          set -ex
          env | sort
          echo \"$NPM_TOKEN\"
          docker build --build-arg NPM_TOKEN=$NPM_TOKEN .
      - persist_to_workspace:
          root: .
          paths: [dist, .env]
      - store_artifacts:
          path: ~/.npmrc
      - save_cache:
          key: v1
          paths:
            - ~/.aws
  fork:
    steps:
      - run: test -n $CIRCLE_PR_NUMBER && ./comment $GITHUB_TOKEN
workflows:
  main:
    jobs:
      - build:
          context: production
",
        value()
    )
}

const GOOD: &str = "version: 2.1
orbs:
  node: circleci/node@5.0.2
jobs:
  build:
    docker:
      - image: acme/app
        auth: {username: $DOCKER_USER, password: $DOCKER_PASS}
    environment: {MODE: test, TOKEN_FILE: /run/token}
    steps:
      - checkout
      - run: |
          set -eu
          echo \"$NPM_TOKEN\" | npm-login --stdin
          env MODE=prod make
      - save_cache:
          key: v1-{{ checksum \"package-lock.json\" }}
          paths: [node_modules]
      - store_artifacts: {path: coverage}
workflows:
  main:
    jobs:
      - build:
          context: production
          filters: {branches: {only: main}}
";

#[test]
fn each_habit_is_found_on_its_line() {
    let repo = Repo::new();
    repo.write(PATH, bad());
    let run = stanch(repo.path(), ["lint", "circleci", "--format", "jsonl"]).code(1);
    let mut found: Vec<(String, u64)> = run
        .findings()
        .iter()
        .map(|f| {
            (
                f["rule_id"].as_str().unwrap().replace("circleci-lint-", ""),
                f["line"].as_u64().unwrap(),
            )
        })
        .collect();
    found.sort();
    let expected = [
        ("build-argument", 21),
        ("context-unfiltered", 37),
        ("echo-secret", 20),
        ("fork-secret", 33),
        ("literal-auth", 11),
        ("literal-environment", 13),
        ("orb-range", 3),
        ("orb-volatile", 4),
        ("print-environment", 19),
        ("stored-secret", 24),
        ("stored-secret", 26),
        ("stored-secret", 30),
        ("xtrace", 18),
    ];
    let expected: Vec<(String, u64)> =
        expected.iter().map(|(r, l)| ((*r).to_owned(), *l)).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_clean_configuration_is_clean_and_values_are_never_shown() {
    let repo = Repo::new();
    repo.write(PATH, GOOD);
    stanch(repo.path(), ["lint", "circleci"]).code(0);
    repo.write(PATH, bad());
    for format in ["text", "json", "jsonl", "sarif"] {
        let run = stanch(repo.path(), ["lint", "circleci", "--format", format]).code(1);
        assert!(!run.out.contains(&value()), "{format}: {}", run.out);
        assert!(run.out.contains("circleci-lint-xtrace"), "{format}");
    }
    let text = stanch(repo.path(), ["lint", "circleci"]).code(1).out;
    assert!(text.contains("fix") && text.contains("docker build --secret"), "{text}");
    assert!(!text.contains("revoke first"), "{text}");
}

#[test]
fn comments_and_configuration_let_a_finding_pass() {
    let repo = Repo::new();
    let one = "jobs:\n  a:\n    steps:\n      - run: env # stanch:allow circleci-lint-print-environment -- no secrets here\n";
    repo.write(PATH, one);
    stanch(repo.path(), ["lint", "circleci"]).code(0);
    stanch(repo.path(), ["lint", "circleci", "--untrusted"]).code(1);
    repo.write(PATH, "jobs:\n  a:\n    steps:\n      - run: env\n");
    stanch(repo.path(), ["lint", "circleci", "--exit-code", "7"]).code(7);
    repo.write(".stanch.toml", "[rules]\ndisable = [\"circleci-lint-print-environment\"]\n");
    let run = stanch(repo.path(), ["lint", "circleci"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    repo.stage().commit("the same configuration serves a scan");
    stanch(repo.path(), ["scan"]).code(0);
}

#[test]
fn what_cannot_be_read_makes_the_run_incomplete() {
    let repo = Repo::new();
    repo.write(PATH, format!("a: {}", "[".repeat(90_000)));
    stanch(repo.path(), ["lint", "circleci"]).code(3);
    stanch(repo.path(), ["lint", "circleci", "none.yml"]).code(2);
}

#[test]
fn a_secret_on_the_line_of_a_habit_is_masked() {
    let token = samples::circleci(61);
    let repo = Repo::new();
    let text = format!(
        "jobs:\n  a:\n    environment: {{API_TOKEN: {token}, B_KEY: {token}x}}\n    steps:\n      - run: set -x; curl -u {token} x; env\n"
    );
    repo.write(PATH, text);
    for format in ["text", "json", "sarif"] {
        let out = stanch(repo.path(), ["lint", "circleci", "--format", format]).code(1).out;
        assert!(!out.contains(&token) && !out.contains(&token[12..40]), "{format}: {out}");
    }
}

#[test]
fn every_form_of_report_tells_to_mend_and_not_to_revoke() {
    let repo = Repo::new();
    repo.write(PATH, bad());
    for format in stanch::report::ALL {
        let args = ["lint", "circleci", "--format", format.name()];
        let out = stanch(repo.path(), args).code(1).out;
        assert!(!out.contains("evoke it first"), "{}: {out}", format.name());
        assert!(!out.contains(&value()), "{}", format.name());
    }
    stanch(repo.path(), ["lint", "circleci", "--format", "json", "-o", "lint.json"]).code(1);
    for format in stanch::report::ALL {
        let args = ["report", "convert", "lint.json", "--format", format.name()];
        let out = stanch(repo.path(), args).code(0).out;
        assert!(!out.contains("evoke it first"), "{}: {out}", format.name());
    }
}
