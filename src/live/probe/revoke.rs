//! Has a vendor revoke a credential, where it has an interface for that.

use super::fill::{self, Parts};
use super::judge::fits;
use super::table::{Probe, Revoke, Table};
use super::{ask, aws, pointer};
use crate::error::Result;
use crate::live::Log;
use crate::live::http::Client;
use crate::rule::Rule;
use serde_json::json;
use std::collections::BTreeMap;

/// What revoking came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The vendor says that it is done.
    Done(String),
    /// It is not known to be done, and why.
    Failed(String),
}

/// How a credential of `rule` is revoked through an interface, if it can be.
pub fn way(table: &Table, rule: &Rule) -> Option<Revoke> {
    table.revokes().find(|r| r.0.rules.iter().any(|id| *id == *rule.id)).cloned()
}

impl Revoke {
    /// How it is asked for, and where: `DELETE https://…`, with the names of its parts.
    pub fn line(&self) -> String {
        format!("{} {}", self.0.method, self.0.url)
    }

    /// Other parts, each with the rules whose finding nearby gives it.
    pub(super) fn pairs(&self) -> &BTreeMap<String, Vec<String>> {
        &self.0.pairs
    }

    /// The first part that is not known, and that the vendor does not tell.
    pub fn lacks(&self, parts: &Parts) -> Option<String> {
        let urls = self.0.learn.values().flat_map(|(url, _)| fill::names(url)).map(str::to_owned);
        let mut all = fill::needs(&self.0).into_iter().chain(urls);
        all.find(|name| !parts.has(name) && !self.0.learn.contains_key(name))
    }

    /// Sends it, once. The log tells of it before and after.
    ///
    /// # Errors
    /// If the log cannot be written; nothing is sent then.
    pub fn send(
        &self,
        client: &Client,
        log: &Log,
        rule: &str,
        fingerprint: &str,
        parts: &Parts,
    ) -> Result<Outcome> {
        let probe = &self.0;
        let host = ask::host_of(&client.target(&probe.url));
        let line = |step: &str, outcome: &str| {
            json!({
                "step": step, "rule": rule, "fingerprint": fingerprint, "method": probe.method,
                "url": probe.url, "at": host, "outcome": outcome,
            })
        };
        log.add(line("sending", ""))?;
        let outcome = match self.learned(client, parts) {
            Ok(parts) => self.sent(client, &parts, &host),
            Err(why) => Outcome::Failed(why),
        };
        let (Outcome::Done(why) | Outcome::Failed(why)) = &outcome;
        log.add(line("answered", why))?;
        Ok(outcome)
    }

    /// The parts with those that the vendor tells, or why it does not.
    fn learned(&self, client: &Client, parts: &Parts) -> std::result::Result<Parts, String> {
        let mut parts = parts.clone();
        for (name, (url, path)) in &self.0.learn {
            if parts.has(name) {
                continue;
            }
            let first = Probe { url: url.clone(), method: "GET".into(), ..self.0.clone() };
            let request = fill::request(&first, &parts).ok_or("a part cannot stand in a URL")?;
            let answer = client.send(&request).map_err(|trouble| trouble.to_string())?;
            let body = answer.json().filter(|_| answer.status == 200).unwrap_or_default();
            let told = pointer::all(&body, path).into_iter().find_map(pointer::text);
            let none = || format!("its {name} was not told ({})", answer.status);
            parts = parts.with(name, told.ok_or_else(none)?);
        }
        Ok(parts)
    }

    fn sent(&self, client: &Client, parts: &Parts, host: &str) -> Outcome {
        let probe = &self.0;
        let form = aws::form(&[
            ("Action", "UpdateAccessKey"),
            ("AccessKeyId", parts.get("id").unwrap_or_default()),
            ("Status", "Inactive"),
            ("Version", "2010-05-08"),
        ]);
        let call = aws::Call { url: &probe.url, service: "iam", region: "us-east-1", form: &form };
        let request = match probe.sign.as_str() {
            "aws" => Some(aws::request(&call, parts, client)),
            _ => fill::request(probe, parts),
        };
        match request.map(|request| client.send(&request.once())) {
            None => Outcome::Failed("a part of it cannot stand in a URL".into()),
            Some(Err(trouble)) => Outcome::Failed(trouble.to_string()),
            Some(Ok(answer)) if probe.live.iter().any(|e| fits(e, &answer)) => {
                Outcome::Done(format!("{host} revoked it"))
            }
            Some(Ok(answer)) => Outcome::Failed(format!("{host} answered {}", answer.status)),
        }
    }
}
