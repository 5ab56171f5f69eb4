//! Who holds what: commits, their trees, and the trees in them, kept small enough to hold all of
//! a history in memory. Filled by many threads while a store is read; asked afterwards where a
//! few blobs stand.
//!
//! | file | what it does |
//! |---|---|
//! | `collector` | takes in commits and trees |
//! | `lookups` | the objects that they name |
//! | `parsed` | the entries of a tree, by what differs from another |
//! | `names` | the names in trees |
//! | `order` | commits, parents before children |
//! | `kept` | what of it outlasts a run |
//! | `paths` | the paths of blobs, and who brought them in |

mod collector;
mod kept;
mod lookups;
mod names;
mod order;
mod parsed;
mod paths;

pub use collector::{Collected, Collector};
pub use kept::Kept;
pub use names::Names;
pub use parsed::{Link, Parsed};
pub use paths::Stand;

use super::numbers::Numbers;
use crate::model::ObjectId;
use std::collections::HashSet;
use std::sync::OnceLock;

/// Of an object: it is wanted.
const WANTED: u8 = 1;
/// Of a tree: it holds what is wanted, itself or in a folder.
const HOLDS: u8 = 2;

/// No tree, no commit.
const NONE: u32 = u32::MAX;

/// A commit.
#[derive(Debug, Clone, Copy)]
struct Row {
    number: u32,
    tree: u32,
    time: i64,
}

/// Links of trees, one after another.
#[derive(Default)]
struct Links {
    /// Number of the tree, and where its links start.
    trees: Vec<(u32, u32)>,
    /// Object and name.
    links: Vec<(u32, u32)>,
}

impl Links {
    fn push(&mut self, tree: u32, links: &[Link]) {
        if !links.is_empty() {
            self.trees.push((tree, self.links.len() as u32));
            self.links.extend(links.iter().map(|l| (l.child, l.name)));
        }
    }

    /// Each tree with its links.
    fn each(&self) -> impl Iterator<Item = (u32, &[(u32, u32)])> {
        let ends = self.trees.iter().skip(1).map(|(_, start)| *start as usize);
        let ends = ends.chain([self.links.len()]);
        self.trees.iter().zip(ends).map(|((tree, start), end)| {
            (*tree, self.links.get(*start as usize..end).unwrap_or_default())
        })
    }
}

/// Commits and trees of a store.
pub struct Graph {
    numbers: Numbers,
    names: Names,
    wanted: HashSet<u32>,
    /// Commits by row, sorted by number.
    rows: Vec<Row>,
    /// Parents of row `i` are `parents[starts[i]..starts[i + 1]]`, as rows.
    starts: Vec<u32>,
    parents: Vec<u32>,
    /// The parts that threads made.
    parts: Vec<Links>,
    /// For each object: which part has its links, and where they start and end.
    places: Vec<(u16, u32, u32)>,
    /// What [`Graph::marks`] has found.
    marks: OnceLock<Vec<u8>>,
}

type Part = (Vec<(Row, Vec<u32>)>, Links);

impl Graph {
    fn new(numbers: Numbers, names: Names, wanted: HashSet<u32>, parts: Vec<Part>) -> Self {
        let (commits, parts): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        let mut commits: Vec<(Row, Vec<u32>)> = commits.into_iter().flatten().collect();
        commits.sort_unstable_by_key(|(row, _)| row.number);
        commits.dedup_by_key(|(row, _)| row.number);
        let rows: Vec<Row> = commits.iter().map(|(row, _)| *row).collect();
        let (mut starts, mut parents) = (vec![0], Vec::new());
        for (_, above) in &commits {
            let found = above.iter().filter_map(|&n| row_of(&rows, n));
            parents.extend(found);
            starts.push(parents.len() as u32);
        }
        let places = if wanted.is_empty() { Vec::new() } else { places(&parts, numbers.len()) };
        Self {
            numbers,
            names,
            wanted,
            rows,
            starts,
            parents,
            parts,
            places,
            marks: OnceLock::new(),
        }
    }

    /// Every object of the store.
    pub fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    /// From here on, tells of these blobs only, all of which the collector was asked for.
    pub fn ask(&mut self, blobs: &[ObjectId]) {
        self.wanted = blobs.iter().filter_map(|id| self.numbers.find(id)).collect();
        self.marks = OnceLock::new();
    }

    /// How many commits there are.
    pub fn commits(&self) -> usize {
        self.rows.len()
    }

    /// The commit of `row`.
    pub fn commit(&self, row: u32) -> Option<ObjectId> {
        self.numbers.id(self.rows.get(row as usize)?.number)
    }

    /// The row of a commit.
    pub fn row(&self, commit: &ObjectId) -> Option<u32> {
        row_of(&self.rows, self.numbers.find(commit)?)
    }

    /// The rows of the parents of `row`.
    pub fn parents(&self, row: u32) -> &[u32] {
        let at = row as usize;
        let (Some(&from), Some(&to)) = (self.starts.get(at), self.starts.get(at + 1)) else {
            return &[];
        };
        self.parents.get(from as usize..to as usize).unwrap_or_default()
    }

    /// For each row, whether it is reached from `tips`.
    pub fn ancestors(&self, tips: &[ObjectId]) -> Vec<bool> {
        let mut seen = vec![false; self.rows.len()];
        let mut todo: Vec<u32> = tips.iter().filter_map(|id| self.row(id)).collect();
        while let Some(row) = todo.pop() {
            if let Some(slot) = seen.get_mut(row as usize)
                && !std::mem::replace(slot, true)
            {
                todo.extend(self.parents(row));
            }
        }
        seen
    }

    /// Object and name of each link of a tree.
    fn links(&self, tree: u32) -> &[(u32, u32)] {
        let Some(&(part, from, to)) = self.places.get(tree as usize) else { return &[] };
        let part = self.parts.get(usize::from(part));
        part.and_then(|p| p.links.get(from as usize..to as usize)).unwrap_or_default()
    }
}

fn row_of(rows: &[Row], number: u32) -> Option<u32> {
    rows.binary_search_by_key(&number, |row| row.number).ok().map(|at| at as u32)
}

/// Where the links of each object are.
fn places(parts: &[Links], objects: usize) -> Vec<(u16, u32, u32)> {
    let mut places = vec![(0, 0, 0); objects];
    for (nth, part) in (0u16..).zip(parts) {
        let mut from = 0;
        for (tree, links) in part.each() {
            let to = from + links.len() as u32;
            if let Some(slot) = places.get_mut(tree as usize) {
                *slot = (nth, from, to);
            }
            from = to;
        }
    }
    places
}
