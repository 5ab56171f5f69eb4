//! Reads a rule file: errors name file, line and rule, and say how to mend it.

use super::anatomy;
use super::schema::{Rule, RuleFile};
use crate::error::{Error, Kind, Result};
use std::path::Path;

/// The rules of one file.
#[derive(Debug)]
pub struct Loaded {
    /// Ready to use, anatomy included.
    pub rules: Vec<Rule>,
}

/// Reads and checks the rule file at `path`. `known_check` tells which check names exist.
///
/// # Errors
/// If it cannot be read, is not of the form, or a rule in it is wrong.
pub fn load_file(path: &Path, known_check: &dyn Fn(&str) -> bool) -> Result<Loaded> {
    let text = std::fs::read_to_string(path).map_err(|e| {
        Error::new(Kind::Rule, format!("reading the rule file {}", path.display())).because(e)
    })?;
    parse_file(&text, &path.display().to_string(), known_check)
}

/// Like [`load_file`], from text; `name` stands in messages.
///
/// # Errors
/// If it is not of the form, or a rule in it is wrong.
pub fn parse_file(text: &str, name: &str, known_check: &dyn Fn(&str) -> bool) -> Result<Loaded> {
    let file: RuleFile = toml::from_str(text).map_err(|e| {
        Error::new(Kind::Rule, format!("the rule file {name} is not valid")).because(e)
    })?;
    let provider = file.provider;
    let finish = |rule: Rule| {
        let id = rule.id.clone();
        finish(rule, &provider, known_check).map_err(|complaint| {
            let line = line_of(text, &id);
            Error::new(Kind::Rule, format!("{name}:{line}: rule `{id}`: {complaint}"))
        })
    };
    let rules = file.rules.into_iter().map(finish).collect::<Result<_>>()?;
    Ok(Loaded { rules })
}

fn finish(
    mut rule: Rule,
    provider: &super::schema::Provider,
    known_check: &dyn Fn(&str) -> bool,
) -> std::result::Result<Rule, String> {
    if let Some(complaint) = rule.complaint(known_check) {
        return Err(complaint);
    }
    rule.anatomy = anatomy::derive(&rule)?;
    rule.provider = provider.id.clone();
    rule.provider_name = provider.name.clone();
    Ok(rule)
}

/// The line on which the rule's id stands; 1 if it is not to be seen.
pub fn line_of(text: &str, id: &str) -> usize {
    let quoted = [format!("\"{id}\""), format!("'{id}'")];
    let on_line =
        |l: &str| l.trim_start().starts_with("id") && quoted.iter().any(|q| l.contains(q));
    text.lines().position(on_line).map_or(1, |i| i + 1)
}
