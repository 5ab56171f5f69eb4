//! What people wrote beside the code at GitHub, GitLab and Bitbucket.

use super::forges::{Bitbucket, GitHub, GitLab, KINDS, Kind, TOKEN, scan};
use super::*;
use crate::support::repo::Repo;
use crate::support::samples;
use crate::support::server::{Play, Server, json};
use serde_json::json as value;

/// What people wrote at a service, by the path where it is asked: each says the secret of its
/// number.
fn written(kind: Kind, path: &str) -> Option<Vec<Value>> {
    let secret = |n: u64| format!("the token is {}", samples::circleci(500 + n));
    let there = |rest: &str| format!("https://github.com/acme/r4/{rest}");
    Some(match (kind, path) {
        (GitHub, "/repos/acme/r4/issues") => vec![
            value!({"html_url": there("issues/1"), "title": "it is broken", "body": secret(1)}),
            value!({"html_url": there("pull/2"), "title": secret(2), "body": null}),
        ],
        (GitHub, "/repos/acme/r4/issues/comments") => {
            vec![value!({"html_url": there("issues/1#issuecomment-3"), "body": secret(3)})]
        }
        (GitHub, "/repos/acme/r4/pulls/comments") => {
            vec![value!({"html_url": there("pull/2#discussion_r4"), "body": secret(4)})]
        }
        (GitLab, "/api/v4/projects/74/issues") => {
            vec![value!({"iid": 1, "title": "broken", "description": secret(1)})]
        }
        (GitLab, "/api/v4/projects/74/merge_requests") => {
            vec![value!({"iid": 2, "title": secret(2), "description": null})]
        }
        (GitLab, "/api/v4/projects/74/issues/1/notes") => {
            vec![value!({"id": 3, "body": secret(3)})]
        }
        (GitLab, "/api/v4/projects/74/merge_requests/2/notes") => {
            vec![value!({"id": 4, "body": secret(4)})]
        }
        (Bitbucket, "/2.0/repositories/acme/r4/issues") => {
            vec![value!({"id": 1, "title": "broken", "content": {"raw": secret(1)}})]
        }
        (Bitbucket, "/2.0/repositories/acme/r4/pullrequests") => {
            vec![value!({"id": 2, "title": "x", "summary": {"raw": secret(2)}})]
        }
        (Bitbucket, "/2.0/repositories/acme/r4/issues/1/comments") => {
            vec![value!({"id": 3, "content": {"raw": secret(3)}})]
        }
        (Bitbucket, "/2.0/repositories/acme/r4/pullrequests/2/comments") => {
            vec![value!({"id": 4, "content": {"raw": secret(4)}})]
        }
        _ => return None,
    })
}

/// A service with one clean repository about which people wrote; what `broken` is in the path of
/// is answered by `answer`.
fn talk(kind: Kind, address: String, broken: &'static str, answer: Play) -> Server {
    Server::new(move |seen| {
        let path = seen.path.split('?').next().unwrap();
        match written(kind, path) {
            _ if !broken.is_empty() && path.ends_with(broken) => answer(),
            // One item a page.
            Some(items) => {
                let n = seen.path.split("&page=").nth(1).map_or(0, |n| n.parse().unwrap());
                let at = seen.path.split("&page=").next().unwrap();
                let next = format!("http://{}{at}&page={}", seen.header("host"), n + 1);
                let next = (n + 1 < items.len()).then_some(next.as_str());
                kind.page(&items[n..=n], next, items.len())
            }
            None if seen.path == kind.list() => kind.page(&[kind.one(4, &address)], None, 1),
            None => kind.page(&[], None, 0),
        }
    })
}

#[test]
fn what_people_wrote_is_scanned() {
    let repo = Repo::new();
    repo.write("a", "nothing").stage().commit("first");
    let address = format!("file://{}", repo.path().display());
    let env = |kind: Kind| [(kind.host().1, TOKEN)];
    for kind in KINDS {
        let talking = |broken, answer| talk(kind, address.clone(), broken, answer);
        let line = "--format json --with issues,comments";
        let server = talking("", || json(500, ""));
        let run = scan(kind, &server, repo.path(), line, &env(kind)).code(1);
        let told = report(&run.out);
        assert_eq!(told["open"]["findings"], 4, "{kind:?}: {told}");
        assert_eq!(told["complete"], true, "{kind:?}: {told}");
        (1..=4).for_each(|n| assert!(!run.out.contains(&samples::circleci(500 + n))));
        let issues = scan(kind, &server, repo.path(), "--format json --with issues", &env(kind));
        assert_eq!(report(&issues.out)["open"]["findings"], 2, "{kind:?}");
        // The last list of all breaks off.
        let last = match kind {
            GitHub => "/comments",
            GitLab => "/merge_requests/2/notes",
            Bitbucket => "/pullrequests/2/comments",
        };
        let answers: [Play; 3] =
            [|| json(500, ""), || json(200, "<html>"), || json(403, "{\"message\": \"no\"}")];
        for answer in answers {
            let run = scan(kind, &talking(last, answer), repo.path(), line, &env(kind)).code(1);
            let told = report(&run.out);
            assert_eq!(told["complete"], false, "{kind:?}: {told}");
            assert!(skipped(&told)[0].ends_with("issues and comments"), "{kind:?}: {told}");
        }
    }
    // Where issues are switched off, pull requests are still there; a tracker that is none is not.
    let off = talk(GitHub, address.clone(), "/issues", || json(410, "{}"));
    scan(GitHub, &off, repo.path(), "--format json --with issues", &env(GitHub)).code(0);
    assert!(off.lines().iter().any(|l| l.starts_with("GET /repos/acme/r4/pulls?state=all")));
    let off = talk(Bitbucket, address.clone(), "/issues", || json(404, "{}"));
    let run = scan(Bitbucket, &off, repo.path(), "--format json --with issues", &env(Bitbucket));
    assert_eq!(report(&run.code(1).out)["open"]["findings"], 1);
}
