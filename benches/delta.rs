//! Scans a history twice, once only what is new in each delta and once everything, and compares
//! what was found, and in which blobs. It fails if that is not the same.
//!
//! `cargo bench --bench delta -- REPOSITORY...`

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench may")]

mod scanned;

use scanned::scan;
use stanch::error::Result;
use stanch::git::Where;
use stanch::matcher::Matcher;
use stanch::model::{
    Budget, Fingerprint, Item, ObjectId, Origin, Skipped, Span, USUAL_MEMORY, Unit,
};
use stanch::rule::RuleSet;
use stanch::source::{ByPath, Cache, History, HistoryOptions, Sink, Sites, Source};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::{self, Read};
use std::time::Instant;

fn main() {
    for repository in std::env::args().skip(1).filter(|a| !a.starts_with("--")) {
        let (quick, plain) = (found(&repository, false), found(&repository, true));
        println!("{repository}: {} secrets in {} blobs", quick.len(), places(&quick));
        tell("only what is new has", &quick, &plain);
        tell("only everything has", &plain, &quick);
        assert!(quick == plain, "{repository}");
    }
}

/// Names what only `one` has.
fn tell(who: &str, one: &Found, other: &Found) {
    for (print, objects) in one {
        let known = other.get(print);
        let more = objects.iter().filter(|id| known.is_none_or(|known| !known.contains(id)));
        more.for_each(|id| println!("  {who} {print} in {id}"));
    }
}

type Found = BTreeMap<Fingerprint, BTreeSet<ObjectId>>;

fn places(found: &Found) -> usize {
    found.values().map(BTreeSet::len).sum()
}

/// Every secret, however sure, with the objects that hold it.
fn found(repository: &str, plain: bool) -> Found {
    let started = Instant::now();
    let budget = Budget::new(USUAL_MEMORY, rayon::current_num_threads());
    let history = History::new(&Where::path(repository), HistoryOptions::default());
    let source: Box<dyn Source> = if plain { Box::new(Plain(history)) } else { Box::new(history) };
    let rules = RuleSet::builtin();
    let outcome = scan(&Matcher::new(&rules), source, &budget);
    let mode = if plain { "everything" } else { "what is new" };
    println!("  {mode}: {:.1} s", started.elapsed().as_secs_f64());
    outcome.objects
}

/// A history of which all is scanned.
struct Plain(History);

impl Source for Plain {
    fn scope(&self) -> String {
        self.0.scope()
    }

    fn read(&self, sink: &dyn Sink) -> Result<()> {
        self.0.read(&Whole(sink))
    }

    fn sites(&self, wanted: &[ObjectId], budget: &Budget) -> Result<Sites> {
        self.0.sites(wanted, budget)
    }
}

/// Passes on everything but what is known of a text.
struct Whole<'a>(&'a dyn Sink);

impl Sink for Whole<'_> {
    fn declare(&self, unit: Unit, n: u64) {
        self.0.declare(unit, n);
    }

    fn known(&self, unit: Unit, id: ObjectId, origin: &Origin) -> bool {
        self.0.known(unit, id, origin)
    }

    fn scan(&self, unit: Unit, item: Item<'_>) -> Option<Vec<Span>> {
        self.0.scan(unit, Item::new(item.bytes, item.origin))
    }

    fn stream(&self, unit: Unit, origin: Origin, text: &mut dyn Read) -> io::Result<()> {
        self.0.stream(unit, origin, text)
    }

    fn budget(&self) -> &Budget {
        self.0.budget()
    }

    fn stop(&self) -> bool {
        self.0.stop()
    }

    fn bare(&self, unit: Unit, n: u64) {
        self.0.bare(unit, n);
    }

    fn spared(&self, unit: Unit, n: u64) {
        self.0.spared(unit, n);
    }

    fn cache(&self) -> Option<&Cache> {
        None
    }

    fn found(&self) -> HashMap<ObjectId, Vec<Span>> {
        self.0.found()
    }

    fn by_path(&self) -> Vec<ByPath> {
        self.0.by_path()
    }

    fn is_telling(&self, path: &[u8]) -> bool {
        self.0.is_telling(path)
    }

    fn told(&self) -> HashMap<ObjectId, Vec<Skipped>> {
        self.0.told()
    }

    fn skip(&self, skipped: Skipped) {
        self.0.skip(skipped);
    }

    fn lost(&self) -> HashSet<ObjectId> {
        self.0.lost()
    }

    fn note(&self, note: String) {
        self.0.note(note);
    }
}
