//! Rules by name: which ones a configuration switches off, and names that no rule has.

use super::{Config, mistake};
use crate::error::{Error, Result};
use crate::model::nearest;
use std::ops::Deref;
use toml::Spanned;

impl Config {
    /// Whether the rule with this id, or formerly with one of `aliases`, runs.
    pub fn keeps(&self, id: &str, aliases: &[impl Deref<Target = str>]) -> bool {
        let named = |list: &[Spanned<String>]| {
            list.iter().any(|name| {
                covers(name.get_ref(), id) || aliases.iter().any(|a| covers(name.get_ref(), a))
            })
        };
        !named(&self.rules.disable) || named(&self.rules.enable)
    }

    /// Checks the rules named by `disable`, `enable` and `allow`, once all rules are read.
    /// `known` tells whether an id is or was a rule's; `ids` are all ids, for suggestions.
    ///
    /// # Errors
    /// If a name is no rule's.
    pub fn check_rules(&self, known: &dyn Fn(&str) -> bool, ids: &[&str]) -> Result<()> {
        let lists = self.rules.disable.iter().chain(&self.rules.enable);
        let some = |name: &str| known(name) || ids.iter().any(|id| covers(name, id));
        for name in lists {
            if !some(name.get_ref()) {
                return Err(self.no_rule(name, ids));
            }
        }
        let allowed = self.allow.iter().filter_map(|a| a.get_ref().rule.as_ref());
        match allowed.into_iter().find(|name| !known(name.get_ref())) {
            Some(name) => Err(self.no_rule(name, ids)),
            None => Ok(()),
        }
    }

    /// Checks that rules are left after those that are switched off were taken away.
    ///
    /// # Errors
    /// If none is: such a scan would find nothing and look clean.
    pub fn check_left(&self, left: usize) -> Result<()> {
        if left > 0 {
            return Ok(());
        }
        let at = self.rules.disable.first().map_or(0, |name| name.span().start);
        Err(mistake(&self.name, &self.text, at, "this switches every rule off")
            .hint("keep some with `enable`"))
    }

    fn no_rule(&self, name: &Spanned<String>, ids: &[&str]) -> Error {
        let what = format!("there is no rule `{}`", name.get_ref());
        let error = mistake(&self.name, &self.text, name.span().start, &what);
        error.hint(match nearest(name.get_ref(), ids.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "`stanch rules list` shows them".into(),
        })
    }
}

/// Whether `name` is `id`, or ends in `*` and begins it.
fn covers(name: &str, id: &str) -> bool {
    name == id || name.strip_suffix('*').is_some_and(|start| id.starts_with(start))
}
