//! The allowlists of `.gitleaks.toml`, each with the scope that gitleaks gives it.

use super::Known;
use crate::model::{Finding, Place, Status};
use crate::rule::Rule;
use regex::bytes::Regex;
use toml::{Table, Value};

/// What an expression is held against.
#[derive(Debug, Clone, Copy)]
enum Target {
    Secret,
    Line,
}

/// One allowlist.
#[derive(Debug, Clone)]
pub(super) struct Allowlist {
    /// The rules that it is for; none are all.
    rules: Vec<String>,
    paths: Vec<Regex>,
    target: Target,
    texts: Vec<Regex>,
    words: Vec<String>,
    commits: Vec<String>,
    /// Whether all that it names must hold, and not one of it.
    all: bool,
}

impl Allowlist {
    /// Whether it is about this finding, at a place where it is open.
    pub(super) fn is(&self, finding: &Finding, rule: &Rule) -> bool {
        let named = |id: &String| **id == *rule.id || rule.aliases.iter().any(|a| **a == **id);
        let for_rule = self.rules.is_empty() || self.rules.iter().any(named);
        let open = finding.places.iter().filter(|p| p.status == Status::Open);
        for_rule && open.into_iter().any(|place| self.holds(finding, place))
    }

    fn holds(&self, finding: &Finding, place: &Place) -> bool {
        let secret = finding.secret.expose();
        let text = match self.target {
            Target::Secret => secret,
            Target::Line => &place.excerpt.text,
        };
        let lower = String::from_utf8_lossy(secret).to_lowercase();
        let path = place.origin.path.as_deref();
        let commit = place.origin.commit.map(|id| id.to_string());
        let said = [
            (!self.paths.is_empty(), path.is_some_and(|p| any(&self.paths, p))),
            (!self.texts.is_empty(), any(&self.texts, text)),
            (!self.words.is_empty(), self.words.iter().any(|w| lower.contains(w.as_str()))),
            (!self.commits.is_empty(), commit.is_some_and(|id| self.commits.contains(&id))),
        ];
        let mut said = said.iter().filter(|(is_said, _)| *is_said).map(|(_, holds)| *holds);
        if self.all { said.all(|holds| holds) } else { said.any(|holds| holds) }
    }
}

fn any(expressions: &[Regex], text: &[u8]) -> bool {
    expressions.iter().any(|e| e.is_match(text))
}

/// Reads `[allowlist]`, `[[allowlists]]`, and the same under `[[rules]]`.
pub(super) fn config(text: &str) -> (Vec<Known>, Vec<String>) {
    let mut out = (Vec::new(), Vec::new());
    let table: Table = match text.parse() {
        Ok(table) => table,
        Err(_) => {
            out.1.push("it is no TOML".into());
            return out;
        }
    };
    for list in lists(&table) {
        let rules = texts(list, "targetRules");
        take(list, rules, &mut out);
    }
    let rules = tables(&table, "rules");
    for rule in &rules {
        let id = rule.get("id").and_then(Value::as_str).unwrap_or_default();
        for list in lists(rule) {
            take(list, vec![id.to_owned()], &mut out);
        }
    }
    let own = rules.iter().filter(|r| r.contains_key("regex")).count();
    if own > 0 {
        out.1.push(format!("{own} rules of its own; write them as rules of stanch"));
    }
    out
}

/// Both spellings: one table, or a list of them.
fn lists(table: &Table) -> Vec<&Table> {
    [tables(table, "allowlist"), tables(table, "allowlists")].concat()
}

fn tables<'t>(table: &'t Table, key: &str) -> Vec<&'t Table> {
    match table.get(key) {
        Some(Value::Table(one)) => vec![one],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_table).collect(),
        _ => Vec::new(),
    }
}

fn texts(table: &Table, key: &str) -> Vec<String> {
    let list = table.get(key).and_then(Value::as_array).into_iter().flatten();
    list.filter_map(|v| Some(v.as_str()?.to_owned())).collect()
}

fn take(list: &Table, rules: Vec<String>, out: &mut (Vec<Known>, Vec<String>)) {
    let mut expressions = |key: &str| -> Vec<Regex> {
        let mut read = Vec::new();
        for text in texts(list, key) {
            match Regex::new(&text) {
                Ok(expression) => read.push(expression),
                Err(_) => out.1.push(text),
            }
        }
        read
    };
    let (paths, regexes) = (expressions("paths"), expressions("regexes"));
    let word = |key: &str| list.get(key).and_then(Value::as_str).unwrap_or_default();
    let whole = ["line", "match"].contains(&word("regexTarget"));
    let known = Allowlist {
        rules,
        paths,
        target: if whole { Target::Line } else { Target::Secret },
        texts: regexes,
        words: texts(list, "stopwords").iter().map(|w| w.to_lowercase()).collect(),
        commits: texts(list, "commits").iter().map(|c| c.to_lowercase()).collect(),
        all: ["AND", "&&"].contains(&word("condition").to_uppercase().as_str()),
    };
    out.0.push(Known::Allowlist(Box::new(known)));
}
