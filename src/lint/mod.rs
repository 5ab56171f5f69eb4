//! Habits in CI configuration that give secrets away. Rules are data, `lints/*.toml`; what each
//! looks for is here.

mod commands;
mod finding;
mod structure;

pub use finding::findings;

use crate::circle;
use crate::error::{Error, Kind, Result};
use crate::rule::{Engine, Rule};
use serde::Deserialize;

const CIRCLECI: &str = include_str!("../../lints/circleci.toml");

/// Something that a lint has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit {
    /// The rule's id.
    pub(crate) rule: &'static str,
    /// The line.
    pub(crate) line: u32,
    /// The text on it that is meant.
    pub(crate) needle: String,
    /// Whether that text is itself the secret.
    pub(crate) secret: bool,
    /// What was seen, in a sentence that shows no secret.
    pub(crate) what: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lints {
    rule: Vec<Rule>,
}

/// The rules of lints.
///
/// # Errors
/// If their file is not of the form, which a test rules out.
pub fn rules() -> Result<Vec<Rule>> {
    let lints: Lints = toml::from_str(CIRCLECI)
        .map_err(|e| Error::new(Kind::Internal, "lints/circleci.toml is not valid").because(e))?;
    let finished = lints.rule.into_iter().map(|mut rule| {
        rule.engine = Engine::Lint;
        rule.provider = "circleci".into();
        rule.provider_name = "CircleCI".into();
        rule
    });
    Ok(finished.collect())
}

/// Whether a lint has that id.
pub fn is_rule(id: &str) -> bool {
    rules().is_ok_and(|rules| rules.iter().any(|r| r.id == id))
}

/// Everything that is seen in a configuration.
///
/// # Errors
/// If it cannot be read: the line, and why.
pub(crate) fn hits(text: &str) -> std::result::Result<Vec<Hit>, circle::Broken> {
    let root = circle::parse(text)?;
    let facts = circle::facts(&root);
    let mut hits = structure::hits(&root, &facts);
    hits.extend(commands::hits(&root));
    hits.sort_by(|a, b| (a.line, a.rule, &a.needle).cmp(&(b.line, b.rule, &b.needle)));
    // What stands behind an anchor is told once, whoever takes it.
    hits.dedup_by(|a, b| (a.line, a.rule, &a.needle) == (b.line, b.rule, &b.needle));
    Ok(hits)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    #[test]
    fn rules_are_valid_and_each_has_its_mending() {
        for rule in rules().unwrap() {
            assert!(!rule.revoke.is_empty() && rule.docs.starts_with("https://"), "{}", rule.id);
            assert!(rule.complaint(&|_| true).is_none(), "{}", rule.id);
        }
        assert!(is_rule("circleci-lint-xtrace") && !is_rule("xtrace"));
    }
}
