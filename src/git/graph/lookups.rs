//! The objects that others name, looked up many at a time: each look at the names of a store waits
//! for memory, and many looks can wait together.

use super::NONE;
use crate::git::Kind;
use crate::git::numbers::Numbers;
use crate::model::ObjectId;
use std::collections::BTreeMap;

/// How many are looked up together.
const TOGETHER: usize = 1 << 10;

/// How many objects are remembered.
const RECENT: usize = 1 << 12;

/// What one thread was told of. Each object gets a ticket at once and its number later.
#[derive(Default)]
pub(super) struct Lookups {
    /// The numbers of the first tickets; [`NONE`] of what is not here.
    numbers: Vec<u32>,
    waiting: Vec<Named>,
    /// What was named last, with its ticket: versions of a folder go back and forth.
    recent: Vec<Option<(ObjectId, Kind, u32)>>,
    /// Objects that are not here, and what they are named as.
    pub(super) missing: BTreeMap<ObjectId, Kind>,
    /// Commits by number, each with such an object.
    pub(super) lacking: Vec<(u32, ObjectId)>,
}

/// An object that was named.
struct Named {
    id: ObjectId,
    kind: Kind,
    /// By this commit, if it was one.
    commit: Option<u32>,
}

impl Lookups {
    /// A ticket for what a tree names.
    pub(super) fn in_tree(&mut self, numbers: &Numbers, id: &ObjectId, kind: Kind) -> u32 {
        if self.recent.is_empty() {
            self.recent.resize(RECENT, None);
        }
        let first = id.as_bytes().first_chunk().map_or(0, |b| u32::from_le_bytes(*b));
        let slot = first as usize % RECENT;
        if let Some((known, as_kind, ticket)) = &self.recent[slot]
            && known == id
            && *as_kind == kind
        {
            return *ticket;
        }
        let ticket = self.ask(numbers, Named { id: *id, kind, commit: None });
        self.recent[slot] = Some((*id, kind, ticket));
        ticket
    }

    /// A ticket for what a commit names.
    pub(super) fn in_commit(
        &mut self,
        numbers: &Numbers,
        id: &ObjectId,
        kind: Kind,
        commit: u32,
    ) -> u32 {
        self.ask(numbers, Named { id: *id, kind, commit: Some(commit) })
    }

    /// A ticket for what has this number; for when nothing has been asked yet.
    pub(super) fn known(&mut self, number: u32) -> u32 {
        self.numbers.push(number);
        self.numbers.len() as u32 - 1
    }

    /// The number that a ticket stands for, when all have been looked up.
    pub(super) fn number(&self, ticket: u32) -> u32 {
        self.numbers.get(ticket as usize).copied().unwrap_or(NONE)
    }

    fn ask(&mut self, numbers: &Numbers, named: Named) -> u32 {
        if self.waiting.len() >= TOGETHER {
            self.look_up(numbers);
        }
        self.waiting.push(named);
        (self.numbers.len() + self.waiting.len()) as u32 - 1
    }

    /// Looks up all that wait.
    pub(super) fn look_up(&mut self, numbers: &Numbers) {
        numbers.warm(self.waiting.iter().map(|named| &named.id));
        for Named { id, kind, commit } in self.waiting.drain(..) {
            let number = numbers.find(&id);
            self.numbers.push(number.unwrap_or(NONE));
            if number.is_none() {
                miss(&mut self.missing, id, kind);
                self.lacking.extend(commit.map(|commit| (commit, id)));
            }
        }
    }
}

/// Notes an object that is not here. Those who name it may not agree on what it is.
pub(super) fn miss(missing: &mut BTreeMap<ObjectId, Kind>, id: ObjectId, kind: Kind) {
    missing.entry(id).and_modify(|known| *known = kind.min(*known)).or_insert(kind);
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    #[test]
    fn every_ticket_gets_the_number_of_its_object() {
        let id =
            |n: u16| ObjectId::from_bytes(&[&n.to_be_bytes()[..], &[7; 18]].concat()).unwrap();
        let here: Vec<ObjectId> = (0..3000).step_by(2).map(id).collect();
        let numbers = Numbers::new([], here);
        let mut lookups = Lookups::default();
        let first = lookups.known(5);
        let mut tickets: Vec<(u32, u16)> = Vec::new();
        for n in (0..3000).chain([4, 5]) {
            tickets.push((lookups.in_tree(&numbers, &id(n), Kind::Blob), n));
            tickets.push((lookups.in_commit(&numbers, &id(n), Kind::Tree, u32::from(n)), n));
        }
        lookups.look_up(&numbers);
        assert_eq!((lookups.number(first), lookups.number(NONE)), (5, NONE));
        for (ticket, n) in tickets {
            let expected = if n % 2 == 0 { u32::from(n) / 2 } else { NONE };
            assert_eq!(lookups.number(ticket), expected, "{n}");
        }
        assert_eq!((lookups.missing.len(), lookups.lacking.len()), (1500, 1501));
        assert!(lookups.missing.values().all(|kind| *kind == Kind::Tree));
    }
}
