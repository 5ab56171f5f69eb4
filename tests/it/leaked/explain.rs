//! `stanch explain` answers every question that somebody with a leaked token has.

use crate::support::repo::Repo;
use crate::support::samples;
use crate::support::tool::stanch;

const RULE: &str = "circleci-personal-token";

/// One of these must stand in the answer, for each question.
const QUESTIONS: &[(&str, &[&str])] = &[
    ("what it is", &["Stands for a person", "start pipelines"]),
    (
        "five languages",
        &["os.environ[", "process.env.", "os.LookupEnv", "System.getenv", "ENV.fetch"],
    ),
    ("AWS", &["get-secret-value", "boto3", "SecretsManagerClient"]),
    ("Vault", &["vault kv", "hvac", "KVv2"]),
    ("Conjur", &["conjur variable", "conjurapi", "conjur-api"]),
    ("CircleCI context", &["circleci context store-secret", "context: my-circleci-app"]),
    ("how it leaks", &["cli.yml", "circle-token=", "set -x"]),
    ("what is at risk", &["contexts and project variables", "in every organisation"]),
    ("best practice", &["expiry date", "OIDC", "machine user"]),
    ("misuse", &["Audit Log", "context.env_var.store", "reruns with SSH"]),
    (
        "revoke",
        &["User Settings > Personal API Tokens", "https://app.circleci.com/settings/user/tokens"],
    ),
    ("what stops", &["Everything that calls CircleCI", "Pipelines themselves go on"]),
];

#[test]
fn a_circleci_personal_token_is_explained_in_full() {
    let dir = Repo::plain();
    for format in ["text", "markdown", "json", "html"] {
        let args = ["explain", RULE, "--language", "all", "--format", format];
        let out = stanch(dir.path(), args).code(0).out;
        for (question, answers) in QUESTIONS {
            for answer in *answers {
                let answer = match format {
                    "json" => answer.replace('"', "\\\""),
                    "html" => answer.replace('>', "&gt;").replace('"', "&quot;"),
                    _ => (*answer).to_owned(),
                };
                assert!(out.contains(&answer), "{question}: {answer} in {format}: {out}");
            }
        }
    }
}

#[test]
fn every_rule_names_its_vendors_pages_or_steps() {
    let dir = Repo::plain();
    for id in ["aws-access-key", "github-personal-token", "npm-token", "slack-bot-token"] {
        let run = stanch(dir.path(), ["explain", id, "--format", "json"]);
        if run.code != 0 {
            continue;
        }
        let value: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        assert!(!value["links"].as_array().unwrap().is_empty(), "{id}");
        assert!(!value["steps"].as_array().unwrap().is_empty(), "{id}");
    }
}

#[test]
fn what_stops_is_told_from_the_files_here() {
    let repo = Repo::new();
    repo.write("bin/deploy", "#!/bin/sh\ncurl -u \"$CIRCLE_TOKEN:\" x\n")
        .write(".circleci/config.yml", "run: echo $CIRCLECI_CLI_TOKEN\n")
        .write("app.rb", "ENV['MY_CIRCLE_TOKEN']\n")
        .stage()
        .commit("first");
    let out = stanch(repo.path(), ["explain", RULE]).code(0).out;
    assert!(out.contains("bin/deploy:2") && out.contains(".circleci/config.yml:1"), "{out}");
    assert!(!out.contains("app.rb"), "{out}");
}

#[test]
fn the_services_that_may_stop_are_named() {
    let repo = Repo::new();
    let config = "version: 2.1\njobs:\n  ship:\n    docker: [{image: x}]\n    steps:\n      - run: ./go $DEPLOY_KEY\n      - run: bin/release\nworkflows:\n  nightly:\n    jobs: [ship]\n";
    repo.write("app.py", format!("DEPLOY_KEY = '{}'\n", samples::circleci(5)))
        .write(".circleci/config.yml", config)
        .write("bin/release", "#!/bin/sh\necho $DEPLOY_KEY\n")
        .write("compose.yml", "services: {web: {environment: [DEPLOY_KEY]}}\n")
        .stage()
        .commit("first");
    let found = stanch(repo.path(), ["scan", "--format", "json"]).code(1).out;
    let found: serde_json::Value = serde_json::from_str(&found).unwrap();
    let print = found["findings"][0]["fingerprint"].as_str().unwrap();
    let out = stanch(repo.path(), ["explain", print]).code(0).out;
    for words in [
        "CircleCI: job ship (workflow nightly)",
        "CircleCI: job ship (workflow nightly), by bin/release",
        "the services that compose.yml deploys",
        "the program that app.py is part of",
    ] {
        assert!(out.contains(words), "{words} in {out}");
    }
}

#[test]
fn a_finding_is_explained_by_its_fingerprint_in_its_own_language() {
    let repo = Repo::new();
    let token = samples::circleci(4);
    repo.write("client.go", format!("const BUILD_KEY = \"{token}\"\n"))
        .write("run.sh", "echo $BUILD_KEY\n")
        .stage()
        .commit("first");
    let found = stanch(repo.path(), ["scan", "--format", "json"]).code(1).out;
    let found: serde_json::Value = serde_json::from_str(&found).unwrap();
    let print = found["findings"][0]["fingerprint"].as_str().unwrap();
    for name in [print, &print[..10]] {
        let out = stanch(repo.path(), ["explain", name]).code(0).out;
        assert!(out.contains(RULE) && out.contains("run.sh:1"), "{out}");
        assert!(out.contains("os.LookupEnv(\"BUILD_KEY\")"), "{out}");
        assert!(!out.contains("boto3") && !out.contains(&token), "{out}");
    }
    let run = stanch(repo.path(), ["explain", &"0f".repeat(16)]).code(2);
    assert!(run.err.contains("fingerprint"), "{}", run.err);
    let run = stanch(repo.path(), ["explain", RULE, "--language", "cobol"]).code(2);
    assert!(run.err.contains("python"), "{}", run.err);
}
