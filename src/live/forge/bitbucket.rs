//! Bitbucket Cloud: `GET /2.0/repositories/{workspace}` and what hangs on it; each page names the
//! next in its body. Source: developer.atlassian.com/cloud/bitbucket/rest.

use super::page::is_absent;
use super::threads::Threads;
use super::{Forge, Listing, Repository, Writing, escaped, flag, text};
use crate::error::Result;
use serde_json::Value;

pub(super) fn repositories(forge: &Forge) -> Result<Listing> {
    let owner = escaped(&forge.owner);
    forge.listing(&format!("/repositories/{owner}?pagelen=100&sort=created_on"), &read)
}

fn read(item: &Value) -> Option<Repository> {
    let name = text(item, "/full_name");
    let mut ways = item.pointer("/links/clone")?.as_array()?.iter();
    let address = text(ways.find(|way| text(way, "/name") == "https")?, "/href");
    (!name.is_empty() && !address.is_empty()).then(|| Repository {
        id: name.clone(),
        name,
        address,
        bytes: item.get("size").and_then(Value::as_u64),
        is_fork: item.get("parent").is_some_and(Value::is_object),
        is_archived: false,
        changed: text(item, "/updated_on"),
        has_wiki: flag(item, "/has_wiki"),
    })
}

/// Its comments are listed below each issue and pull request only.
pub(super) fn texts(
    forge: &Forge,
    id: &str,
    writing: Writing,
    out: &mut dyn FnMut(String, String),
) -> Result<()> {
    let threads = |kind, query| Threads {
        kind,
        path: format!("/repositories/{id}/{kind}"),
        query,
        number: "id",
        said: &["/title", "/content/raw", "/summary/raw", "/description"],
        comments: "comments?pagelen=100",
        answered: "/content/raw",
        mark: "comment-",
    };
    match threads("issues", "pagelen=50").read(forge, writing, out) {
        // A repository without a tracker answers so.
        Err(e) if is_absent(&e) => {}
        done => done?,
    }
    // All states have to be named.
    let states = "pagelen=50&state=OPEN&state=MERGED&state=DECLINED&state=SUPERSEDED";
    threads("pullrequests", states).read(forge, writing, out)
}
