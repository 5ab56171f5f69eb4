//! GitHub: `GET /orgs/{org}/repos`, `/users/{user}/repos`, `/repos/{owner}/{repo}` and what hangs
//! on them; pages by the header `Link`. Source: docs.github.com/rest, version 2022-11-28.

use super::page::is_absent;
use super::{Forge, Listing, Repository, Writing, escaped, flag, tail, text, texts as joined};
use crate::error::Result;
use serde_json::Value;

pub(super) fn repositories(forge: &Forge) -> Result<Listing> {
    let owner = escaped(&forge.owner);
    // In the order of their making, so that a new one does not push others off a page.
    let order = "per_page=100&sort=created&direction=asc";
    let of_org = forge.listing(&format!("/orgs/{owner}/repos?type=all&{order}"), &read);
    match of_org {
        Err(e) if is_absent(&e) => {
            forge.listing(&format!("/users/{owner}/repos?type=owner&{order}"), &read)
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
        changed: text(item, "/pushed_at"),
        has_wiki: flag(item, "/has_wiki"),
    })
}

pub(super) fn gists(forge: &Forge) -> Result<Vec<Repository>> {
    let owner = &forge.owner;
    let read = |item: &Value| {
        let (id, address) = (text(item, "/id"), text(item, "/git_pull_url"));
        let name = format!("{owner}/gists/{id}");
        let changed = text(item, "/updated_at");
        let found = Repository { name, address, changed, ..Repository::default() };
        (!id.is_empty()).then_some(found)
    };
    let path = format!("/users/{}/gists?per_page=100", escaped(owner));
    let listing = forge.listing(&path, &read)?;
    listing.cut.map_or(Ok(listing.repositories), Err)
}

pub(super) fn texts(
    forge: &Forge,
    id: &str,
    writing: Writing,
    out: &mut dyn FnMut(String, String),
) -> Result<()> {
    let order = "per_page=100&sort=created&direction=asc";
    let mut take = |item: &Value| {
        let name = tail(&text(item, "/html_url"), 2);
        out(name, joined(item, &["/title", "/body"]));
    };
    match writing {
        // Pull requests are among them.
        Writing::Issues => forge.each(&format!("/repos/{id}/issues?state=all&{order}"), &mut take),
        Writing::Comments => {
            forge.each(&format!("/repos/{id}/issues/comments?{order}"), &mut take)?;
            forge.each(&format!("/repos/{id}/pulls/comments?{order}"), &mut take)?;
            forge.each(&format!("/repos/{id}/comments?per_page=100"), &mut take)
        }
    }
}
