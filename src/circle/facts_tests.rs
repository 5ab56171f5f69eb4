//! What is read out of configurations.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may")]

use super::facts::facts;
use super::yaml::parse;

const TEXT: &str = "\
version: 2.1
setup: true
orbs:
  node: circleci/node@5.0.2
  aws: circleci/aws-cli@3
  own:
    jobs:
      inner:
        steps: [{run: echo $INNER_KEY}]
jobs:
  build:
    docker:
      - image: acme/app
        auth: {username: bot, password: $DOCKER_PASS}
        environment:
          MODE: test
    resource_class: acme/big
    steps:
      - checkout
      - add_ssh_keys:
          fingerprints: [\"aa:bb\"]
      - run:
          command: |
            export OUT=1
            ./deploy.sh $HEROKU_API_KEY
            echo $OUT $CIRCLE_SHA1 $MODE
      - own/inner:
          token: NPM_TOKEN
  scan:
    steps:
      - run: vault kv get x $CIRCLE_OIDC_TOKEN
workflows:
  main:
    triggers:
      - schedule: {cron: \"0 0 * * *\"}
    jobs:
      - hold: {type: approval}
      - build: {context: [prod, org-global], filters: {branches: {only: main}}, requires: [hold]}
  other:
    jobs: [scan, {build: {context: dev}}]
";

#[test]
fn everything_about_secrets_is_seen() {
    let facts = facts(&parse(TEXT).unwrap());
    assert!(facts.setup);
    assert_eq!(facts.orbs.len(), 3);
    let uses: Vec<(&str, &str, u32)> =
        facts.uses.iter().map(|(o, n, l)| (o.as_str(), n.as_str(), *l)).collect();
    assert_eq!(
        uses,
        [
            ("job build", "DOCKER_PASS", 14),
            ("job build", "HEROKU_API_KEY", 25),
            ("job build", "NPM_TOKEN", 28),
            ("orb own, job inner", "INNER_KEY", 9),
        ]
    );
    assert_eq!((facts.env[0].name.as_str(), facts.env[0].line), ("MODE", 16));
    assert_eq!(facts.auths[0].names, ["DOCKER_PASS"]);
    assert_eq!(facts.classes[0].1, "acme/big");
    assert_eq!(facts.keys[0].fingerprints, ["aa:bb"]);
    assert_eq!(facts.checkouts.len(), 1);
    assert_eq!(facts.schedules[0].cron, "0 0 * * *");
    assert_eq!(facts.pulled[0].1, "HashiCorp Vault");
    assert_eq!(facts.oidc.len(), 1);
}

#[test]
fn starts_know_contexts_filters_and_approvals() {
    let facts = facts(&parse(TEXT).unwrap());
    let build = facts.starts.iter().find(|s| s.workflow == "main" && s.job == "build").unwrap();
    assert_eq!(build.contexts, ["prod", "org-global"]);
    assert!(build.filtered && build.approved);
    let other = facts.starts.iter().find(|s| s.workflow == "other" && s.job == "build").unwrap();
    assert!(!other.filtered && !other.approved);
    assert!(facts.jobs[0].calls.contains("own/inner"));
}

#[test]
fn a_job_is_guarded_by_those_that_it_requires() {
    let text = "workflows:\n  w:\n    jobs:\n      - last: {requires: [mid], context: c}\n      - a: {name: mid, requires: [gate]}\n      - gate: {filters: {branches: {only: main}}}\n      - free: {context: c}\n";
    let facts = facts(&parse(text).unwrap());
    let filtered: Vec<bool> = facts.starts.iter().map(|s| s.filtered).collect();
    assert_eq!(filtered, [true, true, true, false]);
}

#[test]
fn version_one_is_understood_too() {
    let text =
        "machine:\n  environment:\n    A_KEY: x\ndeployment:\n  p:\n    commands: [./d $B_KEY]\n";
    let facts = facts(&parse(text).unwrap());
    assert_eq!((facts.env[0].name.as_str(), facts.env[0].owner.as_str()), ("A_KEY", "machine"));
    assert_eq!(facts.uses[0].1, "B_KEY");
}
