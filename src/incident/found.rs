//! What the configurations name, put together from all that were in force.

use super::item::{Action, Item, Site, Sure};
use super::jobs;
use super::read::Seen;
use crate::circle::{EnvVar, Facts, Orb, Pinning, Schedule, is_value, looks_secret};
use std::collections::BTreeMap;

/// The things of one repository.
pub(super) struct Found<'a> {
    pub(super) scope: &'a str,
    /// The name of the main branch.
    pub(super) main: Option<&'a str>,
    pub(super) items: BTreeMap<String, Item>,
}

impl<'a> Found<'a> {
    /// Nothing yet.
    pub(super) fn new(scope: &'a str, main: Option<&'a str>) -> Self {
        Self { scope, main, items: BTreeMap::new() }
    }

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
    pub(super) fn named(
        &mut self,
        seen: &Seen,
        mut item: Item,
        line: u32,
        users: impl IntoIterator<Item = String>,
    ) {
        let main = self.main.filter(|m| seen.stood.branches.contains(*m));
        item.add_site(Site {
            repo: self.scope.to_owned(),
            path: seen.path.clone(),
            line,
            branches: seen.stood.branches.clone(),
            main: main.map(str::to_owned),
            asleep: seen.stood.asleep,
            last: seen.stood.last,
        });
        let used = if seen.stood.asleep { &mut item.used_asleep } else { &mut item.used };
        used.extend(users);
        self.add(item);
    }

    pub(super) fn read(&mut self, seen: &Seen) {
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
            item.contexts.extend(contexts_of(facts, owner));
            item.why = vec!["a job reads it and nothing in the configuration sets it".into()];
            if !looks_secret(name) {
                item.action = Action::Check;
                item.why.push("by its name it need not be a secret".into());
            }
            self.named(seen, item, *line, jobs::of_owner(facts, owner));
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
        facts.orbs.iter().for_each(|orb| self.orb(seen, orb));
        facts.schedules.iter().for_each(|schedule| self.schedule(seen, schedule));
        if facts.setup || !facts.continued.is_empty() {
            let mut item = Item::new("trigger", self.scope, "setup and continuation");
            item.action = Action::Check;
            item.why = vec!["a first job decides which configuration follows, perhaps one that it makes: what that named is not in this list".into()];
            self.named(seen, item, facts.continued.first().copied().unwrap_or(1), []);
        }
    }

    fn orb(&mut self, seen: &Seen, orb: &Orb) {
        let exact = matches!(orb.pinning, Pinning::Exact | Pinning::Inline);
        let name = if orb.reference.is_empty() { &orb.name } else { &orb.reference };
        let mut item = Item::new("orb", "", name);
        item.action = if exact { Action::None } else { Action::Check };
        item.why = vec![match orb.pinning {
            Pinning::Exact => "one version is named, and a published version never changes".into(),
            Pinning::Inline => "it stands in the configuration itself".into(),
            other => format!(
                "its version is {}: another one may have run on another day",
                other.as_str()
            ),
        }];
        self.named(seen, item, orb.line, []);
    }

    fn schedule(&mut self, seen: &Seen, schedule: &Schedule) {
        let mut item =
            Item::new("trigger", self.scope, &format!("workflow {}", schedule.workflow));
        item.action = Action::Check;
        item.why = vec![format!("starts by the clock ({})", schedule.cron)];
        if never(&schedule.cron) {
            item.action = Action::None;
            item.why =
                vec![format!("no month has the day that its clock waits for ({})", schedule.cron)];
        }
        self.named(seen, item, schedule.line, []);
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
}

/// The contexts of the jobs that `owner` is part of.
pub(super) fn contexts_of(facts: &Facts, owner: &str) -> Vec<String> {
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

/// A day that its month does not have, as people write it for a workflow that must not start.
fn never(cron: &str) -> bool {
    let fields: Vec<&str> = cron.split_whitespace().collect();
    let (Some(day), Some(month)) = (fields.get(2), fields.get(3)) else { return false };
    let short = ["2", "4", "6", "9", "11"].contains(month);
    fields.get(4) == Some(&"*") && ((*day == "31" && short) || (*day == "30" && *month == "2"))
}

#[cfg(test)]
mod tests {
    use super::never;

    #[test]
    fn days_that_never_come_are_known() {
        assert!(never("0 0 30 2 *") && never("0 0 31 11 *"));
        assert!(!never("0 0 30 3 *") && !never("0 0 31 2 1") && !never("0 0 * * *"));
    }
}
