//! Where sources pour their items: each is scanned at once, on the thread that brought it.

use super::books::Books;
use super::gather::Found;
use super::inside::{Inside, Poured};
use super::pieces::Pieces;
use super::seen::Seen;
use super::stretches::Stretches;
use super::{Setup, files, gather, layers};
use crate::container::{self, Input, Meter};
use crate::model::{
    Budget, Finding, Fingerprint, Item, Ledger, ObjectId, Origin, Reason, Skipped, Span, Unit,
};
use crate::source::{ByPath, Cache, Sink};
use std::collections::{HashMap, HashSet};
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Blobs that were met again, and where.
pub(super) type Doubles = Vec<(ObjectId, Origin)>;

/// How much of a stream is read at a time.
const BITE: usize = 256 << 10;

/// So many of its last bytes are kept.
const TAIL: usize = 512;

/// The sink of a run.
pub(super) struct Street<'a> {
    setup: &'a Setup<'a>,
    books: Books,
    stretches: Stretches,
    seen: Seen,
    doubles: Mutex<Doubles>,
    found: Mutex<HashMap<Fingerprint, Finding>>,
    /// Objects whose scan failed, or of which something besides findings was told: a later run
    /// that leaves out what it knows would keep it back.
    again: Mutex<Vec<ObjectId>>,
    /// What could not be read of objects in which nothing was found.
    told: Mutex<HashMap<ObjectId, Vec<Skipped>>>,
    /// Where secrets stand in objects, as [`Earlier`](crate::model::Earlier) tells it.
    spans: Mutex<HashMap<ObjectId, Vec<Span>>>,
}

impl<'a> Street<'a> {
    pub(super) fn new(setup: &'a Setup<'a>) -> Self {
        Self {
            setup,
            books: Books::default(),
            stretches: Stretches::default(),
            seen: Seen::default(),
            doubles: Mutex::default(),
            found: Mutex::default(),
            again: Mutex::default(),
            told: Mutex::default(),
            spans: Mutex::default(),
        }
    }

    /// Findings, ledger, and the blobs that were met again.
    pub(super) fn close(self) -> (Vec<Finding>, Ledger, Doubles) {
        let found = self.found.into_inner().unwrap_or_else(PoisonError::into_inner);
        let doubles = self.doubles.into_inner().unwrap_or_else(PoisonError::into_inner);
        (found.into_values().collect(), self.books.close(), doubles)
    }

    /// Accounts for what an interrupted run did not read; `unlisted` if not even its size is known.
    pub(super) fn interrupt(&self, unlisted: bool) {
        self.books.interrupt(unlisted);
    }

    /// Books a text that was scanned.
    fn take(&self, unit: Unit, origin: &Origin, found: Found) {
        self.keep(origin, found);
        self.books.scanned(unit);
        if let Some(id) = origin.object {
            self.seen.insert(id);
        }
    }

    /// Keeps what was found in a text.
    fn keep(&self, origin: &Origin, mut found: Found) {
        let secrets = found.secrets.take().filter(|secrets| !secrets.is_empty());
        if let Some((id, secrets)) = origin.object.zip(secrets) {
            lock(&self.spans).insert(id, secrets);
        }
        if found.unlisted > 0 || found.cut || !found.gaps.is_empty() {
            match origin.object.filter(|_| self.is_all(&found)) {
                Some(id) => drop(lock(&self.told).insert(id, found.gaps.clone())),
                None => self.scan_again(origin),
            }
        }
        found.gaps.into_iter().for_each(|gap| self.books.skip(gap));
        if found.unlisted > 0 {
            let detail = format!(
                "{} more finds in it are counted and not listed: they would not fit in memory",
                found.unlisted
            );
            let (reason, what) = (Reason::Memory, shown(origin));
            self.books.skip(Skipped { reason, unit: None, what, detail });
        }
        if found.cut {
            let what = shown(origin);
            self.books.note(format!(
                "{what}: encoded too deep or too much; the rest of it was not decoded"
            ));
        }
        self.add(found.findings);
    }

    /// Whether gaps that last, and that may be written down, are all that there is to tell.
    fn is_all(&self, found: &Found) -> bool {
        // These follow from the bytes alone; others hang on time and memory.
        let lasts = |gap: &Skipped| {
            use Reason::{Capped, Corrupt, Encrypted, Missing, Unsupported};
            let is_slow = gap.reason == Capped && gap.detail.starts_with(container::SLOW);
            let lasts = matches!(gap.reason, Capped | Corrupt | Encrypted | Missing | Unsupported);
            lasts && !is_slow && gap.unit.is_none()
        };
        let words = || found.gaps.iter().flat_map(|gap| [gap.what.as_str(), gap.detail.as_str()]);
        let hides = || {
            let text = words().collect::<Vec<_>>().join("\n");
            !layers::look(text.as_bytes(), self.setup).all.is_empty()
        };
        found.unlisted == 0
            && !found.cut
            && found.findings.is_empty()
            && found.gaps.iter().all(lasts)
            && !hides()
    }

    /// Scans `text` piece by piece: what is found up to its end, or up to where it cannot be read
    /// or nobody wants it any more.
    fn pour(&self, text: &mut dyn Read, origin: &Origin) -> (Found, io::Result<()>) {
        let setup = self.setup;
        let meter = Meter::new(0, setup.stop, setup.budget);
        let mut pieces = Pieces::new(origin, setup, setup.budget.piece());
        let mut text =
            Stream { text, street: self, meter: &meter, failed: None, tail: Vec::new() };
        let mut head = Vec::new();
        // What has failed fails again below.
        let _ = text.by_ref().take(container::HEAD as u64).read_to_end(&mut head);
        let mut all = head.as_slice().chain(&mut text);
        let mut poured = Poured { text: &mut all, pieces: &mut pieces };
        let name = origin.path.as_deref().unwrap_or_default();
        let inside = container::detect_named(name, &head, false)
            .map(|format| Inside::of(format, Input::Stream(&mut poured), origin, &meter, setup));
        let mut bite = vec![0; BITE];
        while poured.read(&mut bite).is_ok_and(|n| n > 0) {}
        let ended = text.failed.map_or(Ok(()), Err);
        let mut found = pieces.finish();
        let hidden = container::at_end(&text.tail).filter(|_| inside.is_none());
        found.gaps.extend(hidden.map(|what| {
            let detail = format!("{what} is not unpacked in a file of this size");
            Skipped { reason: Reason::Unsupported, unit: None, what: shown(origin), detail }
        }));
        inside.into_iter().for_each(|inside| inside.join(&mut found));
        (found, ended)
    }

    /// Books a text on which stanch failed.
    fn stumble(&self, unit: Unit, origin: &Origin) {
        self.scan_again(origin);
        let detail = "stanch failed on this text; please report it".into();
        let (reason, what) = (Reason::Internal, shown(origin));
        self.books.skip(Skipped { reason, unit: Some(unit), what, detail });
    }

    fn scan_again(&self, origin: &Origin) {
        lock(&self.again).extend(origin.object.or(origin.commit));
    }

    /// Counts what was read, and tells of the progress now and then.
    fn count(&self, bytes: usize) {
        if self.books.read(bytes) {
            let (bytes, done, scope) = self.books.progress();
            (self.setup.progress)(bytes, done, scope);
        }
    }

    fn add(&self, findings: Vec<Finding>) {
        if findings.is_empty() {
            return;
        }
        let mut found = lock(&self.found);
        for finding in findings {
            gather::merge(&mut found, finding);
        }
    }
}

impl Sink for Street<'_> {
    fn declare(&self, unit: Unit, n: u64) {
        self.books.declare(unit, n);
    }

    fn known(&self, unit: Unit, id: ObjectId, origin: &Origin) -> bool {
        let known = self.seen.contains(&id);
        if known {
            self.books.known(unit);
            lock(&self.doubles).push((id, origin.clone()));
        }
        known
    }

    fn scan(&self, unit: Unit, item: Item<'_>) -> Option<Vec<Span>> {
        if self.stop() {
            return None;
        }
        // A text that makes stanch stumble must not take the rest of the run with it.
        let find = || gather::find(&item, self.setup, Some(&self.stretches));
        let Ok(found) = catch_unwind(AssertUnwindSafe(find)) else {
            self.stumble(unit, &item.origin);
            return None;
        };
        let secrets = found.secrets.clone();
        self.take(unit, &item.origin, found);
        self.count(item.bytes.len());
        secrets
    }

    fn bare(&self, unit: Unit, n: u64) {
        self.books.bare(unit, n);
    }

    fn spared(&self, unit: Unit, n: u64) {
        self.books.spared(unit, n);
    }

    fn cache(&self) -> Option<&Cache> {
        self.setup.cache.as_ref()
    }

    fn stream(&self, unit: Unit, origin: Origin, text: &mut dyn Read) -> io::Result<()> {
        if self.stop() {
            return Ok(());
        }
        match catch_unwind(AssertUnwindSafe(|| self.pour(text, &origin))) {
            // Part of a text was scanned, which is worth telling, but it does not count as read.
            Ok((found, ended)) if self.stop() || ended.is_err() => {
                self.keep(&origin, found);
                // Ctrl-C ends git as well, and what it was giving.
                if self.stop() { Ok(()) } else { ended }
            }
            Ok((found, _)) => {
                self.take(unit, &origin, found);
                Ok(())
            }
            Err(_) => {
                self.stumble(unit, &origin);
                Ok(())
            }
        }
    }

    fn budget(&self) -> &Budget {
        self.setup.budget
    }

    fn stop(&self) -> bool {
        self.setup.stop.load(Ordering::Relaxed)
    }

    fn found(&self) -> HashMap<ObjectId, Vec<Span>> {
        let found = lock(&self.found);
        let sure = found.values().filter(|f| !files::is_doubt(f, self.setup));
        let origins = sure.flat_map(|f| &f.places).map(|p| &p.origin);
        let objects = origins.filter_map(|o| o.object.or(o.commit));
        let spans = lock(&self.spans);
        let mut all: HashMap<ObjectId, Vec<Span>> = HashMap::new();
        for id in objects {
            all.entry(id).or_insert_with(|| spans.get(&id).cloned().unwrap_or_default());
        }
        all.extend(lock(&self.again).iter().map(|id| (*id, Vec::new())));
        all
    }

    fn by_path(&self) -> Vec<ByPath> {
        let found = lock(&self.found);
        files::by_path(found.values(), self.setup)
    }

    fn is_telling(&self, path: &[u8]) -> bool {
        files::is_telling(path, self.setup.matcher.rules())
    }

    fn told(&self) -> HashMap<ObjectId, Vec<Skipped>> {
        lock(&self.told).clone()
    }

    fn skip(&self, skipped: Skipped) {
        self.books.skip(skipped);
    }

    fn lost(&self) -> HashSet<ObjectId> {
        self.books.lost()
    }

    fn note(&self, note: String) {
        self.books.note(note);
    }
}

/// A text as it comes, until nobody wants it any more.
struct Stream<'s, 'a, 'm> {
    text: &'s mut dyn Read,
    street: &'s Street<'a>,
    meter: &'s Meter<'m>,
    failed: Option<io::Error>,
    /// The last bytes that came.
    tail: Vec<u8>,
}

impl Read for Stream<'_, '_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.street.stop() || self.failed.is_some() {
            return Ok(0);
        }
        let read = loop {
            match self.text.read(into) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        match read {
            Ok(n) => {
                self.meter.read(n as u64);
                self.street.count(n);
                let came = into.get(n.saturating_sub(TAIL)..n).unwrap_or_default();
                let old = (self.tail.len() + came.len()).saturating_sub(TAIL);
                self.tail.drain(..old.min(self.tail.len()));
                self.tail.extend_from_slice(came);
                Ok(n)
            }
            // Told by the source; who opens containers in it needs to know that it broke off.
            Err(e) => {
                self.failed = Some(e);
                Err(io::ErrorKind::BrokenPipe.into())
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What an account calls a text.
pub(super) fn shown(origin: &Origin) -> String {
    let path = origin.path.as_deref().map(String::from_utf8_lossy);
    let id = origin.object.or(origin.commit).map(|id| id.to_string());
    path.map(Into::into).or(id).unwrap_or_else(|| origin.kind.as_str().into())
}
