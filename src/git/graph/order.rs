//! Commits in an order that no clock can turn round.

use super::Graph;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

impl Graph {
    /// All rows, parents before children; among those that may come next, those of the lowest
    /// `class` first, then the oldest.
    pub fn order(&self, class: &[u8]) -> Vec<u32> {
        let count = self.commits();
        let mut waits: Vec<u32> =
            (0..count as u32).map(|r| self.parents(r).len() as u32).collect();
        let (starts, children) = self.children();
        let by_name = self.numbers.are_by_name();
        let rank = |row: u32| {
            let time = self.rows.get(row as usize).map_or(0, |r| r.time);
            // The name settles a tie in the same way however the store is packed; where rows are in
            // the order of names they do, and no name needs to be looked at.
            let name = || self.commit(row)?.as_bytes().first_chunk::<8>().copied();
            let name = if by_name { None } else { name() };
            Reverse((class.get(row as usize).copied().unwrap_or(u8::MAX), time, name, row))
        };
        let free = (0..count as u32).filter(|&row| self.parents(row).is_empty());
        let mut ready: BinaryHeap<_> = free.map(rank).collect();
        let mut order = Vec::with_capacity(count);
        while let Some(Reverse((_, _, _, row))) = ready.pop() {
            order.push(row);
            let (from, to) = (starts[row as usize], starts[row as usize + 1]);
            for &child in &children[from as usize..to as usize] {
                let left = &mut waits[child as usize];
                *left = left.saturating_sub(1);
                if *left == 0 {
                    ready.push(rank(child));
                }
            }
        }
        order
    }

    /// Children of row `i` are the second list from `starts[i]` to `starts[i + 1]`.
    pub(super) fn children(&self) -> (Vec<u32>, Vec<u32>) {
        let count = self.commits();
        let mut starts = vec![0u32; count + 1];
        self.parents.iter().for_each(|&p| starts[p as usize + 1] += 1);
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut next = starts.clone();
        let mut children = vec![0; self.parents.len()];
        for row in 0..count as u32 {
            for &parent in self.parents(row) {
                let slot = &mut next[parent as usize];
                children[*slot as usize] = row;
                *slot += 1;
            }
        }
        (starts, children)
    }
}
