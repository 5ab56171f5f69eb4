//! The plan: whose credential a thing is, what to do about it, and in which order.

use super::data::{Catalog, Incident, Provider};
use super::inventory::Scope;
use super::item::{Action, Item, Sure};
use crate::config::Date;

/// Puts things in order, and says of each what to do.
pub(super) fn order(
    mut items: Vec<Item>,
    incident: &Incident,
    catalog: &Catalog,
    scopes: &[Scope<'_>],
) -> Vec<Item> {
    for item in &mut items {
        settle(item);
        fill(item, incident, catalog);
        if let Some(provider) = by_name(item, catalog) {
            from_provider(item, provider);
        } else if item.kind == "variable" {
            from_rules(item, scopes);
        }
    }
    let rank = |i: &Item| (i.action == Action::None, i.order, i.action, i.id.clone());
    items.sort_by_key(rank);
    items
}

/// What follows from where all of its places are.
fn settle(item: &mut Item) {
    if item.used.is_empty() {
        item.used = std::mem::take(&mut item.used_asleep);
    }
    if item.kind == "variable" {
        let contexts: Vec<&str> = item.contexts.iter().map(String::as_str).collect();
        let place = match contexts.as_slice() {
            [] => "in the project's settings".into(),
            some => format!("in the project's settings or a context ({})", some.join(", ")),
        };
        let so = if item.sure == Sure::Possible { "if it is there, it" } else { "so it" };
        item.why.push(format!("{so} is stored {place}"));
    }
    if let Some(last) = item.asleep_since() {
        let day = Date::after_epoch(u64::try_from(last / 86_400).unwrap_or(0));
        item.sure = Sure::Possible;
        let why = "none but branches that nobody touched for months name it";
        // What runs by a push or the clock of such a branch did not run.
        if matches!(item.kind.as_str(), "orb" | "trigger" | "unread") {
            item.action = Action::None;
            item.why = vec![why.into()];
        } else {
            item.action = item.action.max(Action::Check);
            item.why.push(format!("{why}, the last on {day}"));
        }
    }
    let stored = matches!(item.kind.as_str(), "variable" | "context" | "ssh-key" | "runner");
    if stored && item.sure == Sure::Possible {
        item.steps
            .push("See whether it is still stored there; if not, nothing is to be done.".into());
    } else if item.kind == "variable" && item.action == Action::Check {
        item.steps
            .push("See whether its value is a secret; if not, nothing is to be done.".into());
    }
}

/// What holds for its kind, and what the vendor has done.
fn fill(item: &mut Item, incident: &Incident, catalog: &Catalog) {
    if let Some(sort) = catalog.sort(&item.kind) {
        item.order = sort.order;
        item.steps.extend(sort.steps.iter().cloned());
        item.pages.extend(Some(sort.page.clone()).filter(|p| !p.is_empty()));
        let jobs = item.used.iter().filter(|u| u.starts_with("job "));
        let broken: Vec<String> = jobs.map(|job| format!("{job} fails")).collect();
        if broken.is_empty() && !sort.breaks.is_empty() {
            item.breaks.insert(sort.breaks.clone());
        }
        item.breaks.extend(broken);
    }
    match incident.touched(&item.kind) {
        Some(touched) => {
            item.vendor = touched.vendor;
            if touched.settled && item.action == Action::Rotate {
                item.why.push("the vendor has replaced or revoked it: make sure of it".into());
                item.action = Action::Check;
            }
        }
        // What is only to be looked at is so in every incident.
        None if item.order >= 90 => {}
        None => {
            item.action = Action::None;
            item.why.push("what is known of this incident does not reach it".into());
        }
    }
}

fn by_name<'c>(item: &Item, catalog: &'c Catalog) -> Option<&'c Provider> {
    if !matches!(item.kind.as_str(), "variable" | "literal") {
        return None;
    }
    let fits = |p: &'c Provider| {
        let best = p.names.iter().filter_map(|pattern| fit(&item.name, pattern)).max();
        best.map(|length| (length, p))
    };
    catalog.providers.iter().filter_map(fits).max_by_key(|(length, _)| *length).map(|(_, p)| p)
}

/// How much of a name a pattern fits.
fn fit(name: &str, pattern: &str) -> Option<usize> {
    let core = pattern.trim_matches('*');
    let fits = match (pattern.starts_with('*'), pattern.ends_with('*')) {
        (true, _) => name.contains(core),
        (false, true) => name.starts_with(core),
        (false, false) => name == core,
    };
    fits.then_some(core.len())
}

fn from_provider(item: &mut Item, provider: &Provider) {
    item.provider = Some(provider.name.clone());
    item.log.clone_from(&provider.log);
    item.steps.extend(provider.steps.iter().map(|s| format!("{}: {s}", provider.name)));
    item.pages.extend(Some(provider.page.clone()).filter(|p| !p.is_empty()));
}

/// Rules know the usual names of the variables that hold their credentials.
fn from_rules(item: &mut Item, scopes: &[Scope<'_>]) {
    let Some(scope) = scopes.first() else { return };
    let Some(rule) = scope.rules.iter().find(|r| r.env.iter().any(|e| *e == *item.name)) else {
        return;
    };
    item.provider = Some(rule.provider_name.to_string());
    item.log = rule.misuse.to_string();
    item.steps.extend(rule.revoke.iter().map(|s| format!("{}: {s}", rule.provider_name)));
    let pages = [&rule.rotate_url, &rule.docs];
    item.pages.extend(pages.into_iter().find(|p| !p.is_empty()).map(ToString::to_string));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_pattern_wins() {
        assert_eq!(fit("AWS_X", "AWS_*"), Some(4));
        assert_eq!(fit("MY_AWS_X", "*_AWS_*"), Some(5));
        assert_eq!(fit("AWSX", "AWS_*"), None);
        assert_eq!(fit("DATABASE_URL", "DATABASE_URL"), Some(12));
    }
}
