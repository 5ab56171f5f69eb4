//! Checkout keys and runner tokens: CircleCI makes the new one, then the old ones are removed.

use super::api::{Circle, in_path, is_absent, text};
use super::rotate::{Change, Rotation, Thing};
use super::state::{Mark, Step};
use crate::error::{Error, Kind, Result};
use crate::live::http::Method;
use serde_json::{Value, json};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

/// The keys or tokens that are there: fingerprints or ids.
pub(super) fn look(circle: &Circle, thing: &Thing) -> Result<Mark> {
    let shown = match thing {
        Thing::CheckoutKey { slug, kind } => {
            let path = format!("/v2/project/{}/checkout-key", in_path(slug));
            let all = circle.list(&path, "checkout keys")?;
            let of_kind = all.iter().filter(|k| text(k, &["type"]) == *kind);
            of_kind.map(|k| text(k, &["fingerprint"])).collect()
        }
        Thing::RunnerToken { class, .. } => {
            let path = format!("/runner/token?resource-class={}", crate::live::percent(class));
            circle.list(&path, "runner tokens")?.iter().map(|t| text(t, &["id"])).collect()
        }
        Thing::Project { .. } | Thing::Context { .. } => Vec::new(),
    };
    Ok(Mark { set: String::new(), shown })
}

/// What was there before, and what came since: as the state file has it.
fn begin(rotation: &mut Rotation<'_>, change: &Change) -> Result<(Mark, Vec<String>)> {
    let now = look(rotation.circle, &change.thing)?;
    let before = match rotation.state.step(&change.id()) {
        Some(Step::Sending { before } | Step::Made { before, .. }) => {
            before.clone().unwrap_or_default()
        }
        _ => {
            let step = Step::Sending { before: Some(now.clone()) };
            rotation.state.record(&change.id(), step)?;
            now.clone()
        }
    };
    let new = now.shown.into_iter().filter(|id| !before.shown.contains(id)).collect();
    Ok((before, new))
}

/// Replaces the checkout keys of one type.
pub(super) fn checkout(
    rotation: &mut Rotation<'_>,
    change: &Change,
    slug: &str,
    kind: &str,
) -> Result<String> {
    let id = change.id();
    let base = format!("/v2/project/{}/checkout-key", in_path(slug));
    let (before, new) = begin(rotation, change)?;
    let new = match new.into_iter().next() {
        Some(made) => made,
        None => {
            rotation.tell(change, "sending", "")?;
            let body = json!({ "type": kind });
            let made = rotation.circle.change(Method::Post, &base, Some(&body), &id)?;
            text(&made, &["fingerprint"])
        }
    };
    rotation.state.record(&id, Step::Made { before: Some(before.clone()), new: new.clone() })?;
    rotation.tell(change, "made", &new)?;
    for old in &before.shown {
        remove(rotation, change, &format!("{base}/{}", in_path(old)), old)?;
    }
    rotation.state.record(&id, Step::Done { after: None })?;
    rotation.tell(change, "changed", &new)?;
    let gone = before.shown.join(", ");
    Ok(format!(
        "changed       {id}: now {new}; remove the public half of {gone} at the code host as well"
    ))
}

/// Replaces the tokens of a class of runners. The new one is in the file `to` before an old one
/// is removed, and old ones are removed only if told to: runners have to get the new one first.
pub(super) fn runner(
    rotation: &mut Rotation<'_>,
    change: &Change,
    class: &str,
    nickname: &str,
    to: &Path,
    remove_old: bool,
) -> Result<String> {
    let id = change.id();
    let (before, new) = begin(rotation, change)?;
    let made = match rotation.state.step(&id) {
        Some(Step::Made { new, .. }) => new.clone(),
        _ => {
            // One whose value nobody kept, since the process died: it is of no use.
            for lost in new {
                remove(rotation, change, &format!("/runner/token/{}", in_path(&lost)), &lost)?;
            }
            let new = make_token(rotation, change, class, nickname, to)?;
            let step = Step::Made { before: Some(before.clone()), new: new.clone() };
            rotation.state.record(&id, step)?;
            rotation.tell(change, "made", &new)?;
            new
        }
    };
    if !remove_old {
        let old = before.shown.join(", ");
        return Ok(format!(
            "made          {id}: {made} is in {}; give it to the runners, then run this again with \
             --remove-old, which removes {old}",
            to.display()
        ));
    }
    for old in &before.shown {
        remove(rotation, change, &format!("/runner/token/{}", in_path(old)), old)?;
    }
    rotation.state.record(&id, Step::Done { after: None })?;
    rotation.tell(change, "changed", &made)?;
    Ok(format!("changed       {id}: now {made}"))
}

fn make_token(
    rotation: &Rotation<'_>,
    change: &Change,
    class: &str,
    nickname: &str,
    to: &Path,
) -> Result<String> {
    let failed =
        |e| Error::new(Kind::Io, format!("writing the token to {}", to.display())).because(e);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // A file that cannot be written to must be known before there is a token.
    let mut file = options.open(to).map_err(failed)?;
    rotation.tell(change, "sending", "")?;
    let body = json!({ "resource_class": class, "nickname": nickname });
    let made: Value =
        rotation.circle.change(Method::Post, "/runner/token", Some(&body), &change.id())?;
    let token = text(&made, &["token"]);
    if token.is_empty() {
        return Err(Error::new(Kind::Network, "CircleCI answered without a token"));
    }
    file.write_all(token.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    Ok(text(&made, &["id"]))
}

fn remove(rotation: &Rotation<'_>, change: &Change, path: &str, what: &str) -> Result<()> {
    match rotation.circle.change(Method::Delete, path, None, &change.id()) {
        // An earlier run removed it.
        Err(e) if is_absent(&e) => Ok(()),
        Err(e) => Err(e),
        Ok(_) => rotation.tell(change, "removed", what),
    }
}
