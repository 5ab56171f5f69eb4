//! CircleCI: what is there, and new values, each exactly once.

use crate::leaked::incident::three_years;
use crate::support::circle::{End, Moment, TOKEN, circle, filled};
use crate::support::repo::Repo;
use crate::support::samples;
use crate::support::server::{Play, Server, json};
use crate::support::tool::{Run, program, stanch_with};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::Duration;

fn env(server: &Server) -> Vec<(String, String)> {
    vec![("CIRCLECI_TOKEN".into(), TOKEN.into()), ("CIRCLE_HOST".into(), server.url())]
}

fn run(repo: &Repo, line: &str, input: &str, server: &Server) -> Run {
    let mut args: Vec<&str> = line.split_whitespace().collect();
    let at = args.iter().position(|a| *a == "--").unwrap_or(args.len());
    args.splice(at..at, ["--rate", "10000", "--retries", "1", "--timeout", "5"]);
    let env = env(server);
    let env: Vec<(&str, &str)> = env.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    stanch_with(repo.path(), &args, input.as_bytes(), &env)
}

/// A plan for all variables: half of them in a project, half in a context; from files and
/// commands.
fn plan(repo: &Repo, names: usize) {
    let mut plan = String::new();
    for n in 0..names {
        let place = match n % 2 {
            0 => "project = \"gh/acme/web\"",
            _ => "context = \"prod\"\norg = \"gh/acme\"",
        };
        let from = match n % 4 {
            0 | 1 => format!("file = \"values/{n}\""),
            _ => format!("command = [\"cat\", \"values/{n}\"]"),
        };
        repo.write(format!("values/{n}"), format!("new-secret-{n:04}\n"));
        plan.push_str(&format!("[[change]]\nname = \"V{n:03}\"\n{place}\n{from}\n\n"));
    }
    repo.write("plan.toml", plan);
}

#[test]
fn nothing_is_changed_unless_told_to() {
    let (repo, store) = (Repo::plain(), filled(4, true));
    let server = circle(&store);
    plan(&repo, 4);
    let told = run(&repo, "circleci rotate plan plan.toml", "", &server).code(0);
    assert_eq!(told.out.matches("would change").count(), 4, "{}", told.out);
    assert!(server.seen().iter().all(|s| s.method == "GET"));
    let typed = run(&repo, "circleci rotate plan plan.toml --apply", "yes\n", &server).code(2);
    assert!(typed.err.contains("nothing was changed"), "{}", typed.err);
    assert!(server.seen().iter().all(|s| s.method == "GET"));
    let typed =
        run(&repo, "circleci rotate plan plan.toml --apply", "rotate 4\n", &server).code(0);
    assert_eq!(typed.out.matches("changed").count(), 4, "{}", typed.out);
    for (key, (text, _, times)) in &store.lock().unwrap().variables {
        assert!(text.starts_with("new-secret-") && *times == 2, "{key} {text} {times}");
    }
    let asked = server.seen().len();
    let again = run(&repo, "circleci rotate plan plan.toml --apply --yes", "", &server).code(0);
    assert_eq!((again.out.matches("done already").count(), server.seen().len()), (4, asked));
}

#[test]
fn a_rotation_that_is_killed_again_and_again_ends_right() {
    for (dated, kills) in [(true, 50), (false, 20)] {
        let (repo, store) = (Repo::plain(), filled(200, dated));
        let server = circle(&store);
        plan(&repo, 200);
        let mut random = stanch::rule::Generator::new(7);
        let line = "circleci rotate plan plan.toml --apply --yes --rate 100000 --retries 0";
        for _ in 0..kills {
            let mut command = Command::new(program());
            command.args(line.split(' ')).current_dir(repo.path()).envs(env(&server));
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let moment = match random.below(3) {
                0 => Moment::BeforeItIsCarriedOut,
                1 => Moment::BeforeItIsAnswered,
                _ => Moment::Later(Duration::from_micros(random.below(4000) as u64)),
            };
            let after = 1 + random.below(12);
            let mut child = {
                let mut store = store.lock().unwrap();
                let child = command.spawn().unwrap();
                store.end = Some(End { pid: child.id(), after, moment });
                child
            };
            assert_eq!(child.wait().unwrap().code(), None, "it was killed");
        }
        store.lock().unwrap().end = None;
        run(&repo, "circleci rotate plan plan.toml --apply --yes", "", &server).code(0);
        let store = store.lock().unwrap();
        for (key, (text, _, times)) in &store.variables {
            let n = &key[key.len() - 3..];
            assert_eq!(*text, format!("new-secret-0{n}"), "{key}");
            assert_eq!(*times, 2, "{key} was set once at first and once by us (dated: {dated})");
        }
        let log = std::fs::read_to_string(repo.path().join("stanch-rotation.json.log")).unwrap();
        let mut done = BTreeMap::new();
        for line in log.lines() {
            let entry: Value = serde_json::from_str(line).unwrap();
            if entry["step"] == "changed" || entry["step"] == "found done" {
                *done.entry(entry["change"].as_str().unwrap().to_owned()).or_insert(0) += 1;
            }
        }
        // A kill between the state file and the log leaves the word of the state file alone.
        assert!(done.len() >= 195 && done.values().all(|n| *n == 1), "{}", done.len());
        let state = std::fs::read_to_string(repo.path().join("stanch-rotation.json")).unwrap();
        for text in [log, state] {
            assert!(!text.contains("new-secret") && !text.contains(TOKEN));
        }
    }
}

#[test]
fn a_value_comes_from_a_file_standard_input_or_a_program() {
    let (repo, store) = (Repo::plain(), filled(2, true));
    let server = circle(&store);
    repo.write("v", "from-a-file\r\n");
    let to = |line: &str, state: &str, input: &str| {
        let (head, tail) = line
            .split_once(" -- ")
            .map_or((line, String::new()), |(h, t)| (h, format!(" -- {t}")));
        let line = format!("circleci rotate variable {head} --apply --yes --state {state}{tail}");
        run(&repo, &line, input, &server)
    };
    let now = |key: &str| store.lock().unwrap().variables[key].0.clone();
    to("V000 --project gh/acme/web --value-file v", "1", "").code(0);
    assert_eq!(now("p/V000"), "from-a-file");
    to("V001 --context prod --org gh/acme --value-file -", "2", "from-stdin\n").code(0);
    assert_eq!(now("c/V001"), "from-stdin");
    to("NEW --context prod --org gh/acme -- printenv HOME", "3", "").code(0);
    assert_eq!(now("c/NEW"), "/nonexistent");
    // A program sees nothing of our token, and no shell reads its words.
    let seen = to("V000 --project gh/acme/web -- printenv CIRCLECI_TOKEN", "4", "").code(2);
    assert!(seen.err.contains("failed"), "{}", seen.err);
    to("V000 --project gh/acme/web -- cat /proc/self/environ /proc/self/cmdline", "8", "").code(0);
    assert!(now("p/V000").contains("HOME=") && !now("p/V000").contains(TOKEN));
    to("V000 --project gh/acme/web -- echo $HOME;id", "5", "").code(0);
    assert_eq!(now("p/V000"), "$HOME;id");
    for (line, state) in
        [("V000 --project gh/acme/web -- true", "6"), ("V000 --project gh/acme/web", "7")]
    {
        to(line, state, "").code(2);
    }
    assert_eq!(now("p/V000"), "$HOME;id");
}

#[test]
fn keys_and_runner_tokens_are_replaced() {
    let (repo, store) = (Repo::plain(), filled(0, true));
    let server = circle(&store);
    let line = "circleci rotate checkout-key --project gh/acme/web --state k --apply --yes";
    let out = run(&repo, line, "", &server).code(0).out;
    assert!(out.contains("aa:bb, cc:dd at the code host"), "{out}");
    assert_eq!(store.lock().unwrap().keys, ["new:1"]);
    let line = "circleci rotate runner-token acme/linux --output t.token --state t --apply --yes";
    let out = run(&repo, line, "", &server).code(0).out;
    assert!(out.contains("give it to the runners") && !out.contains("fresh-runner"), "{out}");
    assert_eq!(
        std::fs::read_to_string(repo.path().join("t.token")).unwrap(),
        "fresh-runner-token"
    );
    assert_eq!(store.lock().unwrap().tokens, ["t-old", "t-2"]);
    run(&repo, &format!("{line} --remove-old"), "", &server).code(0);
    assert_eq!(store.lock().unwrap().tokens, ["t-2"]);
}

#[test]
fn everything_is_listed_with_all_pages() {
    let (repo, store) = (Repo::plain(), filled(10, true));
    let server = circle(&store);
    let out = run(&repo, "circleci inventory --since 2022-12-31", "", &server).code(1).out;
    for what in [
        "OLD  2021-01-01  gh/acme/web: checkout key aa:bb",
        "new  2023-02-01  gh/acme: context prod: variable V009",
        "new  2023-02-01  gh/acme/web: variable V008",
        "webhook hook",
        "schedule nightly",
        "runners acme/linux: token t-old",
        "new  2023-02-05  private: orb acme/hidden 1.2.3",
        "public: orb acme/one 1.2.3",
        "public: orb acme/two 1.2.3",
    ] {
        assert!(out.contains(what), "{what} in {out}");
    }
    let document = run(&repo, "circleci inventory --json", "", &server).code(0).out;
    let document: Value = serde_json::from_str(&document).unwrap();
    let variables = document["accounts"][0]["contexts"][0]["variables"].as_array().unwrap();
    assert_eq!(variables.len(), 5);
    let asked = server.seen();
    let v3 = asked.iter().filter(|s| s.path.starts_with("/api/v3/orb"));
    assert!(v3.clone().count() > 2);
    assert!(v3.into_iter().all(|s| s.header("authorization") == format!("Bearer {TOKEN}")));
    let none = run(&repo, "circleci inventory --namespace nobody", "", &server).code(3);
    assert!(none.err.contains("not listed: orbs of nobody"), "{}", none.err);
}

#[test]
fn it_is_merged_with_what_the_repositories_named_and_is_evidence() {
    let repo = three_years(&samples::circleci(21), &samples::circleci(22));
    let store = filled(2, true);
    for name in ["HEROKU_API_KEY", "IDLE_TOKEN", "UNHEARD_OF"] {
        let value = ("some-value".to_owned(), 9, 1);
        store.lock().unwrap().variables.insert(format!("c/{name}"), value);
    }
    let server = circle(&store);
    let missing = run(&repo, "circleci inventory --incident", "", &server).code(2);
    assert!(missing.err.contains("incident.toml"), "{}", missing.err);
    stanch_with(
        repo.path(),
        ["incident", "circleci", "--incident", "2023-01", "--save"],
        b"",
        &[],
    );
    let line = "circleci inventory --incident --project-slug gh/acme/r";
    let out = run(&repo, line, "", &server).code(1).out;
    for words in [
        "OLD  2021-01-01  gh/acme/web: checkout key aa:bb",
        "replaced  variable:r:HEROKU_API_KEY: HEROKU_API_KEY was set after 2023-01-04",
        "replaced  variable:r:FASTLY_TOKEN: neither the project nor a context",
        "unplanned gh/acme: context prod: variable UNHEARD_OF",
        "unknown   personal-token",
    ] {
        assert!(out.contains(words), "{words} in {out}");
    }
    assert!(!out.contains("unplanned gh/acme: context prod: variable HEROKU_API_KEY"), "{out}");
    // What it prints for programs is evidence as it stands.
    let document = run(&repo, &format!("{line} --json"), "", &server).code(1).out;
    let items: Value = serde_json::from_str(&document).unwrap();
    assert!(items["incident"]["items"].as_array().unwrap().len() > 5);
    repo.write("now.json", document);
    let verified = stanch_with(repo.path(), ["incident", "verify", "now.json"], b"", &[]);
    assert!(verified.out.contains("verified  variable:r:HEROKU_API_KEY"), "{}", verified.out);
    let status = stanch_with(repo.path(), ["incident", "status"], b"", &[]).code(1).out;
    assert!(status.contains("verified  rotate  variable:r:HEROKU_API_KEY"), "{status}");
    assert!(status.contains("stanch, from now.json"), "{status}");
}

#[test]
fn what_cannot_be_listed_is_a_gap() {
    let answers: [(&str, Play); 4] = [
        ("403", || json(403, "{}")),
        ("broken", || json(200, "{\"items\": [")),
        ("no list", || json(200, "{\"hello\": 1}")),
        ("HTML", || json(200, "<html>")),
    ];
    for (name, answer) in answers {
        let repo = Repo::plain();
        let server = Server::new(move |seen| match seen.path.contains("collaborations") {
            true => json(200, "[{\"id\": \"o\", \"slug\": \"gh/acme\", \"name\": \"acme\"}]"),
            false => answer(),
        });
        let out = run(&repo, "circleci inventory", "", &server).code(3);
        assert!(out.err.contains("not listed: contexts of gh/acme"), "{name}: {}", out.err);
    }
    let repo = Repo::plain();
    let server = Server::new(|_| json(401, "{}"));
    let out = run(&repo, "circleci inventory", "", &server).code(2);
    assert!(out.err.contains("status 401") && !out.err.contains(TOKEN), "{}", out.err);
    let out = stanch_with(repo.path(), ["circleci", "inventory"], b"", &[]).code(2);
    assert!(out.err.contains("CIRCLECI_TOKEN"), "{}", out.err);
}
