//! A looked-through audit log as a page, joined with what was found in repositories.

use super::audit_flags::{Flag, Flags};
use crate::model::{Finding, display_path};
use crate::page::{Block, Page};
use crate::rule::RuleSet;
use serde::Serialize;

/// Flags that are shown of one group.
const SHOWN: usize = 200;

/// How long a found credential was open, and what happened since.
#[derive(Debug, Serialize)]
pub struct Exposure {
    /// The finding.
    pub fingerprint: String,
    /// Its rule.
    pub rule: String,
    /// Where it stands.
    pub path: String,
    /// The day on which it was committed.
    pub since: String,
    /// Events since then that deserve a look.
    pub events: usize,
}

/// What a log says.
#[derive(Debug, Serialize)]
pub struct Report {
    /// What was flagged.
    #[serde(flatten)]
    pub flags: Flags,
    /// What was open meanwhile.
    pub exposures: Vec<Exposure>,
}

impl Report {
    /// Joins a log with the CircleCI credentials among `findings`.
    pub fn new(flags: Flags, findings: &[Finding], rules: &RuleSet) -> Self {
        let circle = findings.iter().filter(|f| rules.get(f.rule).provider == "circleci");
        let exposures = circle.filter_map(|f| exposure(f, rules, &flags)).collect();
        Self { flags, exposures }
    }

    /// Whether anything deserves a look.
    pub fn has_news(&self) -> bool {
        self.flags.flags.iter().any(|f| f.look)
    }

    /// As a page for people.
    pub fn page(&self) -> Page {
        let flags = &self.flags;
        let mut page = Page::new("CircleCI audit log");
        let look = flags.flags.iter().filter(|f| f.look).count();
        page.add(
            "What was read",
            vec![Block::Text(format!(
                "{} events from {} to {}; {} in the window, {} of them are mentioned below, {look} deserve a look.",
                flags.events, flags.span.0, flags.span.1, flags.within, flags.flags.len()
            ))],
        );
        let shown = |chosen: &dyn Fn(&&Flag) -> bool| {
            let rows = flags.flags.iter().filter(chosen).take(SHOWN).flat_map(blocks);
            rows.collect::<Vec<_>>()
        };
        page.add("Actors that are not known", shown(&|f| f.group == "actor"));
        for group in &flags.groups {
            page.add(group.title.clone(), shown(&|f| f.group == group.id));
        }
        page.add(
            "Credentials that were open meanwhile",
            self.exposures.iter().map(opened).collect(),
        );
        page
    }
}

fn blocks(flag: &Flag) -> Vec<Block> {
    let event = &flag.event;
    let mut words = vec![event.time.clone(), event.action.clone()];
    words.push(format!("by {} ({})", event.actor, event.actor_type));
    if !event.target.is_empty() {
        words.push(format!("on {}", event.target));
    }
    if !event.address.is_empty() {
        words.push(format!("from {}", event.address));
    }
    let names: Vec<&str> = event.names.iter().map(String::as_str).collect();
    if !names.is_empty() {
        words.push(format!("names {}", names.join(", ")));
    }
    let mark = if flag.look { "look: " } else { "" };
    let mut blocks = vec![Block::Item(format!("{mark}{}", words.join(" ")))];
    blocks.extend(flag.why.iter().map(|w| Block::More(w.clone())));
    blocks
}

fn opened(exposure: &Exposure) -> Block {
    Block::Item(format!(
        "{} ({}) in {} since {}: {} events since then deserve a look",
        exposure.rule, exposure.fingerprint, exposure.path, exposure.since, exposure.events
    ))
}

fn exposure(finding: &Finding, rules: &RuleSet, flags: &Flags) -> Option<Exposure> {
    let place = finding
        .places
        .iter()
        .filter(|p| p.introduced.is_some())
        .min_by_key(|p| p.introduced.as_ref().map(|i| i.time))?;
    let time = u64::try_from(place.introduced.as_ref()?.time).ok()?;
    let since = crate::config::Date::after_epoch(time / 86_400).to_string();
    let after = |f: &&Flag| f.look && f.event.time.get(..10).unwrap_or_default() >= since.as_str();
    Some(Exposure {
        fingerprint: finding.fingerprint.to_string(),
        rule: rules.get(finding.rule).name.to_string(),
        path: place.origin.path.as_deref().map(display_path).unwrap_or_default(),
        events: flags.flags.iter().filter(after).count(),
        since,
    })
}
