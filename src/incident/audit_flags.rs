//! What in an audit log deserves a look.

use super::audit_log::Entry;
use crate::error::{Error, Kind, Result};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

const FILE: &str = include_str!("../../incidents/audit.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    actors: Vec<String>,
    unregistered: String,
    group: Vec<Group>,
}

/// Actions that speak of one thing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its id.
    pub id: String,
    /// Its heading.
    pub title: String,
    actions: Vec<String>,
    why: String,
    /// Whether each of them deserves a look.
    look: bool,
}

/// What is usual, and which days count.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// The first day; empty for all.
    pub from: String,
    /// The last day; empty for all.
    pub to: String,
    /// Beginnings of addresses that are one's own.
    pub addresses: Vec<String>,
    /// Hours of work, UTC.
    pub hours: Option<(u8, u8)>,
}

/// An event that deserves a mention.
#[derive(Debug, Clone, Serialize)]
pub struct Flag {
    /// The id of its group.
    pub group: String,
    /// Whether it deserves a look, not only a mention.
    pub look: bool,
    /// Why.
    pub why: Vec<String>,
    /// The event.
    pub event: Entry,
}

/// What came of a log.
#[derive(Debug, Serialize)]
pub struct Flags {
    /// Groups, for their headings.
    #[serde(skip)]
    pub groups: Vec<Group>,
    /// Events in the log.
    pub events: usize,
    /// Events in the window.
    pub within: usize,
    /// The first moment and the last one of the log.
    pub span: (String, String),
    /// What was found, in order of time.
    pub flags: Vec<Flag>,
}

/// Addresses and hours that an actor had outside of the window.
#[derive(Default)]
struct Habit {
    addresses: BTreeSet<String>,
    hours: BTreeSet<u8>,
    events: usize,
}

/// How many events make a habit.
const HABIT: usize = 5;

impl Flags {
    /// Looks through `entries`, which are in order of time.
    ///
    /// # Errors
    /// If the compiled-in words are not of the form, which a test rules out.
    pub fn of(entries: &[Entry], frame: &Frame) -> Result<Self> {
        let words: Words = toml::from_str(FILE).map_err(|e| {
            Error::new(Kind::Internal, "incidents/audit.toml is not valid").because(e)
        })?;
        let within = |e: &&Entry| {
            let day = e.time.get(..10).unwrap_or_default();
            (frame.from.is_empty() || day >= frame.from.as_str())
                && (frame.to.is_empty() || day <= frame.to.as_str())
        };
        let mut habits: BTreeMap<&str, Habit> = BTreeMap::new();
        for entry in entries.iter().filter(|e| !within(e)) {
            let habit = habits.entry(&entry.actor_id).or_default();
            habit.addresses.insert(entry.address.clone());
            habit.hours.extend(hour(entry));
            habit.events += 1;
        }
        let inside: Vec<&Entry> = entries.iter().filter(within).collect();
        let flags = inside.iter().filter_map(|e| flag(e, &words, &habits, frame)).collect();
        let moment = |e: Option<&Entry>| e.map(|e| e.time.clone()).unwrap_or_default();
        Ok(Self {
            groups: words.group.clone(),
            events: entries.len(),
            within: inside.len(),
            span: (moment(entries.first()), moment(entries.last())),
            flags,
        })
    }
}

fn flag(
    entry: &Entry,
    words: &Words,
    habits: &BTreeMap<&str, Habit>,
    frame: &Frame,
) -> Option<Flag> {
    let group = words.group.iter().find(|g| g.actions.iter().any(|a| begins(&entry.action, a)));
    let mut why: Vec<String> = group.map(|g| g.why.clone()).into_iter().collect();
    let mut look = group.is_some_and(|g| g.look);
    let mut odd = |reason: String| {
        look = true;
        why.push(reason);
    };
    if is_unregistered(entry) {
        odd(words.unregistered.clone());
    } else if !words.actors.contains(&entry.actor_type) {
        odd(format!("the actor is of the kind `{}`, which is not known", entry.actor_type));
    }
    if let Some(reason) = unusual_address(entry, habits, frame) {
        odd(reason);
    }
    if let Some(reason) = unusual_hour(entry, habits, frame) {
        odd(reason);
    }
    if entry.success == Some(false) && group.is_some() {
        why.push("it failed".into());
    }
    if why.is_empty() {
        return None;
    }
    let group = group.map_or("actor", |g| &g.id).to_owned();
    Some(Flag { group, look, why, event: entry.clone() })
}

fn begins(action: &str, pattern: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(part) => action.contains(part),
        None => action.starts_with(pattern),
    }
}

fn is_unregistered(entry: &Entry) -> bool {
    let zero =
        entry.actor_id.len() == 36 && entry.actor_id.bytes().all(|b| b == b'0' || b == b'-');
    let said = |text: &str| text.to_ascii_lowercase().contains("unregistered");
    zero || said(&entry.actor_type) || said(&entry.actor)
}

fn unusual_address(
    entry: &Entry,
    habits: &BTreeMap<&str, Habit>,
    frame: &Frame,
) -> Option<String> {
    let address = &entry.address;
    if address.is_empty() || frame.addresses.iter().any(|a| address.starts_with(a.as_str())) {
        return None;
    }
    if !frame.addresses.is_empty() {
        return Some(format!("{address} is none of the addresses that you named"));
    }
    let habit = habits.get(entry.actor_id.as_str()).filter(|h| h.events >= HABIT)?;
    (!habit.addresses.contains(address))
        .then(|| format!("{address} was never this actor's outside of the window"))
}

fn unusual_hour(entry: &Entry, habits: &BTreeMap<&str, Habit>, frame: &Frame) -> Option<String> {
    let hour = hour(entry).filter(|_| entry.actor_type == "user")?;
    if let Some((start, end)) = frame.hours {
        let inside =
            if start <= end { (start..end).contains(&hour) } else { hour >= start || hour < end };
        return (!inside).then(|| format!("{hour}:00 UTC is outside of the hours that you named"));
    }
    let habit = habits.get(entry.actor_id.as_str()).filter(|h| h.events >= 4 * HABIT)?;
    let near = habit.hours.iter().any(|h| h.abs_diff(hour) <= 2 || h.abs_diff(hour) >= 22);
    (!near)
        .then(|| format!("{hour}:00 UTC is far from every hour at which this actor was seen else"))
}

/// The hour of an ISO 8601 moment.
fn hour(entry: &Entry) -> Option<u8> {
    entry.time.get(11..13)?.parse().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    fn entry(action: &str, time: &str) -> Entry {
        Entry {
            id: time.into(),
            time: time.into(),
            action: action.into(),
            actor: "ann".into(),
            actor_id: "u1".into(),
            actor_type: "user".into(),
            address: "203.0.113.1".into(),
            ..Entry::default()
        }
    }

    #[test]
    fn habits_show_new_addresses_and_hours() {
        let mut entries: Vec<Entry> = (1..=28)
            .map(|d| entry("workflow.job.start", &format!("2022-11-{d:02}T10:00:00Z")))
            .collect();
        entries.push(entry("workflow.job.start", "2022-12-22T10:30:00Z"));
        let mut odd = entry("context.env_var.store", "2022-12-23T03:00:00Z");
        odd.address = "198.51.100.7".into();
        entries.push(odd);
        let frame =
            Frame { from: "2022-12-21".into(), to: "2023-01-04".into(), ..Frame::default() };
        let flags = Flags::of(&entries, &frame).unwrap();
        assert_eq!((flags.events, flags.within, flags.flags.len()), (30, 2, 1));
        let why = flags.flags.first().unwrap().why.join(" ");
        assert!(why.contains("198.51.100.7") && why.contains("3:00 UTC"), "{why}");
    }

    #[test]
    fn unregistered_and_unknown_actors_are_told_apart() {
        let mut one = entry("workflow.job.start", "2022-12-22T10:30:00Z");
        one.actor_type = "unregistered".into();
        let mut two = one.clone();
        two.actor_type = "martian".into();
        let flags = Flags::of(&[one, two], &Frame::default()).unwrap();
        assert!(flags.flags.first().unwrap().why.join(" ").contains("Dependabot"));
        assert!(flags.flags.last().unwrap().why.join(" ").contains("martian"));
    }
}
