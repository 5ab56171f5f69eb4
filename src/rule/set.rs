//! The rules of a run.

use super::builtin;
use super::owners::Owners;
use super::schema::Rule;
use crate::error::{Error, Kind, Result};
use std::borrow::Cow;
use std::sync::OnceLock;

/// The rules that a run uses, each known by its index.
#[derive(Debug)]
pub struct RuleSet {
    /// Copied only if they are not just the built-in ones: that takes longer than a small scan.
    rules: Cow<'static, [Rule]>,
    /// Made when first asked for.
    owners: OnceLock<Owners>,
}

impl RuleSet {
    /// All built-in rules.
    pub fn builtin() -> Self {
        Self { rules: Cow::Borrowed(builtin::rules()), owners: OnceLock::new() }
    }

    /// The set that consists of `rule`.
    pub fn of(rule: Rule) -> Self {
        Self { rules: Cow::Owned(vec![rule]), owners: OnceLock::new() }
    }

    /// Adds rules; they never replace one.
    ///
    /// # Errors
    /// If an id is taken.
    pub fn add(&mut self, more: Vec<Rule>) -> Result<()> {
        self.owners = OnceLock::new();
        for rule in more {
            if self.find(&rule.id).is_some() {
                let taken = format!("the rule id `{}` is taken", rule.id);
                return Err(Error::new(Kind::Rule, taken).hint(
                    "choose another id; to replace a built-in rule, switch it off by name",
                ));
            }
            self.rules.to_mut().push(rule);
        }
        Ok(())
    }

    /// The index of the rule of that id; if there is none, of one that is only a name: a report that
    /// is read back may be of a rule that is not here.
    pub fn find_or_name(&mut self, id: &str, name: &str, provider: &str) -> usize {
        if let Some(at) = self.rules.iter().position(|r| r.id == id) {
            return at;
        }
        self.rules.to_mut().push(Rule::named(id.to_owned(), name.to_owned(), provider.to_owned()));
        self.rules.len() - 1
    }

    /// Keeps the rules for which `keep` holds.
    pub fn retain(&mut self, keep: impl Fn(&Rule) -> bool) {
        self.owners = OnceLock::new();
        if !self.rules.iter().all(&keep) {
            self.rules.to_mut().retain(keep);
        }
    }

    /// The rule with index `index`; indices come from findings of the same set.
    pub fn get(&self, index: usize) -> &Rule {
        &self.rules[index]
    }

    /// The rule of that id, or that had it.
    pub fn find(&self, id: &str) -> Option<&Rule> {
        let by_id = self.rules.iter().find(|r| r.id == id);
        by_id.or_else(|| self.rules.iter().find(|r| r.aliases.iter().any(|a| a == id)))
    }

    /// Whom names speak of.
    pub fn owners(&self) -> &Owners {
        self.owners.get_or_init(|| Owners::of(&self.rules))
    }

    /// All, in order of index.
    pub fn iter(&self) -> std::slice::Iter<'_, Rule> {
        self.rules.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

impl<'a> IntoIterator for &'a RuleSet {
    type Item = &'a Rule;
    type IntoIter = std::slice::Iter<'a, Rule>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
