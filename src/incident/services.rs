//! What in a repository stops when a variable changes, from where its name is used.

use super::jobs;
use crate::circle::Facts;
use crate::usage::Kind;
use std::collections::BTreeSet;

/// What a use at that line of a file stands for: jobs where CircleCI's configuration says which,
/// else the thing that the file makes.
pub fn services(
    configs: &[(String, Facts)],
    kind: Kind,
    path: &str,
    line: u32,
    name: &str,
) -> BTreeSet<String> {
    let own = configs.iter().filter(|(config, _)| kind == Kind::Circleci && config == path);
    let mut found: BTreeSet<String> = own
        .flat_map(|(_, facts)| {
            let here = facts.uses.iter().filter(|(_, n, at)| n == name && *at == line);
            here.flat_map(|(owner, ..)| jobs::of_owner(facts, owner)).collect::<Vec<_>>()
        })
        .filter(|user| user.starts_with("job "))
        .map(|user| format!("CircleCI: {user}"))
        .collect();
    let running = configs.iter().flat_map(|(_, facts)| jobs::running(facts, path, kind));
    found.extend(running.map(|user| format!("CircleCI: {user}, by {path}")));
    if found.is_empty() {
        found.extend(by_kind(kind, path));
    }
    found
}

fn by_kind(kind: Kind, path: &str) -> Option<String> {
    match kind {
        Kind::Ci => Some(format!("the CI workflow in {path}")),
        Kind::Script | Kind::Makefile => Some(format!("whatever runs {path}")),
        Kind::Dockerfile => Some(format!("the image that {path} builds")),
        Kind::Deployment => Some(format!("the services that {path} deploys")),
        Kind::Package => Some(format!("the scripts in {path}")),
        Kind::Code => Some(format!("the program that {path} is part of")),
        Kind::Circleci | Kind::Docs | Kind::Other => None,
    }
}
