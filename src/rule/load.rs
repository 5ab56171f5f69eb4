//! Reads a rule file: errors name file, line and column, and say how to mend it.

use super::RuleSet;
use super::form::{Places, Reader};
use super::mistake::{self, Mistake};
use super::schema::Rule;
use crate::error::{Error, Kind, Result};
use std::path::Path;

/// The rules of one file.
#[derive(Debug)]
pub struct Loaded {
    /// Ready to use, anatomy included.
    pub rules: Vec<Rule>,
    name: String,
    text: String,
    places: Vec<Places>,
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
/// If it is not of the form, or a rule in it is wrong: one error tells of all mistakes.
pub fn parse_file(text: &str, name: &str, known_check: &dyn Fn(&str) -> bool) -> Result<Loaded> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::new(text, known_check);
    let read = reader.read();
    if !reader.mistakes.is_empty() {
        return Err(mistake::error(name, text, reader.mistakes));
    }
    let (rules, places) = read.into_iter().unzip();
    Ok(Loaded { rules, name: name.into(), text: text.into(), places })
}

impl Loaded {
    /// An error that points at the value of `key` of the rule with index `nth`, or at its id.
    pub fn wrong(&self, nth: usize, key: &str, what: &str, mend: &str) -> Error {
        mistake::error(&self.name, &self.text, vec![self.mistake(nth, key, what, mend)])
    }

    fn mistake(&self, nth: usize, key: &str, what: &str, mend: &str) -> Mistake {
        let places = self.places.get(nth);
        let place = |key| places.and_then(|p| p.get(key)).cloned();
        let at = place(key).or_else(|| place("id")).unwrap_or(0..0);
        let rule = self.rules.get(nth).map(|r| r.id.to_string());
        Mistake { rule, ..Mistake::new(at, what, mend) }
    }

    /// Adds the rules to `set`.
    ///
    /// # Errors
    /// If ids are taken; the error points at all of them, and nothing is added.
    pub fn add_to(self, set: &mut RuleSet) -> Result<()> {
        let taken: Vec<Mistake> = (0..self.rules.len())
            .filter(|&nth| self.rules.get(nth).is_some_and(|r| set.find(&r.id).is_some()))
            .map(|nth| {
                let mend = "choose another id; to replace a built-in rule, switch it off by name";
                self.mistake(nth, "id", "this id is taken by another rule", mend)
            })
            .collect();
        if taken.is_empty() {
            return set.add(self.rules);
        }
        Err(mistake::error(&self.name, &self.text, taken))
    }
}
