//! From one text to its findings.

use super::innermost::Opened;
use super::inside::Inside;
use super::kept::{Kept, Wrapped};
use super::layers::{self, Sighting, Sightings, Within};
use super::pieces::Pieces;
use super::stretches::Stretches;
use super::{Setup, files, fresh, rivals, whose};
use crate::blob::{Decoder, Lines, Position, View, views};
use crate::container::{self, Input, Meter};
use crate::decode::{self, Layers};
use crate::matcher::{Candidate, Scratch};
use crate::model::{
    Confidence, Earlier, Finding, Fingerprint, Item, Origin, OriginKind, Place, Skipped, Span,
    Status,
};
use crate::verify::{self, Judged, Token};
use std::cell::RefCell;
use std::collections::HashMap;

thread_local! {
    static SCRATCH: RefCell<(Scratch, Vec<Candidate>)> = RefCell::default();
}

/// What came of one text.
pub(super) struct Found {
    /// One for each secret.
    pub(super) findings: Vec<Finding>,
    /// How often something was found beyond what is kept of one text.
    pub(super) unlisted: u64,
    /// Whether something in it was left encoded.
    pub(super) cut: bool,
    /// What is in it and was not read.
    pub(super) gaps: Vec<Skipped>,
    /// Where secrets stand in it, in order, if no verdict on any part of it hangs on what is far
    /// away: as [`Earlier`] tells it of a text made from it, or to a later run.
    pub(super) secrets: Option<Vec<Span>>,
    /// What is packed in it in letters, and is still to be opened.
    pub(super) packed: Vec<Wrapped>,
    /// There is more of that than is kept.
    pub(super) overfull: bool,
}

/// A text in which to look, or a part of one.
pub(super) struct Part<'a> {
    pub(super) text: &'a [u8],
    pub(super) encoding: Option<&'static str>,
    /// Where it begins in the whole.
    pub(super) base: Position,
    /// Secrets that begin here count; the rest of the part is there to judge them by.
    pub(super) core: Span,
    /// Whether the whole goes on behind it.
    pub(super) goes_on: bool,
}

/// Everything that is found in one item; `known` are stretches that need no second look.
pub(super) fn find(item: &Item<'_>, setup: &Setup<'_>, known: Option<&Stretches>) -> Found {
    let again = |earlier| find_again(item, earlier, setup, known);
    if let Some(found) = item.earlier.and_then(again) {
        return found;
    }
    let mut found = match item.bytes.len() as u64 > setup.budget.whole() {
        true => Pieces::all(item, setup, setup.budget.piece()),
        false => whole(item, setup),
    };
    let meter = || Meter::new(item.bytes.len() as u64, setup.stop, setup.budget);
    Inside::unwrap(&mut found, &item.origin, &meter(), setup);
    let name = item.origin.path.as_deref().unwrap_or_default();
    if let Some(format) = container::detect_named(name, item.bytes, true) {
        let input = Input::Whole(item.bytes);
        Inside::of(format, input, &item.origin, &meter(), setup).join(&mut found);
        // What stands inside of it is not found again by a look at places in the outer text.
        found.secrets = found.secrets.filter(Vec::is_empty);
    }
    found
}

/// Everything that is found in the text itself.
fn whole(item: &Item<'_>, setup: &Setup<'_>) -> Found {
    let views = views(item.bytes);
    let mut kept = kept(setup);
    let mut secrets = (views.len() == 1).then(Vec::new);
    for View { text, encoding } in &views {
        let core = Span::new(0, text.len());
        let base = Position::default();
        let part = Part { text, encoding: *encoding, base, core, goes_on: false };
        let within = if has_path(&item.origin) { Within::File } else { Within::Text };
        let seen = layers::look_at(text, within, setup);
        secrets = secrets.filter(|_| !seen.wide && (!seen.cut || seen.all.is_empty()));
        if let Some(secrets) = &mut secrets {
            secrets.extend(seen.all.iter().map(|s| s.judged.secret));
        }
        keep(seen, &part, &item.origin, setup, &mut kept);
    }
    kept.finish(secrets)
}

/// Everything that is found in a text of which most is known, if a look at what is fresh in it
/// and at its known secrets tells that.
fn find_again(
    item: &Item<'_>,
    earlier: Earlier<'_>,
    setup: &Setup<'_>,
    known: Option<&Stretches>,
) -> Option<Found> {
    let text = item.bytes;
    // As it began so before and has no NUL, only a mark at the start could make it wide.
    let same = earlier.fresh.first().is_none_or(|span| span.start >= Decoder::HEAD);
    let start = if earlier.nul_free && same { text.get(..4).unwrap_or(text) } else { text };
    let is_plain = Decoder::of(start).is_none() && container::detect(text, true).is_none();
    let is_short = setup.matcher.speaks_of_all(text);
    if !is_plain || is_short || text.len() as u64 > setup.budget.whole() {
        return None;
    }
    let places = fresh::merged(earlier.fresh, earlier.secrets);
    let mut again = look_again(text, earlier, &places, setup, known)?;
    let spans = |again: &[Sighting]| again.iter().map(|s| s.judged.secret).collect();
    let secrets: Vec<Span> = spans(&again);
    if secrets != earlier.secrets {
        // What is new may only seem so where a window ends near it, so it is looked at once more
        // with all that has a say in it.
        again = look_again(text, earlier, &fresh::merged(&places, &secrets), setup, known)?;
        let left = |s: &&Span| secrets.binary_search(s).is_err();
        let went = earlier.secrets.iter().filter(left).all(|s| fresh::is_near(*s, earlier.fresh));
        if spans(&again) != secrets || !went {
            return None;
        }
    }
    let (encoding, core) = (None, Span::new(0, text.len()));
    let part = Part { text, encoding, base: Position::default(), core, goes_on: false };
    let mut kept = kept(setup);
    let mut seen = Sightings::default();
    seen.all = again;
    keep(seen, &part, &item.origin, setup, &mut kept);
    Some(kept.finish(Some(secrets)))
}

/// What stands near the fresh stretches of a text, or stood in an earlier one, as a look around
/// `places` tells; `None` if that tells not enough.
fn look_again(
    text: &[u8],
    earlier: Earlier<'_>,
    places: &[Span],
    setup: &Setup<'_>,
    known: Option<&Stretches>,
) -> Option<Vec<Sighting>> {
    let mut again = Vec::new();
    for window in fresh::windows(text, places) {
        let part = window.of(text);
        let marked = known.map(|known| (known, known.mark(part)));
        if let Some(seen) = marked.and_then(|(known, mark)| known.known(mark)) {
            let seen = seen.iter().flat_map(|all| all.iter().cloned());
            again.extend(seen.map(|s| s.moved(window.start)));
            continue;
        }
        let seen = layers::look(part, setup);
        let is_wide = || !earlier.nul_free && views(part).len() > 1;
        if seen.wide || seen.cut && !seen.all.is_empty() || is_wide() {
            return None;
        }
        if let Some((known, mark)) = marked {
            known.add(mark, &seen.all);
        }
        again.extend(seen.all.into_iter().map(|s| s.moved(window.start)));
    }
    // Where a window cuts the text, something may seem to stand that does not.
    again.retain(|s| {
        let secret = &s.judged.secret;
        earlier.secrets.binary_search(secret).is_ok() || fresh::is_near(*secret, earlier.fresh)
    });
    Some(again)
}

/// A stretch of letters that ends so near the end of a part may go on behind it.
const NEAR: usize = 128;

/// Room for the findings of one text.
pub(super) fn kept(setup: &Setup<'_>) -> Kept {
    let room = usize::try_from(setup.budget.total() / 4).unwrap_or(usize::MAX);
    Kept::new(room, setup.min_confidence)
}

/// Whether it is a file, or a blob that may be one.
fn has_path(origin: &Origin) -> bool {
    !matches!(origin.kind, OriginKind::Message | OriginKind::Name | OriginKind::Stdin)
}

/// Adds what is found in `part` to `kept`. Answers whether nothing in all of it can become
/// something by a change elsewhere.
pub(super) fn in_part(
    part: &Part<'_>,
    within: Within<'_>,
    origin: &Origin,
    setup: &Setup<'_>,
    kept: &mut Kept,
) -> bool {
    let seen = layers::look_at(part.text, within, setup);
    let barren = seen.is_barren();
    keep(seen, part, origin, setup, kept);
    barren
}

fn keep(
    mut seen: Sightings,
    part: &Part<'_>,
    origin: &Origin,
    setup: &Setup<'_>,
    kept: &mut Kept,
) {
    kept.cut |= seen.cut;
    let core = part.core.start..part.core.end;
    seen.packed.retain(|(span, _)| core.contains(&span.start));
    seen.packed.sort_by_key(|(span, _)| *span);
    let mut lines = Lines::part(part.text, part.base);
    for (span, bytes) in seen.packed {
        let (line, _) = lines.position(span.start);
        // What reaches the end of a part is cut off there.
        let cut = part.goes_on && span.end + NEAR >= part.text.len();
        kept.put_by(Wrapped { line, bytes, cut });
    }
    seen.all.retain(|s| core.contains(&s.judged.secret.start));
    if !seen.all.is_empty() {
        place(seen.all, part, origin, setup).for_each(|finding| kept.add(finding));
    }
}

/// What was found in `text`, whether something in it hangs on what is far away, and its layers,
/// of at most `room` bytes.
pub(super) fn judge(
    text: &[u8],
    within: Within<'_>,
    room: usize,
    setup: &Setup<'_>,
) -> (Vec<Judged>, bool, Layers) {
    SCRATCH.with_borrow_mut(|(scratch, candidates)| {
        candidates.clear();
        let wide = match within {
            Within::File => setup.matcher.find_in_file(text, scratch, candidates),
            _ => setup.matcher.find(text, scratch, candidates),
        };
        let judged = candidates.iter().filter_map(|c| judge_one(text, c, setup)).collect();
        let layers = decode::layers(text, scratch.survey(), within.layer(), room);
        let mut settled = verify::settle(judged, setup.matcher.rules());
        rivals::resolve(text, &mut settled, setup.matcher);
        whose::attribute(text, &mut settled, setup.matcher);
        (settled, wide, layers)
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
    part: &'a Part<'_>,
    origin: &'a Origin,
    setup: &'a Setup<'_>,
) -> impl Iterator<Item = Finding> + 'a {
    let mut lines = Lines::part(part.text, part.base);
    let mut comments = setup.chain.comments(part.text);
    sightings.into_iter().map(move |Sighting { judged: j, secret, chain, .. }| {
        let rule = setup.matcher.rules().get(j.rule);
        let (line, column) = lines.position(j.secret.start);
        let (end_line, end_column) = lines.position(j.secret.end);
        let status = comments.beside(j.secret, rule);
        let place = Place {
            origin: origin.clone(),
            line,
            end_line,
            column,
            end_column,
            excerpt: lines.excerpt(j.secret),
            introduced: None,
            reach: None,
            status: status.unwrap_or(Status::Open),
            decoded: part.encoding.into_iter().chain(chain).collect(),
        };
        Finding {
            rule: j.rule,
            fingerprint: files::first_print(rule, &secret, setup),
            secret,
            confidence: j.judgement.confidence,
            severity: j.judgement.severity,
            evidence: j.judgement.evidence,
            traits: j.judgement.traits,
            asked: None,
            places: vec![place],
            more: 0,
            beside: Vec::new(),
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
            if new.outweighs(old) {
                let (places, more) = (std::mem::take(&mut old.places), old.more);
                *old = new;
                old.places.extend(places);
                old.more += more;
            } else {
                old.places.extend(new.places);
                old.more += new.more;
            }
        }
    }
}

/// Adds what was found in the containers of a text to what was found in the text.
pub(super) fn join(found: &mut Vec<Finding>, inner: Vec<Finding>, opened: &Opened) {
    let mut all: HashMap<Fingerprint, Finding> = HashMap::new();
    let texts = inner.into_iter().chain(found.drain(..));
    texts.for_each(|finding| merge(&mut all, finding));
    all.values_mut().for_each(|finding| opened.settle(finding));
    found.extend(all.into_values());
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
        let path = |f: &Finding| {
            f.places.first().map(|p| (p.origin.repository.clone(), p.origin.path.clone()))
        };
        (path(a), first(a), a.rule, a.fingerprint).cmp(&(path(b), first(b), b.rule, b.fingerprint))
    });
}

fn key(place: &Place) -> impl Ord + '_ {
    let time = place.introduced.as_ref().map(|i| i.time);
    (
        place.origin.repository.as_deref(),
        place.origin.kind,
        place.origin.path.as_deref(),
        place.line,
        place.column,
        time,
        place.origin.object,
        // Of messages nothing else tells which is which.
        place.origin.commit,
    )
}
