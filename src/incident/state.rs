//! What is done of an incident, kept so that two people can work at once and git can always merge.
//!
//! A folder holds `incident.toml`, a file for each item, and a file for each time somebody did
//! something. A file is written once and never changed; its name follows from its content. So two
//! people's folders differ only in which files are there, and a merge takes all of them.

use super::data::Incident;
use super::inventory::Inventory;
use super::item::{Action, Item, State};
use crate::error::{Error, Kind, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder that is used unless another is named.
pub const FOLDER: &str = ".stanch-incident";

/// What an incident was, for those who come later.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
struct Head {
    id: String,
    title: String,
    from: String,
    to: String,
}

/// An item, as far as it is the same in every run.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// Its id.
    pub item: String,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its place in the plan.
    pub order: u32,
    /// What is to be done.
    pub action: String,
}

impl Kept {
    /// The repository that it is of; empty if it is of the whole organisation.
    pub fn scope(&self) -> String {
        let rest = self.item.strip_prefix(&format!("{}:", self.kind)).unwrap_or_default();
        rest.strip_suffix(&format!(":{}", self.name)).unwrap_or_default().to_owned()
    }
}

/// Something that was done.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The item.
    pub item: String,
    /// How far it is by that.
    pub state: State,
    /// The day.
    pub day: String,
    /// Who says so.
    pub by: String,
    /// What proves it.
    pub evidence: String,
}

/// The folder of an incident.
#[derive(Debug)]
pub struct Ledger {
    folder: PathBuf,
    /// The first day and the last.
    pub window: (String, String),
    /// Its title.
    pub title: String,
    /// Items, by id.
    pub items: BTreeMap<String, Kept>,
    /// What was done, by item.
    pub events: BTreeMap<String, Vec<Event>>,
}

impl Ledger {
    /// Writes what is not there yet for `inventory`. Nothing that is there is changed.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn keep(folder: &Path, incident: &Incident, inventory: &Inventory) -> Result<()> {
        let head = Head {
            id: incident.id.clone(),
            title: incident.title.clone(),
            from: incident.from.to_string(),
            to: incident.to.to_string(),
        };
        write(&folder.join("incident.toml"), &head)?;
        for item in inventory.items.iter().filter(|i| i.action != Action::None) {
            let kept = Kept {
                item: item.id.clone(),
                kind: item.kind.clone(),
                name: item.name.clone(),
                order: item.order,
                action: item.action.as_str().into(),
            };
            write(&folder.join("items").join(named(&item.id, "", &kept)?), &kept)?;
        }
        Ok(())
    }

    /// Reads the folder of an incident.
    ///
    /// # Errors
    /// If there is none, or a file in it is not of the form.
    pub fn open(folder: &Path) -> Result<Self> {
        let head: Head = read(&folder.join("incident.toml")).map_err(|e| {
            e.hint("`stanch incident circleci --incident ID --save` begins one; --state names its folder")
        })?;
        let mut ledger = Self {
            folder: folder.to_owned(),
            window: (head.from, head.to),
            title: head.title,
            items: BTreeMap::new(),
            events: BTreeMap::new(),
        };
        for path in files(&folder.join("items"))? {
            let kept: Kept = read(&path)?;
            ledger.items.insert(kept.item.clone(), kept);
        }
        for path in files(&folder.join("events"))? {
            let event: Event = read(&path)?;
            ledger.events.entry(event.item.clone()).or_default().push(event);
        }
        ledger.events.values_mut().for_each(|events| events.sort());
        Ok(ledger)
    }

    /// How far an item is.
    pub fn state(&self, item: &str) -> State {
        let events = self.events.get(item).into_iter().flatten();
        events.map(|e| e.state).max().unwrap_or_default()
    }

    /// Items in the order of the plan.
    pub fn ordered(&self) -> Vec<&Kept> {
        let mut items: Vec<&Kept> = self.items.values().collect();
        items.sort_by_key(|i| (i.order, &i.item));
        items
    }

    /// The item that a person means: its id, or the only one that ends in `name`.
    ///
    /// # Errors
    /// If there is none, or more than one.
    pub fn find(&self, name: &str) -> Result<&Kept> {
        if let Some(kept) = self.items.get(name) {
            return Ok(kept);
        }
        let ends = |k: &&Kept| k.item.ends_with(&format!(":{name}")) || k.name == name;
        let found: Vec<&Kept> = self.items.values().filter(ends).collect();
        match found.as_slice() {
            [one] => Ok(one),
            [] => Err(Error::new(Kind::Usage, format!("this incident has no item {name}"))
                .hint("`stanch incident status` lists all")),
            many => {
                let ids: Vec<&str> = many.iter().map(|k| k.item.as_str()).collect();
                let error = Error::new(Kind::Usage, format!("{name} may be several items"));
                Err(error.hint(format!("name one of {}", ids.join(", "))))
            }
        }
    }

    /// Adds an event.
    ///
    /// # Errors
    /// If its file cannot be written.
    pub fn record(&mut self, event: Event) -> Result<()> {
        let name = named(&event.item, event.state.as_str(), &event)?;
        write(&self.folder.join("events").join(name), &event)?;
        self.events.entry(event.item.clone()).or_default().push(event);
        Ok(())
    }

    /// Sets the state of the items of an inventory.
    pub fn apply(&self, items: &mut [Item]) {
        items.iter_mut().for_each(|item| item.state = self.state(&item.id));
    }
}

/// A file name for what is said of an id. Part of a hash of the content stands in it, so that two
/// people who write different things never write the same file.
fn named(id: &str, word: &str, value: &impl Serialize) -> Result<String> {
    let text = toml::to_string(value).map_err(trouble)?;
    let print = blake3::hash(text.as_bytes()).to_hex();
    let print = print.get(..8).unwrap_or_default();
    let dot = if word.is_empty() { "" } else { "." };
    Ok(format!("{}{dot}{word}.{print}.toml", slug(id)))
}

/// What of an id may stand in a file name everywhere; the rest becomes `-`.
fn slug(id: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' };
    id.chars().map(plain).take(80).collect()
}

/// Writes a new file, whole or not at all: whoever is interrupted goes on where nothing is half.
/// One of that name that is there already is kept.
fn write(path: &Path, value: &impl Serialize) -> Result<()> {
    let text = toml::to_string(value).map_err(trouble)?;
    let failed =
        |e: std::io::Error| Error::new(Kind::Io, format!("writing {}", path.display())).because(e);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    if path.exists() {
        return Ok(());
    }
    let half = path.with_extension(format!("{}.half", std::process::id()));
    fs::write(&half, text.as_bytes()).map_err(failed)?;
    fs::rename(&half, path).map_err(failed)
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T> {
    let text = fs::read_to_string(path)
        .map_err(|e| Error::new(Kind::Io, format!("reading {}", path.display())).because(e))?;
    toml::from_str(&text).map_err(|e| {
        Error::new(Kind::Config, format!("{} is not valid", path.display())).because(e)
    })
}

/// The files of a folder, which need not be there.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => {
            return Err(Error::new(Kind::Io, format!("reading {}", folder.display())).because(e));
        }
    };
    let paths = entries.filter_map(|e| Some(e.ok()?.path()));
    let mut paths: Vec<PathBuf> =
        paths.filter(|p| p.extension().is_some_and(|e| e == "toml")).collect();
    paths.sort();
    Ok(paths)
}

fn trouble(e: toml::ser::Error) -> Error {
    Error::new(Kind::Internal, "writing TOML").because(e)
}
