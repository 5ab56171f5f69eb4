//! Gitea and Forgejo: `GET /orgs/{org}/repos`, `/users/{user}/repos` and what hangs on them; pages
//! by the header `Link`, with the whole number in `X-Total-Count`. Source: docs.gitea.com/api.

use super::page::is_absent;
use super::{Forge, Listing, Repository, Writing, escaped, flag, tail, text, texts as joined};
use crate::error::Result;
use serde_json::Value;

pub(super) fn repositories(forge: &Forge) -> Result<Listing> {
    let owner = escaped(&forge.owner);
    match forge.listing(&format!("/orgs/{owner}/repos?limit=50&page=1"), &read) {
        Err(e) if is_absent(&e) => {
            forge.listing(&format!("/users/{owner}/repos?limit=50&page=1"), &read)
        }
        listed => listed,
    }
}

fn read(item: &Value) -> Option<Repository> {
    let name = text(item, "/full_name");
    let address = text(item, "/clone_url");
    (!name.is_empty() && !address.is_empty()).then(|| Repository {
        id: name.clone(),
        name,
        address,
        bytes: item.get("size").and_then(Value::as_u64).map(|kilo| kilo * 1024),
        is_fork: flag(item, "/fork"),
        is_archived: flag(item, "/archived"),
        changed: text(item, "/updated_at"),
        has_wiki: flag(item, "/has_wiki"),
    })
}

pub(super) fn texts(
    forge: &Forge,
    id: &str,
    writing: Writing,
    out: &mut dyn FnMut(String, String),
) -> Result<()> {
    let mut take = |item: &Value| {
        out(tail(&text(item, "/html_url"), 2), joined(item, &["/title", "/body"]));
    };
    match writing {
        Writing::Issues => {
            forge.each(&format!("/repos/{id}/issues?state=all&limit=50&page=1"), &mut take)
        }
        Writing::Comments => {
            forge.each(&format!("/repos/{id}/issues/comments?limit=50&page=1"), &mut take)
        }
    }
}
