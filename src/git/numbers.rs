//! A number for every object of a store, without a table of its own: the indexes of the packs
//! serve, and a sorted list of what is loose.

use super::pack::Index;
use crate::model::ObjectId;
use std::sync::Arc;

/// The objects of a store, numbered.
#[derive(Default, Clone)]
pub struct Numbers {
    /// The indexes, and the number of the first object of each.
    packs: Vec<(u32, Arc<Index>)>,
    first_loose: u32,
    loose: Vec<ObjectId>,
}

impl Numbers {
    /// For these packs and loose objects, which are sorted.
    pub fn new(indexes: impl IntoIterator<Item = Arc<Index>>, loose: Vec<ObjectId>) -> Self {
        let mut next = 0;
        let mut packs = Vec::new();
        for index in indexes {
            let first = next;
            next += index.len() as u32;
            packs.push((first, index));
        }
        Self { packs, first_loose: next, loose }
    }

    /// The number of `id`. An object that several packs have has that of the first.
    pub fn find(&self, id: &ObjectId) -> Option<u32> {
        let packed = self.packs.iter().find_map(|(first, index)| Some(first + index.find(id)?));
        packed.or_else(|| Some(self.first_loose + self.loose.binary_search(id).ok()? as u32))
    }

    /// The object of a number.
    pub fn id(&self, number: u32) -> Option<ObjectId> {
        if let Some(at) = number.checked_sub(self.first_loose) {
            return self.loose.get(at as usize).copied();
        }
        let at = self.packs.partition_point(|(first, _)| *first <= number).checked_sub(1)?;
        let (first, index) = self.packs.get(at)?;
        index.id(number - first)
    }

    /// The number of the first object of pack `nth`.
    pub fn first_of(&self, nth: usize) -> u32 {
        self.packs.get(nth).map_or(self.first_loose, |(first, _)| *first)
    }

    /// Whether a pack before the `nth` has `id`.
    pub fn is_before(&self, nth: usize, id: &ObjectId) -> bool {
        self.packs.iter().take(nth).any(|(_, index)| index.find(id).is_some())
    }

    /// The loose objects, by number.
    pub fn loose(&self) -> &[ObjectId] {
        &self.loose
    }

    /// Bytes of an id. Packs are only numbered in SHA-1 repositories.
    pub fn width(&self) -> usize {
        self.loose.first().map_or(20, |id| id.as_bytes().len())
    }

    /// How many numbers there are.
    pub fn len(&self) -> usize {
        self.first_loose as usize + self.loose.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
