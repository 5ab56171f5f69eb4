//! Variables of projects and contexts.

use super::api::{Circle, in_path, is_absent, text};
use super::rotate::{Change, Rotation, Thing};
use super::state::{Mark, Step};
use crate::error::{Error, Kind, Result};
use crate::live::Hidden;
use crate::live::http::Method;
use serde_json::{Value, json};

/// How the variable looks from outside; `None` if it is not there.
pub(super) fn look(circle: &Circle, change: &Change) -> Result<Option<Mark>> {
    match &change.thing {
        Thing::Project { slug, name } => {
            let path = format!("/v2/project/{}/envvar/{}", in_path(slug), in_path(name));
            match circle.get(&path, &change.id()) {
                Ok(found) => Ok(Some(mark(&found))),
                Err(e) if is_absent(&e) => Ok(None),
                Err(e) => Err(e),
            }
        }
        Thing::Context { org, context, name } => {
            let id = context_id(circle, org, context)?;
            let path = format!("/v2/context/{}/environment-variable", in_path(&id));
            let all = circle.list(&path, &change.id())?;
            let is_it = |v: &&Value| text(v, &["variable", "name"]) == *name;
            Ok(all.iter().find(is_it).map(mark))
        }
        Thing::CheckoutKey { .. } | Thing::RunnerToken { .. } => Ok(None),
    }
}

fn mark(found: &Value) -> Mark {
    Mark {
        set: text(found, &["updated_at", "updated-at", "created_at", "created-at"]),
        shown: vec![text(found, &["value", "truncated_value"])],
    }
}

/// A context's id: `context` is one, or a name.
fn context_id(circle: &Circle, org: &str, context: &str) -> Result<String> {
    let path = format!("/v2/context?owner-slug={}", crate::live::percent(org));
    let all = circle.list(&path, &format!("the contexts of {org}"))?;
    let is_it = |c: &&Value| text(c, &["id"]) == context || text(c, &["name"]) == context;
    let found = all.iter().find(is_it).map(|c| text(c, &["id"]));
    found.ok_or_else(|| Error::new(Kind::Usage, format!("{org} has no context {context}")))
}

/// Makes the change.
pub(super) fn make(rotation: &mut Rotation<'_>, change: &Change) -> Result<String> {
    let id = change.id();
    let origin = change.value.as_ref();
    let lacks = || Error::new(Kind::Usage, format!("{id} has no new value"));
    let now = look(rotation.circle, change)?;
    let before = match rotation.state.step(&id) {
        Some(Step::Sending { before }) => {
            let before = before.clone();
            if is_changed(before.as_ref(), now.as_ref(), None) {
                return finish(rotation, change, now, "found done");
            }
            // What was removed and not set yet counts as new.
            now.as_ref().and(before)
        }
        _ => now.clone(),
    };
    // The value is fetched before anything is written down or sent.
    let value = origin.ok_or_else(lacks)?.value()?;
    if rotation.state.step(&id).is_some()
        && is_changed(before.as_ref(), now.as_ref(), Some(&value))
    {
        return finish(rotation, change, now, "found done");
    }
    rotation.state.record(&id, Step::Sending { before })?;
    rotation.tell(change, "sending", "")?;
    if now.is_some() && remove(rotation.circle, change)? {
        // Where no moments are told, that it is there again tells that it was set.
        rotation.state.record(&id, Step::Sending { before: None })?;
    }
    send(rotation.circle, change, &value)?;
    let after = look(rotation.circle, change)?;
    if after.is_none() {
        let what = format!("{id}: CircleCI took the new value, and does not have the variable");
        return Err(Error::new(Kind::Network, what));
    }
    finish(rotation, change, after, "changed")
}

fn finish(
    rotation: &mut Rotation<'_>,
    change: &Change,
    after: Option<Mark>,
    step: &str,
) -> Result<String> {
    let set = after.as_ref().map(|m| m.set.clone()).unwrap_or_default();
    rotation.state.record(&change.id(), Step::Done { after })?;
    rotation.tell(change, step, &set)?;
    Ok(format!("{step:<12}  {}", change.id()))
}

/// Whether the variable was set since `before` was seen: its moment differs, or what is shown of
/// it does and is the end of the new value.
fn is_changed(before: Option<&Mark>, now: Option<&Mark>, value: Option<&Hidden>) -> bool {
    let Some(now) = now else { return false };
    let Some(before) = before else { return true };
    if !now.set.is_empty() && !before.set.is_empty() {
        return now.set != before.set;
    }
    let ends = |value: &Hidden, shown: &String| {
        let tail = shown.trim_start_matches('x');
        !tail.is_empty() && value.reveal().ends_with(tail)
    };
    let fits = value.is_some_and(|v| now.shown.iter().any(|shown| ends(v, shown)));
    now.shown != before.shown && fits
}

/// Removes the old value where it cannot be set anew in place; whether it was.
fn remove(circle: &Circle, change: &Change) -> Result<bool> {
    let Thing::Project { slug, name } = &change.thing else { return Ok(false) };
    let path = format!("/v2/project/{}/envvar/{}", in_path(slug), in_path(name));
    circle.change(Method::Delete, &path, None, &change.id())?;
    Ok(true)
}

fn send(circle: &Circle, change: &Change, value: &Hidden) -> Result<()> {
    let id = change.id();
    match &change.thing {
        Thing::Project { slug, name } => {
            let base = format!("/v2/project/{}/envvar", in_path(slug));
            let body = json!({ "name": name, "value": value.reveal() });
            circle.change(Method::Post, &base, Some(&body), &id)?;
        }
        Thing::Context { org, context, name } => {
            let context = context_id(circle, org, context)?;
            let (context, name) = (in_path(&context), in_path(name));
            let path = format!("/v2/context/{context}/environment-variable/{name}");
            let body = json!({ "value": value.reveal() });
            circle.change(Method::Put, &path, Some(&body), &id)?;
        }
        Thing::CheckoutKey { .. } | Thing::RunnerToken { .. } => {}
    }
    Ok(())
}
