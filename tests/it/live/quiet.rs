//! Nobody is asked unless told to, and no program is started with a secret: every command runs with
//! a small library (`quiet.c`) that notes each socket, and the words and the environment of each
//! program. It needs Linux and the C compiler that Rust links with.

use crate::leaks::{commands, files, planted, shown};
use crate::support::circle::{TOKEN, circle, filled};
use crate::support::repo::Repo;
use crate::support::samples;
use crate::support::server::{Answer, Server, json, with};
use crate::support::tool::{Run, stanch_with};
use std::path::PathBuf;
use std::process::Command;

/// The library, and the folder that it writes to.
struct Notes {
    folder: tempfile::TempDir,
    library: PathBuf,
}

impl Notes {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("quiet.so");
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library);
        cc.arg(format!("-DFOLDER=\"{}\"", folder.path().display()));
        cc.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/live/quiet.c"));
        assert!(cc.status().unwrap().success(), "there is a C compiler where Rust is built");
        Self { folder, library }
    }

    /// Runs `stanch ARGS`.
    fn run(&self, repo: &Repo, args: &[String], input: &str, env: &[(&str, &str)]) -> Run {
        let library = [("LD_PRELOAD", self.library.to_str().unwrap())];
        let env = [&library[..], &[("RUST_LOG", "trace"), ("RUST_BACKTRACE", "1")], env].concat();
        stanch_with(repo.path(), args, input.as_bytes(), &env)
    }

    /// Every socket until now.
    fn sockets(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("sockets")).unwrap_or_default()
    }

    /// Words and environment of each program that was started, but for stanch itself.
    fn born(&self) -> Vec<String> {
        let text = std::fs::read(self.folder.path().join("born")).unwrap_or_default();
        let all = text.split(|b| *b == 1).map(|one| String::from_utf8_lossy(one).into_owned());
        all.filter(|one| !one.split('\0').next().unwrap().ends_with("/stanch")).collect()
    }
}

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

fn first_finding(repo: &Repo) -> String {
    let report = stanch_with(repo.path(), ["scan", "--format", "json"], b"", &[]).code(1).out;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    report["findings"][0]["fingerprint"].as_str().unwrap().to_owned()
}

#[test]
fn without_being_told_to_no_command_opens_a_socket() {
    let notes = Notes::new();
    let secrets: Vec<String> = (1..4).map(samples::circleci).collect();
    let (repo, base) = planted(&secrets);
    let finding = first_finding(&repo);
    let mut all = commands(&repo, &base, &finding);
    // One form of report is as quiet as another.
    all.retain(|(args, _)| args.get(1).is_none_or(|a| a != "convert" && a != "--format"));
    // What asks when told to asks nobody before.
    let more = ["verify --list", "circleci rotate plan none.toml", "completions bash", "man"];
    all.extend(more.map(|line| (words(line), String::new())));
    all.push((words(&format!("revoke {finding}")), String::new()));
    for (args, input) in &all {
        notes.run(&repo, args, input, &[("CIRCLECI_TOKEN", TOKEN)]);
        assert_eq!(notes.sockets(), "", "{args:?}");
    }
    assert!(all.len() > 40 && notes.born().iter().any(|one| one.starts_with("git\0")));
    // The library does see what asks.
    let server = circle(&filled(2, true));
    let env = [("CIRCLECI_TOKEN", TOKEN), ("CIRCLE_HOST", &server.url())];
    notes.run(&repo, &words("circleci inventory --rate 1000"), "", &env).code(0);
    assert!(notes.sockets().contains("socket") && notes.sockets().contains("connect"));
}

#[test]
fn what_asks_shows_no_secret_to_programs_logs_or_people() {
    let notes = Notes::new();
    let repo = Repo::new();
    let (gitlab, personal) =
        (samples::token("gitlab-personal-access-token", 3), samples::circleci(4));
    repo.write("planted.env", format!("A={gitlab}\nB={personal}\n")).stage().commit("tokens");
    repo.write("planted.token", TOKEN).write("planted.new", "a-new-value-of-it");
    let finding = first_finding(&repo);
    let broken = Server::new(|_| json(500, "{\"message\": \"oops\"}"));
    let works = circle(&filled(2, true));
    for server in [&broken, &works] {
        let host =
            |h: &str| format!("--host {h}={} --rate 1000 --retries 0 --timeout 5", server.url());
        let (gl, ci) = (host("gitlab.com"), host("circleci.com"));
        let runners = host("runner.circleci.com");
        let token = "--token-file planted.token";
        for (line, input) in [
            (format!("scan -vv --verify --reach --verify-log asked.log {gl} {ci}"), ""),
            (format!("verify -vv {finding} {gl} {ci}"), ""),
            (format!("verify --rule gitlab-personal-access-token {gl} -"), gitlab.as_str()),
            (format!("revoke {finding} --apply --yes {gl} {ci}"), ""),
            (format!("circleci inventory {token} {ci} {runners}"), ""),
            (format!("circleci inventory --json {token} {ci} {runners}"), ""),
            (format!("circleci logs --project gh/acme/web --last 2 {token} {ci}"), ""),
            (
                format!(
                    "circleci rotate variable V000 --project gh/acme/web --value-file planted.new \
                     --apply --yes {token} {ci}"
                ),
                "",
            ),
        ] {
            let run = notes.run(&repo, &words(&line), input, &[]);
            let mut all = vec![("what it says".to_owned(), (run.out + &run.err).into_bytes())];
            files(repo.path(), &mut all);
            all.extend(notes.born().into_iter().map(|one| ("a program".into(), one.into_bytes())));
            for (name, text) in &all {
                for secret in [gitlab.as_str(), &personal, TOKEN, "a-new-value-of-it"] {
                    assert_eq!(shown(text, secret), None, "{line} shows a secret in {name}");
                }
            }
        }
        assert!(!server.seen().is_empty());
    }
    assert!(!notes.born().is_empty());
}

/// A repository for git's plain HTTP, behind a password: its files, and the list that it stands in.
fn forge(top: &Repo, token: &str) -> Server {
    let git = top.path().join("bare.git");
    top.git(["clone", "-q", "--bare", ".", git.to_str().unwrap()]);
    top.git(["-C", git.to_str().unwrap(), "update-server-info"]);
    let basic = data_encoding::BASE64.encode(format!("oauth2:{token}").as_bytes());
    Server::new(move |seen| {
        let host = seen.header("host");
        let Some((_, file)) = seen.path.split_once("/git/r.git/") else {
            let url = format!("http://{host}/git/r.git");
            let one = serde_json::json!([{"full_name": "acme/r", "clone_url": url, "size": 4,
                "fork": false, "archived": false, "updated_at": "2026-03-01T00:00:00Z"}]);
            return json(200, &one.to_string());
        };
        if seen.header("authorization") != format!("Basic {basic}") {
            return with(401, &[("WWW-Authenticate", "Basic realm=\"x\"")], "");
        }
        let file = git.join(file.split('?').next().unwrap());
        let Ok(body) = std::fs::read(file) else { return with(404, &[], "") };
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        Answer::Raw([head.as_bytes(), &body].concat())
    })
}

#[test]
fn git_and_its_helpers_clone_with_a_token_that_no_program_shows() {
    let notes = Notes::new();
    let repo = Repo::new();
    let (found, token) = (samples::circleci(4), samples::token("gitlab-personal-access-token", 3));
    repo.write("a.env", format!("B={found}\n")).stage().commit("a token");
    let server = forge(&repo, &token);
    let top = Repo::plain();
    top.write("planted.token", &token);
    let line = format!(
        "scan -vv gitea:forge.test/acme --host forge.test={} --rate 1000 --allow-private",
        server.url()
    );
    let state = "--state kept";
    for (more, env) in [
        ("--token-file planted.token", vec![]),
        ("", vec![("GITEA_TOKEN", token.as_str())]),
        (state, vec![("GITEA_TOKEN", token.as_str())]),
    ] {
        let run = notes.run(&top, &words(&format!("{line} {more}")), "", &env);
        assert_eq!(run.code, 1, "{}", run.err);
        let mut all = vec![("what it says".to_owned(), (run.out + &run.err).into_bytes())];
        files(top.path(), &mut all);
        all.retain(|(name, _)| !name.ends_with("planted.token"));
        all.extend(notes.born().into_iter().map(|one| ("a program".into(), one.into_bytes())));
        for (name, text) in &all {
            assert_eq!(shown(text, &token), None, "{more}: shown in {name}");
        }
    }
    let born = notes.born();
    for helper in ["remote-http", "credential-store"] {
        assert!(born.iter().any(|one| one.contains(helper)), "{helper} was not heard of");
    }
    assert!(notes.born().iter().any(|one| one.contains("ls-remote")));
}
