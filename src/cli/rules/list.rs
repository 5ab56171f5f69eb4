//! The list of rules, as a table or as JSON.

use super::lookup::unknown;
use crate::error::{Error, Kind, Result};
use crate::rule::{Rule, RuleSet};
use serde::Serialize;

/// How the list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Form {
    /// A table for people.
    Text,
    /// A JSON array, a rule an object.
    Json,
}

/// The list of all rules, or those of `provider`.
/// Those for which `on` does not hold are switched off.
pub(super) fn text(
    set: &RuleSet,
    provider: Option<&str>,
    form: Form,
    on: &dyn Fn(&Rule) -> bool,
) -> Result<String> {
    let of = |r: &&Rule| provider.is_none_or(|p| r.provider.eq_ignore_ascii_case(p));
    let mut rules: Vec<&Rule> = set.iter().filter(of).collect();
    if let (true, Some(provider)) = (rules.is_empty(), provider) {
        return Err(unknown("provider", provider, set.iter().map(|r| &*r.provider)));
    }
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    match form {
        Form::Text => Ok(table(&rules, on)),
        Form::Json => json(&rules, on),
    }
}

fn table(rules: &[&Rule], on: &dyn Fn(&Rule) -> bool) -> String {
    let cells = |r: &&Rule| {
        let off = if on(r) { "" } else { "  (off)" };
        let confidence = format!("{}{off}", r.confidence);
        [r.id.to_string(), r.name.to_string(), r.severity.to_string(), confidence]
    };
    let head = ["ID", "NAME", "SEVERITY", "CONFIDENCE"].map(str::to_owned);
    let rows: Vec<[String; 4]> = std::iter::once(head).chain(rules.iter().map(cells)).collect();
    let width = |nth: usize| {
        rows.iter().filter_map(|r| r.get(nth)).map(|c| c.chars().count()).max().unwrap_or(0)
    };
    let (w_id, w_name) = (width(0), width(1));
    let line = |[id, name, severity, confidence]: &[String; 4]| {
        format!("{id:w_id$}  {name:w_name$}  {severity:8}  {confidence}\n")
    };
    rows.iter().map(line).collect()
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    name: &'a str,
    provider: &'a str,
    provider_name: &'a str,
    severity: &'a str,
    confidence: &'a str,
    risk: &'a str,
    aliases: &'a [crate::rule::Str],
    checks: &'a [crate::rule::Str],
    env: &'a [crate::rule::Str],
    revoke: &'a [crate::rule::Str],
    rotate_url: &'a str,
    docs: &'a str,
    enabled: bool,
}

fn json(rules: &[&Rule], on: &dyn Fn(&Rule) -> bool) -> Result<String> {
    let entry = |r: &&Rule| -> serde_json::Result<serde_json::Value> {
        serde_json::to_value(Entry {
            id: &r.id,
            name: &r.name,
            provider: &r.provider,
            provider_name: &r.provider_name,
            severity: &r.severity,
            confidence: &r.confidence,
            risk: &r.risk,
            aliases: &r.aliases,
            checks: &r.checks,
            env: &r.env,
            revoke: &r.revoke,
            rotate_url: &r.rotate_url,
            docs: &r.docs,
            enabled: on(r),
        })
    };
    let list: serde_json::Result<Vec<_>> = rules.iter().map(entry).collect();
    let text = list.and_then(|list| serde_json::to_string_pretty(&list));
    let text = text.map_err(|e| Error::new(Kind::Internal, "writing the rules").because(e))?;
    Ok(format!("{text}\n"))
}
