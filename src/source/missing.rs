//! What refs lead to and the store lacks. What only left-over objects name may be gone for good
//! reason.

use super::inventory::tips;
use super::nowhere::Nowhere;
use super::objects::unit_of;
use super::packed::Packed;
use super::reading::Held;
use super::sites::Lost;
use crate::error::Result;
use crate::git::object::Tag;
use crate::git::{Kind, Repo};
use crate::model::{Budget, ObjectId, Unit};
use std::collections::{BTreeSet, HashSet};

/// The objects missing in the store that was read, as far as refs lead to them. `None` if the store
/// is not that one any more.
///
/// # Errors
/// If the refs cannot be read.
pub(super) fn reached(
    repo: &Repo,
    held: &Held,
    budget: &Budget,
) -> Result<Option<BTreeSet<(ObjectId, Unit)>>> {
    let roots = roots(repo, held)?;
    let is_here = |id: &&ObjectId| held.graph.numbers().find(id).is_some();
    let mut gone: HashSet<ObjectId> = roots.iter().filter(|id| !is_here(id)).copied().collect();
    gone.extend(lacking(repo, held, &roots)?);
    // Trees name the others.
    let others = held.missing.iter().filter(|(_, kind)| **kind != Kind::Commit);
    let others: Vec<ObjectId> =
        others.map(|(id, _)| *id).filter(|id| !gone.contains(id)).collect();
    if !others.is_empty() {
        let Some(packed) = Packed::open(repo, None) else { return Ok(None) };
        // What cannot be read has been told of by the scan.
        let lost = &Lost::default();
        let wanted = others.iter().copied().collect();
        let graph = packed.with(&others).graph(&wanted, &Nowhere { budget, lost })?;
        gone.extend(graph.reached(&graph.ancestors(&roots), &roots));
    }
    let kind = |id: &ObjectId| held.missing.get(id).copied().unwrap_or(Kind::Commit);
    Ok(Some(gone.into_iter().map(|id| (id, unit_of(kind(&id)))).collect()))
}

/// What refs and HEADs lead to, tags and what is behind them.
fn roots(repo: &Repo, held: &Held) -> Result<Vec<ObjectId>> {
    let mut roots = tips(repo)?;
    let mut seen: HashSet<ObjectId> = roots.iter().copied().collect();
    let mut next = 0;
    while let Some(&id) = roots.get(next) {
        next += 1;
        if held.graph.row(&id).is_none()
            && let Ok(raw) = repo.read_kind(id, Kind::Tag)
        {
            roots.extend(Tag::parse(&raw).target.filter(|target| seen.insert(*target)));
        }
    }
    Ok(roots)
}

/// What commits that `roots` lead to name and is not here. The parents of a shallow clone's last
/// commits are none of that.
fn lacking(repo: &Repo, held: &Held, roots: &[ObjectId]) -> Result<HashSet<ObjectId>> {
    let ends: HashSet<ObjectId> = repo.shallow()?.into_iter().collect();
    let rows = held.graph.ancestors(roots);
    let is_wanted = |(number, id): &&(u32, ObjectId)| {
        let commit = held.graph.numbers().id(*number);
        let row = commit.and_then(|commit| held.graph.row(&commit));
        let is_reached = row.is_some_and(|row| rows.get(row as usize) == Some(&true));
        let is_parent = held.missing.get(id) == Some(&Kind::Commit);
        is_reached && !(is_parent && commit.is_some_and(|commit| ends.contains(&commit)))
    };
    Ok(held.lacking.iter().filter(is_wanted).map(|(_, id)| *id).collect())
}
