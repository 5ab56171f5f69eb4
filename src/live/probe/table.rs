//! The declarations: which request asks about the credentials of which rule.

use crate::error::{Error, Kind, Result};
use crate::rule::{Live, Rule};
use serde::Deserialize;
use std::collections::BTreeMap;

/// All files of `rules/live/`, one after the other; the build script joins them.
const BUILT_IN: &str = include_str!(concat!(env!("OUT_DIR"), "/live.toml"));

/// One request and what its answers mean. In all texts `{secret}` stands for the credential and
/// `{NAME}` for another part; see `docs/live.md`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// Ids of the rules whose credentials it asks about.
    pub rules: Vec<String>,
    /// HTTP method.
    #[serde(default = "get")]
    pub method: String,
    /// URL; empty if nothing can be asked.
    #[serde(default)]
    pub url: String,
    /// Header lines.
    #[serde(default)]
    pub headers: Vec<String>,
    /// `USER:PASSWORD` for basic authentication.
    #[serde(default)]
    pub basic: String,
    /// The body; JSON if it begins with `{`, else a form.
    #[serde(default)]
    pub body: String,
    /// How the request is signed: `aws`.
    #[serde(default)]
    pub sign: String,
    /// Other parts, each with the rules whose finding nearby gives it.
    #[serde(default)]
    pub pairs: BTreeMap<String, Vec<String>>,
    /// Parts that another request tells first: `name = [URL, path]`; for requests that revoke.
    #[serde(default)]
    pub learn: BTreeMap<String, (String, String)>,
    /// Answers that prove it live, or that it is done.
    #[serde(default, alias = "done")]
    pub live: Vec<Expect>,
    /// Answers that prove it dead.
    #[serde(default)]
    pub dead: Vec<Expect>,
    /// What of the answer says whose it is: `name = path` in its JSON.
    #[serde(default)]
    pub identity: BTreeMap<String, String>,
    /// A header with the scopes.
    #[serde(default)]
    pub scopes: String,
    /// Further requests that tell what it reaches: `name = [URL, path]`.
    #[serde(default)]
    pub reach: BTreeMap<String, (String, String)>,
    /// The domain of the public service, if companies run the same software themselves: a
    /// refusal there says nothing about a credential of such an installation.
    #[serde(default)]
    pub public: String,
    /// Why nothing can be asked.
    #[serde(default)]
    pub unknown: String,
}

/// An answer: the status, and all that is named.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// One of these statuses.
    pub status: Vec<u16>,
    /// In the JSON body: `path` is there and not null, or `path=A|B` is one of these.
    #[serde(default)]
    pub json: Vec<String>,
    /// One of these stands in the body.
    #[serde(default)]
    pub text: Vec<String>,
}

fn get() -> String {
    "GET".into()
}

/// A request by which a vendor revokes a credential. What is `live` in a [`Probe`] is `done` here.
#[derive(Debug, Clone, Deserialize)]
pub struct Revoke(pub(super) Probe);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    probe: Vec<Probe>,
    #[serde(default)]
    revoke: Vec<Revoke>,
}

/// All declarations.
#[derive(Debug, Clone)]
pub struct Table {
    probes: Vec<Probe>,
    revokes: Vec<Revoke>,
}

impl Table {
    /// The built-in ones.
    ///
    /// # Errors
    /// If they are wrong, which a test rules out.
    pub fn builtin() -> Result<Self> {
        Self::read(BUILT_IN)
    }

    /// Those of a text.
    ///
    /// # Errors
    /// If it is no such file.
    pub fn read(text: &str) -> Result<Self> {
        let wrong = |e| Error::new(Kind::Rule, "reading the requests of live checks").because(e);
        let File { probe, revoke } = toml::from_str(text).map_err(wrong)?;
        Ok(Self { probes: probe, revokes: revoke })
    }

    /// All that ask about credentials of `rule`: those of the table, else what the rule says.
    pub fn of(&self, rule: &Rule) -> Vec<Probe> {
        let found = self.probes.iter().filter(|p| p.rules.iter().any(|id| *id == *rule.id));
        let found: Vec<Probe> = found.cloned().collect();
        match &rule.live {
            Some(live) if found.is_empty() => vec![plain(&rule.id, live)],
            _ => found,
        }
    }

    /// How credentials are revoked.
    pub fn revokes(&self) -> std::slice::Iter<'_, Revoke> {
        self.revokes.iter()
    }

    /// All of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Probe> {
        self.probes.iter()
    }
}

/// What a rule says about itself in words: 200 with JSON is live, and dead is what is refused like
/// a made-up one.
fn plain(id: &str, live: &Live) -> Probe {
    let words = live.success.split('"').skip(1).step_by(2).map(str::to_owned);
    let text = if live.success.contains("lacks") { Vec::new() } else { words.collect() };
    Probe {
        rules: vec![id.to_owned()],
        method: live.method.to_string(),
        url: live.url.to_string(),
        headers: live.headers.iter().map(ToString::to_string).collect(),
        live: vec![Expect { status: vec![200], json: vec![String::new()], text }],
        dead: vec![Expect { status: vec![401], json: Vec::new(), text: Vec::new() }],
        ..Probe::default()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;
    use crate::live::http::Method;
    use crate::rule::RuleSet;

    #[test]
    fn every_request_is_whole_and_about_rules_that_exist() {
        let rules = RuleSet::builtin();
        for probe in Table::builtin().unwrap().iter() {
            for id in probe.rules.iter().chain(probe.pairs.values().flatten()) {
                assert!(rules.find(id).is_some(), "no rule {id}");
            }
            let name = probe.rules.join(", ");
            assert!(!probe.rules.is_empty());
            if probe.url.is_empty() {
                assert!(!probe.unknown.is_empty(), "{name}: neither url nor unknown");
                continue;
            }
            assert!(probe.url.starts_with("https://"), "{name}");
            assert!(Method::parse(&probe.method).is_some(), "{name}");
            assert!(!probe.live.is_empty() && !probe.dead.is_empty(), "{name}");
            let proves = |e: &Expect| !e.json.is_empty() || !e.text.is_empty();
            assert!(probe.live.iter().all(proves), "{name}: live needs more than a status");
            assert!(probe.headers.iter().all(|h| h.contains(": ")), "{name}");
            let all = [&probe.url, &probe.basic, &probe.body].into_iter().chain(&probe.headers);
            let says = all.into_iter().any(|t| t.contains("{secret}"));
            assert!(says || probe.sign == "aws", "{name} sends no secret");
        }
        for revoke in Table::builtin().unwrap().revokes() {
            let Revoke(probe) = revoke;
            assert!(probe.rules.iter().all(|id| rules.find(id).is_some()), "{:?}", probe.rules);
            assert!(!probe.live.is_empty() && Method::parse(&probe.method).is_some());
        }
    }
}
