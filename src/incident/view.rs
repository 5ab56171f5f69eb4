//! The answer as a page: what was inside, the plan, and what needs nothing.

use super::data::{Catalog, Incident};
use super::inventory::Inventory;
use super::item::{Action, Item, Site, State};
use crate::page::{Block, Page};

/// Branches that are named for one place.
const BRANCHES: usize = 4;
/// Places that are named for one thing.
const SITES: usize = 6;

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
            i.sites.first().map(place).unwrap_or_default(),
        ]
    };
    let rows: Vec<Vec<String>> = inventory.items.iter().map(row).collect();
    if rows.is_empty() {
        return vec![Block::Text("Nothing.".into())];
    }
    vec![Block::Table(vec!["kind", "name", "of", "how sure", "action", "where"], rows)]
}

fn place(site: &Site) -> String {
    let mut branches: Vec<&str> =
        site.branches.iter().map(String::as_str).take(BRANCHES).collect();
    let more = site.branches.len().saturating_sub(BRANCHES);
    let more_words = format!("{more} more");
    if more > 0 {
        branches.push(&more_words);
    }
    let on =
        if branches.is_empty() { String::new() } else { format!(" on {}", branches.join(", ")) };
    format!("{} {}:{}{on}", site.repo, site.path, site.line)
}

fn plan(inventory: &Inventory, catalog: &Catalog) -> Vec<Block> {
    let mut blocks = Vec::new();
    let todo = |i: &&Item| i.action != Action::None;
    let mut kind = "";
    for item in inventory.items.iter().filter(todo) {
        if item.kind != kind {
            kind = &item.kind;
            blocks.push(Block::Head(catalog.sort(kind).map_or(kind, |s| &s.title).to_owned()));
        }
        one(item, &mut blocks);
    }
    blocks
}

fn one(item: &Item, blocks: &mut Vec<Block>) {
    let whose = item.provider.as_ref().map_or(String::new(), |p| format!(", {p}"));
    let state = if item.state == State::Open {
        String::new()
    } else {
        format!(" [{}]", item.state.as_str())
    };
    let head = format!(
        "{}: `{}`{whose}, {}{state} ({})",
        item.action.as_str(),
        item.name,
        item.sure.as_str(),
        item.id
    );
    blocks.push(Block::Check(item.state != State::Open, head));
    let more = |text: String| Block::More(text);
    blocks.extend(item.why.iter().map(|w| more(format!("why: {w}"))));
    blocks.extend(
        Some(&item.vendor).filter(|v| !v.is_empty()).map(|v| more(format!("vendor: {v}"))),
    );
    blocks.extend(item.sites.iter().take(SITES).map(|s| more(format!("where: {}", place(s)))));
    if item.sites.len() > SITES {
        blocks.push(more(format!("where: and {} more places", item.sites.len() - SITES)));
    }
    blocks.extend(item.steps.iter().map(|s| more(format!("do: {s}"))));
    blocks.extend(item.pages.iter().map(|p| more(format!("page: {p}"))));
}

fn usage(inventory: &Inventory) -> Vec<Block> {
    let mut blocks = Vec::new();
    let shown =
        |i: &&Item| i.action != Action::None && !(i.used.is_empty() && i.breaks.is_empty());
    for item in inventory.items.iter().filter(shown) {
        blocks.push(Block::Item(format!("{} `{}`", item.kind, item.name)));
        blocks.extend(item.used.iter().map(|u| Block::More(format!("used by: {u}"))));
        blocks.extend(item.breaks.iter().map(|b| Block::More(format!("without it: {b}"))));
    }
    blocks
}

fn no_action(inventory: &Inventory) -> Vec<Block> {
    let mut blocks = Vec::new();
    for item in inventory.items.iter().filter(|i| i.action == Action::None) {
        blocks.push(Block::Item(format!("{} `{}` ({})", item.kind, item.name, item.id)));
        blocks.extend(item.why.iter().map(|w| Block::More(w.clone())));
        blocks
            .extend(Some(&item.vendor).filter(|v| !v.is_empty()).map(|v| Block::More(v.clone())));
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
