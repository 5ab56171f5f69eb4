//! GitHub: `GET /orgs/{org}/repos`, `/users/{user}/repos`, `/repos/{owner}/{repo}` and what hangs
//! on them; pages by the header `Link`. Source: docs.github.com/rest, version 2022-11-28.

use super::{
    Forge, Listing, Repository, Writing, escaped, repository, tail, text, texts as joined,
};
use crate::error::Result;
use serde_json::Value;

pub(super) fn repositories(forge: &Forge) -> Result<Listing> {
    let owner = escaped(&forge.owner);
    // In the order of their making, so that a new one does not push others off a page.
    let order = "per_page=100&sort=created&direction=asc";
    let organisation = format!("/orgs/{owner}/repos?type=all&{order}");
    let user = format!("/users/{owner}/repos?type=owner&{order}");
    forge.listing_of_either(&organisation, &user, &|item| repository(item, "/pushed_at"))
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
