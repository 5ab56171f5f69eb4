//! From one text to its findings.

use super::{Setup, fresh};
use crate::blob::{Lines, View, views};
use crate::matcher::{Candidate, Scratch};
use crate::model::{Confidence, Finding, Fingerprint, Item, Place, Secret, Status};
use crate::verify::{self, Judged, Token};
use std::cell::RefCell;
use std::collections::HashMap;

thread_local! {
    static SCRATCH: RefCell<(Scratch, Vec<Candidate>)> = RefCell::default();
}

/// Everything that is found in one item, and whether nothing in it can become something by a
/// change elsewhere.
pub(super) fn find(item: &Item<'_>, setup: &Setup<'_>) -> (Vec<Finding>, bool) {
    let views = views(item.bytes);
    if let (Some(fresh), [view]) = (item.fresh, views.as_slice())
        && fresh::windows(&view.text, fresh).iter().all(|w| is_barren(w.of(&view.text), setup))
    {
        return (Vec::new(), true);
    }
    let mut barren = views.len() == 1;
    let mut findings = Vec::new();
    for view in views {
        let (judged, wide) = judge(&view.text, setup);
        barren &= judged.is_empty() && !wide;
        if !judged.is_empty() {
            findings.extend(place(judged, &view, item, setup));
        }
    }
    (findings, barren)
}

fn is_barren(text: &[u8], setup: &Setup<'_>) -> bool {
    let (judged, wide) = judge(text, setup);
    judged.is_empty() && !wide
}

/// What was found in `text`, and whether something in it hangs on what is far away.
fn judge(text: &[u8], setup: &Setup<'_>) -> (Vec<Judged>, bool) {
    SCRATCH.with_borrow_mut(|(scratch, candidates)| {
        candidates.clear();
        let wide = setup.matcher.find(text, scratch, candidates);
        let judged = candidates.iter().filter_map(|c| judge_one(text, c, setup)).collect();
        (verify::settle(judged, setup.matcher.rules()), wide)
    })
}

fn judge_one(text: &[u8], candidate: &Candidate, setup: &Setup<'_>) -> Option<Judged> {
    let rule = setup.matcher.rules().get(candidate.rule);
    let token = Token { rule, text, matched: candidate.matched, secret: candidate.secret };
    let judgement = verify::judge(&token)?;
    Some(Judged { rule: candidate.rule, secret: candidate.secret, judgement })
}

fn place<'a>(
    judged: Vec<Judged>,
    view: &'a View<'_>,
    item: &'a Item<'_>,
    setup: &'a Setup<'_>,
) -> impl Iterator<Item = Finding> + 'a {
    let mut lines = Lines::new(&view.text);
    // A fingerprint is dear on purpose, and a text may hold one secret a thousand times.
    let mut prints: HashMap<(&str, &[u8]), Fingerprint> = HashMap::new();
    judged.into_iter().map(move |j| {
        let rule = setup.matcher.rules().get(j.rule);
        let secret = Secret::new(j.secret.of(&view.text));
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
            decoded: view.encoding.into_iter().collect(),
        };
        Finding {
            rule: j.rule,
            fingerprint: *prints
                .entry((rule.family(), j.secret.of(&view.text)))
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
