//! Logs of builds are fetched and scanned, however long they are.

use crate::support::repo::Repo;
use crate::support::samples;
use crate::support::server::{Answer, Seen, Server, json, with};
use crate::support::tool::{Run, program, stanch_with};
use serde_json::Value;
use std::io::Write;
use std::process::Command;

fn run(repo: &Repo, line: &str, server: &Server) -> Run {
    let all = format!(
        "circleci logs --project gh/acme/web --format json --rate 10000 --retries 1 --timeout 10 {line}"
    );
    let url = server.url();
    stanch_with(
        repo.path(),
        all.split_whitespace(),
        b"",
        &[("CIRCLECI_TOKEN", "t"), ("CIRCLE_HOST", &url)],
    )
}

/// A build with one step, whose output is behind a link of this server.
fn build(seen: &Seen, number: &str) -> Answer {
    let host = seen.header("host");
    let body = format!(
        r#"{{"build_num": {number}, "steps": [{{"name": "test", "actions": [
            {{"name": "run tests", "step": 101, "index": 0, "has_output": true,
              "output_url": "http://{host}/output/{number}"}},
            {{"name": "no output", "step": 102, "index": 0, "has_output": false}}]}}]}}"#
    );
    json(200, &body)
}

/// A log of `size` bytes at least as CircleCI hands it out, with `token` in the middle, over the
/// border of two messages.
fn log(size: usize, token: &str) -> Answer {
    let line = r#"{"type":"out","time":"2023-01-01T00:00:00.000Z","message":"compiling module 12 of 99 ... ok\r\n"},"#;
    let half = (size / 2 / line.len()).max(1);
    let (a, b) = token.split_at(token.len() / 2);
    let middle = format!(r#"{{"message":"export T=\"{a}"}},{{"message":"{b}\"\n"}},"#);
    let end = r#"{"message":"done"}]"#;
    let length = 1 + 2 * half * line.len() + middle.len() + end.len();
    let block = line.repeat(100);
    Answer::Long(
        length as u64,
        Box::new(move |out| {
            let lines = |out: &mut dyn Write| {
                (0..half / 100).try_for_each(|_| out.write_all(block.as_bytes()))?;
                out.write_all(line.repeat(half % 100).as_bytes())
            };
            out.write_all(b"[")?;
            lines(out)?;
            out.write_all(middle.as_bytes())?;
            lines(out)?;
            out.write_all(end.as_bytes())
        }),
    )
}

fn builds(size: usize) -> Server {
    Server::new(move |seen| match seen.path.split('?').next().unwrap() {
        "/api/v1.1/project/gh/acme/web" => {
            let from: usize = seen
                .path
                .split("offset=")
                .nth(1)
                .unwrap()
                .split('&')
                .next()
                .unwrap()
                .parse()
                .unwrap();
            let page: Vec<String> = (from..(from + 100).min(250))
                .map(|n| format!("{{\"build_num\": {}}}", 250 - n))
                .collect();
            json(200, &format!("[{}]", page.join(",")))
        }
        path if path.starts_with("/output/") => {
            let n: u64 = path.rsplit('/').next().unwrap().parse().unwrap();
            log(size, &samples::circleci(n))
        }
        path if path.ends_with("/artifacts") => {
            let host = seen.header("host");
            json(
                200,
                &format!(
                    r#"{{"items": [{{"path": "out/app.js", "node_index": 0, "url": "http://{host}/stored"}}]}}"#
                ),
            )
        }
        "/stored" => with(200, &[], &format!("key={}\n", samples::circleci(999))),
        path => build(seen, path.rsplit('/').next().unwrap()),
    })
}

fn found(run: &Run) -> usize {
    let report: Value = serde_json::from_str(&run.out).unwrap();
    report["findings"].as_array().unwrap().len()
}

#[test]
fn every_log_of_a_range_is_scanned_and_artifacts_too() {
    let repo = Repo::plain();
    let server = builds(300_000);
    let all = run(&repo, "--from 11 --to 35 --artifacts", &server).code(1);
    assert_eq!(found(&all), 26);
    assert!(
        all.out.contains("gh/acme/web/35/101.0 run tests")
            && all.out.contains("artifacts/0/out/app.js")
    );
    let outputs = server.seen().into_iter().filter(|s| s.path.starts_with("/output/"));
    assert!(
        outputs.filter(|s| !s.header("circle-token").is_empty()).count() == 0,
        "the link needs no token"
    );
    assert_eq!(found(&run(&repo, "--last 130", &builds(2_000)).code(1)), 130);
}

#[test]
fn what_was_done_is_kept_and_what_was_not_is_fetched_again() {
    let repo = Repo::plain();
    let server = builds(10_000);
    let line = "--from 1 --to 45 --state kept";
    assert_eq!(found(&run(&repo, line, &server).code(1)), 45);
    let asked = server.seen().len();
    assert_eq!(found(&run(&repo, line, &server).code(1)), 45);
    assert_eq!(server.seen().len(), asked, "nothing is fetched twice");
    std::fs::remove_file(repo.path().join("kept/builds-21-40.json")).unwrap();
    std::fs::write(repo.path().join("kept/builds-1-20.json"), "{\"half").unwrap();
    assert_eq!(found(&run(&repo, line, &server).code(1)), 45);
    assert_eq!(server.seen().len(), asked + 80);
}

#[test]
fn a_log_that_cannot_be_had_is_a_gap() {
    type Play = fn(&Seen) -> Answer;
    let cases: [(&str, Play, i32); 6] = [
        ("no such build", |_| json(404, "{}"), 0),
        ("forbidden", |_| json(403, "{}"), 3),
        ("no JSON", |_| with(200, &[("Content-Type", "text/html")], "<html>"), 3),
        (
            "cut short",
            |seen| match seen.path.contains("/output/") {
                true => Answer::Raw(
                    b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n[{\"message\":\"abc".to_vec(),
                ),
                false => build(seen, "1"),
            },
            3,
        ),
        (
            "half a log",
            |seen| match seen.path.contains("/output/") {
                true => json(200, "[{\"message\":\"abc"),
                false => build(seen, "1"),
            },
            3,
        ),
        (
            "gone",
            |seen| match seen.path.contains("/output/") {
                true => json(410, ""),
                false => build(seen, "1"),
            },
            3,
        ),
    ];
    for (name, answer, code) in cases {
        let repo = Repo::plain();
        let run = run(&repo, "--from 1 --to 1", &Server::new(answer));
        assert_eq!(run.code, code, "{name}: {} {}", run.out, run.err);
    }
}

/// 500 builds of 10 MB: `cargo test --release --features live --test it five_hundred -- --ignored`.
#[test]
#[ignore = "fetches 5 GB from itself"]
fn five_hundred_long_logs_take_little_memory() {
    let repo = Repo::plain();
    let server = builds(10_000_000);
    let line = "circleci logs --project gh/acme/web --from 1 --to 500 --rate 10000 --format json -o out.json --memory 64M";
    let mut command = Command::new(program());
    command.args(line.split(' ')).current_dir(repo.path());
    command.envs([("CIRCLECI_TOKEN", "t"), ("CIRCLE_HOST", &server.url())]);
    let mut child = command.spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = String::new();
    let code = loop {
        if let Ok(text) = std::fs::read_to_string(&status)
            && let Some(line) = text.lines().find(|l| l.starts_with("VmHWM"))
        {
            line.clone_into(&mut peak);
        }
        if let Some(code) = child.try_wait().unwrap() {
            break code;
        }
        std::thread::sleep(std::time::Duration::from_millis(200));
    };
    let text = std::fs::read_to_string(repo.path().join("out.json")).unwrap();
    let report: Value = serde_json::from_str(&text).unwrap();
    println!("{peak}, {} bytes scanned", report["ledger"]["bytes"]);
    assert_eq!((code.code(), report["findings"].as_array().unwrap().len()), (Some(1), 500));
    let kilobytes: u64 = peak.split_whitespace().nth(1).unwrap().parse().unwrap();
    assert!(kilobytes < 400_000, "{peak}");
}
