//! What was there: everything that the configurations in force name, and what is there wherever
//! CircleCI builds.

use super::data::{Catalog, Incident};
use super::item::{Action, Item, Site, Sure};
use super::read::{self, Seen};
use super::window::{self, InForce, Window};
use super::{files, jobs, plan, secrets};
use crate::circle::{EnvVar, Facts, Pinning, is_value, looks_secret};
use crate::error::Result;
use crate::git::Repo;
use crate::model::Finding;
use crate::rule::RuleSet;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

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
            let mut found = Found { scope: &scope.name, items: BTreeMap::new() };
            seen.iter().for_each(|seen| found.read(seen));
            if !seen.is_empty() {
                found.whatever_is_always_there();
                let named: BTreeSet<String> = found.items.keys().cloned().collect();
                seen.iter().for_each(|seen| found.mentioned(seen, &named));
                found.read_by_scripts(scope.repo, &in_force, &seen);
                found.used_by_files(scope.repo, &in_force, &seen);
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

/// The things of one repository.
pub(super) struct Found<'a> {
    pub(super) scope: &'a str,
    pub(super) items: BTreeMap<String, Item>,
}

impl Found<'_> {
    /// Adds a thing, or what is new about it.
    pub(super) fn add(&mut self, item: Item) {
        match self.items.get_mut(&item.id) {
            Some(known) => known.merge(item),
            None => {
                self.items.insert(item.id.clone(), item);
            }
        }
    }

    /// Adds a thing that a configuration names.
    fn named(
        &mut self,
        seen: &Seen,
        mut item: Item,
        line: u32,
        users: impl IntoIterator<Item = String>,
    ) {
        let (repo, path) = (self.scope.to_owned(), seen.path.clone());
        item.add_site(Site { repo, path, line, branches: seen.branches.clone() });
        item.used.extend(users);
        self.add(item);
    }

    fn read(&mut self, seen: &Seen) {
        let config = match &seen.config {
            Ok(config) => config,
            Err(why) => {
                let mut item = Item::new("unread", self.scope, &seen.path);
                item.action = Action::Check;
                item.why = vec![why.clone()];
                return self.named(seen, item, 1, []);
            }
        };
        let facts = &config.facts;
        self.variables(seen, facts);
        self.contexts(seen, facts);
        self.keys_and_runners(seen, facts);
        self.registries(seen, facts);
        self.literals(seen, &facts.env, facts);
        self.orbs_and_triggers(seen, facts);
        self.nothing_stored(seen, facts);
    }

    fn variables(&mut self, seen: &Seen, facts: &Facts) {
        for (owner, name, line) in &facts.uses {
            let mut item = Item::new("variable", self.scope, name);
            item.sure = Sure::Likely;
            let contexts = contexts_of(facts, owner);
            item.why = vec![match contexts.as_slice() {
                [] => "a job reads it and nothing in the configuration sets it: stored in the project's settings".into(),
                some => format!("a job reads it and nothing in the configuration sets it: stored in the project's settings or in the context {}", some.join(", ")),
            }];
            if !looks_secret(name) {
                item.action = Action::Check;
                item.why.push("by its name it need not be a secret".into());
            }
            self.named(seen, item, *line, jobs::of_owner(facts, owner));
        }
    }

    /// Variables that the text speaks of, in a comment or in another language's code.
    fn mentioned(&mut self, seen: &Seen, named: &BTreeSet<String>) {
        let Ok(config) = &seen.config else { return };
        let known = |kind: &str, name: &str| Item::new(kind, self.scope, name).id;
        let new = config.mentions.iter().filter(|(name, _)| {
            ["variable", "literal"].iter().all(|kind| !named.contains(&known(kind, name)))
                && config.facts.env.iter().all(|e| e.name != *name)
        });
        let new: Vec<(String, u32)> = new.cloned().collect();
        for (name, line) in new {
            let mut item = Item::new("variable", self.scope, &name);
            item.sure = Sure::Possible;
            item.why =
                vec!["the configuration speaks of it, in a comment or in code of its own".into()];
            self.named(seen, item, line, []);
        }
    }

    fn contexts(&mut self, seen: &Seen, facts: &Facts) {
        for start in &facts.starts {
            for context in &start.contexts {
                let mut item = Item::new("context", "", context);
                item.why = vec!["jobs are given all variables that it holds; the repository does not name them".into()];
                let user = format!("job {} (workflow {})", start.job, start.workflow);
                self.named(seen, item, start.line, [user]);
            }
        }
    }

    fn keys_and_runners(&mut self, seen: &Seen, facts: &Facts) {
        for keys in &facts.keys {
            let users = jobs::of_owner(facts, &keys.owner);
            if keys.fingerprints.is_empty() {
                let mut item = Item::new("ssh-key", self.scope, "all");
                item.why = vec!["a job asks for every additional key of the project".into()];
                self.named(seen, item, keys.line, users.clone());
            }
            for print in &keys.fingerprints {
                let mut item = Item::new("ssh-key", self.scope, print);
                item.why = vec!["a job asks for the key of this fingerprint; the fingerprint itself is no secret".into()];
                self.named(seen, item, keys.line, users.clone());
            }
        }
        for (owner, class, line) in facts.classes.iter().filter(|(_, c, _)| is_own_runner(c)) {
            let mut item = Item::new("runner", "", class);
            item.why = vec!["a job runs on machines of your own; their token claims jobs with code and secrets".into()];
            self.named(seen, item, *line, jobs::of_owner(facts, owner));
        }
    }

    fn registries(&mut self, seen: &Seen, facts: &Facts) {
        for auth in facts.auths.iter().filter(|a| !a.role) {
            let literal =
                auth.names.is_empty() && !auth.secret.contains("<<") && !auth.secret.is_empty();
            let image = if auth.image.is_empty() { &auth.kind } else { &auth.image };
            let mut item = Item::new("registry", self.scope, image);
            item.why = vec![if literal {
                "the secret itself stands in the configuration".into()
            } else {
                format!("logs in with {}", auth.names.join(", "))
            }];
            self.named(seen, item, auth.line, jobs::of_owner(facts, &auth.owner));
        }
    }

    /// Values in the file: never shown, only told of.
    fn literals(&mut self, seen: &Seen, env: &[EnvVar], facts: &Facts) {
        for var in env.iter().filter(|v| looks_secret(&v.name) && is_value(&v.value)) {
            let mut item = Item::new("literal", self.scope, &var.name);
            item.why = vec![format!(
                "its value stands in the configuration ({} characters), for everybody who can read the repository",
                var.value.chars().count()
            )];
            self.named(seen, item, var.line, jobs::of_owner(facts, &var.owner));
        }
    }

    fn orbs_and_triggers(&mut self, seen: &Seen, facts: &Facts) {
        for orb in &facts.orbs {
            let exact = matches!(orb.pinning, Pinning::Exact | Pinning::Inline);
            let name = if orb.reference.is_empty() { &orb.name } else { &orb.reference };
            let mut item = Item::new("orb", "", name);
            item.action = if exact { Action::None } else { Action::Check };
            item.why = vec![match orb.pinning {
                Pinning::Exact => {
                    "one version is named, and a published version never changes".into()
                }
                Pinning::Inline => "it stands in the configuration itself".into(),
                other => format!(
                    "its version is {}: another one may have run on another day",
                    other.as_str()
                ),
            }];
            self.named(seen, item, orb.line, []);
        }
        for schedule in &facts.schedules {
            let mut item =
                Item::new("trigger", self.scope, &format!("workflow {}", schedule.workflow));
            item.action = Action::Check;
            item.why = vec![format!("starts by the clock ({})", schedule.cron)];
            self.named(seen, item, schedule.line, []);
        }
        if facts.setup || !facts.continued.is_empty() {
            let mut item = Item::new("trigger", self.scope, "setup and continuation");
            item.action = Action::Check;
            item.why = vec!["a first job decides which configuration follows, perhaps one that it makes: what that named is not in this list".into()];
            self.named(seen, item, facts.continued.first().copied().unwrap_or(1), []);
        }
    }

    fn nothing_stored(&mut self, seen: &Seen, facts: &Facts) {
        for (owner, line) in &facts.oidc {
            let mut item = Item::new("oidc", self.scope, "tokens of jobs");
            item.action = Action::None;
            item.why = vec![
                "a role trusts the job's own token, which ended after an hour: nothing was stored"
                    .into(),
            ];
            self.named(seen, item, *line, jobs::of_owner(facts, owner));
        }
        for (owner, manager, line) in &facts.pulled {
            let mut item = Item::new("pulled", self.scope, manager);
            item.action = Action::Less;
            item.sure = Sure::Likely;
            item.why = vec!["the secret was pulled while the job ran and not stored at CircleCI; what let the job in may have been".into()];
            self.named(seen, item, *line, jobs::of_owner(facts, owner));
        }
    }

    /// What no repository names, but every project has.
    fn whatever_is_always_there(&mut self) {
        let always = [
            (
                "oauth",
                "",
                "organisation and members",
                Sure::Certain,
                "CircleCI reads the repository by it",
            ),
            (
                "checkout-key",
                self.scope,
                "deploy and user keys",
                Sure::Likely,
                "CircleCI checks the code out with a key or by its app",
            ),
            (
                "project-token",
                self.scope,
                "all of the project",
                Sure::Possible,
                "no repository tells which tokens were made",
            ),
            (
                "personal-token",
                "",
                "all of every member",
                Sure::Possible,
                "no repository tells which tokens were made",
            ),
        ];
        for (kind, scope, name, sure, why) in always {
            let mut item = Item::new(kind, scope, name);
            item.sure = sure;
            item.why = vec![why.into()];
            self.add(item);
        }
    }

    /// Variables that only scripts read which jobs run.
    fn read_by_scripts(&mut self, repo: &Repo, in_force: &InForce, seen: &[Seen]) {
        let named: BTreeSet<String> = self.items.keys().cloned().collect();
        let branch: BTreeSet<String> = files::main_branch(repo).into_iter().collect();
        for script in files::scripts(repo, in_force) {
            for config in seen.iter().filter_map(|s| s.config.as_ref().ok()) {
                let users = jobs::running(&config.facts, &script.path, script.kind);
                let set = |name: &str| config.facts.env.iter().any(|e| e.name == name);
                for (name, line) in script.reads.iter().filter(|(name, _)| !set(name)) {
                    let mut item = Item::new("variable", self.scope, name);
                    if users.is_empty() || named.contains(&item.id) {
                        continue;
                    }
                    item.sure = Sure::Possible;
                    item.why =
                        vec!["a script that a job runs reads it and does not set it".into()];
                    let (repo, path) = (self.scope.to_owned(), script.path.clone());
                    item.add_site(Site { repo, path, line: *line, branches: branch.clone() });
                    item.used.extend(users.iter().cloned());
                    self.add(item);
                }
            }
        }
    }

    /// Adds the files that use a variable, and the jobs that run those.
    fn used_by_files(&mut self, repo: &Repo, in_force: &InForce, seen: &[Seen]) {
        let is_named = |i: &&Item| matches!(i.kind.as_str(), "variable" | "literal");
        let names: Vec<String> =
            self.items.values().filter(is_named).map(|i| i.name.clone()).collect();
        for used in files::uses(repo, in_force, &names) {
            let path = crate::model::display_path(&used.path);
            let mut users = vec![format!("{} {path}:{}", used.kind, used.line)];
            for config in seen.iter().filter_map(|s| s.config.as_ref().ok()) {
                users.extend(jobs::running(&config.facts, &path, used.kind));
            }
            for kind in ["variable", "literal"] {
                let id = Item::new(kind, self.scope, &used.name).id;
                if let Some(item) = self.items.get_mut(&id) {
                    item.used.extend(users.iter().cloned());
                }
            }
        }
    }
}

/// The contexts of the jobs that `owner` is part of.
fn contexts_of(facts: &Facts, owner: &str) -> Vec<String> {
    let users = jobs::of_owner(facts, owner);
    let given = facts
        .starts
        .iter()
        .filter(|s| users.iter().any(|u| u.starts_with(&format!("job {} (", s.job))));
    let mut contexts: Vec<String> = given.flat_map(|s| s.contexts.iter().cloned()).collect();
    contexts.sort();
    contexts.dedup();
    contexts
}

/// `namespace/name`: only classes of one's own have a namespace.
fn is_own_runner(class: &str) -> bool {
    class.contains('/') && !class.contains("<<")
}
