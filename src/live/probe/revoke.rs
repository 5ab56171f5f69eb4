//! Has a vendor revoke a credential, where it has an interface for that.

use super::fill::{self, Parts};
use super::judge::fits;
use super::table::{Revoke, Table};
use super::{ask, aws};
use crate::error::Result;
use crate::live::Log;
use crate::live::http::Client;
use crate::rule::Rule;
use serde_json::json;

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
    table.revokes().find(|r| r.rules.iter().any(|id| *id == *rule.id)).cloned()
}

impl Revoke {
    /// The first part that is not known.
    pub fn lacks(&self, parts: &Parts) -> Option<String> {
        fill::needs(&self.probe()).into_iter().find(|name| !parts.has(name))
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
        let probe = self.probe();
        let host = ask::host_of(&client.target(&self.url));
        let line = |step: &str, outcome: &str| {
            json!({
                "step": step, "rule": rule, "fingerprint": fingerprint, "method": self.method,
                "url": self.url, "at": host, "outcome": outcome,
            })
        };
        log.add(line("sending", ""))?;
        let form = aws::form(&[
            ("Action", "UpdateAccessKey"),
            ("AccessKeyId", parts.get("id").unwrap_or_default()),
            ("Status", "Inactive"),
            ("Version", "2010-05-08"),
        ]);
        let call = aws::Call { url: &self.url, service: "iam", region: "us-east-1", form: &form };
        let request = match self.sign.as_str() {
            "aws" => Some(aws::request(&call, parts, client)),
            _ => fill::request(&probe, parts),
        };
        let outcome = match request.map(|request| client.send(&request.once())) {
            None => Outcome::Failed("a part of it cannot stand in a URL".into()),
            Some(Err(trouble)) => Outcome::Failed(trouble.to_string()),
            Some(Ok(answer)) if self.done.iter().any(|e| fits(e, &answer)) => {
                Outcome::Done(format!("{host} revoked it"))
            }
            Some(Ok(answer)) => Outcome::Failed(format!("{host} answered {}", answer.status)),
        };
        let (Outcome::Done(why) | Outcome::Failed(why)) = &outcome;
        log.add(line("answered", why))?;
        Ok(outcome)
    }
}
