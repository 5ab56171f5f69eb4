//! A repository and its submodules, read as one: what is found in a submodule stands below the
//! path of that submodule.

use super::{ByPath, Cache, Sink, Sites, Source, Text};
use crate::error::Result;
use crate::git::tree::join;
use crate::model::{Budget, Item, ObjectId, Origin, Reason, Skipped, Span, Unit, display_path};
use std::collections::{HashMap, HashSet};
use std::io::{self, Read};

/// A source of one of several nested repositories.
pub struct Nested {
    /// The path of the repository in the outermost one; empty for that itself.
    path: Vec<u8>,
    /// The paths of the submodules in it that are read as well.
    submodules: Vec<Vec<u8>>,
    source: Box<dyn Source>,
}

impl Nested {
    /// `source` of the repository that is at `path` of the outermost one. Its `submodules`, by
    /// their paths in it, are read by other sources.
    pub fn new(path: Vec<u8>, submodules: Vec<Vec<u8>>, source: Box<dyn Source>) -> Self {
        Self { path, submodules, source }
    }
}

impl Source for Nested {
    fn scope(&self) -> String {
        let scope = self.source.scope();
        if self.path.is_empty() {
            return scope;
        }
        format!("{scope} of the submodule {}", display_path(&self.path))
    }

    fn read(&self, sink: &dyn Sink) -> Result<()> {
        self.source.read(&Below { nested: self, sink })
    }

    fn whole(&self) -> Option<String> {
        self.source.whole()
    }

    fn before(&self, paths: &[Vec<u8>], text: &mut Text<'_>) -> Result<()> {
        let below = join(&self.path, b"");
        let inner = paths.iter().filter_map(|path| path.strip_prefix(below.as_slice()));
        self.source.before(&inner.map(<[u8]>::to_vec).collect::<Vec<_>>(), text)
    }

    fn sites(&self, wanted: &[ObjectId], budget: &Budget) -> Result<Sites> {
        let Sites { mut of, gaps } = self.source.sites(wanted, budget)?;
        for site in of.values_mut().flatten() {
            site.path = site.path.take().map(|path| join(&self.path, &path));
        }
        Ok(Sites { of, gaps: gaps.into_iter().map(|gap| self.told(gap)).collect() })
    }
}

impl Nested {
    /// What could not be read, with where that is.
    fn told(&self, skipped: Skipped) -> Skipped {
        let what = match self.path.as_slice() {
            [] => skipped.what,
            path => format!("{}: {}", display_path(path), skipped.what),
        };
        Skipped { what, ..skipped }
    }
}

/// The sink as such a source sees it.
struct Below<'a> {
    nested: &'a Nested,
    sink: &'a dyn Sink,
}

impl Below<'_> {
    fn placed(&self, origin: &Origin) -> Origin {
        let path = origin.path.as_ref().map(|path| join(&self.nested.path, path));
        Origin { path, ..origin.clone() }
    }

    /// The submodule that `what` names, by its path, or by its name alone as a tree does.
    fn submodule(&self, what: &str) -> Option<&Vec<u8>> {
        let name = |path: &[u8]| path.rsplit(|&b| b == b'/').next().unwrap_or_default().to_vec();
        let named =
            |path: &&Vec<u8>| display_path(path) == what || display_path(&name(path)) == what;
        self.nested.submodules.iter().find(named)
    }
}

impl Sink for Below<'_> {
    fn declare(&self, unit: Unit, n: u64) {
        self.sink.declare(unit, n);
    }

    fn known(&self, unit: Unit, id: ObjectId, origin: &Origin) -> bool {
        self.sink.known(unit, id, &self.placed(origin))
    }

    fn scan(&self, unit: Unit, item: Item<'_>) -> Option<Vec<Span>> {
        let origin = self.placed(&item.origin);
        self.sink.scan(unit, Item { origin, ..item })
    }

    fn stream(&self, unit: Unit, origin: Origin, text: &mut dyn Read) -> io::Result<()> {
        self.sink.stream(unit, self.placed(&origin), text)
    }

    fn budget(&self) -> &Budget {
        self.sink.budget()
    }

    fn stop(&self) -> bool {
        self.sink.stop()
    }

    fn bare(&self, unit: Unit, n: u64) {
        self.sink.bare(unit, n);
    }

    fn spared(&self, unit: Unit, n: u64) {
        self.sink.spared(unit, n);
    }

    fn cache(&self) -> Option<&Cache> {
        self.sink.cache()
    }

    fn found(&self) -> HashMap<ObjectId, Vec<Span>> {
        self.sink.found()
    }

    fn by_path(&self) -> Vec<ByPath> {
        self.sink.by_path()
    }

    fn is_telling(&self, path: &[u8]) -> bool {
        self.sink.is_telling(&join(&self.nested.path, path))
    }

    fn told(&self) -> HashMap<ObjectId, Vec<Skipped>> {
        self.sink.told()
    }

    fn skip(&self, skipped: Skipped) {
        let read = self.submodule(&skipped.what).filter(|_| skipped.reason == Reason::Submodule);
        if let Some(path) = read {
            let path = display_path(&join(&self.nested.path, path));
            return self.sink.note(format!("the submodule {path} was read as well"));
        }
        self.sink.skip(self.nested.told(skipped));
    }

    fn lost(&self) -> HashSet<ObjectId> {
        self.sink.lost()
    }

    fn note(&self, note: String) {
        self.sink.note(note);
    }
}
