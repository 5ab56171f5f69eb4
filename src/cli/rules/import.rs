//! `stanch rules import`: rule files of gitleaks, betterleaks (TOML), Kingfisher and Nosey Parker
//! (YAML) as rules of one's own, with a list of what could not be carried over.

use super::foreign::{self, Foreign};
use super::shape;
use crate::error::{Error, Kind, Result};
use crate::rule::{RuleSet, parse_file};
use crate::verify;
use std::path::Path;

/// What came of an import.
pub(super) struct Imported {
    /// The rule file.
    pub(super) text: String,
    /// How many rules are in it.
    pub(super) rules: usize,
    /// What was not carried over, a line each.
    pub(super) left: Vec<String>,
}

/// Reads the rules in `path` and writes them as our own; `known` are those that are here already.
pub(super) fn import(path: &Path, provider: &str, known: &RuleSet) -> Result<Imported> {
    let text = std::fs::read_to_string(path).map_err(|e| {
        Error::new(Kind::Rule, format!("reading the rule file {}", path.display())).because(e)
    })?;
    let head = format!("[provider]\nid = {}\nname = {}\n", quoted(provider), quoted(provider));
    let mut imported = Imported { text: head.clone(), rules: 0, left: Vec::new() };
    for rule in foreign::read(&text, path)? {
        match carried(&rule, &head, known) {
            Ok(table) => {
                imported.text.push_str(&table);
                imported.rules += 1;
                imported.left.extend(rule.lost.iter().map(|what| format!("{}: {what}", rule.id)));
            }
            Err(why) => imported.left.push(format!("{}: not carried over: {why}", rule.id)),
        }
    }
    Ok(imported)
}

/// The table of one rule, or why there can be none.
fn carried(rule: &Foreign, head: &str, known: &RuleSet) -> std::result::Result<String, String> {
    let id = own_id(&rule.id);
    if let Some(ours) = known.find(&id) {
        return Err(format!("it is built in as `{}`", ours.id));
    }
    let shape = shape::bounded(&rule.pattern, rule.group)?;
    let mut table = format!(
        "\n[[rule]]\nid = {}\nname = {}\nrisk = \"Imported: see the documentation of its provider.\"\n\
         severity = \"high\"\nconfidence = \"medium\"\nshape = {}\n",
        quoted(&id),
        quoted(&rule.name),
        quoted(&shape)
    );
    if rule.entropy > 0.0 {
        table.push_str(&format!("entropy = {:.2}\n", rule.entropy));
    }
    let reads = |table: &str| parse_file(&[head, table].concat(), &rule.id, &verify::exists);
    let Err(first) = reads(&table) else { return Ok(table) };
    // Without a text of its own to look for, it may stand near a keyword.
    let words: Vec<String> =
        rule.keywords.iter().filter(|w| w.len() >= 3).map(|w| quoted(w)).collect();
    let near = format!("{table}near = [{}]\nwithin = 128\n", words.join(", "));
    if !words.is_empty() && reads(&near).is_ok() {
        return Ok(near);
    }
    Err(first.to_string().lines().next().unwrap_or_default().to_owned())
}

/// `id` as ids are written here.
fn own_id(id: &str) -> String {
    let lower = id.to_ascii_lowercase();
    let parts = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|p| !p.is_empty());
    parts.collect::<Vec<_>>().join("-")
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
