//! Vendors are asked to revoke, once, and only if told to.

use crate::support::repo::Repo;
use crate::support::samples;
use crate::support::server::{Server, json};
use crate::support::tool::{Run, stanch, stanch_with};
use serde_json::Value;

fn print_of(repo: &Repo) -> String {
    let report = stanch(repo.path(), ["scan", "--worktree", "--format", "json"]).code(1).out;
    let report: Value = serde_json::from_str(&report).unwrap();
    report["findings"][0]["fingerprint"].as_str().unwrap().to_owned()
}

fn revoke(repo: &Repo, server: &Server, host: &str, more: &str, input: &str) -> Run {
    let to = format!("{host}={}", server.url());
    let mut args = vec![
        "revoke".to_owned(),
        print_of(repo),
        "--host".into(),
        to,
        "--rate".into(),
        "500".into(),
    ];
    args.extend(more.split_whitespace().map(str::to_owned));
    stanch_with(repo.path(), &args, input.as_bytes(), &[])
}

#[test]
fn a_token_is_revoked_where_its_vendor_can() {
    for (rule, host, line, status, good) in [
        ("github-personal-access-token", "api.github.com", "POST /credentials/revoke", 202, ""),
        (
            "gitlab-personal-access-token",
            "gitlab.com",
            "DELETE /api/v4/personal_access_tokens/self",
            204,
            "",
        ),
        (
            "slack-bot-token",
            "slack.com",
            "POST /api/auth.revoke",
            200,
            "{\"ok\":true,\"revoked\":true}",
        ),
        ("buildkite-user-access-token", "api.buildkite.com", "DELETE /v2/access-token", 204, ""),
    ] {
        let repo = Repo::new();
        let token = samples::token(rule, 21);
        repo.write("a.env", format!("TOKEN={token}\n")).stage().commit("token");
        let server = Server::new(move |_| json(status, good));
        let told = revoke(&repo, &server, host, "", "").code(1);
        assert!(told.out.contains("would send"), "{}", told.out);
        revoke(&repo, &server, host, "--apply", "no\n").code(2);
        assert!(server.seen().is_empty());
        let done = revoke(&repo, &server, host, "--apply", "revoke 1\n").code(0);
        assert!(done.out.contains("revoked  "), "{}", done.out);
        assert_eq!(server.lines(), [line]);
        let log = std::fs::read_to_string(repo.path().join("stanch-revoke.log")).unwrap();
        assert_eq!(log.lines().count(), 2);
        for text in [told.out, done.out, done.err, log] {
            assert!(!text.contains(&token));
        }
    }
}

#[test]
fn a_token_whose_id_must_be_asked_for_is_revoked_by_it() {
    let token = samples::token("cloudflare-user-token", 24);
    for (verify, delete, code, words) in [
        (200, 200, 0, "revoked  "),
        (200, 403, 1, "answered 403"),
        (401, 200, 1, "its id was not told (401)"),
    ] {
        let repo = Repo::new();
        repo.write("a.env", format!("TOKEN={token}\n")).stage().commit("token");
        let id = "{\"success\": true, \"result\": {\"id\": \"ab12\", \"status\": \"active\"}}";
        let server = Server::new(move |seen| match seen.method.as_str() {
            "GET" => json(verify, id),
            _ => json(delete, id),
        });
        let run = revoke(&repo, &server, "api.cloudflare.com", "--apply --yes", "").code(code);
        assert!(run.out.contains(words), "{}", run.out);
        let mut lines = vec!["GET /client/v4/user/tokens/verify"];
        lines.extend((verify == 200).then_some("DELETE /client/v4/user/tokens/ab12"));
        assert_eq!(server.lines(), lines);
        let bearer = format!("Bearer {token}");
        assert!(server.seen().iter().all(|s| s.header("authorization") == bearer));
    }
}

#[test]
fn what_is_not_known_to_be_done_is_said_and_not_repeated() {
    let repo = Repo::new();
    let token = samples::token("gitlab-personal-access-token", 22);
    repo.write("a.env", format!("TOKEN={token}\n")).stage().commit("token");
    for status in [401, 403, 500, 503] {
        let server = Server::new(move |_| json(status, "{}"));
        let run = revoke(&repo, &server, "gitlab.com", "--apply --yes", "").code(1);
        assert!(
            run.out.contains("FAILED") && run.out.contains(&status.to_string()),
            "{}",
            run.out
        );
        assert_eq!(server.seen().len(), 1);
    }
    let repo = Repo::new();
    repo.write("a.env", format!("T={}\n", samples::circleci(23))).stage().commit("token");
    let server = Server::new(|_| json(200, "{}"));
    let run = revoke(&repo, &server, "circleci.com", "--apply --yes", "").code(1);
    assert!(
        run.out.contains("by hand") && run.out.contains("https://app.circleci.com/"),
        "{}",
        run.out
    );
    assert!(server.seen().is_empty());
}
