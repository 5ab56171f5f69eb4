//! The form of the files in `advice/`, which are compiled in.

use crate::error::{Error, Kind, Result};
use serde::Deserialize;
use std::collections::BTreeMap;

const LANGUAGES: &str = include_str!("../../advice/languages.toml");
const MANAGERS: &str = include_str!("../../advice/managers.toml");
const GENERAL: &str = include_str!("../../advice/general.toml");
/// A file for each provider of which more is known than its rules say.
const PROVIDERS: &[(&str, &str)] =
    &[("advice/circleci.toml", include_str!("../../advice/circleci.toml"))];

/// How a language reads a secret from each place.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// Stable id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Endings of its files.
    pub extensions: Vec<String>,
    /// The expression that reads an environment variable.
    pub read: String,
    /// A line that must stand above such an expression.
    #[serde(default)]
    pub needs: String,
    /// The expression that reads from a manager, by its id, where one is short and right.
    #[serde(default)]
    pub reads: BTreeMap<String, String>,
    /// The line that such an expression needs.
    #[serde(default)]
    pub imports: BTreeMap<String, String>,
    /// Reading an environment variable.
    pub env: String,
    /// Reading from AWS Secrets Manager.
    pub aws: String,
    /// Reading from HashiCorp Vault.
    pub vault: String,
    /// Reading from CyberArk Conjur.
    pub conjur: String,
}

/// An expression that reads a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The expression.
    pub expression: String,
    /// A line that must stand above it.
    pub needs: String,
}

impl Language {
    /// How it reads `name` from a manager: from the manager itself where that is one expression,
    /// else from a variable that whoever starts the program fills.
    pub fn reading(&self, manager: &str, name: &str, app: &str) -> Reading {
        let own = self.reads.get(manager);
        let needs = match own {
            Some(_) => self.imports.get(manager).cloned().unwrap_or_default(),
            None => self.needs.clone(),
        };
        let expression = own.unwrap_or(&self.read);
        let expression = expression.replace("@NAME@", name).replace("@APP@", app);
        Reading { expression, needs }
    }

    /// The snippet for a manager's id. What CircleCI keeps, a job reads as a variable.
    pub fn snippet(&self, manager: &str) -> &str {
        let text = match manager {
            "aws" => &self.aws,
            "vault" => &self.vault,
            "conjur" => &self.conjur,
            _ => &self.env,
        };
        text.trim_matches('\n')
    }
}

/// A place to keep a secret.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manager {
    /// Stable id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How a value is put there.
    pub store: String,
    /// What to mind.
    pub notes: String,
    /// Its documentation.
    pub docs: String,
    /// How it is put into a variable for a program that reads one.
    #[serde(default)]
    pub fill: String,
    /// How a job is given it, if it is the CI system's.
    #[serde(default, rename = "use")]
    pub grant: String,
}

/// What is known of some kinds of credential.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// Families of rules that it holds for.
    #[serde(default)]
    pub families: Vec<String>,
    /// What it is.
    #[serde(default)]
    pub what: String,
    /// What it is used for.
    #[serde(default)]
    pub uses: Vec<String>,
    /// What is at risk.
    #[serde(default)]
    pub risks: Vec<String>,
    /// How it gets out.
    #[serde(default)]
    pub leaks: Vec<String>,
    /// How to see misuse.
    #[serde(default)]
    pub misuse: Vec<String>,
    /// What stops when it is revoked.
    #[serde(default)]
    pub stops: Vec<String>,
    /// What is good practice.
    #[serde(default)]
    pub practice: Vec<String>,
    /// What to do after it was replaced.
    #[serde(default)]
    pub after: Vec<String>,
    /// Pages to read.
    #[serde(default)]
    pub links: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Languages {
    language: Vec<Language>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Managers {
    manager: Vec<Manager>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Provider {
    kind: Vec<Known>,
}

/// All that the folder `advice/` holds.
#[derive(Debug)]
pub struct Advice {
    /// Languages.
    pub languages: Vec<Language>,
    /// Places to keep a secret.
    pub managers: Vec<Manager>,
    /// What holds for all credentials.
    pub general: Known,
    kinds: Vec<Known>,
}

impl Advice {
    /// Reads the files that are compiled in.
    ///
    /// # Errors
    /// If one is not of the form, which a test rules out.
    pub fn load() -> Result<Self> {
        let languages: Languages = parse("advice/languages.toml", LANGUAGES)?;
        let managers: Managers = parse("advice/managers.toml", MANAGERS)?;
        let mut kinds = Vec::new();
        for (name, text) in PROVIDERS {
            kinds.extend(parse::<Provider>(name, text)?.kind);
        }
        let general = parse("advice/general.toml", GENERAL)?;
        Ok(Self { languages: languages.language, managers: managers.manager, general, kinds })
    }

    /// What is known of the rules of `family`.
    pub fn of(&self, family: &str) -> Option<&Known> {
        self.kinds.iter().find(|kind| kind.families.iter().any(|f| f == family))
    }

    /// The language of a file, by the end of its name.
    pub fn language_of(&self, path: &[u8]) -> Option<&Language> {
        let name = path.rsplit(|&b| b == b'/').next()?;
        let end = name.rsplit(|&b| b == b'.').next()?.to_ascii_lowercase();
        self.languages.iter().find(|l| l.extensions.iter().any(|e| e.as_bytes() == end))
    }

    /// The families that are named, for a test.
    pub fn families(&self) -> impl Iterator<Item = &str> {
        self.kinds.iter().flat_map(|k| &k.families).map(String::as_str)
    }
}

fn parse<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> Result<T> {
    toml::from_str(text)
        .map_err(|e| Error::new(Kind::Internal, format!("{name} is not valid")).because(e))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;
    use crate::rule::RuleSet;

    #[test]
    fn every_file_is_valid_and_speaks_of_rules_that_exist() {
        let advice = Advice::load().unwrap();
        let rules = RuleSet::builtin();
        for family in advice.families() {
            assert!(rules.iter().any(|r| r.family() == family), "{family}");
        }
        assert!(advice.languages.len() >= 10 && advice.managers.len() >= 5);
    }

    #[test]
    fn every_snippet_names_the_variable_or_the_application() {
        let advice = Advice::load().unwrap();
        for language in &advice.languages {
            for manager in ["env", "aws", "vault", "conjur"] {
                let text = language.snippet(manager);
                assert!(text.contains("@NAME@") || text.contains("@APP@"), "{}", language.id);
            }
            assert!(language.read.contains("@NAME@"), "{}", language.id);
        }
        assert_eq!(advice.language_of(b"a/b.PY").unwrap().id, "python");
        assert!(advice.language_of(b"README").is_none());
    }
}
