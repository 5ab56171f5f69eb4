//! Bitbucket Cloud: `GET /2.0/repositories/{workspace}` and what hangs on it; each page names the
//! next in its body. Source: developer.atlassian.com/cloud/bitbucket/rest.

use super::page::is_absent;
use super::{Forge, Listing, Repository, Writing, escaped, flag, text, texts as joined};
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
    // All states have to be named.
    let states = "&state=OPEN&state=MERGED&state=DECLINED&state=SUPERSEDED";
    for (kind, more) in [("issues", ""), ("pullrequests", states)] {
        let path = format!("/repositories/{id}/{kind}");
        let mut all = Vec::new();
        let listed = forge.each(&format!("{path}?pagelen=50{more}"), &mut |item| {
            let number = item.get("id").and_then(Value::as_u64).unwrap_or_default();
            let said = ["/title", "/content/raw", "/summary/raw", "/description"];
            all.push((number, joined(item, &said)));
        });
        match listed {
            // A repository without a tracker answers so.
            Err(e) if kind == "issues" && is_absent(&e) => continue,
            listed => listed?,
        }
        for (number, said) in all {
            if writing == Writing::Issues {
                out(format!("{kind}/{number}"), said);
                continue;
            }
            forge.each(&format!("{path}/{number}/comments?pagelen=100"), &mut |comment| {
                let nth = comment.get("id").and_then(Value::as_u64).unwrap_or_default();
                out(format!("{kind}/{number}#comment-{nth}"), text(comment, "/content/raw"));
            })?;
        }
    }
    Ok(())
}
