//! A number for every object of a store, without a table of its own: the indexes of the packs
//! serve, and a sorted list of what is loose.

use super::pack::Index;
use super::sorted::Ids;
use crate::model::ObjectId;
use rayon::prelude::*;
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

    /// The same with `more` objects, which get the place of loose ones.
    pub fn with(mut self, more: &[ObjectId]) -> Self {
        self.loose.extend_from_slice(more);
        self.loose.sort_unstable();
        self.loose.dedup();
        self
    }

    /// The number of `id`. An object that several packs have has that of the first.
    pub fn find(&self, id: &ObjectId) -> Option<u32> {
        let packed = self.packs.iter().find_map(|(first, index)| Some(first + index.find(id)?));
        packed.or_else(|| Some(self.first_loose + self.loose.binary_search(id).ok()? as u32))
    }

    /// Looks at the memory in which `ids` will be looked for: for one after the other one would wait
    /// each time.
    pub fn warm<'i>(&self, ids: impl Iterator<Item = &'i ObjectId> + Clone) {
        self.packs.iter().for_each(|(_, index)| index.warm(ids.clone()));
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

    /// Which pack gives `id` its number, and where in its index it stands.
    pub fn place(&self, id: &ObjectId) -> Option<(usize, u32)> {
        self.packs.iter().enumerate().find_map(|(nth, (_, index))| Some((nth, index.find(id)?)))
    }

    /// Whether a pack before the `nth` has `id`.
    pub fn is_before(&self, nth: usize, id: &ObjectId) -> bool {
        self.packs.iter().take(nth).any(|(_, index)| index.find(id).is_some())
    }

    /// The indexes of the packs.
    pub fn indexes(&self) -> impl Iterator<Item = &Index> {
        self.packs.iter().map(|(_, index)| &**index)
    }

    /// The loose objects, by number.
    pub fn loose(&self) -> &[ObjectId] {
        &self.loose
    }

    /// The names of all, each once.
    pub fn ids(&self) -> Option<Ids> {
        let mut names: Vec<ObjectId> = Vec::with_capacity(self.len());
        for (_, index) in &self.packs {
            names.extend((0..index.len() as u32).filter_map(|at| index.id(at)));
        }
        names.extend(&self.loose);
        if self.packs.len() > 1 || !self.loose.is_empty() {
            names.par_sort_unstable();
            names.dedup();
        }
        let mut bytes = Vec::with_capacity(names.len() * self.width());
        names.iter().for_each(|id| bytes.extend_from_slice(id.as_bytes()));
        Ids::new(bytes)
    }

    /// Whether the number of each object is its row among `ids`, and there are no others.
    pub fn are_rows_of(&self, ids: &Ids) -> bool {
        let [(_, index)] = self.packs.as_slice() else { return false };
        let same = |row: u32| self.id(row) == ids.id(row);
        self.loose.is_empty()
            && self.len() == ids.len()
            && match index.names() {
                Some(names) => names == ids.bytes(),
                None => (0..ids.len() as u32).into_par_iter().all(same),
            }
    }

    /// Whether numbers rise as names do.
    pub fn are_by_name(&self) -> bool {
        self.packs.len() + usize::from(!self.loose.is_empty()) == 1
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
