//! Secrets are asked about, and only proof counts.

use crate::support::repo::Repo;
use crate::support::samples;
use crate::support::server::{Answer, Seen, Server, json, with};
use crate::support::tool::{Run, stanch_with};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// Runs `stanch LINE` where each of `hosts` is `server`.
fn run(repo: &Repo, line: &str, input: &str, server: &Server, hosts: &[&str]) -> Run {
    let mut args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    for host in hosts {
        args.extend(["--host".into(), format!("{host}={}", server.url())]);
    }
    args.extend(["--rate", "500", "--retries", "0", "--timeout", "1"].map(String::from));
    stanch_with(repo.path(), &args, input.as_bytes(), &[])
}

/// The verdict on a token of `rule` that is given on standard input.
fn verdict(rule: &str, token: &str, more: &str, server: &Server, host: &str) -> Value {
    let repo = Repo::new();
    let line = format!("verify --rule {rule} --format json {more} -");
    let run = run(&repo, &line, token, server, &[host]).code(1);
    assert!(!run.out.contains(token) && !run.err.contains(token), "{}", run.out);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    report["findings"][0]["live"].clone()
}

/// Whether a request carries `token`.
pub fn carries(seen: &Seen, token: &str) -> bool {
    seen.path.contains(token)
        || seen.body.contains(token)
        || seen.headers.iter().any(|(_, v)| v.contains(token) || basic(v).contains(token))
}

fn basic(value: &str) -> String {
    let raw = value.strip_prefix("Basic ").unwrap_or("");
    let raw = data_encoding::BASE64.decode(raw.as_bytes()).unwrap_or_default();
    String::from_utf8_lossy(&raw).into_owned()
}

/// What gives an answer.
type Reply = Box<dyn Fn() -> Answer + Send + Sync>;

type Case = (&'static str, fn() -> Answer, &'static str);

/// What a service may answer about the real one, once it has refused the made-up one.
fn cases(good: &'static str) -> Vec<(String, Reply, &'static str)> {
    let mut all: Vec<(String, Reply, &'static str)> =
        vec![("200".into(), Box::new(move || json(200, good)), "live")];
    let rest: [Case; 14] = [
        ("200 with a JSON of another kind", || json(200, "{\"hello\": 1}"), "unknown"),
        (
            "200 with HTML",
            || with(200, &[("Content-Type", "text/html")], "<html>login</html>"),
            "unknown",
        ),
        ("200 with a broken JSON", || json(200, "{\"id\": 1, \"login\": \"x\", "), "unknown"),
        ("200 with nothing", || json(200, ""), "unknown"),
        ("301", || with(301, &[("Location", "https://a.example/")], ""), "unknown"),
        (
            "302 to a private address",
            || with(302, &[("Location", "http://169.254.169.254/")], ""),
            "unknown",
        ),
        ("403", || json(403, "{\"message\": \"blocked\"}"), "unknown"),
        ("404", || json(404, "{\"message\": \"Not found\"}"), "unknown"),
        ("429", || with(429, &[("Retry-After", "1")], "{\"message\": \"slow down\"}"), "unknown"),
        ("500", || json(500, "{\"message\": \"oops\"}"), "unknown"),
        ("503 with HTML", || with(503, &[("Content-Type", "text/html")], "<html>"), "unknown"),
        (
            "401 with HTML",
            || with(401, &[("Content-Type", "text/html")], "<!DOCTYPE html><p>"),
            "unknown",
        ),
        ("no HTTP", || Answer::Raw(b"\x16\x03\x01garbage".to_vec()), "unknown"),
        ("silence", || Answer::Silence(Duration::from_millis(1500)), "unknown"),
    ];
    all.extend(rest.into_iter().map(|(name, answer, verdict)| {
        let boxed: Reply = Box::new(answer);
        (name.to_owned(), boxed, verdict)
    }));
    all
}

#[test]
fn only_proof_counts() {
    let token = samples::circleci(7);
    let no = "{\"message\": \"You must log in first.\"}";
    for (name, answer, expected) in
        cases("{\"id\": \"u-1\", \"login\": \"ann\", \"name\": \"Ann\"}")
    {
        let real = token.clone();
        let server = Server::new(move |seen| match carries(seen, &real) {
            true => answer(),
            false => json(401, no),
        });
        let live = verdict("circleci-personal-token", &token, "", &server, "circleci.com");
        assert_eq!(live["verdict"], expected, "{name}: {live}");
    }
    let server = Server::new(move |_| json(401, no));
    let live = verdict("circleci-personal-token", &token, "", &server, "circleci.com");
    assert_eq!(live["verdict"], "dead", "{live}");
}

/// For each vendor: a rule, the host, what is live and what is dead.
const VENDORS: &str = r#"
github-personal-access-token|api.github.com|200 {"login":"a","id":1}|401 {"message":"Bad credentials"}
github-fine-grained-token|api.github.com|200 {"login":"a","id":1}|401 {"message":"Bad credentials"}
gitlab-personal-access-token|gitlab.com|200 {"id":1,"username":"a"}|401 {"message":"401 Unauthorized"}
gitlab-personal-access-token|gitlab.com|403 {"error":"insufficient_scope"}|401 {"error":"invalid_token"}
slack-bot-token|slack.com|200 {"ok":true,"team_id":"T"}|200 {"ok":false,"error":"invalid_auth"}
npm-access-token|registry.npmjs.org|200 {"username":"a"}|401 {}
stripe-secret-key|api.stripe.com|200 {"object":"balance"}|401 {"error":{"type":"invalid_request_error"}}
sendgrid-api-key|api.sendgrid.com|200 {"scopes":["x"]}|401 {"errors":[{"message":"x"}]}
digitalocean-personal-access-token|api.digitalocean.com|200 {"account":{"uuid":"u"}}|401 {"id":"Unauthorized"}
heroku-platform-token|api.heroku.com|200 {"id":"i","email":"e"}|401 {"id":"unauthorized"}
huggingface-access-token|huggingface.co|200 {"type":"user","name":"a"}|401 {"error":"x"}
openai-project-key|api.openai.com|200 {"object":"list"}|401 {"error":{"code":"invalid_api_key"}}
anthropic-api-key|api.anthropic.com|200 {"data":[]}|401 {"error":{"type":"authentication_error"}}
telegram-bot-token|api.telegram.org|200 {"ok":true,"result":{"id":1}}|401 {"ok":false,"description":"Unauthorized"}
discord-bot-token|discord.com|200 {"id":"1","username":"a"}|401 {"message":"401: Unauthorized"}
notion-integration-token|api.notion.com|200 {"object":"user","id":"1"}|401 {"code":"unauthorized"}
linear-api-key|api.linear.app|200 {"data":{"viewer":{"id":"1"}}}|401 {"errors":[{"extensions":{"code":"AUTHENTICATION_ERROR"}}]}
airtable-access-token|api.airtable.com|200 {"id":"u"}|401 {"error":{"type":"UNAUTHORIZED"}}
asana-access-token-v1|app.asana.com|200 {"data":{"gid":"1"}}|401 {"errors":[]}
buildkite-user-access-token|api.buildkite.com|200 {"uuid":"u","scopes":["read"]}|401 {"message":"x"}
netlify-access-token|api.netlify.com|200 {"id":"1","email":"e"}|401 {"code":401}
vercel-access-token|api.vercel.com|200 {"user":{"username":"a"}}|403 {"error":{"invalidToken":true}}
sentry-user-token|sentry.io|200 [{"slug":"o"}]|401 {"detail":"Invalid token"}
square-access-token|connect.squareup.com|200 {"merchant":[]}|401 {"errors":[{"category":"AUTHENTICATION_ERROR"}]}
figma-access-token|api.figma.com|200 {"id":"1","handle":"a"}|403 {"err":"Invalid token"}
postman-api-key|api.getpostman.com|200 {"user":{"id":1}}|401 {"error":{"name":"AuthenticationError"}}
doppler-personal-token|api.doppler.com|200 {"workplace":{"name":"w"}}|401 {"success":false}
terraform-api-token|app.terraform.io|200 {"data":{"id":"u"}}|401 {"errors":["unauthorized"]}
datadog-api-key|api.datadoghq.com|200 {"valid":true}|403 {"errors":["Forbidden"]}
replicate-api-token|api.replicate.com|200 {"username":"a"}|401 {"detail":"x"}
groq-api-key|api.groq.com|200 {"data":[]}|401 {"error":{"code":"invalid_api_key"}}
"#;

fn answer(text: &str) -> Answer {
    let (status, body) = text.split_once(' ').unwrap();
    json(status.parse().unwrap(), body)
}

#[test]
fn vendors_are_understood() {
    for line in VENDORS.lines().filter(|l| !l.is_empty()) {
        let [rule, host, good, bad] = line.split('|').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let token = samples::token(rule, 3);
        for (first, expected) in [(good, "live"), (bad, "dead")] {
            let (real, first, bad) = (token.clone(), first.to_owned(), bad.to_owned());
            let server = Server::new(move |seen| match carries(seen, &real) {
                true => answer(&first),
                false => answer(&bad),
            });
            let live = verdict(rule, &token, "", &server, host);
            assert_eq!(live["verdict"], expected, "{rule}: {live}");
            assert_eq!(server.seen().len(), 2, "{rule}: one made-up, one real");
        }
    }
}

#[test]
fn an_endpoint_that_takes_anything_proves_nothing() {
    let token = samples::circleci(8);
    let all = [
        json as fn(u16, &str) -> Answer,
        |_, _| with(200, &[("Content-Type", "text/html")], "<html>captive portal</html>"),
        |_, _| json(403, "{\"message\": \"blocked by a firewall\"}"),
    ];
    for kind in all {
        let server = Server::new(move |_| kind(200, "{\"id\": \"u\", \"login\": \"anybody\"}"));
        let live = verdict("circleci-personal-token", &token, "", &server, "circleci.com");
        assert_eq!(live["verdict"], "unknown", "{live}");
        assert_eq!(server.seen().len(), 1, "the real one was not sent");
        assert!(!carries(&server.seen()[0], &token));
    }
}

#[test]
fn project_tokens_are_asked_about_their_project() {
    let token = samples::token("circleci-project-token", 1);
    let real = token.clone();
    let server = Server::new(move |seen| match (carries(seen, &real), &*seen.path) {
        (true, "/api/v1.1/project/gh/acme/web?limit=1") => json(200, "[]"),
        _ => json(401, "{\"message\": \"no\"}"),
    });
    let asked =
        |more: &str| verdict("circleci-project-token", &token, more, &server, "circleci.com");
    assert_eq!(asked("--project-slug gh/acme/web")["verdict"], "live");
    // Nothing is asked without a project, and /me never.
    let before = server.seen().len();
    assert_eq!(asked("")["verdict"], "unknown");
    assert_eq!(server.seen().len(), before);
    assert!(server.lines().iter().all(|l| l.contains("/api/v1.1/project/gh/acme/web")));
}

#[test]
fn a_project_is_known_from_a_badge_and_from_the_remote() {
    let token = samples::token("circleci-project-token", 2);
    let real = token.clone();
    let server = Server::new(move |seen| match (carries(seen, &real), &*seen.path) {
        (true, "/api/v1.1/project/gh/acme/web?limit=1") => json(200, "[]"),
        _ => json(401, "{\"message\": \"no\"}"),
    });
    let repo = Repo::new();
    let badge = format!(
        "https://dl.circleci.com/status-badge/img/gh/acme/web/tree/main.svg?circle-token={token}\n"
    );
    repo.write("README.md", badge).stage().commit("badge");
    let scan = "scan --worktree --verify --format json";
    let report: Value =
        serde_json::from_str(&run(&repo, scan, "", &server, &["circleci.com"]).out).unwrap();
    assert_eq!(report["findings"][0]["live"]["verdict"], "live", "{report}");
    let repo = Repo::new();
    repo.write("x.env", format!("CIRCLE_TOKEN={token}\n")).stage().commit("token");
    repo.git(["remote", "add", "origin", "git@github.com:acme/web.git"]);
    let report: Value =
        serde_json::from_str(&run(&repo, scan, "", &server, &["circleci.com"]).out).unwrap();
    assert_eq!(report["findings"][0]["live"]["verdict"], "live", "{report}");
}

#[test]
fn old_tokens_are_asked_both_ways() {
    let token = samples::token("circleci-legacy-token-url", 4);
    let token = token.split("//").nth(1).unwrap().split([':', '@']).next().unwrap().to_owned();
    for (good, more, expected) in [
        ("/api/v2/me", "", "live"),
        ("/api/v1.1/project/gh/a/b?limit=1", "--project-slug gh/a/b", "live"),
        ("nowhere", "--project-slug gh/a/b", "dead"),
        ("nowhere", "", "unknown"),
    ] {
        let real = token.clone();
        let server = Server::new(move |seen| match carries(seen, &real) && seen.path == good {
            true => json(200, "{\"id\": \"u\", \"login\": \"ann\"}"),
            false => json(401, "{\"message\": \"no\"}"),
        });
        let live = verdict("circleci-legacy-token", &token, more, &server, "circleci.com");
        assert_eq!(live["verdict"], expected, "{good} {more}: {live}");
    }
}

#[test]
fn aws_keys_are_signed_for() {
    let repo = Repo::new();
    let id = samples::token("aws-access-key-id", 5);
    let key = samples::token("aws-secret-access-key", 5);
    repo.write("aws.env", format!("AWS_ACCESS_KEY_ID={id}\n{key}\n")).stage().commit("keys");
    let secret = key.split('=').nth(1).unwrap().to_owned();
    let server = Server::new(move |seen| {
        let by = seen.header("authorization");
        assert!(by.contains("SignedHeaders=content-type;host;x-amz-date"), "{by}");
        assert_eq!(seen.body, "Action=GetCallerIdentity&Version=2011-06-15");
        // Which of the two was used cannot be told without the same sums; the first is made up.
        static ASKED: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let xml = [("Content-Type", "text/xml")];
        match ASKED.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            0 => with(
                403,
                &xml,
                "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code></Error></ErrorResponse>",
            ),
            _ => with(
                200,
                &xml,
                "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::1:user/ann</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>",
            ),
        }
    });
    let out =
        run(&repo, "scan --worktree --verify --format json", "", &server, &["sts.amazonaws.com"]);
    assert!(!out.out.contains(&secret));
    let report: Value = serde_json::from_str(&out.out).unwrap();
    let all = report["findings"].as_array().unwrap();
    let found =
        all.iter().find(|f| f["live"]["verdict"] == "live").unwrap_or_else(|| panic!("{report}"));
    assert_eq!(found["live"]["identity"]["arn"], "arn:aws:iam::1:user/ann");
    assert!(server.seen()[1].header("authorization").contains(&id));
}

#[test]
fn a_refusal_by_the_public_service_settles_nothing_for_an_installation() {
    // The host is named as itself, through a proxy that stands in for the network.
    let token = samples::token("gitlab-personal-access-token", 6);
    let server = Server::new(|_| json(401, "{\"message\": \"401 Unauthorized\"}"));
    let live = verdict("gitlab-personal-access-token", &token, "", &server, "gitlab.com");
    assert_eq!(live["verdict"], "dead", "an installation that was named: {live}");
}

#[test]
fn each_secret_is_asked_about_once_and_the_log_tells_it() {
    let repo = Repo::new();
    let (one, two) = (samples::circleci(11), samples::circleci(12));
    repo.write("a.env", format!("A={one}\nB={two}\n")).write("b.env", format!("A={one}\n"));
    repo.stage().commit("tokens");
    let real = one.clone();
    let server = Server::new(move |seen| match (carries(seen, &real), &*seen.path) {
        (true, "/api/v2/me") => json(200, "{\"id\": \"u-1\", \"login\": \"ann\"}"),
        (true, "/api/v2/me/collaborations") => {
            json(200, "[{\"slug\": \"gh/acme\"}, {\"slug\": \"gh/ann\"}]")
        }
        _ => json(401, "{\"message\": \"no\"}"),
    });
    let line = "scan --verify --reach --verify-log asked.jsonl --format json";
    let out = run(&repo, line, "", &server, &["circleci.com"]).code(1);
    assert_eq!(
        server.seen().len(),
        4,
        "a made-up one, two real ones, one further: {:?}",
        server.lines()
    );
    let report: Value = serde_json::from_str(&out.out).unwrap();
    let mut by_verdict = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        by_verdict.insert(finding["live"]["verdict"].as_str().unwrap(), finding.clone());
    }
    let live = &by_verdict["live"];
    assert_eq!(live["live"]["identity"]["login"], "ann");
    assert_eq!(live["live"]["identity"]["organisations"], "gh/acme, gh/ann");
    assert_eq!(by_verdict["dead"]["severity"], "low");
    let log = std::fs::read_to_string(repo.path().join("asked.jsonl")).unwrap();
    assert_eq!(log.lines().count(), 4);
    for line in log.lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        assert!(entry["time"].as_u64().unwrap() > 1_700_000_000);
        assert_eq!(entry["fingerprint"].as_str().unwrap().len(), 32);
    }
    for text in [&out.out, &out.err, &log] {
        assert!(!text.contains(&one) && !text.contains(&two));
    }
    // Every form tells it, and can be read back.
    std::fs::write(repo.path().join("x.json"), &out.out).unwrap();
    for form in [
        "text",
        "jsonl",
        "sarif",
        "csv",
        "html",
        "markdown",
        "junit",
        "github",
        "gitlab",
        "codequality",
    ] {
        let told =
            stanch_with(repo.path(), ["report", "convert", "x.json", "--format", form], b"", &[])
                .code(0);
        assert!(told.out.contains("live"), "{form}: {}", told.out);
    }
}

#[test]
fn requests_can_be_listed_and_none_is_sent() {
    let repo = Repo::new();
    let server = Server::new(|_| json(500, ""));
    let out = run(&repo, "verify --list", "", &server, &["circleci.com"]).code(0);
    assert!(out.out.contains("GET https://circleci.com/api/v2/me"));
    let asked = out.out.lines().filter(|l| l.contains(" https://")).count();
    assert!(asked > 300, "{asked} rules can be asked about");
    assert!(server.seen().is_empty());
}
