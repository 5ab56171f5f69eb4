//! Organisations at services, played by a stand-in.

use super::lists::organisation;
use super::service::{Answer, Service};
use super::*;
use crate::support::repo::{Repo, clean};
use crate::support::samples;
use crate::support::tool::{Run, program, stanch_with};
use serde_json::json;
use stanch::model::Shard;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Repositories on one page, whatever is asked for.
const PAGE: usize = 3;

/// Page by page as Gitea does it; `repos` are name and address.
fn gitea(path: &str, repos: &[(String, String)]) -> Answer {
    let page: usize = path
        .split_once("&page=")
        .map_or(1, |(_, n)| n.split('&').next().unwrap().parse().unwrap());
    let from = ((page - 1) * PAGE).min(repos.len());
    let to = (from + PAGE).min(repos.len());
    let one = |(name, address): &(String, String)| {
        json!({"full_name": format!("acme/{name}"), "clone_url": address, "size": 4,
               "fork": name == "r1", "archived": false, "has_wiki": true,
               "updated_at": "2026-03-01T00:00:00Z"})
    };
    let items: Vec<Value> = repos[from..to].iter().map(one).collect();
    let answer = Answer::new(200, Value::Array(items).to_string())
        .with("X-Total-Count", repos.len().to_string());
    let next = format!("https://forge.test/api/v1/orgs/acme/repos?limit=50&page={}", page + 1);
    if to < repos.len() { answer.with("Link", format!("<{next}>; rel=\"next\"")) } else { answer }
}

fn repos(top: &Repo, n: u64) -> Vec<(String, String)> {
    let one = |nth| {
        let name = format!("r{nth}");
        (name.clone(), format!("file://{}/{name}.git", top.path().display()))
    };
    (0..n).map(one).collect()
}

fn args(service: &Service, more: &[&str]) -> Vec<String> {
    let host = format!("forge.test=http://{}", service.address);
    let usual = ["scan", "gitea:forge.test/acme", "--host", &host, "--allow-private"];
    let quick = ["--rate", "1000", "--retries", "0", "--timeout", "2", "--format", "json"];
    [&usual[..], &quick, more].concat().into_iter().map(str::to_owned).collect()
}

fn scan(dir: &Path, service: &Service, more: &[&str]) -> Run {
    stanch_with(dir, args(service, more), b"", &[])
}

/// The last repository of the fullest of four shards, and which shard that is.
fn last_of_a_shard(repos: &[(String, String)]) -> (usize, u32) {
    let owner = |name: &str| Shard::owner(&format!("forge.test/acme/{name}"), 4);
    let of = |k: u32| repos.iter().filter(|r| owner(&r.0) == k).count();
    let shard = (1..=4).max_by_key(|k| of(*k)).unwrap();
    assert!(of(shard) > 1);
    let mine = (0..repos.len()).filter(|n| owner(&repos[*n].0) == shard);
    (mine.max_by_key(|n| &repos[*n].0).unwrap(), shard)
}

/// An organisation of `n` repositories, scanned at once, and in four shards at a time of which one
/// is killed and goes on.
fn sharded(n: u64) {
    let top = organisation(n);
    let all = repos(&top, n);
    let (one, victim) = last_of_a_shard(&all);
    let stuck = Arc::new(AtomicBool::new(false));
    let is_stuck = stuck.clone();
    let service = Service::new(move |path| {
        if path.contains("/git/") {
            return None;
        }
        let mut now = all.clone();
        if is_stuck.load(Ordering::Relaxed) {
            now[one].1 = "http://forge.test/git/stuck".into();
        }
        Some(gitea(path, &now))
    });
    let dir = top.path();
    let whole = report(&scan(dir, &service, &["--shard", "none"]).code(1).out);
    assert_eq!(whole["open"]["findings"], n + 1);
    assert_eq!(whole["ledger"]["counts"]["repositories"]["scanned"], n);
    stuck.store(true, Ordering::Relaxed);
    let start = |k: u32| {
        let (shard, file) = (format!("{k}/4"), format!("{k}.json"));
        let state = format!("state{k}");
        let more = ["--shard", &shard, "-o", &file, "--state", &state];
        let mut command = Command::new(program());
        clean(&mut command);
        command.args(args(&service, &more)).current_dir(dir);
        // That host is the stand-in as well, for git.
        let url = format!("url.http://{}/.insteadOf", service.address);
        command.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", url);
        command.env("GIT_CONFIG_VALUE_0", "http://forge.test/");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    };
    let mut shards: Vec<_> = (1..=4).map(start).collect();
    let killed = shards.remove(victim as usize - 1);
    shards.iter_mut().for_each(|s| assert!(s.wait().unwrap().code().unwrap() < 2));
    kill(killed, &service);
    let (own, state) = (format!("{victim}.json"), format!("state{victim}"));
    assert!(!dir.join(&own).exists());
    let kept = || std::fs::read_dir(dir.join(&state)).unwrap().count();
    let before = kept();
    assert!(before > 0);
    stuck.store(false, Ordering::Relaxed);
    let shard = format!("{victim}/4");
    let again = scan(dir, &service, &["--shard", &shard, "-o", &own, "--state", &state]);
    assert!(again.code < 2, "{}", again.err);
    assert_eq!(kept(), before + 1);
    let files: Vec<String> = (1..=4).map(|k| format!("{k}.json")).collect();
    assert_eq!(merged(dir, &files), (whole, 1));
}

/// Ends the process when it waits for the host that says nothing.
fn kill(mut child: std::process::Child, service: &Service) {
    for _ in 0..2000 {
        if service.log().contains("/git/stuck") {
            break;
        }
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::sleep(Duration::from_millis(25));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn shards_of_an_organisation_make_the_report_of_the_whole() {
    sharded(9);
}

#[test]
#[ignore = "takes minutes: the same with 200 repositories"]
fn shards_of_a_large_organisation_make_the_report_of_the_whole() {
    sharded(200);
}

/// What is said when the service answers so to everything.
fn answered(answer: Answer) -> Run {
    let service = Service::new(move |_| Some(answer.clone()));
    scan(Path::new("."), &service, &[])
}

#[test]
fn an_answer_that_is_no_list_is_never_an_all_clear() {
    let html = "<html><body>Sign in</body></html>";
    let table = [
        (Answer::new(401, "{}"), "401"),
        (Answer::new(403, "{}"), "403"),
        (Answer::new(404, "{}"), "404"),
        (Answer::new(429, "{}").with("Retry-After", "0"), "429"),
        (Answer::new(500, html), "500"),
        (Answer::new(503, ""), "503"),
        (Answer::new(204, ""), "204"),
        (Answer::new(200, html), "not JSON"),
        (Answer::new(200, "[{\"full_name\": \"acme/r"), "not JSON"),
        (Answer::new(200, "{\"message\": \"hello\"}"), "no list"),
        (Answer::new(200, "[{\"name\": \"r\"}]"), "without a name"),
        (Answer::new(200, "[]"), "no repository"),
        (Answer::new(200, "[]").with("X-Total-Count", "7"), "it tells of 7"),
        (Answer::new(302, "").with("Location", "http://127.0.0.1:1/"), "redirect"),
    ];
    for (answer, said) in table {
        let status = answer.status;
        let run = answered(answer).code(2);
        assert!(run.err.contains(said) && run.out.is_empty(), "{status} {said}: {}", run.err);
    }
    let silent = Service::new(|_| None);
    let run = scan(Path::new("."), &silent, &[]).code(2);
    assert!(run.err.contains("timed out"), "{}", run.err);
}

#[test]
fn a_list_that_ends_early_is_told_and_what_came_is_scanned() {
    let top = organisation(5);
    let all = repos(&top, 5);
    let second = |answer: Answer| {
        let all = all.clone();
        let service = Service::new(move |path| match path.contains("page=2") {
            true => Some(answer.clone()),
            false => Some(gitea(path, &all)),
        });
        let run = scan(top.path(), &service, &[]).code(1);
        let told = report(&run.out);
        assert_eq!(told["complete"], false);
        assert_eq!(told["ledger"]["counts"]["repositories"]["scanned"], PAGE);
        assert_eq!(skipped(&told), ["the list of gitea:forge.test/acme"]);
        told["ledger"]["skipped"][0]["detail"].as_str().unwrap().to_owned()
    };
    let link = |url: &str| Answer::new(200, "[]").with("Link", format!("<{url}>; rel=\"next\""));
    assert!(second(Answer::new(500, "")).contains("500"));
    assert!(second(Answer::new(200, "oops")).contains("not JSON"));
    assert!(second(Answer::new(200, "[]").with("X-Total-Count", "5")).contains("it tells of 5"));
    let first = "https://forge.test/api/v1/orgs/acme/repos?limit=50&page=1";
    assert!(second(link(first)).contains("circles"));
    assert!(second(link("https://elsewhere.test/x")).contains("another host"));
}

#[test]
fn a_token_goes_where_it_should_and_nowhere_else() {
    let top = Repo::plain();
    let token = samples::token("circleci-legacy-token", 7);
    top.write("token", format!("{token}\n"));
    // Notes what git is called with.
    let log = top.path().join("argv");
    let git =
        format!("#!/bin/sh\necho \"$0 $*\" >> {}\nexec /usr/bin/git \"$@\"\n", log.display());
    top.write("bin/git", git);
    let program = top.path().join("bin/git");
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .unwrap();
    let place: Arc<OnceLock<String>> = Arc::default();
    let known = place.clone();
    let other = Service::new(|_| Some(Answer::new(401, "").with("WWW-Authenticate", "Basic")));
    let elsewhere = other.address.replace("127.0.0.1", "localhost");
    let service = Service::new(move |path| {
        let host = known.get().cloned().unwrap_or_default();
        let repository =
            |name: &str, host: &str| (name.into(), format!("http://{host}/git/{name}"));
        Some(match path.contains("/git/") {
            true => Answer::new(401, "").with("WWW-Authenticate", "Basic realm=\"x\""),
            false => gitea(path, &[repository("mine", &host), repository("other", &elsewhere)]),
        })
    });
    place.set(service.address.clone()).unwrap();
    let path = format!("{}/bin:{}", top.path().display(), std::env::var("PATH").unwrap());
    let run = |more: &[&str], env: &[(&str, &str)]| {
        let env = [&[("PATH", path.as_str())], env].concat();
        let run = stanch_with(top.path(), args(&service, more), b"", &env);
        assert!(!run.out.contains(&token) && !run.err.contains(&token), "{}", run.err);
        run
    };
    let out = run(&["--token-file", "token"], &[]).code(3);
    assert_eq!(skipped(&report(&out.out)), ["forge.test/acme/mine", "forge.test/acme/other"]);
    run(&[], &[("GITEA_TOKEN", token.as_str())]).code(3);
    let basic = data_encoding::BASE64.encode(format!("oauth2:{token}").as_bytes());
    let asked = service.log();
    assert!(asked.contains(&format!("earer {token}")) && asked.contains(&basic), "{asked}");
    let asked = other.log();
    assert!(asked.contains("/git/other") && !asked.contains("uthorization"), "{asked}");
    let called = std::fs::read_to_string(&log).unwrap();
    assert!(called.contains("clone") && !called.contains(&token), "{called}");
    run(&["--token-file", "none"], &[]).code(2);
}

#[test]
fn filters_wikis_and_what_people_wrote() {
    let top = organisation(3);
    let all = repos(&top, 3);
    let word = samples::circleci(77);
    let comment = samples::circleci(78);
    let (said, answered) = (word.clone(), comment.clone());
    let service = Service::new(move |path| {
        let issue = |number: u32, body: &str| {
            let url = format!("https://forge.test/acme/r0/issues/{number}");
            json!([{"html_url": url, "title": "it is broken", "body": body}]).to_string()
        };
        Some(match path {
            path if path.contains("/r0/issues/comments") => Answer::new(200, issue(2, &answered)),
            path if path.contains("/r0/issues") => Answer::new(200, issue(1, &said)),
            path if path.contains("/r2/issues") => Answer::new(500, ""),
            path => gitea(path, &all),
        })
    });
    let run = |more: &[&str]| report(&scan(top.path(), &service, more).out);
    let few = run(&["--forks", "without", "--since", "2026-01-01"]);
    assert_eq!(few["ledger"]["counts"]["repositories"]["scope"], 2);
    assert_eq!(few["ledger"]["notes"].as_array().unwrap().len(), 1);
    let fork = run(&["--forks", "only"]);
    assert_eq!(fork["ledger"]["counts"]["repositories"]["scope"], 1);
    let with = run(&["--forks", "without", "--with", "issues,comments,wikis"]);
    assert_eq!(with["ledger"]["counts"]["texts"]["scanned"], 2);
    assert_eq!(skipped(&with), ["forge.test/acme/r2: issues and comments"]);
    let places: Vec<String> = with["findings"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|f| f["places"].as_array().unwrap())
        .map(|p| format!("{} {}", p["repository"].as_str().unwrap(), p["path"].as_str().unwrap()))
        .collect();
    for place in ["forge.test/acme/r0 issues/1", "forge.test/acme/r0 issues/2"] {
        assert!(places.iter().any(|p| p == place), "{places:?}");
    }
    let notes = with["ledger"]["notes"].to_string();
    assert!(notes.contains("r0.wiki is not there"), "{notes}");
    assert!(!with.to_string().contains(&word) && !with.to_string().contains(&comment));
}
