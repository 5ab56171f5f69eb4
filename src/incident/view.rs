//! The answer as a page: what was inside, the plan, and what needs nothing.

use super::data::{Catalog, Incident, Sort};
use super::inventory::Inventory;
use super::item::{Action, Item, Site, State};
use crate::page::{Block, Page};

/// Branches that are named for one place.
const BRANCHES: usize = 3;
/// Places that are named for one thing.
const SITES: usize = 3;

/// The page of an inventory.
pub fn page(inventory: &Inventory, incident: &Incident, catalog: &Catalog) -> Page {
    let mut page = Page::new(format!("{} ({} to {})", incident.title, incident.from, incident.to));
    page.add("What happened", happened(incident));
    page.add("What was read", read(inventory));
    page.add("What was inside", table(inventory));
    page.add("What to do, in this order", plan(inventory, catalog));
    page.add("What uses each name, and stops without it", usage(inventory));
    page.add("What needs no action, and why", no_action(inventory));
    page.add("Look for misuse", misuse(inventory, incident));
    page.add("What could not be read", inventory.gaps.iter().cloned().map(Block::Item).collect());
    page
}

fn happened(incident: &Incident) -> Vec<Block> {
    incident.summary.iter().chain(&incident.sources).cloned().map(Block::Item).collect()
}

fn read(inventory: &Inventory) -> Vec<Block> {
    let line = |(repo, commits): (&String, &usize)| {
        let configs = inventory.configs.get(repo).copied().unwrap_or_default();
        Block::Item(match configs {
            0 => format!(
                "{repo}: {commits} commits were in force on those days, none with a configuration of CircleCI"
            ),
            _ => format!(
                "{repo}: {commits} commits were in force on those days, with {configs} configuration files of different content"
            ),
        })
    };
    let mut blocks: Vec<Block> = inventory.commits.iter().map(line).collect();
    blocks.push(Block::Text("Which branches stood where is put together from the dates of commits; those may lie. Names of variables that no configuration or script spells out, tokens and webhooks are known to CircleCI only.".into()));
    blocks
}

fn table(inventory: &Inventory) -> Vec<Block> {
    let row = |i: &Item| {
        vec![
            i.kind.clone(),
            i.name.clone(),
            i.provider.clone().unwrap_or_default(),
            i.sure.as_str().into(),
            i.action.as_str().into(),
            sites(i).first().map(|s| place(s, 1)).unwrap_or_default(),
        ]
    };
    let todo = inventory.items.iter().filter(|i| i.action != Action::None);
    let rows: Vec<Vec<String>> = todo.map(row).collect();
    let rest = inventory.items.len() - rows.len();
    let mut blocks = match rows.is_empty() {
        true => vec![Block::Text("Nothing that needs an action.".into())],
        false => {
            let heads = vec!["kind", "name", "of", "how sure", "action", "where"];
            vec![Block::Table(heads, rows)]
        }
    };
    if rest > 0 {
        blocks.push(Block::Text(format!("And {rest} that need no action: see there.")));
    }
    blocks
}

/// The places of an item, the main branch first; those that sleep only if all do.
fn sites(item: &Item) -> Vec<&Site> {
    let all = item.sites.iter().all(|s| s.asleep);
    let mut sites: Vec<&Site> = item.sites.iter().filter(|s| all || !s.asleep).collect();
    sites.sort_by_key(|s| (s.main.is_none(), std::cmp::Reverse(s.last)));
    sites
}

/// A place with so many of its branches.
fn place(site: &Site, shown: usize) -> String {
    let others = site.branches.iter().filter(|b| Some(*b) != site.main.as_ref());
    let mut branches: Vec<&str> = site.main.iter().chain(others).map(String::as_str).collect();
    let more = branches.len().saturating_sub(shown);
    branches.truncate(shown);
    let mut on = branches.join(", ");
    if more > 0 {
        on.push_str(&format!(" and {more} more"));
    }
    let on = if on.is_empty() { on } else { format!(" on {on}") };
    let old = if site.asleep { " (not touched for months)" } else { "" };
    format!("{} {}:{}{on}{old}", site.repo, site.path, site.line)
}

fn plan(inventory: &Inventory, catalog: &Catalog) -> Vec<Block> {
    let mut blocks = Vec::new();
    let todo: Vec<&Item> = inventory.items.iter().filter(|i| i.action != Action::None).collect();
    for same in todo.chunk_by(|a, b| a.kind == b.kind) {
        let Some(sort) = same.first().and_then(|i| catalog.sort(&i.kind)) else { continue };
        blocks.push(Block::Head(sort.title.clone()));
        blocks.extend(sort.steps.iter().cloned().map(Block::Step));
        let page = Some(&sort.page).filter(|p| !p.is_empty());
        blocks.extend(page.map(|p| Block::Text(format!("page: {p}"))));
        same.iter().for_each(|item| one(item, sort, &mut blocks));
    }
    blocks
}

fn one(item: &Item, sort: &Sort, blocks: &mut Vec<Block>) {
    let whose = item.provider.as_ref().map_or(String::new(), |p| format!(", {p}"));
    let state = match item.state {
        State::Open => String::new(),
        state => format!(" [{}]", state.as_str()),
    };
    let (action, name, sure, id) =
        (item.action.as_str(), &item.name, item.sure.as_str(), &item.id);
    let head = format!("{action}: `{name}`{whose}, {sure}{state} ({id})");
    blocks.push(Block::Check(item.state != State::Open, head));
    let mut more = |word: &str, text: &str| blocks.push(Block::More(format!("{word}: {text}")));
    item.why.iter().for_each(|why| more("why", why));
    if !item.vendor.is_empty() {
        more("vendor", &item.vendor);
    }
    let sites = sites(item);
    sites.iter().take(SITES).for_each(|site| more("where", &place(site, BRANCHES)));
    if sites.len() > SITES {
        more("where", &format!("and {} more places", sites.len() - SITES));
    }
    item.steps.iter().filter(|s| !sort.steps.contains(s)).for_each(|step| more("do", step));
    item.pages.iter().filter(|p| **p != sort.page).for_each(|page| more("page", page));
}

fn usage(inventory: &Inventory) -> Vec<Block> {
    let mut blocks = Vec::new();
    let shown =
        |i: &&Item| i.action != Action::None && !(i.used.is_empty() && i.breaks.is_empty());
    for item in inventory.items.iter().filter(shown) {
        blocks.push(Block::Item(format!("{} `{}`", item.kind, item.name)));
        blocks.extend(item.breaks.iter().map(|b| Block::More(format!("without it: {b}"))));
        // That a job uses it is said by what breaks.
        let told = |u: &&String| !item.breaks.iter().any(|b| b.starts_with(u.as_str()));
        let used = item.used.iter().filter(told);
        blocks.extend(used.map(|u| Block::More(format!("used by: {u}"))));
    }
    blocks
}

/// What has the same reasons stands together.
fn no_action(inventory: &Inventory) -> Vec<Block> {
    let mut groups: Vec<(&Item, Vec<&str>)> = Vec::new();
    for item in inventory.items.iter().filter(|i| i.action == Action::None) {
        let same = |(first, _): &&mut (&Item, Vec<&str>)| {
            (&first.kind, &first.why, &first.vendor) == (&item.kind, &item.why, &item.vendor)
        };
        match groups.iter_mut().find(same) {
            Some((_, names)) => names.push(&item.name),
            None => groups.push((item, vec![&item.name])),
        }
    }
    let mut blocks = Vec::new();
    for (first, names) in groups {
        let names: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
        blocks.push(Block::Item(format!("{} {}", first.kind, names.join(", "))));
        let reasons = first.why.iter().chain(Some(&first.vendor).filter(|v| !v.is_empty()));
        blocks.extend(reasons.cloned().map(Block::More));
    }
    blocks
}

fn misuse(inventory: &Inventory, incident: &Incident) -> Vec<Block> {
    let mut blocks = vec![
        Block::Item(format!(
            "CircleCI: export the audit log from {} to the day of your rotation and give it to `stanch circleci audit-log FILE --from {} --to {}`.",
            incident.from, incident.from, incident.to
        )),
        Block::Item(
            "Repositories: `stanch integrity` tells what changed against a copy that you trust."
                .into(),
        ),
    ];
    let mut logs: Vec<(String, String)> = Vec::new();
    for item in inventory.items.iter().filter(|i| i.action == Action::Rotate && !i.log.is_empty())
    {
        let entry = (item.provider.clone().unwrap_or_default(), item.log.clone());
        if !logs.contains(&entry) {
            logs.push(entry);
        }
    }
    blocks.extend(logs.into_iter().map(|(whose, log)| Block::Item(format!("{whose}: {log}"))));
    blocks
}
