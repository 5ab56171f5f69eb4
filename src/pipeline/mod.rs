//! The street itself: sources pour items in, findings and an account of the run come out.

mod barren;
mod beside;
mod books;
mod files;
mod fresh;
mod gather;
mod innermost;
mod inside;
mod join;
mod kept;
mod layers;
mod named;
mod owner;
mod pieces;
mod places;
mod rivals;
mod seen;
mod street;
mod stretches;
mod whose;

pub use join::join;
pub use rivals::resolve;

use crate::error::Result;
use crate::matcher::Matcher;
use crate::model::{
    Budget, Confidence, Finding, Fingerprint, Item, Ledger, ObjectId, Origin, OriginKind, Place,
    Reason, Status,
};
use crate::source::{Cache, Sink, Source};
use crate::suppress::{Case, Chain};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::atomic::AtomicBool;
use street::Street;

/// What a run needs besides its sources.
pub struct Setup<'a> {
    /// Finds candidates; knows the rules.
    pub matcher: &'a Matcher<'a>,
    /// Files findings away, and knows the key of fingerprints.
    pub chain: &'a Chain,
    /// Findings below this are only counted.
    pub min_confidence: Confidence,
    /// Whether those are kept all the same: of a shard, as another one may be surer of them.
    pub keep_unsure: bool,
    /// Gaps of these kinds do not make the run incomplete.
    pub accepted: &'a [Reason],
    /// Where what was scanned is kept for the next run, if it is.
    pub cache: Option<Cache>,
    /// What the texts that are being scanned may take.
    pub budget: &'a Budget,
    /// Set when the run is to end early.
    pub stop: &'a AtomicBool,
    /// Told about progress: bytes scanned so far, and units done of those in scope.
    pub progress: &'a (dyn Fn(u64, u64, u64) + Sync),
}

/// What came of a run.
pub struct Outcome {
    /// Findings, in order of path and line.
    pub findings: Vec<Finding>,
    /// The account.
    pub ledger: Ledger,
    /// How many findings were below the asked confidence.
    pub below: usize,
    /// Those, if they are kept.
    pub unsure: Vec<Finding>,
    /// What was scanned.
    pub scope: String,
    /// What stands for the stores of which a share was read.
    pub whole: Vec<String>,
    /// Every object of the store in which each was found, also where reports tell of one only.
    pub objects: BTreeMap<Fingerprint, BTreeSet<ObjectId>>,
    /// Whether the run was ended early.
    pub interrupted: bool,
}

/// Sends everything that `sources` read down the street. A blob that several of them hold is
/// scanned once, so the first source decides nothing but the order.
///
/// # Errors
/// If a source cannot establish its scope.
pub fn run(sources: &[Box<dyn Source>], setup: &Setup<'_>) -> Result<Outcome> {
    let street = Street::new(setup);
    let interrupted = read_all(sources, &street)?;
    let (mut findings, mut ledger, doubles) = street.close();
    ledger.accepted = setup.accepted.to_vec();
    let least = if setup.keep_unsure { Confidence::Low } else { setup.min_confidence };
    let of_files = files::set_aside(&mut findings, setup.matcher.rules());
    let mut below = gather::keep_confident(&mut findings, least);
    findings.extend(of_files);
    let mut objects = objects(&findings);
    places::add_doubles(&mut findings, &doubles);
    // Whoever interrupts a run does not want to wait for its history.
    let asked = if interrupted { &[] } else { sources };
    for source in asked {
        let gaps = places::attribute(&mut findings, source.as_ref(), setup.budget)?;
        ledger.add_untold(gaps);
    }
    places::tidy(&mut findings);
    files::tell(&mut findings, &mut objects, setup);
    below += gather::keep_confident(&mut findings, least);
    let left: HashSet<Fingerprint> = findings.iter().map(|f| f.fingerprint).collect();
    objects.retain(|print, _| left.contains(print));
    mark_existing(&mut findings, asked, setup)?;
    findings.iter_mut().flat_map(|f| &mut f.places).for_each(|p| p.origin.join_path());
    file_away(&mut findings, setup);
    gather::sort(&mut findings);
    let unsure = match setup.keep_unsure {
        true => findings.extract_if(.., |f| f.confidence < setup.min_confidence).collect(),
        false => Vec::new(),
    };
    below += unsure.len();
    ledger.notes.extend(setup.chain.notes());
    ledger.notes.extend(unlisted(&findings));
    for unit in ledger.unbalanced() {
        let count = ledger.count(unit);
        ledger.notes.push(format!("the account of {} does not balance: {count:?}", unit.plural()));
    }
    named::hide(&mut findings, &mut ledger, setup);
    let scopes: Vec<String> = sources.iter().map(|s| s.scope()).collect();
    let whole = sources.iter().filter_map(|s| s.whole()).collect();
    let scope = scopes.join(", ");
    Ok(Outcome { findings, ledger, below, unsure, scope, whole, objects, interrupted })
}

fn objects(findings: &[Finding]) -> BTreeMap<Fingerprint, BTreeSet<ObjectId>> {
    let in_store = |f: &Finding| f.places.iter().filter_map(|p| p.origin.object).collect();
    findings.iter().map(|f| (f.fingerprint, in_store(f))).collect()
}

/// Reads all sources, or as many as there is time for; answers whether it was interrupted.
fn read_all(sources: &[Box<dyn Source>], street: &Street<'_>) -> Result<bool> {
    let mut left = false;
    for source in sources {
        left |= street.stop();
        match if left { Ok(()) } else { source.read(street) } {
            // A process that was asked for something may have been interrupted as well.
            Err(e) if street.stop() => street.note(format!("when it was interrupted: {e}")),
            read => read?,
        }
    }
    let interrupted = street.stop();
    if interrupted {
        street.interrupt(left);
    }
    Ok(interrupted)
}

/// Says how many places are only counted.
fn unlisted(findings: &[Finding]) -> Option<String> {
    let more: u64 = findings.iter().map(|f| f.more).sum();
    (more > 0).then(|| {
        let secrets = findings.iter().filter(|f| f.more > 0).count();
        format!(
            "{more} more places of {secrets} secrets are counted and not listed: of one text up \
             to {} places of a secret are",
            kept::PLACES
        )
    })
}

/// Marks what stood there before the change that the sources read. What the change only moved to
/// another path is left out.
fn mark_existing(
    findings: &mut Vec<Finding>,
    sources: &[Box<dyn Source>],
    setup: &Setup<'_>,
) -> Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    let mut paths: Vec<Vec<u8>> =
        findings.iter().flat_map(|f| &f.places).filter_map(|p| p.origin.path.clone()).collect();
    paths.sort();
    paths.dedup();
    let sought: HashSet<Fingerprint> = findings.iter().map(|f| f.fingerprint).collect();
    let mut before: HashSet<Fingerprint> = HashSet::new();
    for source in sources {
        source.before(&paths, &mut |text| {
            before.extend(fingerprints(text, setup));
            !sought.is_subset(&before)
        })?;
    }
    if before.is_empty() {
        return Ok(());
    }
    for finding in findings.iter_mut().filter(|f| before.contains(&f.fingerprint)) {
        let open = finding.places.iter_mut().filter(|p| p.status == Status::Open);
        open.for_each(|p| p.status = Status::Existing);
    }
    for source in sources {
        let moved = source.moved()?;
        let same = |p: &Place| p.origin.object.is_some_and(|id| moved.contains(&id));
        findings.iter_mut().for_each(|f| {
            f.places.retain(|p| p.status != Status::Existing || !same(p));
        });
    }
    findings.retain(|f| !f.places.is_empty());
    Ok(())
}

/// The fingerprints of everything found in `text`.
fn fingerprints(text: &[u8], setup: &Setup<'_>) -> Vec<Fingerprint> {
    let item = Item::new(text, Origin::new(OriginKind::Commit));
    gather::find(&item, setup, None).findings.iter().map(|f| files::print(f, setup)).collect()
}

/// Lets baseline and configuration file away what is still open.
fn file_away(findings: &mut [Finding], setup: &Setup<'_>) {
    for finding in findings {
        let rule = setup.matcher.rules().get(finding.rule);
        for place in finding.places.iter_mut().filter(|p| p.status != Status::Existing) {
            // Asked also where a comment hides the place: the entry is in use all the same.
            let status = setup.chain.file(&Case {
                rule,
                fingerprint: finding.fingerprint,
                secret: &finding.secret,
                path: place.origin.path.as_deref(),
            });
            if place.status == Status::Open {
                place.status = status;
            }
        }
    }
}
