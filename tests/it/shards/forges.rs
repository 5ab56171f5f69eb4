//! The lists of GitHub, GitLab and Bitbucket, played as their documentation tells of them.
//!
//! Sources: docs.github.com/rest (pagination by `Link`), docs.gitlab.com/api/rest (`Link`,
//! `X-Next-Page`, `X-Total`), developer.atlassian.com/cloud/bitbucket/rest (`next`, `size`).

use super::*;
use crate::support::server::{Answer, Play, Seen, Server, json, with};
use crate::support::tool::{Run, stanch_with};
use serde_json::json as value;
use std::time::Duration;

/// Who asks has this token.
pub(super) const TOKEN: &str = "token-of-ann-1234567890";

/// A service, by its word on the command line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    GitHub,
    GitLab,
    Bitbucket,
}

pub(super) use Kind::{Bitbucket, GitHub, GitLab};

pub(super) const KINDS: [Kind; 3] = [GitHub, GitLab, Bitbucket];

impl Kind {
    fn word(self) -> &'static str {
        match self {
            GitHub => "github:acme",
            GitLab => "gitlab:acme/team",
            Bitbucket => "bitbucket:acme",
        }
    }

    /// The public host, and the variable that has the token.
    pub(super) fn host(self) -> (&'static str, &'static str) {
        match self {
            GitHub => ("api.github.com", "GITHUB_TOKEN"),
            GitLab => ("gitlab.com", "GITLAB_TOKEN"),
            Bitbucket => ("api.bitbucket.org", "BITBUCKET_TOKEN"),
        }
    }

    /// Where the list begins.
    pub(super) fn list(self) -> &'static str {
        match self {
            GitHub => "/orgs/acme/repos?type=all&per_page=100&sort=created&direction=asc",
            GitLab => {
                "/api/v4/groups/acme%2Fteam/projects?include_subgroups=true&with_shared=false&per_page=100&order_by=id&sort=asc"
            }
            Bitbucket => "/2.0/repositories/acme?pagelen=100&sort=created_on",
        }
    }

    /// The repository `n`: the first is a fork, the second is archived, the third is old.
    pub(super) fn one(self, n: usize, address: &str) -> Value {
        let day = if n == 2 { "2019-01-01T00:00:00Z" } else { "2026-03-01T00:00:00Z" };
        match self {
            GitHub => {
                value!({"full_name": format!("acme/r{n}"), "clone_url": address, "size": 4,
                "fork": n == 0, "archived": n == 1, "has_wiki": true, "pushed_at": day})
            }
            GitLab => {
                let mut one = value!({"id": 70 + n, "path_with_namespace": format!("acme/team/r{n}"),
                    "http_url_to_repo": address, "archived": n == 1, "wiki_enabled": true,
                    "last_activity_at": day});
                if n == 0 {
                    one["forked_from_project"] = value!({"id": 3});
                }
                one
            }
            Bitbucket => {
                let ssh =
                    value!({"name": "ssh", "href": format!("git@bitbucket.org:acme/r{n}.git")});
                let links = value!({"clone": [ssh, {"name": "https", "href": address}]});
                let parent = if n == 0 { value!({"full_name": "x/r"}) } else { Value::Null };
                value!({"full_name": format!("acme/r{n}"), "links": links, "parent": parent,
                    "size": 4000, "updated_on": day, "has_wiki": true})
            }
        }
    }

    /// A page of a list, and where the next is.
    pub(super) fn page(self, items: &[Value], next: Option<&str>, total: usize) -> Answer {
        if self == Bitbucket {
            let mut body = value!({"pagelen": 2, "page": 1, "size": total, "values": items});
            if let Some(next) = next {
                body["next"] = next.into();
            }
            return json(200, &body.to_string());
        }
        let mut headers = vec![("Content-Type", "application/json".to_owned())];
        let first = "<https://a.example/x?page=1>; rel=\"first\"";
        let link = next.map(|n| format!("{first}, <{n}>; rel=\"next\", <{n}9>; rel=\"last\""));
        headers.push(("Link", link.unwrap_or_else(|| first.to_owned())));
        if self == GitLab {
            let number = next.and_then(|n| n.rsplit("page=").next()).unwrap_or_default();
            headers.push(("X-Next-Page", number.to_owned()));
            headers.push(("X-Total", total.to_string()));
        }
        let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        with(200, &headers, &Value::from(items).to_string())
    }

    /// Five repositories on three pages, at `address` with their number behind.
    fn pages(self, seen: &Seen, address: &str) -> Answer {
        let page: usize = seen.path.split("&page=").nth(1).map_or(1, |n| n.parse().unwrap());
        let from = (page - 1) * 2;
        let items: Vec<Value> = (from..(from + 2).min(5))
            .map(|n| self.one(n, &format!("{address}/r{n}.git")))
            .collect();
        let next = format!("http://{}{}&page={}", seen.header("host"), self.list(), page + 1);
        self.page(&items, (page < 3).then_some(next.as_str()), 5)
    }
}

/// `stanch scan WORD LINE` against `server`.
pub(super) fn scan(
    kind: Kind,
    server: &Server,
    dir: &Path,
    line: &str,
    env: &[(&str, &str)],
) -> Run {
    let (host, _) = kind.host();
    let host = format!("{host}={}", server.url());
    let usual = ["scan", kind.word(), "--host", &host, "--allow-private", "--rate", "1000"];
    let quick = ["--retries", "0", "--timeout", "2"];
    let args: Vec<&str> = usual.into_iter().chain(quick).chain(line.split(' ')).collect();
    let run = stanch_with(dir, args, b"", env);
    assert!(!run.out.contains(TOKEN) && !run.err.contains(TOKEN), "{}", run.err);
    run
}

fn list(kind: Kind, server: &Server, line: &str) -> Run {
    let line = format!("--list {line}");
    scan(kind, server, Path::new("."), line.trim_end(), &[(kind.host().1, TOKEN)])
}

/// The last part of each name that is listed.
fn names(run: &Run) -> Vec<String> {
    let name =
        |r: &Value| r["repository"].as_str().unwrap().split_once("acme/").unwrap().1.to_owned();
    run.records().iter().map(name).collect()
}

#[test]
fn all_pages_are_listed_and_filters_hold() {
    for kind in KINDS {
        let server = Server::new(move |seen| kind.pages(seen, "https://a.example/git"));
        let list = |line: &str| {
            let run = list(kind, &server, line).code(0);
            names(&run)
                .iter()
                .map(|n| n.trim_start_matches("team/").to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(list(""), ["r0", "r1", "r2", "r3", "r4"], "{kind:?}");
        let asked = server.seen();
        assert_eq!((asked.len(), asked[0].path.as_str()), (3, kind.list()), "{kind:?}");
        assert!(asked.iter().all(|s| s.header("authorization") == format!("Bearer {TOKEN}")));
        if kind == GitHub {
            assert_eq!(asked[0].header("x-github-api-version"), "2022-11-28");
            assert!(!asked[0].header("user-agent").is_empty());
        }
        assert_eq!(list("--forks without"), ["r1", "r2", "r3", "r4"], "{kind:?}");
        assert_eq!(list("--forks only"), ["r0"], "{kind:?}");
        // Bitbucket keeps no archive.
        let archived: &[&str] = if kind == Bitbucket { &[] } else { &["r1"] };
        assert_eq!(list("--archived only"), archived, "{kind:?}");
        assert_eq!(list("--since 2026-01-01"), ["r0", "r1", "r3", "r4"], "{kind:?}");
        assert_eq!(list("--include *r3"), ["r3"], "{kind:?}");
        assert_eq!(list("--with wikis --include *r4*"), ["r4", "r4.wiki"], "{kind:?}");
    }
}

/// What is said if all is answered like this.
#[test]
fn no_answer_but_a_list_is_one() {
    let answers: [(&str, Play); 13] = [
        ("401", || json(401, "{\"message\": \"Bad credentials\"}")),
        ("403", || json(403, "{\"message\": \"rate limit\"}")),
        ("404", || json(404, "{\"message\": \"Not Found\"}")),
        ("429", || with(429, &[("Retry-After", "0")], "{}")),
        ("500", || json(500, "{}")),
        ("503", || with(503, &[("Content-Type", "text/html")], "<html>")),
        ("not JSON", || with(200, &[("Content-Type", "text/html")], "<html>Sign in</html>")),
        ("not JSON", || json(200, "[{\"full_name\": \"acme/r0\", ")),
        ("no list", || json(200, "{\"message\": \"hello\"}")),
        ("timed out", || Answer::Silence(Duration::from_millis(2500))),
        ("", || Answer::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n[".to_vec())),
        ("redirect", || with(302, &[("Location", "http://169.254.169.254/latest")], "")),
        ("redirect", || with(301, &[("Location", "https://elsewhere.example/")], "")),
    ];
    for kind in KINDS {
        for (said, answer) in answers {
            let server = Server::new(move |_| answer());
            let run = list(kind, &server, "").code(2);
            assert!(run.err.contains(said) && run.out.is_empty(), "{kind:?} {said}: {}", run.err);
        }
        let nameless = Server::new(move |_| kind.page(&[value!({"id": 1})], None, 1));
        assert!(list(kind, &nameless, "").code(2).err.contains("without a name"), "{kind:?}");
        let empty = Server::new(move |_| kind.page(&[], None, 0));
        assert!(list(kind, &empty, "").code(2).err.contains("no repository"), "{kind:?}");
    }
}

#[test]
fn a_list_that_breaks_off_is_told() {
    let answers: [(&str, Play); 5] = [
        ("HTTP 500", || json(500, "{}")),
        ("HTTP 403", || json(403, "{}")),
        ("HTTP 429", || json(429, "{}")),
        ("not JSON", || json(200, "<html>")),
        ("redirect", || with(302, &[("Location", "http://10.0.0.1/")], "")),
    ];
    for kind in KINDS {
        for (said, answer) in answers {
            let server = Server::new(move |seen| match seen.path.contains("page=2") {
                true => answer(),
                false => kind.pages(seen, "https://a.example"),
            });
            let run = list(kind, &server, "").code(2);
            let whole = run.err.contains("not whole") && run.err.contains(said);
            assert!(whole && names(&run).len() == 2, "{kind:?} {said}: {}", run.err);
        }
    }
    // The last page says so, but there was to be more.
    for kind in [GitLab, Bitbucket] {
        let first = kind.one(0, "https://a.example/r0");
        let server = Server::new(move |_| kind.page(std::slice::from_ref(&first), None, 5));
        let run = list(kind, &server, "").code(2);
        assert!(run.err.contains("tells of 5 and lists 1"), "{kind:?}: {}", run.err);
    }
    let hidden = |name: &'static str, text: &'static str| {
        let items = value!([GitHub.one(0, "https://a.example/r0")]).to_string();
        let server = Server::new(move |_| with(200, &[(name, text)], &items));
        list(GitHub, &server, "").code(2).err
    };
    let sso = "partial-results; organizations=21955855,20582480";
    assert!(hidden("X-GitHub-SSO", sso).contains("single sign-on"));
    assert!(hidden("Link", "/orgs/acme/repos?page=2; rel=\"next\"").contains("cannot be read"));
}

#[test]
fn a_proxy_that_drops_the_links_ends_no_list() {
    let server = Server::new(|seen| {
        let Answer::Full(status, mut headers, body) = GitLab.pages(seen, "https://a.example")
        else {
            panic!()
        };
        headers.retain(|(name, _)| name != "Link");
        Answer::Full(status, headers, body)
    });
    assert_eq!(names(&list(GitLab, &server, "").code(0)).len(), 5);
}

#[test]
fn the_token_goes_to_no_other_host() {
    for kind in KINDS {
        let other = Server::new(|_| json(200, "[]"));
        for redirects in [false, true] {
            let there = other.url().replace("127.0.0.1", "localhost") + "/x";
            let server = Server::new(move |_| match redirects {
                true => with(302, &[("Location", &there)], ""),
                false => kind.page(&[kind.one(0, "https://a.example/r0")], Some(&there), 2),
            });
            let said = list(kind, &server, "").code(2).err;
            let why = if redirects { "redirect" } else { "another host" };
            assert!(said.contains(why), "{kind:?}: {said}");
        }
        assert!(other.seen().is_empty(), "{kind:?}: {:?}", other.lines());
    }
}

#[test]
fn bitbucket_takes_a_name_and_an_app_password() {
    let server = Server::new(|seen| Bitbucket.pages(seen, "https://ann@bitbucket.org/acme"));
    let env = [("BITBUCKET_USERNAME", "ann"), ("BITBUCKET_APP_PASSWORD", TOKEN)];
    let run = scan(Bitbucket, &server, Path::new("."), "--list", &env).code(0);
    assert_eq!(
        run.records()[0]["repository"].as_str().unwrap().split(':').next(),
        Some("127.0.0.1")
    );
    let basic = data_encoding::BASE64.encode(format!("ann:{TOKEN}").as_bytes());
    assert!(server.seen().iter().all(|s| s.header("authorization") == format!("Basic {basic}")));
}

#[test]
fn a_user_is_listed_where_there_is_no_organisation() {
    for (kind, path) in [
        (GitHub, "/users/acme/repos?type=owner&per_page=100&sort=created&direction=asc"),
        (GitLab, "/api/v4/users/acme%2Fteam/projects?per_page=100&order_by=id&sort=asc"),
    ] {
        let server = Server::new(move |seen| match seen.path == path {
            true => kind.page(&[kind.one(0, "https://a.example/r0")], None, 1),
            false if seen.path == "/user" => json(403, "{}"),
            false => json(404, "{}"),
        });
        assert_eq!(names(&list(kind, &server, "").code(0)).len(), 1, "{kind:?}");
    }
    // Of oneself there is a list with what is private, and one of all gists.
    let server = Server::new(|seen| match seen.path.split('?').next().unwrap() {
        "/user" => json(200, "{\"login\": \"Acme\"}"),
        "/user/repos" => GitHub.page(&[GitHub.one(0, "https://a.example/r0")], None, 1),
        "/gists" => {
            let gist = value!({"id": "aa11", "git_pull_url": "https://gist.github.com/aa11.git"});
            GitHub.page(&[gist], None, 1)
        }
        _ => json(404, "{}"),
    });
    assert_eq!(names(&list(GitHub, &server, "--with gists").code(0)), ["gists/aa11", "r0"]);
    // Whether it is oneself must be known.
    let server = Server::new(|seen| match seen.path.as_str() {
        "/user" => json(502, "{}"),
        _ => json(404, "{}"),
    });
    assert!(list(GitHub, &server, "").code(2).err.contains("502"));
}

#[test]
fn snippets_are_listed_and_those_that_cannot_be_are_told() {
    let answer = |broken: bool| {
        Server::new(move |seen| match seen.path.contains("/snippets") {
            false => GitLab.pages(seen, "https://a.example"),
            true if broken && seen.path.contains("/73/") => json(403, "{}"),
            true if seen.path.contains("/74/") => {
                let url = "https://a.example/acme/team/r4/snippets/5.git";
                GitLab.page(&[value!({"id": 5, "http_url_to_repo": url})], None, 1)
            }
            true => GitLab.page(&[], None, 0),
        })
    };
    let run = list(GitLab, &answer(false), "--with snippets").code(0);
    assert_eq!(names(&run).last().unwrap(), "team/r4/snippets/5");
    let run = list(GitLab, &answer(true), "--with snippets").code(2);
    assert!(run.err.contains("snippets of acme/team/r3"), "{}", run.err);
}
