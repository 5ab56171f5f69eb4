//! Secrets in the repository that CircleCI could check out.

use super::found::Found;
use super::inventory::Scope;
use super::item::{Action, Item, Site, Sure};
use super::window::{InForce, Window};
use crate::git::Repo;
use crate::git::lookup::Lookup;
use crate::model::{Finding, OriginKind, Place, Reach, display_path};
use std::collections::BTreeSet;

/// Adds what was found in the history and was there before the window's end.
pub(super) fn add(
    scope: &Scope<'_>,
    in_force: &InForce,
    window: Window,
    built: bool,
    found: &mut Found<'_>,
) {
    let places: Vec<Vec<&Place>> = scope.findings.iter().map(|f| early(f, window)).collect();
    let standing = standing(scope.repo, in_force, &places);
    for ((finding, places), standing) in scope.findings.iter().zip(places).zip(standing) {
        let rule = scope.rules.get(finding.rule);
        let is_reached = |p: &&&Place| matches!(p.reach, Some(Reach::Head | Reach::Ref));
        let Some(first) = places.iter().find(is_reached).or(places.first()) else { continue };
        let reached = places.iter().any(|p| is_reached(&p));
        let short: String = finding.fingerprint.to_string().chars().take(12).collect();
        let mut item = Item::new("secret", scope.name.as_str(), &short);
        item.name = format!("{} ({short}, {})", rule.name, finding.secret.masked());
        (item.sure, item.action) = match (reached && built, standing.is_empty()) {
            (true, false) => (Sure::Certain, Action::Rotate),
            (true, true) => (Sure::Likely, Action::Rotate),
            (false, _) => (Sure::Possible, Action::None),
        };
        item.why = vec![why(reached, built, &standing)];
        item.why.extend(dead(finding, &rule.dead_before, first, window));
        let (repo, path) = (scope.name.clone(), shown(first));
        let main = in_force.main.clone().filter(|m| standing.contains(m));
        item.add_site(Site {
            repo,
            path,
            line: first.line,
            branches: standing,
            main,
            asleep: false,
            last: i64::MAX,
        });
        item.provider = Some(rule.provider_name.to_string());
        item.log = rule.misuse.to_string();
        item.steps = rule.revoke.iter().map(ToString::to_string).collect();
        item.pages = [&rule.rotate_url, &rule.docs]
            .iter()
            .filter(|p| !p.is_empty())
            .map(|p| p.to_string())
            .take(1)
            .collect();
        found.add(item);
    }
}

/// Where it was before the window's end.
fn early(finding: &Finding, window: Window) -> Vec<&Place> {
    let early = |p: &&Place| p.introduced.as_ref().is_some_and(|i| i.time < window.end);
    finding.places.iter().filter(early).collect()
}

fn why(reached: bool, built: bool, standing: &BTreeSet<String>) -> String {
    match (reached, built, standing.is_empty()) {
        (_, false, _) => "it is in the history, but no configuration made CircleCI build this repository on those days",
        (false, ..) => "no branch or tag reaches it, so CircleCI could check it out only if it was pushed once",
        (true, true, false) => "it stood in the files that CircleCI checked out on those days",
        (true, true, true) => "it was gone from the files by then, but a checkout fetches the history as well",
    }
    .to_owned()
}

/// Facts that make an old token harmless.
fn dead(finding: &Finding, dead_before: &str, first: &Place, window: Window) -> Option<String> {
    let _ = finding;
    let day = crate::config::Date::parse(dead_before)?;
    let old = first.introduced.as_ref().is_some_and(|i| i.time < day.seconds());
    (old && window.from < day.seconds()).then(|| {
        format!("its vendor revoked all that were made before {dead_before}; it was committed before that")
    })
}

/// The branches on which one of the places of each finding stood in the window, the same bytes at
/// the same path. Each tree is gone through once for all findings.
fn standing(repo: &Repo, in_force: &InForce, all: &[Vec<&Place>]) -> Vec<BTreeSet<String>> {
    let mut branches = vec![BTreeSet::new(); all.len()];
    let mut tree = Lookup::new(repo, None);
    for snapshot in &in_force.snapshots {
        tree.turn_to(snapshot.tree);
        for (places, branches) in all.iter().zip(&mut branches) {
            let mut files = places.iter().filter(|p| p.origin.kind != OriginKind::Message);
            let stands = files.any(|p| {
                let at = p.origin.path.as_deref().and_then(|path| tree.get(path));
                at.is_some_and(|(_, id)| p.origin.object == Some(id))
            });
            if stands {
                branches.extend(snapshot.branches.iter().cloned());
            }
        }
    }
    branches
}

fn shown(place: &Place) -> String {
    match &place.origin.path {
        Some(path) => display_path(path),
        None => place.origin.kind.as_str().to_owned(),
    }
}
