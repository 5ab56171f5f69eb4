//! What is there although no configuration spells it out: what every project has, what comments
//! and scripts speak of, and what tools and orbs read by themselves.

use super::data::Catalog;
use super::files;
use super::found::Found;
use super::item::{Item, Site, Sure};
use super::jobs;
use super::read::Seen;
use super::window::InForce;
use crate::circle::Facts;
use crate::git::Repo;
use crate::usage::Kind;
use std::collections::{BTreeMap, BTreeSet};

impl Found<'_> {
    /// Adds all of it.
    pub(super) fn beyond(
        &mut self,
        repo: &Repo,
        in_force: &InForce,
        seen: &[Seen],
        catalog: &Catalog,
    ) {
        self.whatever_is_always_there();
        let named: BTreeSet<String> = self.items.keys().cloned().collect();
        seen.iter().for_each(|seen| self.mentioned(seen, &named));
        self.read_by_scripts(repo, in_force, seen);
        let named: BTreeSet<String> = self.items.keys().cloned().collect();
        seen.iter().for_each(|seen| self.implied(seen, catalog, &named));
        self.used_by_files(repo, in_force, seen);
    }

    /// Variables that tools and orbs read by themselves, if they are there.
    fn implied(&mut self, seen: &Seen, catalog: &Catalog, named: &BTreeSet<String>) {
        let Ok(config) = &seen.config else { return };
        let facts = &config.facts;
        for reader in &catalog.readers {
            let users = reader.users(facts);
            let Some(line) = users.values().min().copied() else { continue };
            for name in reader.names.iter().filter(|name| !given(facts, name)) {
                let mut item = Item::new("variable", self.scope, name);
                if named.contains(&item.id) {
                    continue;
                }
                item.sure = Sure::Possible;
                item.why = vec![reader.why()];
                for owner in users.keys() {
                    item.contexts.extend(super::found::contexts_of(facts, owner));
                }
                let users = users.keys().flat_map(|owner| jobs::of_owner(facts, owner));
                self.named(seen, item, line, users.collect::<Vec<_>>());
            }
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
        let is_run = |path: &str, kind: Kind| {
            awake(seen).any(|facts| !jobs::running(facts, path, kind).is_empty())
        };
        for script in files::scripts(repo, in_force, &is_run) {
            for facts in awake(seen) {
                let users = jobs::running(facts, &script.path, script.kind);
                for (name, line) in script.reads.iter().filter(|(n, _)| !facts.set.contains(n)) {
                    let mut item = Item::new("variable", self.scope, name);
                    if users.is_empty() || named.contains(&item.id) {
                        continue;
                    }
                    item.sure = Sure::Possible;
                    item.why =
                        vec!["a script that a job runs reads it and does not set it".into()];
                    let (repo, path) = (self.scope.to_owned(), script.path.clone());
                    let main = in_force.main.clone();
                    let branches = main.iter().cloned().collect();
                    item.add_site(Site {
                        repo,
                        path,
                        line: *line,
                        branches,
                        main,
                        asleep: false,
                        last: i64::MAX,
                    });
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
        let mut uses: BTreeMap<(String, Kind, String), Vec<u32>> = BTreeMap::new();
        for used in files::uses(repo, in_force, &names) {
            let path = crate::model::display_path(&used.path);
            uses.entry((used.name, used.kind, path)).or_default().push(used.line);
        }
        for ((name, kind, path), lines) in uses.into_iter().filter(|(u, _)| !is_hosts_own(u)) {
            let lines: BTreeSet<u32> = lines.into_iter().collect();
            let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
            let mut users = vec![format!("{kind} {path}:{}", lines.join(", "))];
            for facts in awake(seen) {
                users.extend(jobs::running(facts, &path, kind));
            }
            for kind in ["variable", "literal"] {
                let id = Item::new(kind, self.scope, &name).id;
                if let Some(item) = self.items.get_mut(&id) {
                    item.used.extend(users.iter().cloned());
                }
            }
        }
    }
}

/// What the configurations say that somebody had touched of late.
fn awake(seen: &[Seen]) -> impl Iterator<Item = &Facts> {
    let awake = seen.iter().filter(|s| !s.stood.asleep);
    awake.filter_map(|s| s.config.as_ref().ok().map(|config| &config.facts))
}

/// GitHub makes the token of that name itself, for each run of its own workflows.
fn is_hosts_own((name, kind, path): &(String, Kind, String)) -> bool {
    name == "GITHUB_TOKEN" && *kind == Kind::Ci && path.starts_with(".github/")
}

/// Whether the configuration sets the variable, or a role makes it needless.
fn given(facts: &Facts, name: &str) -> bool {
    facts.set.contains(name) || (name.starts_with("AWS_") && !facts.oidc.is_empty())
}
