//! The paths at which wanted blobs stand, each with the first commit that has it there.

use super::{Graph, HOLDS, Links, NONE, WANTED};
use crate::git::tree::join;
use crate::model::ObjectId;
use std::collections::{HashMap, HashSet};

/// Folders gone into for one commit; trees that refer to one another in bulk have no end of them.
const MAX_FOLDERS: usize = 1 << 20;
/// Paths told for one commit, for the same reason.
const MAX_PATHS: usize = 1 << 14;
/// Passes over all links, before folders count as deep.
const PASSES: usize = 32;

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

/// Trees that were gone into, each at a path. Nearly all stand at one path only.
struct Done {
    /// For each object the path that it was met at first, and two more: 0 is none.
    first: Vec<u32>,
    others: HashSet<(u32, u32)>,
}

impl Done {
    fn new(objects: usize) -> Self {
        Self { first: vec![0; objects], others: HashSet::new() }
    }

    /// Whether `tree` is met at `path` for the first time.
    fn is_new(&mut self, path: u32, tree: u32) -> bool {
        let code = path.wrapping_add(2);
        match self.first.get_mut(tree as usize) {
            Some(first) if *first == 0 => {
                *first = code;
                true
            }
            Some(first) if *first == code => false,
            _ => self.others.insert((path, tree)),
        }
    }
}

impl Graph {
    /// Every path of every wanted blob, with the first commit of `order` that has it there.
    pub fn stands(&self, order: &[u32]) -> Vec<Stand> {
        let mut paths = Paths::default();
        let mut done = Done::new(self.places.len());
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
            self.descend(root, &mut paths, &mut Done::new(self.places.len()), &mut add);
        }
        let spelled = |(blob, path)| Some((self.numbers.id(blob)?, self.spell(&paths, path)));
        found.into_iter().filter_map(spelled).collect()
    }

    /// Goes into every tree below `root` that holds something and is not `done` at its path.
    fn descend(
        &self,
        root: u32,
        paths: &mut Paths,
        done: &mut Done,
        hit: &mut dyn FnMut(u32, u32),
    ) {
        let marks = self.marks();
        let mut todo = vec![(NONE, root)];
        let (mut folders, mut hits) = (0, 0);
        while let Some((path, tree)) = todo.pop() {
            if !has(marks, tree, HOLDS) || !done.is_new(path, tree) {
                continue;
            }
            folders += 1;
            if folders > MAX_FOLDERS || hits > MAX_PATHS {
                return;
            }
            for &(child, name) in self.links(tree) {
                if has(marks, child, WANTED) {
                    hits += 1;
                    hit(child, paths.below(path, name));
                }
                if has(marks, child, HOLDS) {
                    todo.push((paths.below(path, name), child));
                }
            }
        }
    }

    /// The wanted objects that the trees of the rows `from`, or the trees `roots`, lead to.
    pub fn reached(&self, from: &[bool], roots: &[ObjectId]) -> Vec<ObjectId> {
        let mut seen = vec![0; self.places.len()];
        let rows = self.rows.iter().zip(from).filter(|(_, from)| **from).map(|(row, _)| row.tree);
        let mut todo: Vec<u32> = roots.iter().filter_map(|id| self.numbers.find(id)).collect();
        todo.extend(rows);
        while let Some(object) = todo.pop() {
            if !set(&mut seen, object, SEEN) {
                todo.extend(self.links(object).iter().map(|link| link.0));
            }
        }
        let wanted = self.wanted.iter().filter(|&&object| has(&seen, object, SEEN));
        wanted.filter_map(|&object| self.numbers.id(object)).collect()
    }

    /// For each row, whether its tree holds a wanted blob.
    pub fn holders(&self) -> Vec<bool> {
        let marks = self.marks();
        self.rows.iter().map(|row| has(marks, row.tree, HOLDS)).collect()
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

    /// For each object, whether it is wanted, and whether it is a tree that holds what is wanted,
    /// itself or in a folder.
    pub(super) fn marks(&self) -> &[u8] {
        self.marks.get_or_init(|| self.find_marks())
    }

    /// Folders are seldom deep, so a few passes over all links, in the order in which they lie in
    /// memory, mark every tree that holds something.
    fn find_marks(&self) -> Vec<u8> {
        let mut marks = vec![0; self.places.len()];
        self.wanted.iter().for_each(|&object| _ = set(&mut marks, object, WANTED));
        if (0..PASSES).any(|_| !self.pass(&mut marks)) { marks } else { self.marked_deep(marks) }
    }

    /// Marks each tree that leads to something marked; answers whether there was a new one.
    fn pass(&self, marks: &mut [u8]) -> bool {
        let mut new = false;
        for (tree, links) in self.parts.iter().flat_map(Links::each) {
            if !has(marks, tree, HOLDS) && links.iter().any(|l| has(marks, l.0, HOLDS | WANTED)) {
                new |= !set(marks, tree, HOLDS);
            }
        }
        new
    }

    /// The same however deep the folders are. A stack takes the place of recursion, which a deep
    /// tree would not let end well.
    fn marked_deep(&self, mut marks: Vec<u8>) -> Vec<u8> {
        let mut stack: Vec<(u32, usize)> = Vec::new();
        for tree in 0..self.places.len() as u32 {
            if !set(&mut marks, tree, SEEN) {
                stack.push((tree, 0));
            }
            while let Some((tree, next)) = stack.last_mut() {
                let links = self.links(*tree);
                let rest = links.get(*next..).unwrap_or_default();
                if let Some(nth) = rest.iter().position(|link| !set(&mut marks, link.0, SEEN)) {
                    let child = rest.get(nth).map_or(NONE, |link| link.0);
                    *next += nth + 1;
                    stack.push((child, 0));
                    continue;
                }
                // All that it leads to has been looked at by now.
                if links.iter().any(|link| has(&marks, link.0, HOLDS | WANTED)) {
                    set(&mut marks, *tree, HOLDS);
                }
                stack.pop();
            }
        }
        marks
    }
}

/// Of a tree while marks are found: it was met.
const SEEN: u8 = 4;

pub(super) fn has(marks: &[u8], at: u32, mark: u8) -> bool {
    marks.get(at as usize).is_some_and(|marks| marks & mark != 0)
}

/// Sets a mark; answers whether it was set, as what there is no room for is.
fn set(marks: &mut [u8], at: u32, mark: u8) -> bool {
    marks
        .get_mut(at as usize)
        .is_none_or(|marks| std::mem::replace(marks, *marks | mark) & mark != 0)
}
