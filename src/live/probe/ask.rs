//! Asks, once for each distinct secret.

use super::fill::{self, Parts};
use super::judge::{Refusal, Says, judge};
use super::made_up::made_up;
use super::table::{Probe, Table};
use super::{aws, pointer};
use crate::error::Result;
use crate::live::Log;
use crate::live::http::{Client, Request, Response};
use crate::model::{Asked, Verdict};
use crate::rule::Rule;
use serde_json::json;
use std::collections::{BTreeSet, HashMap};

/// A secret that is asked about.
pub struct Question<'a> {
    /// The rule that found it.
    pub rule: &'a Rule,
    /// What stands in the log for it.
    pub fingerprint: String,
    /// The secret, and what is known of other parts.
    pub parts: Parts,
}

/// Asks services about secrets, and remembers.
pub struct Asker<'a> {
    client: &'a Client,
    table: Table,
    log: Option<&'a Log>,
    /// Also what a live secret reaches.
    reach: bool,
    /// Domains of services that the user is known to use.
    public: BTreeSet<String>,
    seed: u64,
    controls: HashMap<String, std::result::Result<Refusal, String>>,
    answers: HashMap<String, Asked>,
}

/// What one request told.
type Told = (Says, Option<Response>);

impl<'a> Asker<'a> {
    /// One that asks through `client`. `public` are domains whose services the user is known to
    /// use, so that a refusal there is one; `seed` is for credentials that are made up.
    ///
    /// # Errors
    /// If the built-in requests cannot be read.
    pub fn new(
        client: &'a Client,
        log: Option<&'a Log>,
        reach: bool,
        public: BTreeSet<String>,
        seed: u64,
    ) -> Result<Self> {
        let table = Table::builtin()?;
        let (controls, answers) = (HashMap::new(), HashMap::new());
        Ok(Self { client, table, log, reach, public, seed, controls, answers })
    }

    /// The requests for secrets of `rule`.
    pub fn probes(&self, rule: &Rule) -> Vec<Probe> {
        self.table.of(rule)
    }

    /// Asks about one secret.
    ///
    /// # Errors
    /// If the log cannot be written; all that a service does is an answer.
    pub fn ask(&mut self, question: &Question<'_>) -> Result<Asked> {
        let key = format!("{} {:?}", question.rule.family(), question.parts.others())
            + question.parts.get("secret").unwrap_or_default();
        if let Some(known) = self.answers.get(&key) {
            return Ok(known.clone());
        }
        let mut all = Vec::new();
        for probe in self.table.of(question.rule) {
            let asked = self.probe(&probe, question)?;
            let is_live = asked.verdict == Verdict::Live;
            all.push(asked);
            if is_live {
                break;
            }
        }
        let asked = together(all);
        self.answers.insert(key, asked.clone());
        Ok(asked)
    }

    fn probe(&mut self, probe: &Probe, question: &Question<'_>) -> Result<Asked> {
        if !probe.unknown.is_empty() {
            return Ok(Asked::unknown(probe.unknown.as_str()));
        }
        let parts = &question.parts;
        if let Some(lack) = fill::needs(probe).iter().find(|name| !parts.has(name)) {
            return Ok(Asked::unknown(lacking(lack)));
        }
        let host = host_of(&self.client.target(&fill::url(&probe.url, parts).unwrap_or_default()));
        let unknown = |why: String| Asked { host: host.clone(), ..Asked::unknown(why) };
        let refusal = match self.control(probe, question)? {
            Ok(refusal) => refusal,
            Err(why) => return Ok(unknown(why)),
        };
        let (says, answer) = self.send(probe, parts, question, "ask")?;
        let asked = |verdict, why: String| Asked { verdict, why, ..unknown(String::new()) };
        Ok(match says {
            Says::Live => {
                let mut asked = asked(Verdict::Live, format!("{host} accepted it"));
                if let Some(answer) = answer {
                    asked.identity = self.identity(probe, parts, &answer, question)?;
                }
                asked
            }
            Says::Refused(r) if !(r.is_certain || r == refusal) => {
                unknown(format!("{host} refuses it in another way than a made-up one"))
            }
            Says::Refused(_) if !self.is_settled(probe, &host) => unknown(format!(
                "{host} does not know it; if it belongs to an installation of your own, name that \
                 with --host"
            )),
            Says::Refused(_) => asked(Verdict::Dead, format!("{host} refused it")),
            Says::Nothing(why) => unknown(why),
        })
    }

    /// Whether a refusal of the public service settles it.
    fn is_settled(&self, probe: &Probe, host: &str) -> bool {
        let is_public = host == host_of(&probe.url);
        probe.public.is_empty() || !is_public || self.public.contains(&probe.public)
    }

    /// How a made-up credential is refused; asked once for each request.
    fn control(
        &mut self,
        probe: &Probe,
        question: &Question<'_>,
    ) -> Result<std::result::Result<Refusal, String>> {
        let key = format!("{} {} {:?}", probe.url, question.rule.id, question.parts.others());
        if let Some(known) = self.controls.get(&key) {
            return Ok(known.clone());
        }
        let real = question.parts.get("secret").unwrap_or_default();
        let parts = question.parts.clone().with("secret", made_up(question.rule, real, self.seed));
        let (says, _) = self.send(probe, &parts, question, "control")?;
        let found = match says {
            Says::Refused(refusal) => Ok(refusal),
            Says::Live => Err("the service accepts a made-up credential too".to_owned()),
            Says::Nothing(why) => Err(format!("asked about a made-up credential: {why}")),
        };
        self.controls.insert(key, found.clone());
        Ok(found)
    }

    fn send(
        &self,
        probe: &Probe,
        parts: &Parts,
        question: &Question<'_>,
        purpose: &str,
    ) -> Result<Told> {
        let request = match probe.sign.as_str() {
            "aws" => Some(aws::request(&aws::WHO, parts, self.client)),
            _ => fill::request(probe, parts),
        };
        let Some(request) = request else {
            return Ok((Says::Nothing("a part of it cannot stand in a URL".into()), None));
        };
        self.told(probe, &request, question, purpose)
    }

    fn told(
        &self,
        probe: &Probe,
        request: &Request,
        question: &Question<'_>,
        purpose: &str,
    ) -> Result<Told> {
        let answer = self.client.send(request);
        let (says, status) = match &answer {
            Ok(answer) => (judge(probe, answer), Some(answer.status)),
            Err(trouble) => (Says::Nothing(trouble.to_string()), None),
        };
        if let Some(log) = self.log {
            let outcome = match &says {
                Says::Live => "accepted".to_owned(),
                Says::Refused(_) => "refused".to_owned(),
                Says::Nothing(why) => why.clone(),
            };
            log.add(json!({
                "purpose": purpose,
                "rule": question.rule.id,
                "fingerprint": question.fingerprint,
                "method": probe.method,
                // As it is declared: the parts are not filled in.
                "url": probe.url,
                "at": host_of(&self.client.target(&probe.url)),
                "status": status,
                "outcome": outcome,
            }))?;
        }
        Ok((says, answer.ok()))
    }

    /// Whose it is, and with `reach` what it opens.
    fn identity(
        &self,
        probe: &Probe,
        parts: &Parts,
        answer: &Response,
        question: &Question<'_>,
    ) -> Result<Vec<(String, String)>> {
        let mut found = Vec::new();
        let body = answer.json().unwrap_or_default();
        for (name, path) in &probe.identity {
            found.extend(listed(&body, path).map(|value| (name.clone(), value)));
        }
        if probe.sign == "aws" {
            found.extend(inner(&answer.text(), "Arn").map(|arn| ("arn".to_owned(), arn)));
        }
        if !self.reach {
            return Ok(found);
        }
        let scopes = answer.header(&probe.scopes).filter(|s| !s.is_empty());
        found.extend(scopes.map(|s| ("scopes".to_owned(), s.to_owned())));
        for (name, (url, path)) in &probe.reach {
            let further = Probe { url: url.clone(), ..probe.clone() };
            let Some(request) = fill::request(&further, parts) else { continue };
            let (_, answer) = self.told(&further, &request, question, "reach")?;
            let is_good = |a: &Response| (200..300).contains(&a.status);
            let value = answer.filter(is_good).and_then(|a| a.json());
            let value = value.and_then(|body| listed(&body, path));
            found.push((name.clone(), value.unwrap_or_else(|| "not known".into())));
        }
        Ok(found)
    }
}

fn listed(body: &serde_json::Value, path: &str) -> Option<String> {
    let values: Vec<String> =
        pointer::all(body, path).into_iter().filter_map(pointer::text).collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// What stands between `<NAME>` and `</NAME>`, or in the JSON field.
fn inner(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    rest.split_once("</").map(|(value, _)| value.to_owned())
}

fn lacking(name: &str) -> String {
    match name {
        "slug" => "a project token works for its project only; name it with --project-slug".into(),
        "id" => "the id of the key was not found near it; give it with --given id=…".into(),
        name => format!("its {name} is not known; give it with --given {name}=…"),
    }
}

/// The host of a URL.
pub(super) fn host_of(url: &str) -> String {
    url.split('/').nth(2).unwrap_or_default().to_owned()
}

/// One answer from those of several requests: one acceptance is enough, refusal must be
/// unanimous.
fn together(all: Vec<Asked>) -> Asked {
    let none = || Asked::unknown("no way to ask about this kind is known");
    if let Some(live) = all.iter().find(|a| a.verdict == Verdict::Live) {
        return live.clone();
    }
    if all.iter().all(|a| a.verdict == Verdict::Dead) {
        return all.into_iter().next().unwrap_or_else(none);
    }
    let mut open = all.into_iter().filter(|a| a.verdict == Verdict::Unknown);
    open.next().unwrap_or_else(none)
}
