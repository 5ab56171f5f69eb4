//! CircleCI: what is there, and new values, each exactly once.

use crate::support::repo::Repo;
use crate::support::server::{Answer, Body, Play, Seen, Server, json};
use crate::support::tool::{Run, program, stanch_with};
use serde_json::{Value, json as value};
use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const TOKEN: &str = "token-of-ann-1234567890";

fn env(server: &Server) -> Vec<(String, String)> {
    vec![("CIRCLECI_TOKEN".into(), TOKEN.into()), ("CIRCLE_HOST".into(), server.url())]
}

fn run(repo: &Repo, line: &str, input: &str, server: &Server) -> Run {
    let mut args: Vec<&str> = line.split_whitespace().collect();
    let at = args.iter().position(|a| *a == "--").unwrap_or(args.len());
    args.splice(at..at, ["--rate", "10000", "--retries", "1", "--timeout", "5"]);
    let env = env(server);
    let env: Vec<(&str, &str)> = env.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    stanch_with(repo.path(), &args, input.as_bytes(), &env)
}

/// A CircleCI with variables that remember how often they were set.
#[derive(Default)]
struct Store {
    /// Value, moment and how often it was set, by `PLACE/NAME`.
    variables: BTreeMap<String, (String, u64, usize)>,
    keys: Vec<String>,
    tokens: Vec<String>,
    clock: u64,
    /// Whether projects tell moments.
    dated: bool,
    /// Who is killed, and when.
    end: Option<End>,
}

/// The end of a process, at a request.
struct End {
    pid: u32,
    /// After so many requests.
    after: usize,
    moment: Moment,
}

/// When of a request a process is killed. Nothing of it is on its way after that.
#[derive(Clone, Copy)]
enum Moment {
    BeforeItIsCarriedOut,
    BeforeItIsAnswered,
    /// So long after its answer.
    Later(Duration),
}

type Shared = Arc<Mutex<Store>>;

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

fn circle(store: &Shared) -> Server {
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
        ("GET", ["v2", "project", "gh", "acme", "web"]) => Some(value!({"id": "p-1"})),
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
        _ => None,
    }
}

fn filled(names: usize, dated: bool) -> Shared {
    let mut store = Store { dated, ..Store::default() };
    for n in 0..names {
        let place = if n % 2 == 0 { "p" } else { "c" };
        store.set(&format!("{place}/V{n:03}"), &format!("old-value-{n:04}"));
    }
    store.keys = vec!["aa:bb".into(), "cc:dd".into()];
    store.tokens = vec!["t-old".into()];
    Arc::new(Mutex::new(store))
}

/// A plan for all variables: half of them in a project, half in a context; from files and
/// commands.
fn plan(repo: &Repo, names: usize) {
    let mut plan = String::new();
    for n in 0..names {
        let place = match n % 2 {
            0 => "project = \"gh/acme/web\"",
            _ => "context = \"prod\"\norg = \"gh/acme\"",
        };
        let from = match n % 4 {
            0 | 1 => format!("file = \"values/{n}\""),
            _ => format!("command = [\"cat\", \"values/{n}\"]"),
        };
        repo.write(format!("values/{n}"), format!("new-secret-{n:04}\n"));
        plan.push_str(&format!("[[change]]\nname = \"V{n:03}\"\n{place}\n{from}\n\n"));
    }
    repo.write("plan.toml", plan);
}

#[test]
fn nothing_is_changed_unless_told_to() {
    let (repo, store) = (Repo::plain(), filled(4, true));
    let server = circle(&store);
    plan(&repo, 4);
    let told = run(&repo, "circleci rotate plan plan.toml", "", &server).code(0);
    assert_eq!(told.out.matches("would change").count(), 4, "{}", told.out);
    assert!(server.seen().iter().all(|s| s.method == "GET"));
    let typed = run(&repo, "circleci rotate plan plan.toml --apply", "yes\n", &server).code(2);
    assert!(typed.err.contains("nothing was changed"), "{}", typed.err);
    assert!(server.seen().iter().all(|s| s.method == "GET"));
    let typed =
        run(&repo, "circleci rotate plan plan.toml --apply", "rotate 4\n", &server).code(0);
    assert_eq!(typed.out.matches("changed").count(), 4, "{}", typed.out);
    for (key, (text, _, times)) in &store.lock().unwrap().variables {
        assert!(text.starts_with("new-secret-") && *times == 2, "{key} {text} {times}");
    }
    let asked = server.seen().len();
    let again = run(&repo, "circleci rotate plan plan.toml --apply --yes", "", &server).code(0);
    assert_eq!((again.out.matches("done already").count(), server.seen().len()), (4, asked));
}

#[test]
fn a_rotation_that_is_killed_again_and_again_ends_right() {
    for dated in [true, false] {
        let (repo, store) = (Repo::plain(), filled(200, dated));
        let server = circle(&store);
        plan(&repo, 200);
        let mut random = stanch::rule::Generator::new(7);
        let line = "circleci rotate plan plan.toml --apply --yes --rate 100000 --retries 0";
        for _ in 0..50 {
            let mut command = Command::new(program());
            command.args(line.split(' ')).current_dir(repo.path()).envs(env(&server));
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let moment = match random.below(3) {
                0 => Moment::BeforeItIsCarriedOut,
                1 => Moment::BeforeItIsAnswered,
                _ => Moment::Later(Duration::from_micros(random.below(4000) as u64)),
            };
            let after = 1 + random.below(12);
            let mut child = {
                let mut store = store.lock().unwrap();
                let child = command.spawn().unwrap();
                store.end = Some(End { pid: child.id(), after, moment });
                child
            };
            assert_eq!(child.wait().unwrap().code(), None, "it was killed");
        }
        store.lock().unwrap().end = None;
        run(&repo, "circleci rotate plan plan.toml --apply --yes", "", &server).code(0);
        let store = store.lock().unwrap();
        for (key, (text, _, times)) in &store.variables {
            let n = &key[key.len() - 3..];
            assert_eq!(*text, format!("new-secret-0{n}"), "{key}");
            assert_eq!(*times, 2, "{key} was set once at first and once by us (dated: {dated})");
        }
        let log = std::fs::read_to_string(repo.path().join("stanch-rotation.json.log")).unwrap();
        let mut done = BTreeMap::new();
        for line in log.lines() {
            let entry: Value = serde_json::from_str(line).unwrap();
            if entry["step"] == "changed" || entry["step"] == "found done" {
                *done.entry(entry["change"].as_str().unwrap().to_owned()).or_insert(0) += 1;
            }
        }
        // A kill between the state file and the log leaves the word of the state file alone.
        assert!(done.len() >= 180 && done.values().all(|n| *n == 1), "{}", done.len());
        let state = std::fs::read_to_string(repo.path().join("stanch-rotation.json")).unwrap();
        for text in [log, state] {
            assert!(!text.contains("new-secret") && !text.contains(TOKEN));
        }
    }
}

#[test]
fn a_value_comes_from_a_file_standard_input_or_a_program() {
    let (repo, store) = (Repo::plain(), filled(2, true));
    let server = circle(&store);
    repo.write("v", "from-a-file\r\n");
    let to = |line: &str, state: &str, input: &str| {
        let (head, tail) = line
            .split_once(" -- ")
            .map_or((line, String::new()), |(h, t)| (h, format!(" -- {t}")));
        let line = format!("circleci rotate variable {head} --apply --yes --state {state}{tail}");
        run(&repo, &line, input, &server)
    };
    let now = |key: &str| store.lock().unwrap().variables[key].0.clone();
    to("V000 --project gh/acme/web --value-file v", "1", "").code(0);
    assert_eq!(now("p/V000"), "from-a-file");
    to("V001 --context prod --org gh/acme --value-file -", "2", "from-stdin\n").code(0);
    assert_eq!(now("c/V001"), "from-stdin");
    to("NEW --context prod --org gh/acme -- printenv HOME", "3", "").code(0);
    assert_eq!(now("c/NEW"), "/nonexistent");
    // A program sees nothing of our token, and no shell reads its words.
    let seen = to("V000 --project gh/acme/web -- printenv CIRCLECI_TOKEN", "4", "").code(2);
    assert!(seen.err.contains("failed"), "{}", seen.err);
    to("V000 --project gh/acme/web -- cat /proc/self/environ /proc/self/cmdline", "8", "").code(0);
    assert!(now("p/V000").contains("HOME=") && !now("p/V000").contains(TOKEN));
    to("V000 --project gh/acme/web -- echo $HOME;id", "5", "").code(0);
    assert_eq!(now("p/V000"), "$HOME;id");
    for (line, state) in
        [("V000 --project gh/acme/web -- true", "6"), ("V000 --project gh/acme/web", "7")]
    {
        to(line, state, "").code(2);
    }
    assert_eq!(now("p/V000"), "$HOME;id");
}

#[test]
fn keys_and_runner_tokens_are_replaced() {
    let (repo, store) = (Repo::plain(), filled(0, true));
    let server = circle(&store);
    let line = "circleci rotate checkout-key --project gh/acme/web --state k --apply --yes";
    let out = run(&repo, line, "", &server).code(0).out;
    assert!(out.contains("aa:bb, cc:dd at the code host"), "{out}");
    assert_eq!(store.lock().unwrap().keys, ["new:1"]);
    let line = "circleci rotate runner-token acme/linux --output t.token --state t --apply --yes";
    let out = run(&repo, line, "", &server).code(0).out;
    assert!(out.contains("give it to the runners") && !out.contains("fresh-runner"), "{out}");
    assert_eq!(
        std::fs::read_to_string(repo.path().join("t.token")).unwrap(),
        "fresh-runner-token"
    );
    assert_eq!(store.lock().unwrap().tokens, ["t-old", "t-2"]);
    run(&repo, &format!("{line} --remove-old"), "", &server).code(0);
    assert_eq!(store.lock().unwrap().tokens, ["t-2"]);
}

#[test]
fn everything_is_listed_with_all_pages() {
    let (repo, store) = (Repo::plain(), filled(10, true));
    let server = circle(&store);
    let out = run(&repo, "circleci inventory --since 2022-12-31", "", &server).code(1).out;
    for what in [
        "OLD  2021-01-01  gh/acme/web: checkout key aa:bb",
        "new  2023-02-01  gh/acme: context prod: variable V009",
        "new  2023-02-01  gh/acme/web: variable V008",
        "webhook hook",
        "schedule nightly",
        "runners acme/linux: token t-old",
    ] {
        assert!(out.contains(what), "{what} in {out}");
    }
    let document = run(&repo, "circleci inventory --json", "", &server).code(0).out;
    let document: Value = serde_json::from_str(&document).unwrap();
    let variables = document["accounts"][0]["contexts"][0]["variables"].as_array().unwrap();
    assert_eq!(variables.len(), 5);
    // It is evidence for an incident.
    let text = document.to_string();
    assert!(
        stanch::incident::Evidence::default()
            .take_inspector(&serde_json::from_str(&text).unwrap())
    );
}

#[test]
fn what_cannot_be_listed_is_a_gap() {
    let answers: [(&str, Play); 4] = [
        ("403", || json(403, "{}")),
        ("broken", || json(200, "{\"items\": [")),
        ("no list", || json(200, "{\"hello\": 1}")),
        ("HTML", || json(200, "<html>")),
    ];
    for (name, answer) in answers {
        let repo = Repo::plain();
        let server = Server::new(move |seen| match seen.path.contains("collaborations") {
            true => json(200, "[{\"id\": \"o\", \"slug\": \"gh/acme\", \"name\": \"acme\"}]"),
            false => answer(),
        });
        let out = run(&repo, "circleci inventory", "", &server).code(3);
        assert!(out.err.contains("not listed: contexts of gh/acme"), "{name}: {}", out.err);
    }
    let repo = Repo::plain();
    let server = Server::new(|_| json(401, "{}"));
    let out = run(&repo, "circleci inventory", "", &server).code(2);
    assert!(out.err.contains("status 401") && !out.err.contains(TOKEN), "{}", out.err);
    let out = stanch_with(repo.path(), ["circleci", "inventory"], b"", &[]).code(2);
    assert!(out.err.contains("CIRCLECI_TOKEN"), "{}", out.err);
}
