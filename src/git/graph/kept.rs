//! A graph in a form that can be kept for the next run: commits, and of the trees only those that
//! lead to a wanted blob. Objects are named by their rows in a list of all names, which stay the
//! same however the store is packed.

use super::collector::{Collector, Part};
use super::paths::has;
use super::{Graph, HOLDS, NONE, Row, WANTED};
use std::collections::{HashMap, HashSet};

/// Commits, and trees that lead to wanted blobs.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Row, row of the tree, time, and rows of the parents.
    pub commits: Vec<(u32, u32, i64, Vec<u32>)>,
    /// Row of a tree, and its links: row of the object, place of the name.
    pub trees: Vec<(u32, Vec<(u32, u32)>)>,
    /// Names.
    pub names: Vec<Vec<u8>>,
    /// Rows of the blobs that were wanted.
    pub wanted: Vec<u32>,
}

impl Graph {
    /// What to keep of it. `row` gives the row of a number; `None` if it does not know one.
    pub fn keep(&self, row: &dyn Fn(u32) -> Option<u32>) -> Option<Kept> {
        let wanted: Option<Vec<u32>> = self.wanted.iter().map(|&n| row(n)).collect();
        let mut kept = Kept { wanted: wanted?, ..Kept::default() };
        kept.wanted.sort_unstable();
        let mut places: HashMap<u32, u32> = HashMap::new();
        let marks = self.marks();
        for tree in (0..self.places.len() as u32).filter(|&tree| has(marks, tree, HOLDS)) {
            let mut links = Vec::new();
            for &(child, name) in self.links(tree) {
                if has(marks, child, HOLDS | WANTED) {
                    let next = places.len() as u32;
                    let place = *places.entry(name).or_insert(next);
                    if place == next {
                        kept.names.push(self.names.get(name).to_vec());
                    }
                    links.push((row(child)?, place));
                }
            }
            kept.trees.push((row(tree)?, links));
        }
        for (commit, at) in self.rows.iter().zip(0..) {
            let parents = self.parents(at).iter().filter_map(|&p| self.rows.get(p as usize));
            let parents: Option<Vec<u32>> = parents.map(|p| row(p.number)).collect();
            let tree = if commit.tree == NONE { NONE } else { row(commit.tree)? };
            kept.commits.push((row(commit.number)?, tree, commit.time, parents?));
        }
        Some(kept)
    }
}

impl Collector {
    /// Takes in what was kept. `now` gives the present number of a row; answers whether it knew all
    /// of them.
    pub fn recall(&mut self, kept: &Kept, now: &dyn Fn(u32) -> Option<u32>) -> bool {
        self.try_recall(kept, now).is_some()
    }

    fn try_recall(&mut self, kept: &Kept, now: &dyn Fn(u32) -> Option<u32>) -> Option<()> {
        let wanted: Option<HashSet<u32>> = kept.wanted.iter().map(|&n| now(n)).collect();
        self.recalled = wanted?;
        let names: Vec<u32> = kept.names.iter().map(|n| self.names().recall(n)).collect();
        let mut part = self.part();
        let Part { commits, links: all, lookups, .. } = &mut *part;
        let mut ticket = |row: u32| Some(lookups.known(now(row)?));
        for (number, tree, time, parents) in &kept.commits {
            let tree = if *tree == NONE { None } else { Some(ticket(*tree)?) };
            let parents: Option<Vec<u32>> = parents.iter().map(|&p| ticket(p)).collect();
            let tree = tree.unwrap_or(NONE);
            commits.push((Row { number: now(*number)?, tree, time: *time }, parents?));
        }
        for (tree, links) in &kept.trees {
            all.trees.push((now(*tree)?, all.links.len() as u32));
            for (child, name) in links {
                all.links.push((ticket(*child)?, *names.get(*name as usize)?));
            }
        }
        Some(())
    }
}

impl super::Names {
    /// The number of a name that was scanned in an earlier run.
    pub(super) fn recall(&self, name: &[u8]) -> u32 {
        self.meet(name, u32::MAX)
    }
}
