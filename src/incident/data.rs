//! The form of the files in `incidents/`, which are compiled in. A new incident is one new file.

use super::readers::Reader;
use crate::config::Date;
use crate::error::{Error, Kind, Result};
use serde::Deserialize;

/// The incidents that are known by name.
const INCIDENTS: &[(&str, &str)] = &[
    ("incidents/2013-10.toml", include_str!("../../incidents/2013-10.toml")),
    ("incidents/2023-01.toml", include_str!("../../incidents/2023-01.toml")),
];
const KINDS: &str = include_str!("../../incidents/kinds.toml");
const READERS: &str = include_str!("../../incidents/readers.toml");
const PROVIDERS: &str = include_str!("../../incidents/providers.toml");

/// One incident.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// Its id.
    pub id: String,
    /// Whose.
    pub vendor: String,
    /// What happened, in a line.
    pub title: String,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// What happened.
    #[serde(default)]
    pub summary: Vec<String>,
    /// Where that is told.
    #[serde(default)]
    pub sources: Vec<String>,
    /// What was within reach; nothing means everything.
    #[serde(default, rename = "kind")]
    pub kinds: Vec<Touched>,
}

/// A kind of thing that was within reach in an incident.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Touched {
    /// The kind's id.
    pub id: String,
    /// What the vendor has done itself, and when.
    #[serde(default)]
    pub vendor: String,
    /// Whether that leaves nothing to do but to make a new one.
    #[serde(default)]
    pub settled: bool,
}

/// A kind of thing that a CI system keeps or sees.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sort {
    /// Its id.
    pub id: String,
    /// Its place in the plan.
    pub order: u32,
    /// Its name.
    pub title: String,
    /// The page where it is replaced.
    pub page: String,
    /// How.
    pub steps: Vec<String>,
    /// What stops.
    pub breaks: String,
}

/// Who issues what a variable holds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Names of variables.
    pub names: Vec<String>,
    /// The page where its credentials are replaced.
    pub page: String,
    /// Where misuse shows.
    pub log: String,
    /// How to replace one.
    pub steps: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sorts {
    kind: Vec<Sort>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Readers {
    reader: Vec<Reader>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Providers {
    provider: Vec<Provider>,
}

/// All that the folder `incidents/` holds.
#[derive(Debug)]
pub struct Catalog {
    /// Incidents known by name.
    pub incidents: Vec<Incident>,
    /// Kinds of things.
    pub sorts: Vec<Sort>,
    /// Providers.
    pub providers: Vec<Provider>,
    /// Tools and orbs that read variables by themselves.
    pub readers: Vec<Reader>,
}

impl Catalog {
    /// Reads the files that are compiled in.
    ///
    /// # Errors
    /// If one is not of the form, which a test rules out.
    pub fn load() -> Result<Self> {
        let mut incidents = Vec::new();
        for (name, text) in INCIDENTS {
            incidents.push(parse(name, text)?);
        }
        let sorts: Sorts = parse("incidents/kinds.toml", KINDS)?;
        let providers: Providers = parse("incidents/providers.toml", PROVIDERS)?;
        let readers: Readers = parse("incidents/readers.toml", READERS)?;
        let (sorts, providers, readers) = (sorts.kind, providers.provider, readers.reader);
        Ok(Self { incidents, sorts, providers, readers })
    }

    /// The incident of that id, or in the file of that name.
    ///
    /// # Errors
    /// If there is none, or its file is not of the form.
    pub fn incident(&self, name: &str) -> Result<Incident> {
        if let Some(known) = self.incidents.iter().find(|i| i.id == name) {
            return Ok(known.clone());
        }
        if name.ends_with(".toml") {
            let text = std::fs::read_to_string(name)
                .map_err(|e| Error::new(Kind::Io, format!("reading {name}")).because(e))?;
            return parse(name, &text);
        }
        let known: Vec<&str> = self.incidents.iter().map(|i| i.id.as_str()).collect();
        let error = Error::new(Kind::Usage, format!("no incident is known as `{name}`"));
        Err(error.hint(format!("known are {}; or name a file of that form", known.join(", "))))
    }

    /// The kind of that id; every id in use stands in the file.
    pub fn sort(&self, id: &str) -> Option<&Sort> {
        self.sorts.iter().find(|s| s.id == id)
    }
}

impl Incident {
    /// One that is known by its days only.
    pub fn between(from: Date, to: Date) -> Self {
        Self {
            id: format!("{from}..{to}"),
            vendor: "circleci".into(),
            title: format!("CircleCI, {from} to {to}"),
            from,
            to,
            summary: Vec::new(),
            sources: Vec::new(),
            kinds: Vec::new(),
        }
    }

    /// What is known of a kind; `None` if it was out of reach.
    pub fn touched(&self, kind: &str) -> Option<Touched> {
        if self.kinds.is_empty() {
            return Some(Touched { id: kind.into(), vendor: String::new(), settled: false });
        }
        self.kinds.iter().find(|t| t.id == kind).cloned()
    }
}

fn parse<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> Result<T> {
    toml::from_str(text)
        .map_err(|e| Error::new(Kind::Config, format!("{name} is not valid")).because(e))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_valid_and_kinds_exist() {
        let catalog = Catalog::load().unwrap();
        for incident in &catalog.incidents {
            assert!(incident.from <= incident.to && !incident.sources.is_empty());
            for kind in &incident.kinds {
                assert!(catalog.sort(&kind.id).is_some(), "{}", kind.id);
            }
        }
        assert!(catalog.incident("2023-01").is_ok() && catalog.incident("2031-01").is_err());
    }
}
