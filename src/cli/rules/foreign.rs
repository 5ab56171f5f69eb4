//! Rule files of other tools, read for what their rules say.

use crate::circle::yaml::{self, Node};
use crate::error::{Error, Kind, Result};
use std::path::Path;

/// What another tool's rule says.
#[derive(Debug, Default)]
pub(super) struct Foreign {
    /// Its id.
    pub(super) id: String,
    /// Its name or description.
    pub(super) name: String,
    /// Its expression.
    pub(super) pattern: String,
    /// The group that holds the secret; 0 for the first if there is one.
    pub(super) group: u32,
    /// Its floor of entropy.
    pub(super) entropy: f64,
    /// Words that a text must hold.
    pub(super) keywords: Vec<String>,
    /// What it says that has no counterpart here.
    pub(super) lost: Vec<String>,
}

/// Keys that say how a rule of YAML finds; all others say what it finds, or how to ask a server.
const YAML_LOST: [&str; 4] =
    ["pattern_requirements", "depends_on_rule", "negative_examples", "validation"];
/// The same for TOML.
const TOML_LOST: [&str; 5] = ["path", "allowlist", "allowlists", "required", "filter"];

/// The rules of a file, by the ending of its name.
pub(super) fn read(text: &str, path: &Path) -> Result<Vec<Foreign>> {
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    let rules = match ending {
        "yml" | "yaml" => of_yaml(text),
        _ => of_toml(text),
    };
    rules.map_err(|why| {
        let what = format!("the rule file {} cannot be read: {why}", path.display());
        Error::new(Kind::Rule, what)
            .hint("gitleaks and betterleaks write TOML, Kingfisher and Nosey Parker YAML")
    })
}

fn of_toml(text: &str) -> std::result::Result<Vec<Foreign>, String> {
    let table: toml::Table = text.parse().map_err(|e: toml::de::Error| e.message().to_owned())?;
    let rules = table.get("rules").and_then(toml::Value::as_array).ok_or("it has no [[rules]]")?;
    Ok(rules.iter().map(toml_rule).collect())
}

fn toml_rule(rule: &toml::Value) -> Foreign {
    let text =
        |key: &str| rule.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
    let entropy = rule.get("entropy");
    let entropy = entropy.and_then(|e| e.as_float().or_else(|| e.as_integer().map(|n| n as f64)));
    let words = rule.get("keywords").and_then(toml::Value::as_array).into_iter().flatten();
    let group = rule.get("secretGroup").and_then(toml::Value::as_integer).unwrap_or(0);
    Foreign {
        id: text("id"),
        name: text("description"),
        pattern: text("regex"),
        group: u32::try_from(group).unwrap_or(0),
        entropy: entropy.unwrap_or(0.0),
        keywords: words.filter_map(|w| w.as_str().map(str::to_owned)).collect(),
        lost: lost(&TOML_LOST, |key| rule.get(key).is_some()),
    }
}

fn of_yaml(text: &str) -> std::result::Result<Vec<Foreign>, String> {
    let node = yaml::parse(text).map_err(|b| format!("line {}: {}", b.line, b.why))?;
    let rules = node.get("rules").ok_or("it has no `rules`")?;
    Ok(rules.list().iter().map(yaml_rule).collect())
}

fn yaml_rule(rule: &Node) -> Foreign {
    let text = |key: &str| rule.get(key).and_then(Node::text).unwrap_or_default().to_owned();
    Foreign {
        id: text("id"),
        name: text("name"),
        pattern: text("pattern"),
        entropy: text("min_entropy").parse().unwrap_or(0.0),
        lost: lost(&YAML_LOST, |key| rule.get(key).is_some()),
        ..Foreign::default()
    }
}

fn lost(keys: &[&str], has: impl Fn(&str) -> bool) -> Vec<String> {
    let told = |key: &&str| format!("`{key}` has no counterpart here and was left out");
    keys.iter().filter(|key| has(key)).map(told).collect()
}
