//! How the trees of a forest are shared out over threads: the heavy ones first, and what would
//! keep one thread busy for too long cut in parts.

use super::forest::Pack;
use crate::git::Kind;
use rayon::prelude::*;
use std::collections::HashSet;

/// What hangs on one object is cut off as work of its own if it weighs more than this, in bytes.
const LOAD: u64 = 64 << 20;
/// And what weighs less than this is never worth it: its bases are decoded once more.
const LEAST_LOAD: u64 = LOAD / 8;

/// What the threads share out.
pub(super) struct Plan {
    /// Roots, and objects whose trees are cut off: the heavy ones first.
    pub(super) work: Vec<u32>,
    /// How many heavy ones there are.
    pub(super) heavy: usize,
    /// The objects that are cut off, sorted.
    cut: Vec<u32>,
}

impl Plan {
    pub(super) fn new(pack: &Pack, kinds: &[Kind]) -> Self {
        let is_root = |&i: &u32| {
            pack.parent(i).is_none() && pack.kind(i).is_some_and(|kind| kinds.contains(&kind))
        };
        let roots: Vec<u32> = (0..pack.len()).into_par_iter().filter(is_root).collect();
        let (mut cut, mut heavy) = (Vec::new(), Vec::new());
        for &root in &roots {
            if let Some(load) = load(pack, root, u64::from(pack.weight(root)))
                && load >= LEAST_LOAD
            {
                heavy.push((load, root));
                if load > LOAD {
                    cut_off(pack, root, load, &mut cut);
                }
            }
        }
        let is_heavy: HashSet<u32> = heavy.iter().map(|h| h.1).collect();
        heavy.extend(cut.iter().copied());
        heavy.sort_unstable_by(|a, b| b.cmp(a));
        let mut work: Vec<u32> = heavy.iter().map(|h| h.1).collect();
        work.extend(roots.iter().filter(|root| !is_heavy.contains(root)));
        let mut cut: Vec<u32> = cut.into_iter().map(|c| c.1).collect();
        cut.sort_unstable();
        Self { work, heavy: heavy.len(), cut }
    }

    /// Whether what hangs on `object` is work of its own.
    pub(super) fn is_cut(&self, object: u32) -> bool {
        !self.cut.is_empty() && self.cut.binary_search(&object).is_ok()
    }
}

/// About how many bytes `weight` objects have that are made from `root`.
fn load(pack: &Pack, root: u32, weight: u64) -> Option<u64> {
    let (entry, _) = pack.entry(root).ok()?;
    Some(entry.size.saturating_mul(weight))
}

/// Cuts off what is heavy by itself, but light enough for one thread, of all that hangs on `root`.
fn cut_off(pack: &Pack, root: u32, load: u64, cut: &mut Vec<(u64, u32)>) {
    let each = load / u64::from(pack.weight(root)).max(1);
    let mut todo = vec![root];
    while let Some(i) = todo.pop() {
        for &child in pack.children_of(i) {
            let load = u64::from(pack.weight(child)).saturating_mul(each);
            if load > LOAD {
                todo.push(child);
            } else if load >= LEAST_LOAD {
                cut.push((load, child));
            }
        }
    }
}
