//! The table of `docs/verdicts.md`: rule × answer → verdict, of every request that is declared.
//! `STANCH_BLESS=1` renews it.

use super::verify::carries;
use crate::support::server::{Answer, Server, json, with};
use serde_json::{Value, json as value};
use stanch::live::http::{Client, Policy};
use stanch::live::probe::{Asker, Parts, Probe, Question, Table};
use stanch::rule::{Rule, RuleSet};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The credential that works, or not.
const REAL: &str = "zq7RealOne0Of0This0Test0x9";

/// A status and a body.
type Said = (u16, String);

/// What a service may answer, whoever it is.
const ANSWERS: [(&str, u16, &str); 10] = [
    ("200, other JSON", 200, "{\"hello\": 1}"),
    ("200, HTML", 200, "<html><body>Sign in</body></html>"),
    ("200, half a JSON", 200, "{\"id\": 1, \"login\": \"x\", "),
    ("302", 302, ""),
    ("401, nothing", 401, ""),
    ("401, HTML", 401, "<!DOCTYPE html><p>no</p>"),
    ("403, JSON", 403, "{\"hello\": \"blocked\"}"),
    ("404, JSON", 404, "{\"hello\": \"not here\"}"),
    ("429", 429, "{\"hello\": \"slow down\"}"),
    ("500, 503", 503, "{\"hello\": \"oops\"}"),
];

/// The answer that a declaration expects.
fn expected(expect: &[stanch::live::probe::Expect]) -> Said {
    let first = &expect[0];
    let mut body = Value::Null;
    for wanted in &first.json {
        let (path, values) = wanted.split_once('=').unwrap_or((wanted, "x"));
        let steps: Vec<&str> = path.split('.').filter(|s| !s.is_empty()).collect();
        put(&mut body, &steps, values.split('|').next().unwrap());
    }
    let text = first.text.first().cloned().unwrap_or_default();
    match (first.json.is_empty(), text.as_str()) {
        (true, "") => (first.status[0], "{}".into()),
        (true, text) => (first.status[0], text.to_owned()),
        (false, "") => (first.status[0], body.to_string()),
        (false, text) => {
            let Value::Object(fields) = &mut body else { panic!("{wanted:?}", wanted = first) };
            fields.insert("said".into(), text.into());
            (first.status[0], body.to_string())
        }
    }
}

/// Puts `leaf` where the steps lead.
fn put(at: &mut Value, steps: &[&str], leaf: &str) {
    let Some((step, rest)) = steps.split_first() else {
        if at.is_null() {
            *at = if leaf == "x" { value!({"x": "x"}) } else { leaf.into() };
        }
        return;
    };
    let (name, is_list) = step.strip_suffix("[]").map_or((*step, false), |name| (name, true));
    let inner = match name.parse::<usize>() {
        _ if name.is_empty() => at,
        Ok(nth) => {
            if !at.is_array() {
                *at = value!([]);
            }
            let all = at.as_array_mut().unwrap();
            all.resize(all.len().max(nth + 1), Value::Null);
            &mut all[nth]
        }
        Err(_) => {
            if !at.is_object() {
                *at = value!({});
            }
            at.as_object_mut().unwrap().entry(name).or_insert(Value::Null)
        }
    };
    if is_list {
        if !inner.is_array() {
            *inner = value!([null]);
        }
        return put(&mut inner.as_array_mut().unwrap()[0], rest, leaf);
    }
    put(inner, rest, leaf);
}

fn answer((status, body): &Said) -> Answer {
    match (*status, body.starts_with('<')) {
        (302, _) => with(302, &[("Location", "http://169.254.169.254/")], ""),
        (status, true) => with(status, &[("Content-Type", "text/html")], body),
        (status, false) => json(status, body),
    }
}

/// The names in braces of a request, but for that of the secret.
fn parts(probe: &Probe) -> Parts {
    let texts = [&probe.url, &probe.basic, &probe.body].into_iter().chain(&probe.headers);
    let names = texts.flat_map(|t| t.split('{').skip(1)).filter_map(|t| t.split_once('}'));
    let names: BTreeSet<&str> = names.map(|(name, _)| name).collect();
    let plain =
        |n: &&&str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    names.iter().filter(plain).fold(Parts::default(), |parts, name| match *name {
        "secret" => parts.with("secret", REAL),
        name => parts.with(name, "part"),
    })
}

/// A service that answers about the real one with the second, and about others with the first.
struct Service {
    server: Server,
    says: Arc<Mutex<(Said, Said)>>,
}

impl Service {
    fn new() -> Self {
        let says = Arc::new(Mutex::new(((0, String::new()), (0, String::new()))));
        let told = Arc::clone(&says);
        let server = Server::new(move |seen| {
            let says = told.lock().unwrap();
            answer(if carries(seen, REAL) { &says.1 } else { &says.0 })
        });
        Self { server, says }
    }

    /// The verdict on the real one if it is answered so.
    fn verdict(&self, client: &Client, rule: &Rule, probe: &Probe, said: Said) -> String {
        *self.says.lock().unwrap() = (expected(&probe.dead), said);
        let mut asker = Asker::new(client, None, false, BTreeSet::new(), 7).unwrap();
        let question = Question { rule, fingerprint: "print".into(), parts: parts(probe) };
        let asked = asker.ask(&question).unwrap();
        format!("{:?}", asked.verdict).to_lowercase()
    }

    fn client(&self, probe: &Probe) -> Client {
        let host = probe.url.split('/').nth(2).unwrap();
        let host = host
            .split('{')
            .map(|t| t.split_once('}').map_or(t.to_owned(), |(_, t)| format!("part{t}")));
        let policy = Policy {
            hosts: vec![(host.collect::<String>(), self.server.url())],
            per_second: 1e6,
            retries: 0,
            timeout: Duration::from_secs(5),
            ..Policy::default()
        };
        Client::new(policy).unwrap()
    }
}

#[test]
fn every_declared_rule_and_every_answer_has_its_verdict() {
    let (rules, table, service) = (RuleSet::builtin(), Table::builtin().unwrap(), Service::new());
    let heads: Vec<&str> = ANSWERS.iter().map(|(name, ..)| *name).collect();
    let mut lines = String::new();
    for probe in table.iter().filter(|p| !p.url.is_empty() && p.sign.is_empty()) {
        let rule = rules.find(&probe.rules[0]).unwrap();
        // What is asked in two ways has tests of its own.
        if table.of(rule).len() > 1 {
            continue;
        }
        let client = service.client(probe);
        let verdict = |said: Said| service.verdict(&client, rule, probe, said);
        let name = &probe.rules[0];
        assert_eq!(verdict(expected(&probe.live)), "live", "{name}");
        assert_eq!(verdict(expected(&probe.dead)), "dead", "{name}");
        let cells = ANSWERS.map(|(_, status, body)| verdict((status, body.into())));
        for (head, cell) in heads.iter().zip(&cells) {
            // Of a list that may be empty, nothing more can be named.
            if head.ends_with("other JSON") && probe.live[0].json == [""] {
                assert_eq!(cell, "live", "{name}");
                continue;
            }
            let may_be_dead = head.starts_with("40") && !head.ends_with("HTML");
            assert!(
                cell == "unknown" || (may_be_dead && cell == "dead"),
                "{name}: {head}: {cell}"
            );
        }
        let rules = probe.rules.join(", ");
        let _ = writeln!(lines, "| {rules} | live | dead | {} |", cells.join(" | "));
    }
    let head =
        format!("| rules | its yes | its no | {} |\n|{}\n", heads.join(" | "), "---|".repeat(13));
    let page = format!("{}\n{head}{lines}", include_str!("verdicts.md"));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/verdicts.md");
    if std::env::var_os("STANCH_BLESS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let told = std::fs::read_to_string(path).unwrap_or_default();
    assert!(told == page, "docs/verdicts.md is out of date: STANCH_BLESS=1 renews it");
}
