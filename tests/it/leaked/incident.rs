//! `stanch incident`: three years of configuration on several branches, and the exact answer for
//! the days of January 2023.

use crate::support::repo::Repo;
use crate::support::samples;
use crate::support::tool::stanch;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Instant;

/// A commit on that day.
fn commit(repo: &Repo, day: &str, message: &str) {
    repo.stage();
    run(repo, day, &["commit", "-q", "--allow-empty", "-m", message]);
}

fn run(repo: &Repo, day: &str, args: &[&str]) {
    let at = format!("{day}T12:00:00Z");
    let mut git = repo.git_command();
    git.env("GIT_AUTHOR_DATE", &at).env("GIT_COMMITTER_DATE", &at).args(args);
    let out = git.output().unwrap();
    assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
}

fn config(env: &str, context: &str, orb: &str, more: &str) -> String {
    format!(
        "version: 2.1\norbs:\n  node: circleci/node@{orb}\njobs:\n  deploy:\n    docker:\n      - image: cimg/base\n    steps:\n      - checkout\n      - run: ./bin/deploy --key ${env}\n{more}workflows:\n  main:\n    jobs:\n      - deploy:\n          context: {context}\n"
    )
}

const PATH: &str = ".circleci/config.yml";

/// From 2021 to 2023: what must be in the answer is marked so.
pub fn three_years(secret: &str, late: &str) -> Repo {
    let repo = Repo::new();
    // 2021: replaced long before.
    repo.write(PATH, config("OLD_TOKEN", "ancient", "1.0.0", ""));
    commit(&repo, "2021-02-01", "first");
    // A branch of 2021, merged and gone before the window.
    repo.git(["checkout", "-q", "-b", "early"]);
    repo.write(PATH, config("EARLY_TOKEN", "early-context", "1.0.0", ""));
    commit(&repo, "2021-05-01", "early");
    repo.git(["checkout", "-q", "main"]);
    run(&repo, "2021-06-01", &["merge", "-q", "--no-ff", "-m", "Merge branch 'early'", "early"]);
    repo.git(["branch", "-q", "-D", "early"]);
    // 2022: what main stands at when the window begins.
    let more = "      - add_ssh_keys:\n          fingerprints:\n            - \"SHA256:AbCdEf\"\n      - run: make release\n      - run: vault kv get -field=x app\n";
    let text = config("HEROKU_API_KEY", "production", "5", more);
    repo.write(PATH, format!("# FASTLY_TOKEN: used by the site\n{text}"))
        .write("bin/deploy", "#!/bin/sh\necho $SENTRY_AUTH_TOKEN $HEROKU_API_KEY\n")
        .write("Makefile", "release:\n\tnpm publish --token $(HEROKU_API_KEY)\n")
        .write("legacy.env", format!("CIRCLE_KEY={secret}\n"));
    commit(&repo, "2022-11-01", "main in force");
    // A branch that is idle all through the window.
    repo.git(["checkout", "-q", "-b", "idle"]);
    repo.write(PATH, config("IDLE_TOKEN", "idle-context", "dev:first", ""));
    commit(&repo, "2022-11-15", "idle");
    // A branch that works in the window, and is merged and deleted after it.
    repo.git(["checkout", "-q", "-b", "feature", "main"]);
    repo.write(
        PATH,
        config("FEATURE_TOKEN", "feature-context", "5.0.1", "    resource_class: acme/big\n"),
    );
    commit(&repo, "2022-12-24", "feature one");
    repo.write(PATH, config("SECOND_TOKEN", "production", "5.0.1", ""));
    commit(&repo, "2023-01-03", "feature two");
    repo.git(["checkout", "-q", "main"]);
    run(
        &repo,
        "2023-01-20",
        &[
            "merge",
            "-q",
            "--no-ff",
            "-X",
            "theirs",
            "-m",
            "Merge pull request #7 from acme/feature",
            "feature",
        ],
    );
    repo.git(["branch", "-q", "-D", "feature"]);
    // A pull request that was never merged and whose branch is gone, as a mirror keeps it; and one
    // that was closed long before.
    for (number, day, name) in
        [("8", "2022-12-28", "PULL_TOKEN"), ("2", "2021-03-01", "CLOSED_TOKEN")]
    {
        repo.git(["checkout", "-q", "-b", "pull", "main"]);
        repo.write(PATH, config(name, "production", "5.0.1", ""));
        commit(&repo, day, "pull");
        repo.git(["update-ref", &format!("refs/pull/{number}/head"), "HEAD"]);
        repo.git(["checkout", "-q", "main"]);
        repo.git(["branch", "-q", "-D", "pull"]);
        repo.git(["reflog", "expire", "--expire=now", "--all"]);
    }
    // 2023: all too late.
    repo.write(PATH, config("NEW_TOKEN", "new-context", "volatile", ""))
        .write("late.env", format!("CIRCLE_KEY={late}\n"));
    commit(&repo, "2023-02-01", "after");
    repo.git(["checkout", "-q", "-b", "young"]);
    repo.write(PATH, config("YOUNG_TOKEN", "young-context", "6.0.0", ""));
    commit(&repo, "2024-01-01", "young");
    repo.git(["checkout", "-q", "main"]);
    repo
}

fn answer(repo: &Repo, args: &[&str]) -> Value {
    let args = [&["incident", "circleci", "--format", "json"], args].concat();
    let run = stanch(repo.path(), args).code(1);
    serde_json::from_str(&run.out).unwrap()
}

fn items(answer: &Value) -> BTreeMap<String, Value> {
    let list = answer["items"].as_array().unwrap();
    list.iter().map(|i| (i["id"].as_str().unwrap().to_owned(), i.clone())).collect()
}

fn branches(item: &Value) -> Vec<String> {
    let mut names: Vec<String> = item["sites"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|s| s["branches"].as_array().unwrap())
        .map(|b| b.as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn exactly_what_was_there_on_those_days_is_told() {
    let (secret, late) = (samples::circleci(21), samples::circleci(22));
    let repo = three_years(&secret, &late);
    let start = Instant::now();
    let answer = answer(&repo, &["--from", "2022-12-21", "--to", "2023-01-04"]);
    let took = start.elapsed();
    let items = items(&answer);
    let mut ids: Vec<&str> =
        items.keys().map(String::as_str).filter(|id| !id.starts_with("secret:")).collect();
    ids.sort_unstable();
    assert_eq!(
        ids,
        [
            "checkout-key:r:deploy and user keys",
            "context:feature-context",
            "context:idle-context",
            "context:production",
            "oauth:organisation and members",
            "orb:circleci/node@5",
            "orb:circleci/node@5.0.1",
            "orb:circleci/node@dev:first",
            "personal-token:all of every member",
            "project-token:r:all of the project",
            "pulled:r:HashiCorp Vault",
            "runner:acme/big",
            "ssh-key:r:SHA256:AbCdEf",
            "variable:r:FASTLY_TOKEN",
            "variable:r:FEATURE_TOKEN",
            "variable:r:HEROKU_API_KEY",
            "variable:r:IDLE_TOKEN",
            "variable:r:PULL_TOKEN",
            "variable:r:SECOND_TOKEN",
            "variable:r:SENTRY_AUTH_TOKEN",
        ]
    );
    assert_eq!(branches(&items["variable:r:HEROKU_API_KEY"]), ["main"]);
    assert_eq!(branches(&items["variable:r:IDLE_TOKEN"]), ["idle"]);
    assert_eq!(branches(&items["variable:r:FEATURE_TOKEN"]), ["feature"]);
    assert_eq!(branches(&items["context:production"]), ["feature", "main", "pull request 8"]);
    assert_eq!(branches(&items["variable:r:PULL_TOKEN"]), ["pull request 8"]);
    assert_eq!(answer["commits"]["r"], 5);
    // The one secret that was there, and where.
    let secrets: Vec<&Value> = items.values().filter(|i| i["kind"] == "secret").collect();
    assert_eq!(secrets.len(), 1, "{secrets:#?}");
    assert_eq!(secrets[0]["sure"], "certain");
    assert!(!answer.to_string().contains(&secret) && !answer.to_string().contains(&late));
    assert!(took.as_millis() < 2000 || cfg!(debug_assertions) && took.as_secs() < 10, "{took:?}");
}

/// What is only named on a branch that slept for years, what tools read without a word, what
/// stands in parts of a configuration that is packed, and in scripts beside it.
#[test]
fn what_sleeps_and_what_nobody_spells_out_is_told_apart() {
    let repo = Repo::new();
    repo.write(PATH, config("STALE_TOKEN", "stale-context", "volatile", ""));
    commit(&repo, "2019-05-01", "first");
    repo.git(["checkout", "-q", "-b", "stale"]);
    repo.write("x", "x");
    commit(&repo, "2019-05-02", "left alone");
    repo.git(["checkout", "-q", "main"]);
    let more = "      - run: python tools/upload.py\n      - run: .circleci/notify.sh\n      - run: aws s3 sync . s3://x\n";
    let shelf = "shelf:\n  part: &part\n    run: echo $SHELF_TOKEN\n";
    let text = config("LIVE_TOKEN", "live", "5.0.1", more);
    let text =
        text.replace("node: circleci/node", "slack: circleci/slack@4.1.1\n  node: circleci/node");
    let text = text.replace("      - checkout\n", "      - checkout\n      - slack/notify\n");
    repo.write(PATH, format!("{text}{shelf}"))
        .write(".circleci/notify.sh", "#!/bin/sh\ncurl -H \"$NOTIFY_TOKEN\"\n")
        .write("tools/upload.py", "import os\nos.environ['UPLOAD_KEY']\n")
        .write("tools/idle.py", "import os\nos.environ['IDLE_KEY']\n")
        .write(
            ".circleci/src/jobs/pack.yml",
            "docker: [{image: x}]\nsteps:\n  - run: ./x $PACKED_TOKEN\n",
        )
        .write(".github/workflows/a.yml", "env: $LIVE_TOKEN\n");
    commit(&repo, "2022-06-01", "live");
    let items = items(&answer(&repo, &["--incident", "2023-01"]));
    let of = |name: &str| &items[&format!("variable:r:{name}")];
    for (name, sure, action) in [
        ("STALE_TOKEN", "possible", "check"),
        ("LIVE_TOKEN", "likely", "rotate"),
        ("NOTIFY_TOKEN", "possible", "rotate"),
        ("UPLOAD_KEY", "possible", "rotate"),
        ("PACKED_TOKEN", "likely", "rotate"),
        ("AWS_SECRET_ACCESS_KEY", "possible", "rotate"),
        ("SLACK_ACCESS_TOKEN", "possible", "rotate"),
    ] {
        assert_eq!(
            (of(name)["sure"].as_str(), of(name)["action"].as_str()),
            (Some(sure), Some(action)),
            "{name}"
        );
    }
    assert!(
        !items.contains_key("variable:r:SHELF_TOKEN") || of("SHELF_TOKEN")["sure"] == "possible"
    );
    assert!(!items.contains_key("variable:r:IDLE_KEY"));
    assert!(of("STALE_TOKEN")["why"].to_string().contains("the last on 2019-05-0"));
    assert!(of("PACKED_TOKEN")["used"].to_string().contains("job pack"));
    assert!(
        of("AWS_SECRET_ACCESS_KEY")["used"].to_string().contains("job deploy (workflow main)")
    );
    assert!(of("LIVE_TOKEN")["contexts"].to_string().contains("live"));
    assert_eq!(items["context:stale-context"]["action"], "check");
    assert_eq!(items["orb:circleci/node@volatile"]["action"], "none");
}

#[test]
fn usage_and_plan_say_what_breaks_and_who_issues_it() {
    let repo = three_years(&samples::circleci(21), &samples::circleci(22));
    let items = items(&answer(&repo, &["--incident", "2023-01"]));
    let heroku = &items["variable:r:HEROKU_API_KEY"];
    let used = heroku["used"].to_string();
    for words in ["job deploy (workflow main)", "script bin/deploy:2", "makefile Makefile:2"] {
        assert!(used.contains(words), "{words} in {used}");
    }
    assert!(heroku["breaks"].to_string().contains("job deploy (workflow main) fails"));
    for name in ["SENTRY_AUTH_TOKEN", "FASTLY_TOKEN"] {
        assert_eq!(items[&format!("variable:r:{name}")]["sure"], "possible");
    }
    assert_eq!(heroku["provider"], "Heroku");
    assert!(heroku["pages"].to_string().contains("dashboard.heroku.com"));
    assert_eq!(items["pulled:r:HashiCorp Vault"]["action"], "less");
    assert_eq!(items["orb:circleci/node@5.0.1"]["action"], "none");
    assert_eq!(items["orb:circleci/node@5"]["action"], "check");
    let tokens = &items["personal-token:all of every member"];
    assert!(tokens["vendor"].as_str().unwrap().contains("2023-01-05 00:00 UTC"));
    assert_eq!(tokens["action"], "check");
    let text = stanch(repo.path(), ["incident", "circleci", "--incident", "2023-01"]).code(1).out;
    let order = [
        "Authorization at",
        "Project API tokens",
        "Personal API tokens",
        "Variables of",
        "Contexts",
        "Additional SSH",
        "Deploy and user",
        "Runner",
    ];
    let plan = &text[text.find("What to do, in this order").unwrap()..];
    let places: Vec<usize> =
        order.iter().map(|o| plan.find(o).unwrap_or_else(|| panic!("{o}"))).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn the_incident_of_2013_reads_the_old_form() {
    let repo = Repo::new();
    repo.write("circle.yml", "machine:\n  environment:\n    NODE_SECRET: abcdef123456\ndeployment:\n  production:\n    branch: main\n    commands:\n      - ./deploy $AWS_SECRET_ACCESS_KEY\n");
    commit(&repo, "2013-09-01", "circle");
    let items = items(&answer(&repo, &["--incident", "2013-10"]));
    assert_eq!(items["variable:r:AWS_SECRET_ACCESS_KEY"]["provider"], "Amazon Web Services");
    assert!(items.contains_key("literal:r:NODE_SECRET"));
    assert!(!items["literal:r:NODE_SECRET"].to_string().contains("abcdef123456"));
    assert!(!items.contains_key("ssh-key:r:all"));
    assert!(items.contains_key("checkout-key:r:deploy and user keys"));
}

#[test]
fn a_repository_is_called_as_its_remote_is() {
    let repo = three_years(&samples::circleci(21), &samples::circleci(22));
    for url in
        ["git@github.com:acme/web.git", "https://ann:pw@example.org/acme/web", "ssh://h/acme/web/"]
    {
        repo.git(["config", "remote.origin.url", url]);
        let items = items(&answer(&repo, &["--incident", "2023-01", "--no-secrets"]));
        assert!(
            items.contains_key("variable:acme/web:HEROKU_API_KEY"),
            "{url}: {:?}",
            items.keys()
        );
    }
}

#[test]
fn several_repositories_share_contexts_and_keep_their_variables() {
    let one = three_years(&samples::circleci(21), &samples::circleci(22));
    let two = three_years(&samples::circleci(23), &samples::circleci(24));
    one.git(["config", "remote.origin.url", "git@github.com:acme/one.git"]);
    two.git(["config", "remote.origin.url", "git@github.com:acme/two.git"]);
    let paths = [one.path().display().to_string(), two.path().display().to_string()];
    let args = ["--incident", "2023-01", "--no-secrets", &paths[0], &paths[1]];
    let items = items(&answer(&one, &args));
    for id in ["variable:acme/one:HEROKU_API_KEY", "variable:acme/two:HEROKU_API_KEY"] {
        assert!(items.contains_key(id), "{id}");
    }
    let sites = items["context:production"]["sites"].to_string();
    assert!(sites.contains("acme/one") && sites.contains("acme/two"), "{sites}");
}

#[test]
fn every_form_is_written_and_hides_values() {
    let secret = samples::circleci(31);
    let repo = three_years(&secret, &samples::circleci(32));
    for format in ["text", "markdown", "html", "json"] {
        let args = ["incident", "circleci", "--incident", "2023-01", "--format", format];
        let out = stanch(repo.path(), args).code(1).out;
        assert!(out.contains("HEROKU_API_KEY") && !out.contains(&secret), "{format}");
        if format == "markdown" {
            assert!(out.contains("- [ ] rotate: `HEROKU_API_KEY`"), "{out}");
        }
    }
}

#[test]
fn nothing_on_those_days_is_said_so_and_hostile_yaml_is_told() {
    let repo = Repo::new();
    repo.write(PATH, format!("a: {}", "[".repeat(90_000)));
    commit(&repo, "2022-12-22", "hostile");
    let start = Instant::now();
    let items = items(&answer(&repo, &["--incident", "2023-01"]));
    assert!(items.contains_key("unread:r:.circleci/config.yml"), "{items:?}");
    assert!(start.elapsed().as_secs() < 20);
    let empty = Repo::new();
    empty.write("a", "b");
    commit(&empty, "2022-12-22", "no configuration");
    let out = stanch(empty.path(), ["incident", "circleci", "--incident", "2023-01"]).code(0).out;
    assert!(out.contains("none with a configuration"), "{out}");
    for bad in [
        &["--incident", "1999-01"][..],
        &["--from", "2023-01-01"],
        &["--from", "2023-01-05", "--to", "2023-01-01"],
    ] {
        stanch(empty.path(), [&["incident", "circleci"], bad].concat()).code(2);
    }
}
