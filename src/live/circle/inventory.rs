//! What is at CircleCI: organisations, contexts, projects, variables, keys, runners.

use super::api::{Circle, in_path, text};
use super::orbs;
use crate::error::{Error, Result};
use serde_json::{Value, json};

/// What is there. `document` has the form of CircleCI-Env-Inspector with more in it, so that it
/// is evidence for `stanch incident verify`. No value of a variable is in it: CircleCI shows
/// none, but for the last four characters of a project's.
pub struct Stock {
    /// All of it.
    pub document: Value,
    /// What could not be listed, and why.
    pub gaps: Vec<String>,
    /// What else is to be known of the list.
    pub notes: Vec<String>,
}

/// What is to be listed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// Slugs; these organisations alone, unless it is empty.
    pub orgs: &'a [String],
    /// Slugs of projects besides those that the token's user follows.
    pub projects: &'a [String],
    /// Namespaces of orbs and runners besides those that are called as the organisations are.
    pub namespaces: &'a [String],
}

/// Lists everything that the token sees, as far as it is wanted.
///
/// # Errors
/// If not even the organisations are told.
pub fn take_stock(circle: &Circle, wanted: &Wanted<'_>) -> Result<Stock> {
    let orgs = wanted.orgs;
    let (mut gaps, mut notes) = (Vec::new(), Vec::new());
    let all = circle.get("/v2/me/collaborations", "your organisations")?;
    let all = all.as_array().cloned().unwrap_or_default();
    let is_wanted = |slug: &str| orgs.is_empty() || orgs.iter().any(|o| o == slug);
    let mut accounts = Vec::new();
    for org in all.iter().filter(|o| is_wanted(&text(o, &["slug"]))) {
        accounts.push(account(circle, org, &mut gaps));
    }
    let seen = |slug: &String| all.iter().any(|o| text(o, &["slug"]) == *slug);
    let unseen = orgs.iter().filter(|slug| !seen(slug));
    gaps.extend(unseen.map(|slug| format!("{slug}: the token does not see this organisation")));
    let slugs = slugs(circle, wanted, &mut gaps);
    let listed: Vec<Value> = slugs.iter().map(|slug| project(circle, slug, &mut gaps)).collect();
    let mut names: Vec<String> = accounts.iter().map(|a| text(a, &["name"])).collect();
    names.extend(wanted.namespaces.iter().cloned());
    names.sort();
    names.dedup();
    let runners: Vec<Value> =
        names.iter().flat_map(|name| runner(circle, name, &mut gaps)).collect();
    let mut all_orbs = Vec::new();
    for name in &names {
        match orbs::of(circle, name, &mut gaps) {
            Some(found) => all_orbs.extend(found),
            None if wanted.namespaces.contains(name) => {
                gaps.push(format!("orbs of {name}: there is no namespace of that name"));
            }
            None => notes.push(format!(
                "no namespace is called {name}; if its orbs have another one, give --namespace"
            )),
        }
    }
    let document = json!({
        "stanch": "circleci-inventory/1",
        "accounts": accounts,
        "projects": listed,
        "runners": runners,
        "orbs": all_orbs,
        "gaps": gaps,
    });
    Ok(Stock { document, gaps, notes })
}

/// The projects to look at.
fn slugs(circle: &Circle, wanted: &Wanted<'_>, gaps: &mut Vec<String>) -> Vec<String> {
    let mut slugs = wanted.projects.to_vec();
    match followed(circle) {
        Ok(found) => slugs.extend(found.into_iter().filter(|s| in_orgs(s, wanted.orgs))),
        Err(e) => gaps.push(format!("the projects that you follow: {e}")),
    }
    slugs.sort();
    slugs.dedup();
    slugs
}

fn in_orgs(slug: &str, orgs: &[String]) -> bool {
    orgs.is_empty() || orgs.iter().any(|org| slug.starts_with(&format!("{org}/")))
}

/// Slugs of the projects that the token's user follows (v1.1 has the only list).
fn followed(circle: &Circle) -> Result<Vec<String>> {
    let all = circle.get("/v1.1/projects", "the projects that you follow")?;
    let slug = |p: &Value| {
        let vcs = match text(p, &["vcs_type"]).as_str() {
            "github" => "gh".to_owned(),
            "bitbucket" => "bb".to_owned(),
            other => other.to_owned(),
        };
        format!("{vcs}/{}/{}", text(p, &["username"]), text(p, &["reponame"]))
    };
    Ok(all.as_array().into_iter().flatten().map(slug).collect())
}

/// What a list holds, or nothing and a gap.
pub(super) fn told(found: Result<Vec<Value>>, what: &str, gaps: &mut Vec<String>) -> Vec<Value> {
    found.unwrap_or_else(|e: Error| {
        gaps.push(format!("{what}: {e}"));
        Vec::new()
    })
}

fn account(circle: &Circle, org: &Value, gaps: &mut Vec<String>) -> Value {
    let (slug, id) = (text(org, &["slug"]), text(org, &["id"]));
    let what = format!("contexts of {slug}");
    let found = circle.list(&format!("/v2/context?owner-id={}", in_path(&id)), &what);
    let mut contexts = Vec::new();
    for context in told(found, &what, gaps) {
        let (name, id) = (text(&context, &["name"]), text(&context, &["id"]));
        let what = format!("variables of the context {name}");
        let path = format!("/v2/context/{}/environment-variable", in_path(&id));
        match circle.list(&path, &what) {
            Ok(variables) => contexts.push(json!({
                "name": name, "id": id,
                "created_at": text(&context, &["created_at", "created-at"]),
                "variables": variables,
            })),
            // Without its variables it would look empty, which proves something.
            Err(e) => gaps.push(format!("{what}: {e}")),
        }
    }
    json!({ "name": text(org, &["name"]), "slug": slug, "id": id, "contexts": contexts })
}

fn project(circle: &Circle, slug: &str, gaps: &mut Vec<String>) -> Value {
    let mut errors = Vec::new();
    let base = format!("/v2/project/{}", in_path(slug));
    let variables =
        told(circle.list(&format!("{base}/envvar"), "variables"), "variables", &mut errors);
    let keys = circle.list(&format!("{base}/checkout-key"), "checkout keys");
    let keys = told(keys, "checkout keys", &mut errors);
    let schedules = circle.list(&format!("{base}/schedule"), "schedules");
    let schedules = told(schedules, "schedules", &mut errors);
    let id = circle.get(&base, "its id").map(|p| text(&p, &["id"]));
    let webhooks = id.and_then(|id| {
        let path = format!("/v2/webhook?scope-id={}&scope-type=project", in_path(&id));
        circle.list(&path, "webhooks")
    });
    let webhooks = told(webhooks, "webhooks", &mut errors);
    gaps.extend(errors.iter().map(|e| format!("{slug}: {e}")));
    json!({
        "slug": slug, "variables": variables, "checkout_keys": keys,
        "schedules": schedules, "webhooks": webhooks, "errors": errors,
    })
}

fn runner(circle: &Circle, namespace: &str, gaps: &mut Vec<String>) -> Vec<Value> {
    let path = format!("/runner/resource?namespace={}", crate::live::percent(namespace));
    let what = format!("runners of {namespace}");
    let mut all = Vec::new();
    for class in told(circle.list(&path, &what), &what, gaps) {
        let name = text(&class, &["resource_class"]);
        let what = format!("tokens of the runners {name}");
        let path = format!("/runner/token?resource-class={}", crate::live::percent(&name));
        let tokens = told(circle.list(&path, &what), &what, gaps);
        all.push(json!({ "resource_class": name, "id": text(&class, &["id"]), "tokens": tokens }));
    }
    all
}

/// One thing that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// `variable`, `checkout key`, `webhook`, `schedule`, `token` or `orb`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Where it is, what it is, and its name.
    pub what: String,
    /// When it was last set; empty if CircleCI does not tell.
    pub set: String,
}

impl Stock {
    /// Everything that is there.
    pub fn held(&self) -> Vec<Held> {
        let list = |of: &Value, key: &str| -> Vec<Value> {
            of.get(key).and_then(Value::as_array).cloned().unwrap_or_default()
        };
        let mut all = Vec::new();
        for account in list(&self.document, "accounts") {
            for context in list(&account, "contexts") {
                let at = format!(
                    "{}: context {}",
                    text(&account, &["slug"]),
                    text(&context, &["name"])
                );
                for variable in list(&context, "variables") {
                    all.push(held("variable", &variable, &at, &["variable", "name"], ""));
                }
            }
        }
        for project in list(&self.document, "projects") {
            let slug = text(&project, &["slug"]);
            for (key, kind, name, more) in [
                ("variables", "variable", "name", "value"),
                ("checkout_keys", "checkout key", "fingerprint", "type"),
                ("webhooks", "webhook", "name", "url"),
                ("schedules", "schedule", "name", "description"),
            ] {
                let things = list(&project, key);
                all.extend(things.iter().map(|thing| held(kind, thing, &slug, &[name], more)));
            }
        }
        for class in list(&self.document, "runners") {
            let at = format!("runners {}", text(&class, &["resource_class"]));
            let tokens = list(&class, "tokens");
            all.extend(tokens.iter().map(|token| held("token", token, &at, &["id"], "nickname")));
        }
        for orb in list(&self.document, "orbs") {
            let is_private = orb.get("is_private").and_then(Value::as_bool).unwrap_or(false);
            let at = if is_private { "private" } else { "public" };
            all.push(held("orb", &orb, at, &["name"], "version"));
        }
        all
    }

    /// A line for each thing: when it was last set, whether that is after `since` (a day), what
    /// it is.
    pub fn lines(&self, since: Option<&str>) -> Vec<String> {
        self.held().iter().map(|held| line(held, since)).collect()
    }
}

fn held(kind: &'static str, thing: &Value, at: &str, names: &[&str], more: &str) -> Held {
    let (name, more) = (text(thing, names), text(thing, &[more]));
    let set = text(thing, &["updated_at", "updated-at", "created_at", "created-at", "time"]);
    let what = format!("{at}: {kind} {name} {more}").trim_end().to_owned();
    Held { kind, name, what, set }
}

fn line(held: &Held, since: Option<&str>) -> String {
    let day = held.set.get(..10).unwrap_or("not dated");
    let mark = match since {
        None => "",
        Some(_) if held.set.is_empty() => "?    ",
        Some(since) if day > since => "new  ",
        // An orb holds nothing that is replaced.
        Some(_) if held.kind == "orb" => "     ",
        Some(_) => "OLD  ",
    };
    format!("{mark}{day:<10}  {}", held.what)
}
