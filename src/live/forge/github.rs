//! GitHub: `GET /orgs/{org}/repos`, `/users/{user}/repos`, `/repos/{owner}/{repo}` and what hangs
//! on them; pages by the header `Link`. Source: docs.github.com/rest, version 2022-11-28.

use super::page::{has_status, is_absent};
use super::{
    Forge, Listing, Repository, Writing, escaped, repository, tail, text, texts as joined,
};
use crate::error::Result;
use serde_json::Value;

pub(super) fn repositories(forge: &Forge) -> Result<Listing> {
    let owner = escaped(&forge.owner);
    // In the order of their making, so that a new one does not push others off a page.
    let order = "per_page=100&sort=created&direction=asc";
    let read = |item: &Value| repository(item, "/pushed_at");
    match forge.listing(&format!("/orgs/{owner}/repos?type=all&{order}"), &read) {
        Err(e) if is_absent(&e) => {
            let list = match is_own(forge)? {
                true => format!("/user/repos?affiliation=owner&{order}"),
                false => format!("/users/{owner}/repos?type=owner&{order}"),
            };
            forge.listing(&list, &read)
        }
        listed => listed,
    }
}

/// Whether the token is that of the user who is asked about: the lists of other users have only
/// what is public.
fn is_own(forge: &Forge) -> Result<bool> {
    if forge.token.is_none() {
        return Ok(false);
    }
    match forge.ask(&format!("{}/user", forge.base)) {
        Ok(answer) => {
            let login = answer.json().map(|user| text(&user, "/login")).unwrap_or_default();
            Ok(login.eq_ignore_ascii_case(&forge.owner))
        }
        // The token of an app is nobody's.
        Err(e) if has_status(&e, 403) => Ok(false),
        Err(e) => Err(e),
    }
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
    let path = match is_own(forge)? {
        true => "/gists?per_page=100".to_owned(),
        false => format!("/users/{}/gists?per_page=100", escaped(owner)),
    };
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
        // Pull requests are among them, and remain where issues are switched off.
        Writing::Issues => {
            let issues = format!("/repos/{id}/issues?state=all&{order}");
            match forge.each(&issues, &mut take) {
                Err(e) if has_status(&e, 410) => {
                    forge.each(&format!("/repos/{id}/pulls?state=all&{order}"), &mut take)
                }
                done => done,
            }
        }
        Writing::Comments => {
            let lists = [
                format!("/repos/{id}/issues/comments?{order}"),
                format!("/repos/{id}/pulls/comments?{order}"),
                format!("/repos/{id}/comments?per_page=100"),
            ];
            // Each tells what it can; the first that cannot is told of.
            let told = lists.map(|list| forge.each(&list, &mut take));
            told.into_iter().collect()
        }
    }
}
