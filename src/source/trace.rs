//! Everything that the history tells of a few blobs: what `stanch where` prints.

use super::attribution::{Who, at_head, classes, graph_of, peeled};
use super::inventory::tips;
use super::sites::Lost;
use crate::error::Result;
use crate::git::graph::Graph;
use crate::git::{Repo, Where};
use crate::model::{Budget, Carrier, Introduction, ObjectId, Stay, Trail};
use std::collections::HashMap;

/// Follows the blobs `wanted`, which all hold one secret, through the history at `place`.
///
/// # Errors
/// If the repository or its refs cannot be read.
pub fn trace(place: &Where, wanted: &[ObjectId], budget: &Budget) -> Result<Trail> {
    Tracer::open(place, wanted, budget)?.trail(wanted)
}

/// The commits and trees of a repository, read once to follow many secrets.
pub struct Tracer {
    repo: Repo,
    graph: Graph,
    class: Vec<u8>,
    order: Vec<u32>,
    lost: Lost,
}

impl Tracer {
    /// Reads the history at `place`, to be asked about no other blobs than `wanted`.
    ///
    /// # Errors
    /// If the repository or its refs cannot be read.
    pub fn open(place: &Where, wanted: &[ObjectId], budget: &Budget) -> Result<Self> {
        let repo = Repo::at(place)?;
        let lost = Lost::default();
        let graph = graph_of(&repo, &wanted.iter().copied().collect(), budget, &lost)?;
        let class = classes(&repo, &graph, &tips(&repo)?, &lost)?;
        let order = graph.order(&class);
        Ok(Self { repo, graph, class, order, lost })
    }

    /// Follows the blobs `wanted`, which all hold one secret.
    ///
    /// # Errors
    /// If the refs of the repository cannot be read.
    pub fn trail(&mut self, wanted: &[ObjectId]) -> Result<Trail> {
        self.graph.ask(wanted);
        let Self { repo, graph, class, order, lost } = &*self;
        let holds = graph.holders();
        let carried = carried(graph, order, &holds);
        let head = repo.head()?.and_then(|id| graph.row(&id));
        let is = |set: &[bool], row: u32| set.get(row as usize).copied().unwrap_or(false);
        let mut who = Who::new(repo, lost);
        let mut brought = |row| graph.commit(row).and_then(|id| who.brought(id));
        let still = head.is_some_and(|row| is(&holds, row));
        let logged = graph.ancestors(&repo.logged()?);
        let holding = || (0..graph.commits() as u32).filter(|&row| is(&holds, row));
        let trail = Trail {
            introduced: order.iter().find(|&&row| is(&holds, row)).and_then(|&row| brought(row)),
            removed: head
                .filter(|_| !still)
                .and_then(|head| removal(graph, head, order, &holds))
                .and_then(&mut brought),
            at_head: still,
            stays: self.stays(&mut brought)?,
            carriers: carriers(repo, graph, &holds, &carried, lost)?,
            in_reflog: holding().any(|row| is(&logged, row)),
            is_unreachable: holding().any(|row| class.get(row as usize) == Some(&2)),
            commits: holding().count(),
            gaps: Vec::new(),
        };
        Ok(Trail { gaps: lost.told(), ..trail })
    }

    fn stays(&self, brought: &mut dyn FnMut(u32) -> Option<Introduction>) -> Result<Vec<Stay>> {
        let here = at_head(&self.repo, &self.graph, &self.lost)?;
        let mut stays: Vec<Stay> = Vec::new();
        let mut rows: HashMap<Vec<u8>, usize> = HashMap::new();
        for stand in self.graph.stands(&self.order) {
            let at_head = here.contains(&(stand.blob, stand.path.clone()));
            let row = *rows.entry(stand.path.clone()).or_insert(stays.len());
            match stays.get_mut(row) {
                Some(known) => known.at_head |= at_head,
                None => stays.push(Stay {
                    introduced: brought(stand.row),
                    path: stand.path,
                    blob: stand.blob,
                    at_head,
                }),
            }
        }
        Ok(stays)
    }
}

/// For each commit, whether it or one before it holds what is wanted.
fn carried(graph: &Graph, order: &[u32], holds: &[bool]) -> Vec<bool> {
    let mut carried = holds.to_vec();
    for &row in order {
        let before = graph.parents(row).iter().any(|&p| carried.get(p as usize) == Some(&true));
        if before && let Some(slot) = carried.get_mut(row as usize) {
            *slot = true;
        }
    }
    carried
}

/// The last commit up to HEAD that lacks what a parent of it holds.
fn removal(graph: &Graph, head: u32, order: &[u32], holds: &[bool]) -> Option<u32> {
    let before_head = graph.ancestors(graph.commit(head).as_slice());
    let is = |set: &[bool], row: u32| set.get(row as usize).copied().unwrap_or(false);
    let removes = |row: u32| {
        is(&before_head, row)
            && !is(holds, row)
            && graph.parents(row).iter().any(|&parent| is(holds, parent))
    };
    order.iter().rev().copied().find(|&row| removes(row))
}

/// The refs whose history holds what is wanted.
fn carriers(
    repo: &Repo,
    graph: &Graph,
    holds: &[bool],
    carried: &[bool],
    lost: &Lost,
) -> Result<Vec<Carrier>> {
    let mut carriers = Vec::new();
    for named in repo.refs()?.refs {
        let peeled = peeled(repo, graph, named.id, lost);
        let Some(row) = peeled.and_then(|id| graph.row(&id)) else { continue };
        if carried.get(row as usize) == Some(&true) {
            let at_tip = holds.get(row as usize) == Some(&true);
            carriers.push(Carrier { name: named.name, at_tip });
        }
    }
    Ok(carriers)
}
