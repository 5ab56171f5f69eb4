//! Gitea and Forgejo: `GET /orgs/{org}/repos`, `/users/{user}/repos` and what hangs on them; pages
//! by the header `Link`, with the whole number in `X-Total-Count`. Source: docs.gitea.com/api.

use super::{Forge, Listing, Writing, escaped, repository, tail, text, texts as joined};
use crate::error::Result;
use serde_json::Value;

pub(super) fn repositories(forge: &Forge) -> Result<Listing> {
    let owner = escaped(&forge.owner);
    let [organisation, user] =
        ["orgs", "users"].map(|kind| format!("/{kind}/{owner}/repos?limit=50&page=1"));
    forge.listing_of_either(&organisation, &user, &|item| repository(item, "/updated_at"))
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
