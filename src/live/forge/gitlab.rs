//! GitLab: `GET /groups/{group}/projects` with subgroups, `/users/{user}/projects` and what hangs
//! on them; pages by the headers `Link` and `X-Next-Page`. Source: docs.gitlab.com/api/groups, /api/projects, /api/rest.

use super::threads::Threads;
use super::{Forge, Listing, Repository, Writing, escaped, flag, text};
use crate::error::Result;
use serde_json::Value;

pub(super) fn repositories(forge: &Forge) -> Result<Listing> {
    let owner = escaped(&forge.owner);
    let order = "per_page=100&order_by=id&sort=asc";
    let group =
        format!("/groups/{owner}/projects?include_subgroups=true&with_shared=false&{order}");
    forge.listing_of_either(&group, &format!("/users/{owner}/projects?{order}"), &read)
}

fn read(item: &Value) -> Option<Repository> {
    let name = text(item, "/path_with_namespace");
    let address = text(item, "/http_url_to_repo");
    let id = item.get("id").and_then(Value::as_u64)?.to_string();
    (!name.is_empty() && !address.is_empty()).then(|| Repository {
        name,
        address,
        id,
        bytes: item.pointer("/statistics/repository_size").and_then(Value::as_u64),
        is_fork: item.get("forked_from_project").is_some_and(Value::is_object),
        is_archived: flag(item, "/archived"),
        changed: text(item, "/last_activity_at"),
        has_wiki: flag(item, "/wiki_enabled"),
    })
}

pub(super) fn snippets(forge: &Forge, project: &Repository) -> Result<Vec<Repository>> {
    let read = |item: &Value| {
        let id = item.get("id").and_then(Value::as_u64)?;
        let name = format!("{}/snippets/{id}", project.name);
        let address = text(item, "/http_url_to_repo");
        Some(Repository { name, address, ..Repository::default() })
    };
    let path = format!("/projects/{}/snippets?per_page=100", escaped(&project.id));
    let listing = forge.listing(&path, &read)?;
    listing.cut.map_or(Ok(listing.repositories), Err)
}

/// Its comments are listed below each issue and merge request only.
pub(super) fn texts(
    forge: &Forge,
    id: &str,
    writing: Writing,
    out: &mut dyn FnMut(String, String),
) -> Result<()> {
    for kind in ["issues", "merge_requests"] {
        let threads = Threads {
            kind,
            path: format!("/projects/{}/{kind}", escaped(id)),
            query: "scope=all&state=all&per_page=100&order_by=created_at&sort=asc",
            number: "iid",
            said: &["/title", "/description"],
            comments: "notes?per_page=100&sort=asc",
            answered: "/body",
            mark: "note_",
        };
        threads.read(forge, writing, out)?;
    }
    Ok(())
}
