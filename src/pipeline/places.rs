//! All places of what was found: other copies of a blob, and who brought it in.

use super::street::Doubles;
use crate::error::Result;
use crate::model::{
    Budget, Finding, Introduction, ObjectId, Origin, OriginKind, Place, Reach, Skipped,
};
use crate::source::{Site, Source};
use std::collections::{HashMap, HashSet};

/// Adds the places at which blobs with findings were met again.
pub(super) fn add_doubles(findings: &mut [Finding], doubles: &Doubles) {
    let mut again: HashMap<ObjectId, Vec<&Origin>> = HashMap::new();
    doubles.iter().for_each(|(id, origin)| again.entry(*id).or_default().push(origin));
    for finding in findings {
        let copies: Vec<Place> = finding
            .places
            .iter()
            .flat_map(|p| {
                let origins = p.origin.object.and_then(|id| again.get(&id)).into_iter().flatten();
                let inside = |o: &Origin| o.inside(&p.origin.inside);
                origins.map(move |&origin| Place { origin: inside(origin), ..p.clone() })
            })
            .collect();
        finding.places.extend(copies);
    }
}

/// Asks `source` which commits and paths hold the blobs that were found by id only; answers what
/// could not be read for that.
///
/// # Errors
/// If the history cannot be walked.
pub(super) fn attribute(
    findings: &mut [Finding],
    source: &dyn Source,
    budget: &Budget,
) -> Result<Vec<Skipped>> {
    let lacks = |p: &&Place| p.origin.kind == OriginKind::History && p.introduced.is_none();
    let places = findings.iter().flat_map(|f| &f.places);
    let mut wanted: Vec<ObjectId> = places.filter(lacks).filter_map(|p| p.origin.object).collect();
    wanted.sort();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let sites = source.sites(&wanted, budget)?;
    for finding in findings {
        let places = std::mem::take(&mut finding.places);
        finding.places = places.into_iter().flat_map(|p| at_sites(p, &sites.of)).collect();
    }
    Ok(sites.gaps)
}

/// The place once for each site of its blob.
fn at_sites(place: Place, sites: &HashMap<ObjectId, Vec<Site>>) -> Vec<Place> {
    let sites = place.origin.object.and_then(|id| sites.get(&id));
    match sites {
        Some(sites) if place.origin.kind == OriginKind::History && !sites.is_empty() => {
            sites.iter().map(|site| at_site(&place, site)).collect()
        }
        _ => vec![place],
    }
}

fn at_site(place: &Place, site: &Site) -> Place {
    let mut place = place.clone();
    place.origin.path = site.path.clone();
    place.origin.commit = site.introduced.as_ref().map(|i| i.commit);
    place.introduced = site.introduced.clone();
    place.reach = Some(site.reach);
    place
}

/// A path, and the way from there into containers.
type Way = (Option<Vec<u8>>, Vec<u8>);

/// Leaves one place for each path and line: what is there now, with who brought it in. Of the
/// many versions of a file that hold the same secret, the present one stands for all, else the
/// first.
pub(super) fn tidy(findings: &mut [Finding]) {
    for finding in findings {
        drop_nameless(&mut finding.places);
        let mut by_path: HashMap<Way, Vec<Place>> = HashMap::new();
        for place in std::mem::take(&mut finding.places) {
            let way = (place.origin.path.clone(), place.origin.inside.clone());
            by_path.entry(way).or_default().push(place);
        }
        for ((path, _), places) in by_path {
            let lone = path.is_none();
            finding.places.extend(if lone { places } else { of_one_path(places) });
        }
    }
}

/// A blob that is staged stands in the store as well, where no commit gives it a name.
fn drop_nameless(places: &mut Vec<Place>) {
    let named = places.iter().filter(|p| p.origin.path.is_some());
    let named: HashSet<ObjectId> = named.filter_map(|p| p.origin.object).collect();
    let lost = |p: &Place| {
        p.origin.kind == OriginKind::History
            && p.origin.path.is_none()
            && p.origin.object.is_some_and(|id| named.contains(&id))
    };
    places.retain(|p| !lost(p));
}

fn of_one_path(mut places: Vec<Place>) -> Vec<Place> {
    let all = places.iter().filter_map(|p| p.introduced.as_ref());
    let first = all.min_by(|one, other| age(one).cmp(&age(other))).cloned();
    let best = places.iter().map(presence).max().unwrap_or(0);
    places.retain(|p| presence(p) == best);
    if best == 0 {
        keep_first_version(&mut places);
    }
    places.sort_by_key(|p| (p.line, p.column, p.origin.kind, p.origin.object));
    places.dedup_by_key(|p| (p.line, p.column));
    for place in &mut places {
        if place.introduced.is_none() || best > 0 {
            place.introduced = first.clone();
        }
        if place.origin.commit.is_none() {
            place.origin.commit = first.as_ref().map(|i| i.commit);
        }
    }
    places
}

/// The first of two that brought something in. Clocks are asked where nothing better is known, and
/// a tie is settled by what reports tell of them.
fn age(by: &Introduction) -> (u32, i64, &[u8], &[u8]) {
    (by.order.unwrap_or(u32::MAX), by.time, &by.summary, &by.author)
}

/// How much of the present a place is.
fn presence(place: &Place) -> u8 {
    match (place.origin.kind, place.reach) {
        (OriginKind::WorkTree | OriginKind::File | OriginKind::Stdin, _) => 3,
        (OriginKind::Index, _) => 2,
        (_, Some(Reach::Head)) => 1,
        _ => 0,
    }
}

fn keep_first_version(places: &mut Vec<Place>) {
    let order = |p: &Place| {
        let by = p.introduced.as_ref().map(age).unwrap_or((u32::MAX, i64::MAX, b"", b""));
        (by.0, by.1, by.2.to_vec(), by.3.to_vec(), p.origin.object)
    };
    if let Some(first) = places.iter().map(order).min() {
        places.retain(|p| p.origin.kind != OriginKind::History || order(p) == first);
    }
}
