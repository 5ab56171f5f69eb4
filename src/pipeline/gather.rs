//! From one text to its findings.

use super::layers::{self, Sighting};
use super::{Setup, fresh};
use crate::blob::{Lines, View, views};
use crate::decode::{self, Layer, Layers};
use crate::matcher::{Candidate, Scratch};
use crate::model::{Confidence, Finding, Fingerprint, Item, Place, Secret, Status};
use crate::verify::{self, Judged, Token};
use std::cell::RefCell;
use std::collections::HashMap;

thread_local! {
    static SCRATCH: RefCell<(Scratch, Vec<Candidate>)> = RefCell::default();
}

/// Everything that is found in one item.
#[derive(Default)]
pub(super) struct Gathered {
    /// The findings.
    pub(super) findings: Vec<Finding>,
    /// Nothing in it can become something by a change elsewhere.
    pub(super) barren: bool,
    /// Something in it was left encoded.
    pub(super) cut: bool,
}

/// Everything that is found in one item.
pub(super) fn find(item: &Item<'_>, setup: &Setup<'_>) -> Gathered {
    let views = views(item.bytes);
    if let (Some(fresh), [view]) = (item.fresh, views.as_slice())
        && fresh::windows(&view.text, fresh)
            .iter()
            .all(|w| layers::look(w.of(&view.text), setup).is_barren())
    {
        return Gathered { barren: true, ..Gathered::default() };
    }
    let mut all = Gathered { barren: views.len() == 1, ..Gathered::default() };
    for view in views {
        let seen = layers::look(&view.text, setup);
        all.barren &= seen.is_barren();
        all.cut |= seen.cut;
        if !seen.all.is_empty() {
            all.findings.extend(place(seen.all, &view, item, setup));
        }
    }
    all
}

/// What was found in `text`, whether something in it hangs on what is far away, and its layers,
/// of at most `room` bytes, if it is itself the layer `within`.
pub(super) fn judge(
    text: &[u8],
    within: Option<&Layer>,
    room: usize,
    setup: &Setup<'_>,
) -> (Vec<Judged>, bool, Layers) {
    SCRATCH.with_borrow_mut(|(scratch, candidates)| {
        candidates.clear();
        let wide = setup.matcher.find(text, scratch, candidates);
        let judged = candidates.iter().filter_map(|c| judge_one(text, c, setup)).collect();
        let layers = decode::layers(text, scratch.runs(), within, room);
        (verify::settle(judged, setup.matcher.rules()), wide, layers)
    })
}

fn judge_one(text: &[u8], candidate: &Candidate, setup: &Setup<'_>) -> Option<Judged> {
    let rule = setup.matcher.rules().get(candidate.rule);
    let token = Token { rule, text, matched: candidate.matched, secret: candidate.secret };
    let judgement = verify::judge(&token)?;
    Some(Judged { rule: candidate.rule, secret: candidate.secret, judgement })
}

fn place<'a>(
    sightings: Vec<Sighting>,
    view: &'a View<'_>,
    item: &'a Item<'_>,
    setup: &'a Setup<'_>,
) -> impl Iterator<Item = Finding> + 'a {
    let mut lines = Lines::new(&view.text);
    // A fingerprint is dear on purpose, and a text may hold one secret a thousand times.
    let mut prints: HashMap<(&str, Secret), Fingerprint> = HashMap::new();
    sightings.into_iter().map(move |Sighting { judged: j, secret, chain, .. }| {
        let rule = setup.matcher.rules().get(j.rule);
        let (line, column) = lines.position(j.secret.start);
        let (end_line, end_column) = lines.position(j.secret.end);
        let status = setup.chain.inline(&view.text, j.secret, rule);
        let place = Place {
            origin: item.origin.clone(),
            line,
            end_line,
            column,
            end_column,
            excerpt: lines.excerpt(j.secret),
            introduced: None,
            reach: None,
            status: status.unwrap_or(Status::Open),
            decoded: view.encoding.into_iter().chain(chain).collect(),
        };
        Finding {
            rule: j.rule,
            fingerprint: *prints
                .entry((rule.family(), secret.clone()))
                .or_insert_with(|| setup.chain.fingerprint(rule.family(), &secret)),
            secret,
            confidence: j.judgement.confidence,
            severity: j.judgement.severity,
            evidence: j.judgement.evidence,
            places: vec![place],
        }
    })
}

/// Adds a finding to those of the same fingerprint.
pub(super) fn merge(found: &mut HashMap<Fingerprint, Finding>, new: Finding) {
    use std::collections::hash_map::Entry;
    match found.entry(new.fingerprint) {
        Entry::Vacant(slot) => {
            slot.insert(new);
        }
        Entry::Occupied(mut slot) => {
            let old = slot.get_mut();
            // Of two opinions about one secret the surer counts; a tie goes to the lower rule, so
            // that the order in which threads finish does not show.
            let rank = |f: &Finding| (f.confidence, f.severity, std::cmp::Reverse(f.rule));
            if rank(&new) > rank(old) {
                let places = std::mem::take(&mut old.places);
                *old = new;
                old.places.extend(places);
            } else {
                old.places.extend(new.places);
            }
        }
    }
}

/// Drops what is below `least`; answers how many.
pub(super) fn keep_confident(findings: &mut Vec<Finding>, least: Confidence) -> usize {
    let all = findings.len();
    findings.retain(|f| f.confidence >= least);
    all - findings.len()
}

/// Puts places and findings in the order of reports.
pub(super) fn sort(findings: &mut [Finding]) {
    for finding in findings.iter_mut() {
        finding.places.sort_by(|a, b| key(a).cmp(&key(b)));
    }
    findings.sort_by(|a, b| {
        let first = |f: &Finding| f.places.first().map(|p| (p.origin.clone(), p.line, p.column));
        let path = |f: &Finding| f.places.first().map(|p| p.origin.path.clone());
        (path(a), first(a), a.rule, a.fingerprint).cmp(&(path(b), first(b), b.rule, b.fingerprint))
    });
}

fn key(place: &Place) -> impl Ord + '_ {
    let time = place.introduced.as_ref().map(|i| i.time);
    (
        place.origin.kind,
        place.origin.path.as_deref(),
        place.line,
        place.column,
        time,
        place.origin.object,
    )
}
