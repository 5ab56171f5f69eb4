//! What is at CircleCI: organisations, contexts, projects, variables, keys, runners.

use super::api::{Circle, in_path, text};
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
}

/// Lists everything that the token sees; `orgs` (slugs) narrows it to some organisations,
/// `projects` adds some that its user does not follow.
///
/// # Errors
/// If not even the organisations are told.
pub fn take_stock(circle: &Circle, orgs: &[String], projects: &[String]) -> Result<Stock> {
    let mut gaps = Vec::new();
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
    let mut slugs = projects.to_vec();
    match followed(circle) {
        Ok(found) => slugs.extend(found.into_iter().filter(|s| in_orgs(s, orgs))),
        Err(e) => gaps.push(format!("the projects that you follow: {e}")),
    }
    slugs.sort();
    slugs.dedup();
    let listed: Vec<Value> = slugs.iter().map(|slug| project(circle, slug, &mut gaps)).collect();
    let runners = accounts.iter().map(|a| text(a, &["name"]));
    let runners: Vec<Value> = runners.flat_map(|name| runner(circle, &name, &mut gaps)).collect();
    let document = json!({
        "stanch": "circleci-inventory/1",
        "accounts": accounts,
        "projects": listed,
        "runners": runners,
        "gaps": gaps,
    });
    Ok(Stock { document, gaps })
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
fn told(found: Result<Vec<Value>>, what: &str, gaps: &mut Vec<String>) -> Vec<Value> {
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

impl Stock {
    /// A line for each thing: when it was last set, whether that is after `since` (a day), what
    /// it is.
    pub fn lines(&self, since: Option<&str>) -> Vec<String> {
        let mut lines = Vec::new();
        let list = |v: &Value, key: &str| v.get(key).and_then(Value::as_array).cloned();
        let mut add = |thing: &Value, what: String| lines.push(line(thing, &what, since));
        for account in list(&self.document, "accounts").into_iter().flatten() {
            for context in list(&account, "contexts").into_iter().flatten() {
                let name = format!(
                    "{}: context {}",
                    text(&account, &["slug"]),
                    text(&context, &["name"])
                );
                for variable in list(&context, "variables").into_iter().flatten() {
                    let var = text(&variable, &["variable", "name"]);
                    add(&variable, format!("{name}: variable {var}"));
                }
            }
        }
        for project in list(&self.document, "projects").into_iter().flatten() {
            let slug = text(&project, &["slug"]);
            for (key, kind, names) in [
                ("variables", "variable", ["name", "value"]),
                ("checkout_keys", "checkout key", ["fingerprint", "type"]),
                ("webhooks", "webhook", ["name", "url"]),
                ("schedules", "schedule", ["name", "description"]),
            ] {
                for thing in list(&project, key).into_iter().flatten() {
                    let [first, second] = names.map(|n| text(&thing, &[n]));
                    add(&thing, format!("{slug}: {kind} {first} {second}").trim_end().to_owned());
                }
            }
        }
        for class in list(&self.document, "runners").into_iter().flatten() {
            for token in list(&class, "tokens").into_iter().flatten() {
                let class = text(&class, &["resource_class"]);
                let (id, name) = (text(&token, &["id"]), text(&token, &["nickname"]));
                add(&token, format!("runners {class}: token {id} {name}"));
            }
        }
        lines
    }
}

fn line(thing: &Value, what: &str, since: Option<&str>) -> String {
    let set = text(thing, &["updated_at", "updated-at", "created_at", "created-at", "time"]);
    let day = set.get(..10).unwrap_or("not dated");
    let mark = match since {
        None => "",
        Some(_) if set.is_empty() => "?    ",
        Some(since) if day > since => "new  ",
        Some(_) => "OLD  ",
    };
    format!("{mark}{day:<10}  {what}")
}
