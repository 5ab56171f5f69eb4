//! `stanch circleci audit-log`: both forms of export, and what in them deserves a look.

use crate::support::repo::Repo;
use crate::support::samples;
use crate::support::tool::stanch;
use serde_json::{Value, json};

fn event(nth: usize, day: &str, action: &str, actor: &str, address: &str) -> Value {
    json!({"id": format!("e{nth}"), "occurred_at": format!("{day}T10:00:00Z"), "action": action,
        "actor": {"id": actor, "name": actor, "type": if actor == "ghost" { "unregistered" } else { "user" }},
        "target": {"id": "t", "name": "production", "type": "context"},
        "payload": {"names": ["NPM_TOKEN"]}, "request": {"ip_address": address}, "success": true})
}

fn log() -> Vec<Value> {
    let mut log: Vec<Value> = (1..=20)
        .map(|d| event(d, &format!("2022-11-{d:02}"), "workflow.job.start", "ann", "203.0.113.1"))
        .collect();
    log.push(event(30, "2022-12-22", "user.logged_in", "ann", "198.51.100.9"));
    log.push(event(31, "2022-12-23", "context.secrets.accessed", "ann", "203.0.113.1"));
    log.push(event(32, "2022-12-24", "context.env_var.store", "ann", "203.0.113.1"));
    log.push(event(33, "2022-12-25", "project.ssh_key.create", "ann", "203.0.113.1"));
    log.push(event(34, "2022-12-26", "workflow.job.start", "ghost", ""));
    log.push(event(35, "2022-12-27", "workflow.job.start", "ann", "203.0.113.1"));
    log.push(event(36, "2023-02-01", "context.delete", "ann", "203.0.113.1"));
    log
}

fn csv(log: &[Value]) -> String {
    let fields =
        ["id", "occurred_at", "action", "actor", "target", "payload", "request", "success"];
    let cell = |v: &Value| {
        let text = v.as_str().map_or_else(|| v.to_string(), str::to_owned);
        format!("\"{}\"", text.replace('"', "\"\""))
    };
    let row = |e: &Value| fields.map(|f| cell(&e[f])).join(",");
    let rows: Vec<String> = log.iter().map(row).collect();
    format!("{}\n{}\n", fields.join(","), rows.join("\n"))
}

const DAYS: [&str; 4] = ["--from", "2022-12-21", "--to", "2023-01-04"];

fn told(answer: &Value) -> Vec<(String, String, bool)> {
    let flags = answer["flags"].as_array().unwrap();
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    flags.iter().map(|f| (text(&f["event"]["id"]), text(&f["group"]), f["look"] == true)).collect()
}

#[test]
fn the_window_is_told_from_csv_json_and_lines_alike() {
    let dir = Repo::plain();
    let lines: Vec<String> = log().iter().map(Value::to_string).collect();
    dir.write("log.csv", csv(&log()))
        .write("log.json", serde_json::to_string(&log()).unwrap())
        .write("log.jsonl", lines.join("\n"));
    let mut answers = Vec::new();
    for file in ["log.csv", "log.json", "log.jsonl"] {
        let args = [&["circleci", "audit-log", file, "--format", "json"], &DAYS[..]].concat();
        let run = stanch(dir.path(), args).code(1);
        answers.push(serde_json::from_str::<Value>(&run.out).unwrap());
    }
    let expected = [
        ("e30", "login", true),
        ("e31", "read", false),
        ("e32", "secret", true),
        ("e33", "key", true),
        ("e34", "actor", true),
    ];
    let expected: Vec<_> = expected.map(|(i, g, l)| (i.to_owned(), g.to_owned(), l)).to_vec();
    assert_eq!(told(&answers[0]), expected);
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
    // The same events from several exports are one.
    let args = [&["circleci", "audit-log", "log.csv", "log.json", "--format", "json"], &DAYS[..]]
        .concat();
    let both: Value = serde_json::from_str(&stanch(dir.path(), args).code(1).out).unwrap();
    assert_eq!(both, answers[0]);
}

#[test]
fn own_addresses_and_hours_are_heeded_and_findings_joined() {
    let repo = Repo::new();
    let token = samples::circleci(41);
    repo.write("a", format!("token: {token}\n")).stage();
    let mut git = repo.git_command();
    let day = "2022-12-01T00:00:00Z";
    git.env("GIT_AUTHOR_DATE", day).env("GIT_COMMITTER_DATE", day);
    assert!(git.args(["commit", "-q", "-m", "x"]).status().unwrap().success());
    repo.write("log.csv", csv(&log()));
    let args = [
        &[
            "circleci",
            "audit-log",
            "log.csv",
            "--repository",
            ".",
            "--address",
            "203.0.",
            "--hours",
            "11-19",
        ],
        &DAYS[..],
    ]
    .concat();
    let out = stanch(repo.path(), args).code(1).out;
    for words in [
        "198.51.100.9 is none of",
        "outside of the hours",
        "Dependabot",
        "since 2022-12-01",
        "names NPM_TOKEN",
    ] {
        assert!(out.contains(words), "{words} in {out}");
    }
    assert!(!out.contains(&token));
}

#[test]
fn what_is_no_log_is_refused() {
    let dir = Repo::plain();
    dir.write("bad.csv", "a,b\n1,2\n").write("bad.json", "{\"a\": [");
    for file in ["bad.csv", "bad.json", "none.csv"] {
        stanch(dir.path(), ["circleci", "audit-log", file]).code(2);
    }
}
