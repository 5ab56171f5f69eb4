//! The paths at which wanted blobs stand, each with the first commit that has it there.

use super::{Graph, NONE};
use crate::git::tree::join;
use crate::model::ObjectId;
use std::collections::{HashMap, HashSet};

/// Folders gone into for one commit; trees that refer to one another in bulk have no end of them.
const MAX_FOLDERS: usize = 1 << 20;
/// Paths told for one commit, for the same reason.
const MAX_PATHS: usize = 1 << 14;

/// A blob at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stand {
    /// The blob.
    pub blob: ObjectId,
    /// The path.
    pub path: Vec<u8>,
    /// The row of the first commit of the order that has it there.
    pub row: u32,
}

/// Paths as chains of names: the path above, and the name.
#[derive(Default)]
struct Paths {
    numbers: HashMap<(u32, u32), u32>,
    steps: Vec<(u32, u32)>,
}

impl Paths {
    fn below(&mut self, path: u32, name: u32) -> u32 {
        let next = self.steps.len() as u32;
        let number = *self.numbers.entry((path, name)).or_insert(next);
        if number == next {
            self.steps.push((path, name));
        }
        number
    }
}

impl Graph {
    /// Every path of every wanted blob, with the first commit of `order` that has it there.
    pub fn stands(&self, order: &[u32]) -> Vec<Stand> {
        let mut paths = Paths::default();
        let mut done: HashSet<(u32, u32)> = HashSet::new();
        let mut found: HashSet<(u32, u32)> = HashSet::new();
        let mut first = Vec::new();
        for &row in order {
            let Some(root) = self.rows.get(row as usize).map(|r| r.tree) else { continue };
            self.descend(root, &mut paths, &mut done, &mut |blob, path| {
                if found.insert((blob, path)) {
                    first.push((blob, path, row));
                }
            });
        }
        let stand = |(blob, path, row)| {
            Some(Stand { blob: self.numbers.id(blob)?, path: self.spell(&paths, path), row })
        };
        first.into_iter().filter_map(stand).collect()
    }

    /// Every wanted blob below the tree `root`, with its path there.
    pub fn below(&self, root: &ObjectId) -> Vec<(ObjectId, Vec<u8>)> {
        let mut paths = Paths::default();
        let mut found = Vec::new();
        if let Some(root) = self.numbers.find(root) {
            let mut add = |blob, path| found.push((blob, path));
            self.descend(root, &mut paths, &mut HashSet::new(), &mut add);
        }
        let spelled = |(blob, path)| Some((self.numbers.id(blob)?, self.spell(&paths, path)));
        found.into_iter().filter_map(spelled).collect()
    }

    /// Goes into every tree below `root` that holds something and is not `done` at its path.
    fn descend(
        &self,
        root: u32,
        paths: &mut Paths,
        done: &mut HashSet<(u32, u32)>,
        hit: &mut dyn FnMut(u32, u32),
    ) {
        let holds = self.holding();
        let mut todo = vec![(NONE, root)];
        let (mut folders, mut hits) = (0, 0);
        while let Some((path, tree)) = todo.pop() {
            if !is_set(holds, tree) || !done.insert((path, tree)) {
                continue;
            }
            folders += 1;
            if folders > MAX_FOLDERS || hits > MAX_PATHS {
                return;
            }
            for &(child, name) in self.links(tree) {
                if self.wanted.contains(&child) {
                    hits += 1;
                    hit(child, paths.below(path, name));
                } else if is_set(holds, child) {
                    todo.push((paths.below(path, name), child));
                }
            }
        }
    }

    /// For each row, whether its tree holds a wanted blob.
    pub fn holders(&self) -> Vec<bool> {
        let holds = self.holding();
        self.rows.iter().map(|row| is_set(holds, row.tree)).collect()
    }

    fn spell(&self, paths: &Paths, path: u32) -> Vec<u8> {
        let mut names = Vec::new();
        let mut at = path;
        while let Some(&(above, name)) = paths.steps.get(at as usize) {
            names.push(self.names.get(name));
            at = above;
        }
        names.iter().rev().fold(Vec::new(), |path, name| join(&path, name))
    }

    /// For each object, whether it is a tree that holds a wanted blob, itself or in a folder.
    pub(super) fn holding(&self) -> &[bool] {
        self.holding.get_or_init(|| self.find_holding())
    }

    /// A stack takes the place of recursion, which a deep tree would not let end well.
    fn find_holding(&self) -> Vec<bool> {
        let mut holds = vec![false; self.places.len()];
        let mut seen = holds.clone();
        for &blob in &self.wanted {
            replace(&mut holds, blob);
            replace(&mut seen, blob);
        }
        let mut stack: Vec<(u32, usize)> = Vec::new();
        for tree in 0..self.places.len() as u32 {
            if !replace(&mut seen, tree) {
                stack.push((tree, 0));
            }
            while let Some((tree, next)) = stack.last_mut() {
                let links = self.links(*tree);
                let rest = links.get(*next..).unwrap_or_default();
                if let Some(nth) = rest.iter().position(|link| !replace(&mut seen, link.0)) {
                    let child = rest.get(nth).map_or(NONE, |link| link.0);
                    *next += nth + 1;
                    stack.push((child, 0));
                    continue;
                }
                // All that it leads to has been looked at by now.
                if links.iter().any(|link| is_set(&holds, link.0)) {
                    replace(&mut holds, *tree);
                }
                stack.pop();
            }
        }
        for &blob in &self.wanted {
            holds.get_mut(blob as usize).into_iter().for_each(|slot| *slot = false);
        }
        holds
    }
}

fn is_set(set: &[bool], at: u32) -> bool {
    set.get(at as usize).copied().unwrap_or(false)
}

/// Sets a flag; answers whether it was set, as what there is no flag for is.
fn replace(set: &mut [bool], at: u32) -> bool {
    set.get_mut(at as usize).is_none_or(|slot| std::mem::replace(slot, true))
}
