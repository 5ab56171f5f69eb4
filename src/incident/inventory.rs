//! What was there: all that the configurations in force name, what is there wherever CircleCI
//! builds, and what stood in the history that it checked out.

use super::data::{Catalog, Incident};
use super::found::Found;
use super::item::Item;
use super::window::{self, Window};
use super::{plan, read, secrets};
use crate::error::Result;
use crate::git::Repo;
use crate::model::Finding;
use crate::rule::RuleSet;
use serde::Serialize;
use std::collections::BTreeMap;

/// One repository to look at.
pub struct Scope<'a> {
    /// What to call it.
    pub name: String,
    /// The repository.
    pub repo: &'a Repo,
    /// What was found in its history.
    pub findings: &'a [Finding],
    /// The rules of those findings.
    pub rules: &'a RuleSet,
}

/// What was there.
#[derive(Debug, Default, Serialize)]
pub struct Inventory {
    /// Things, in the order of the plan.
    pub items: Vec<Item>,
    /// Commits that were in force, by repository.
    pub commits: BTreeMap<String, usize>,
    /// Configuration files that were read, by repository.
    pub configs: BTreeMap<String, usize>,
    /// What could not be read.
    pub gaps: Vec<String>,
}

impl Inventory {
    /// Takes stock of each of the repositories.
    ///
    /// # Errors
    /// If one cannot be read at all.
    pub fn take(scopes: &[Scope<'_>], incident: &Incident, catalog: &Catalog) -> Result<Self> {
        let window = Window::new(incident.from, incident.to);
        let mut inventory = Self::default();
        let mut items: BTreeMap<String, Item> = BTreeMap::new();
        for scope in scopes {
            let in_force = window::in_force(scope.repo, window)?;
            inventory.gaps.extend(in_force.gaps.iter().map(|g| format!("{}: {g}", scope.name)));
            let seen = read::configs(scope.repo, &in_force, &mut inventory.gaps);
            inventory.commits.insert(scope.name.clone(), in_force.snapshots.len());
            inventory.configs.insert(scope.name.clone(), seen.len());
            let mut found = Found::new(&scope.name, in_force.main.as_deref());
            seen.iter().for_each(|seen| found.read(seen));
            if !seen.is_empty() {
                found.beyond(scope.repo, &in_force, &seen, catalog);
            }
            secrets::add(scope, &in_force, window, !seen.is_empty(), &mut found);
            for (id, item) in found.items {
                match items.entry(id) {
                    std::collections::btree_map::Entry::Vacant(slot) => {
                        slot.insert(item);
                    }
                    std::collections::btree_map::Entry::Occupied(mut slot) => {
                        slot.get_mut().merge(item)
                    }
                }
            }
        }
        inventory.items = plan::order(items.into_values().collect(), incident, catalog, scopes);
        Ok(inventory)
    }
}
