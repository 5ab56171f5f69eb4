//! A stand-in for CircleCI that holds variables, keys and tokens, and kills who asks when told to.

use super::server::{Answer, Body, Seen, Server, json};
use serde_json::{Value, json as value};
use std::collections::BTreeMap;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Who asks has this token.
pub const TOKEN: &str = "token-of-ann-1234567890";

/// A CircleCI with variables that remember how often they were set.
#[derive(Default)]
pub struct Store {
    /// Value, moment and how often it was set, by `PLACE/NAME`.
    pub variables: BTreeMap<String, (String, u64, usize)>,
    pub keys: Vec<String>,
    pub tokens: Vec<String>,
    clock: u64,
    /// Whether projects tell moments.
    dated: bool,
    /// Who is killed, and when.
    pub end: Option<End>,
}

/// The end of a process, at a request.
pub struct End {
    pub pid: u32,
    /// After so many requests.
    pub after: usize,
    pub moment: Moment,
}

/// When of a request a process is killed. Nothing of it is on its way after that.
#[derive(Clone, Copy)]
pub enum Moment {
    BeforeItIsCarriedOut,
    BeforeItIsAnswered,
    /// So long after its answer.
    Later(Duration),
}

pub type Shared = Arc<Mutex<Store>>;

impl Store {
    fn moment(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    fn set(&mut self, key: &str, value: &str) {
        let moment = self.moment();
        let entry = self.variables.entry(key.to_owned()).or_default();
        *entry = (value.to_owned(), moment, entry.2 + 1);
    }

    /// Who is killed at this request.
    fn due(&mut self) -> Option<(u32, Moment)> {
        let end = self.end.as_mut()?;
        end.after = end.after.checked_sub(1)?;
        (end.after == 0).then_some((end.pid, end.moment))
    }

    fn shown(&self, key: &str) -> Option<Value> {
        let (text, moment, _) = self.variables.get(key).filter(|(text, ..)| !text.is_empty())?;
        let name = key.rsplit('/').next().unwrap();
        let masked = format!("xxxx{}", &text[text.len().saturating_sub(4)..]);
        let mut shown = value!({ "name": name, "variable": name, "value": masked });
        if self.dated || key.starts_with("c/") {
            shown["created-at"] = format!("2023-02-01T00:00:00.{moment:06}Z").into();
            shown["updated_at"] = shown["created-at"].clone();
        }
        Some(shown)
    }
}

/// The service.
pub fn circle(store: &Shared) -> Server {
    let store = Arc::clone(store);
    Server::new(move |seen| {
        let header = seen.header("circle-token").to_owned() + seen.header("authorization");
        if !header.contains(TOKEN) {
            return json(401, "{\"message\": \"no\"}");
        }
        let mut store = store.lock().unwrap();
        let end = store.due();
        if let Some((pid, Moment::BeforeItIsCarriedOut)) = end {
            kill(pid);
            return Answer::Silence(Duration::ZERO);
        }
        let (status, text) = match respond(&mut store, seen) {
            Some(found) => (200, found.to_string()),
            None => (404, "{\"message\": \"Not found\"}".to_owned()),
        };
        let Some((pid, moment)) = end else { return json(status, &text) };
        if let Moment::Later(wait) = moment {
            return Answer::Long(text.len() as u64, last_words(pid, text, wait));
        }
        kill(pid);
        Answer::Silence(Duration::ZERO)
    })
}

/// The body of the last answer that a process gets.
fn last_words(pid: u32, text: String, wait: Duration) -> Body {
    Box::new(move |out| {
        out.write_all(text.as_bytes())?;
        std::thread::sleep(wait);
        kill(pid);
        Err(std::io::ErrorKind::Other.into())
    })
}

fn kill(pid: u32) {
    let pid = pid.to_string();
    assert!(Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
}

fn respond(store: &mut Store, seen: &Seen) -> Option<Value> {
    let path = seen.path.trim_start_matches("/api").split('?').next().unwrap();
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let body: Value = serde_json::from_str(&seen.body).unwrap_or_default();
    let text = |key: &str| body[key].as_str().unwrap_or("").to_owned();
    match (seen.method.as_str(), &parts[..]) {
        ("GET", ["v2", "project", .., "envvar", name]) => store.shown(&format!("p/{name}")),
        ("DELETE", ["v2", "project", .., "envvar", name]) => {
            store.variables.get_mut(&format!("p/{name}"))?.0.clear();
            Some(value!({}))
        }
        ("POST", ["v2", "project", .., "envvar"]) => {
            store.set(&format!("p/{}", text("name")), &text("value"));
            Some(value!({}))
        }
        ("GET", ["v2", "context"]) => Some(value!({"items": [{"id": "c-1", "name": "prod"}]})),
        ("GET", ["v2", "context", "c-1", "environment-variable"]) => {
            // Sixty to a page.
            let keys: Vec<String> =
                store.variables.keys().filter(|k| k.starts_with("c/")).cloned().collect();
            let from: usize =
                seen.path.split("page-token=").nth(1).map_or(0, |t| t.parse().unwrap());
            let items: Vec<Value> =
                keys.iter().skip(from).take(60).filter_map(|k| store.shown(k)).collect();
            let next = (from + 60 < keys.len()).then(|| (from + 60).to_string());
            Some(value!({ "items": items, "next_page_token": next }))
        }
        ("PUT", ["v2", "context", _, "environment-variable", name]) => {
            store.set(&format!("c/{name}"), &text("value"));
            Some(value!({}))
        }
        ("GET", ["v2", "project", .., "checkout-key"]) => {
            let key = |k: &String| value!({"fingerprint": k, "type": "deploy-key", "created-at": "2021-01-01T00:00:00Z"});
            Some(value!({"items": store.keys.iter().map(key).collect::<Vec<_>>()}))
        }
        ("POST", ["v2", "project", .., "checkout-key"]) => {
            let print = format!("new:{}", store.moment());
            store.keys.push(print.clone());
            Some(value!({ "fingerprint": print }))
        }
        ("DELETE", ["v2", "project", .., "checkout-key", print]) => {
            let print = print.replace("%3A", ":");
            store.keys.retain(|k| *k != print);
            Some(value!({}))
        }
        ("GET", ["v3", "runner", "token"]) => {
            let token =
                |id: &String| value!({"id": id, "nickname": "n", "created_at": "2021-01-01"});
            Some(value!({"items": store.tokens.iter().map(token).collect::<Vec<_>>()}))
        }
        ("POST", ["v3", "runner", "token"]) => {
            let id = format!("t-{}", store.moment());
            store.tokens.push(id.clone());
            Some(value!({ "id": id, "token": "fresh-runner-token" }))
        }
        ("DELETE", ["v3", "runner", "token", id]) => {
            store.tokens.retain(|t| t != id);
            Some(value!({}))
        }
        ("GET", ["v2", "me", "collaborations"]) => {
            Some(value!([{"id": "o-1", "slug": "gh/acme", "name": "acme"}]))
        }
        ("GET", ["v1.1", "projects"]) => {
            Some(value!([{"vcs_type": "github", "username": "acme", "reponame": "web"}]))
        }
        ("GET", ["v2", "project", "gh", "acme", _]) => Some(value!({"id": "p-1"})),
        ("GET", ["v2", "project", .., "envvar"]) => {
            let keys: Vec<String> =
                store.variables.keys().filter(|k| k.starts_with("p/")).cloned().collect();
            Some(value!({"items": keys.iter().filter_map(|k| store.shown(k)).collect::<Vec<_>>()}))
        }
        ("GET", ["v2", "project", .., "schedule"]) => {
            Some(value!({"items": [{"name": "nightly", "created-at": "2023-02-03T00:00:00Z"}]}))
        }
        ("GET", ["v2", "webhook"]) => Some(
            value!({"items": [{"name": "hook", "url": "https://a.example", "created-at": "2020-01-01T00:00:00Z"}]}),
        ),
        ("GET", ["v3", "runner", "resource"]) => {
            Some(value!({"items": [{"resource_class": "acme/linux", "id": "r-1"}]}))
        }
        ("GET", ["v3", "namespaces"]) => Some(
            value!({"data": [{"id": "n-1", "attributes": {"name": "acme"}}], "page": {"next": null}}),
        ),
        ("GET", ["v3", "orb", "packages"]) => Some(orbs(&seen.path)),
        _ => None,
    }
}

/// One private orb, and two public ones on a page each.
fn orbs(path: &str) -> Value {
    let orb = |name: &str, is_private: bool| {
        let version = value!({"version": "1.2.3", "created_at": "2023-02-05T00:00:00Z"});
        value!({"id": format!("o-{name}"),
            "attributes": {"name": format!("acme/{name}"), "is_private": is_private},
            "references": {"orb_versions": [{"id": "v", "attributes": version}]}})
    };
    assert!(path.contains("filter%5Bnamespace_id%5D=n-1"), "{path}");
    let is = |part: &str| path.contains(part);
    let (one, next) = match (is("visibility%5D=private"), is("page%5Bcursor%5D=c%2F2")) {
        (true, _) => (orb("hidden", true), Value::Null),
        (false, false) => (orb("one", false), "c/2".into()),
        (false, true) => (orb("two", false), Value::Null),
    };
    value!({"data": [one], "page": {"next": next}})
}

/// Variables, half of them of a project and half of a context, two keys and a token.
pub fn filled(names: usize, dated: bool) -> Shared {
    let mut store = Store { dated, ..Store::default() };
    for n in 0..names {
        let place = if n % 2 == 0 { "p" } else { "c" };
        store.set(&format!("{place}/V{n:03}"), &format!("old-value-{n:04}"));
    }
    store.keys = vec!["aa:bb".into(), "cc:dd".into()];
    store.tokens = vec!["t-old".into()];
    Arc::new(Mutex::new(store))
}
