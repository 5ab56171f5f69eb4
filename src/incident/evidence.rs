//! What proves that an item was replaced: a list of what is at CircleCI now, as the public
//! CircleCI-Env-Inspector writes it (`circleci-data.json`) and `stanch circleci inventory --json`,
//! or events of an audit log.

use super::audit_log::Entry;
use super::state::Kept;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A thing that is at CircleCI, with the moment at which it was last set.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fact {
    since: Option<String>,
    told_by: String,
}

/// What is known of things by now.
#[derive(Debug, Default)]
pub struct Evidence {
    /// Contexts, and the moments of each of their variables.
    contexts: BTreeMap<String, BTreeMap<String, Fact>>,
    /// Variables of projects and contexts.
    variables: BTreeMap<String, Vec<Fact>>,
    /// Fingerprints and moments of keys.
    keys: Vec<(String, Fact)>,
    /// Projects whose variables were listed without an error.
    projects: BTreeSet<String>,
}

/// What evidence says of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It was replaced: why.
    Proved(String),
    /// It was not: why.
    Refuted(String),
    /// Nothing.
    Silent,
}

impl Fact {
    /// Whether it may be about the repository `scope`: what a context or a log says is.
    fn is_about(&self, scope: &str) -> bool {
        self.told_by.strip_prefix("project ").is_none_or(|project| is_called(project, scope))
    }
}

/// Whether a project's slug (`gh/acme/web`) is that of the repository `acme/web` or `web`.
fn is_called(slug: &str, scope: &str) -> bool {
    !scope.is_empty() && (slug == scope || slug.ends_with(&format!("/{scope}")))
}

impl Evidence {
    /// Takes in a document of CircleCI-Env-Inspector. Answers whether it is one.
    pub fn take_inspector(&mut self, document: &Value) -> bool {
        let list = |v: &Value, key: &str| {
            v.get(key).and_then(Value::as_array).cloned().unwrap_or_default()
        };
        let text = |v: &Value, keys: &[&str]| {
            keys.iter().find_map(|k| v.get(*k)?.as_str()).map(str::to_owned)
        };
        let moment = |v: &Value| text(v, &["updated_at", "created_at", "created-at", "time"]);
        let (accounts, projects) = (list(document, "accounts"), list(document, "projects"));
        let fact = |v: &Value, by: &str| Fact { since: moment(v), told_by: by.to_owned() };
        for account in &accounts {
            for context in list(account, "contexts") {
                let name = text(&context, &["name"]).unwrap_or_default();
                let known = self.contexts.entry(name.clone()).or_default();
                for variable in list(&context, "variables") {
                    let Some(var) = text(&variable, &["variable", "name"]) else { continue };
                    let fact = fact(&variable, &format!("context {name}"));
                    known.insert(var.clone(), fact.clone());
                    self.variables.entry(var).or_default().push(fact);
                }
            }
        }
        let mut is_one = !accounts.is_empty();
        let nested = accounts.iter().flat_map(|a| list(a, "projects"));
        for project in projects.iter().cloned().chain(nested) {
            is_one = true;
            let name = text(&project, &["slug", "name"]).unwrap_or_default();
            // What is not in a list that has gaps may be in the gap.
            if list(&project, "errors").is_empty() && list(document, "gaps").is_empty() {
                self.projects.insert(name.clone());
            }
            let lists = ["variables", "project_env_vars"].map(|key| list(&project, key));
            for variable in lists.into_iter().flatten() {
                let Some(var) = text(&variable, &["name", "variable"]) else { continue };
                let fact = fact(&variable, &format!("project {name}"));
                self.variables.entry(var).or_default().push(fact);
            }
            for key in ["keys", "checkout_keys", "ssh_keys"]
                .map(|key| list(&project, key))
                .into_iter()
                .flatten()
            {
                let print = text(&key, &["fingerprint"]).unwrap_or_default();
                self.keys.push((print, fact(&key, &format!("project {name}"))));
            }
        }
        is_one
    }

    /// Takes in what an audit log tells of.
    pub fn take_log(&mut self, entries: &[Entry]) {
        for entry in entries.iter().filter(|e| e.success != Some(false)) {
            let fact = Fact {
                since: Some(entry.time.clone()),
                told_by: format!("audit log, {}", entry.action),
            };
            match entry.action.as_str() {
                "context.env_var.store" | "project.env_var.create" => {
                    for name in &entry.names {
                        self.variables.entry(name.clone()).or_default().push(fact.clone());
                    }
                }
                "project.ssh_key.create" | "checkout-key.create" => {
                    for print in &entry.fingerprints {
                        self.keys.push((print.clone(), fact.clone()));
                    }
                }
                _ => {}
            }
        }
    }

    /// What it says of `item`. Whatever was set after the day `last` is new.
    pub fn of(&self, item: &Kept, last: &str) -> Verdict {
        match item.kind.as_str() {
            "variable" => self.of_variable(item, last),
            "context" => self.of_context(&item.name, last),
            "ssh-key" if item.name != "all" => self.of_key(&item.name, last),
            "checkout-key" => self.of_all_keys(item, last),
            _ => Verdict::Silent,
        }
    }

    /// What a project or a context has, or the project no longer has. Another project's variable
    /// of that name says nothing.
    fn of_variable(&self, item: &Kept, last: &str) -> Verdict {
        let name = &item.name;
        let facts = self.variables.get(name).into_iter().flatten();
        let facts: Vec<&Fact> = facts.filter(|f| f.is_about(&item.scope())).collect();
        let listed = self.projects.iter().any(|project| is_called(project, &item.scope()));
        match (facts.is_empty(), listed) {
            (false, _) => judge(name, facts.into_iter(), last),
            (true, true) => Verdict::Proved(format!(
                "neither the project nor a context that was listed has {name} any more"
            )),
            (true, false) => Verdict::Silent,
        }
    }

    fn of_context(&self, name: &str, last: &str) -> Verdict {
        match self.contexts.get(name) {
            None => Verdict::Silent,
            Some(variables) if variables.is_empty() => {
                Verdict::Proved(format!("the context {name} holds no variable"))
            }
            Some(variables) => {
                let old: Vec<&str> = variables
                    .iter()
                    .filter(|(_, f)| !is_after(f, last))
                    .map(|(n, _)| n.as_str())
                    .collect();
                match old.as_slice() {
                    [] => Verdict::Proved(format!(
                        "all {} variables of {name} were set after {last}",
                        variables.len()
                    )),
                    old => Verdict::Refuted(format!("not set since: {}", old.join(", "))),
                }
            }
        }
    }

    fn of_key(&self, print: &str, last: &str) -> Verdict {
        let facts: Vec<&Fact> =
            self.keys.iter().filter(|(p, _)| p == print).map(|(_, f)| f).collect();
        // That a key is not listed proves nothing: no list shows the additional ones.
        if facts.is_empty() { Verdict::Silent } else { judge(print, facts.into_iter(), last) }
    }

    fn of_all_keys(&self, item: &Kept, last: &str) -> Verdict {
        let facts = self.keys.iter().map(|(_, f)| f).filter(|f| f.is_about(&item.scope()));
        let dated: Vec<&Fact> = facts.filter(|f| f.since.is_some()).collect();
        if dated.is_empty() { Verdict::Silent } else { judge("keys", dated.into_iter(), last) }
    }
}

fn judge<'a>(name: &str, facts: impl Iterator<Item = &'a Fact>, last: &str) -> Verdict {
    let facts: Vec<&Fact> = facts.collect();
    let places = |facts: &[&Fact]| {
        let mut names: Vec<&str> = facts.iter().map(|f| f.told_by.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names.join(", ")
    };
    // A log tells only of what happened: one new value there counts, whatever stood before.
    let logged = facts.iter().any(|f| f.told_by.starts_with("audit log") && is_after(f, last));
    let listed: Vec<&Fact> =
        facts.iter().copied().filter(|f| !f.told_by.starts_with("audit log")).collect();
    let undated: Vec<&Fact> = listed.iter().copied().filter(|f| f.since.is_none()).collect();
    let old: Vec<&Fact> =
        listed.iter().copied().filter(|f| f.since.is_some() && !is_after(f, last)).collect();
    match (old.is_empty(), undated.is_empty() || logged) {
        (false, _) => Verdict::Refuted(format!(
            "{name} was last set before the end of {last} ({})",
            places(&old)
        )),
        (true, false) => Verdict::Silent,
        (true, true) if listed.is_empty() && !logged => Verdict::Silent,
        (true, true) => {
            Verdict::Proved(format!("{name} was set after {last} ({})", places(&facts)))
        }
    }
}

/// Moments are written as ISO 8601 in UTC, so text compares as time does.
fn is_after(fact: &Fact, last: &str) -> bool {
    fact.since.as_deref().and_then(|s| s.get(..10)).is_some_and(|day| day > last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn kept(kind: &str, name: &str) -> Kept {
        Kept {
            item: format!("{kind}:a/b:{name}"),
            kind: kind.into(),
            name: name.into(),
            order: 1,
            action: "rotate".into(),
        }
    }

    fn evidence() -> Evidence {
        let mut evidence = Evidence::default();
        assert!(evidence.take_inspector(&json!({
            "accounts": [{"contexts": [
                {"name": "new", "variables": [{"variable": "A_KEY", "updated_at": "2023-01-09T00:00:00Z"}]},
                {"name": "old", "variables": [{"variable": "B_KEY", "updated_at": "2022-01-09T00:00:00Z"}]},
            ]}],
            "projects": [{"slug": "gh/a/b", "variables": [{"name": "C_KEY", "value": "xxxx1"}],
                "keys": [{"fingerprint": "aa", "created_at": "2021-01-01T00:00:00Z"}]}],
        })));
        evidence
    }

    #[test]
    fn what_was_set_after_the_window_is_proved() {
        let of = |kind, name| evidence().of(&kept(kind, name), "2023-01-04");
        assert!(matches!(of("variable", "A_KEY"), Verdict::Proved(_)));
        assert!(matches!(of("context", "new"), Verdict::Proved(_)));
        assert!(matches!(of("variable", "B_KEY"), Verdict::Refuted(_)));
        assert!(matches!(of("context", "old"), Verdict::Refuted(_)));
        assert!(matches!(of("checkout-key", "deploy"), Verdict::Refuted(_)));
        // No date, no proof; not listed at all is gone.
        assert_eq!(of("variable", "C_KEY"), Verdict::Silent);
        assert!(matches!(of("variable", "GONE"), Verdict::Proved(_)));
        let other = Kept { item: "variable:a/c:GONE".into(), ..kept("variable", "GONE") };
        assert_eq!(evidence().of(&other, "2023-01-04"), Verdict::Silent);
        assert_eq!(of("ssh-key", "zz"), Verdict::Silent);
        assert_eq!(of("personal-token", "all"), Verdict::Silent);
    }

    #[test]
    fn what_is_not_in_a_list_with_gaps_is_not_gone() {
        let of = |gaps: &[&str]| {
            let mut evidence = Evidence::default();
            let document = json!({"projects": [{"slug": "gh/a/b"}], "gaps": gaps});
            assert!(evidence.take_inspector(&document));
            evidence.of(&kept("variable", "GONE"), "2023-01-04")
        };
        assert!(matches!(of(&[]), Verdict::Proved(_)));
        assert_eq!(of(&["contexts of gh/a: status 403"]), Verdict::Silent);
    }

    #[test]
    fn other_documents_prove_nothing() {
        let mut evidence = Evidence::default();
        assert!(!evidence.take_inspector(&json!([1, 2])));
        assert_eq!(evidence.of(&kept("variable", "X"), "2023-01-04"), Verdict::Silent);
    }
}
